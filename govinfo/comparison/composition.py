"""What a year's cases were made of: outcomes, grounds of refusal, applicants; distances and clusters of compositions.

A composition is shares of a whole, so only ratios of its parts mean anything. Source: Aitchison 1986, The Statistical
Analysis of Compositional Data.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from govinfo.comparison.indicators import definitions, figures, parse, read
from govinfo.form import VERSIONS, Label, load_form


def parts(composition: str) -> dict[str, Label]:
    """The parts of a composition of indicators.toml ("outcomes", "grounds", "applicants"): cell id -> label.

    >>> list(parts("outcomes"))[:2], parts("outcomes")["t3.denied.total"].en
    (['t3.granted.total', 't3.partial.total'], 'Refused')
    """
    rows = {row["id"]: row for row in definitions()["composition"]}
    if composition not in rows:
        raise ValueError(f"no composition {composition!r}: the known ones are {', '.join(rows)}")
    return {cell: _short_label(cell) for cell in rows[composition]["parts"]}


def title(composition: str) -> Label:
    """What a composition is of, in both languages."""
    return next(Label(row["zh"], row["en"]) for row in definitions()["composition"] if row["id"] == composition)


def _short_label(cell_id: str) -> Label:
    """The label of a cell's row, or of its column where the composition runs over columns; without its number."""
    form = load_form(VERSIONS[-1])
    cell = form.cell(cell_id)
    block = form.block(cell.block)
    lines = block.columns if cell.column != "total" else (*block.rows, *block.group_lines)
    name = cell.column if cell.column != "total" else cell.row
    label = next(line.label for line in lines if line.id == name)
    return Label(*(re.sub(r"^[（(]?[\d一二三四五六七]+[）).、]\s*|（区分.*", "", label[lang]) for lang in ("zh", "en")))


def counts(cells: pd.DataFrame, composition: str = "outcomes") -> pd.DataFrame:
    """Counts of the parts: one row a report (index report_id), one column a part; missing where a part is missing.

    A part that a report does not print stands for the sum of its items, as in `govinfo.comparison.indicators.measure`.
    """
    table = {}
    for report, known in figures(cells).items():
        table[report] = {part: read(parse(part), known).value for part in parts(composition)}
    frame = pd.DataFrame.from_dict(table, orient="index", columns=list(parts(composition)), dtype=float)
    return frame.rename_axis("report_id")


def complete(table: pd.DataFrame) -> pd.DataFrame:
    """The reports whose parts are all known, none negative and not all zero."""
    return table[table.notna().all(axis=1) & (table >= 0).all(axis=1) & (table.sum(axis=1) > 0)]


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """Each part as a fraction of its row's sum; rows with a missing part are missing."""
    return table.div(table.sum(axis=1, skipna=False).where(lambda total: total > 0), axis=0)


def without_zeros(table: pd.DataFrame) -> pd.DataFrame:
    """Shares in which each zero count is replaced by a small positive one, the ratios of the other parts kept.

    A zero of n cases in D parts becomes (1/D) s / (n + s) with s = sqrt(n); the others shrink by one factor so that all
    sum to 1. Needs complete rows. Source: Martín-Fernández, Hron, Templ, Filzmoser & Palarea-Albaladejo 2015, Statistical
    Modelling 15:134-158 (square-root prior).

    >>> without_zeros(pd.DataFrame({"a": [8.0], "b": [8.0], "c": [0.0]})).round(4).to_numpy().tolist()
    [[0.4667, 0.4667, 0.0667]]
    """
    if not len(complete(table)) == len(table):
        raise ValueError("without_zeros: expected rows with every part known; use complete(counts(...)) first")
    n, zero = table.sum(axis=1), table.to_numpy() == 0
    small = np.sqrt(n) / (n + np.sqrt(n)) / table.shape[1]
    filled = zero * small.to_numpy()[:, None]
    kept = table.div(n, axis=0).to_numpy() * (1 - filled.sum(axis=1, keepdims=True))
    return pd.DataFrame(np.where(zero, filled, kept), table.index, table.columns)


def centred_log_ratios(positive: pd.DataFrame) -> pd.DataFrame:
    """Logarithm of each part over the geometric mean of its row; rows sum to 0. Parts must be above 0."""
    logs = np.log(positive)
    return logs.sub(logs.mean(axis=1), axis=0)


def distances(table: pd.DataFrame) -> pd.DataFrame:
    """Aitchison's distance of every two reports: Euclid's between their centred log-ratios. Takes complete counts."""
    from scipy.spatial.distance import pdist, squareform

    ratios = centred_log_ratios(without_zeros(table))
    return pd.DataFrame(squareform(pdist(ratios)), table.index, table.index)


def clusters(table: pd.DataFrame, k: int) -> pd.Series:
    """The reports in `k` clusters (1 = the largest), by Ward's method on centred log-ratios; index report_id.

    Takes complete counts; raises ValueError for more clusters than reports. Source: Ward 1963, JASA 58:236-244.
    """
    from scipy.cluster.hierarchy import fcluster

    if not 1 <= k <= len(table):
        raise ValueError(f"clusters: expected 1 to {len(table)} clusters, asked for {k}")
    found = fcluster(_tree(table), k, "maxclust") if len(table) > 1 else np.ones(1, int)
    raw = pd.Series(found, table.index)
    by_size = raw.value_counts(sort=False).reset_index().sort_values(["count", "index"], ascending=[False, True])
    return raw.map({old: new for new, old in enumerate(by_size["index"], 1)}).rename("cluster")


def leaf_order(table: pd.DataFrame) -> list:
    """Report ids in the order of the cluster tree's leaves: alike stands by alike. Takes complete counts."""
    from scipy.cluster.hierarchy import leaves_list

    if len(table) < 3:
        return list(table.index)
    return [table.index[i] for i in leaves_list(_tree(table))]


def _tree(table: pd.DataFrame):
    from scipy.cluster.hierarchy import linkage

    return linkage(centred_log_ratios(without_zeros(table)), "ward", optimal_ordering=len(table) <= 400)
