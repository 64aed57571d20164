"""Every statistic beside an independent implementation, or a published worked example: the list of them all.

Each entry of STATISTICS gives our numbers, theirs, and who "they" are. Closed forms agree within 1e-9, what is found by
iteration within 1e-6, published examples within the digits printed.
"""

import inspect
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from govinfo.comparison import compare, composition, funnel, intervals, likeness, shrinkage

CLOSED, ITERATIVE = 1e-9, 1e-6
PAIRS = [(0, 1), (1, 1), (0, 20), (1, 29), (15, 148), (81, 263), (500, 1000), (3050, 3050)]
RNG = np.random.RandomState(711)
N = RNG.poisson(40, 60) + 1
K = RNG.binomial(N, RNG.beta(4, 6, 60))
TARGET = K.sum() / N.sum()
STONES = pd.DataFrame({"k_0": [81, 192], "n_0": [87, 263], "k_1": [234, 55], "n_1": [270, 80]})
PARTS = pd.DataFrame({"x": [8.0, 1.0, 2.0, 9.0], "y": [8.0, 9.0, 8.0, 2.0], "z": [1.0, 3.0, 3.0, 4.0]}, list("abcd"))


@dataclass(frozen=True)
class Statistic:
    """`covers`: the public functions it checks; `compute` returns ours and theirs."""

    covers: tuple
    source: str
    compute: object
    within: float = CLOSED


def _proportion(ours, method):
    theirs = [stats.binomtest(k, n).proportion_ci(method=method) for k, n in PAIRS]
    return [ours(k, n) for k, n in PAIRS], [(one.low, one.high) for one in theirs]


def _garwood():
    from statsmodels.stats.rates import confint_poisson

    cases = [(0, 3), (1, 10), (10, 1), (351, 3050)]
    return [intervals.garwood(*c) for c in cases], [confint_poisson(*c, method="exact-c") for c in cases]


def _newcombe():
    from statsmodels.stats.proportion import confint_proportions_2indep

    cases = [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29)]
    theirs = [confint_proportions_2indep(*c, compare="diff", method="newcomb") for c in cases]
    return [intervals.newcombe(*c) for c in cases], theirs


def _mover():
    """Donner and Zou's own form: L = a - b - sqrt((a - la)^2 + (ub - b)^2), with the two intervals from chi-square."""
    (a, la, ua), (b, lb, ub) = (
        (k / n, *(stats.chi2.ppf([0.025, 0.975], [2 * k, 2 * k + 2]) / 2 / n)) for k, n in ((10, 40), (4, 50))
    )
    theirs = a - b - ((a - la) ** 2 + (ub - b) ** 2) ** 0.5, a - b + ((ua - a) ** 2 + (b - lb) ** 2) ** 0.5
    ours = [(k / n, *intervals.garwood(k, n)) for k, n in ((10, 40), (4, 50))]
    return intervals.difference(*ours), theirs


def _beta_binomial():
    from scipy.optimize import minimize

    def loss(logs):
        return -stats.betabinom.logpmf(K, N, *np.exp(logs)).sum()

    found = minimize(loss, [0, 0], method="Nelder-Mead", options={"xatol": 1e-11, "fatol": 1e-12, "maxiter": 4000})
    fit = shrinkage.fit_beta_binomial(K, N)
    return np.log([fit.alpha, fit.beta]), found.x


def _posterior():
    fit = shrinkage.fit_beta_binomial(K, N)
    law = stats.beta(fit.alpha + K, fit.beta + N - K)
    drawn = shrinkage.shrink(K, N, fit)
    return drawn[["shrunk", "low", "high"]].to_numpy().T, (law.mean(), law.ppf(0.025), law.ppf(0.975))


def _positions():
    fit = shrinkage.fit_beta_binomial(K, N)
    law = stats.betabinom(N, fit.alpha, fit.beta)
    below = [stats.betabinom(n, fit.alpha, fit.beta).pmf(np.arange(k)).sum() for k, n in zip(K, N, strict=True)]
    return shrinkage.tail_positions(K, N, fit), np.array(below) + law.pmf(K) / 2


