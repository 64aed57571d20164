"""One document read twice: by its grids, and by its words alone; where they differ, its grids are looked for again."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from govinfo.certainty import threshold
from govinfo.checks.identities import identities
from govinfo.document import Box, Document, Grid, Line
from govinfo.form import VERSIONS, load_form
from govinfo.placing.decide import sums_that_hold
from govinfo.placing.match import place
from govinfo.placing.placement import Placed, Placement
from govinfo.placing.printed import is_entry_text, same_text
from govinfo.placing.second import place_words
from govinfo.placing.values import clean
from govinfo.placing.watermark import without_watermark
from govinfo.readers.camelot_grids import grids, grids_in


def read_twice(document: Document) -> tuple[Placement, Placement]:
    """Both readings of a document: that of its grids and that of its words alone.

    Where they differ on ruled pages, Camelot is asked again: for just the area of a block that no grid covers, then with
    its default engine, which sees rules drawn as dashes or dots. Kept are the grids with which more sums of the form hold,
    and where that tells nothing those that agree with most words.
    """
    second = place_words(document.words)
    first = place(without_watermark(document.grids, document.words))
    enough = threshold("readings.same_rules") * _printed(second)
    for again in (_areas_not_covered, _default_engine):
        if again is _default_engine and _agreements(first, second) >= enough:
            break  # its picture of the page costs more than all the rest
        pages = {page for page in _pages_in_dispute(first, second) if page in document.ruled_pages}
        grids = again(document, second, pages) if pages else []
        if grids:
            other = place(without_watermark(grids, document.words))
            chosen = _chosen(first, other, second)
            document.grids = grids if chosen is other else document.grids
            first = chosen
    first.areas = [c.box for grid in document.grids for c in grid.cells if c.box and is_entry_text(c.text)]
    document.prose = [line for line in document.prose if not _in_table(line, second)]
    if document.kind == "scan":
        first, second = _with_doubted_blanks(first, second), _with_doubted_blanks(second, first)
        free = {word.box for word in document.words if word.free}
        return first, _doubted_alone(second, first, free)
    return _trusted(first, second)


def _chosen(first: Placement, other: Placement, second: Placement) -> Placement:
    """Of two engines' grids, those that the sums choose, else those that agree with more words; the first where both are even."""
    sums, words = zip(*((sums_that_hold(one), _agreements(one, second)) for one in (first, other)), strict=True)
    chosen, left = (other, first) if (sums[1], words[1]) > (sums[0], words[0]) else (first, other)
    if sums[0] != sums[1]:
        both = chosen.placed.keys() & left.placed.keys()
        differ = {cell for cell in both if not same_text(chosen.placed[cell].text, left.placed[cell].text)}
        chosen.rejected = {cell: left.placed[cell].text for cell in sorted(differ)}
    return chosen


def _in_table(line: Line, second: Placement) -> bool:
    """Whether a line stands in a table: where no rules show it, the prose of a page holds the table's lines too."""
    return line.box is not None and any(
        area.page == line.page and area.y0 <= line.box.y <= area.y1 for area in second.areas
    )


def _with_doubted_blanks(one: Placement, other: Placement) -> Placement:
    """A scan's blank that only one reading saw, or that the other doubts, may be a figure that was overlooked."""
    for cell, placed in one.placed.items():
        if placed.box is None or placed.text.strip() or placed.doubt:
            continue  # without a box a page's text says that it is blank
        twin = other.placed.get(cell)
        doubt = twin.doubt if twin else "a blank that only one reading of the scan has"
        one.placed[cell] = replace(placed, doubt=doubt)
    return one


def _doubted_alone(words: Placement, grids: Placement, free: AbstractSet[Box]) -> Placement:
    """The words of a scan in a section for which no grid was found: in doubt unless they stand free or a sum confirms them.

    Rules too faint to be found leave dashes that may be taken for figures, and no grid to contradict them. Around a dash
    of a rule the next dash stands near; a figure in one of the `free` boxes has nothing but paper there.
    """
    alone = {cell for cell in words.placed if cell.split(".")[0] not in grids.versions}
    confirmed = {cell for cell in alone if _stands_free(words.placed[cell], free)}
    confirmed |= _confirmed(words) if alone else set()
    for cell in alone - confirmed:
        placed = words.placed[cell]
        words.placed[cell] = replace(placed, doubt=placed.doubt or "words of the scan alone, and no sum confirms them")
    return words


def _stands_free(placed: Placed, free: AbstractSet[Box]) -> bool:
    return placed.box in free and placed.pieces == 1 and bool(placed.text.strip()) and is_entry_text(placed.text)


def _confirmed(reading: Placement) -> set[str]:
    """The cells of all sums that hold of printed figures, none of them a blank or a mark."""
    form = load_form(VERSIONS[-1])
    numbers = {c: clean(p.text, form.cell(c)).value for c, p in reading.placed.items() if c in form and p.text.strip()}
    held = [
        one.cells
        for one in identities(numbers)
        if all(numbers.get(cell) is not None for cell in one.cells)
        and sum(numbers[c] for c in one.left) == sum(numbers[c] for c in one.right)
    ]
    return {cell for cells in held for cell in cells}


def _trusted(first: Placement, second: Placement) -> tuple[Placement, Placement]:
    """Both readings, or the better one alone where they agree on less than half.

    Rules drawn as loose dashes give grids of nothing, and words under a strange font no figures: then the reading in
    which more sums hold stands alone.
    """
    if (
        not first.placed
        or not second.placed
        or _agreements(first, second) >= threshold("readings.one_table") * _printed(second)
    ):
        return first, second
    if sums_that_hold(second) >= sums_that_hold(first):
        return Placement(), second
    return first, Placement()


def _pages_in_dispute(first: Placement, second: Placement) -> set[int]:
    """Pages with a figure that only one reading has, or that they read differently."""
    pages = set()
    for cell in {*first.placed, *second.placed}:
        one, two = first.placed.get(cell), second.placed.get(cell)
        if (one is None or two is None or not same_text(one.text, two.text)) and ((one and one.text.strip()) or two):
            pages |= {placed.box.page for placed in (one, two) if placed and placed.box}
    return pages


def _agreements(first: Placement, second: Placement) -> int:
    return sum(cell in first.placed and same_text(first.placed[cell].text, p.text) for cell, p in second.placed.items())


def _printed(reading: Placement) -> int:
    return sum(bool(p.text.strip()) for p in reading.placed.values())


def _areas_not_covered(document: Document, second: Placement, pages: set[int]) -> list[Grid]:
    areas = [a for a in second.areas if a.page in pages and not _covered(a, document.grids)]
    return _in_order([*document.grids, *grids_in(document.path, areas, document.heights)]) if areas else []


def _default_engine(document: Document, second: Placement, pages: set[int]) -> list[Grid]:
    kept = [grid for grid in document.grids if grid.page not in pages]
    return _in_order([*kept, *grids(document.path, pages, document.heights, "combined")])


def _in_order(found: list[Grid]) -> list[Grid]:
    return sorted(found, key=lambda grid: (grid.page, min(c.box.y0 for c in grid.cells)))


def _covered(area: Box, found: list[Grid]) -> bool:
    """Whether a grid's cells lie around the middle of an area."""
    return any(
        c.box.page == area.page and c.box.x0 <= area.x <= c.box.x1 and c.box.y0 <= area.y <= c.box.y1
        for grid in found
        for c in grid.cells
    )
