"""Two readings of one document into one table of cells: agreed texts, doubts with their reason, what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from govinfo.checks.identities import identities
from govinfo.document import Box, Document, Grid, Line
from govinfo.form import VERSIONS, Form, FormCell, cells_of, form_year, load_form
from govinfo.placing.decide import decided, sums_that_hold
from govinfo.placing.match import Leftover, Placed, Placement, place
from govinfo.placing.printed import is_figure, is_mark
from govinfo.placing.second import place_words
from govinfo.placing.values import clean, resolve_marks
from govinfo.placing.watermark import without_watermark
from govinfo.readers.camelot_grids import grids, grids_in
from govinfo.tables import frame

COLUMNS = ["report_id", "cell", "value", "unit", "raw", "flag", "note", "page", "x0", "y0", "x1", "y1"]
NOTE = COLUMNS.index("note") - 1  # report_id comes later
ALIKE = 0.9  # readings that agree on this share of the figures saw the same rules
AGREE = 0.5  # readings that agree on a smaller share of the figures are not two readings of one table
WEAK = 0.65  # a label less alike than this to the form's leaves its row in doubt


def read_twice(document: Document) -> tuple[Placement, Placement]:
    """Both readings of a document: that of its grids and that of its words alone.

    Where they differ on ruled pages, Camelot is asked again: for just the area of a block that no grid covers, then with
    its default engine, which sees rules drawn as dashes or dots. The grids that agree with most words are kept.
    """
    second = place_words(document.words)
    first = place(without_watermark(document.grids, document.words))
    for again in (_areas_not_covered, _default_engine):
        if again is _default_engine and _agreements(first, second) >= ALIKE * _printed(second):
            break  # its picture of the page costs more than all the rest
        pages = {page for page in _pages_in_dispute(first, second) if page in document.ruled_pages}
        grids = again(document, second, pages) if pages else []
        if grids:
            other = place(without_watermark(grids, document.words))
            if _agreements(other, second) > _agreements(first, second):
                first, document.grids = other, grids
    first.areas = [c.box for grid in document.grids for c in grid.cells if c.box and _entry(c.text)]
    document.prose = [line for line in document.prose if not _in_table(line, second)]
    if document.kind == "scan":
        first, second = _with_doubted_blanks(first, second), _with_doubted_blanks(second, first)
        return first, _doubted_alone(second, first)
    return _trusted(first, second)


def _in_table(line: Line, second: Placement) -> bool:
    """Whether a line stands in a table: where no rules show it, the prose of a page holds the table's lines too."""
    return line.box is not None and any(
        area.page == line.page and area.y0 <= line.box.y <= area.y1 for area in second.areas
    )


def _with_doubted_blanks(one: Placement, other: Placement) -> Placement:
    """A scan's blank that only one reading saw may be a figure that was overlooked."""
    for cell, placed in one.placed.items():
        seen = placed.box is not None  # a blank that a page's text says is blank needs no second look
        if seen and cell not in other.placed and not placed.text.strip() and not placed.doubt:
            one.placed[cell] = replace(placed, doubt="a blank that only one reading of the scan has")
    return one


def _doubted_alone(words: Placement, grids: Placement) -> Placement:
    """The words of a scan in a section for which no grid was found: in doubt where no sum confirms them.

    Rules too faint to be found leave dashes that may be taken for figures, and no grid to contradict them.
    """
    alone = {cell for cell in words.placed if cell.split(".")[0] not in grids.versions}
    confirmed = _confirmed(words) if alone else set()
    for cell in alone - confirmed:
        placed = words.placed[cell]
        words.placed[cell] = replace(placed, doubt=placed.doubt or "words of the scan alone, and no sum confirms them")
    return words


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
    if not first.placed or not second.placed or _agreements(first, second) >= AGREE * _printed(second):
        return first, second
    if sums_that_hold(second) >= sums_that_hold(first):
        return Placement(), second
    return first, Placement()


def _pages_in_dispute(first: Placement, second: Placement) -> set[int]:
    """Pages with a figure that only one reading has, or that they read differently."""
    pages = set()
    for cell in {*first.placed, *second.placed}:
        one, two = first.placed.get(cell), second.placed.get(cell)
        if (one is None or two is None or not _same(one.text, two.text)) and ((one and one.text.strip()) or two):
            pages |= {placed.box.page for placed in (one, two) if placed and placed.box}
    return pages


def _agreements(first: Placement, second: Placement) -> int:
    return sum(cell in first.placed and _same(first.placed[cell].text, p.text) for cell, p in second.placed.items())


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


