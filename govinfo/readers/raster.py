"""A page's picture before anything is recognised: level it, find its rules and the cells between them, find its ink.

All coordinates are pixels of the levelled picture, origin at its top left. Lengths that depend on the resolution are
given in points and turned into pixels by `scale` (pixels a point).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

TILT = 6.0  # degrees: a page turned further is not a slightly skewed scan
ALONG = 3.4  # points: a rule is averaged along itself over this length
FAINT = 9  # of 255: a rule averaged along itself is at least this much darker than the paper
HAIR = 6  # of 255: averaged twice as long, at least this much
BRIDGE = 4.4  # points: gaps of dotted and dashed rules are narrower
SHORTEST = 16.0  # points: a shorter straight stroke is part of a character
LONG = 28.0  # points: a faint or broken stroke this long is a rule
THICKEST = 3.2  # points: a rule (also a double one) is thinner, a shaded field thicker
DOUBLE = 1.6  # points: the two strokes of a double rule are no further apart
DOUBLEST = 4.4  # points: and this is as wide as both are
UPRIGHT = 20.0  # points: an upright stroke this long that touches a rule is one, a character is not as high
CHARACTER = 32.0  # points: in a wider cell no single character reaches from rule to rule
END = 5.0  # points: how near a rule's end comes to the rule it ends at
NEAR = 4.0  # points: parallel rules closer than this are one
TRACE = 5.0  # points: the shortest trace of a rule
COVERED = 0.6  # of a cell's side must be ruled to close it
TRACED = 0.88  # or this much traced
BEGUN = 0.75  # or this much, where a good part of it is ruled
FEW = 4  # gaps of a rule: fewer do not tell how it is broken


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a ruled table as drawn: its place in the table, the rows and columns it spans, its box in pixels."""

    row: int
    column: int
    rowspan: int
    colspan: int
    box: tuple[int, int, int, int]


# ------------------------------------------------------------------ level


def dark(grey: np.ndarray, scale: float, depth: int = 30) -> np.ndarray:
    """Where ink stands: darker by `depth` than its surroundings, so that shading and grey paper are no ink (0 or 255)."""
    import cv2

    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    ground = cv2.medianBlur(cv2.resize(smooth, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), 31)
    ground = cv2.resize(ground, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    block, below = int(12 * scale) | 1, max(6, depth * 3 // 5)
    local = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, below)
    return np.where(smooth.astype(np.int16) < ground.astype(np.int16) - depth, local, 0).astype(np.uint8)


def tilt(ink: np.ndarray) -> float:
    """By how many degrees the page leans (positive: it goes down to the right), from -6 to 6.

    The angle at which ink gathers in the fewest lines: the sum of squares of its projection (Postl 1986).
    """
    y, x = np.nonzero(ink)
    step = max(1, len(x) // 200_000)
    y, x = y[::step].astype(np.float32), x[::step].astype(np.float32)
    if not len(x):
        return 0.0

    def gathered(angle: float) -> float:
        rows = np.floor(y - x * np.tan(np.radians(angle)) + 0.5).astype(np.int32)
        return float(np.square(np.bincount(rows - rows.min()).astype(float)).sum())

    best = max(np.arange(-TILT, TILT + 0.01, 0.25), key=gathered)
    for half in (0.2, 0.04):
        best = max(np.linspace(best - half, best + half, 11), key=gathered)
    return float(round(best, 3))


def levelled(grey: np.ndarray, angle: float) -> np.ndarray:
    """The picture turned about its centre by `angle` degrees, so that what leaned is level."""
    import cv2

    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    paper = float(np.median(grey[::8, ::8]))
    return cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)


def as_drawn(box: tuple, size: tuple[float, float], angle: float) -> tuple[float, float, float, float]:
    """A box of the levelled page where it stands on the page as scanned: the upright box of its turned corners."""
    x0, y0, x1, y1 = box
    width, height = size
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    xs, ys = zip(
        *(
            (
                width / 2 + cos * (x - width / 2) - sin * (y - height / 2),
                height / 2 + sin * (x - width / 2) + cos * (y - height / 2),
            )
            for x in (x0, x1)
            for y in (y0, y1)
        ),
        strict=True,
    )
    return float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))


# ------------------------------------------------------------------ rules


@dataclass(frozen=True)
class Rules:
    """Straight strokes of a page, one picture each: rules for certain, and all traces that may be part of one."""

    across: np.ndarray
    down: np.ndarray
    traces_across: np.ndarray
    traces_down: np.ndarray


