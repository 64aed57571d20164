"""How figures are set beside the labels of their rows: at the top, in the middle or at the bottom; the row of a figure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from govinfo.document import Box
from govinfo.placing.bands import Band
from govinfo.placing.geometry import LEVEL
from govinfo.readers.words import Word

SETTINGS = ("middle", "top", "bottom")  # of a cell's lines in its row
EXACT = 0.1  # of the font size: figures in the same row as a label are this exactly at its height


def set_at(found: Sequence[Band], figures: Sequence[Word]) -> tuple[str, ...]:
    """How figures stand beside their labels: the `SETTINGS` under which they are nearest, all in all.

    More than one where the labels do not tell, such as where each has one line like its figures: a label's brackets and
    letters are a little higher than digits, which says nothing.
    """

    def apart(setting: str) -> float:
        ys = {page: sorted(height_of(box, setting) for box in boxes) for page, boxes in by_page.items()}
        away = ((_nearest(ys.get(w.box.page, ()), height_of(w.box, setting)), w.size) for w in figures)
        return sum(min(size, distance) for distance, size in away if distance > EXACT * size)

    by_page: dict[int, list[Box]] = {}
    for box in (box for band in found for box in band.boxes):
        by_page.setdefault(box.page, []).append(box)
    sums = {setting: apart(setting) for setting in SETTINGS}
    least = min(sums.values()) + LEVEL * max((w.size for w in figures), default=0.0)
    return tuple(setting for setting in SETTINGS if sums[setting] <= least)


def height_of(box: Box, setting: str) -> float:
    return box.y if setting == "middle" else box.y0 if setting == "top" else box.y1


def _nearest(heights: Sequence[float], y: float) -> float:
    at = bisect_left(heights, y)
    return min((abs(h - y) for h in heights[max(at - 1, 0) : at + 1]), default=float("inf"))


def is_level(band: Band, boxes: Sequence[Box], setting: str) -> bool:
    """Whether figures are set exactly at a row's label; on a page where the label does not stand none are."""
    labels = {label.page: height_of(label, setting) for label in band.boxes}
    return all(abs(labels.get(box.page, -99.0) - height_of(box, setting)) <= EXACT * band.size for box in boxes)


class Rows:
    """The labels of rows, page by page, in the order of the heights at which their figures are set."""

    def __init__(self, found: Sequence[Band], setting: str):
        self.setting, self.pages, self._known = setting, {}, {}
        labels = sorted(
            ((height_of(box, setting), n, band, box) for n, band in enumerate(found) for box in band.boxes),
            key=lambda item: item[:2],
        )
        for height, _, band, box in labels:
            heights, here = self.pages.setdefault(box.page, ([], []))
            heights.append(height)
            here.append((band, box))

    def of(self, box: Box, size: float) -> Band | None:
        """The row of a figure: that whose label it is set at, else that whose label it overlaps, else the next in reach."""
        if (box, size) not in self._known:  # each block of a page asks for all its figures
            self._known[box, size] = self._find(box, size)
        return self._known[box, size]

    def _find(self, box: Box, size: float) -> Band | None:
        heights, here = self.pages.get(box.page, ((), ()))
        if not here:
            return None
        y = height_of(box, self.setting)
        at = bisect_left(heights, y)
        near = min((n for n in (at - 1, at) if 0 <= n < len(heights)), key=lambda n: abs(heights[n] - y))
        if abs(heights[near] - y) <= LEVEL * size:
            return here[near][0]
        band, label = max(here, key=lambda one: min(one[1].y1, box.y1) - max(one[1].y0, box.y0))
        if min(label.y1, box.y1) - max(label.y0, box.y0) > 0.5 * size:
            return band
        away = [(max(b.y0 - box.y, box.y - b.y1, 0.0) + abs(b.y - box.y) * 1e-3, band) for band, b in here]
        best = min(away, key=lambda one: one[0])
        return best[1] if best[0] < 1.2 * size else None
