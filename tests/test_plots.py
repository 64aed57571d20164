"""Figures: both languages, the bundled font, n in every one, the same bytes twice, words for those who cannot see them."""

import html
import re
import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from govinfo.comparison import intervals
from govinfo.comparison.indicators import with_intervals, without_marked
from govinfo.figures import plots, style

RNG = np.random.RandomState(5)
SIZE = 24
REPORTS = pd.DataFrame(
    {
        "report_id": [f"r{i}-{year}" for year in (2022, 2023) for i in range(SIZE)],
        "agency": [f"虚构市第{i}局" for _ in range(2) for i in range(SIZE)],
        "agency_en": [f"Bureau {i} of a city with a rather long invented name" for _ in range(2) for i in range(SIZE)],
        "year": [2022] * SIZE + [2023] * SIZE,
        "scope": "own organ",
    }
)
LATER = REPORTS[REPORTS["year"] == 2023]


def measured() -> pd.DataFrame:
    n = RNG.poisson(40, len(REPORTS)) + 1
    k = RNG.binomial(n, RNG.beta(4, 6, len(REPORTS)))
    rows = pd.DataFrame({"report_id": REPORTS["report_id"], "indicator": "disclosure_rate", "value": k / n})
    rows = rows.assign(numerator=k.astype(float), denominator=n.astype(float), marked=n % 7 == 0, note="")
    rows.loc[0, ["value", "numerator", "denominator"]] = np.nan
    return with_intervals(rows)


MEASURED = measured()
OUTCOMES = ["granted", "partial", "denied", "unable", "not_processed", "other"]
CELLS = pd.DataFrame(
    [(r, f"t3.{o}.total", float(v)) for r in LATER["report_id"]
     for o, v in zip(OUTCOMES, RNG.multinomial(20, [0.4, 0.1, 0.1, 0.3, 0.05, 0.05]), strict=True)],
    columns=["report_id", "cell", "value"],
)  # fmt: skip
FINDINGS = pd.DataFrame(
    {
        "report_id": ["r1-2023", "r2-2023", "r3-2023", "r1-2023"],
        "rule": ["t3.row.new", "t3.row.new", "t4.review", "t4.review"],
        "outcome": ["fail", "cannot_tell", "fail", "fail"],
        "severity": ["error", "error", "question", "error"],
    }
)
FIGURES = {
    "rates": lambda lang: plots.rates(MEASURED, LATER, lang=lang),
    "change": lambda lang: plots.change(MEASURED, REPORTS, "disclosure_rate", (2022, 2023), lang=lang),
    "ranks": lambda lang: plots.ranks(MEASURED, LATER, lang=lang),
    "funnel": lambda lang: plots.funnel(MEASURED, LATER, lang=lang, chosen=["r1-2023"]),
    "shrinkage": lambda lang: plots.shrinkage(MEASURED, LATER, lang=lang),
    "composition": lambda lang: plots.composition(CELLS, LATER, lang=lang),
    "over_years": lambda lang: plots.over_years(MEASURED, REPORTS, agencies=["虚构市第1局", "虚构市第2局"], lang=lang),
    "corpus_heatmap": lambda lang: plots.corpus_heatmap(FINDINGS, LATER, lang=lang),
}