def _ranks():
    """Klein, Wright and Wieczorek's count of intervals wholly above and wholly below, over SciPy's exact intervals."""
    level = 0.95 ** (1 / len(K))
    ends = [stats.binomtest(int(k), int(n)).proportion_ci(level, "exact") for k, n in zip(K, N, strict=True)]
    best = [1 + sum(other.low > one.high for other in ends) for one in ends]
    worst = [len(ends) - sum(other.high < one.low for other in ends) for one in ends]
    found = shrinkage.ranks(K, N)
    return found[["low", "high", "best", "worst"]].to_numpy().T, (
        [e.low for e in ends],
        [e.high for e in ends],
        best,
        worst,
    )


def _dispersion():
    z = (K / N - TARGET) / np.sqrt(TARGET * (1 - TARGET) / N)
    return funnel.over_dispersion(z, 6 / 59), np.mean(stats.mstats.winsorize(z, (6 / 60, 6 / 60)) ** 2)


def _between():
    from statsmodels.stats.meta_analysis import combine_effects

    variance = TARGET * (1 - TARGET) / N
    theirs = combine_effects(K / N, variance, method_re="chi2")
    phi = np.mean((K / N - TARGET) ** 2 / variance)
    return funnel.between_reports(N, TARGET, phi) ** 2, theirs.tau2


def _limits(law):
    """Spiegelhalter 2005, A.1.1, by hand: r - (P(R <= r) - p) / P(R = r), over n, from SciPy's distribution."""

    def by_hand(n, tail):
        one = law(n)
        r = next(r for r in range(n + 1) if one.cdf(r) >= tail)
        return max(r - (one.cdf(r) - tail) / one.pmf(r), 0) / n

    return [by_hand(n, tail) for n in (5, 40, 200) for tail in (0.025, 0.001)]


def _lower_limits(**options):
    return [float(funnel.limits(0.3, n, level, **options)[0]) for n in (5, 40, 200) for level in funnel.LEVELS]


def _multiplicative():
    low, high = funnel.limits(0.3, 400, 0.95, "multiplicative", phi=2.0)
    sd = np.sqrt(2 * 0.3 * 0.7 / 400)
    return (low, high), stats.norm(0.3, sd).interval(0.95)


def _kitagawa():
    """Kitagawa's two components written out for the two strata of the kidney stones, in whole numbers over 350."""
    shares, rates = [[87 / 350, 263 / 350], [270 / 350, 80 / 350]], [[81 / 87, 192 / 263], [234 / 270, 55 / 80]]
    rate = sum((shares[0][i] + shares[1][i]) / 2 * (rates[1][i] - rates[0][i]) for i in (0, 1))
    mix = sum((rates[0][i] + rates[1][i]) / 2 * (shares[1][i] - shares[0][i]) for i in (0, 1))
    found = compare.decompose(STONES)
    return (found.rates, found.mix, found.difference), (rate, mix, 289 / 350 - 273 / 350)


def _simpson():
    return compare.simpson(STONES), True


def _standardised():
    """Adjusted success rates of the kidney stones (weights 357 and 343 of 700), as in Julious and Mullee's table."""
    ours = [compare.standardised(STONES[f"k_{i}"], STONES[f"n_{i}"], [357, 343])[0] for i in (0, 1)]
    return ours, [0.8325, 0.7789]


def _change():
    from statsmodels.stats.proportion import confint_proportions_2indep

    from govinfo.comparison.indicators import with_intervals

    rows = [("a1", 48, 80), ("a2", 56, 70)]
    measured = with_intervals(pd.DataFrame([(r, "disclosure_rate", k / n, k, n, False, "") for r, k, n in rows],
                              columns=["report_id", "indicator", "value", "numerator", "denominator", "marked", "note"]))  # fmt: skip
    reports = pd.DataFrame({"report_id": ["a1", "a2"], "agency": "a", "year": [2022, 2023], "scope": "own organ"})
    found = compare.change(measured, reports, "disclosure_rate", (2022, 2023)).iloc[0]
    return found[["low", "high"]].to_numpy(float), confint_proportions_2indep(
        56, 70, 48, 80, compare="diff", method="newcomb"
    )


