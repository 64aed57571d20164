"""A group whose items' labels share one row of figures, where no rules show that its cells are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govinfo.certainty import threshold
from govinfo.document import Box
from govinfo.form import VERSIONS, Block, load_form
from govinfo.placing.bands import Band
from govinfo.placing.match import Placement
from govinfo.placing.setting import EXACT, height_of, is_level

GROUPS_AS_ROWS = {line.id for version in VERSIONS for line in load_form(version).block("t3").rows} & {
    group.id for group in load_form(VERSIONS[-1]).block("t3").group_lines
}  # groups that a version prints as one row


def with_merged_rows(result: Placement, block: Block, mine: list[Band], settings: Sequence[str]) -> set[str]:
    """A group whose items' labels share one row of figures: those figures are the group's cells.

    Without rules the merged cells can not be seen. They show where every row of the table carries figures but not more
    than one of a group's items does, or where that one item's figures are not set at its label. Where blanks stand for
    zeros that item may be meant by itself: the rows of such a group are returned as unsure, their figures left in doubt.
    """
    unsure: set[str] = set()
    filled = {
        band.line.id for band in mine if any(block.cell_id(band.line.id, c.id) in result.placed for c in block.columns)
    }
    for group in block.group_lines:
        items = [line.id for line in block.members(group.id)]
        carrying = [item for item in items if item in filled]
        own = [next((b for b in mine if b.line.id == item), None) for item in items]
        if len(carrying) > 1 or None in own or group.id not in GROUPS_AS_ROWS:
            continue
        merged = all(b.line.id in filled for b in mine if b.line.id not in items)
        if carrying and not merged:
            band = own[items.index(carrying[0])]
            figures = [p.box for c in block.columns if (p := result.placed.get(block.cell_id(carrying[0], c.id)))]
            alone = any(is_level(band, figures, setting) for setting in settings)
            merged = _may_be_merged(own, figures, settings)
            unsure |= set(items) if alone == merged else set()
            merged = merged and not alone
        elif not carrying:
            unsure |= set(items)
        for column in block.columns if carrying else ():
            old = block.cell_id(carrying[0], column.id)
            if old in result.placed and merged:
                cell = block.cell_id(group.id, column.id)
                result.placed[cell] = replace(result.placed.pop(old), cell=cell)
            elif old in result.placed and carrying[0] in unsure:
                result.placed[old] = replace(result.placed[old], certainty=threshold("row.unsure"))
    return unsure


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
