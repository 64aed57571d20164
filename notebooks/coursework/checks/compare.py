"""04: rates, their intervals, and what may be said about a difference."""

from __future__ import annotations

import math

import pandas as pd

from govinfo.comparison.intervals import newcombe, wilson

from . import Mistake, expect, plain

Z95 = 1.959964


def _counts(path: str, once: bool = True) -> pd.DataFrame:
    table = pd.read_csv(path)
    table = table.drop_duplicates(["agency_id", "year"]) if once else table
    return table.assign(k=table["granted"] + table["partial"], n=table["answered"])


def rates(answer, year: int, path: str) -> None:
    """The disclosure rate of each agency in one year."""
    table = _counts(path)
    table = table[table["year"] == year].set_index("agency_id")
    for agency, given in _by_agency(answer, table).items():
        expect(given, table.at[agency, "k"] / table.at[agency, "n"], agency, **wrong_rates(table.loc[agency]))


def wrong_rates(row) -> dict[str, float]:
    """What the typical mistakes make of one report's disclosure rate."""
    return {
        "percent_for_fraction": 100 * row["k"] / row["n"],
        "new_as_denominator": row["k"] / row["new"],
        "pending_counted": row["k"] / (row["n"] + row["carried_out"]),
        "partial_left_out": row["granted"] / row["n"],
    }


def _by_agency(answer, table) -> dict:
    given = plain(answer)
    if not isinstance(given, dict) or set(given) != set(table.index):
        raise Mistake("shape", why=f"{list(dict.fromkeys(table.index))} -> number")
    return given


def pooled(answer, path: str) -> None:
    """The disclosure rate of each agency over all years, every report once."""
    once, all_rows = _counts(path), _counts(path, once=False)
    sums, twice = (t.groupby("agency_id")[["k", "n"]].sum() for t in (once, all_rows))
    rate = once["k"] / once["n"]
    means = rate.groupby(once["agency_id"]).mean()
    means_twice = (all_rows["k"] / all_rows["n"]).groupby(all_rows["agency_id"]).mean()
    for agency, given in _by_agency(answer, sums).items():
        right = sums.at[agency, "k"] / sums.at[agency, "n"]
        expect(
            given,
            right,
            agency,
            percent_for_fraction=100 * right,
            counted_twice=twice.at[agency, "k"] / twice.at[agency, "n"],
            mean_of_rates=[means[agency], means_twice[agency]],
        )


def interval(function, cases) -> None:
    """The function's interval for each pair (k, n) against Wilson's."""
    for k, n in cases:
        try:
            answer = plain(function(k, n))
        except NotImplementedError:
            raise Mistake("not_answered", answer="raise NotImplementedError()") from None
        except Exception as error:
            raise Mistake("function_fails", text=(k, n), why=f"{type(error).__name__}: {error}") from error
        expect(answer, _wilson(k, n), f"{k}, {n}", **_wrong_intervals(k, n))


def _wilson(k: float, n: float, level: float = 0.95) -> tuple[float, float]:
    return tuple(float(end) for end in wilson(k, n, level))


def _wrong_intervals(k: float, n: float) -> dict[str, tuple]:
    p, low, high = k / n, *_wilson(k, n)
    half = Z95 * math.sqrt(p * (1 - p) / n)
    return {
        "wald_for_wilson": (p - half, p + half),
        "percent_for_fraction": (100 * low, 100 * high),
        "level_of_90": _wilson(k, n, 0.90),
    }


def difference(answer, can_tell, first: str, second: str, year: int, path: str) -> None:
    """Difference of two disclosure rates with Newcombe's interval, and whether the two can be told apart."""
    table = _counts(path)
    table = table[table["year"] == year].set_index("agency_id")
    (k1, n1), (k2, n2) = (table.loc[agency, ["k", "n"]].astype(float) for agency in (first, second))
    d = k1 / n1 - k2 / n2
    low, high = (float(end) for end in newcombe(k1, n1, k2, n2))
    (low1, high1), (low2, high2) = _wilson(k1, n1), _wilson(k2, n2)
    half = Z95 * math.sqrt(k1 * (n1 - k1) / n1**3 + k2 * (n2 - k2) / n2**3)
    expect(
        answer,
        (d, low, high),
        ends_subtracted=(d, low1 - high2, high1 - low2),
        wald_difference=(d, d - half, d + half),
        order_reversed=(-d, -high, -low),
        percent_for_fraction=(100 * d, 100 * low, 100 * high),
    )
    if can_tell is None or can_tell is ...:
        raise Mistake("not_answered", answer=can_tell)
    if bool(can_tell) != (low > 0 or high < 0):
        raise Mistake("interval_ignored")


def fit(table, year: int, path: str) -> None:
    """A table that may be shown to others, one year's: each agency's rate with its n and its interval."""
    right = _counts(path)
    right = right[right["year"] == year].set_index("agency_id")
    if isinstance(table, pd.DataFrame) and set(table.index) != set(right.index):
        raise Mistake("shape", why=f"index {list(right.index)}")
    fit_to_print(table, right.loc[table.index] if isinstance(table, pd.DataFrame) else right)


def fit_to_print(table, counts: pd.DataFrame) -> None:
    """`table` has rate, n, low and high, and they are those of the rows of `counts`, in the same order."""
    if not isinstance(table, pd.DataFrame) or "rate" not in table:
        raise Mistake("shape", why="DataFrame with a column rate")
    if "n" not in table:
        raise Mistake("ranking_without_n")
    if not {"low", "high"} <= set(table):
        raise Mistake("interval_left_out")
    if len(table) != len(counts):
        raise Mistake("shape", why=f"{len(counts)} rows")
    for row, (name, right) in zip(table.itertuples(), counts.iterrows(), strict=True):
        answered, pending = right["n"], right["n"] + right["carried_out"]
        expect(row.rate, right["k"] / answered, name, **wrong_rates(right))
        expect(row.n, answered, name, new_as_denominator=right["new"], pending_counted=pending)
        expect((row.low, row.high), _wilson(right["k"], answered), name, **_wrong_intervals(right["k"], answered))
