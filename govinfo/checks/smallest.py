"""The smallest sets of cells whose change makes identities hold: exact in whole numbers, complete, all ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from math import ceil, floor

import numpy as np

_SCAN = 1000  # values tried for a cell that an identity leaves open; a solution, if any, lies within a few steps


def smallest_sets(
    matrix: np.ndarray,
    values: Sequence[int],
    *,
    open_: np.ndarray,
    must: Sequence[int] = (),
    free: Sequence[int] = (),
    max_cells: int,
    max_sets: int,
) -> list[tuple[tuple[int, ...], tuple[int | None, ...]]] | None:
    """Every smallest set of columns whose values, changed, make `matrix @ values` zero; None where over `max_cells`.

    A changed value is a whole number from 0 up. `open_` marks the columns that may change; `must` are columns that
    change in any case, `free` columns that change without being counted or listed. The result is in column order, with
    the new values; these are None where a set has several solutions. It ends after `max_sets` + 1 sets.

    How: an equation that the columns chosen so far cannot meet needs one more of its own columns, so the search branches
    over the columns of the shortest such equation, each time eliminating the chosen column from all equations. Columns
    tried before are closed to later branches: every set is met exactly once, and none is passed over.

    >>> a = np.array([[1, 1, -1, 0], [0, 0, 1, -1]])
    >>> smallest_sets(a, [4, 1, 6, 6], open_=np.ones(4, bool), max_cells=2, max_sets=9)
    [((0,), (5,)), ((1,), (2,))]
    """
    table, x = _table(matrix, values)
    pivots: dict[int, int] = {}
    for column in (*free, *must):
        table, pivots = _eliminate(table, pivots, column)
    chosen, open_ = (*free, *must), open_.copy()
    open_[list(chosen)] = False
    for size in range(len(must), max_cells + 1):
        found = list(islice(_grow(table, pivots, chosen, open_, size - len(must), x), max_sets + 1))
        if found:
            return sorted(_listed(columns, answer, set(free)) for columns, answer in found)
    return None


def solve(matrix: np.ndarray, values: Sequence[int], columns: Sequence[int]) -> dict[int, int] | None:
    """New values for exactly these columns that make every equation hold, None where there are none.

    >>> solve(np.array([[1, 1, -1]]), [1, 2, 4], [2])
    {2: 3}
    """
    table, x = _table(matrix, values)
    pivots: dict[int, int] = {}
    for column in columns:
        table, pivots = _eliminate(table, pivots, column)
    if _unmet(table, pivots).size:
        return None
    return next(_answers(table, pivots, tuple(columns), x), None)


def _table(matrix: np.ndarray, values: Sequence[int]) -> tuple[np.ndarray, list[int]]:
    """Equations with the residual as last column; Python's whole numbers where 64 bits could overflow."""
    x = [int(value) for value in values]
    large = max(map(abs, x), default=0) > 2**31
    matrix = matrix.astype(object if large else np.int64)
    return np.column_stack([matrix, matrix @ np.array(x, dtype=matrix.dtype)]), x


def _listed(columns: tuple[int, ...], answer: dict[int, int | None], free: set[int]):
    kept = tuple(sorted(column for column in columns if column not in free))
    return kept, tuple(answer[column] for column in kept)


def _eliminate(table: np.ndarray, pivots: dict[int, int], column: int) -> tuple[np.ndarray, dict[int, int]]:
    """The equations with the column kept in one row only (`pivots`: row to column); unchanged if it depends on others."""
    entries = table[:, column]
    rows = [int(row) for row in np.flatnonzero(entries) if row not in pivots]
    if not rows:
        return table, pivots
    pivot = min(rows, key=lambda row: (abs(entries[row]), np.count_nonzero(table[row])))
    table = table.copy()
    if table[pivot, column] < 0:
        table[pivot] = -table[pivot]
    unit = table[pivot, column]
    for row in np.flatnonzero(table[:, column]):
        if row != pivot:
            table[row] = table[row] * unit - table[pivot] * table[row, column]
            if unit != 1:
                table[row] //= max(np.gcd.reduce(table[row]), 1)
    return table, {**pivots, pivot: column}


def _unmet(table: np.ndarray, pivots: dict[int, int]) -> np.ndarray:
    """The rows that none of the chosen columns enters and that do not hold."""
    return np.array([row for row in np.flatnonzero(table[:, -1]) if row not in pivots], dtype=int)


def _grow(table, pivots, chosen, open_, left: int, x) -> Iterator[tuple[tuple[int, ...], dict]]:
    """Solutions with exactly `left` more columns; smaller ones are known not to exist."""
    unmet = _unmet(table, pivots)
    if not unmet.size:
        answers = list(islice(_answers(table, pivots, chosen, x), 2))
        if answers:
            yield chosen, answers[0] if len(answers) == 1 else dict.fromkeys(chosen)
            return
    if left == 0:
        return
    if not unmet.size:
        candidates = _relievers(table, pivots, chosen, open_, x)
    elif left == 1:
        candidates = _proportional(table, pivots, open_, unmet[0])
    else:
        candidates = _shortest(table, open_, unmet, left)
    open_ = open_.copy()
    for column in candidates:
        open_[column] = False
        yield from _grow(*_eliminate(table, pivots, column), (*chosen, int(column)), open_, left - 1, x)


def _shortest(table, open_, unmet, left: int) -> np.ndarray:
    """The open columns of the unmet row with the fewest; none if `left` columns cannot touch every unmet row."""
    touched = (table[unmet, :-1] != 0) & open_
    if np.sort(touched.sum(axis=0))[-left:].sum() < len(unmet):
        return np.array([], dtype=int)
    return np.flatnonzero(touched[touched.sum(axis=1).argmin()])