def texts(fig) -> str:
    from matplotlib.text import Text

    return "\n".join(t.get_text() for t in fig.findobj(Text))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_shows_its_text_in_the_bundled_font_and_says_its_n(name, lang, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fig = FIGURES[name](lang)
        path = plots.save(fig, tmp_path / f"{name}.svg")
    assert path.stat().st_size > 5000
    assert ("依据" if lang == "zh" else "Rests on") in texts(fig)
    said = plots.alt(fig)
    assert said.endswith("。" if lang == "zh" else ".") and any(c.isdigit() for c in said)
    assert ("一" <= said[0] <= "鿿" or "公" in said) == (lang == "zh")


def test_every_public_figure_is_tested():
    assert set(FIGURES) == set(plots.__all__) - {"alt", "hover", "points", "refusals_shown", "save"}


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    for end in ("svg", "png"):
        once = plots.save(FIGURES["composition"]("zh"), tmp_path / f"a.{end}").read_bytes()
        again = plots.save(FIGURES["composition"]("zh"), tmp_path / f"b.{end}").read_bytes()
        assert once == again


def test_a_file_carries_its_alternative_text(tmp_path):
    fig = FIGURES["corpus_heatmap"]("en")
    assert plots.alt(fig) in plots.save(fig, tmp_path / "a.svg").read_text(encoding="utf-8")


def test_other_kinds_of_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.svg or \.png"):
        plots.save(FIGURES["corpus_heatmap"]("en"), tmp_path / "a.pdf")


def test_chinese_does_not_depend_on_the_machines_fonts():
    from matplotlib import font_manager

    path = font_manager.findfont(style.font_families()[0], fallback_to_default=False)
    assert "govinfo" in path and "fonts" in path


def test_a_figure_is_shown_once_in_a_notebook():
    import matplotlib.pyplot as plt

    FIGURES["corpus_heatmap"]("en")
    assert plt.get_fignums() == []


def test_a_figure_can_be_drawn_into_given_axes():
    from matplotlib.figure import Figure

    fig = Figure()
    left, _ = fig.subplots(1, 2)
    assert plots.rates(MEASURED, LATER, lang="en", ax=left) is fig
    assert left.get_title(loc="left") == "Disclosure rate (granted in full or in part)"


def test_every_figure_of_the_teaching_corpus_says_so():
    invented = LATER.assign(kind="teaching")
    for fig in (plots.funnel(MEASURED, invented, lang="en"), plots.corpus_heatmap(FINDINGS, invented, lang="en")):
        assert "Invented teaching data" in texts(fig)
    assert "Invented" not in texts(FIGURES["funnel"]("en"))


def test_the_parts_of_a_bar_differ_in_grey_or_by_hatch():
    from matplotlib.colors import to_rgb

    from govinfo.figures.overview import FILLS

    greys = [(np.dot(to_rgb(colour), [0.299, 0.587, 0.114]), hatch) for colour, hatch in FILLS]
    for i, (grey, hatch) in enumerate(greys):
        assert all(hatch != other_hatch or abs(grey - other) > 0.15 for other, other_hatch in greys[:i])


def test_a_value_with_an_open_finding_is_told_apart_in_the_key():
    assert "rests on a figure with an open finding" in texts(FIGURES["rates"]("en"))
    clean = MEASURED.assign(marked=False)
    assert "rests on a figure" not in texts(plots.rates(clean, LATER, lang="en"))


def test_what_is_left_out_for_an_open_finding_is_counted_in_every_figure_of_rates():
    left = without_marked(MEASURED)
    n = int(LATER["report_id"].isin(MEASURED.loc[MEASURED["marked"], "report_id"]).sum())
    for draw in (plots.rates, plots.funnel):
        assert f"; {n} left out for an open finding" in texts(draw(left, LATER, lang="en"))


@pytest.mark.parametrize("name", FIGURES)
def test_every_mark_of_a_figure_knows_its_report_and_says_its_words_under_the_pointer(name):
    fig = FIGURES[name]("en")
    marks = plots.points(fig)
    assert len(marks) and {"report_id", "report_id_0", "rule"} & set(marks.columns)
    shown = plots.hover(fig)
    titles = re.findall(r"<title>(.+?)</title>", shown.svg)
    assert titles == [html.escape(text) for text in marks["words"]]
    assert "http" not in re.sub(r'xmlns[:\w]*="[^"]+"|<metadata>.*?</metadata>', "", shown.svg, flags=re.DOTALL)
    assert plots.hover(FIGURES[name]("en")).svg == shown.svg and "<svg" in shown._repr_html_()


def test_a_mark_under_the_pointer_lies_on_the_point_itself():
    fig = plots.funnel(MEASURED, LATER, lang="en", chosen=["r1-2023"])
    marks = plots.points(fig)
    svg = plots.hover(fig).svg
    circle = dict(zip(marks.index, re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg), strict=True))["r1-2023"]
    ring = next(line for line in fig.axes[0].lines if line.get_markersize() == 9)
    ring.set_gid("the-ring")
    drawn = plots.hover(fig).svg
    use = re.search(r'id="the-ring".*?<use [^>]*x="([\d.]+)" y="([\d.]+)"', drawn, re.DOTALL)
    assert np.allclose([float(x) for x in circle], [float(x) for x in use.groups()], atol=0.06)


