"""Columns of a table as found: header words stacked over columns of figures, aligned with the columns of the form."""

from __future__ import annotations

from collections.abc import Sequence

from govinfo.form import Line
from govinfo.placing.geometry import Piece, joined
from govinfo.placing.labels import align, body, similarity
from govinfo.readers.words import Word

LETTER_SPACE = 1.5  # of the font size: letter-spaced labels of a header are not wider set than this


def stacks(words: Sequence[Word | Piece]) -> list[Piece]:
    """Words standing over each other joined top to bottom: the header cells of narrow columns."""
    groups: list[list] = []
    for word in sorted(words, key=lambda w: w.box.x0):
        for group in groups:
            shared = min(word.box.x1, max(w.box.x1 for w in group)) - max(word.box.x0, min(w.box.x0 for w in group))
            if shared > 0.5 * min(word.box.x1 - word.box.x0, *(w.box.x1 - w.box.x0 for w in group)):
                group.append(word)
                break
        else:
            groups.append([word])
    return sorted(
        (joined(sorted(g, key=lambda w: (w.box.page, w.box.y, w.box.x0))) for g in groups), key=lambda p: p.box.x
    )


def header_words(line: Sequence[Word], wordings: tuple[str, ...]) -> list[Word | Piece]:
    """The words of a line that are (pieces of) header labels, letter-spaced ones joined while they spell a label."""
    found: list[Word | Piece] = []
    for word in line:
        text = body(word.text)
        if not text or not (any(text in w or w in text for w in wordings) or similarity(word.text, wordings) > 0.7):
            continue
        if found and word.box.x0 - found[-1].box.x1 <= LETTER_SPACE * word.size:
            longer = body(found[-1].text) + text
            if any(longer in w for w in wordings):
                found[-1] = joined([found[-1], word])
                continue
        found.append(word)
    return found


def header_columns(header: Sequence[Piece], columns: Sequence[Line]) -> dict[str, Piece]:
    """Header stacks aligned with the columns of a block, in order; columns not found are left out."""

    def gain(i: int, k: int, j: int) -> float | None:
        score = similarity(header[i].text, columns[j].label.wordings)
        return 2 * score - 0.6 if score >= 0.4 else None

    matches = align(len(header), len(columns), gain, lambda i: -0.1, lambda j: -0.1)
    return {columns[m.expected].id: header[m.start] for m in matches}


def figure_columns(figures: Sequence[Word]) -> list[tuple[float, float]]:
    """Where figures stand above each other: the intervals of x that they cover, left to right."""
    spans: list[list[float]] = []
    for word in sorted(figures, key=lambda w: w.box.x0):
        if spans and word.box.x0 < spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], word.box.x1)
        else:
            spans.append([word.box.x0, word.box.x1])
    return [(a, b) for a, b in spans]


def assign(spans: Sequence[tuple[float, float]], centres: dict[str, float], order: Sequence[str]) -> dict[int, str]:
    """Columns of figures to columns of the form, in order: one for one where the counts agree, else the nearest.

    `centres` holds the header centres found, `order` all column ids. Returns index of span -> column id.
    """
    if len(spans) == len(order):
        return dict(enumerate(order))
    known = [c for c in order if c in centres]
    if not known or len(spans) > len(order):
        return {}
    width = (max(centres.values()) - min(centres.values())) / max(len(known) - 1, 1) or 30.0

    def gain(i: int, k: int, j: int) -> float | None:
        (left, right), centre = spans[i], centres[known[j]]
        away = max(left - centre, centre - right, 0.0)
        return 1.0 - away / width if away <= 0.75 * width else None

    matches = align(len(spans), len(known), gain, lambda i: -1.0, lambda j: 0.0)
    return {m.start: known[m.expected] for m in matches}
