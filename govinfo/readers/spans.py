"""Cells with spans, row by row, to a grid: as a browser lays them out, with impossible spans cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from govinfo.document import Grid, GridCell
from govinfo.placing.printed import is_figure, is_mark

MAX_SPAN = 200  # no printed table of the form is wider or higher
FEW = 5  # a row with at least so many figures at its end is a row of 三
SHORT = "a cell of this row is missing: its figures are placed by their number"
LONG = "this row has a cell too many: its figures may stand one column off"
UNEVEN = "the table's header has a cell too many or too few for its columns"


@dataclass(frozen=True)
class SpanCell:
    """One cell as a file gives it: text and spans; a rowspan of 0 goes down to the table's end."""

    text: str
    rowspan: int = 1
    colspan: int = 1


def spanned_grid(rows: Sequence[Sequence[SpanCell]], source: str) -> Grid:
    """The grid that some rows of cells make.

    Spans that reach beyond the table are cut. A rowspan that pushes the next row's cells out of the table is ended above
    it, as the row then fits; a row of 三 that is too short, because a rowspan is, is moved right as far as the others.

    >>> cells = spanned_grid([[SpanCell("a", rowspan=9), SpanCell("b")], [SpanCell("c")]], "html").cells
    >>> [(c.row, c.column, c.text, c.rowspan) for c in cells]
    [(0, 0, 'a', 2), (0, 1, 'b', 1), (1, 1, 'c', 1)]
    """
    rows = [list(row) for row in rows]
    first = _laid_out(rows, width=None)
    width = _usual_width(first, len(rows))
    if not width:
        return Grid(tuple(first), source)
    cells = _doubted(_moved_right(_laid_out(rows, width), width, len(rows)), width)
    if _is_uneven(first, width):
        cells = [replace(c, doubt=c.doubt or UNEVEN) if is_figure(c.text) else c for c in cells]
    return Grid(tuple(cells), source)


def _doubted(cells: Sequence[GridCell], width: int) -> list[GridCell]:
    """The cells, with the figures of a row that has a cell too many in doubt: any of them may be the one."""
    long = {c.row for c in cells if c.column + c.colspan > width and is_figure(c.text)}
    return [replace(c, doubt=c.doubt or LONG) if c.row in long and is_figure(c.text) else c for c in cells]


def _is_uneven(cells: Sequence[GridCell], width: int) -> bool:
    """Whether the rows above the first figures overlap the table's edge, or the last of them leaves a column without."""
    figures = [c.row for c in cells if is_figure(c.text)]
    header = [c for c in cells if c.row < min(figures, default=0)]
    if not header:
        return False
    last = max(c.row for c in header)
    covered = {x for c in cells if c.row <= last < c.row + c.rowspan for x in range(c.column, c.column + c.colspan)}
    return len(covered) < width or any(c.column >= width for c in header)


def _laid_out(rows: Sequence[Sequence[SpanCell]], width: int | None) -> list[GridCell]:
    """Each cell at the first free place of its row; `taken` holds the cells from above by their last row."""
    cells: list[GridCell] = []
    taken: dict[int, int] = {}  # column -> last row that a cell from above covers
    for r, row in enumerate(rows):
        taken = {c: last for c, last in taken.items() if last >= r}
        if width:
            _end_too_long(taken, cells, r, sum(_span(c.colspan) for c in row), width)
        column = 0
        for item in row:
            while column in taken:
                column += 1
            last = len(rows) - 1 if item.rowspan == 0 else min(r + _span(item.rowspan), len(rows)) - 1
            span = _free(column, _span(item.colspan), taken, width)
            cells.append(GridCell(r, column, item.text, last - r + 1, span))
            if last > r:
                taken |= dict.fromkeys(range(column, column + span), last)
            column += span
    return cells


def _span(number: int) -> int:
    return max(1, min(number, MAX_SPAN))


def _free(column: int, span: int, taken: dict[int, int], width: int | None) -> int:
    """How far a cell can reach before a cell from above or the table's edge."""
    end = column + span if width is None else max(column + 1, min(column + span, width))
    return next((c for c in range(column + 1, end) if c in taken), end) - column


def _end_too_long(taken: dict[int, int], cells: list[GridCell], row: int, wanted: int, width: int) -> None:
    """End cells from above that leave a row no room: those first that end soonest, and of them the rightmost."""
    while taken and wanted + len(taken) > width:
        column = min(taken, key=lambda c: (taken[c], -c))
        index = max(i for i, c in enumerate(cells) if c.column <= column < c.column + c.colspan and c.row < row)
        over = cells[index]
        if wanted + len(taken) - over.colspan < width:
            return
        cells[index] = replace(over, rowspan=row - over.row)
        for c in range(over.column, over.column + over.colspan):
            taken.pop(c, None)


def _ends(cells: Sequence[GridCell], n_rows: int) -> list[int]:
    ends = [0] * n_rows
    for cell in cells:
        for r in range(cell.row, cell.row + cell.rowspan):
            ends[r] = max(ends[r], cell.column + cell.colspan)
    return ends


def _by_row(cells: Sequence[GridCell], n_rows: int) -> list[list[GridCell]]:
    rows: list[list[GridCell]] = [[] for _ in range(n_rows)]
    for cell in cells:
        rows[cell.row].append(cell)
    return rows


def _usual_width(cells: Sequence[GridCell], n_rows: int) -> int | None:
    """The width of most rows with enough figures for 三, if there are such rows."""
    own = _by_row(cells, n_rows)
    ends = [end for row, end in zip(own, _ends(cells, n_rows), strict=True) if len(_last_figures(row)) >= FEW]
    return Counter(ends).most_common(1)[0][0] if ends else None


def _last_figures(row: Sequence[GridCell]) -> list[GridCell]:
    """The figures and marks at the end of a row."""
    found: list[GridCell] = []
    for cell in reversed(row):
        if not (is_figure(cell.text) or is_mark(cell.text)):
            break
        found.insert(0, cell)
    return found if any(is_figure(cell.text) for cell in found) else []


def _moved_right(cells: list[GridCell], width: int, n_rows: int) -> list[GridCell]:
    """Rows of 三 that end short of the table's width, with their figures moved to its end."""
    rows = _by_row(cells, n_rows)
    counts = Counter(len(_last_figures(row)) for row in rows if len(_last_figures(row)) >= FEW)
    usual, moved = counts.most_common(1)[0][0], []
    for row, end in zip(rows, _ends(cells, n_rows), strict=True):
        figures = _last_figures(row)
        short = width - end
        if short <= 0 or len(figures) < FEW or len(figures) > usual:
            moved += row
            continue
        doubt = "" if len(figures) == usual else SHORT
        moved += [replace(c, column=c.column + short, doubt=doubt) if c in figures else c for c in row]
    return moved
