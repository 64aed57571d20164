"""Intervals for one report: proportions (Wilson), ratios and counts (Garwood), differences (Newcombe).

What such an interval means: reports count all cases of a year, they are no sample. The interval is about the practice
behind one year's cases. Repeat applicants break independence; `phi` > 1 (see `govinfo.comparison.funnel`) widens it accordingly.
"""

from __future__ import annotations

import numpy as np

LEVEL = 0.95
MINIMUM = 20  # reports; below it, no over-dispersion, shrinkage or rank is computed


class Refused(ValueError):
    """A comparison that the figures cannot bear; the message, "English | 中文", says why and what to do instead."""


class TooFewReports(Refused):
    """Asked of fewer comparable reports than the method can bear; the message says how many there are."""


def enough(n: int, what: str, minimum: int = MINIMUM) -> None:
    """Raise TooFewReports unless there are at least `minimum` comparable reports for `what`.

    >>> enough(7, "ranks")
    Traceback (most recent call last):
    govinfo.comparison.intervals.TooFewReports: ranks need at least 20 comparable reports, found 7: add reports or look at each interval | 名次至少需要 20 份可比的报告，现有 7 份：请增加报告，或逐个看区间
    """
    if n < minimum:
        raise TooFewReports(
            f"{what} need at least {minimum} comparable reports, found {n}: add reports or look at each interval"
            f" | {_CHINESE.get(what, what)}至少需要 {minimum} 份可比的报告，现有 {n} 份：请增加报告，或逐个看区间"
        )


_CHINESE = {"ranks": "名次", "over-dispersion": "过度离散", "beta-binomial shrinkage": "收缩估计"}


def wilson(k, n, level: float = LEVEL, phi: float = 1.0):
    """Wilson's score interval for k of n; arrays `low`, `high` between 0 and 1.

    NaN where n is 0 or missing, or where k is missing or not within 0..n. `phi` divides both counts (the effective
    number of independent cases under over-dispersion). Source: Wilson 1927, JASA 22:209-212; statsmodels'
    `proportion_confint`.

    >>> low, high = wilson(81, 263)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2553, 0.3662)
    """
    from statsmodels.stats.proportion import proportion_confint

    return _where_valid(k, n, lambda k, n: proportion_confint(k / phi, n / phi, 1 - level, method="wilson"))


def clopper_pearson(k, n, level: float = LEVEL):
    """Clopper and Pearson's exact interval for k of n: coverage never below `level`. NaN as in `wilson`.

    Source: Clopper & Pearson 1934, Biometrika 26:404-413.
    """
    from statsmodels.stats.proportion import proportion_confint

    return _where_valid(k, n, lambda k, n: proportion_confint(k, n, 1 - level, method="beta"))


def garwood(k, exposure=1.0, level: float = LEVEL, phi: float = 1.0):
    """Exact Poisson interval for the rate k / exposure, the exposure taken as given; arrays `low`, `high`.

    For ratios whose numerator is no part of the denominator (reviews per decision), and for counts (exposure 1). NaN
    where k is missing or negative, or the exposure missing or not above 0. `phi` as in `wilson`. Source: Garwood 1936,
    Biometrika 28:437-442.

    >>> low, high = garwood(10)
    >>> round(float(low), 3), round(float(high), 3)
    (4.795, 18.39)
    """
    from scipy.stats import chi2

    k, exposure = np.broadcast_arrays(np.asarray(k, float), np.asarray(exposure, float))
    k, exposure = np.where(k >= 0, k, np.nan) / phi, np.where(exposure > 0, exposure, np.nan) / phi
    tail = (1 - level) / 2
    low = np.where(k == 0, 0.0, chi2.ppf(tail, 2 * k) / 2)
    return np.where(np.isnan(exposure), np.nan, low) / exposure, chi2.ppf(1 - tail, 2 * k + 2) / 2 / exposure


def newcombe(k1, n1, k2, n2, level: float = LEVEL):
    """Interval for the difference k1/n1 - k2/n2 of two independent proportions; arrays `low`, `high`.

    Built from the two Wilson intervals, so it stays within -1..1. NaN as in `wilson`. Source: Newcombe 1998, Statistics
    in Medicine 17:873-890, method 10.

    >>> low, high = newcombe(56, 70, 48, 80)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = np.divide(k1, np.asarray(n1, float)), np.divide(k2, np.asarray(n2, float))
    return difference((p1, *wilson(k1, n1, level)), (p2, *wilson(k2, n2, level)))


def difference(first, second):
    """Interval for first - second, each given as (value, low, high); arrays `low`, `high`.

    Squares and adds the two margins on each side, so it is as asymmetric as they are. With Wilson intervals it is
    Newcombe's method 10. Source: Zou & Donner 2008, Statistics in Medicine 27:1693-1702 (MOVER).
    """
    (v1, l1, u1), (v2, l2, u2) = (tuple(np.asarray(x, float) for x in side) for side in (first, second))
    return v1 - v2 - np.hypot(v1 - l1, u2 - v2), v1 - v2 + np.hypot(u1 - v1, v2 - l2)


def _where_valid(k, n, interval):
    k, n = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float))
    low, high = np.full(k.shape, np.nan), np.full(k.shape, np.nan)
    valid = (n > 0) & (k >= 0) & (k <= n)
    if valid.any():
        low[valid], high[valid] = interval(k[valid], n[valid])
    return low, high
