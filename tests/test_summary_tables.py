"""Tables for a paper: the cases beside every rate, both languages, the same bytes twice, no network."""

import re
from html import unescape

import pandas as pd
import pytest

from govinfo.comparison.indicators import indicators, measure, with_intervals
from govinfo.figures import summary_tables

REPORTS = pd.DataFrame(
    {"report_id": ["a1", "a2", "g2", "n2"], "agency": ["甲局", "甲局", "乙县", "丙局"], "year": [2022, 2023, 2023, 2023],
     "scope": ["own organ", "own organ", "whole government", "own organ"], "level": "department"}
)  # fmt: skip
COUNTS = {"a1": (1.0, 4.0), "a2": (3.0, 4.0), "g2": (50.0, 200.0), "n2": (0.0, 0.0)}
MEASURED = with_intervals(
    pd.DataFrame(
        [(r, "disclosure_rate", k / n if n else float("nan"), k, n, r == "g2", "" if n else "denominator is 0")
         for r, (k, n) in COUNTS.items()],
        columns=["report_id", "indicator", "value", "numerator", "denominator", "marked", "note"],
    )
)  # fmt: skip
TABLES = {
    "definitions": lambda lang: summary_tables.definitions(lang=lang),
    "report": lambda lang: summary_tables.report(MEASURED, REPORTS, "a1", lang=lang),
    "rates": lambda lang: summary_tables.rates(MEASURED, REPORTS, lang=lang),
    "changes": lambda lang: summary_tables.changes(MEASURED, REPORTS, "disclosure_rate", (2022, 2023), lang=lang),
    "with_and_without": lambda lang: summary_tables.with_and_without(MEASURED, REPORTS, lang=lang),
}


def text(table) -> str:
    page = re.sub(r"<style>.*?</style>", "", table.as_raw_html(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_the_same_twice_and_needs_no_network(name, lang):
    page = TABLES[name](lang).as_raw_html()
    assert page == TABLES[name](lang).as_raw_html()
    assert not re.findall(r"https?://|<script|@import|<link", page)


def test_every_rate_has_its_cases_and_its_interval_beside_it():
    said = text(TABLES["rates"]("en"))
    assert "甲局 2022 25.0% 4.6% – 69.9% 1/4" in said and "25.0% △" in said and "50/200" in said
    assert "Rests on 3 reports; 1 more have no usable figure" in said
    assert "rests on a figure with an open finding" in said


def test_whole_governments_and_single_organs_stand_apart():
    said = text(TABLES["rates"]("zh"))
    assert said.index("单个机关") < said.index("甲局") and said.index("一级政府") < said.index("乙县")


def test_several_indicators_stand_side_by_side_each_under_its_name():
    both = summary_tables.rates(MEASURED, REPORTS, ["disclosure_rate", "refusal_rate"], "en")
    assert "Refusal rate" in text(both) and "—" in text(both)


def test_a_change_shows_the_cases_of_both_years():
    assert "甲局 1/4 3/4 +50.0" in text(TABLES["changes"]("en"))


def test_every_result_can_be_had_with_and_without_open_findings():
    said = text(TABLES["with_and_without"]("en"))
    assert "Whole governments all 1 25.0% 50/200" in said
    assert "without open findings 1 25.0%" not in said.split("Single organs")[0]
    assert "Single organs all 2 50.0% 4/8 without open findings 2 50.0% 4/8" in said


def test_a_missing_value_is_a_dash_with_its_reason_and_never_nought():
    said = text(summary_tables.report(MEASURED, REPORTS, "n2", ["disclosure_rate"], "en"))
    assert "— 0/0 denominator is 0" in said


def test_every_reason_that_measuring_gives_is_said_in_words():
    cells = pd.DataFrame({"report_id": "a1", "cell": ["t3.new.total", "t3.granted.total"], "value": [4.0, None],
                          "flag": ["ok", "zero_mark"]})  # fmt: skip
    notes = measure(cells, REPORTS.head(1))["note"]
    for note in filter(None, notes):
        assert re.search("[一-鿿]", summary_tables.why(note, "zh")) and "missing" not in summary_tables.why(note, "zh")
    assert (
        summary_tables.why("t3.granted.total: zero_mark", "en")
        == "三 3. Outcomes this year / (1) Granted · Total: blank or a mark, undetermined"
    )


def test_the_definitions_hold_every_indicator_with_its_basis_and_caveat():
    said = text(TABLES["definitions"]("zh"))
    for one in indicators().values():
        assert one.caveat.zh in said and one.basis_in("zh") in said
    assert not re.search(r"art\.", said)


def test_teaching_data_say_that_they_are_invented():
    invented = REPORTS.assign(kind="teaching")
    for made in (summary_tables.rates(MEASURED, invented, lang="en"),
                 summary_tables.with_and_without(MEASURED, invented, lang="en"),
                 summary_tables.report(MEASURED, invented, "a1", lang="en"),
                 summary_tables.changes(MEASURED, invented, "disclosure_rate", (2022, 2023), lang="en")):  # fmt: skip
        assert "Invented teaching data" in text(made)


def test_a_report_that_is_not_there_is_named():
    with pytest.raises(KeyError, match="no report 'x' among 4"):
        summary_tables.report(MEASURED, REPORTS, "x")
