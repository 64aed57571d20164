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
from govinfo.placing.placement import Leftover, Placed, Placement
from govinfo.placing.strays import CUT
from govinfo.readers.words import Word

_PROSE = re.compile(r"[\d，。；、]")  # no word of a header has any of these
ROOM = 4.0  # points between an entry and the rule beside it


def place_results(page_lines: Sequence[list[Word]]) -> Placement:
    """四: header words, then one row of entries; printed as one table or as several, group by group."""
    reading = _Reading(load_form(VERSIONS[-1]).block("t4"))
    page_lines = _without_headers_in_rows(page_lines)
    for above, line in pairwise([[], *page_lines, []]):
        reading.take(above, line)
    reading.end(page_lines)
    return reading.result


def _without_headers_in_rows(page_lines: Sequence[list[Word]]) -> list[list[Word]]:
    """The lines without a header that a page prints again above the rest of a row that the page before cut."""
    pages: dict[int, list[list[Word]]] = {}
    for line in page_lines:
        pages.setdefault(line[0].box.page, []).append(line)
    for page, here in pages.items():
        before = pages.get(page - 1, [])
        printed = {_print_of(line) for line in before}
        below = next((n for n, line in enumerate(here) if _only_entries(line) or _print_of(line) not in printed), None)
        if below and _only_entries(before[-1]) and _only_entries(here[below]):
            pages[page] = here[below:]
    return [line for here in pages.values() for line in here]


def _print_of(line: Sequence[Word]) -> tuple:
    """What is the same of two lines that are printed one like the other."""
    return tuple((word.text, round(word.box.x0)) for word in line)


def _only_entries(line: Sequence[Word]) -> bool:
    return all(is_entry(word) for word in line)


class _Reading:
    """四 as far as its lines have been read: `left` are the columns still to be found.

    `header` and `entries` are the words of the table that is being read, `before` those of headers that stand above it
    without a row of their own.
    """

    def __init__(self, block: Block):
        self.block, self.result, self.left = block, Placement(), list(block.columns)
        self.header: list[Word | Piece] = []
        self.before: list[Word | Piece] = []
        self.entries: list[Word] = []

    def take(self, above: Sequence[Word], line: Sequence[Word]) -> None:
        """The next line, and the line above it; a row of entries may have several lines, also over a page break."""
        own = [word for word in line if is_entry(word)]
        rest = bool(self.entries) and _is_overleaf(above, line) and above[-1] in self.entries and len(own) == len(line)
        if self.entries and not rest and (not own or _apart(self.entries[-1], own[0], 2.5)):
            self._put_row()
        words = _header_words(line, self.block)
        if words:
            self._add_to_header(words)
        elif self.header and own and len(own) >= 0.6 * len(line):
            self.entries += own
        elif self.header and not self.entries and _is_prose(line, self.header, self.block):
            self._put_blanks()  # the row above it has nothing but blanks

    def end(self, page_lines: Sequence[list[Word]]) -> None:
        """After the last line: a header with nothing but blanks below it, unless it ends a page and its row is overleaf."""
        if self.header:
            last = self.header[-1].box
            if any(line[0].box.page == last.page and line[0].box.y > last.y1 for line in page_lines):
                self._put_blanks()
        if self.result.placed:
            self.result.versions["t4"] = VERSIONS[-1]

    def _add_to_header(self, words: list[Word | Piece]) -> None:
        if self.header and _apart(self.header[-1], words[0], 4.0):  # cut off by a page, or over nothing but blanks
            self.before, self.header = self.before + self.header, []
        self.header += words

    def _put_row(self) -> None:
        self._settle_before()
        if self.left:
            self.left = self.left[_put_line(self.result, self.block, self.entries, self.header, self.left) :]
        else:  # a row too many
            self.result.leftovers += [Leftover("", "", word.text, word.box) for word in self.entries]
        self.header, self.entries, self.before = [], [], []

    def _put_blanks(self) -> None:
        self._settle_before()
        self.left = self.left[_put_blanks(self.result, self.block, self.header, self.left) :]
        self.header, self.before = [], []

    def _settle_before(self) -> None:
        """What the header above this one is, if there is one.

        The upper part of this header, cut by a page; or this one printed first on the page before; or it stood over a row
        of blanks, which are then placed and their columns no longer looked for.
        """
        if not self.before:
            return
        whole = self.before + self.header
        if _fit(whole, self.left) > _fit(self.header, self.left):
            self.header = whole
            return
        same = len(_next_groups(stacks(self.before), self.left)) == len(_next_groups(stacks(self.header), self.left))
        turned = self.before[-1].box.page != self.header[0].box.page
        if not (same and turned):
            self.left = self.left[_put_blanks(self.result, self.block, self.before, self.left) :]


def _is_overleaf(above: Sequence[Word], line: Sequence[Word]) -> bool:
    return bool(above and line) and above[0].box.page + 1 == line[0].box.page


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
    upper = [word for word in entries if word.box.page == entries[0].box.page]  # a page may have cut off the rest
    if columns:
        result.areas.append(_area([*header, *upper]))
    for index, (x0, x1) in enumerate(spans):
        words = sorted((w for w in entries if x0 <= w.box.x <= x1), key=lambda w: (w.box.page, w.box.y, w.box.x0))
        if index in found:
            cell, doubt = block.cell_id("", found[index]), next((w.doubt for w in words if w.doubt), "")
            doubt = doubt or (CUT if words[0].box.page != words[-1].box.page else "")
            result.add(Placement({cell: Placed(cell, text_of(words), words[0].box, pieces=len(words), doubt=doubt)}))
        elif columns:
            result.leftovers += [Leftover("", "", word.text, word.box) for word in words]
    low, high = min(w.box.y0 for w in upper), max(w.box.y1 for w in upper)
    for name, x in centres.items():  # a printed column without an entry is blank, not missing
        cell, half = block.cell_id("", name), upper[0].size / 2
        result.placed.setdefault(cell, Placed(cell, "", Box(upper[0].box.page, x - half, low, x + half, high)))
    return len(columns)


def _header_words(line: Sequence[Word], block: Block) -> list[Word | Piece]:
    """The (pieces of) header cells that name a result, if a line is a part of the header; labels of groups do not count."""
    own = _ungrouped(line, block)
    words = [word for word in own if not _PROSE.search(word.text)]
    found = header_words(words, tuple(body(w) for column in block.columns for w in column.label.wordings))
    named, all_ = (sum(len(body(word.text)) for word in some) for some in (found, own))
    return found if named >= 0.6 * all_ else []


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
