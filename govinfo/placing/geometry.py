"""Words of table pages by their own geometry: lines, and pieces of labels on them.

Nothing here knows a table engine's cells: a shifted row or column there can not agree with itself here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from govinfo.document import Box
from govinfo.placing.labels import number
from govinfo.placing.printed import is_figure, is_mark, is_unit
from govinfo.readers.words import Word

LABEL_GAP = 0.5  # of the font size: wider gaps part a group's label from an item's
LINE_PITCH = 2.4  # of the font size: lines of one label follow each other within this
ENTRY_PITCH = 1.9  # of the font size: so do lines of one entry
COMMAS = (",", "，")
LEVEL = 0.35  # of the font size: figures set at their label are no further from it than this


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words on one line, close together: a label or a part of one."""

    text: str
    box: Box
    size: float


def lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words grouped into lines by the middle of their height, page by page, top to bottom."""
    found: list[list[Word]] = []
    heights = 0.0  # of the words of the last line, added up
    for word in sorted(words, key=lambda w: (w.box.page, w.box.y, w.box.x0)):
        last, y = found[-1] if found else None, word.box.y
        same = last and last[0].box.page == word.box.page
        if same and abs(y - heights / len(last)) <= 0.35 * min(word.size, last[-1].size):
            last.append(word)
            heights += y
        else:
            found.append([word])
            heights = y
    return [sorted(line, key=lambda w: w.box.x0) for line in found]


def pieces(line: Sequence[Word], right: float = float("inf"), start: float = float("-inf")) -> list[Piece]:
    """The words of a line left of `right`, joined where they stand close together.

    A numbered word begins a label, and so does the first word right of `start`, where the labels of items begin; a figure
    is no part of one.
    """
    runs: list[list[Word]] = []
    for word in line:
        if word.box.x >= right:
            continue
        near = runs and word.box.x0 - runs[-1][-1].box.x1 <= LABEL_GAP * min(word.size, runs[-1][-1].size)
        crosses = near and runs[-1][-1].box.x1 < start <= word.box.x0 + LEVEL * word.size
        if near and not crosses and not number(word.text) and not is_figure(word.text):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [joined(run) for run in runs]


def blocks_left_of(found: Sequence[Piece], right: float) -> list[list[Piece]]:
    """The pieces that end left of `right`, in blocks: lines close below each other, each block from a label's number on."""
    blocks: list[list[Piece]] = []
    for piece in found:
        if piece.box.x1 > right:
            continue
        for block in blocks if not number(piece.text) else ():
            if overlap(block[-1].box, piece.box) and follows(block[-1], piece):
                block.append(piece)
                break
        else:
            blocks.append([piece])
    return blocks


def overlap(upper: Box, lower: Box) -> bool:
    """Whether two boxes of one page share some of its width."""
    return upper.page == lower.page and min(upper.x1, lower.x1) > max(upper.x0, lower.x0)


def joined(run: Sequence[Word]) -> Piece:
    box = run[0].box
    for word in run[1:]:
        box = box.union(word.box)
    return Piece("".join(word.text for word in run), box, min(word.size for word in run))


def follows(upper: Piece, lower: Piece) -> bool:
    """Whether two pieces can be neighbouring lines of one label: stacked closely, or over a page break."""
    if upper.box.page != lower.box.page:
        return True
    apart = lower.box.y - upper.box.y
    if apart <= 0.3 * upper.size:  # the same line
        return True
    beside = min(upper.box.x1, lower.box.x1) <= max(upper.box.x0, lower.box.x0)
    return not beside and apart <= LINE_PITCH * max(upper.size, lower.size)


def is_entry(word: Word) -> bool:
    """Whether a word can be (part of) a table entry: a figure, its unit or comma on a line of its own, a mark for nothing."""
    text = word.text
    return is_figure(text) or is_unit(text) or text in COMMAS or (is_mark(text) and text not in ("", "."))


def text_of(words: Sequence[Word]) -> str:
    """Words of one cell as published: a space between words of a line, none where a line breaks."""
    text = words[0].text
    for before, word in pairwise(words):
        text += " " * (abs(word.box.y - before.box.y) < 0.35 * word.size) + word.text
    return text
