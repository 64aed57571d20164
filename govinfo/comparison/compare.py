"""Fair comparison: of what may be compared at all, of an agency with its peers, of two years, of like with like.

A whole government's report covers all its departments; a single organ's covers itself. They are never compared
unannounced: `comparable` and `peers` keep scopes apart, and raise MixedScopes where a caller mixes them unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from govinfo.comparison import intervals
from govinfo.comparison.indicators import LEFT_OUT, Indicator, figures, indicators, read

WITHIN = ("scope", "level", "province", "size")
TIMES = 3  # of like size: between a third and three times as many cases


class MixedScopes(intervals.Refused):
    """Whole governments and single organs in one comparison, and nobody said so."""


def comparable(measured: pd.DataFrame, reports: pd.DataFrame, indicator: str, year=None, mixed: bool = False):
    """The reports that have this indicator and may be compared: measured rows with the reports' columns.

    `year` keeps one report year. Left out, and counted in `.attrs["left_out"]` by reason: reports without a value; those
    that `without_marked` has blanked; two reports of one agency and year in different bytes (neither enters until one is
    chosen). Raises MixedScopes unless all are of one scope or `mixed` is True.
    """
    table = measured[measured["indicator"] == indicator].merge(reports, on="report_id", validate="one_to_one")
    if year is not None:
        table = table[table["year"] == year]
    agency = table["agency_id"] if "agency_id" in table else table["agency"]
    twice = table.assign(agency=agency).duplicated(["agency", "year"], keep=False) & agency.notna()
    missing = table["value"].isna()
    kept = table[~missing & ~twice].reset_index(drop=True)
    scopes = sorted(kept["scope"].fillna("unknown").unique()) if "scope" in kept else []
    if len(scopes) > 1 and not mixed:
        raise MixedScopes(
            f"{indicator}: scopes {', '.join(scopes)} in one comparison; choose one, or say mixed=True"
            f" | {indicator}：口径不一（{'、'.join(scopes)}），不可相比；请选定一种，或写明 mixed=True"
        )
    marked = missing & (table["note"] == LEFT_OUT)
    left_out = {"no value": missing & ~marked, "open finding": marked, "same agency and year": ~missing & twice}
    kept.attrs["left_out"] = {reason: int(rows.sum()) for reason, rows in left_out.items() if rows.any()}
    return kept


@dataclass(frozen=True)
class Peers:
    """The reports an agency may be held against, itself included, and what they have in common with it."""

    table: pd.DataFrame
    within: tuple[str, ...]


def peers(table: pd.DataFrame, report_id: str, minimum: int = intervals.MINIMUM) -> Peers:
    """The narrowest group of at least `minimum` reports around one report: same scope first, then level, province, size.

    `table` as from `comparable` (mixed scopes welcome: the group keeps the report's own). Size is the number of cases,
    within a third to three times. The scope is never relaxed: where even it leaves too few, the group comes small, and
    what needs more reports will refuse it. Raises KeyError for a report that is not in the table, MixedScopes where its
    scope is unknown.
    """
    if report_id not in set(table["report_id"]):
        raise KeyError(f"report {report_id!r} is not among the {len(table)} comparable ones")
    own = table[table["report_id"] == report_id].iloc[0]
    if pd.isna(own["scope"]) or not own["scope"]:
        raise MixedScopes(f"report {report_id!r}: its scope is unknown; state it in sources.csv before comparing")
    group = table[table["scope"] == own["scope"]]
    within = ("scope",)
    for name in WITHIN[1:]:
        narrower = group[_like(group, own, name)]
        if len(narrower) < minimum:
            continue
        group, within = narrower, (*within, name)
    return Peers(group.reset_index(drop=True), within)


def _like(group, own, name):
    if name != "size":
        return (group[name] == own[name]).to_numpy() if name in group else np.zeros(len(group), bool)
    return group["denominator"].between(own["denominator"] / TIMES, own["denominator"] * TIMES).to_numpy()


def change(measured: pd.DataFrame, reports: pd.DataFrame, indicator: str, years: tuple[int, int]) -> pd.DataFrame:
    """Each agency's change of an indicator from the first of `years` to the second, with its interval.

    One row for each agency with a value in both years: `agency`, `scope`, value, numerator and denominator of either year
    (suffixes _0, _1), `change`, `low`, `high`, `method`, `marked`. Each agency is compared with itself, so scopes may
    stand side by side. Intervals are built from the two years' own (Newcombe's method 10 for proportions). Raises
    ValueError for an indicator without intervals.
    """
    if indicators()[indicator].kind not in ("proportion", "ratio", "count"):
        raise ValueError(f"{indicator}: has no interval, so its change has none")
    key = "agency_id" if "agency_id" in reports else "agency"
    table = comparable(measured, reports[reports["year"].isin(years)], indicator, mixed=True)
    first, second = (table[table["year"] == year] for year in years)
    columns = ["report_id", "value", "low", "high", "numerator", "denominator", "marked"]
    both = first[[key, *columns]].merge(second[[key, *columns]], on=key, suffixes=("_0", "_1"), validate="one_to_one")
    ends = [tuple(both[f"{name}_{i}"] for name in ("value", "low", "high")) for i in (1, 0)]
    low, high = intervals.difference(*ends)
    method = "Newcombe method 10" if indicators()[indicator].kind == "proportion" else "MOVER (Garwood)"
    both = both.assign(change=ends[0][0] - ends[1][0], low=low, high=high, marked=both["marked_0"] | both["marked_1"])
    both = both.drop(columns=[f"{name}_{i}" for name in ("low", "high", "marked") for i in (0, 1)])
    names = [n for n in dict.fromkeys((key, "agency", "agency_en", "scope", "kind")) if n in table]
    out = table[names].drop_duplicates(key).merge(both, on=key).assign(indicator=indicator, method=method)
    out.attrs = dict(table.attrs)
    return out


@dataclass(frozen=True)
class Decomposition:
    """Why two overall rates differ: `rates` (within strata) + `mix` (of strata) = `difference`.

    `strata` has both sides' k and n and each stratum's two contributions. `simpson`: the overall difference has the
    opposite sign to that of every stratum.
    """

    difference: float
    rates: float
    mix: float
    simpson: bool
    strata: pd.DataFrame


def decompose(strata: pd.DataFrame) -> Decomposition:
    """The difference of two overall rates (second minus first), split into rates and mix. Columns k_0, n_0, k_1, n_1.

    Rates: sum of mean shares times differences of rates; mix: sum of mean rates times differences of shares. A stratum
    empty on one side has no rate there: it takes the other side's, so that all it contributes is mix. Raises Refused
    where a side has no case at all or a figure is missing. Source: Kitagawa 1955, JASA 50:1168-1194.
    """
    if strata[["k_0", "n_0", "k_1", "n_1"]].isna().any(axis=None) or not (strata["n_0"].sum() and strata["n_1"].sum()):
        raise intervals.Refused(
            "decompose: expected known counts and some cases on both sides; leave out what is missing"
            " | 分解：两边都要有办件，且件数已知；请先除去缺失的"
        )
    out = strata[(strata["n_0"] > 0) | (strata["n_1"] > 0)].copy()
    rate = [(out[f"k_{i}"] / out[f"n_{i}"].where(out[f"n_{i}"] > 0)) for i in (0, 1)]
    rate = [rate[0].fillna(rate[1]), rate[1].fillna(rate[0])]
    share = [out[f"n_{i}"] / out[f"n_{i}"].sum() for i in (0, 1)]
    out["rates"] = (share[0] + share[1]) / 2 * (rate[1] - rate[0])
    out["mix"] = (rate[0] + rate[1]) / 2 * (share[1] - share[0])
    overall = float(out["k_1"].sum() / out["n_1"].sum() - out["k_0"].sum() / out["n_0"].sum())
    return Decomposition(overall, float(out["rates"].sum()), float(out["mix"].sum()), simpson(strata), out)


def simpson(strata: pd.DataFrame) -> bool:
    """Whether the overall rates differ one way and the rates of all strata (at least two, cases on both sides) the other.

    >>> stones = pd.DataFrame({"k_0": [81, 192], "n_0": [87, 263], "k_1": [234, 55], "n_1": [270, 80]})
    >>> simpson(stones)  # Julious & Mullee 1994, BMJ 309:1480: treatment of kidney stones
    True
    """
    both = strata[(strata["n_0"] > 0) & (strata["n_1"] > 0)]
    if len(both) < 2:
        return False
    within = np.sign(both["k_1"] / both["n_1"] - both["k_0"] / both["n_0"])
    overall = both["k_1"].sum() / both["n_1"].sum() - both["k_0"].sum() / both["n_0"].sum()
    return bool(overall != 0 and (within == -np.sign(overall)).all())


def standardised(k, n, weights, level: float = intervals.LEVEL) -> tuple[float, float, float]:
    """The rate a report would have with the strata's `weights` (direct standardisation): value, low, high.

    A stratum of some weight but no case makes it missing. The interval adds the strata's Wilson margins in squares (Zou &
    Donner 2008, as in `govinfo.comparison.intervals.difference`). Source: Breslow & Day 1987, IARC 82, chapter 2.
    """
    k, n, weights = (np.asarray(x, float) for x in (k, n, weights))
    weights = weights / weights.sum()
    used = weights > 0
    k, n, weights = k[used], n[used], weights[used]
    low, high = intervals.wilson(k, n, level)
    if np.isnan(low).any():
        return np.nan, np.nan, np.nan
    rate = k / n
    value = float(weights @ rate)
    down, up = np.sqrt(((weights * (rate - low)) ** 2).sum()), np.sqrt(((weights * (high - rate)) ** 2).sum())
    return value, value - float(down), value + float(up)


def by_applicant(cells: pd.DataFrame, indicator: str, first: str, second: str) -> pd.DataFrame:
    """The strata of two reports by kind of applicant, for `decompose`: index column id, columns k_0, n_0, k_1, n_1.

    The indicator must be made of totals of section 三 (ids t3.*.total); each kind's figures stand in its own column.
    """
    known = figures(cells[cells["report_id"].isin([first, second])])
    return _applicants(indicators()[indicator], known.get(first, {}), known.get(second, {}))


def _applicants(one: Indicator, first: dict, second: dict) -> pd.DataFrame:
    terms = [term for _, term in (*one.numerator, *one.denominator)]
    if not one.denominator or not all(t.startswith("t3.") and t.endswith(".total") for t in terms):
        raise ValueError(f"{one.id}: not made of totals of section 三, so applicants cannot be told apart")
    rows = {}
    for column in ("natural", "enterprise", "research", "welfare", "legal", "other"):
        sides = [[(s, t.removesuffix("total") + column) for s, t in e] for e in (one.numerator, one.denominator)]
        read_one = [read(side, known).value for known in (first, second) for side in sides]
        rows[column] = dict(zip(("k_0", "n_0", "k_1", "n_1"), read_one, strict=True))
    return pd.DataFrame.from_dict(rows, orient="index", dtype=float)


def neighbours(cells: pd.DataFrame, reports: pd.DataFrame, indicator: str = "disclosure_rate") -> pd.DataFrame:
    """Every agency's change between neighbouring years, taken apart by kind of applicant: where Simpson's paradox occurs.

    One row for each two years with known figures and cases in both: `agency`, report_id_0, report_id_1, `difference`,
    `rates`, `mix`, `simpson` (as in `decompose`), `indicator`. An agency with two reports of a year is left out there.
    """
    one, known, rows = indicators()[indicator], figures(cells), []
    key = "agency_id" if "agency_id" in reports else "agency"
    clear = reports.dropna(subset=["year"]).drop_duplicates([key, "year"], keep=False)
    of_year = {(row[key], int(row["year"])): row for row in clear.to_dict("records")}
    for (agency, year), row in of_year.items():
        later = of_year.get((agency, year + 1))
        if later is None:
            continue
        strata = _applicants(one, *(known.get(r["report_id"], {}) for r in (row, later)))
        if strata.isna().any(axis=None) or not (strata["n_0"].sum() and strata["n_1"].sum()):
            continue
        split = decompose(strata)
        rows.append(
            (
                row["agency"],
                row["report_id"],
                later["report_id"],
                split.difference,
                split.rates,
                split.mix,
                split.simpson,
            )
        )
    names = ["agency", "report_id_0", "report_id_1", "difference", "rates", "mix", "simpson"]
    types = {"difference": float, "rates": float, "mix": float, "simpson": bool}
    return pd.DataFrame(rows, columns=names).astype(types).assign(indicator=indicator)


def by_agency(measured: pd.DataFrame, reports: pd.DataFrame, indicator: str, years: tuple[int, int]) -> pd.DataFrame:
    """The strata of two years by agency, for `decompose`: one row for each agency with figures in both years."""
    moved = change(measured, reports, indicator, years)
    names = {"numerator_0": "k_0", "denominator_0": "n_0", "numerator_1": "k_1", "denominator_1": "n_1"}
    return moved.set_index(moved.columns[0])[list(names)].rename(columns=names)
