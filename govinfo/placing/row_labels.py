"""The labels of the rows of 二 and 三 among the words of a report: which pieces of text are a row's, which are not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from rapidfuzz.fuzz import partial_ratio, ratio

from govinfo.form import VERSIONS, Block, Line, load_form
from govinfo.placing.bands import Band, bands
from govinfo.placing.geometry import ENTRY_PITCH, LINE_PITCH, Piece, blocks_left_of, is_entry, pieces
from govinfo.placing.labels import body, letters, similarity
from govinfo.placing.printed import is_figure
from govinfo.readers.words import Word

_PAGE_NUMBER = re.compile(r"第?\d+页?(共\d+页?)?|\d+")


def without_page_numbers(page_lines: list[list[Word]]) -> list[list[Word]]:
    """Lines without a page's last one where that is its number: a lone one, - 2 -, or 第 2 页 共 5 页.

    A lone number just below an entry is the last line of that entry, unless other pages have one at the same height.
    """
    pages: dict[int, list[list[Word]]] = {}
    for line in page_lines:
        pages.setdefault(line[0].box.page, []).append(line)
    numbers = [lines for lines in pages.values() if _is_page_number(lines[-1])]
    heights = Counter(round(lines[-1][0].box.y) for lines in numbers)
    gone = [
        last
        for *above, last in numbers
        if heights[round(last[0].box.y)] > 1 or not _goes_on(last[0], [word for line in above for word in line])
    ]
    return [line for line in page_lines if line not in gone]


def _is_page_number(line: Sequence[Word]) -> bool:
    text = "".join(word.text for word in line)
    lone = sum(any(c.isdigit() for c in word.text) for word in line) == 1
    return bool(_PAGE_NUMBER.fullmatch(body(text))) and (lone or "页" in text)


def _goes_on(word: Word, above: Sequence[Word]) -> bool:
    """Whether a word stands just below an entry, as the next line of that entry would."""
    near = [w for w in above if is_entry(w) and word.box.y - w.box.y <= ENTRY_PITCH * w.size]
    return any(min(w.box.x1, word.box.x1) > max(w.box.x0, word.box.x0) for w in near)


def first_value(page_lines: list[list[Word]]) -> float:
    """Where the values of 三 begin: the leftmost entry on lines that start with a label of 三."""
    block = load_form(VERSIONS[-1]).block("t3")
    labels = tuple(line.label.zh for line in block.rows)
    starts = []
    for line in page_lines:
        entries = [w.box.x0 for w in line if is_entry(w) and w is not line[0]]
        if entries and any(similarity(p.text, labels) > 0.75 for p in pieces(line, min(entries))):
            starts.append(min(entries))
    starts.sort()
    return starts[len(starts) // 20] - 1 if starts else float("inf")


def _expected() -> list[tuple[Block, Line, bool]]:
    """The rows of 二 in both versions (the later version's wording counts where both have a row), then those of 三."""
    rows: list[tuple[Block, Line, bool]] = []
    newest = load_form(VERSIONS[-1])
    known = {line.id for block in newest.blocks for line in block.rows}
    for block in load_form(VERSIONS[0]).blocks:
        if block.section == "t2":
            twin = next((b for b in newest.blocks if b.id == block.id), block)
            own = {line.id: line for line in twin.rows}
            rows += [
                (twin if line.id in known else block, own.get(line.id, line), line.id not in known)
                for line in block.rows
            ]
    block = newest.block("t3")
    return rows + [(block, line, optional) for line, optional in block.lines]


def label_rows(page_lines: list[list[Word]], edge: float) -> list[Band]:
    """The rows of 二 and 三 as printed, from the labels left of the values."""
    heights: dict[int, list[float]] = {}
    for line in page_lines:
        if any(is_entry(w) for w in line):
            heights.setdefault(line[0].box.page, []).append(line[0].box.y)
    start = _items_left([piece for line in page_lines for piece in pieces(line, edge)])
    found = [piece for line in page_lines for piece in pieces(line, edge, start)]
    end = max((p.box.x1 for p in found if similarity(p.text, _item_labels()) > 0.75), default=float("inf"))
    found = [p for p in _without_corners(found) if p.box.x0 <= end and not _beside_rows(p)]
    return bands(_row_labels(found, start), _expected(), heights)


def _items_left(found: Sequence[Piece]) -> float:
    """Where the labels of items begin, right of their groups' labels; 0 where no item's label was found."""
    left = sorted(piece.box.x0 for piece in found if similarity(piece.text, _item_labels()) > 0.75)
    return left[len(left) // 10] if left else 0.0


@cache
def _item_labels() -> tuple[str, ...]:
    form = load_form(VERSIONS[-1]).block("t3")
    return tuple(line.label.zh for line in form.rows if line.group in {g.id for g in form.row_groups if g.parent})


def _beside_rows(piece: Piece) -> bool:
    """Whether a piece is no part of a row label: figures, page numbers, labels of a header printed again on a new page."""
    text = body(piece.text)
    return not text or is_figure(piece.text) or bool(_PAGE_NUMBER.fullmatch(text)) or text in _header_labels()


def _without_corners(found: Sequence[Piece]) -> list[Piece]:
    """Pieces without those of the corner of 三's header, a sentence on its sums; its last line may be a single character."""
    corner = body(load_form(VERSIONS[-1]).block("t3").corner.zh)
    kept, last = [], None
    for piece in found:
        text = body(piece.text)
        if text in corner and (len(text) > 2 or (last and text and _below(last, piece))):
            last = piece
        else:
            kept.append(piece)
    return kept


def _below(upper: Piece, lower: Piece) -> bool:
    """Whether a piece stands on the next line of the same text."""
    return upper.box.page == lower.box.page and 0 < lower.box.y - upper.box.y <= LINE_PITCH * upper.size


@cache
def _header_labels() -> set[str]:
    """The labels over the columns of 三 that are not also labels of rows, as 其他 is."""
    block = load_form(VERSIONS[-1]).block("t3")
    labels = [line.label for line in block.columns] + [group.label for group in block.column_groups]
    labels += [block.column_root] if block.column_root else []
    return {body(w) for label in labels for w in label.wordings} - {
        body(w) for line in block.rows for w in line.label.wordings
    }


def _row_labels(found: Sequence[Piece], start: float) -> list[Piece]:
    """Label pieces without those of group labels, which stand left of the items' `start` and between their lines."""
    form = load_form(VERSIONS[-1]).block("t3")
    groups = tuple(group.label.zh for group in form.row_groups)
    alone = [g for g in form.group_lines if not _items_printed(form, g, found)]
    inside = {body(item) for item in _item_labels()}
    beside = tuple(line.label.zh for line in (*form.rows, *alone) if body(line.label.zh) not in inside)
    whole = {id(p) for block in blocks_left_of(found, start) if _names_group(block, groups, beside) for p in block}

    def part_of_group(piece: Piece) -> bool:
        if id(piece) in whole:
            return True
        own = beside if piece.box.x1 <= start else beside + _item_labels()  # 其他 left of them is a line of 其他处理
        of_row = _likeness(piece.text, own)
        if piece.box.x1 > start + piece.size or of_row > max(80.0, _likeness(piece.text, groups) - 1):
            return False
        text, named = letters(piece.text), [letters(group) for group in groups]
        if piece.box.x1 <= start and any(
            _in_one(text[:i], named) and _in_one(text[i:], named) for i in range(1, len(text))
        ):
            return True  # two groups' labels, set upright side by side
        return any(text in group or (len(text) > 2 and partial_ratio(text, group) > 75) for group in named)

    return [piece for piece in found if not part_of_group(piece)]


def _in_one(text: str, labels: Sequence[str]) -> bool:
    return any(text in label for label in labels)


@lru_cache(maxsize=10_000)
def _likeness(text: str, labels: tuple[str, ...]) -> float:
    """How alike a text is to the likest label, numbers counted or not; 0 to 100."""
    return max(ratio(own(text), own(label)) for label in labels for own in (body, letters))


def _names_group(block: Sequence[Piece], groups: tuple[str, ...], rows: tuple[str, ...]) -> bool:
    """Whether the lines of a block of label text together are a group's label rather than a row's."""
    text = "".join(piece.text for piece in block)
    return _likeness(text, groups) > max(75.0, _likeness(text, rows))


def _items_printed(block: Block, group: Line, found: Sequence[Piece]) -> bool:
    """Whether the labels of a group's items stand on the page, so that the group's label is no row of its own."""
    items = tuple(line.label.zh for line in block.members(group.id) if len(body(line.label.zh)) > 3)
    return any(similarity(piece.text, items) > 0.75 for piece in found)