def _log_ratios():
    return composition.centred_log_ratios(PARTS), np.log(PARTS.div(stats.gmean(PARTS, axis=1), axis=0))


def _aitchison():
    """Aitchison's definition over all pairs of parts: sqrt(sum (ln xi/xj - ln yi/yj)^2 / 2D)."""
    logs = np.log(PARTS.to_numpy())
    pairs = logs[:, :, None] - logs[:, None, :]
    theirs = [[np.sqrt(((x - y) ** 2).sum() / (2 * logs.shape[1])) for y in pairs] for x in pairs]
    return composition.distances(PARTS), theirs


def _zeros():
    """Square-root prior by hand: 0 of 16 in three parts is (1/3) * 4 / 20; the others keep their ratio."""
    ours = composition.without_zeros(pd.DataFrame({"x": [12.0], "y": [4.0], "z": [0.0]}))
    return ours, [[(1 - 1 / 15) * 0.75, (1 - 1 / 15) * 0.25, 1 / 15]]


def _shares():
    return composition.shares(PARTS), [[x / sum(row) for x in row] for row in PARTS.to_numpy().tolist()]


def _clusters():
    """The partition into two with the least sum of squares around its means, over all partitions: Ward's criterion."""
    ratios = composition.centred_log_ratios(PARTS).to_numpy()

    def spread(side):
        return sum(((ratios[side == s] - ratios[side == s].mean(0)) ** 2).sum() for s in (0, 1) if (side == s).any())

    best = min((np.array([0, *map(int, f"{i:03b}")]) for i in range(1, 8)), key=spread)
    found = composition.clusters(PARTS, 2).to_numpy()
    return (found == found[0]).astype(int), (best == best[0]).astype(int)


def _jaccard():
    from scipy.spatial.distance import jaccard

    a, b = "依法公开政府信息申请答复", "依法公开政府信息，按期答复"
    grams = [likeness.ngrams(text) for text in (a, b)]
    every = sorted(grams[0] | grams[1])
    return likeness.similarity(a, b), 1 - jaccard(*([gram in one for gram in every] for one in grams))


def _passages():
    """The longest common run of two texts, by the standard library's matcher."""
    from difflib import SequenceMatcher

    a, b = "2024年本机关深入贯彻条例依法办理申请15件全年培训三次", "2023年本机关深入贯彻条例依法办理申请12件均按期答复"
    match = SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    row = likeness.passages(a, b, least=10).iloc[0]
    return (row.a0, row.b0, row.letters), (match.a, match.b, match.size)