def rules(grey: np.ndarray, scale: float) -> Rules:
    """The horizontal and the vertical rules of a page, drawn solid also where they are dotted, dashed or double.

    A rule ends at another rule; a stroke that stands alone inside a cell is part of a character, however long.
    """
    across, traces_across = _straight(grey, scale)
    down, traces_down = _straight(np.ascontiguousarray(grey.T), scale)
    ended_down = _ended(down, np.ascontiguousarray(across.T), scale, UPRIGHT)
    ended_across = _ended(across, np.ascontiguousarray(ended_down.T), scale, 3 * LONG)
    ink = dark(grey, scale)
    sure_across = _without_strokes(ended_across, ended_down.T, ink, scale)
    sure_down = _without_strokes(ended_down, ended_across.T, np.ascontiguousarray(ink.T), scale)
    return Rules(sure_across, sure_down.T.copy(), traces_across, traces_down.T.copy())


def _without_strokes(lines: np.ndarray, others: np.ndarray, ink: np.ndarray, scale: float) -> np.ndarray:
    """Horizontal rules without strokes of a character that fills a narrow cell: bridged like the gaps of a dotted rule.

    Such a stroke keeps further from the rules that it was joined to than its own parts are apart; a single dash of a broken rule
    does so too, but is as long, and as far from the next, as the dashes in the cells beside it.
    """
    import cv2

    kept = lines.copy()
    within_cells = np.where(cv2.dilate(others, np.ones((3, 5), np.uint8)) > 0, 0, lines).astype(np.uint8)
    parts = list(components(within_cells))
    inked = [np.nonzero((ink[y : y + h, x : x + w] > 0).any(axis=0))[0] for x, y, w, h, _, _ in parts]
    dashes = [(y + h / 2, *_dashes(at)) for (_, y, _, h, _, _), at in zip(parts, inked, strict=True)]
    for (x, y, w, h, _, shape), at in zip(parts, inked, strict=True):
        inside = int(np.diff(at).max()) - 1 if len(at) > 1 else 0
        ends = [gap for gap, ended in zip(_gaps(at, w), _reached(others, x, y, w, h), strict=True) if ended]
        if w > CHARACTER * scale or min(ends or _gaps(at, w)) <= inside + 1:
            continue
        beside = [(long, gaps) for middle, long, gaps in dashes if abs(middle - y - h / 2) <= NEAR * scale / 2]
        if not _like_dashes(int(np.ptp(at)) + 1, max(_gaps(at, w)), beside):
            kept[y : y + h, x : x + w][shape > 0] = 0
    return kept


def _gaps(at: np.ndarray, width: int) -> tuple[int, int]:
    """How far the ink of a part keeps from its two ends."""
    return (int(at[0]), int(width - 1 - at[-1])) if len(at) else (0, 0)


def _reached(others: np.ndarray, x: int, y: int, w: int, h: int) -> tuple[bool, bool]:
    """Whether a part begins, and ends, at a rule that crosses it."""
    rows = others[y : y + h]
    return bool(rows[:, max(x - 3, 0) : x].any()), bool(rows[:, x + w : x + w + 3].any())


def _dashes(at: np.ndarray) -> tuple[list[int], list[int]]:
    """The lengths of a stroke's dashes that are whole, and of the gaps between them; `at` are the inked pixels along it."""
    breaks = np.nonzero(np.diff(at) > 1)[0]
    ends = [0, *(breaks + 1), len(at)]
    return [int(b - a) for a, b in pairwise(ends)][1:-1], [int(at[i + 1] - at[i] - 1) for i in breaks]


def _like_dashes(length: int, apart: int, beside: list[tuple[list[int], list[int]]]) -> bool:
    """Whether a piece of ink is as long, and as far from its ends, as the dashes of the same rule in other cells."""
    lengths, gaps = ([n for own in side for n in own] for side in zip(*beside, strict=True))
    if len(lengths) < 2 or len(gaps) < FEW:
        return False
    return length <= 1.3 * np.median(lengths) + 2 and apart <= 1.3 * np.median(gaps) + 2


