"""Large letters lying across a table, such as a watermark, are no part of the cells under them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from govinfo.document import Box, Grid, GridCell
from govinfo.readers.words import Word

LARGE = 3.0  # of the page's usual size: a table's own letters are not that much larger, even in mixed sizes


def large_words(words: Sequence[Word]) -> list[Word]:
    """The words printed much larger than is usual on their page; never one with a digit, which would lose a figure."""
    sizes: dict[int, list[float]] = {}
    for word in words:
        sizes.setdefault(word.box.page, []).append(word.size)
    usual = {page: statistics.median(found) for page, found in sizes.items()}
    return [w for w in words if w.size > LARGE * usual[w.box.page] and not any(c.isdigit() for c in w.text)]


def without_watermark(grids: Sequence[Grid], words: Sequence[Word]) -> list[Grid]:
    """The grids with large letters taken out of the cells over which they lie."""
    large = large_words(words)
    if not large:
        return list(grids)
    return [replace(grid, cells=tuple(_cleared(cell, large) for cell in grid.cells)) for grid in grids]


def _cleared(cell: GridCell, large: Sequence[Word]) -> GridCell:
    text = cell.text
    for letter in (letter for word in large if _touch(word.box, cell.box) for letter in word.text):
        text = text.replace(letter, "", 1)
    return cell if text == cell.text else replace(cell, text=text.strip())


def _touch(a: Box, b: Box) -> bool:
    return a.page == b.page and a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1
