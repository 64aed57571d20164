"""A group whose items' labels share one row of figures, where no rules show that its cells are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from govinfo.certainty import threshold
from govinfo.document import Box
from govinfo.form import VERSIONS, Block, load_form
from govinfo.placing.bands import Band
from govinfo.placing.decide import sums_that_hold
from govinfo.placing.placement import Placed, Placement
from govinfo.placing.setting import EXACT, height_of, is_level
from govinfo.placing.strays import CUT

GROUPS_AS_ROWS = {line.id for version in VERSIONS for line in load_form(version).block("t3").rows} & {
    group.id for group in load_form(VERSIONS[-1]).block("t3").group_lines
}  # groups that a version prints as one row


def with_merged_rows(result: Placement, block: Block, mine: list[Band], settings: Sequence[str]) -> set[str]:
    """A group whose items' labels share one row of figures: those figures are the group's cells.

    Without rules the merged cells can not be seen. They show where every row of the table carries figures but not more
    than one of a group's items does, or where that one item's figures are not set at its label; where a page break cuts
    them, by the sums that hold with the parts joined. Where blanks stand for zeros that item may be meant by itself: the
    rows of such a group are returned as unsure, their figures left in doubt.
    """
    unsure: set[str] = set()
    filled = {
        band.line.id for band in mine if any(block.cell_id(band.line.id, c.id) in result.placed for c in block.columns)
    }
    for group in (g for g in block.group_lines if g.id in GROUPS_AS_ROWS):
        items = [line.id for line in block.members(group.id)]
        carrying = [item for item in items if item in filled]
        own = [next((b for b in mine if b.line.id == item), None) for item in items]
        if None in own:
            continue
        if len(carrying) > 1:
            merged, told = _is_cut(result, block, group.id, carrying)
        elif carrying:
            merged, told = _is_one_row(result, block, own, items.index(carrying[0]), settings, filled, mine)
        else:
            merged, told = False, False
        unsure |= set() if told else set(items)
        if merged and told:
            result.placed = _as_group(result.placed, block, group.id, carrying)
        elif not told:
            _make_unsure(result, block, carrying)
    return unsure


def _is_one_row(result, block, own, at: int, settings, filled: set[str], mine: list[Band]) -> tuple[bool, bool]:
    """Whether the figures of a group's only item with figures are those of the whole group, and whether that is sure."""
    if all(b.line.id in filled for b in mine if b not in own):
        return True, True
    figures = [p.box for c in block.columns if (p := result.placed.get(block.cell_id(own[at].line.id, c.id)))]
    alone = any(is_level(own[at], figures, setting) for setting in settings)
    merged = _may_be_merged(own, figures, settings)
    return merged, alone != merged


def _is_cut(result: Placement, block: Block, group: str, carrying: Sequence[str]) -> tuple[bool, bool]:
    """Whether the figures of a group's items are one row that a page break cuts, and whether the sums tell."""
    pages = [{p.box.page for c in block.columns if (p := result.placed.get(block.cell_id(i, c.id)))} for i in carrying]
    if not all(max(upper) < min(lower) for upper, lower in pairwise(pages)):
        return False, True
    joined = _as_group(result.placed, block, group, carrying)
    as_items, as_one = (sums_that_hold(Placement(placed)) for placed in (result.placed, joined))
    return as_one > as_items, as_one != as_items


def _as_group(placed: dict[str, Placed], block: Block, group: str, items: Sequence[str]) -> dict[str, Placed]:
    """The cells with those of a group's items, column by column, as one of the group."""
    ids = {column.id: [block.cell_id(item, column.id) for item in items] for column in block.columns}
    rest = {cell: one for cell, one in placed.items() if not any(cell in cells for cells in ids.values())}
    for column, cells in ids.items():
        parts = [placed[cell] for cell in cells if cell in placed]
        if parts:
            cell, text = block.cell_id(group, column), "".join(part.text for part in parts)
            doubt = next((part.doubt for part in parts if part.doubt), CUT if len(parts) > 1 else "")
            rest[cell] = replace(parts[0], cell=cell, text=text, doubt=doubt)
    return rest


def _make_unsure(result: Placement, block: Block, items: Sequence[str]) -> None:
    for cell in (block.cell_id(item, column.id) for item in items for column in block.columns):
        if cell in result.placed:
            result.placed[cell] = replace(result.placed[cell], certainty=threshold("row.unsure"))


def _may_be_merged(own: list[Band], figures: list[Box], settings: Sequence[str]) -> bool:
    """Whether figures are set in the middle, at the top or at the bottom of the cells of all items together."""
    if len({box.page for band in own for box in band.boxes}) > 1:
        return True
    whole, size = own[0].boxes[0].union(own[-1].boxes[0]), own[0].size
    apart = {
        setting: max(abs(height_of(whole, setting) - height_of(box, setting)) for box in figures)
        for setting in settings
    }
    return any(away <= (0.5 if setting == "middle" else EXACT) * size for setting, away in apart.items())
