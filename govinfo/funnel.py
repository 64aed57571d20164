"""Funnel plots: which rates lie further from the target than their number of cases explains.

Source: Spiegelhalter 2005, "Funnel plots for comparing institutional performance", Statistics in Medicine 24:1185-1202.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from govinfo.intervals import enough

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


def funnel(k, n, target: float | None = None, dispersion: str = "additive") -> Funnel:
    """A funnel around `target` (default: all k over all n), one row for each k of n, in their order.

    `dispersion`: "additive" (true rates differ by a random effect), "multiplicative" (all variances times phi) or "none".
    The first two raise TooFewReports below 20 reports, and fall back to exact binomial limits where phi is no larger than
    chance explains (phi <= 1 + 2 sqrt(2 / reports)). Rows without cases or figures stay, with missing values.
    """
    if dispersion not in ("additive", "multiplicative", "none"):
        raise ValueError(f"dispersion: expected additive, multiplicative or none, found {dispersion!r}")
    k, n = np.asarray(k, float), np.asarray(n, float)
    valid = (n > 0) & (k >= 0) & (k <= n)
    k, n = np.where(valid, k, np.nan), np.where(valid, n, np.nan)
    target = float(np.nansum(k) / np.nansum(n)) if target is None else target
    z, phi, tau, method = _z(k, n, target), None, 0.0, "exact"
    if dispersion != "none":
        enough(int(valid.sum()), "over-dispersion")
        phi = over_dispersion(z)
        if phi > 1 + 2 * np.sqrt(2 / valid.sum()):
            method, tau = dispersion, between_reports(n, target, phi)
    table = _table(k, n, z, lambda level: limits(target, n, level, method, phi or 1.0, tau))
    return Funnel(target, phi, tau, method, table)


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
    (the upper limit mirrors the lower one of the failures). Otherwise normal: variance times phi, or plus tau squared.
    """
    from scipy.stats import norm

    n, tail = np.asarray(n, float), (1 - level) / 2
    if method == "exact":
        return _lower(target, n, tail), 1 - _lower(1 - target, n, tail)
    variance = target * (1 - target) / n
    variance = variance * phi if method == "multiplicative" else variance + tau**2
    margin = norm.ppf(1 - tail) * np.sqrt(variance)
    return np.maximum(target - margin, 0.0), np.minimum(target + margin, 1.0)


def _lower(target, n, tail):
    """Spiegelhalter's interpolated exact limit (his appendix A.1.1), not below 0."""
    from scipy.stats import binom

    r = binom.ppf(tail, n, target)
    below, here = binom.cdf(r - 1, n, target), binom.cdf(r, n, target)
    with np.errstate(divide="ignore", invalid="ignore"):
        back = np.where(here > below, (here - tail) / (here - below), 0.0)
    return np.maximum(r - back, 0.0) / n


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
