"""The official layout with its failures: signs beside colours, both languages, escaped, readable in grey."""

import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import govinfo as gi
from govinfo.checks.identities import identities
from govinfo.checks.localise import attach
from govinfo.checks.marked import FILL, marked
from govinfo.checks.rules import evaluate
from govinfo.figures.style import save

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"


@pytest.fixture(scope="module")
def failing():
    return gi.read_report(RAW / "hongze-2023.pdf")


@pytest.fixture(scope="module")
def seed():
    return gi.read_report(RAW / "gz-xzb-2025.pdf")


def altered(report, changes):
    """The report with some cells changed and its findings made anew."""
    cells = report.cells.copy()
    for cell, raw in changes.items():
        cells.loc[cells["cell"] == cell, ["raw", "value"]] = [raw, float(re.sub(r"\D", "", raw))]
    findings = attach(evaluate(cells), cells, identities(cells["cell"]))
    return SimpleNamespace(report_id="<r>", versions=report.versions, cells=cells, findings=findings)


def signs(shown):
    return {spot.words: (i, j) for part in shown.parts for i, row in enumerate(part.spots) for j, spot in enumerate(row)
            if spot.sign}  # fmt: skip


def test_the_only_suspect_and_one_of_several_have_signs_of_their_own_and_the_value_that_would_do(failing):
    shown = failing.marked("四")
    assert signs(shown) == {"0 ◆ →11": (0, 4), "5 ◇ →0": (0, 10), "0 ◇ →5": (0, 14)}
    assert [failed for _, _, failed in shown.parts[0].columns] == [True] * 5 + [False] * 5 + [True] * 5
    assert len(shown.rules) == 2


def test_a_wrong_figure_of_section_3_marks_its_row_its_column_and_itself(seed):
    shown = marked(altered(seed, {"t3.new.natural": "7"}), "t3", "en")
    (part,) = shown.parts
    assert [label for _, label, failed in part.rows if failed] == ["1. Applications received this year"]
    assert [label for _, label, failed in part.columns if failed] == ["Natural persons"]
    assert signs(shown) == {"7 ◆ →4": (0, 0)}


def test_every_printed_text_stands_in_its_place_as_published(seed):
    shown = seed.marked("三")
    assert [[spot.text for spot in row] for row in shown.parts[0].spots] == seed.table("三").values.tolist()


def test_a_section_in_which_nothing_fails_says_so(seed):
    for section in ("二", "三", "四"):
        assert "本部分没有不成立的规则。" in seed.marked(section)._repr_html_()
        assert not set("✗◆◇") & set(seed.marked(section)._repr_html_())


def test_dismissed_findings_mark_nothing(failing):
    one = SimpleNamespace(**vars(failing))
    one.findings = failing.findings.assign(review="dismissed")
    assert not signs(marked(one, "t4"))


def test_what_is_too_wrong_to_name_cells_is_listed(seed):
    many = {f"t3.{row}.natural": "50" for row in ("new", "granted", "partial", "denied.internal", "unable.not_held")}
    many |= {f"t3.{row}.legal": "90" for row in ("carried_in", "granted", "unable.unclear", "total")}
    shown = marked(altered(seed, many), "t3", "en")
    assert not signs(shown) and len(shown.rules) > 4
    assert len(shown.unlisted) == len(shown.rules)
    assert shown.key[-1].startswith("Too much is wrong to name cells: 三 ")


def test_published_text_and_ids_are_escaped(seed):
    shown = marked(altered(seed, {"t3.new.natural": "<script>7"}), "t3")._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;7" in shown and "&lt;r&gt;" in shown


def test_no_colour_alone_carries_meaning(failing):
    """Every coloured suspect has its sign in the text, and the fills differ in grey."""
    html = failing.marked("四")._repr_html_()
    for look, text in re.findall(r'<td style="([^"]*)">([^<]*)</td>', html):
        assert (FILL["◆"] in look) == ("◆" in text) and (FILL["◇"] in look) == ("◇" in text)
        assert ("solid" in look and "bold" in look) or "◆" not in text
    greys = sorted(sum(w * int(c[k : k + 2], 16) for w, k in ((0.3, 1), (0.59, 3), (0.11, 5)))
                   for c in (FILL["◆"], FILL["◇"], "#ffffff"))  # fmt: skip
    assert greys[1] - greys[0] > 25 and greys[2] - greys[1] > 25


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("section", ["二", "三", "四"])
def test_the_figure_is_drawn_in_the_bundled_font_with_words_and_the_same_bytes(
    failing, section, lang, tmp_path, recwarn
):
    shown = failing.marked(section, lang)
    first, again = (save(shown.figure(), tmp_path / name).read_bytes() for name in ("a.svg", "b.svg"))
    assert first == again
    assert shown.figure().alternative_text == shown.alternative_text and shown.title in shown.alternative_text
    assert not [w for w in recwarn if "Glyph" in str(w.message)]


def test_the_figure_holds_the_signs_as_text(failing):
    texts = [text.get_text() for text in failing.marked("四").figure().axes[0].texts]
    assert {"0 ◆ →11", "5 ◇ →0", "0 ◇ →5", "✗ 总计"} <= set(texts)


def test_a_section_that_is_not_there_is_named(seed):
    with pytest.raises(KeyError, match="expected one of 二, 三, 四"):
        seed.marked("九")


def test_a_cut_out_has_its_column_head_and_a_caption_that_names_the_place_in_full(seed):
    four = seed.show("t4.direct.total")
    assert four.caption == "gz-xzb-2025 · 表四“行政诉讼 未经复议直接起诉 总计” · 第2页"
    far, row_alone = seed.show("t3.carried_out.total").image, 100
    assert min(four.image.height, far.height) > row_alone


@pytest.mark.parametrize(
    "raw, note, zh, en",
    [
        ("", "forced 0", "空白；计为0，只因", "blank, counted as 0 only because"),
        ("/", "forced 3", "符号“/”；按其他印出的数字只能为3 件", "the mark '/'; the printed figures leave only 3 件"),
        ("", "undetermined", "空白；不能确定是否为0", "blank, undetermined"),
    ],
)
def test_a_blank_is_said_in_words(seed, raw, note, zh, en):
    one = SimpleNamespace(**vars(seed))
    one.cells = seed.cells.copy()
    value = 0.0 if note == "forced 0" else float("nan")
    one.cells.loc[one.cells["cell"] == "t3.new.other", ["raw", "value", "flag", "note"]] = [
        raw,
        value,
        "zero_mark",
        note,
    ]
    from govinfo.display import cutout

    assert cutout(one, "t3.new.other").value.startswith(zh)
    assert cutout(one, "t3.new.other", "en").value.startswith(en)


def test_a_page_is_shown_as_wide_as_asked(seed):
    assert seed.page(1, width=900).width == 900
    assert seed.page(1).width > 1200


def test_a_finding_of_the_prose_marks_the_row_of_its_cell(seed):
    finding = {
        "rule": "claim.received",
        "outcome": "fail",
        "severity": "error",
        "cells": "t3.new.total",
        "suspects": "",
    }
    one = SimpleNamespace(**vars(seed))
    one.findings = pd.DataFrame([finding | {"suggestion": "", "slip": ""}])
    assert [failed for _, _, failed in marked(one, "t3").parts[0].rows].count(True) == 1
