"""The long cells table as a matrix, reports x cells, so that many reports are computed in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Wide:
    """Reports x cells: `place` is the row of the long table that holds the cell, -1 where the report has none."""

    reports: list[str]
    cells: list[str]
    place: np.ndarray

    @cached_property
    def present(self) -> np.ndarray:
        return self.place >= 0

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {cell: i for i, cell in enumerate(self.cells)}

    def spread(self, column: np.ndarray, fill=np.nan) -> np.ndarray:
        """A column of the long table as a matrix, `fill` where a report has no such cell."""
        if not len(column):
            return np.full(self.place.shape, fill)
        return np.where(self.present, column[self.place], fill)

    def __contains__(self, cell: str) -> bool:
        return cell in self._columns

    def columns(self, ids: Iterable[str]) -> list[int]:
        """The column numbers of cell ids; KeyError for an id no report has."""
        return [self._columns[cell] for cell in ids]

    def alike(self) -> Iterator[tuple[np.ndarray, np.ndarray, tuple[str, ...]]]:
        """Groups of reports that have the same cells: row numbers, column numbers, cell ids."""
        packed = np.packbits(self.present, axis=1)
        keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel() if packed.size else packed.ravel()
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        order = np.argsort(group, kind="stable")
        bounds = np.cumsum(np.bincount(group, minlength=len(first)))[:-1]
        for rows in np.split(order, bounds):
            if len(rows):
                columns = np.flatnonzero(self.present[rows[0]])
                yield rows, columns, tuple(self.cells[i] for i in columns)


def in_group(cells: pd.DataFrame) -> np.ndarray:
    """Which rows are items of a group that the report prints as one row: another cell stands for them."""
    missing = cells["flag"].to_numpy(dtype=object) == "missing"
    if missing.any():
        notes = cells["note"].to_numpy(dtype=object)
        missing[missing] = [str(note).startswith("in group") for note in notes[missing]]
    return missing


def widen(cells: pd.DataFrame) -> Wide:
    """The long table as a matrix, without the items that a group stands for.

    Reports and cells keep the order of their first appearance. Raises ValueError where a report has a cell twice.
    """
    kept = np.flatnonzero(~in_group(cells))
    rows, reports = pd.factorize(cells["report_id"].to_numpy(dtype=object)[kept])
    columns, ids = pd.factorize(cells["cell"].to_numpy(dtype=object)[kept])
    place = np.full((len(reports), len(ids)), -1, dtype=np.int32)
    place[rows, columns] = kept
    if (place >= 0).sum() != len(kept):
        first = cells.iloc[kept][cells.iloc[kept].duplicated(["report_id", "cell"])].iloc[0]
        raise ValueError(f"{first.report_id}: cell {first.cell} stands twice in the cells table, expected once")
    return Wide([str(r) for r in reports], [str(c) for c in ids], place)