def _straight(grey: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Horizontal strokes that are long, thin and stand free above and below, however faint; and all shorter traces.

    Averaging along the stroke drowns noise and fills the gaps of dotted rules, but spares the paper beside it.
    """
    import cv2

    along = cv2.blur(grey, (int(ALONG * scale) | 1, 1))
    bridge, shortest = np.ones((1, int(BRIDGE * scale) | 1), np.uint8), int(SHORTEST * scale)
    plain, faint = dark(grey, scale), dark(along, scale, FAINT)
    dashes = cv2.morphologyEx(plain, cv2.MORPH_CLOSE, bridge)
    double = cv2.morphologyEx(plain, cv2.MORPH_CLOSE, np.ones((int(DOUBLE * scale) | 1, 1), np.uint8))
    kept, long = np.zeros_like(plain), int(LONG * scale)
    for ink, length in ((plain, shortest), (dashes, shortest), (double, long), (faint, long)):
        thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a line a little off level steps from row to row
        for x, y, w, h, area, shape in components(
            cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
        ):
            thin = area / w <= THICKEST * scale + 2 or _even(plain[y : y + h, x : x + w] & shape, scale)
            if thin and h <= 3 * THICKEST * scale and _free(ink, x, y, w, h, scale):
                kept[y : y + h, x : x + w] |= shape
    traces = dark(cv2.blur(grey, (int(1.5 * scale) | 1, 1)), scale, FAINT)
    traces = cv2.morphologyEx(traces, cv2.MORPH_OPEN, np.ones((1, int(TRACE * scale)), np.uint8))
    return kept, traces | _hairs(grey, plain, scale)


def _even(ink: np.ndarray, scale: float) -> bool:
    """Whether ink is a band as high everywhere, as a wide double rule is: a line of small type is as high, but not evenly."""
    full = (ink > 0).any(axis=0)
    if full.mean() < 0.95:
        return False
    first, last = (ink[:, full] > 0).argmax(axis=0), (ink[::-1, full] > 0).argmax(axis=0)
    low, high = np.percentile(len(ink) - first - last, (10, 90))
    return high <= DOUBLEST * scale and high - low <= max(2, 0.5 * scale)


def _hairs(grey: np.ndarray, ink: np.ndarray, scale: float) -> np.ndarray:
    """Traces of horizontal rules too faint to be told from noise unless averaged over a long way, away from other ink."""
    import cv2

    far = int(2 * ALONG * scale) | 1
    hairs = dark(cv2.blur(grey, (far, 1)), scale, HAIR)
    hairs = cv2.morphologyEx(hairs, cv2.MORPH_OPEN, np.ones((1, 2 * int(TRACE * scale)), np.uint8))
    return np.where(cv2.dilate(ink, np.ones((5, far), np.uint8)) > 0, 0, hairs).astype(np.uint8)


def components(mask: np.ndarray):
    """x, y, width, height, area and own pixels (0 or 255) of each connected piece."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for i in range(1, count):
        x, y, w, h, area = (int(n) for n in stats[i])
        yield x, y, w, h, area, (labels[y : y + h, x : x + w] == i).astype(np.uint8) * 255


def _ended(lines: np.ndarray, others: np.ndarray, scale: float, enough: float) -> np.ndarray:
    """Horizontal strokes that reach a vertical rule with both ends, or touch one where they are `enough` points long."""
    import cv2

    joined = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones((3, int(10 * scale) | 1), np.uint8))
    reach, kept = int(END * scale), np.zeros_like(lines)
    for x, y, w, h, _, shape in components(joined):
        band = others[max(y - reach, 0) : y + h + reach]
        ends = [band[:, max(at - reach, 0) : at + reach].any() for at in (x, x + w)]
        if sum(ends) == 2 or band[:, x : x + w].any() and w >= enough * scale:
            kept[y : y + h, x : x + w] |= shape
    return kept & lines


def _free(ink: np.ndarray, x: int, y: int, w: int, h: int, scale: float) -> bool:
    """Whether paper, not the rest of characters, stands above and below a stroke."""
    room = max(2, int(1.1 * scale))
    above = ink[max(y - room, 0) : y, x : x + w]
    below = ink[y + h : y + h + room, x : x + w]
    return all(side.size == 0 or (side.max(axis=0) > 0).mean() < 0.35 for side in (above, below))


