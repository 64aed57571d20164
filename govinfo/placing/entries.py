"""Entries of a table: the words of one cell, joined over the lines into which a narrow column breaks them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from govinfo.placing.bands import Band
from govinfo.placing.geometry import is_entry
from govinfo.placing.printed import is_figure
from govinfo.readers.words import Word

APART = 1.12  # rows must be this much further apart than the lines of a cell before lines are joined by distance alone
REACH = 1.9  # of the font size: no line of a cell follows the one before it further below
MOST = 8  # lines of one entry
OPENING = ("(", "（")


def entries(page_lines: Sequence[Sequence[Word]], rows: Sequence[Band]) -> list[Word]:
    """The figures and marks of one page; one that is broken over lines is one word, with the box of all its lines.

    `rows` are those of the whole report. Lines belong to one entry if they stand closer than any two rows of the table
    do, in one column, and make a figure together.
    """
    apart = line_distance(rows)
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


def line_distance(rows: Sequence[Band]) -> float:
    """Up to which distance two lines belong to one cell, by the labels; 0 where that can not be told.

    It lies between the distance of the lines of a label and the smallest distance between the labels of two rows.
    """
    pitches = [band.pitch for band in rows if band.pitch]
    boxes = sorted((box for band in rows for box in band.boxes), key=lambda box: (box.page, box.y0))
    size = min((band.size for band in rows if band.size), default=0.0)
    gaps = [b.y0 - a.y1 + size for a, b in pairwise(boxes) if a.page == b.page and b.y0 > a.y1]
    within, between = statistics.median(pitches) if pitches else 0.0, min(gaps, default=0.0)
    if not between:
        return APART * within
    if not within:
        return min(between / APART, REACH * size)
    return (within + between) / 2 if between > APART * within else 0.0


def _column(words: Sequence[Word], start: int, taken: set[int], apart: float) -> list[int]:
    """The words that may continue a word downwards: each close below the one before, at its place in the line."""
    column = [start]
    for index in range(start + 1, len(words)):
        last, word = words[column[-1]], words[index]
        below = word.box.y - last.box.y
        if below > REACH * last.size or len(column) == MOST:
            break
        shared = min(word.box.x1, last.box.x1) - max(word.box.x0, last.box.x0)
        if (
            index not in taken
            and below > 0.5 * last.size
            and shared > 0
            and (below <= apart or _unfinished(words, column))
        ):
            column.append(index)
    return column


def _unfinished(words: Sequence[Word], column: Sequence[int]) -> bool:
    """Whether a bracket is still open: then the next line belongs to it, however far it is."""
    text = "".join(words[i].text for i in column)
    return sum(text.count(sign) for sign in OPENING) > text.count(")") + text.count("）")


def _is_one(words: Sequence[Word], column: Sequence[int]) -> bool:
    return is_figure("".join(words[i].text for i in column))


def _joined(parts: Sequence[Word]) -> Word:
    box = parts[0].box
    for part in parts[1:]:
        box = box.union(part.box)
    doubt = next((part.doubt for part in parts if part.doubt), "")
    return replace(parts[0], text="".join(part.text for part in parts), box=box, doubt=doubt)
