"""Blank cells and marks: zero only where printed figures force it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd

from govinfo.checks.identities import coefficients
from govinfo.placing.wide import in_group, widen

_PRINTED, _MARK, _MISSING, _BLOCKED = range(4)


def resolve_marks(cells: pd.DataFrame) -> pd.DataFrame:
    """A new cells table in which every `zero_mark` has the value and note that printed figures force.

    Counts are non-negative whole numbers. An identity of 三 or 四 whose unprinted terms all enter with one sign, and whose
    printed terms come to 0, forces its unprinted terms to 0; an identity with one unprinted term gives it; repeated, all
    identities at once in each round, until nothing changes, so that neither the order of rows nor of identities matters.
    Forced to 0: value 0, note `forced 0`. Forced to another number: value empty, note `forced 272`. Otherwise, and always
    in 二: value empty, note `undetermined`.

    Where two identities force different numbers in one round, 0 stays (the other identity then fails); two numbers above
    0 contradict each other, and the mark stays undetermined. A `missing` cell is an unprinted term like a mark, but keeps
    its flag and empty value. A `doubt`, and a printed figure that is negative or no whole number, is not known to be what
    was published: an identity that contains one forces nothing, nor does one with a cell that the table does not list.
    The columns needed are report_id, cell, value, flag, note.
    """
    marks = cells["flag"].to_numpy(dtype=object) == "zero_mark"
    value, note = cells["value"].to_numpy(dtype=float, copy=True), cells["note"].to_numpy(dtype=object, copy=True)
    forced = _forced(cells, marks)[marks]
    value[marks] = np.where(forced == 0, 0.0, np.nan)
    note[marks] = ["undetermined" if np.isnan(x) else f"forced {x:.0f}" for x in forced]
    return cells.assign(value=value, note=pd.Series(note, index=cells.index, dtype="str"))


def counted(cells: pd.DataFrame) -> np.ndarray:
    """The number each row counts as in rules and localisation, NaN where unknown (a float a row of `cells`).

    Printed figures and best readings count as they are, forced marks as forced, undetermined marks as 0; `missing` and
    unread cells are unknown. Raises ValueError for marks that `resolve_marks` has not seen.
    """
    value = cells["value"].to_numpy(dtype=float, copy=True)
    flag = cells["flag"].to_numpy(dtype=object)
    value[flag == "missing"] = np.nan
    marks = flag == "zero_mark"
    if marks.any():
        value[marks] = [_noted(note) for note in cells["note"].to_numpy(dtype=object)[marks]]
    return value


def effective(cells: pd.DataFrame) -> dict[str, Decimal | None]:
    """What each cell of one report counts as, None where unknown; cells that a group stands for are left out.

    >>> row = {"report_id": "r", "cell": "t4.review.total", "value": None, "flag": "zero_mark", "note": "forced 3"}
    >>> effective(pd.DataFrame([row]))
    {'t4.review.total': Decimal('3')}
    """
    if cells["report_id"].nunique() > 1:
        raise ValueError(f"effective() takes one report, found {cells['report_id'].nunique()}: select one first")
    kept = ~in_group(cells)
    pairs = zip(cells["cell"].to_numpy(dtype=object)[kept], counted(cells)[kept], strict=True)
    return {str(cell): None if np.isnan(x) else _decimal(x) for cell, x in pairs}


def _decimal(value: float) -> Decimal:
    return Decimal(int(value)) if value.is_integer() else Decimal(repr(float(value)))


def _noted(note: str) -> float:
    if note == "undetermined":
        return 0.0
    if not str(note).startswith("forced "):
        raise ValueError(
            f"a zero_mark has the note {note!r}, expected 'forced N' or 'undetermined': call resolve_marks"
        )
    return float(note.removeprefix("forced "))


def _forced(cells: pd.DataFrame, marks: np.ndarray) -> np.ndarray:
    """The number that printed figures force on each row, NaN where none; rows of reports without marks are skipped."""
    result = np.full(len(cells), np.nan)
    if not marks.any():
        return result
    reports = cells["report_id"].to_numpy(dtype=object)
    rows = np.flatnonzero(np.isin(reports, np.unique(reports[marks].astype(str)).astype(object)))
    part = cells.iloc[rows]
    wide, state, value = widen(part), _state(part), part["value"].to_numpy(dtype=float)
    for at, columns, ids in wide.alike():
        signs, absent = coefficients(ids)
        place = wide.place[np.ix_(at, columns)]
        solved = _propagate(np.nan_to_num(value[place]), state[place], signs[absent == 0])
        result[rows[place.ravel()]] = solved.ravel()
    return result


def _state(cells: pd.DataFrame) -> np.ndarray:
    """What a row is to the propagation: printed figure, mark, missing, or blocking."""
    flag, value = cells["flag"].to_numpy(dtype=object), cells["value"].to_numpy(dtype=float)
    count = np.isfinite(value) & (value >= 0) & (value == np.floor(value))
    state = np.where(((flag == "ok") | (flag == "cleaned")) & count, _PRINTED, _BLOCKED)
    state[flag == "zero_mark"] = _MARK
    state[flag == "missing"] = _MISSING
    return state


def _propagate(value: np.ndarray, state: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Forced numbers, reports x cells: one round at a time over all identities until no round forces anything."""
    unknown = (state == _MARK) | (state == _MISSING)
    blocked = state == _BLOCKED
    value = np.where(unknown | blocked, 0.0, value)
    forced = np.full(value.shape, np.nan)
    while True:
        low, high = _round(value, unknown, blocked, signs)
        contrary = unknown & np.isfinite(low) & (low > 0) & (low != high)
        fresh = unknown & np.isfinite(low) & ~contrary
        if not (fresh | contrary).any():
            return forced
        forced[fresh] = value[fresh] = low[fresh]
        blocked |= contrary
        unknown &= ~(fresh | contrary)


def _round(value, unknown, blocked, signs) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest number that any identity forces on each cell; infinite where none does."""
    free = blocked.astype(float) @ np.abs(signs).T == 0
    plus, minus = unknown.astype(float) @ (signs > 0).T, unknown.astype(float) @ (signs < 0).T
    rest = value @ signs.T
    zero = free & (rest == 0) & ((plus == 0) != (minus == 0))
    low, high = np.full(value.shape, np.inf), np.full(value.shape, -np.inf)
    at_zero = unknown & (zero.astype(float) @ np.abs(signs) > 0)
    low[at_zero] = high[at_zero] = 0.0
    single = free & (plus + minus == 1) & ~zero
    rows, lines = np.nonzero(single)
    cells = ((unknown * np.arange(value.shape[1])) @ np.abs(signs).T)[rows, lines].astype(int)
    numbers = -rest[rows, lines] * signs[lines, cells]
    keep = numbers >= 0
    np.minimum.at(low, (rows[keep], cells[keep]), numbers[keep])
    np.maximum.at(high, (rows[keep], cells[keep]), numbers[keep])
    return low, high
