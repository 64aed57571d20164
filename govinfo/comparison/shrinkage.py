"""What many reports say about one: beta-binomial shrinkage of rates, and intervals for ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from govinfo.comparison.intervals import LEVEL, clopper_pearson, enough


@dataclass(frozen=True)
class BetaBinomial:
    """A fitted distribution of rates: `mean`, and `spread` = 1 / (alpha + beta), 0 where all reports share one rate.

    `gain` is how much higher the log-likelihood is than with one shared rate; `correlation` is that between two cases of
    one report, spread / (1 + spread).
    """

    mean: float
    spread: float
    log_likelihood: float
    gain: float
    n_reports: int
    n_cases: int

    @property
    def alpha(self) -> float:
        return self.mean / self.spread if self.spread else np.inf

    @property
    def beta(self) -> float:
        return (1 - self.mean) / self.spread if self.spread else np.inf

    @property
    def correlation(self) -> float:
        return self.spread / (1 + self.spread)


def fit_beta_binomial(k, n) -> BetaBinomial:
    """The beta-binomial distribution of k of n that makes the reports likeliest (maximum likelihood).

    Reports with n 0 or a missing figure are left out. Raises TooFewReports below 20. The likelihood is summed as
    products over cases, which is exact also where the spread is 0. Source: Griffiths 1973, Biometrics 29:637-648.
    """
    from scipy.optimize import minimize

    k, n = _usable(k, n)
    enough(len(k), "beta-binomial shrinkage")
    pooled, counts = k.sum() / n.sum(), _exceeding(k, n)
    alone = _log_likelihood(pooled, 0.0, counts)[0]
    if pooled in (0.0, 1.0):
        return BetaBinomial(pooled, 0.0, alone, 0.0, len(k), int(n.sum()))
    start = [np.log(pooled / (1 - pooled)), np.log(0.1)]
    best = minimize(_loss, start, (counts,), "L-BFGS-B", True, bounds=[(-20, 20), (-18, 6)], options=_TIGHT)
    mean, spread = _natural(best.x)
    if -best.fun <= alone + 1e-9:
        mean, spread = pooled, 0.0
    most = max(-best.fun, alone)
    return BetaBinomial(float(mean), float(spread), float(most), float(most - alone), len(k), int(n.sum()))


_TIGHT = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500}


def _usable(k, n):
    k, n = np.asarray(k, float), np.asarray(n, float)
    valid = (n > 0) & (k >= 0) & (k <= n)
    return k[valid], n[valid]


def _exceeding(k, n):
    """For i = 0, 1, ...: how many reports have more than i successes, failures, cases."""
    i = np.arange(int(n.max()))
    return [len(x) - np.searchsorted(np.sort(x), i, side="right") for x in (k, n - k, n)]


def _log_likelihood(mean, spread, counts):
    """Log-likelihood without the binomial coefficients, and its slopes by mean and spread."""
    yes, no, all_ = counts
    i = np.arange(len(all_))
    p, q, r = mean + i * spread, 1 - mean + i * spread, 1 + i * spread
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [np.where(c > 0, c * np.log(x), 0.0) for c, x in ((yes, p), (no, q), (all_, r))]
        slopes = [np.where(c > 0, c / x, 0.0) for c, x in ((yes, p), (no, q), (all_, r))]
    value = terms[0].sum() + terms[1].sum() - terms[2].sum()
    return value, slopes[0].sum() - slopes[1].sum(), (i * (slopes[0] + slopes[1] - slopes[2])).sum()


def _natural(x):
    return 1 / (1 + np.exp(-x[0])), np.exp(x[1])


def _loss(x, counts):
    mean, spread = _natural(x)
    value, by_mean, by_spread = _log_likelihood(mean, spread, counts)
    return -value, -np.array([by_mean * mean * (1 - mean), by_spread * spread])


def shrink(k, n, fit: BetaBinomial | None = None, level: float = LEVEL) -> pd.DataFrame:
    """Rates drawn towards the corpus, each the more the fewer its cases: one row for each k of n, in their order.

    Columns: `raw`, `shrunk` (posterior mean), `low`, `high` (posterior quantiles), `weight` (of the report's own cases).
    Missing where n is 0 or a figure is missing. `fit` defaults to the fit of these very reports; its own uncertainty is
    not in the interval. Raises TooFewReports below 20. Source: empirical Bayes, Efron & Morris 1975, JASA 70:311-319.
    """
    from scipy.stats import beta

    fit = fit or fit_beta_binomial(k, n)
    k, n = np.asarray(k, float), np.asarray(n, float)
    valid = (n > 0) & (k >= 0) & (k <= n)
    k, n = np.where(valid, k, np.nan), np.where(valid, n, np.nan)
    weight = n * fit.spread / (1 + n * fit.spread)
    shrunk, tail = weight * (k / n) + (1 - weight) * fit.mean, (1 - level) / 2
    bounds = [np.where(valid, fit.mean, np.nan)] * 2
    if fit.spread:
        bounds = [beta.ppf(t, fit.alpha + k, fit.beta + n - k) for t in (tail, 1 - tail)]
    return pd.DataFrame({"raw": k / n, "shrunk": shrunk, "low": bounds[0], "high": bounds[1], "weight": weight})


def tail_positions(k, n, fit: BetaBinomial) -> np.ndarray:
    """Where each report lies in the fitted distribution, from 0 to 1: evenly spread where the fit is good.

    P(K < k) + P(K = k) / 2 (mid-p). The picture of it is the fit's check.
    """
    from scipy.stats import betabinom, binom

    k, n = _usable(k, n)
    law = betabinom(n, fit.alpha, fit.beta) if fit.spread else binom(n, fit.mean)
    return law.cdf(k) - law.pmf(k) / 2


def ranks(k, n, level: float = LEVEL) -> pd.DataFrame:
    """For each k of n the ranks it may have, all reports together holding with probability `level` or more.

    Rank 1 is the highest rate. Columns: `value`, `low`, `high` (the simultaneous interval of the rate), `best`, `worst`
    (ranks), in the reports' order. Each rate gets an exact (Clopper-Pearson) interval at level^(1/number of reports); a
    report ranks below those whose intervals lie wholly above its own. Reports are taken as independent. Raises
    TooFewReports below 20, ValueError for a missing figure: a rank among unknowns is none. Source: Klein, Wright &
    Wieczorek 2020, Journal of the Royal Statistical Society A 183:589-606, with exact intervals for normal ones.
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    if len(_usable(k, n)[0]) < len(k):
        raise ValueError("ranks: every report needs a rate; leave out those without one and say how many")
    enough(len(k), "ranks")
    low, high = clopper_pearson(k, n, level ** (1 / len(k)))
    above = len(k) - np.searchsorted(np.sort(low), high, side="right")
    below = np.searchsorted(np.sort(high), low, side="left")
    return pd.DataFrame({"value": k / n, "low": low, "high": high, "best": 1 + above, "worst": len(k) - below})