def test_a_figure_under_the_pointer_is_written_as_svg_or_html(tmp_path):
    shown = plots.hover(FIGURES["funnel"]("zh"))
    assert shown.save(tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert shown.save(tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    with pytest.raises(ValueError, match=r"ends in \.svg or \.html"):
        shown.save(tmp_path / "a.png")


OWN = SimpleNamespace(
    reports=pd.DataFrame(
        {"report_id": ["mine", "city"], "agency": ["某局", "某市"], "year": 2023, "scope": ["own organ", "whole government"]}
    ),
    indicators=with_intervals(
        pd.DataFrame(
            {"report_id": ["mine", "city"], "indicator": "disclosure_rate", "value": 0.9, "numerator": 180.0,
             "denominator": 200.0, "marked": False, "note": ""}
        )
    ),
)  # fmt: skip


def test_a_single_report_of_ones_own_is_placed_on_a_funnel_that_rests_on_the_others():
    alone, with_own = plots.funnel(MEASURED, LATER, lang="en"), plots.funnel(MEASURED, LATER, lang="en", beside=OWN)
    assert plots.points(with_own).loc["mine", "number"] == 1
    assert "own reports drawn beside them: 1 (of another scope, not drawn: 1)" in texts(with_own)
    assert "某局 2023 90.0% (180/200, outside 99.8%)" in plots.alt(with_own)
    assert plots.alt(with_own).startswith(plots.alt(alone).removesuffix("."))


def test_a_refusal_is_shown_in_both_languages_and_the_notebook_goes_on():
    few = LATER.head(5)
    with pytest.raises(ValueError, match="lang must be"), plots.refusals_shown():
        plots.rates(MEASURED, few, lang="fr")
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda shown: said.append(shown.data))
        with plots.refusals_shown():
            plots.ranks(MEASURED, few)
    assert "ranks need at least 20 comparable reports, found 5" in said[0] and "现有 5 份" in said[0]


def test_more_agencies_than_signs_are_refused():
    with pytest.raises(ValueError, match="at most 6 agencies, found 24"):
        plots.over_years(MEASURED, REPORTS)


def test_what_is_no_proportion_has_no_funnel():
    with pytest.raises(ValueError, match="reviews_per_100 is no proportion"):
        plots.funnel(MEASURED, LATER, "reviews_per_100")


def test_reports_that_keep_all_rules_make_a_heat_map_that_says_so():
    fig = plots.corpus_heatmap(FINDINGS.iloc[:0], LATER, lang="en")
    assert plots.alt(fig) == "Reports against rules: all 24 reports keep every rule."


def test_an_indicator_without_any_value_makes_an_empty_figure_that_says_so():
    none = MEASURED.assign(value=np.nan)
    assert plots.alt(plots.rates(none, LATER, lang="en")).endswith("no usable figure.")


def test_a_folder_without_a_single_rate_makes_empty_figures_that_say_so_and_no_warning():
    none, nobody = MEASURED.assign(value=np.nan), LATER.iloc[:0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = [plots.rates(none, LATER), plots.composition(CELLS, nobody, "grounds"), plots.over_years(none, LATER, agencies=[]),
                 plots.change(none, REPORTS, "disclosure_rate", (2022, 2023)), plots.composition(CELLS, LATER.head(1)),
                 plots.rates(MEASURED, nobody), plots.corpus_heatmap(FINDINGS, nobody)]  # fmt: skip
        for fig in drawn:
            assert plots.alt(fig) and plots.hover(fig).svg
    with pytest.raises(intervals.TooFewReports, match="found 0"):
        plots.funnel(none, LATER)


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="lang must be"):
        plots.corpus_heatmap(FINDINGS, LATER, lang="fr")
