"""Section 四 read from words alone: header words over one row of entries, as one table or as several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .document import Box
from .form import VERSIONS, Block, Line, load_form
from .geometry import Piece, assign, figure_columns, header_columns, header_words, is_entry, stacks, text_of
from .labels import body, similarity
from .match import Leftover, Placed, Placement
from .readers.words import Word


def place_results(page_lines: list[list[Word]]) -> Placement:
    """四: header words, then one row of entries; printed as one table or as several, group by group."""
    block = load_form(VERSIONS[-1]).block("t4")
    result, header, entries, left = Placement(), [], [], list(block.columns)
    for line in [*page_lines, []]:
        words = _result_words(line, block)
        own = [w for w in line if is_entry(w)]
        if entries and (not own or _apart(entries[-1], own[0], 2.5)):  # the row may have had several lines
            left = left[_put_line(result, block, entries, _next_groups(stacks(header), left)) :]
            header, entries = [], []
        if words and sum(len(body(w.text)) for w in words) >= 0.6 * sum(len(body(w.text)) for w in line):
            if header and _apart(header[-1], words[0], 4.0):  # the table before had nothing but blanks
                left = left[len(_next_groups(stacks(header), left)) :]
                header = []
            header += words
        elif header and left and own and len(own) >= 0.6 * len(line):
            entries += own
    if header and any(
        line[0].box.page == header[-1].box.page and line[0].box.y > header[-1].box.y1 for line in page_lines
    ):
        for cell, box in _blanks(block, header, left).items():  # a header at a page's end may have its row overleaf
            result.placed.setdefault(cell, Placed(cell, "", box))
    if result.placed:
        result.versions["t4"] = VERSIONS[-1]
    return result


def _blanks(block: Block, header: list, left: list[Line]) -> dict[str, Box]:
    """The cells under a header that no entry followed: a row of blanks, just below the header."""
    columns = header_columns(stacks(header), left[: len(_next_groups(stacks(header), left))])
    return {block.cell_id("", name): replace(piece.box, y0=piece.box.y1) for name, piece in columns.items()}


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


def _put_line(result: Placement, block: Block, entries: list[Word], columns: dict[str, float | None]) -> int:
    """One row of entries, of one or more lines, into cells; returns how many columns it took."""
    centres = {name: x for name, x in columns.items() if x is not None}
    spans = figure_columns(entries)
    found = assign(spans, centres, list(columns)) if columns else {}
    for index, (left, right) in enumerate(spans):
        words = sorted((w for w in entries if left <= w.box.x <= right), key=lambda w: (w.box.y, w.box.x0))
        if index in found:
            cell, doubt = block.cell_id("", found[index]), next((w.doubt for w in words if w.doubt), "")
            result.add(Placement({cell: Placed(cell, text_of(words), words[0].box, pieces=len(words), doubt=doubt)}))
        elif columns:
            result.leftovers += [Leftover("", "", word.text, word.box) for word in words]
    low, high = min(w.box.y0 for w in entries), max(w.box.y1 for w in entries)
    for name, x in centres.items():  # a printed column without an entry is blank, not missing
        cell, half = block.cell_id("", name), entries[0].size / 2
        result.placed.setdefault(cell, Placed(cell, "", Box(entries[0].box.page, x - half, low, x + half, high)))
    return len(columns)


def _result_words(line: Sequence[Word], block: Block) -> list[Word | Piece]:
    """The words of a line that are (pieces of) header cells of 四 that name a result; labels of groups do not count."""
    groups = tuple(group.label.zh for group in block.column_groups)
    words = [word for word in line if similarity(word.text, groups) <= 0.6]
    return header_words(words, tuple(body(w) for line in block.columns for w in line.label.wordings))