def section_versions(first: Placement, second: Placement, year: int | None) -> dict[str, str]:
    """The form version of each section: as printed where that tells, else that of the sections beside it, else the year's.

    （六） as three rows is printed only in 2021; as one row it belongs to either, and section 二 decides.
    """
    found = {**second.versions, **first.versions}
    by_year = form_year(year) if year and year >= 2019 else VERSIONS[-1]
    t2 = found.get("t2", by_year)
    items = {cell.id for cell in load_form("2021").cells} - {cell.id for cell in load_form("2019").cells}
    three_rows = any(cell in items and cell.startswith("t3") for cell in {**first.placed, **second.placed})
    t3 = "2021" if three_rows else found.get("t2", by_year) if "t3" in found else by_year
    return {"t2": t2, "t3": t3, "t4": t3}


def cells_table(report_id: str, versions: Mapping[str, str], first: Placement, second: Placement) -> pd.DataFrame:
    """One row for every cell of the report's form, and for each group printed as one row.

    `first` is the reading of the grids, `second` that of words alone; either may be empty for a section, and then the
    other stands alone. A cell that only one of two readings found, or that they read differently, is `doubt`, unless the
    form's sums hold with one of them only: then `note` says so.
    """
    rows = []
    groups = _groups_printed(versions, first, second)
    wanted = (*cells_of(versions), *groups)
    dispute = _in_dispute(first, second)
    by_sums = decided({cell.id: cell for cell in wanted}, first, second) if dispute else {}
    words_fit = dispute and sums_that_hold(second) > sums_that_hold(first)
    for cell in wanted:
        group = next((g for g in groups if g is not cell and _stands_for(g, cell)), None)
        if group is not None:
            rows.append(_row(cell, None, "missing", f"in group {group.section}.{group.row}"))
        else:
            rows.append(_agreed(cell, first, second, by_sums, words_fit))
    order = {cell_id: i for i, cell_id in enumerate(_official_order(versions))}
    return resolve_marks(frame("cells", [(report_id, *row) for row in sorted(rows, key=lambda row: order[row[0]])]))


def unplaced_table(report_id: str, leftovers: list[Leftover]) -> pd.DataFrame:
    """Figures inside the form's tables that got no cell id, in reading order."""
    rows = [
        (report_id, *_box(item.box), one_line(item.row_label), one_line(item.column_label), one_line(item.text))
        for item in leftovers
    ]
    return frame("unplaced", rows)


def as_scanned(table: pd.DataFrame, document: Document) -> pd.DataFrame:
    """A table with page, x0, y0, x1, y1: its boxes turned back from the levelled pages to the pages as scanned.

    A format without pages has no boxes, also for a table that was pasted into it as a picture.
    """
    if not document.heights:
        return table.assign(page=pd.array([pd.NA] * len(table), "Int64"), x0=np.nan, y0=np.nan, x1=np.nan, y1=np.nan)
    if not document.tilts:
        return table
    from govinfo.readers.raster import as_drawn  # OpenCV: only for scans

    table = table.copy()
    sides = ["x0", "y0", "x1", "y1"]
    for row in table.index[table["page"].isin(document.tilts) & table["x0"].notna()]:
        angle, width, height = document.tilts[table.at[row, "page"]]
        turned = as_drawn(tuple(table.loc[row, sides]), (width, height), angle)
        table.loc[row, sides] = [round(side, 2) for side in turned]
    return table


def one_line(text: str) -> str:
    """The text without line breaks, nothing else changed."""
    return re.sub(r"[\r\n\v\f\x85\u2028\u2029]+", "", text).strip()


def _official_order(versions: Mapping[str, str]):
    for section, version in versions.items():
        form = load_form(version)
        for block in (b for b in form.blocks if b.section == section):
            for row, _ in block.lines:
                yield from (block.cell_id(row.id, column.id) for column in block.columns)


# ------------------------------------------------------------------ groups printed as one row


def _groups_printed(versions: Mapping[str, str], first: Placement, second: Placement) -> list[FormCell]:
    """Group cells that a reading placed, by the grid where there is one (only it sees merged cells)."""
    form: Form = load_form(versions["t3"])
    source = first if "t3" in first.versions else second
    rows = {cell.row for cell in form.group_cells if cell.id in source.placed}
    return [cell for cell in form.group_cells if cell.row in rows]


def _stands_for(group: FormCell, cell: FormCell) -> bool:
    return cell.section == group.section and cell.column == group.column and cell.row.startswith(group.row + ".")


