"""Two readings of one document into one table of cells: agreed texts, doubts with their reason, what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from govinfo.certainty import threshold
from govinfo.document import Box, Document
from govinfo.form import VERSIONS, Form, FormCell, cells_of, form_year, load_form
from govinfo.placing.decide import decided, sums_that_hold
from govinfo.placing.entries import starts_with_nought
from govinfo.placing.placement import Leftover, Placed, Placement, row_of
from govinfo.placing.printed import is_entry_text, same_text
from govinfo.placing.strays import doubt
from govinfo.placing.values import clean, resolve_marks
from govinfo.tables import frame

LONE = "a group of 四 was not found: this figure may stand under another group's header"

COLUMNS = ["report_id", "cell", "value", "unit", "raw", "flag", "note", "page", "x0", "y0", "x1", "y1"]
NOTE = COLUMNS.index("note") - 1  # report_id comes later


def section_versions(first: Placement, second: Placement, year: int | None) -> dict[str, str]:
    """The form version of each section: as printed where that tells, else that of the sections beside it, else the year's.

    （六） as three rows is printed only in 2021; as one row it belongs to either, and section 二 decides. A single item of
    （六） in one reading is that row where the other reading has it.
    """
    found = {**second.versions, **first.versions}
    by_year = form_year(year) if year and year >= 2019 else VERSIONS[-1]
    t2 = found.get("t2", by_year)
    t3 = "2021" if _items_printed(first, second) else found.get("t2", by_year) if "t3" in found else by_year
    return {"t2": t2, "t3": t3, "t4": t3}


def _items_printed(first: Placement, second: Placement) -> bool:
    """Whether a reading has several items of （六）, or one that is not the row of （六） in the other reading."""
    new = {cell.id for cell in load_form("2021").cells} - {cell.id for cell in load_form("2019").cells}
    items = {row_of(cell) for cell in new if cell.startswith("t3.")}
    groups = {row_of(item) for item in items}
    rows = [{row_of(cell) for cell in reading.placed} for reading in (first, second)]
    most = max(len(found & items) for found in rows)
    return most > (1 if any(found & groups for found in rows) else 0)


def cells_table(report_id: str, versions: Mapping[str, str], first: Placement, second: Placement) -> pd.DataFrame:
    """One row for every cell of the report's form, and for each group printed as one row.

    `first` is the reading of the grids, `second` that of words alone; either may be empty for a section, and then the
    other stands alone. A cell that only one of two readings found, or that they read differently, is `doubt`, unless the
    form's sums hold with one of them only: then `note` says so.
    """
    rows = []
    alone = _beside_missing_groups(first, second)
    for reading in (first, second):
        doubt(reading, alone & reading.placed.keys(), LONE)
    groups = _groups_printed(versions, first, second)
    wanted = (*cells_of(versions), *groups)
    dispute = _in_dispute(first, second)
    by_sums = decided({cell.id: cell for cell in wanted}, first, _with_groups(second, groups)) if dispute else {}
    words_fit = dispute and sums_that_hold(second) > sums_that_hold(first)
    for cell in wanted:
        group = next((g for g in groups if g is not cell and _stands_for(g, cell)), None)
        if group is not None:
            rows.append(_row(cell, None, "missing", f"in group {group.section}.{group.row}"))
        else:
            row = _agreed(cell, first, second, by_sums, words_fit)
            if cell.id in first.rejected:
                _note(row, f"another engine's grid has {one_line(first.rejected[cell.id])!r}: the sums decide")
            rows.append(row)
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


def _with_groups(second: Placement, groups: list[FormCell]) -> Placement:
    """The words' reading with each group that the grid merged, where its figure was found beside one item's label."""
    found = {group.id: placed for group in groups if (placed := _second_of(group, second))}
    return replace(second, placed=second.placed | found)


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


def _beside_missing_groups(first: Placement, second: Placement) -> set[str]:
    """The cells of 四 if both readings lack a whole group of its columns: then figures may stand under another group's header."""
    block = load_form(VERSIONS[-1]).block("t4")
    groups: dict[str, set[str]] = {}
    for column in block.columns:
        groups.setdefault(column.group, set()).add(block.cell_id("", column.id))
    found = [cells & (first.placed.keys() | second.placed.keys()) for cells in groups.values()]
    return set() if all(found) else set().union(*found)


def _in_dispute(first: Placement, second: Placement) -> bool:
    cells = {*first.placed, *second.placed} if first.versions and second.versions else ()
    return any(
        cell not in first.placed
        or cell not in second.placed
        or not same_text(first.placed[cell].text, second.placed[cell].text)
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
    if len(doubts) == 1 and right is not None and right.certainty >= threshold("label.weak") and not right.doubt:
        row = _row(cell, right, "", "")
        _note(row, f"{doubts[0]}: the sums decide")
        return row
    return _row(cell, _likelier(cell, one, two, words_fit), "doubt" if doubts else "", "; ".join(doubts))


def _note(row: list, text: str) -> None:
    row[NOTE] = f"{row[NOTE]}; {text}" if row[NOTE] else text


def _likelier(cell: FormCell, one: Placed | None, two: Placed | None, words_fit: bool) -> Placed:
    """The reading to show where two differ: the grid's, unless only the words' is a figure or a mark, or more of its sums hold."""
    if one is None or two is None:
        return one or two
    if not same_text(one.text, two.text):
        return two if words_fit or (not is_entry_text(one.text) and is_entry_text(two.text)) else one
    if one.text != two.text and _in_doubt(one, cell) and not _in_doubt(two, cell):
        return replace(one, text=two.text)  # the words' geometry tells the end of a line from a space
    return one


def _in_doubt(placed: Placed, cell: FormCell) -> bool:
    return clean(one_line(placed.text), cell).flag == "doubt"


def _doubts(cell: FormCell, one: Placed | None, two: Placed | None, first: Placement, second: Placement) -> list[str]:
    doubts = []
    both_read = cell.section in first.versions and cell.section in second.versions
    if one and two and not same_text(one.text, two.text):
        doubts.append(f"two readings: grid {one_line(one.text)!r}, words {one_line(two.text)!r}")
    elif both_read and not two and one.text.strip():
        doubts.append("second reading found no figure here")
    elif both_read and not one and two.text.strip() and _on_a_grid(two, first):
        doubts.append("only the second reading found a figure here")
    if both_read and _merged_key(cell) in second.placed and _merged_key(cell) not in first.placed:
        # no sum tells a group from its one filled item
        doubts.append("the words have one row for the group of this row")
    best = one or two
    certainty = max(one.certainty, two.certainty) if one and two else best.certainty  # each by its own evidence
    if certainty < threshold("label.weak"):
        doubts.append(f"label matched weakly ({certainty:.2f})")
    margin = max(one.margin, two.margin) if one and two else best.margin
    if margin < threshold("label.margin"):
        doubts.append(f"label almost fits another row ({margin:.2f})")
    if any(placed and _of_two_rows(placed) for placed in (one, two)):
        doubts.append("0 above a figure: two rows of figures in one cell")
    if best.doubt:
        doubts.append(best.doubt)
    return doubts


def _of_two_rows(placed: Placed) -> bool:
    return (placed.pieces > 1 or "\n" in placed.text.strip()) and starts_with_nought(placed.text)


def _merged_key(cell: FormCell) -> str:
    """The id of the group's cell in a cell's column, if the row is one of a group: t3.other.natural."""
    return f"{cell.section}.{cell.row.rpartition('.')[0]}.{cell.column}"


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