STATISTICS = {
    "Wilson's interval": Statistic(("intervals.wilson",), "scipy.stats.binomtest", lambda: _proportion(intervals.wilson, "wilson")),
    "Clopper and Pearson's interval": Statistic(("intervals.clopper_pearson",), "scipy.stats.binomtest", lambda: _proportion(intervals.clopper_pearson, "exact")),
    "Garwood's interval": Statistic(("intervals.garwood",), "statsmodels.stats.rates.confint_poisson", _garwood),
    "Newcombe's interval": Statistic(("intervals.newcombe",), "statsmodels confint_proportions_2indep", _newcombe),
    "MOVER interval of a difference": Statistic(("intervals.difference",), "Zou and Donner 2008, formula; scipy.stats.chi2", _mover),
    "beta-binomial fit": Statistic(("shrinkage.fit_beta_binomial",), "scipy.stats.betabinom, Nelder-Mead", _beta_binomial, ITERATIVE),
    "shrunk rates": Statistic(("shrinkage.shrink",), "scipy.stats.beta", _posterior),
    "positions in the fit": Statistic(("shrinkage.tail_positions",), "scipy.stats.betabinom, summed", _positions),
    "simultaneous ranks": Statistic(("shrinkage.ranks",), "Klein, Wright and Wieczorek 2020, counted; scipy.stats.binomtest", _ranks),
    "over-dispersion": Statistic(("funnel.over_dispersion",), "scipy.stats.mstats.winsorize", _dispersion),
    "spread between reports": Statistic(("funnel.between_reports",), "statsmodels.stats.meta_analysis.combine_effects", _between),
    "exact limits": Statistic(("funnel.limits", "funnel.funnel"), "Spiegelhalter 2005, A.1.1; scipy.stats.binom", lambda: (_lower_limits(), _limits(lambda n: stats.binom(n, 0.3)))),
    "limits over differing rates": Statistic(("funnel.limits",), "the same; scipy.stats.betabinom", lambda: (_lower_limits(method="additive", tau=0.1), _limits(lambda n: stats.betabinom(n, 6.0, 14.0)))),
    "multiplicative limits": Statistic(("funnel.limits",), "scipy.stats.norm", _multiplicative),
    "rates and mix": Statistic(("compare.decompose",), "Kitagawa 1955, written out; Charig et al. 1986", _kitagawa),
    "Simpson's paradox": Statistic(("compare.simpson",), "Julious and Mullee 1994", _simpson),
    "standardised rates": Statistic(("compare.standardised",), "kidney stones, adjusted rates as published (four digits)", _standardised, 5e-5),
    "change between years": Statistic(("compare.change",), "statsmodels confint_proportions_2indep", _change),
    "centred log-ratios": Statistic(("composition.centred_log_ratios",), "scipy.stats.gmean", _log_ratios),
    "Aitchison's distance": Statistic(("composition.distances",), "Aitchison 1986, over all pairs of parts", _aitchison),
    "zeros replaced": Statistic(("composition.without_zeros",), "Martin-Fernandez et al. 2015, worked by hand", _zeros),
    "shares": Statistic(("composition.shares",), "plain division", _shares),
    "clusters": Statistic(("composition.clusters",), "all partitions tried", _clusters),
    "similarity of texts": Statistic(("likeness.similarity",), "scipy.spatial.distance.jaccard", _jaccard),
    "shared passages": Statistic(("likeness.passages",), "difflib.SequenceMatcher", _passages),
}  # fmt: skip


@pytest.mark.parametrize("name", STATISTICS)
def test_a_statistic_equals_an_independent_implementation(name):
    one = STATISTICS[name]
    ours, theirs = (np.asarray(side, float) for side in one.compute())
    assert ours.shape == theirs.shape and np.isfinite(ours).all()
    assert np.abs(ours - theirs).max() <= one.within, one.source


# What computes no statistic of its own: choices of rows, errors, tables, and what is made of the above.
OTHERS = {
    "intervals.enough", "compare.comparable", "compare.peers", "compare.by_applicant", "compare.by_agency",
    "compare.neighbours", "composition.parts", "composition.title", "composition.counts", "composition.complete",
    "composition.leaf_order", "likeness.letters", "likeness.ngrams", "likeness.alike", "likeness.commonplaces",
    "likeness.reused", "likeness.practice", "likeness.side_by_side",
    "likeness.signature",  # equals plain whole-number arithmetic, and estimates Jaccard's index: test_likeness.py
}  # fmt: skip


def test_every_public_function_is_in_the_list_or_computes_no_statistic():
    public = {
        f"{module.__name__.removeprefix('govinfo.comparison.')}.{name}"
        for module in (intervals, shrinkage, funnel, compare, composition, likeness)
        for name, found in vars(module).items()
        if inspect.isfunction(found) and found.__module__ == module.__name__ and not name.startswith("_")
    }
    covered = {function for one in STATISTICS.values() for function in one.covers}
    assert public == covered | OTHERS and not covered & OTHERS
