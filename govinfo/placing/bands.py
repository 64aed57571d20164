"""The rows of a table as found: label pieces aligned with the rows of the form, and where each row's label stands."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from rapidfuzz.fuzz import ratio

from govinfo.certainty import threshold
from govinfo.document import Box
from govinfo.form import VERSIONS, Block, Label, Line, load_form
from govinfo.placing.geometry import Piece, follows, overlap
from govinfo.placing.labels import align_runs, body, number, once, opens_label, similarity, unlike_number

LABEL_LINES = 9  # a label may wrap over this many lines


@dataclass(frozen=True, eq=False)  # each row is itself: asked for all entries, so not compared field by field
class Band:
    """A row as found: the pieces of its label and how alike it is; no block for a row the form has not.

    `margin` is what the alignment of all labels would lose by another place for this row.
    """

    block: Block | None
    line: Line
    pieces: tuple[Piece, ...]
    certainty: float
    margin: float = math.inf

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        """Where the label stands, page by page."""
        return _by_page(self.pieces)

    @property
    def size(self) -> float:
        """The label's font size."""
        return self.pieces[0].size

    @property
    def steps(self) -> list[float]:
        """The distances between the lines of the label."""
        pairs = ((a.box, b.box) for a, b in pairwise(self.pieces) if a.box.page == b.box.page)
        return [lower.y - upper.y for upper, lower in pairs if lower.y - upper.y > 0.5 * self.size]


def bands(found: Sequence[Piece], expected: Sequence[tuple[Block, Line, bool]], heights: dict) -> list[Band]:
    """Label pieces in reading order aligned with the rows of the form; each row takes one or more lines.

    `expected` holds (block, row, optional); `heights`, by page, the y of each line that carries figures, ascending.
    Labels beside figures that are no row of the form come last, with no block, so that their figures go to no
    neighbouring row.
    """
    targets = [tuple(dict.fromkeys(body(w) for w in line.label.wordings)) for _, line, _ in expected]
    longest, least = [max(map(len, wordings)) for wordings in targets], threshold("label.match")
    runs = _runs(found, max(longest))

    def gains(start: int, k: int) -> list[float | None]:
        text, bonus = runs[start, k], 0.15 * _beside(found[start : start + k], heights)
        scores = [
            _alike(text, target) - unlike_number(found[start].text, line.label.zh)
            if len(text) <= 1.4 * most + 2
            else 0.0
            for target, most, (_, line, _) in zip(targets, longest, expected, strict=True)
        ]
        return [2 * score - 0.7 + bonus if score >= least else None for score in scores]

    matches = align_runs(
        len(found),
        len(expected),
        {run: gains(*run) for run in runs},
        skip_printed=lambda i: -0.04,
        skip_expected=lambda j: 0.0 if expected[j][2] else -0.15,
        margins=True,
    )
    result, used = [], set()
    printed = {(expected[m.expected][0].id, expected[m.expected][1].group) for m in matches}
    for m in matches:
        block, line, _ = expected[m.expected]
        score = _alike(runs[m.start, m.stop - m.start], targets[m.expected])
        names_group = (block.id, line.id) in printed  # a group's label beside its items is no row of its own
        if not names_group:
            cut = score < threshold("label.cut") and _at_cut(found, m.start, m.stop)
            certainty = min(score, threshold("row.unsure")) if cut else score
            result.append(Band(block, line, tuple(found[m.start : m.stop]), certainty, m.margin))
        if not names_group or score > threshold("label.same"):
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
        if runs and runs[-1][-1] == i - 1 and follows(before, piece) and not opens_label(piece.text, before.text):
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
    return Band(None, Line("", Label(text, text)), tuple(own), 0.0)


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
            if len(text) > 1.4 * longest + 2 or not follows(upper, lower) or opens_label(lower.text, upper.text):
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
    above = (p for p in reversed(found[max(0, i - LABEL_LINES) : i]) if overlap(p.box, found[i].box))
    return next((found[i].box.y - p.box.y for p in above), 0.0)


@cache
def _numbered() -> tuple[str, ...]:
    return tuple(line.label.zh for line in load_form(VERSIONS[-1]).block("t3").rows)


@lru_cache(maxsize=10_000)
def _alike(text: str, targets: tuple[str, ...]) -> float:
    return max(ratio(text, target) for target in targets) / 100


def _by_page(run: Sequence[Piece]) -> tuple[Box, ...]:
    boxes: dict[int, Box] = {}
    for piece in run:
        boxes[piece.box.page] = boxes[piece.box.page].union(piece.box) if piece.box.page in boxes else piece.box
    return tuple(boxes.values())
