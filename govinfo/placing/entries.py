"""Entries of a table: the words of one cell, joined over the lines into which a narrow column breaks them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from govinfo.placing.bands import Band
from govinfo.placing.geometry import ENTRY_PITCH, is_entry, overlap
from govinfo.placing.printed import is_figure
from govinfo.readers.words import Word

APART = 1.12  # rows must be this much further apart than the lines of a cell before lines are joined by distance alone
MOST = 8  # lines of one entry
OPENING = ("(", "（")


def entries(page_lines: Sequence[Sequence[Word]], apart: float) -> list[Word]:
    """The figures and marks of one page; one that is broken over lines is one word, with the box of all its lines.

    Lines belong to one entry if they are no further `apart`, stand in one column, and make a figure together.
    """
    found: list[Word] = []
    taken: set[int] = set()
    words = [word for line in page_lines for word in line]
    for index, word in enumerate(words):
        if index in taken or not (is_entry(word) or any(c.isdigit() for c in word.text)):
            continue
        column = _column(words, index, taken, apart)
        size = next((n for n in range(len(column), 1, -1) if _is_one(words, column[:n])), 1)
        if size > 1:
            taken |= set(column[:size])
            found.append(_joined([words[i] for i in column[:size]]))
        elif is_entry(word):
            found.append(word)
    return found


def line_distance(rows: Sequence[Band], page_lines: Sequence[Sequence[Word]] = ()) -> float:
    """Up to which distance two lines belong to one cell; 0 where that can not be told.

    The lines of a cell follow each other evenly, as those of a label do, and closer than any two rows. Known are the
    distances between the lines of labels, between labels, and between the entries of all pages: the limit lies between
    the distance of lines and the next larger one.
    """
    steps = [step for band in rows for step in band.steps]
    between = min(_between_labels(rows), default=0.0)
    size = min((band.size for band in rows), default=0.0)
    known = sorted(_between_entries(page_lines))
    within = statistics.median(steps) if steps else known[0] if known and known[0] * APART < between else 0.0
    if not between:
        return APART * within
    if not within:
        return min(between / APART, ENTRY_PITCH * size)
    if between <= APART * within:
        return 0.0
    near = max((d for d in known if d <= APART * within), default=within)
    return (near + min(d for d in (*known, between) if d > APART * within)) / 2


def _between_labels(rows: Sequence[Band]) -> list[float]:
    """The distances from the last line of a row's label to the first line of the next row's label, on one page.

    Rows that the form has not are left out: they may be a piece of a group's label, beside its items'.
    """
    known = [(band, box.page) for band in rows if band.block for box in band.boxes]
    own = [[piece.box for piece in band.pieces if piece.box.page == page] for band, page in known]
    own.sort(key=lambda boxes: (boxes[0].page, boxes[0].y))
    gaps = [(upper[-1].page == lower[0].page, lower[0].y - upper[-1].y) for upper, lower in pairwise(own)]
    return [gap for same_page, gap in gaps if same_page and gap > 0]


def _between_entries(page_lines: Sequence[Sequence[Word]]) -> list[float]:
    """The distances from each entry to the next below it in its column, as far as lines of one cell may be apart."""
    found, words = [], [word for line in page_lines for word in line if is_entry(word)]
    for index, word in enumerate(words):
        y = word.box.y
        for lower in words[index + 1 :]:
            below = lower.box.y - y
            if lower.box.page != word.box.page or below > ENTRY_PITCH * word.size:
                break
            if below > 0.5 * word.size and overlap(word.box, lower.box):
                found.append(below)
                break
    return found


def _column(words: Sequence[Word], start: int, taken: set[int], apart: float) -> list[int]:
    """The words that may continue a word downwards: each close below the one before, at its place in the line."""
    column, last = [start], words[start]
    y = last.box.y
    for index in range(start + 1, len(words)):
        word = words[index]
        below = word.box.y - y
        if below > ENTRY_PITCH * last.size or len(column) == MOST:
            break
        if (
            index not in taken
            and below > 0.5 * last.size
            and overlap(last.box, word.box)
            and (below <= apart or _unfinished(words, column))
        ):
            column.append(index)
            last, y = word, word.box.y
    return column


def _unfinished(words: Sequence[Word], column: Sequence[int]) -> bool:
    """Whether a bracket is still open: then the next line belongs to it, however far it is."""
    text = "".join(words[i].text for i in column)
    return sum(text.count(sign) for sign in OPENING) > text.count(")") + text.count("）")


def _is_one(words: Sequence[Word], column: Sequence[int]) -> bool:
    text = "".join(words[i].text for i in column)
    return is_figure(text) and not starts_with_nought(text)


def starts_with_nought(text: str) -> bool:
    """Whether digits follow a 0: no figure begins so, and lines that make such a one together are of two rows.

    >>> starts_with_nought("05"), starts_with_nought("0\\n0"), starts_with_nought("0.5"), starts_with_nought("50")
    (True, True, False, False)
    """
    digits = "".join(text.split())
    return digits[:1] == "0" and digits[1:2].isdigit()


def _joined(parts: Sequence[Word]) -> Word:
    box = parts[0].box
    for part in parts[1:]:
        box = box.union(part.box)
    doubt = next((part.doubt for part in parts if part.doubt), "")
    return replace(parts[0], text="".join(part.text for part in parts), box=box, doubt=doubt)
