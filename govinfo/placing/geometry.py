"""Words of table pages by their own geometry: lines, label blocks by baseline, columns by header centres.

Nothing here knows a table engine's cells: a shifted row or column there can not agree with itself here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from statistics import median

from rapidfuzz.fuzz import ratio

from govinfo.document import Box
from govinfo.form import VERSIONS, Block, Label, Line, load_form
from govinfo.placing.labels import (
    MATCH_AT,
    align,
    align_runs,
    body,
    number,
    once,
    opens_label,
    similarity,
    unlike_number,
)
from govinfo.placing.printed import is_figure, is_mark, is_unit
from govinfo.readers.words import Word

LABEL_GAP = 0.5  # of the font size: wider gaps part a group's label from an item's
LETTER_SPACE = 1.5  # of the font size: letter-spaced labels of a header are not wider set than this
LINE_PITCH = 2.4  # of the font size: lines of one label follow each other within this
LEVEL = 0.35  # of the font size: figures set at their label are no further from it than this
WHOLE = 0.85  # less alike, a label beside a page break may be a part of one
UNSURE = 0.5  # the certainty of a row that may be another
SURE = 0.9  # as alike as this to a label of the form, a text is that label
LABEL_LINES = 9  # a label may wrap over this many lines


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words on one line, close together: a label or a part of one."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True)
class Band:
    """A row as found: where its label stands, page by page, and how alike it is; no block for a row the form has not.

    `size` is the label's font size, `pitch` the distance between its lines (0 for one line).
    """

    block: Block | None
    line: Line
    boxes: tuple[Box, ...]
    certainty: float
    size: float = 0.0
    pitch: float = 0.0


def lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words grouped into lines by the middle of their height, page by page, top to bottom."""
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box.page, w.box.y, w.box.x0)):
        last = found[-1] if found else None
        same = last and last[0].box.page == word.box.page
        if same and abs(word.box.y - sum(w.box.y for w in last) / len(last)) <= 0.35 * min(word.size, last[-1].size):
            last.append(word)
        else:
            found.append([word])
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
            if _overlap(block[-1].box, piece.box) and _follows(block[-1], piece):
                block.append(piece)
                break
        else:
            blocks.append([piece])
    return blocks


def _overlap(upper: Box, lower: Box) -> bool:
    """Whether two boxes of one page share some of its width."""
    return upper.page == lower.page and min(upper.x1, lower.x1) > max(upper.x0, lower.x0)


def joined(run: Sequence[Word]) -> Piece:
    box = run[0].box
    for word in run[1:]:
        box = box.union(word.box)
    return Piece("".join(word.text for word in run), box, min(word.size for word in run))


# ------------------------------------------------------------------ rows


def bands(found: Sequence[Piece], expected: Sequence[tuple[Block, Line, bool]], heights: dict) -> list[Band]:
    """Label pieces in reading order aligned with the rows of the form; each row takes one or more lines.

    `expected` holds (block, row, optional); `heights`, by page, the y of each line that carries figures, ascending.
    Labels beside figures that are no row of the form come last, with no block, so that their figures go to no
    neighbouring row.
    """
    targets = [tuple(dict.fromkeys(body(w) for w in line.label.wordings)) for _, line, _ in expected]
    longest = [max(map(len, wordings)) for wordings in targets]
    runs = _runs(found, max(longest))

    def gains(start: int, k: int) -> list[float | None]:
        text, bonus = runs[start, k], 0.15 * _beside(found[start : start + k], heights)
        scores = [
            _alike(text, target) - unlike_number(found[start].text, line.label.zh)
            if len(text) <= 1.4 * most + 2
            else 0.0
            for target, most, (_, line, _) in zip(targets, longest, expected, strict=True)
        ]
        return [2 * score - 0.7 + bonus if score >= MATCH_AT else None for score in scores]

    matches = align_runs(
        len(found),
        len(expected),
        {run: gains(*run) for run in runs},
        skip_printed=lambda i: -0.04,
        skip_expected=lambda j: 0.0 if expected[j][2] else -0.15,
    )
    result, used = [], set()
    printed = {(expected[m.expected][0].id, expected[m.expected][1].group) for m in matches}
    for m in matches:
        block, line, _ = expected[m.expected]
        score = _alike(runs[m.start, m.stop - m.start], targets[m.expected])
        names_group = (block.id, line.id) in printed  # a group's label beside its items is no row of its own
        if not names_group:
            sure = score >= WHOLE or not _at_cut(found, m.start, m.stop)
            result.append(_band(block, line, found[m.start : m.stop], score if sure else min(score, UNSURE)))
        if not names_group or score > SURE:
            used |= set(range(m.start, m.stop))
    return result + [band for run in _unused(found, used) if (band := _strange_row(run, found, heights, result))]


def _beside(run: Sequence[Piece], heights: dict) -> bool:
    """Whether a line of figures stands at the height of a label's lines, or between them."""
    for box in _by_page(run):
        known = heights.get(box.page, [])
        at = bisect_left(known, box.y0)
        if at < len(known) and known[at] <= box.y1:
            return True
    return False


