"""Sixty generated layouts read back: no silent error, and nearly every cell exact and certain.

This is a guard against steps backwards. The full measurement, 500 fixed layouts, fresh ones, the part of the space kept
for the last measurement and named crossings, is benchmarks/layouts.py; `make bench` runs a shorter form of it.
"""

import pandas as pd
import pytest
from graded_layouts import grades, is_undecidable, lines, measure_all, total

SEEDS = range(60)
EXACT = 0.9999  # measured 1 of 11,784 cells; the goal over 500 layouts is 0.999
DOUBT = 0.0005  # measured 0 of the exact cells; the goal over 500 layouts is 0.005


@pytest.fixture(scope="module")
def results():
    return measure_all(SEEDS, jobs=2)


def test_no_cell_of_sixty_layouts_is_wrong_in_silence(results):
    assert total(results)["silent"] == 0, lines(results)


def test_nearly_every_cell_of_sixty_layouts_is_exact(results):
    counts = total(results)
    assert counts["exact"] >= EXACT * counts["cells"], f"{counts}\n{lines(results)}"


def test_few_exact_cells_of_sixty_layouts_are_in_doubt(results):
    counts = total(results)
    assert counts["doubt"] <= DOUBT * counts["exact"], f"{counts}\n{lines(results)}"


@pytest.mark.parametrize("what", ["agency", "year", "form"])
def test_agency_year_and_form_of_sixty_layouts_are_right(results, what):
    assert [one["seed"] for one in results if not one[what]] == []


def test_no_consistent_report_has_an_error_finding(results):
    assert [one["seed"] for one in results if one["findings"] or one["failed"]] == [], lines(results)


# ---------------------------------------------------------------- the measure itself
def graded(raw, value, flag, truth=None):
    """Whether a cell read so is exact and silent; `truth` is by default a printed 34."""
    cells = pd.DataFrame({"cell": ["c"], "raw": [raw], "value": [value], "flag": [flag], "note": [""]})
    truth = {"c": "34"} if truth is None else truth
    row = grades(cells, truth, {"c": int(truth.get("c") or 0)}).iloc[0]
    return bool(row["exact"]), bool(row["silent"])


@pytest.mark.parametrize(
    ("read", "exact", "silent"),
    [
        (("34", 34.0, "ok"), True, False),
        (("3 4", 34.0, "cleaned"), True, False),
        (("34", 34.0, "doubt"), True, False),
        (("35", 35.0, "ok"), False, True),
        (("35", 35.0, "doubt"), False, False),
        (("34", 35.0, "cleaned"), True, True),
        (("", float("nan"), "zero_mark"), False, True),
        (("", float("nan"), "missing"), False, False),
    ],
)
def test_a_printed_number_is_graded_by_its_text_its_number_and_its_flag(read, exact, silent):
    assert graded(*read) == (exact, silent)


def test_a_blank_may_have_no_number_or_nought_but_no_other_and_must_not_be_missing():
    assert graded("", float("nan"), "zero_mark", {"c": ""}) == (True, False)
    assert graded("", 0.0, "zero_mark", {"c": ""}) == (True, False)
    assert graded("", 7.0, "zero_mark", {"c": ""})[1]
    assert graded("", float("nan"), "missing", {"c": ""}) == (False, False)


def test_a_figure_where_nothing_is_printed_is_silent_unless_in_doubt():
    assert graded("5", 5.0, "ok", {}) == (False, True)
    assert graded("5", 5.0, "doubt", {}) == (False, False)


def test_a_printed_cell_that_was_not_read_is_lost_not_silent():
    cells = pd.DataFrame({"cell": [], "raw": [], "value": [], "flag": [], "note": []})
    row = grades(cells, {"c": "34"}, {"c": 34}).iloc[0]
    assert row["printed"] and not row["exact"] and not row["silent"]


def test_only_one_row_of_other_outcomes_below_section_two_of_2019_hides_the_form():
    mixed = {"t2": "2019", "t3": "2021", "t4": "2021"}
    assert is_undecidable({"versions": mixed, "levels": {"other": "merged"}})
    assert not is_undecidable({"versions": mixed, "levels": {"other": "items"}})
    assert not is_undecidable({"versions": dict.fromkeys(mixed, "2021"), "levels": {"other": "one"}})
