"""Funnel plots: which rates lie further from the target than their number of cases explains.

Source: Spiegelhalter 2005, "Funnel plots for comparing institutional performance", Statistics in Medicine 24:1185-1202.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from govinfo.comparison.intervals import enough

LEVELS = (0.95, 0.998)


@dataclass(frozen=True)
class Funnel:
    """A target, the spread found around it, and one row for each report.

    `phi`: winsorised over-dispersion (1 = none, None = not estimated); `tau`: standard deviation of true rates between
    reports; `method`: how the limits were drawn. `table`: value, n, z, `low95`, `high95`, `low99.8`, `high99.8`,
    `outside` ('' or the highest level whose limits the value lies outside of).
    """

    target: float
    phi: float | None
    tau: float
    method: str
    table: pd.DataFrame

    def limits(self, n, level: float):
        """The limits at `n` cases: arrays low, high."""
        return limits(self.target, n, level, self.method, self.phi or 1.0, self.tau)

    def place(self, k, n) -> pd.DataFrame:
        """Other reports, k of n, held against this funnel: a table as `table`, the target and the limits as they are."""
        k, n = _known(k, n)
        return _table(k, n, _z(k, n, self.target), lambda level: self.limits(n, level))


def funnel(k, n, target: float | None = None, dispersion: str = "additive") -> Funnel:
    """A funnel around `target` (default: all k over all n), one row for each k of n, in their order.

    `dispersion`: "additive" (true rates differ by a random effect), "multiplicative" (all variances times phi) or "none".
    The first two raise TooFewReports below 20 reports, and fall back to exact binomial limits where phi is no larger than
    chance explains (phi <= 1 + 2 sqrt(2 / reports)). Rows without cases or figures stay, with missing values.
    """
    if dispersion not in ("additive", "multiplicative", "none"):
        raise ValueError(f"dispersion: expected additive, multiplicative or none, found {dispersion!r}")
    k, n = _known(k, n)
    valid = ~np.isnan(n)
    if dispersion != "none":
        enough(int(valid.sum()), "over-dispersion")
    if target is None:
        target = float(np.nansum(k) / np.nansum(n)) if valid.any() else np.nan
    z, phi, tau, method = _z(k, n, target), None, 0.0, "exact"
    if dispersion != "none":
        phi = over_dispersion(z)
        if phi > 1 + 2 * np.sqrt(2 / valid.sum()):
            method, tau = dispersion, between_reports(n, target, phi)
    table = _table(k, n, z, lambda level: limits(target, n, level, method, phi or 1.0, tau))
    return Funnel(target, phi, tau, method, table)


def _known(k, n):
    """Counts as arrays of floats, missing where a figure is missing, impossible, or of no case."""
    k, n = np.asarray(k, float), np.asarray(n, float)
    valid = (n > 0) & (k >= 0) & (k <= n)
    return np.where(valid, k, np.nan), np.where(valid, n, np.nan)


def _z(k, n, target):
    with np.errstate(divide="ignore", invalid="ignore"):
        return (k / n - target) / np.sqrt(target * (1 - target) / n)


def over_dispersion(z, share: float = 0.1) -> float:
    """Mean square of the z-scores after winsorising: the lowest and the highest `share` are set to that quantile.

    About 1 (a little less) where nothing but chance is at work. Missing z are left out.

    >>> round(over_dispersion([-1.0, 1.0] * 10 + [40.0]), 6)
    1.0
    """
    z = np.asarray(z, float)
    z = z[np.isfinite(z)]
    return float(np.mean(np.clip(z, *np.quantile(z, [share, 1 - share])) ** 2))


def between_reports(n, target: float, phi: float) -> float:
    """Standard deviation of true rates between reports that explains `phi` (moments; 0 where phi needs none)."""
    n = np.asarray(n, float)
    weights = n[np.isfinite(n)] / (target * (1 - target))
    reports, total = len(weights), weights.sum()
    excess = reports * phi - (reports - 1)
    return float(np.sqrt(max(0.0, excess / (total - (weights**2).sum() / total))))


def limits(target: float, n, level: float, method: str = "exact", phi: float = 1.0, tau: float = 0.0):
    """Limits that a rate of n cases leaves with probability 1 - level at most, if only the target (and spread) is at work.

    "exact": from the binomial distribution, interpolated between whole cases, each side keeping its half of 1 - level
    (the upper limit mirrors the lower one of the failures). "additive": likewise from the beta-binomial distribution whose
    rates have the mean `target` and the standard deviation `tau`; the normal approximation of the source would put two
    cases of two outside. "multiplicative": normal, with the variance times phi; not for reports of a few cases.
    """
    from scipy.stats import norm

    n, tail = np.asarray(n, float), (1 - level) / 2
    if method == "multiplicative":
        margin = norm.ppf(1 - tail) * np.sqrt(phi * target * (1 - target) / n)
        return np.maximum(target - margin, 0.0), np.minimum(target + margin, 1.0)
    lower = _lower if method == "exact" or not tau else lambda p, n, tail: _lower_mixed(p, n, tail, tau)
    return lower(target, n, tail), 1 - lower(1 - target, n, tail)


def _lower(target, n, tail):
    """Spiegelhalter's interpolated exact limit (his appendix A.1.1), not below 0."""
    from scipy.stats import binom

    r = binom.ppf(tail, n, target)
    return _interpolated(r, binom.cdf(r - 1, n, target), binom.cdf(r, n, target), tail) / n


def _interpolated(r, below, here, tail):
    """Between the last count whose probability `below` or lower keeps to the tail and r, the first that does not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        back = np.where(here > below, (here - tail) / (here - below), 0.0)
    return np.maximum(r - back, 0.0)


def _lower_mixed(target, n, tail, tau):
    """The same from the beta-binomial distribution; rates of standard deviation `tau` around `target`."""
    shape = target * (1 - target) / min(tau**2, 0.99 * target * (1 - target)) - 1
    known = {m: _mixed_limit(int(m), tail, target * shape, (1 - target) * shape) for m in np.unique(n[np.isfinite(n)])}
    return np.vectorize(lambda m: known.get(m, np.nan), otypes=[float])(n) / n


def _mixed_limit(n, tail, alpha, beta):
    """The limit in cases: the probabilities of 0, 1, ... n cases are summed up to the tail."""
    from scipy.special import betaln, gammaln

    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    summed = np.cumsum(np.exp(ways + betaln(k + alpha, n - k + beta) - betaln(alpha, beta)))
    r = int(np.searchsorted(summed, tail))
    return float(_interpolated(r, summed[r - 1] if r else 0.0, summed[r], tail))


def _table(k, n, z, bounds) -> pd.DataFrame:
    table = pd.DataFrame({"value": k / n, "n": n, "z": z})
    outside = np.full(len(table), "", dtype=object)
    for level in LEVELS:
        low, high = bounds(level)
        name = f"{100 * level:g}"
        table[f"low{name}"], table[f"high{name}"] = low, high
        with np.errstate(invalid="ignore"):
            outside[_beyond(k, n, low, high)] = name
    return table.assign(outside=outside)


def _beyond(k, n, low, high):
    """Strictly outside, rounding of the last digits apart."""
    return (k < low * n - 1e-9) | (k > high * n + 1e-9)
