"""Comparison: who may be compared, changes with intervals, like with like, and what cases were made of."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.comparison import compare, composition
from govinfo.comparison.indicators import measure, with_intervals


def reports(rows) -> pd.DataFrame:
    names = ["report_id", "agency", "year", "scope", "level", "province"]
    table = pd.DataFrame([(*row, "A") if len(row) == 5 else row for row in rows], columns=names)
    return table.assign(agency_id=table["agency"])


def rates(counts: dict) -> pd.DataFrame:
    """Measured disclosure rates from report -> (k, n)."""
    rows = [(r, "disclosure_rate", k / n if n else np.nan, k, n, False, "") for r, (k, n) in counts.items()]
    names = ["report_id", "indicator", "value", "numerator", "denominator", "marked", "note"]
    return with_intervals(pd.DataFrame(rows, columns=names))


PAIR = reports([("a1", "a", 2023, "own organ", "department"), ("g1", "g", 2023, "whole government", "county")])


def test_a_whole_government_and_a_single_organ_are_not_compared_unannounced():
    measured = rates({"a1": (1, 2), "g1": (3, 9)})
    with pytest.raises(compare.MixedScopes, match="own organ, whole government"):
        compare.comparable(measured, PAIR, "disclosure_rate")
    assert len(compare.comparable(measured, PAIR, "disclosure_rate", mixed=True)) == 2


def test_two_reports_of_one_agency_and_year_both_stay_out_and_are_counted():
    both = reports([("a1", "a", 2023, "own organ", "department"), ("a2", "a", 2023, "own organ", "department"),
                    ("b1", "b", 2023, "own organ", "department"), ("c1", "c", 2023, "own organ", "department")])  # fmt: skip
    found = compare.comparable(rates({"a1": (1, 2), "a2": (1, 3), "b1": (1, 4), "c1": (0, 0)}), both, "disclosure_rate")
    assert list(found["report_id"]) == ["b1"]
    assert found.attrs["left_out"] == {"no value": 1, "same agency and year": 2}


def many():
    rows = [(f"d{i}", f"d{i}", 2023, "own organ", "department", "A" if i < 25 else "B") for i in range(50)]
    rows += [(f"t{i}", f"t{i}", 2023, "own organ", "township", "A") for i in range(10)]
    rows += [(f"g{i}", f"g{i}", 2023, "whole government", "county", "A") for i in range(5)]
    table = reports(rows)
    return compare.comparable(rates({r: (1, 10) for r in table["report_id"]}), table, "disclosure_rate", mixed=True)


def test_peers_are_narrowed_by_level_province_and_size_while_twenty_remain():
    found = compare.peers(many(), "d0")
    assert found.within == ("scope", "level", "province", "size") and len(found.table) == 25
    assert compare.peers(many(), "t0").within == ("scope", "province", "size")


def test_the_scope_is_never_relaxed_for_want_of_peers():
    found = compare.peers(many(), "g0")
    assert found.within == ("scope",) and set(found.table["scope"]) == {"whole government"}


def test_peers_of_an_unknown_report_or_scope_are_refused():
    with pytest.raises(KeyError, match="'nobody' is not among"):
        compare.peers(many(), "nobody")
    with pytest.raises(compare.MixedScopes, match="scope is unknown"):
        compare.peers(many().assign(scope=None), "d0")


TWO_YEARS = reports([("a1", "a", 2022, "own organ", "department"), ("a2", "a", 2023, "own organ", "department"),
                     ("b2", "b", 2023, "own organ", "department")])  # fmt: skip


def test_a_change_between_two_years_has_newcombes_interval():
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = compare.change(
        rates({"a1": (48, 80), "a2": (56, 70), "b2": (1, 2)}), TWO_YEARS, "disclosure_rate", (2022, 2023)
    )
    theirs = confint_proportions_2indep(56, 70, 48, 80, compare="diff", method="newcomb")
    assert list(found["agency"]) == ["a"] and found["change"].iloc[0] == pytest.approx(0.2)
    assert found[["low", "high"]].iloc[0].to_list() == pytest.approx(theirs, abs=1e-9)


def test_each_change_keeps_its_own_interval_in_whatever_order_the_reports_come():
    counts = {"a1": (48, 80), "a2": (56, 70), "b1": (1, 20), "b2": (19, 20)}
    both = pd.concat([TWO_YEARS, TWO_YEARS.iloc[[2]].assign(report_id="b1", year=2022)])
    for order in (["a2", "b1", "b2", "a1"], ["b2", "a1", "a2", "b1"], ["a1", "a2", "b1", "b2"]):
        reports_ = both.set_index("report_id").loc[order].reset_index()
        found = compare.change(rates(counts), reports_, "disclosure_rate", (2022, 2023)).set_index("agency")
        assert found["change"].round(9).to_dict() == {"a": 0.2, "b": 0.9}
        assert found.loc["a", "low"] == pytest.approx(0.0524, abs=5e-5)
        assert (found["low"] < found["change"]).all() and (found["change"] < found["high"]).all()


def test_what_has_no_interval_has_no_change():
    with pytest.raises(ValueError, match="has no interval"):
        compare.change(rates({}), TWO_YEARS, "publication_days", (2022, 2023))


STONES = pd.DataFrame({"k_0": [81, 192], "n_0": [87, 263], "k_1": [234, 55], "n_1": [270, 80]}, ["small", "large"])


def test_the_decomposition_of_the_kidney_stones_shows_simpsons_paradox():
    """Charig et al. 1986, BMJ 292:879; Julious & Mullee 1994, BMJ 309:1480: 273/350 against 289/350."""
    found = compare.decompose(STONES)
    assert found.difference == pytest.approx(289 / 350 - 273 / 350, abs=1e-12)
    assert found.rates < 0 < found.mix and found.simpson
    exact = sum(
        Fraction(n0, 350) / 2 * (Fraction(k1, n1) - Fraction(k0, n0)) + Fraction(n1, 350) / 2 * (Fraction(k1, n1) - Fraction(k0, n0))
        for k0, n0, k1, n1 in STONES.itertuples(index=False)
    )  # fmt: skip
    assert found.rates == pytest.approx(float(exact), abs=1e-12)


counts = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=6))
def test_rates_and_mix_always_add_up_to_the_difference(rows):
    strata = pd.DataFrame([(*a, *b) for a, b in rows], columns=["k_0", "n_0", "k_1", "n_1"])
    if not (strata["n_0"].sum() and strata["n_1"].sum()):
        with pytest.raises(ValueError, match="some cases on both sides"):
            compare.decompose(strata)
        return
    found = compare.decompose(strata)
    assert found.rates + found.mix == pytest.approx(found.difference, abs=1e-9)


def test_an_unknown_count_is_not_decomposed():
    with pytest.raises(ValueError, match="known counts"):
        compare.decompose(STONES.assign(k_0=[81, None]))


def test_a_standardised_rate_is_the_weighted_mean_of_the_strata():
    value, low, high = compare.standardised(STONES["k_0"], STONES["n_0"], [357, 343])
    assert value == pytest.approx((357 * 81 / 87 + 343 * 192 / 263) / 700, abs=1e-12)
    assert 0 < low < value < high < 1
    assert np.isnan(compare.standardised([1, 0], [2, 0], [1, 1])).all()


def test_one_stratum_standardised_has_wilsons_own_interval():
    from scipy.stats import binomtest

    theirs = binomtest(81, 263).proportion_ci(method="wilson")
    assert compare.standardised([81], [263], [1])[1:] == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_two_reports_are_compared_by_kind_of_applicant():
    values = {"t3.granted.natural": 4, "t3.partial.natural": 1, "t3.total.natural": 10}
    values |= {f"t3.{row}.{kind}": 0 for row in ("granted", "partial", "total")
               for kind in ("enterprise", "research", "welfare", "legal", "other")}  # fmt: skip
    cells = pd.DataFrame(
        [(r, c, float(v)) for r in "ab" for c, v in values.items()], columns=["report_id", "cell", "value"]
    )
    strata = compare.by_applicant(cells, "disclosure_rate", "a", "b")
    assert strata.loc["natural"].to_list() == [5, 10, 5, 10]
    with pytest.raises(ValueError, match="applicants cannot be told apart"):
        compare.by_applicant(cells, "reviews_per_100", "a", "b")


def test_neighbouring_years_are_taken_apart_by_applicant_and_unknown_figures_leave_a_pair_out():
    kinds = ("natural", "enterprise", "research", "welfare", "legal", "other")

    def cells(report, strata, other=0.0):
        rows = [(report, f"t3.{row}.{kind}", 0.0) for row in ("granted", "partial", "total") for kind in kinds]
        table = pd.DataFrame(rows, columns=["report_id", "cell", "value"]).set_index("cell")
        for kind, (k, n) in zip(kinds, strata, strict=False):
            table.loc[[f"t3.granted.{kind}", f"t3.total.{kind}"], "value"] = [k, n]
        return table.reset_index()

    first, second = [(81, 87), (192, 263)], [(234, 270), (55, 80)]
    known = pd.concat([cells("a1", first), cells("a2", second)])
    found = compare.neighbours(known, TWO_YEARS).iloc[0]
    assert found["simpson"] and found["difference"] == pytest.approx(289 / 350 - 273 / 350, abs=1e-12)
    assert len(compare.neighbours(known.iloc[:-1], TWO_YEARS)) == 0


def test_years_are_decomposed_by_agency():
    measured = rates({"a1": (48, 80), "a2": (56, 70), "b2": (1, 2)})
    strata = compare.by_agency(measured, TWO_YEARS, "disclosure_rate", (2022, 2023))
    assert strata.loc["a"].to_list() == [48, 80, 56, 70]


PARTS = pd.DataFrame({"x": [8.0, 1.0, 2.0, 9.0], "y": [8.0, 9.0, 8.0, 2.0], "z": [0.0, 3.0, 3.0, 0.0]}, list("abcd"))


def test_replacing_zeros_keeps_the_sum_and_the_ratios_of_the_other_parts():
    filled = composition.without_zeros(PARTS)
    assert filled.sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-12) and (filled > 0).all(axis=None)
    assert filled.loc["d", "x"] / filled.loc["d", "y"] == pytest.approx(4.5, abs=1e-12)


def test_aitchisons_distance_equals_the_sum_over_all_pairs_of_log_ratios():
    filled = composition.without_zeros(PARTS)
    ours = composition.distances(PARTS)
    for one in "abcd":
        for other in "abcd":
            x, y = filled.loc[one].to_numpy(), filled.loc[other].to_numpy()
            pairs = np.log(np.outer(x, 1 / x)) - np.log(np.outer(y, 1 / y))
            assert ours.loc[one, other] == pytest.approx(np.sqrt((pairs**2).sum() / (2 * len(x))), abs=1e-9)


def test_clusters_put_alike_by_alike():
    found = composition.clusters(PARTS, 2)
    assert found["a"] == found["d"] != found["b"] == found["c"]
    order = composition.leaf_order(PARTS)
    assert abs(order.index("a") - order.index("d")) == 1
    with pytest.raises(ValueError, match="expected 1 to 4 clusters, asked for 5"):
        composition.clusters(PARTS, 5)


def test_a_composition_is_read_from_cells_of_either_form_and_unknown_parts_stay_unknown():
    values = {"t3.granted.total": 3, "t3.partial.total": 1, "t3.denied.total": 0, "t3.unable.total": 2,
              "t3.not_processed.total": 0, "t3.other.no_correction.total": 1, "t3.other.unpaid_fee.total": 0,
              "t3.other.other.total": 1}  # fmt: skip
    cells = pd.DataFrame([("a", c, float(v)) for c, v in values.items()] + [("b", "t3.granted.total", 1.0)],
                         columns=["report_id", "cell", "value"])  # fmt: skip
    table = composition.counts(cells)
    assert table.loc["a"].to_list() == [3, 1, 0, 2, 0, 2]
    assert list(composition.complete(table).index) == ["a"]
    with pytest.raises(ValueError, match="every part known"):
        composition.without_zeros(table)


def test_unknown_compositions_are_refused_by_name():
    with pytest.raises(ValueError, match="the known ones are outcomes, grounds, applicants"):
        composition.parts("colours")


def test_the_parts_of_the_outcomes_are_those_whose_sum_is_the_total(shared):
    cells = pd.read_csv(shared / "facts" / "cells.csv", dtype={"raw": str})
    here = cells[cells["report_id"] == "huaian-2024"]
    assert composition.counts(here).sum(axis=1).to_list() == [3050]
    assert measure(here, pd.DataFrame({"report_id": ["huaian-2024"]}), only=["refusal_rate"])["value"].notna().all()
