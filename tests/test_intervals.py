"""Intervals, shrinkage and ranks: against independent implementations, published examples and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from govinfo.comparison import intervals, shrinkage

PAIRS = [(0, 1), (1, 1), (0, 20), (1, 29), (15, 148), (81, 263), (500, 1000), (3050, 3050)]


@pytest.mark.parametrize(("k", "n"), PAIRS)
def test_wilson_equals_scipy(k, n):
    ours = np.array(intervals.wilson(k, n))
    theirs = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert ours == pytest.approx([theirs.low, theirs.high], abs=1e-9)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_equals_the_published_examples_of_newcombe_1998_table_1(k, n, low, high):
    assert np.array(intervals.wilson(k, n)) == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize("n", [5, 20, 100, 1000])
def test_wilson_covers_95_percent_on_average_over_p(n, record_property, capsys):
    p = np.linspace(0.0005, 0.9995, 1000)
    k = np.arange(n + 1)
    low, high = intervals.wilson(k, np.full(n + 1, n))
    inside = (low[:, None] <= p) & (p <= high[:, None])
    coverage = (stats.binom.pmf(k[:, None], n, p) * inside).sum(axis=0)
    record_property("minimum_coverage", coverage.min())
    with capsys.disabled():
        print(f"\n  Wilson, n = {n}: mean coverage {coverage.mean():.4f}, minimum {coverage.min():.4f}", end="")
    assert 0.94 <= coverage.mean() <= 0.96


def test_nothing_is_said_where_nothing_is_known():
    low, high = intervals.wilson([0, np.nan, 3, -1], [0, 5, 2, 5])
    assert np.isnan(low).all() and np.isnan(high).all()


def test_over_dispersion_widens_wilsons_interval_as_fewer_cases_would():
    assert np.array(intervals.wilson(20, 80, phi=4)) == pytest.approx(np.array(intervals.wilson(5, 20)), abs=1e-12)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_rate_and_mirrors_the_failures(pair):
    k, n = pair
    (low, high), (other_low, other_high) = intervals.wilson(k, n), intervals.wilson(n - k, n)
    assert low - 1e-12 <= k / n <= high + 1e-12
    assert float(low) == pytest.approx(1 - float(other_high), abs=1e-12)
    assert float(high) == pytest.approx(1 - float(other_low), abs=1e-12)


@pytest.mark.parametrize(("k", "n"), PAIRS)
def test_clopper_pearson_equals_scipy(k, n):
    theirs = stats.binomtest(k, n).proportion_ci(method="exact")
    assert np.array(intervals.clopper_pearson(k, n)) == pytest.approx([theirs.low, theirs.high], abs=1e-9)


@pytest.mark.parametrize(("k", "exposure"), [(0, 3), (1, 10), (10, 1), (351, 3050)])
def test_garwood_equals_statsmodels(k, exposure):
    from statsmodels.stats.rates import confint_poisson

    assert np.array(intervals.garwood(k, exposure)) == pytest.approx(
        confint_poisson(k, exposure, method="exact-c"), abs=1e-9
    )


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ],
)
def test_newcombe_equals_the_published_examples_of_method_10_and_statsmodels(first, second, low, high):
    from statsmodels.stats.proportion import confint_proportions_2indep

    ours = np.array(intervals.newcombe(*first, *second))
    assert ours == pytest.approx([low, high], abs=6e-5)
    theirs = confint_proportions_2indep(*first, *second, compare="diff", method="newcomb")
    assert ours == pytest.approx(theirs, abs=1e-9)


def corpus(rng, reports=150, mean=0.4, spread=0.15, size=25):
    n = rng.poisson(size * rng.lognormal(0, 0.8, reports)) + 1
    p = rng.beta(mean / spread, (1 - mean) / spread, reports) if spread else np.full(reports, mean)
    return rng.binomial(n, p), n, p


def test_the_beta_binomial_fit_equals_a_direct_search_with_scipys_likelihood():
    from scipy.optimize import minimize

    k, n, _ = corpus(np.random.default_rng(1))
    ours = shrinkage.fit_beta_binomial(k, n)

    def loss(logs):
        return -stats.betabinom.logpmf(k, n, *np.exp(logs)).sum()

    found = minimize(loss, [0, 0], method="Nelder-Mead", options={"xatol": 1e-11, "fatol": 1e-12, "maxiter": 4000})
    assert np.log([ours.alpha, ours.beta]) == pytest.approx(found.x, abs=1e-6)
    binomial = stats.binom.logpmf(k, n, k.sum() / n.sum()).sum()
    assert ours.gain == pytest.approx(-found.fun - binomial, abs=1e-6)


def test_a_corpus_with_one_shared_rate_has_no_spread_and_is_shrunk_wholly():
    k, n = np.full(30, 12), np.full(30, 40)
    fit = shrinkage.fit_beta_binomial(k, n)
    assert (fit.spread, fit.gain) == (0, 0)
    assert shrinkage.shrink(k, n, fit)["shrunk"].tolist() == pytest.approx([0.3] * 30)


def test_a_shrunk_rate_is_the_mean_of_its_beta_posterior():
    k, n, _ = corpus(np.random.default_rng(2))
    fit = shrinkage.fit_beta_binomial(k, n)
    posterior = stats.beta(fit.alpha + k, fit.beta + n - k)
    drawn = shrinkage.shrink(k, n)
    assert drawn["shrunk"].to_numpy() == pytest.approx(posterior.mean(), abs=1e-9)
    assert drawn["low"].to_numpy() == pytest.approx(posterior.ppf(0.025), abs=1e-9)


def test_shrinkage_lowers_the_mean_squared_error_against_raw_rates():
    rng = np.random.default_rng(3)
    better = 0
    for _ in range(30):
        k, n, p = corpus(rng)
        drawn = shrinkage.shrink(k, n)
        better += ((drawn["shrunk"] - p) ** 2).mean() < ((drawn["raw"] - p) ** 2).mean()
    assert better == 30


def test_a_report_without_cases_stays_missing_in_shrinkage():
    k, n, _ = corpus(np.random.default_rng(4), reports=25)
    drawn = shrinkage.shrink([*k, 0, np.nan], [*n, 0, 4])
    assert len(drawn) == 27 and drawn.iloc[-2:].isna().all(axis=None)


def test_positions_in_a_good_fit_are_evenly_spread():
    k, n, _ = corpus(np.random.default_rng(5), reports=400, size=60)
    positions = shrinkage.tail_positions(k, n, shrinkage.fit_beta_binomial(k, n))
    assert stats.kstest(positions, "uniform").pvalue > 0.05


@pytest.mark.parametrize("method", [shrinkage.fit_beta_binomial, shrinkage.ranks, shrinkage.shrink])
def test_fewer_than_twenty_reports_are_refused_with_a_message(method):
    with pytest.raises(intervals.TooFewReports, match="at least 20 comparable reports, found 19"):
        method(np.full(19, 2), np.full(19, 5))


def test_ranks_equal_a_plain_count_of_intervals_above_and_below():
    k, n, _ = corpus(np.random.default_rng(6), reports=60, size=200)
    found = shrinkage.ranks(k, n)
    for i in range(60):
        above = sum(found["low"][j] > found["high"][i] for j in range(60))
        below = sum(found["high"][j] < found["low"][i] for j in range(60))
        assert (found["best"][i], found["worst"][i]) == (1 + above, 60 - below)


def test_all_true_ranks_lie_in_their_intervals_at_least_95_times_in_100():
    rng, all_inside = np.random.default_rng(7), 0
    for _ in range(200):
        k, n, p = corpus(rng, reports=30, size=100)
        found, true = shrinkage.ranks(k, n), stats.rankdata(-p)
        all_inside += bool(((found["best"] <= true) & (true <= found["worst"])).all())
    assert all_inside >= 190


def test_ranks_refuse_a_report_without_a_rate():
    with pytest.raises(ValueError, match="every report needs a rate"):
        shrinkage.ranks([1.0] * 25 + [np.nan], [2.0] * 26)
