"""The two forms side by side: figures of both in one vocabulary."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from govinfo.form import VERSIONS, load_form
from govinfo.placing.wide import Wide, widen

_LEAST_CERTAIN = ("missing", "doubt", "zero_mark", "cleaned", "ok")


@cache
def crosswalk() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Common cell -> the ways to reach it, each a tuple of cells whose sum it is, the cell itself first.

    Cells of 三 and 四 that both forms have stand for themselves. Source: forms/crosswalk.toml.

    >>> crosswalk()["t2.licensing"]
    (('t2.licensing',), ('t2.licensing.decisions',))
    >>> len(crosswalk())
    179
    """
    text = (resources.files("govinfo") / "forms" / "crosswalk.toml").read_text(encoding="utf-8")
    ways = {to: ((to,),) for to in _shared_cells()}
    for row in tomllib.loads(text)["equal"]:
        columns = [c.id for c in load_form(VERSIONS[-1]).block(row["columns"]).columns] if "columns" in row else [""]
        for column in columns:
            to = row["to"].replace("{column}", column)
            sums = {tuple(cell.replace("{column}", column) for cell in row["from"][v]) for v in VERSIONS} - {(to,)}
            ways[to] = ((to,), *sorted(sums))
    return ways


def _shared_cells() -> list[str]:
    forms = [{cell.id for cell in load_form(version).cells} for version in VERSIONS]
    first = load_form(VERSIONS[0]).cells
    return [c.id for c in first if c.section != "t2" and all(c.id in form for form in forms)]


def harmonise(cells: pd.DataFrame) -> pd.DataFrame:
    """Figures of both forms in their common vocabulary: report_id, cell, value, unit, flag, sources.

    One row for every report and common cell, in the order of the form of 2019: decisions of 二, all of 三 with （六） as one
    row, 四. `sources` are the report's own cells whose sum the value is, separated by spaces. A sum with an empty part is
    empty; its flag is that of the least certain part (missing, doubt, zero_mark, cleaned, ok). Missing stays missing. What
    only one form asks for, or both ask for in another sense (total_public, valid), is left out.

    >>> parts = {"no_correction": 1, "unpaid_fee": 0, "other": 4}
    >>> rows = [("r", f"t3.other.{k}.total", v, "件", "ok", "") for k, v in parts.items()]
    >>> table = harmonise(pd.DataFrame(rows, columns=["report_id", "cell", "value", "unit", "flag", "note"]))
    >>> table.loc[table.cell == "t3.other.total", ["value", "flag"]].values.tolist()
    [[5.0, 'ok']]
    """
    wide = widen(cells)
    rank = np.array([_LEAST_CERTAIN.index(flag) for flag in cells["flag"]], dtype=float)
    value, rank = wide.spread(cells["value"].to_numpy(dtype=float)), wide.spread(rank, 0)
    columns = [_reached(wide, value, rank, ways) for ways in crosswalk().values()]
    values, ranks, sources = (np.array([c[i] for c in columns], dtype=object).T.ravel() for i in range(3))
    n = len(wide.reports)
    table = {
        "report_id": np.repeat(np.array(wide.reports, dtype=object), len(crosswalk())),
        "cell": list(crosswalk()) * n,
        "value": values.astype(float),
        "unit": [_unit(cell) for cell in crosswalk()] * n,
        "flag": [_LEAST_CERTAIN[int(r)] for r in ranks],
        "sources": sources,
    }
    return pd.DataFrame(table).astype(
        {"report_id": "str", "cell": "str", "unit": "str", "flag": "str", "sources": "str"}
    )


def _unit(cell: str) -> str:
    return load_form(VERSIONS[-1]).cell(cell).unit


def _reached(wide: Wide, value: np.ndarray, rank: np.ndarray, ways: tuple[tuple[str, ...], ...]) -> tuple:
    """One common cell over all reports: value, rank of its flag, source cells; by the first way a report has whole."""
    n = len(wide.reports)
    values, ranks, sources = np.full(n, np.nan), np.zeros(n), np.full(n, "", dtype=object)
    for way in reversed(ways):
        if all(cell in wide for cell in way):
            at = wide.columns(way)
            whole = wide.present[:, at].all(axis=1)
            values[whole], ranks[whole] = value[:, at].sum(axis=1)[whole], rank[:, at].min(axis=1)[whole]
            sources[whole] = " ".join(way)
    return values, ranks, sources
