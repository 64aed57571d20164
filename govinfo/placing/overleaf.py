"""Rows that a page break cuts: which row a figure at the head of a page belongs to."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

from govinfo.placing.bands import Band
from govinfo.placing.geometry import Piece, is_entry
from govinfo.placing.setting import Rows
from govinfo.readers.words import Word


class Opening(NamedTuple):
    """How a block goes on at the head of a page: the row that the page before may have cut off, and what follows it."""

    before: Band
    first: Band  # the first row that has a label on this page
    top: float  # of that label
    whole: bool  # that label begins and ends on this page
    floor: float  # below the header, if one is repeated


def opening(mine: list[Band], header: dict[str, Piece], page: int) -> Opening | None:
    """What opens a page of a block with these rows; None where no row of it stands both before the page and on it."""
    labels = [(box.y0, b) for b in mine for box in b.boxes if box.page == page]
    before = [b for b in mine if all(box.page < page for box in b.boxes)]
    if not labels or not before:
        return None
    top, first = min(labels, key=lambda label: label[0])
    floor = max((piece.box.y1 for piece in header.values()), default=0.0)
    return Opening(before[-1], first, top, all(box.page == page for box in first.boxes), floor)


def row_of(word: Word, rows: Rows, begins: Opening | None, apart: float) -> Band | None:
    """The row beside whose label an entry stands; above all labels of a page, the row that the page before cut off.

    Where lines of one cell are known to be no further `apart`, an entry wholly above the first label is not that row's.
    """
    band = rows.of(word.box, word.size)
    if begins is None:
        return band
    if band is begins.first:
        cut = word.box.y1 <= begins.top and begins.whole and bool(apart)
    else:
        cut = band is None and word.box.y < begins.top
    return begins.before if cut and begins.floor < word.box.y else band


def rest_overleaf(pages, page: int, rows: list[Band], mine: list[Band], placed: list) -> list[tuple[Word, Band]]:
    """What a page cut off its last row, if that is one of a block: lines of nothing but entries that open the next page.

    Only where that page has no label of the block: above a label `row_of` finds the row.
    """
    last = max((box.y1, n) for n, band in enumerate(rows) for box in band.boxes if box.page == page)
    band = rows[last[1]]
    lowest = max([last[0], *(w.box.y1 for w, row in placed if row is band)])
    ends_in_it = all(line[0].box.y <= lowest for line in pages[page].lines[-1:])
    labelled = any(box.page == page + 1 for row in mine for box in row.boxes)
    if band not in mine or not ends_in_it or labelled or page + 1 not in pages:
        return []
    first = list(takewhile(lambda line: all(is_entry(w) for w in line), pages[page + 1].lines))
    bottom = max((w.box.y1 for line in first for w in line), default=0.0)
    return [(w, band) for w in pages[page + 1].entries if w.box.y1 <= bottom]
