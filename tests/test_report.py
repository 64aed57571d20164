"""One report, from the facsimile of the seed: its cells, official layout, cut-outs, findings."""

from pathlib import Path

import pandas as pd
import pytest

import govinfo as gi

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"


@pytest.fixture(scope="module")
def seed():
    return gi.read_report(RAW / "gz-xzb-2025.pdf")


@pytest.fixture(scope="module")
def failing():
    return gi.read_report(RAW / "hongze-2023.pdf")


def test_the_seed_report_is_read_whole_and_without_doubt(seed):
    assert (seed.agency, seed.year, seed.form, seed.status) == ("广州市协作办公室", 2025, "2021", "read")
    assert len(seed.cells) == 200
    assert set(seed.cells["flag"]) == {"ok", "cleaned"}
    assert seed.findings.empty


def test_the_leading_zero_of_the_seed_is_cleaned_and_kept_as_published(seed):
    cell = seed.cells.set_index("cell").loc["t3.carried_out.natural"]
    assert (cell["raw"], cell["value"], cell["flag"]) == ("00", 0, "cleaned")


def test_every_figure_has_its_page_and_box(seed):
    assert seed.cells["page"].notna().all()
    assert (seed.cells["x1"] > seed.cells["x0"]).all()
    assert (seed.cells["y1"] > seed.cells["y0"]).all()


def test_a_section_shows_in_the_official_layout_in_both_languages(seed):
    zh, en = seed.table("三"), seed.table("三", lang="en")
    assert zh.shape == en.shape == (25, 7)
    assert zh.index[0][1] == "一、本年新收政府信息公开申请数量"
    assert en.columns[0][1] == "Natural persons"
    assert zh.iloc[0, 0] == "4"


def test_a_section_that_is_not_there_is_named(seed):
    with pytest.raises(KeyError, match="expected one of 二, 三, 四"):
        seed.table("九")


def test_a_cut_out_shows_the_cell_and_what_was_read(seed):
    shown = seed.show("t3.other.other.total")
    assert "'2' → 2 件 (ok)" in shown.value
    assert min(shown.image.size) > 20
    assert "data:image/png;base64," in shown._repr_html_()


def test_a_cell_that_the_form_has_not_is_named(seed):
    with pytest.raises(KeyError, match="no cell 't9.nothing'"):
        seed.show("t9.nothing")
    with pytest.raises(KeyError, match="no cell 't9.nothing'"):
        seed.value("t9.nothing")


def test_the_card_names_what_fails(failing):
    card = failing._repr_html_()
    assert "洪泽区人民政府" in card
    assert "the total is 0" in card


def test_a_failed_sum_names_the_suspect_and_the_value_that_would_hold(failing):
    found = failing.findings.set_index("rule").loc["t4.review"]
    assert (found["outcome"], found["severity"]) == ("fail", "error")
    assert found["suspects"] == "t4.review.total"
    assert found["suggestion"] == "t4.review.total=11"
    assert found["verdict"] == "publisher"


def test_what_is_shown_is_escaped():
    from govinfo.display import card

    class Strange:
        agency, year, report_id, form, level, scope = "<script>", 2024, "<b>", "2021", "", ""
        status, message = "read", "<i>"
        cells = pd.DataFrame({"flag": ["ok"]})
        findings = pd.DataFrame()

    assert "<script>" not in card(Strange())
