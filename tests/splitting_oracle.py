"""What the form's sums alone determine of run-together text: every way of splitting tried, without the reader's search.

Rows are split by trying all places to cut; whether a choice of splittings, one a row, can satisfy the sums of all columns
is asked of an integer program (HiGHS), whose answers are checked again in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from typeset_formats import t3_lines

from govinfo.form import load_form


def ways(digits: str, count: int) -> Iterator[tuple[str, ...]]:
    """All splittings of digits into `count` numbers, none with a leading zero."""
    for cuts in combinations(range(1, len(digits)), count - 1):
        numbers = tuple(digits[a:b] for a, b in zip((0, *cuts), (*cuts, len(digits)), strict=True))
        if all(len(n) == 1 or n[0] != "0" for n in numbers):
            yield numbers


def sums_hold(numbers) -> bool:
    return sum(map(int, numbers[:-1])) == int(numbers[-1])


def determined(raws: dict[str, str]) -> dict[str, str]:
    """Cell -> the one text that it has in every splitting of the report that satisfies all sums, where there is one.

    Rows that can be split in one way only need no sum: those of 二, which has none, and rows of nothing but zeros. Of 三
    and 四, a report whose own figures break a sum, or leave a cell blank, determines nothing else.
    """
    zeros = [*(cells for _, cells in rows_of_three(raws).values()), cells_of_four()]
    zeros = [cells for cells in zeros if set("".join(raws.get(cell, "") for cell in cells)) == {"0"}]
    found = {}
    for cells in [*_rows_of_two(raws), *zeros]:
        found |= _one_way([cell for cell in cells if cell in raws], raws)
    return found | _rows_of_three(raws) | _line_of_four(raws) if plain_and_consistent(raws) else found


def _one_way(cells: list[str], raws: dict[str, str]) -> dict[str, str]:
    """The cells of a row, blanks not excluded, that can be split in one way only."""
    digits = "".join(raws[cell] for cell in cells)
    if len(cells) == 1 and digits:
        return {cells[0]: digits}
    if not digits.isdecimal():
        return {}
    options = list(islice((option for n in range(1, len(cells) + 1) for option in ways(digits, n)), 2))
    return dict(zip(cells, options[0], strict=True)) if len(options) == 1 and len(options[0]) == len(cells) else {}


def _rows_of_two(raws: dict[str, str]) -> list[list[str]]:
    rows: dict[str, list[str]] = {}
    for cell in raws:
        if cell.startswith("t2."):
            rows.setdefault(_row_of_two(cell), []).append(cell)
    return list(rows.values())


def _row_of_two(cell: str) -> str:
    """Cells of one printed row share their row; those of one column each stand alone."""
    parts = cell.split(".")
    return ".".join(parts[:2]) if len(parts) == 3 else cell


# ------------------------------------------------------------------ 三


def rows_of_three(raws: dict[str, str]) -> dict[str, tuple[str, list[str]]]:
    """Row id -> its role and its cells, as printed: a group with figures of its own is one row."""
    block = load_form("2021").block("t3")
    return {
        line.id: (line.role or "outcome", [block.cell_id(line.id, c.id) for c in block.columns])
        for line, _ in t3_lines(block, raws)
    }


def plain_and_consistent(raws: dict[str, str]) -> bool:
    """Whether every figure of 三 and 四 is a plain number and all sums hold."""
    rows = rows_of_three(raws)
    four = [raws.get(cell, "") for cell in cells_of_four()]
    texts = [[raws.get(cell, "") for cell in cells] for _, cells in rows.values()]
    if not all(text.isdecimal() and text == str(int(text)) for row in (*texts, four) for text in row):
        return False
    numbers = np.array([[int(text) for text in row] for row in texts])
    balanced = all((np.array(signs) @ numbers == 0).all() for signs in _signs(rows))
    return balanced and all(map(sums_hold, texts)) and all(sums_hold(four[i : i + 5]) for i in (0, 5, 10))


def _signs(rows) -> list[list[int]]:
    """For each of the two sums of a column the sign of every row: the outcomes, and the balance."""
    sums = ({"outcome": 1, "total": -1}, {"inflow": 1, "total": -1, "outflow": -1})
    return [[signs.get(role, 0) for role, _ in rows.values()] for signs in sums]


def _rows_of_three(raws: dict[str, str]) -> dict[str, str]:
    rows = rows_of_three(raws)
    options = [[w for w in ways("".join(raws[c] for c in cells), 7) if sums_hold(w)] for _, cells in rows.values()]
    choice, found = _Choice(options, _signs(rows)), {}
    for r, (_, cells) in enumerate(rows.values()):
        texts = [raws[cell] for cell in cells]
        alone = not choice.possible(r, lambda option, texts=texts: option != tuple(texts))
        for i, cell in enumerate(cells):
            if alone or not choice.possible(r, lambda option, i=i, texts=texts: option[i] != texts[i]):
                found[cell] = texts[i]
    return found


class _Choice:
    """One splitting for every row, so that the signed rows add to 0 in every column."""

    def __init__(self, options, signs):
        self.options, self.starts = options, np.cumsum([0, *map(len, options)])
        numbers = np.array([list(map(int, option)) for ways in options for option in ways], dtype=float).T
        each = np.zeros((len(options), self.starts[-1]))
        for r in range(len(options)):
            each[r, self.starts[r] : self.starts[r + 1]] = 1
        parts = [numbers * np.repeat(sign, list(map(len, options))) for sign in signs]
        self.matrix = np.vstack([each, *parts])
        self.right = np.concatenate([np.ones(len(options)), np.zeros(len(self.matrix) - len(options))])

    def possible(self, row: int, allowed) -> bool:
        """Whether some choice satisfies all sums in which a row has an allowed splitting."""
        upper = np.ones(self.starts[-1])
        upper[self.starts[row] : self.starts[row + 1]] = [allowed(option) for option in self.options[row]]
        if not upper[self.starts[row] : self.starts[row + 1]].any():
            return False
        result = milp(
            np.zeros(len(upper)),
            integrality=np.ones(len(upper)),
            bounds=Bounds(0, upper),
            constraints=LinearConstraint(self.matrix, self.right, self.right),
        )
        assert result.status in (0, 2), result.message
        if result.status == 2:
            return False
        exact = np.rint(result.x).astype(int) @ self.matrix.astype(int).T == self.right.astype(int)
        assert exact.all(), "the solver's answer does not hold in whole numbers"
        return True


# ------------------------------------------------------------------ 四


def cells_of_four() -> list[str]:
    block = load_form("2021").block("t4")
    return [block.cell_id("", column.id) for column in block.columns]


def _line_of_four(raws: dict[str, str]) -> dict[str, str]:
    """Every splitting into three groups of five, each with a sum: all ends of the first two groups are tried."""
    cells = cells_of_four()
    digits = "".join(raws[cell] for cell in cells)
    pieces = {
        (a, b): [w for w in ways(digits[a:b], 5) if sums_hold(w)]
        for a in range(len(digits))
        for b in range(a + 5, len(digits) + 1)
        if a == 0 or a >= 5
    }
    end, seen = len(digits), [set() for _ in cells]
    for a in range(5, end - 9):
        for b in range(a + 5, end - 4):
            groups = pieces[0, a], pieces[a, b], pieces[b, end]
            if all(groups):
                for g, own in enumerate(groups):
                    for option in own:
                        for i, text in enumerate(option):
                            seen[5 * g + i].add(text)
    return {cell: next(iter(texts)) for cell, texts in zip(cells, seen, strict=True) if len(texts) == 1}
