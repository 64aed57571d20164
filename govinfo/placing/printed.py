"""Printed grids as segments of a section: a header and the rows under it, across page breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from govinfo.document import Grid, GridCell
from govinfo.form import VERSIONS, load_form
from govinfo.placing.labels import body, plain, similarity

UNITS = "件|元|万元|亿元|项|个|笔|条|宗|份|次|户|人|起|部|篇"
LONE_UNITS = ("件", "元", "万元", "项", "个", "笔", "条")  # none that is also a letter of a header, such as 人
_FIGURE = re.compile(rf"[-+\u2212\u2013减增约]?\d[\d,.，\s]*(?:{UNITS})?(?:[(（].*[)）])?(?:{UNITS})?", re.DOTALL)
_MARK = re.compile(r"[/\\\-\u2212\u2010-\u2015\u2500*.·]*|无|暂无")


@lru_cache(maxsize=10_000)
def is_figure(text: str) -> bool:
    """Whether a cell's text is a published number, with whatever unit or note stands beside it.

    >>> [is_figure(t) for t in ("34件", "减11", "22（其中修订16件）", "1.属于国家秘密", "", "/")]
    [True, True, True, False, False, False]
    """
    return bool(_FIGURE.fullmatch(plain(text)))


@lru_cache(maxsize=10_000)
def is_mark(text: str) -> bool:
    """Whether a cell's text is blank or one of the ways to write nothing."""
    return bool(_MARK.fullmatch(plain(text)))


def is_entry_text(text: str) -> bool:
    """Whether a cell's text is a figure or a mark for nothing."""
    return is_figure(text) or is_mark(text)


def same_text(one: str, two: str) -> bool:
    """Whether two texts are the same but for white space."""
    return one == two or "".join(one.split()) == "".join(two.split())


@lru_cache(maxsize=10_000)
def is_unit(text: str) -> bool:
    """Whether a text is a unit alone, as where a narrow column breaks 件 to the next line."""
    return plain(text) in LONE_UNITS


SEVERAL = "several numbers, each on a line of its own"


def doubt_of(cell: GridCell) -> str:
    """What makes a cell's text unsure: what its reader said, or several numbers on lines that no narrow column broke."""
    alone = cell.text.count("\n") and not cell.box and sum(map(_is_number, cell.text.split("\n"))) > 1
    return cell.doubt or (SEVERAL if alone else "")


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[\d,.，．]+", text.strip()))


def extent(cell: GridCell) -> tuple[float, float]:
    """Left and right of a cell: points where it has a box, column numbers where a format has none."""
    return (cell.box.x0, cell.box.x1) if cell.box else (cell.column, cell.column + cell.colspan)


def overlap(a0: float, a1: float, b0: float, b1: float) -> float:
    """Length that two intervals share, 0 where they do not touch."""
    return max(0.0, min(a1, b1) - max(a0, b0))


@dataclass(frozen=True)
class Leaf:
    """The lowest header cell of a printed column and the texts above it."""

    text: str
    above: str
    left: float
    right: float


@dataclass(frozen=True)
class PrintedRow:
    """One row of a grid split into its label (the rightmost of its label cells) and its value cells."""

    page: int
    label: str
    values: tuple[GridCell, ...]

    @cached_property
    def has_figures(self) -> bool:
        return any(is_figure(cell.text) for cell in self.values)

    @cached_property
    def has_marks(self) -> bool:
        return bool(self.values) and all(is_figure(c.text) or is_mark(c.text) for c in self.values)


@dataclass
class Segment:
    """A header (own, or taken over from the page before) and the rows under it."""

    section: str
    grid: Grid
    header: list[GridCell]
    body: list[tuple[int, list[GridCell]]] = field(default_factory=list)

    @cached_property
    def leaves(self) -> list[Leaf]:
        """The printed columns that hold values, left to right."""
        return header_leaves(self.header, self.section)

    @cached_property
    def rows(self) -> list[PrintedRow]:
        first = self.leaves[0].left if self.leaves else float("inf")
        return [_printed_row(cells, index, first) for index, cells in self.body]

    def column_label(self, cell: GridCell) -> str:
        """The header text above a value cell, for figures that get no cell id."""
        left, right = extent(cell)
        texts = [h.text for h in self.header if overlap(left, right, *extent(h)) > 0]
        return " ".join(dict.fromkeys(plain(text) for text in texts if body(text)))


def segments(grids: Sequence[Grid]) -> list[Segment]:
    """All grids in reading order as segments; grids that belong to no section give none."""
    found: list[Segment] = []
    for grid in grids:
        current = None
        for index, cells in _rows(grid):
            kind = _header_section(cells)
            if kind:
                if current is None or current.body or current.section != kind:
                    current = Segment(kind, grid, _cut_header(found, kind, current))
                    found.append(current)
                current.header += [c for c in cells if c not in current.header]
            elif _is_heading(cells):
                continue
            else:
                if current is None:
                    current = _continuation(found, grid)
                    if current is None:
                        continue
                    found.append(current)
                current.body.append((index, cells))
    return found


