"""The ink of a page: rules taken out, lines and words of ink found, cut out to be recognised. Boxes are in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from govinfo.certainty import threshold

from .raster import THICKEST, Rules, Slot

LINE = 9.0  # points: a line of small type with the space around it
SPECK = 0.55  # points: ink smaller than this both ways is dust


def runs(ink: np.ndarray, scale: float, gap: float) -> list[tuple[int, int, int, int]]:
    """Boxes around ink that belongs together: pieces on one line closer than `gap` points; dust is left out."""
    import cv2

    reach = np.ones((int(0.9 * scale) | 1, int(gap * scale) | 1), np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, reach), connectivity=8)
    boxes = [tuple(int(n) for n in stats[i][:4]) for i in range(1, count)]
    return sorted((x, y, x + w, y + h) for x, y, w, h in boxes if max(w, h) >= SPECK * scale)


def borders(slots: list[Slot], found: Rules, scale: float) -> np.ndarray:
    """Where rules run: those that were seen, and the sides of all cells, where a dash may have been missed."""
    import cv2

    mask = cv2.dilate(found.across | found.down, np.ones((3, 3), np.uint8))
    for x0, y0, x1, y1 in (slot.box for slot in slots):
        cv2.rectangle(mask, (x0, y0), (x1, y1), 255, int(0.9 * scale) | 1)
    return mask


def erased(grey: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture with paper where the mask stands."""
    import cv2

    mask = cv2.resize(mask, grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.where(mask > 0, np.uint8(np.median(grey[::4, ::4])), grey)


def inked(ink: np.ndarray, box: tuple) -> tuple[int, int, int, int] | None:
    """The box of the ink inside a box; None where there is none."""
    x0, y0, x1, y1 = (max(int(side), 0) for side in box)
    y, x = np.nonzero(ink[y0:y1, x0:x1])
    return (int(x.min()) + x0, int(y.min()) + y0, int(x.max()) + x0 + 1, int(y.max()) + y0 + 1) if len(x) else None


def line_in(ink: np.ndarray, box: tuple, scale: float) -> tuple[int, int, int, int] | None:
    """The box of the heaviest line of ink inside a box: what is left of a rule above or below does not count."""
    tight = inked(ink, box)
    if tight is None:
        return None
    x0, y0, x1, y1 = tight
    weight = (ink[y0:y1, x0:x1] > 0).sum(axis=1)
    at = np.nonzero(weight)[0]
    groups = np.split(at, [i + 1 for i, (a, b) in enumerate(pairwise(at)) if b - a > 1.2 * scale])
    best = max(groups, key=lambda group: weight[group].sum())
    return inked(ink, (x0, y0 + int(best[0]), x1, y0 + int(best[-1]) + 1))


def parts(ink: np.ndarray, down: np.ndarray, box: tuple, wide: bool) -> list[tuple[int, int, int, int]]:
    """A line's box cut where an upright rule runs through it and, if `wide`, at gaps wider than its ink is high."""
    x0, y0, x1, y1 = (max(int(side), 0) for side in box)
    ruled = (down[y0:y1, x0:x1] > 0).mean(axis=0) > 0.8
    full = (ink[y0:y1, x0:x1] > 0).any(axis=0) & ~ruled
    at, high = np.nonzero(full)[0], inked(ink, box)
    if len(at) < 2:
        return [box]
    gap = (high[3] - high[1]) if wide else np.inf
    cuts = [i + 1 for i, (a, b) in enumerate(pairwise(at)) if ruled[a:b].any() or b - a > gap]
    pieces = [(x0 + int(p[0]), y0, x0 + int(p[-1]) + 1, y1) for p in np.split(at, cuts)]
    return [tight for piece in pieces if (tight := inked(ink, piece))] if len(pieces) > 1 else [box]


def lines_of_ink(ink: np.ndarray, box: tuple, scale: float) -> list[tuple[int, int, int, int]]:
    """The lines of ink inside a cell, top to bottom: boxes parted by empty rows; dust is left out."""
    edge = int(0.8 * scale)
    x0, y0, x1, y1 = box[0] + edge, box[1] + edge, box[2] - edge, box[3] - edge
    rows = np.nonzero((ink[y0:y1, x0:x1] > 0).any(axis=1))[0] if x1 > x0 and y1 > y0 else []
    if not len(rows):
        return []
    groups = np.split(rows, [i + 1 for i, (a, b) in enumerate(pairwise(rows)) if b - a > 1.2 * scale])
    boxes = [inked(ink, (x0, y0 + int(g[0]), x1, y0 + int(g[-1]) + 1)) for g in groups]
    return [b for b in boxes if max(b[2] - b[0], b[3] - b[1]) >= SPECK * scale + 1]


def stands_free(ink: np.ndarray, found: Rules, box: Sequence[float], scale: float) -> bool:
    """Whether paper stands around the ink in a box as far as the next dash of a broken rule would be; dust is paper.

    A dash of an upright rule has the next above or below it, one of a level rule beside it: a level rule above or below
    may come nearer, and an upright one beside.
    """
    room, sides = int(threshold("ocr.free") * scale), [int(box[0]), int(box[1]), int(box[2]) + 1, int(box[3]) + 1]
    turned = [sides[1], sides[0], sides[3], sides[2]]
    return _clear(ink, found.down, sides, room, scale) and _clear(ink.T, found.across.T, turned, room, scale)


def _clear(ink: np.ndarray, upright: np.ndarray, box: Sequence[int], room: int, scale: float) -> bool:
    """Whether nothing but dust and level rules stands above and below a box."""
    x0, y0, x1, y1 = box
    across = slice(max(x0 - room, 0), x1 + room)
    for down in (slice(max(y0 - room, 0), max(y0 - 1, 0)), slice(y1 + 1, y1 + room)):
        band = np.ascontiguousarray(ink[down, across] | upright[down, across])
        for left, top, right, bottom in runs(band, scale, 0.0) if band.size else []:
            level = right - left == band.shape[1] and bottom - top <= THICKEST * scale
            if not level and left < x1 - across.start and right > x0 - across.start:
                return False
    return True


def crop(grey: np.ndarray, box, scale: float) -> np.ndarray:
    """One line cut out with paper around it, at least as high as a line of type."""
    x0, y0, x1, y1 = box
    margin = max(0.22 * (y1 - y0), (LINE * scale - (y1 - y0)) / 2, 2.0)
    top, bottom = int(max(y0 - margin, 0)), int(min(y1 + margin, grey.shape[0]))
    left, right = int(max(x0 - margin, 0)), int(min(x1 + margin, grey.shape[1]))
    return grey[top:bottom, left:right]