def _at_cut(found: Sequence[Piece], start: int, stop: int) -> bool:
    """Whether a row's label is the first or the last on its page: the page may have cut off the rest of it."""
    before, after = found[start - 1] if start else None, found[stop] if stop < len(found) else None
    return bool(
        (before and before.box.page != found[start].box.page) or (after and after.box.page != found[stop - 1].box.page)
    )


def _unused(found: Sequence[Piece], used: set[int]) -> list[list[int]]:
    """The pieces that belong to no row of the form, in runs that can be one label each."""
    runs: list[list[int]] = []
    for i, piece in enumerate(found):
        if i in used:
            continue
        before = found[i - 1]
        if runs and runs[-1][-1] == i - 1 and _follows(before, piece) and not opens_label(piece.text, before.text):
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _strange_row(run: list[int], found: Sequence[Piece], heights: dict, rows: Sequence[Band]) -> Band | None:
    """A row that the form has not: lines of a label beside figures, of which none stands within a row of the form."""
    own = [found[i] for i in run if not _within(found[i], rows)]
    text = "".join(piece.text for piece in own)
    if len(body(text)) <= 2 or not _beside(own, heights):
        return None
    return _band(None, Line("", Label(text, text)), own, 0.0)


def _band(block: Block | None, line: Line, run: Sequence[Piece], certainty: float) -> Band:
    size = run[0].size
    steps = [b.box.y - a.box.y for a, b in pairwise(run) if a.box.page == b.box.page and b.box.y - a.box.y > 0.5 * size]
    return Band(block, line, _by_page(run), certainty, size, median(steps) if steps else 0.0)


def _within(piece: Piece, found: Sequence[Band]) -> bool:
    """Whether a piece stands at the height of a row's label: a group's label beside it, no row of its own."""
    boxes = [box for band in found for box in band.boxes if box.page == piece.box.page]
    return any(box.y0 - piece.size / 2 <= piece.box.y <= box.y1 + piece.size / 2 for box in boxes)


def _runs(found: Sequence[Piece], longest: int) -> dict[tuple[int, int], str]:
    """(start, number of pieces) -> their joined text, for the runs that can be one label of the form."""
    runs, inner = {}, _continuations(found)
    for start, piece in enumerate(found):
        if start in inner:
            continue
        text = body(piece.text)
        runs[start, 1] = text
        for k in range(2, min(LABEL_LINES, len(found) - start) + 1):
            text += body(found[start + k - 1].text)
            upper, lower = found[start + k - 2 : start + k]
            if len(text) > 1.4 * longest + 2 or not _follows(upper, lower) or opens_label(lower.text, upper.text):
                break
            over_page = piece.box.page != lower.box.page
            runs[start, k] = once([body(p.text) for p in found[start : start + k]]) if over_page else text
    return runs


def _continuations(found: Sequence[Piece]) -> set[int]:
    """The pieces of 三 that can begin no label: without a number, nearer below another than any numbered one is."""
    start = next(
        (i for i, p in enumerate(found) if number(p.text) and similarity(p.text, _numbered()) > 0.75), len(found)
    )
    gaps = {i: gap for i in range(start + 1, len(found)) if (gap := _gap_above(found, i))}
    least = min((gap for i, gap in gaps.items() if number(found[i].text)), default=0.0)
    return {i for i, gap in gaps.items() if gap < 0.95 * least and not number(found[i].text)}


def _gap_above(found: Sequence[Piece], i: int) -> float:
    """How far a piece stands below the one above it in its column; 0 where none is on its page."""
    above = (p for p in reversed(found[max(0, i - LABEL_LINES) : i]) if _overlap(p.box, found[i].box))
    return next((found[i].box.y - p.box.y for p in above), 0.0)


@cache
def _numbered() -> tuple[str, ...]:
    return tuple(line.label.zh for line in load_form(VERSIONS[-1]).block("t3").rows)


@lru_cache(maxsize=100_000)
def _alike(text: str, targets: tuple[str, ...]) -> float:
    return max(ratio(text, target) for target in targets) / 100


def _follows(upper: Piece, lower: Piece) -> bool:
    """Whether two pieces can be neighbouring lines of one label: stacked closely, or over a page break."""
    if upper.box.page != lower.box.page:
        return True
    apart = lower.box.y - upper.box.y
    if apart <= 0.3 * upper.size:  # the same line
        return True
    beside = min(upper.box.x1, lower.box.x1) <= max(upper.box.x0, lower.box.x0)
    return not beside and apart <= LINE_PITCH * max(upper.size, lower.size)


def _by_page(run: Sequence[Piece]) -> tuple[Box, ...]:
    boxes: dict[int, Box] = {}
    for piece in run:
        boxes[piece.box.page] = boxes[piece.box.page].union(piece.box) if piece.box.page in boxes else piece.box
    return tuple(boxes.values())


# ------------------------------------------------------------------ columns


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


def is_entry(word: Word) -> bool:
    """Whether a word can be (part of) a table entry: a figure, its unit on the next line, or a mark for nothing."""
    return is_figure(word.text) or is_unit(word.text) or (is_mark(word.text) and word.text not in ("", "."))


def text_of(words: Sequence[Word]) -> str:
    """Words of one cell as published: a space between words of a line, none where a line breaks."""
    text = words[0].text
    for before, word in pairwise(words):
        text += " " * (abs(word.box.y - before.box.y) < 0.35 * word.size) + word.text
    return text