def _rows(grid: Grid) -> list[tuple[int, list[GridCell]]]:
    """The cells covering each row, left to right."""
    rows: list[list[GridCell]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        for r in range(cell.row, cell.row + cell.rowspan):
            rows[r].append(cell)
    return [(index, sorted(row, key=lambda c: c.column)) for index, row in enumerate(rows) if row]


def _cut_header(found: list[Segment], section: str, current: Segment | None) -> list[GridCell]:
    """The upper part of a header that a page break cut off, now standing over the lower part; [] where none is."""
    if current is not None or not found or found[-1].body or found[-1].section != section:
        return []
    header = found.pop().header
    depth = max(c.row + c.rowspan for c in header)
    return [replace(c, row=c.row - depth) for c in header]


def _continuation(found: list[Segment], grid: Grid) -> Segment | None:
    """A part that begins without a header goes on with the section before it, under that section's header."""
    if not found:
        return None
    before = found[-1]
    return Segment(before.section, grid, list(before.header))


# ------------------------------------------------------------------ headers


def _vocabulary() -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for version in VERSIONS:
        for block in load_form(version).blocks:
            labels = [line.label for line in block.columns] + [g.label for g in block.column_groups]
            labels += [block.column_root] if block.column_root else []
            for label in labels:
                words.setdefault(block.section, []).extend(label.wordings)
    return {section: tuple(sorted(set(found))) for section, found in words.items()}


_WORDS = _vocabulary()
_T2 = [block for version in VERSIONS for block in load_form(version).blocks if block.section == "t2"]
_CORNERS = tuple(sorted({block.corner.zh for block in _T2}))
_HEADINGS = tuple(sorted({block.label.zh for block in _T2}))
_ROOTS = tuple(sorted({b.column_root.zh for v in VERSIONS for b in load_form(v).blocks if b.column_root}))
_DISTINCT = {"t2": 1, "t3": 2, "t4": 2}  # header words needed to call a row a header of the section


def _header_section(cells: Sequence[GridCell]) -> str:
    """The section whose header a row is part of, "" for any other row."""
    if any(is_figure(cell.text) or (is_mark(cell.text) and cell.text.strip()) for cell in cells):
        return ""
    texts = [cell.text for cell in cells if body(cell.text)]
    if any(similarity(text, _CORNERS) > 0.8 for text in texts) and len(texts) > 1:
        return "t2"
    if any(similarity(text, _ROOTS) >= 0.75 for text in texts) and len(texts) <= 2:  # 申请人情况, beside the corner
        return "t3"
    hits = {s: _words_met(texts, words) for s, words in _WORDS.items()}
    best = max(hits, key=lambda s: hits[s] / _DISTINCT[s])
    return best if hits[best] >= _DISTINCT[best] else ""


def _words_met(texts: Sequence[str], words: tuple[str, ...]) -> int:
    """How many different words of a header stand in a row: （六）其他处理 beside 3.其他 is one, and no header."""
    best = (max(words, key=lambda word: similarity(text, (word,))) for text in texts if similarity(text, words) >= 0.75)
    return len(set(best))


def _is_heading(cells: Sequence[GridCell]) -> bool:
    texts = [cell.text for cell in cells if body(cell.text)]
    return len(texts) == 1 and similarity(texts[0], _HEADINGS) > 0.75 and "条" in texts[0]


def header_leaves(header: Sequence[GridCell], section: str) -> list[Leaf]:
    """The lowest header cell over each printed value column; corner cells left out."""
    cells = [c for c in header if not _is_corner(c, section)]
    found = []
    for cell in cells:
        if any(_stands_over(cell, other) for other in cells):
            continue
        above = sorted((c for c in cells if _stands_over(c, cell)), key=lambda c: c.row)
        texts = [c.text for c in (*above, cell) if body(c.text)] or [""]
        found.append(Leaf(texts[-1], "".join(texts[:-1]), *extent(cell)))
    return sorted(found, key=lambda leaf: leaf.left)


def _stands_over(upper: GridCell, lower: GridCell) -> bool:
    (a0, a1), (b0, b1) = extent(upper), extent(lower)
    return upper.row + upper.rowspan <= lower.row and overlap(a0, a1, b0, b1) > 0.5 * (b1 - b0)


def _is_corner(cell: GridCell, section: str) -> bool:
    """The cell over the row labels: 信息内容, the note on the sums, or a blank at the far left."""
    text = body(cell.text)
    if cell.column == 0 and (not text or section != "t4"):
        return True
    return section == "t3" and ("第一项加第二项" in text or "勾稽关系" in text)


def _printed_row(cells: Sequence[GridCell], index: int, first: float) -> PrintedRow:
    """Label cells lie left of the first value column; a label merged over rows with figures of their own names a group."""
    labels = [c for c in cells if sum(extent(c)) / 2 < first]
    values = tuple(c for c in cells if sum(extent(c)) / 2 >= first and c.row == index)
    tall_values = bool(values) and all(c.rowspan > 1 for c in values)
    own = [c for c in labels if body(c.text) and c.row == index and (c.rowspan == 1 or tall_values)]
    return PrintedRow(cells[0].box.page if cells[0].box else 0, own[-1].text if own else "", values)
