"""Funnel plots: limits, over-dispersion, and what they flag."""

import numpy as np
import pytest
from scipy import stats

from govinfo.comparison import funnel
from govinfo.comparison.intervals import TooFewReports


def test_the_lower_limit_is_spiegelhalters_interpolated_one():
    theta, n, tail = 0.3, 40, 0.025
    r = next(r for r in range(n + 1) if stats.binom.cdf(r, n, theta) >= tail)
    step = stats.binom.cdf(r, n, theta) - stats.binom.cdf(r - 1, n, theta)
    by_hand = (r - (stats.binom.cdf(r, n, theta) - tail) / step) / n
    assert float(funnel.limits(theta, n, 0.95)[0]) == pytest.approx(by_hand, abs=1e-12)


@pytest.mark.parametrize("theta", [0.02, 0.3, 0.77])
def test_exact_limits_leave_at_most_half_of_the_error_on_each_side(theta):
    n = np.arange(1, 400)
    low, high = funnel.limits(theta, n, 0.95)
    assert (stats.binom.cdf(np.ceil(low * n - 1e-9) - 1, n, theta) <= 0.025 + 1e-12).all()
    assert (stats.binom.sf(np.floor(high * n + 1e-9), n, theta) <= 0.025 + 1e-12).all()


@pytest.mark.parametrize(("theta", "tau"), [(0.26, 0.17), (0.5, 0.1), (0.03, 0.02)])
def test_limits_over_differing_rates_are_quantiles_of_scipys_beta_binomial_interpolated(theta, tau):
    shape = theta * (1 - theta) / tau**2 - 1
    for n in (1, 2, 7, 40, 200):
        law = stats.betabinom(n, theta * shape, (1 - theta) * shape)
        r = int(law.ppf(0.025))
        by_hand = max(r - (law.cdf(r) - 0.025) / law.pmf(r), 0) / n
        low, high = funnel.limits(theta, n, 0.95, "additive", tau=tau)
        assert float(low) == pytest.approx(by_hand, abs=1e-9)
        assert law.sf(np.floor(float(high) * n + 1e-9)) <= 0.025 + 1e-9


def test_two_cases_of_two_lie_inside_where_rates_differ_much():
    assert float(funnel.limits(0.26, 2, 0.95, "additive", tau=0.17)[1]) == 1


def test_other_reports_are_held_against_a_funnel_that_they_do_not_move():
    found = funnel.funnel([*[3] * 25], [*[10] * 25])
    placed = found.place([95, 3, 0], [100, 10, 0])
    assert placed["outside"].tolist() == ["99.8", "", ""] and np.isnan(placed["value"].iloc[2])
    assert placed.iloc[1].equals(found.table.iloc[0])


def test_the_between_report_variance_equals_statsmodels_dersimonian_laird():
    from statsmodels.stats.meta_analysis import combine_effects

    rng = np.random.default_rng(1)
    n = rng.integers(20, 300, 40)
    k = rng.binomial(n, rng.beta(8, 12, 40))
    target = k.sum() / n.sum()
    z = (k / n - target) / np.sqrt(target * (1 - target) / n)
    theirs = combine_effects(k / n, target * (1 - target) / n, method_re="chi2")
    assert funnel.between_reports(n, target, np.mean(z**2)) ** 2 == pytest.approx(theirs.tau2, abs=1e-9)


def test_winsorising_sets_the_outer_tenths_to_their_quantiles():
    z = np.arange(-10.0, 11.0)
    clipped = stats.mstats.winsorize(z, (2 / 21, 2 / 21))
    assert funnel.over_dispersion(z) == pytest.approx(float(np.mean(clipped**2)), abs=1e-9)


@pytest.mark.parametrize("base", [0.05, 0.2, 0.5, 0.8])
def test_a_corpus_without_true_differences_flags_at_most_5_5_percent(base):
    rng, flagged = np.random.default_rng(2), []
    for _ in range(60):
        n = np.exp(rng.normal(3.5, 1.2, 200)).astype(int) + 1
        flagged.append((funnel.funnel(rng.binomial(n, base), n).table["outside"] != "").mean())
    assert np.mean(flagged) <= 0.055


@pytest.mark.parametrize("base", [0.05, 0.2, 0.5, 0.8])
def test_an_agency_with_tripled_odds_at_200_cases_is_flagged_at_least_80_times_in_100(base):
    rng, found = np.random.default_rng(3), 0
    tripled = 3 * base / (1 + 2 * base)
    for _ in range(100):
        n = np.append(np.exp(rng.normal(3.5, 1.2, 100)).astype(int) + 1, 200)
        k = rng.binomial(n, np.append(np.full(100, base), tripled))
        found += funnel.funnel(k, n).table["outside"].iloc[-1] != ""
    assert found >= 80


@pytest.mark.parametrize("dispersion", ["additive", "multiplicative"])
def test_where_true_rates_differ_the_limits_widen_and_flag_few(dispersion):
    rng = np.random.default_rng(4)
    n = rng.integers(30, 400, 300)
    k = rng.binomial(n, rng.beta(12, 18, 300))
    plain, wide = funnel.funnel(k, n, dispersion="none"), funnel.funnel(k, n, dispersion=dispersion)
    assert (plain.table["outside"] != "").mean() > 0.3
    assert (wide.table["outside"] != "").mean() < 0.12
    assert wide.phi > 2 and wide.method == dispersion


def test_below_twenty_reports_over_dispersion_is_refused_but_plain_limits_are_not():
    k, n = np.full(19, 3), np.full(19, 10)
    with pytest.raises(TooFewReports, match="over-dispersion need at least 20"):
        funnel.funnel(k, n)
    assert funnel.funnel(k, n, dispersion="none").method == "exact"


def test_reports_without_cases_stay_in_the_table_without_a_flag():
    found = funnel.funnel([*[3] * 25, 0, np.nan], [*[10] * 25, 0, 5])
    assert len(found.table) == 27
    assert found.table["value"].iloc[-2:].isna().all() and (found.table["outside"].iloc[-2:] == "").all()


def test_an_unknown_kind_of_dispersion_is_refused():
    with pytest.raises(ValueError, match="expected additive, multiplicative or none, found 'some'"):
        funnel.funnel([1], [2], dispersion="some")
