"""A figure that found no cell casts doubt on the cells around it: it may be theirs, or a part of theirs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from rapidfuzz.fuzz import partial_ratio

from govinfo.certainty import threshold
from govinfo.document import Box
from govinfo.form import VERSIONS, load_form
from govinfo.placing.decide import confirmed, contradicted
from govinfo.placing.labels import body
from govinfo.placing.placement import Leftover, Placed, Placement, row_of
from govinfo.placing.printed import is_mark

BESIDE = "a figure beside it found no cell"
PIECED = "no sum of it holds, and its lines may belong to another cell"
CUT = "a page break may have cut its figure"


def doubt_neighbours(reading: Placement) -> None:
    """Mark the cells on the line of a stray figure, and the nearest in its column above and below it.

    Where a marked cell is one of a group's items, the column's other items are marked with it: one row of figures may
    stand for them all.
    """
    for stray in reading.leftovers:
        if stray.box is None or not is_stray(stray):
            continue
        here = [p for p in reading.placed.values() if p.box and p.box.page == stray.box.page]
        marked = {p.cell for p in here if _on_line(p.box, stray.box)}
        column = [p for p in here if p.box.x0 - 2 <= stray.box.x1 and stray.box.x0 <= p.box.x1 + 2]
        above = [p for p in column if p.box.y <= stray.box.y]
        marked |= _nearest(above, stray.box) if above else _last_before(reading, stray.box)
        marked |= _nearest([p for p in column if p.box.y > stray.box.y], stray.box)
        doubt(reading, _with_items(marked, reading), BESIDE)


def doubt_page_breaks(reading: Placement) -> None:
    """Mark figures of several pieces in the first row of a page, and the cell above them on the page before.

    The first piece may be the rest of that cell's figure: nothing but rules tells where it belongs. Not where the page
    begins another table, nor where all sums hold that a figure is in. A mark for nothing, such as a dash of two signs, is
    no figure's rest.
    """
    for page in {p.box.page for p in reading.placed.values() if p.box}:
        here = [p for p in reading.placed.values() if p.box and p.box.page == page]
        row = row_of(min(here, key=lambda p: p.box.y0).cell)
        for placed in [p for p in here if row_of(p.cell) == row and p.pieces > 1 and not is_mark(p.text)]:
            above = _last_before(reading, placed.box)
            if row != "t4" and any(_section(cell) == _section(row) for cell in above):
                doubt(reading, {placed.cell} | above, CUT)
    cut = {cell for cell, placed in reading.placed.items() if placed.doubt == CUT}
    for cell in cut & confirmed(reading) if cut else ():
        reading.placed[cell] = replace(reading.placed[cell], doubt="")


def doubt_broken_sums(reading: Placement, lines_known: bool) -> None:
    """Mark the cells of sums that fail in a section where figures may have been put together wrongly.

    That is one with a figure of several pieces, or any where it is not known how far the lines of a cell stand apart. A sum
    that fails in a table whose rows are plain is the publisher's.
    """
    pieced = {_section(cell) for cell, placed in reading.placed.items() if placed.pieces > 1 or not lines_known}
    broken = contradicted(reading) if pieced else set()
    doubt(reading, {cell for cell in broken if _section(cell) in pieced}, PIECED)


def doubt(reading: Placement, cells: set[str], why: str) -> None:
    """Mark some cells of a reading; the first reason stays."""
    for cell in cells:
        reading.placed[cell] = replace(reading.placed[cell], doubt=reading.placed[cell].doubt or why)


def _section(cell: str) -> str:
    return cell.split(".")[0]


def is_stray(item: Leftover) -> bool:
    """Whether a figure that found no cell may be one of the form's: not if it has a label of its own in a strange row.

    A figure beside a piece of a row's label is a stray: a page may have cut that label, or a label beside it run into it.
    """
    return not item.row_label or _piece_of_label(item.row_label)


@cache
def _labels() -> tuple[str, ...]:
    return tuple(body(line.label.zh) for version in VERSIONS for b in load_form(version).blocks for line in b.rows)


def _piece_of_label(text: str) -> bool:
    """Whether a text is a row's label or a part of one, as where a page cuts it off, or ends as one does."""
    piece, least = body(text), 100 * threshold("stray.label")
    return len(piece) > 2 and any(
        piece[-3:] == label[-3:] or (len(piece) <= len(label) and partial_ratio(piece, label) >= least)
        for label in _labels()
    )


def _on_line(box: Box, stray: Box) -> bool:
    return abs(box.y - stray.y) <= 0.5 * max(box.y1 - box.y0, stray.y1 - stray.y0)


def _nearest(cells: list[Placed], stray: Box) -> set[str]:
    return {min(cells, key=lambda p: abs(p.box.y - stray.y)).cell} if cells else set()


def _last_before(reading: Placement, stray: Box) -> set[str]:
    """The last cells of a stray's column on the page before: a page may have cut a number, or a row from its label."""
    cells = [p for p in reading.placed.values() if p.box and p.box.page == stray.page - 1]
    column = [p for p in cells if p.box.x0 - 2 <= stray.x1 and stray.x0 <= p.box.x1 + 2]
    return {max(column, key=lambda p: p.box.y).cell} if column else set()


def _with_items(marked: set[str], reading: Placement) -> set[str]:
    """The marked cells, and those of the same group and column: t3.other.no_correction.total -> t3.other.*.total."""
    groups = {(cell.split(".")[1], cell.rsplit(".", 1)[-1]) for cell in marked if cell.count(".") == 3}
    return marked | {
        cell
        for cell in reading.placed
        if cell.count(".") == 3 and (cell.split(".")[1], cell.rsplit(".", 1)[-1]) in groups
    }
