"""Indicators: the same rate from either form, nothing from a missing figure, each with its basis."""

import numpy as np
import pandas as pd
import pytest

from govinfo.comparison import indicators as module
from govinfo.comparison.indicators import (
    cells_behind,
    definitions,
    due_date,
    indicators,
    measure,
    parse,
    sums,
    with_intervals,
    without_marked,
)
from govinfo.form import VERSIONS, load_form

REPORTS = pd.DataFrame({"report_id": ["a"], "year": [2023], "level": ["county"], "scope": ["whole government"]})
DONE = {
    "t3.granted.total": 6, "t3.partial.total": 1, "t3.denied.total": 2, "t3.unable.total": 3,
    "t3.not_processed.total": 0, "t3.other.total": 8, "t3.total.total": 20,
}  # fmt: skip


def table(values: dict, report="a", flag="ok") -> pd.DataFrame:
    rows = [(report, cell, np.nan if value is None else float(value), flag) for cell, value in values.items()]
    return pd.DataFrame(rows, columns=["report_id", "cell", "value", "flag"])


def one(values: dict, indicator: str, **more) -> pd.Series:
    return measure(table(values), REPORTS, only=[indicator], **more).iloc[0]


def test_the_disclosure_rate_counts_full_and_partial_disclosure_among_all_outcomes():
    row = one(DONE, "disclosure_rate")
    assert (row.value, row.numerator, row.denominator, row.method) == (0.35, 7, 20, "Wilson")


def test_wilsons_interval_of_a_rate_equals_scipy():
    from scipy.stats import binomtest

    row, theirs = one(DONE, "disclosure_rate"), binomtest(7, 20).proportion_ci(method="wilson")
    assert (row.low, row.high) == (pytest.approx(theirs.low, abs=1e-9), pytest.approx(theirs.high, abs=1e-9))


def test_a_group_counts_the_same_printed_as_one_row_or_as_its_items():
    items = {c: v for c, v in DONE.items() if c != "t3.other.total"}
    items |= {"t3.other.no_correction.total": 3, "t3.other.unpaid_fee.total": 0, "t3.other.other.total": 5}
    assert one(items, "other_rate").value == one(DONE, "other_rate").value == 0.4


def test_items_missing_beside_a_group_row_do_not_hide_it():
    items = dict.fromkeys(sums()["t3.other.total"])
    cells = pd.concat([table(DONE), table(items, flag="missing")])
    assert measure(cells, REPORTS, only=["other_rate"]).iloc[0].value == 0.4


def test_decisions_have_one_name_in_both_forms():
    assert sums()["t2.penalty"] == ("t2.penalty.decisions",)
    assert sums()["t4.litigation.total"] == ("t4.direct.total", "t4.after_review.total")


@pytest.mark.parametrize("flag", ["missing", "zero_mark", "doubt"])
def test_a_figure_that_is_not_known_gives_no_rate_and_the_note_names_it(flag):
    cells = pd.concat(
        [table({**DONE, "t3.partial.total": None}).dropna(), table({"t3.partial.total": None}, flag=flag)]
    )
    row = measure(cells, REPORTS, only=["partial_disclosure_rate"]).iloc[0]
    assert np.isnan(row.value) and np.isnan(row.low) and row.method == "none"
    assert row.note == f"t3.partial.total: {flag}"


def test_a_value_under_doubt_is_not_used():
    cells = pd.concat([table(DONE), table({"t3.new.total": 9}, flag="doubt")])
    assert np.isnan(measure(cells, REPORTS, only=["applications"]).iloc[0].value)


def test_a_forced_zero_is_a_zero():
    cells = pd.concat([table(DONE), table({"t3.unable.not_held.total": 0}, flag="zero_mark")])
    assert measure(cells, REPORTS, only=["not_held_rate"]).iloc[0].value == 0


def test_no_case_makes_no_rate():
    row = one(dict.fromkeys(DONE, 0), "disclosure_rate")
    assert np.isnan(row.value) and row.note == "denominator is 0"


def test_a_part_larger_than_its_whole_makes_no_rate():
    row = one({**DONE, "t3.total.total": 5}, "disclosure_rate")
    assert np.isnan(row.value) and row.note == "7 cannot be a part of 5"


def test_reviews_per_100_decisions_are_a_ratio_with_an_exact_poisson_interval():
    from statsmodels.stats.rates import confint_poisson

    row = one({**DONE, "t4.review.total": 30}, "reviews_per_100")
    low, high = confint_poisson(30, 20, method="exact-c")
    assert row.value == 150 and row.method == "Garwood (exact Poisson)"
    assert (row.low, row.high) == (pytest.approx(100 * low, abs=1e-9), pytest.approx(100 * high, abs=1e-9))


def finding(**more) -> pd.DataFrame:
    row = {"report_id": "a", "rule": "r", "outcome": "fail", "severity": "error", "verdict": "open"}
    return pd.DataFrame([row | {"cells": "t3.total.total t3.granted.total", "suspects": ""} | more])


def test_a_rate_that_rests_on_a_figure_with_an_open_finding_is_marked_and_can_be_left_out():
    found = measure(table(DONE), REPORTS, findings=finding(), only=["disclosure_rate", "applications"])
    assert found.set_index("indicator")["marked"].to_dict() == {"disclosure_rate": True, "applications": False}
    left = without_marked(found).set_index("indicator")
    assert np.isnan(left.loc["disclosure_rate", "value"]) and "open finding" in left.loc["disclosure_rate", "note"]
    assert left.loc["applications"].equals(found.set_index("indicator").loc["applications"])