def _second_of(cell: FormCell, second: Placement) -> Placed | None:
    """The second reading of a cell; for a merged group the one item beside whose label its figure was found."""
    if cell.id in second.placed or not cell.group_cell:
        return second.placed.get(cell.id)
    suffix = cell.id.removeprefix(f"{cell.section}.{cell.row}")
    items = [
        p for key, p in second.placed.items() if key.startswith(f"{cell.section}.{cell.row}.") and key.endswith(suffix)
    ]
    printed = [item for item in items if item.text]
    return printed[0] if len(printed) == 1 else None


# ------------------------------------------------------------------ agreement


def _in_dispute(first: Placement, second: Placement) -> bool:
    cells = {*first.placed, *second.placed} if first.versions and second.versions else ()
    return any(
        cell not in first.placed
        or cell not in second.placed
        or not _same(first.placed[cell].text, second.placed[cell].text)
        for cell in cells
    )


def _agreed(
    cell: FormCell, first: Placement, second: Placement, by_sums: Mapping[str, Placed], words_fit: bool
) -> list:
    one = first.placed.get(cell.id)
    two = _second_of(cell, second)
    if one is None and two is None:
        return _row(cell, None, "missing", "")
    doubts = _doubts(cell, one, two, first, second)
    right = by_sums.get(cell.id)
    if len(doubts) == 1 and right is not None and right.certainty >= WEAK and not right.doubt:
        row = _row(cell, right, "", "")
        row[NOTE] = "; ".join(text for text in (row[NOTE], f"{doubts[0]}: the sums decide") if text)
        return row
    return _row(cell, _likelier(cell, one, two, words_fit), "doubt" if doubts else "", "; ".join(doubts))


def _likelier(cell: FormCell, one: Placed | None, two: Placed | None, words_fit: bool) -> Placed:
    """The reading to show where two differ: the grid's, unless only the words' is a figure or a mark, or more of its sums hold."""
    if one is None or two is None:
        return one or two
    if not _same(one.text, two.text):
        return two if words_fit or (not _entry(one.text) and _entry(two.text)) else one
    if one.text != two.text and _in_doubt(one, cell) and not _in_doubt(two, cell):
        return replace(one, text=two.text)  # the words' geometry tells the end of a line from a space
    return one


def _in_doubt(placed: Placed, cell: FormCell) -> bool:
    return clean(one_line(placed.text), cell).flag == "doubt"


def _entry(text: str) -> bool:
    return is_figure(text) or is_mark(text)


def _doubts(cell: FormCell, one: Placed | None, two: Placed | None, first: Placement, second: Placement) -> list[str]:
    doubts = []
    both_read = cell.section in first.versions and cell.section in second.versions
    if one and two and not _same(one.text, two.text):
        doubts.append(f"two readings: grid {one_line(one.text)!r}, words {one_line(two.text)!r}")
    elif both_read and not two and one.text.strip():
        doubts.append("second reading found no figure here")
    elif both_read and not one and two.text.strip() and _on_a_grid(two, first):
        doubts.append("only the second reading found a figure here")
    best = one or two
    certainty = max(one.certainty, two.certainty) if one and two else best.certainty  # each by its own evidence
    if certainty < WEAK:
        doubts.append(f"label matched weakly ({certainty:.2f})")
    if best.doubt:
        doubts.append(best.doubt)
    return doubts


def _on_a_grid(placed: Placed, grids: Placement) -> bool:
    """Whether a figure stands in a cell of a grid that holds a figure, a mark or nothing.

    Where it does not, rules are lacking and the grid says nothing of it: the reading of words is the only one.
    """
    box = placed.box
    return (
        box is None
        or not grids.areas
        or any(a.page == box.page and a.x0 <= box.x <= a.x1 and a.y0 <= box.y <= a.y1 for a in grids.areas)
    )


def _same(a: str, b: str) -> bool:
    return a == b or "".join(a.split()) == "".join(b.split())


def _row(cell: FormCell, placed: Placed | None, flag: str, note: str) -> list:
    if placed is None:
        return [cell.id, None, "", "", flag, note, *_box(None)]
    raw = one_line(placed.text)
    cleaned = clean(raw, cell)
    if flag == "doubt":
        return [cell.id, cleaned.value, cleaned.unit, raw, flag, note, *_box(placed.box)]
    notes = "; ".join(text for text in (placed.note, cleaned.note) if text)
    flag = "cleaned" if placed.note and cleaned.flag == "ok" else cleaned.flag
    return [cell.id, cleaned.value, cleaned.unit, raw, flag, notes, *_box(placed.box)]


def _box(box: Box | None) -> tuple:
    if box is None:
        return (None,) * 5
    return box.page, *(round(side, 2) for side in (box.x0, box.y0, box.x1, box.y1))
