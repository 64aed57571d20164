"""Section 四 read from words alone: header words over one row of entries, as one table or as several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from govinfo.document import Box
from govinfo.form import VERSIONS, Block, Line, load_form
from govinfo.placing.columns import assign, figure_columns, header_columns, header_words, stacks
from govinfo.placing.geometry import Piece, is_entry, text_of
from govinfo.placing.labels import body, similarity
from govinfo.placing.match import Leftover, Placed, Placement
from govinfo.readers.words import Word

_PROSE = re.compile(r"[\d，。；、]")  # no word of a header has any of these
ROOM = 4.0  # points between an entry and the rule beside it


def place_results(page_lines: list[list[Word]]) -> Placement:
    """四: header words, then one row of entries; printed as one table or as several, group by group."""
    block = load_form(VERSIONS[-1]).block("t4")
    result, header, entries, left, before = Placement(), [], [], list(block.columns), []
    for above, line in pairwise([[], *page_lines, []]):
        words = _result_words(line, block)
        own = [w for w in line if is_entry(w)]
        if entries and (not own or _apart(entries[-1], own[0], 2.5)):  # the row may have had several lines
            header, left = _over_page(result, block, before, header, left)
            if left:
                left = left[_put_line(result, block, entries, header, left) :]
            else:  # the rest of a row that a page cut, below the header printed again
                _astray(result, entries)
            header, entries, before = [], [], []
        if words and sum(len(body(w.text)) for w in words) >= 0.6 * sum(
            len(body(w.text)) for w in _ungrouped(line, block)
        ):
            if header and _apart(header[-1], words[0], 4.0):  # the row was cut off by a page, or had nothing but blanks
                before, header = before + header, []
            header += words
        elif header and own and len(own) >= 0.6 * len(line):
            entries += own
        elif own and own == line and above and _overleaf(above, line) and _ends_in_row(result, above):
            _astray(result, own)  # the rest of a cut row
        elif header and not entries and _is_prose(line, header, block):  # the row above it has nothing but blanks
            header, left = _over_page(result, block, before, header, left)
            left = left[_put_blanks(result, block, header, left) :]
            header, before = [], []
    if header and any(
        line[0].box.page == header[-1].box.page and line[0].box.y > header[-1].box.y1 for line in page_lines
    ):
        header, left = _over_page(result, block, before, header, left)
        _put_blanks(result, block, header, left)  # a header at a page's end may have its row overleaf
    if result.placed:
        result.versions["t4"] = VERSIONS[-1]
    return result


def _astray(result: Placement, words: Sequence[Word]) -> None:
    """Entries that belong to no cell."""
    result.leftovers += [Leftover("", "", word.text, word.box) for word in words]


def _overleaf(above: Sequence[Word], line: Sequence[Word]) -> bool:
    return above[0].box.page + 1 == line[0].box.page


def _ends_in_row(result: Placement, line: Sequence[Word]) -> bool:
    """Whether a line holds the last entries that were placed in 四."""
    return any(p.box.page == line[0].box.page and p.box.y0 <= line[0].box.y <= p.box.y1 for p in result.placed.values())


def _over_page(
    result: Placement, block: Block, before: list, header: list, left: list[Line]
) -> tuple[list, list[Line]]:
    """The header over a row where another header without a row came before it, and the columns still to be found.

    That one is the upper part of this header, cut by a page; or this one printed first on the page before; or it stood over
    a row of blanks, which are then placed and their columns no longer looked for.
    """
    if not before:
        return header, left
    alone, whole = _fit(header, left), _fit(before + header, left)
    if whole > alone:
        return before + header, left
    same = len(_next_groups(stacks(before), left)) == len(_next_groups(stacks(header), left))
    turned = before[-1].box.page != header[0].box.page
    return header, left if same and turned else left[_put_blanks(result, block, before, left) :]


def _fit(header: list, left: list[Line]) -> float:
    """How well header words name the next columns: the sum of likenesses."""
    columns = left[: len(_next_groups(stacks(header), left))]
    found = header_columns(stacks(header), columns)
    return sum(similarity(found[line.id].text, line.label.wordings) for line in columns if line.id in found)


def _is_prose(line: Sequence[Word], header: list, block: Block) -> bool:
    """Whether a line below a header, on its page, is text without any figure: the table has ended."""
    text = "".join(word.text for word in _ungrouped(line, block))
    below = bool(line) and line[0].box.page == header[-1].box.page and line[0].box.y > header[-1].box.y1
    return below and len(body(text)) > 3 and not any(c.isdigit() for c in text)


def _put_blanks(result: Placement, block: Block, header: list, left: list[Line]) -> int:
    """The cells under a header that no entry followed: a row of blanks just below it; returns how many it took."""
    columns = left[: len(_next_groups(stacks(header), left))]
    for name, piece in header_columns(stacks(header), columns).items():
        cell = block.cell_id("", name)
        result.placed.setdefault(cell, Placed(cell, "", replace(piece.box, y0=piece.box.y1)))
    return len(columns)


def _apart(upper: Word, lower: Word, lines_between: float) -> bool:
    return upper.box.page != lower.box.page or lower.box.y - upper.box.y > lines_between * lower.size


def _next_groups(header: Sequence[Piece], left: Sequence[Line]) -> dict[str, float | None]:
    """The columns of the next one, two or three groups that a header names: column id -> its centre, if found."""
    ends = [i for i in range(1, len(left) + 1) if i == len(left) or left[i].group != left[i - 1].group]
    best: tuple[float, dict] = (0.0, {})
    for end in ends:
        found = header_columns(header, left[:end])
        worth = len(found) - 0.5 * (end - len(found)) - 0.5 * (len(header) - len(found))
        if len(found) >= 0.6 * end and worth > best[0]:
            centres = {line.id: found[line.id].box.x if line.id in found else None for line in left[:end]}
            best = (worth, centres)
    return best[1]


def _put_line(result: Placement, block: Block, entries: list[Word], header: list, left: list[Line]) -> int:
    """One row of entries, of one or more lines, into cells; returns how many of the columns left it took."""
    columns = _next_groups(stacks(header), left)
    centres = {name: x for name, x in columns.items() if x is not None}
    spans = figure_columns(entries)
    found = assign(spans, centres, list(columns)) if columns else {}
    if columns:
        result.areas.append(_area([*header, *entries]))
    for index, (x0, x1) in enumerate(spans):
        words = sorted((w for w in entries if x0 <= w.box.x <= x1), key=lambda w: (w.box.y, w.box.x0))
        if index in found:
            cell, doubt = block.cell_id("", found[index]), next((w.doubt for w in words if w.doubt), "")
            result.add(Placement({cell: Placed(cell, text_of(words), words[0].box, pieces=len(words), doubt=doubt)}))
        elif columns:
            _astray(result, words)
    low, high = min(w.box.y0 for w in entries), max(w.box.y1 for w in entries)
    for name, x in centres.items():  # a printed column without an entry is blank, not missing
        cell, half = block.cell_id("", name), entries[0].size / 2
        result.placed.setdefault(cell, Placed(cell, "", Box(entries[0].box.page, x - half, low, x + half, high)))
    return len(columns)


def _result_words(line: Sequence[Word], block: Block) -> list[Word | Piece]:
    """The words of a line that are (pieces of) header cells of 四 that name a result; labels of groups do not count."""
    words = [w for w in _ungrouped(line, block) if not _PROSE.search(w.text)]
    return header_words(words, tuple(body(w) for line in block.columns for w in line.label.wordings))


def _ungrouped(line: Sequence[Word], block: Block) -> list[Word]:
    """The words of a line without labels of groups such as 复议后起诉, which may stand beside results."""
    groups = tuple(group.label.zh for group in block.column_groups)
    return [word for word in line if similarity(word.text, groups) <= 0.6]


def _area(items: Sequence[Word | Piece]) -> Box:
    """The area of a header and its row on the row's page, with room for the labels of groups above and rules around."""
    page, size = items[-1].box.page, items[-1].size
    area = items[-1].box
    for item in items:
        area = area.union(item.box) if item.box.page == page else area
    return Box(page, area.x0 - ROOM, area.y0 - 4 * size, area.x1 + ROOM, area.y1 + ROOM)