def tables(found: Rules, scale: float) -> list[list[Slot]]:
    """The ruled tables of a page, top to bottom: rules that touch each other, and the cells between them.

    A table needs rules both ways; its outer sides count as ruled even where they are not drawn.
    """
    import cv2

    reach = int(2 * scale) | 1
    joined, parts = cv2.dilate(found.across | found.down, np.ones((reach, reach), np.uint8)), []
    for x, y, w, h, _, shape in components(joined):
        if w >= 60 * scale and h >= 12 * scale:
            cut = (slice(y, y + h), slice(x, x + w))
            mine = Rules(
                found.across[cut] & shape, found.down[cut] & shape, found.traces_across[cut], found.traces_down[cut]
            )
            parts.append(_slots(mine, (x, y), scale))
    return sorted((part for part in parts if part), key=lambda slots: (slots[0].box[1], slots[0].box[0]))


def _slots(found: Rules, origin: tuple[int, int], scale: float) -> list[Slot]:
    ys, xs = _edges(found.across, scale), _edges(np.ascontiguousarray(found.down.T), scale)
    if not ys or not xs:
        return []
    xs = _outer(xs, found.across.max(axis=0), scale)
    ys = _outer(ys, found.down.max(axis=1), scale)
    if len(ys) < 2 or len(xs) < 3:
        return []
    rows, columns = range(len(ys) - 1), range(len(xs) - 1)
    side, below = (found.down.T, found.traces_down.T), (found.across, found.traces_across)
    closed_right = [[_ruled(*side, xs[c + 1], ys[r], ys[r + 1], scale) for c in columns] for r in rows]
    closed_below = [[_ruled(*below, ys[r + 1], xs[c], xs[c + 1], scale) for c in columns] for r in rows]
    return _merged(xs, ys, closed_right, closed_below, origin)


def _outer(edges: list[int], crossing: np.ndarray, scale: float) -> list[int]:
    """Edges with the outer sides that are not drawn: where the rules that cross them begin and end."""
    first, last = (int(at) for at in np.nonzero(crossing)[0][[0, -1]])
    before = [first] if edges[0] - first >= 2 * NEAR * scale else []
    return before + edges + ([last] if last - edges[-1] >= 2 * NEAR * scale else [])


def _edges(lines: np.ndarray, scale: float) -> list[int]:
    """The heights at which horizontal rules run, those closer than NEAR taken as one."""
    strength = (lines > 0).sum(axis=1)
    rows = np.nonzero(strength >= SHORTEST * scale * 0.8)[0]
    groups: list[list[int]] = []
    for row in rows:
        if groups and row - groups[-1][-1] <= NEAR * scale:
            groups[-1].append(int(row))
        else:
            groups.append([int(row)])
    return [round(np.average(group, weights=strength[group])) for group in groups]


def _ruled(lines: np.ndarray, traces: np.ndarray, at: int, start: int, stop: int, scale: float) -> bool:
    """Whether a horizontal rule runs at a height from `start` to `stop` (its ends, where other rules cross, left out).

    Where a rule is known to run elsewhere on this height, its traces are enough, and fewer where it has begun.
    """
    reach, trim = int(NEAR * scale / 2) + 1, min(int(2 * scale), (stop - start) // 4)
    strip = lines[max(at - reach, 0) : at + reach + 1, start + trim : stop - trim]
    trace = traces[max(at - 1, 0) : at + 2, start + trim : stop - trim]
    if not strip.size or not trace.size:
        return False
    sure, traced = (part.max(axis=0) > 0 for part in (strip, trace))
    share, enough = (sure | traced).mean(), BEGUN if sure.mean() >= 1 - COVERED else TRACED
    return bool(sure.mean() >= COVERED or share >= enough)


def _merged(xs, ys, closed_right, closed_below, origin) -> list[Slot]:
    """Elementary cells joined into rectangles where no rule stands between them."""
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    taken: set[tuple[int, int]] = set()
    found = []
    for r in range(n_rows):
        for c in range(n_columns):
            if (r, c) in taken:
                continue
            c1, r1 = c, r
            while c1 + 1 < n_columns and not closed_right[r][c1] and (r, c1 + 1) not in taken:
                c1 += 1
            while r1 + 1 < n_rows and not any(closed_below[r1][k] for k in range(c, c1 + 1)):
                r1 += 1
            taken |= {(a, b) for a in range(r, r1 + 1) for b in range(c, c1 + 1)}
            box = (xs[c] + origin[0], ys[r] + origin[1], xs[c1 + 1] + origin[0], ys[r1 + 1] + origin[1])
            found.append(Slot(r, c, r1 - r + 1, c1 - c + 1, box))
    return found