def _proportional(table, pivots, open_, row) -> np.ndarray:
    """The open columns that alone meet all unmet rows: proportional to the residual."""
    rows = np.setdiff1d(np.arange(len(table)), list(pivots))
    body, residual = table[rows, :-1], table[rows, -1:]
    alike = (body * table[row, -1] == residual * table[row, :-1]).all(axis=0)
    return np.flatnonzero(alike & open_ & (table[row, :-1] != 0))


def _relievers(table, pivots, chosen, open_, x) -> np.ndarray:
    """Open columns that could bring chosen cells to whole numbers from 0 up, where the chosen alone cannot."""
    loose = [column for column in chosen if column not in pivots.values()]
    rows = [row for row in pivots if not table[row, loose].any() and _value(table, row, pivots[row], x) is None]
    if rows:
        return np.flatnonzero((table[rows[0], :-1] != 0) & open_)
    return np.flatnonzero((table[list(pivots), :-1] != 0).any(axis=0) & open_)


def _value(table, row: int, column: int, x) -> int | None:
    """The value that one equation gives its column, None if no whole number from 0 up."""
    change, rest = divmod(-int(table[row, -1]), int(table[row, column]))
    return x[column] + change if rest == 0 and x[column] + change >= 0 else None


def _answers(table, pivots, chosen, x) -> Iterator[dict[int, int]]:
    """The values of the chosen columns, one solution after the other (a single one unless columns are dependent)."""
    loose = [column for column in chosen if column not in pivots.values()]
    if not loose:
        answer = {column: _value(table, row, column, x) for row, column in pivots.items()}
        if None not in answer.values():
            yield answer
        return
    column, tied = loose[0], [c for c in chosen if c != loose[0]]
    for value in _range(table, pivots, loose, x):
        fixed, at = table.copy(), list(x)
        fixed[:, -1] += table[:, column] * (value - x[column])
        at[column] = value
        for answer in _answers(fixed, pivots, tuple(tied), at):
            yield answer | {column: value}


def _range(table, pivots, loose, x) -> range:
    """The values the first loose column can take, in rationals, by eliminating the others (Fourier and Motzkin)."""
    bounds = [_bound(table, row, column, loose, x) for row, column in pivots.items()]
    bounds += [[Fraction(column == other) for other in loose] + [Fraction(x[column])] for column in loose]
    for _ in loose[1:]:
        low, high, kept = ([b for b in bounds if np.sign(b[-2]) == sign] for sign in (1, -1, 0))
        pairs = [[p / one[-2] - q / two[-2] for p, q in zip(one, two, strict=True)] for one in low for two in high]
        bounds = [b[:-2] + b[-1:] for b in (*kept, *pairs)]
    if any(slope == 0 and rest < 0 for slope, rest in bounds):
        return range(0)
    lowest = max(ceil(-rest / slope) for slope, rest in bounds if slope > 0)
    highest = [floor(rest / -slope) for slope, rest in bounds if slope < 0]
    start = x[loose[0]]
    return range(start + lowest, start + min([lowest + _SCAN, *highest]) + 1)


def _bound(table, row: int, column: int, loose, x) -> list[Fraction]:
    """`column`'s value from 0 up, as slopes of the loose columns' changes and a constant that add to at least 0."""
    unit = int(table[row, column])
    return [Fraction(-int(table[row, other]), unit) for other in loose] + [
        x[column] + Fraction(-int(table[row, -1]), unit)
    ]


def fewest(
    matrix: np.ndarray, values: Sequence[int], open_: np.ndarray, must: Sequence[int] = (), free: Sequence[int] = ()
) -> dict[int, int] | None:
    """One set with the fewest columns, by mixed-integer programming (HiGHS), with new values rechecked in integers.

    An independent check on `smallest_sets`, and the way past its reach; it may take seconds, and which of several
    smallest sets it gives is the solver's choice. Arguments as there. None where the solver finds no set, or its answer
    does not stand the check.

    Huangfu, Q. and Hall, J. A. J. (2018), Parallelizing the dual revised simplex method, Math. Prog. Comp. 10, 119-142.

    >>> fewest(np.array([[1, 1, -1], [0, 1, 0]]), [1, 0, 4], np.ones(3, bool)) in ({0: 4}, {2: 1})
    True
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    x, count = np.array(values, dtype=float), len(values)
    most = np.abs(matrix).sum(axis=1).max(initial=1) * x.max(initial=1) + 1
    cost, lower, upper = np.ones(count), np.zeros(count), open_.astype(float)
    cost[list(free)], lower[list(must)], upper[[*must, *free]] = 0, 1, 1
    one, none = np.eye(count), np.zeros_like(matrix, dtype=float)
    constraints = [
        LinearConstraint(np.hstack([matrix, none]), 0, 0),
        LinearConstraint(np.hstack([one, -most * one]), -np.inf, x),  # a value moves only where its switch is on
        LinearConstraint(np.hstack([one, most * one]), x, np.inf),
    ]
    bounds = Bounds(np.concatenate([np.zeros(count), lower]), np.concatenate([np.full(count, most), upper]))
    found = milp(np.concatenate([np.zeros(count), cost]), integrality=1, bounds=bounds, constraints=constraints)
    if found.x is None:
        return None
    columns = [int(k) for k in np.flatnonzero(found.x[count:] > 0.5)]
    answer = solve(matrix, values, columns)
    return answer and {column: value for column, value in answer.items() if column not in set(free)}