def test_over_dispersion_widens_the_intervals_and_the_method_says_so():
    from scipy.stats import binomtest

    wide = with_intervals(measure(table(DONE), REPORTS, only=["disclosure_rate"]), phi=2).iloc[0]
    assert wide.method == "Wilson, φ = 2" and wide.value == 0.35
    half = binomtest(3, 10).proportion_ci(method="wilson"), binomtest(4, 10).proportion_ci(method="wilson")
    assert half[0].low < wide.low < half[1].low and half[0].high < wide.high < half[1].high


def test_suspects_narrow_what_a_finding_marks():
    assert not one(DONE, "partial_disclosure_rate", findings=finding(suspects="t3.granted.total")).marked
    assert one(DONE, "full_disclosure_rate", findings=finding(suspects="t3.granted.total")).marked


@pytest.mark.parametrize("more", [{"outcome": "cannot_tell"}, {"severity": "question"}, {"verdict": "reading"}])
def test_what_is_no_error_of_the_publisher_marks_nothing(more):
    assert not one(DONE, "disclosure_rate", findings=finding(**more)).marked


def test_what_only_the_prose_states_comes_from_claims_and_never_as_zero():
    claims = pd.DataFrame({"report_id": ["a"], "claim": ["withdrawn"], "figure": [2.0]})
    assert one(DONE, "withdrawn_rate", claims=claims).value == 0.1
    assert np.isnan(one(DONE, "withdrawn_rate").value)
    twice = pd.concat([claims, claims.assign(figure=3.0)])
    assert one(DONE, "withdrawn_rate", claims=twice).note == "claim.withdrawn: stated twice"


def published(date, level="department", scope="own organ"):
    reports = pd.DataFrame(
        {"report_id": ["a"], "year": [2023], "level": [level], "scope": [scope], "published": [date]}
    )
    return measure(table(DONE), reports, only=["publication_days", "publication_delay"]).set_index("indicator")


def test_days_of_publication_count_from_the_years_end_and_from_the_statutory_date():
    assert published("2024-02-02")["value"].to_list() == [33, 2]
    assert published("2024-02-02", "county", "whole government")["value"].to_list() == [33, -58]


def test_townships_have_no_statutory_date():
    found = published("2024-03-26", "township")
    assert found.loc["publication_days", "value"] == 86
    assert found.loc["publication_delay", "note"] == "report.days_after_due_date: not applicable"
    assert due_date("central", "", 2023) == "level or scope unknown"


@pytest.mark.parametrize("date", ["", None, "2024-02-26(PDF生成日)", "2024年2月"])
def test_what_is_no_plain_date_gives_no_days(date):
    assert published(date)["value"].isna().all()


def test_every_indicator_of_every_report_has_a_row_in_a_fixed_order():
    reports = pd.DataFrame({"report_id": ["b", "a"]})
    found = measure(table(DONE), reports)
    wanted = [i.id for i in indicators().values() if i.kind != "text"]
    assert list(zip(found["report_id"], found["indicator"], strict=True)) == [(r, i) for r in "ba" for i in wanted]
    assert list(found.columns) == module.COLUMNS


def test_what_is_behind_an_indicator_is_the_to_the_very_cells():
    found = cells_behind("disclosure_rate", table(DONE), "a")
    assert list(found["part"]) == ["numerator", "numerator", "denominator"]
    assert found["value"].to_list() == [6, 1, 20]


def test_expressions_that_cannot_be_read_are_refused():
    for wrong in ("t3.a +", "t3.a t3.b", "2 * t3.a"):
        with pytest.raises(ValueError, match="expected an id or a sign"):
            parse(wrong)


def test_every_id_in_a_definition_is_a_cell_a_sum_a_claim_or_a_fact_of_the_report():
    cells = {c.id for v in VERSIONS for c in (*load_form(v).cells, *load_form(v).group_cells)}
    known = cells | set(sums()) | {"report.days_after_year_end", "report.days_after_due_date"}
    terms = {t for i in indicators().values() if i.kind != "text" for _, t in i.numerator + i.denominator}
    terms |= {part for parts in sums().values() for part in parts}
    assert {t for t in terms - known if not t.startswith("claim.")} == set()


def test_every_indicator_says_what_it_is_in_both_languages_and_what_law_it_rests_on():
    for i in indicators().values():
        assert i.label.zh and i.label.en and i.unit.zh and i.unit.en and i.basis, i.id
        assert i.kind in module.KINDS and i.direction in ("none", "lower", "higher"), i.id
        assert i.caveat.zh and i.caveat.en, i.id


def test_only_the_statutory_date_makes_less_better():
    assert [i.id for i in indicators().values() if i.direction != "none"] == ["publication_delay"]


def test_each_ground_of_refusal_has_its_own_article():
    grounds = {i.id.split(".")[1]: i.basis for i in indicators().values() if i.id.startswith("refusal_rate.")}
    assert len(grounds) == 8
    assert grounds["state_secret"] == "art. 14" and grounds["third_party"] == "art. 15"
    assert grounds["internal"] == grounds["process"] == grounds["enforcement"] == "art. 16"


def test_the_meaning_of_an_interval_is_said_in_both_languages():
    assert "不是抽样" in definitions()["interval_zh"] and "no sample" in definitions()["interval_en"]


def test_the_rates_of_a_real_report_are_those_of_its_figures(shared):
    cells = pd.read_csv(shared / "facts" / "cells.csv", dtype={"raw": str})
    found = measure(cells[cells["report_id"] == "huaian-2024"], pd.DataFrame({"report_id": ["huaian-2024"]}))
    rates = found.set_index("indicator")
    assert rates.loc["disclosure_rate", ["numerator", "denominator"]].to_list() == [1816, 3050]
    assert rates.loc["carry_over_rate", "value"] == pytest.approx(
        rates.loc["carry_over_rate", "numerator"] / rates.loc["carry_over_rate", "denominator"]
    )
