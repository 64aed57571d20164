"""Scans: each page levelled, recognised as a whole and again cell by cell; the two readings are kept apart.

The words of the page (found and read by the recogniser) serve `second.place_words`; the cells of the ruled tables, cut
out of another rendering and read one by one, serve `match.place`. Neither corrects the other: where they differ, or where
a score is low, the cell is in doubt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..document import Box, Document, Grid, GridCell, Line, ReadError
from ..geometry import lines
from ..labels import body
from ..printed import is_figure
from . import raster
from .recognise import Seen, check_installed, crops, page_lines
from .words import Word

SCALE = 200 / 72  # pixels a point: pages are recognised at 200 dpi
FINE = 1.5  # cells are cut out of a rendering this much finer
SURE = 0.90  # a figure recognised with a lower score is in doubt
SMALL = 1.4  # points: ink smaller than this both ways may be dust
CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Picture:
    """One page as a levelled grey picture, coarse and fine, its rules taken out of both; `angle` is what it leaned."""

    page: int
    grey: np.ndarray
    fine: np.ndarray
    ink: np.ndarray
    ruled: raster.Rules
    tables: list[list[raster.Slot]]
    angle: float
    scale: float

    @property
    def tilt(self) -> tuple[float, float, float]:
        """The angle, and the page's width and height in points."""
        return self.angle, self.grey.shape[1] / self.scale, self.grey.shape[0] / self.scale

    def box(self, pixels: Sequence[float]) -> Box:
        return Box(self.page, *(round(side / self.scale, 3) for side in pixels))


def read_scan(path: Path, pages: Iterable[int] | None = None) -> Document:
    """Read the pictures of some pages of a PDF (all by default): words, grids and prose, as any reader hands them over.

    Boxes are those of the levelled pages; `tilts` tells by how many degrees each page leans, `raster.as_drawn` turns a
    box back. A cell that was read with a score below 0.90, or whose ink was not recognised, says so in `doubt`.
    Raises ReadError where RapidOCR is not installed: it is the optional extra `govinfo[ocr]`.
    """
    import pypdfium2

    path = Path(path)
    check_installed(path)
    data = path.read_bytes()
    with pypdfium2.PdfDocument(data) as pdf:
        wanted = list(range(1, len(pdf) + 1)) if pages is None else sorted(pages)
        heights = {n: pdf[n - 1].get_height() for n in wanted}
        parts = [_read(_picture(n, *(_rendered(pdf[n - 1], SCALE * k) for k in (1, FINE)), SCALE)) for n in wanted]
    return _document(path, data, parts, heights)


def read_picture(path: Path, data: bytes | None = None, page: int = 1) -> Document:
    """Read a PNG or JPEG of a page or table like a scan. `data` stands for the file's content, where it is at hand.

    Boxes are points by the picture's own resolution, 96 pixels an inch where it names none. Raises ReadError where
    RapidOCR is not installed and for a picture that cannot be opened.
    """
    path = Path(path)
    check_installed(path)
    data = path.read_bytes() if data is None else data
    grey, dpi = _opened(path, data)
    own = dpi / 72
    scale = own * _enlargement(grey)
    sizes = [(round(grey.shape[1] * k * scale / own), round(grey.shape[0] * k * scale / own)) for k in (1, FINE)]
    part = _read(_picture(page, *(_resized(grey, size) for size in sizes), scale))
    return _document(path, data, [part], {page: grey.shape[0] / own})


# ------------------------------------------------------------------ pictures


def _rendered(page, scale: float) -> np.ndarray:
    return _grey(page.render(scale=scale, grayscale=True).to_numpy())


def _grey(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture.reshape(picture.shape[0], picture.shape[1], -1)[:, :, 0])


def _opened(path: Path, data: bytes) -> tuple[np.ndarray, float]:
    """The picture in grey, transparency as paper, and its resolution in dots an inch."""
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            dpi = float(image.info.get("dpi", (96, 96))[0])
            seen = image.convert("RGBA")
    except (UnidentifiedImageError, OSError) as error:
        raise ReadError(path, expected="a PNG or JPEG picture", found=str(error), do="Save it again as PNG.") from error
    paper = Image.new("RGBA", seen.size, "white")
    grey = np.asarray(Image.alpha_composite(paper, seen).convert("L"))
    return grey, dpi if 50 <= dpi <= 1200 else 96.0


def _enlargement(grey: np.ndarray) -> float:
    """The factor that brings a picture's characters to the height that 9 points have at 200 dpi."""
    import cv2

    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 20)
    heights = [h for _, _, w, h, _, _ in raster.components(ink) if 5 <= h <= 80 and w <= 3 * h]
    return float(np.clip(0.78 * 9 * SCALE / np.median(heights), 0.4, 4.0)) if len(heights) >= 10 else 1.0


def _resized(grey: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    import cv2

    shrink = size[0] < grey.shape[1]
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if shrink else cv2.INTER_CUBIC)


def _picture(page: int, grey: np.ndarray, fine: np.ndarray, scale: float) -> Picture:
    angle = raster.tilt(raster.dark(grey, SCALE))
    grey, fine = raster.levelled(grey, angle), raster.levelled(fine, angle)
    ruled = raster.rules(grey, SCALE)
    tables = raster.tables(ruled, SCALE)
    rules = raster.borders([slot for table in tables for slot in table], ruled, SCALE)
    ink = np.where(rules > 0, 0, raster.dark(grey, SCALE)).astype(np.uint8)
    return Picture(page, raster.erased(grey, rules), raster.erased(fine, rules), ink, ruled, tables, angle, scale)


# ------------------------------------------------------------------ one page


@dataclass(frozen=True)
class Part:
    """What one page holds."""

    words: list[Word]
    grids: list[Grid]
    tilt: tuple[float, float, float]
    page: int


def _read(picture: Picture) -> Part:
    """One page: its words, read as a page and completed by ink that was passed over, and the cells of its tables."""
    seen = _split(picture, page_lines(picture.grey))
    seen += _passed_over(picture, seen)
    grids = _grids(picture, seen)
    inside = [slot.box for slots in picture.tables for slot in slots]
    words = [_word(picture, item) for item in seen if body(item.text) or _is_entry(item.text)]
    return Part(_read_again(picture, words, inside), grids, picture.tilt, picture.page)


def _word(picture: Picture, seen: Seen) -> Word:
    """A recognised text as a word; its size is that of the type, as its ink is high."""
    x0, y0, x1, y1 = raster.inked(picture.ink, seen.box) or seen.box
    box = picture.box((x0, y0, x1, y1))
    high = 0.9 if CHINESE.search(seen.text) else 0.74
    doubt = "" if seen.score >= SURE else f"recognised with a score of {seen.score:.2f}"
    return Word(seen.text, box, max((box.y1 - box.y0) / high, 5.0), doubt)


def _is_entry(text: str) -> bool:
    """Whether a text can be a table's entry: a figure, or anything without Chinese words."""
    return bool(text.strip()) and (is_figure(text) or len(CHINESE.findall(text)) < 2)


def _split(picture: Picture, seen: Sequence[Seen]) -> list[Seen]:
    """Lines that run over a rule or a wide gap between figures, cut there and read again piece by piece."""
    whole, pieces = [], []
    for item in seen:
        parts = raster.parts(picture.ink, picture.ruled.down, item.box, wide=_is_entry(item.text))
        if len(parts) > 1:
            pieces += parts
        else:
            whole.append(item)
    return whole + _recognised(picture, pieces)


def _passed_over(picture: Picture, seen: Sequence[Seen]) -> list[Seen]:
    """Ink as high as type that no line of the page covers (the detector at times misses a lone 0), read by itself."""
    rest = picture.ink.copy()
    for x0, y0, x1, y1 in (item.box for item in seen):
        rest[max(y0 - 2, 0) : y1 + 2, max(x0 - 2, 0) : x1 + 2] = 0
    boxes = [
        b for b in raster.runs(rest, SCALE, 3.0) if 3 <= (b[3] - b[1]) / SCALE <= 20 and b[2] - b[0] <= 150 * SCALE
    ]
    return [item for item in _recognised(picture, boxes) if item.text.strip()]


def _recognised(picture: Picture, boxes: Sequence[tuple]) -> list[Seen]:
    """Boxes of the coarse page read one by one."""
    texts = crops([raster.crop(picture.grey, box, SCALE) for box in boxes])
    return [Seen(text, score, tuple(box)) for box, (text, score) in zip(boxes, texts, strict=True)]


def _read_again(picture: Picture, words: Sequence[Word], inside: Sequence[tuple]) -> list[Word]:
    """Entries that stand in no cell of a ruled table read a second time, from the fine rendering; differing: doubt."""
    k = picture.scale
    alone = [w for w in words if _is_entry(w.text) and not any(_holds(b, w.box.x * k, w.box.y * k) for b in inside)]
    again = crops([_fine(picture, [side * k for side in (w.box.x0, w.box.y0, w.box.x1, w.box.y1)]) for w in alone])
    told = {}
    for word, (text, score) in zip(alone, again, strict=True):
        if re.sub(r"\s", "", text) != re.sub(r"\s", "", word.text):
            told[word] = f"two recognitions: {word.text!r}, {text!r}"
        elif score < SURE:
            told[word] = f"recognised with a score of {score:.2f}"
    return [Word(w.text, w.box, w.size, told[w]) if w in told else w for w in words]


def _fine(picture: Picture, box: Sequence[float]) -> np.ndarray:
    return raster.crop(picture.fine, [side * FINE for side in box], SCALE * FINE)


def _holds(box: tuple, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


# ------------------------------------------------------------------ cells


def _grids(picture: Picture, seen: Sequence[Seen]) -> list[Grid]:
    """The ruled tables: labels as the page's words say, everything else read cell by cell."""
    slots = [slot for table in picture.tables for slot in table]
    labels = {slot: _label(slot, seen) for slot in slots}
    values = [slot for slot in slots if not labels[slot]]
    entries = dict(zip(values, _entries(picture, values), strict=True))
    grids = []
    for table in picture.tables:
        cells = []
        for slot in table:
            text, doubt = entries.get(slot) or (labels[slot], "")
            cells.append(
                GridCell(slot.row, slot.column, text, slot.rowspan, slot.colspan, picture.box(slot.box), doubt=doubt)
            )
        grids.append(Grid(tuple(cells), "rules of the picture", picture.page))
    return grids


def _label(slot: raster.Slot, seen: Sequence[Seen]) -> str:
    """The words inside a cell line by line, "" where they are not a label but an entry or nothing."""
    inside = [s for s in seen if _holds(slot.box, (s.box[0] + s.box[2]) / 2, (s.box[1] + s.box[3]) / 2)]
    found = [Word(s.text, Box(1, *s.box), (s.box[3] - s.box[1]) * 1.0) for s in inside]
    text = "\n".join("".join(word.text for word in line) for line in lines(found))
    return "" if _is_entry(text) or not text else text


def _entries(picture: Picture, slots: Sequence[raster.Slot]) -> list[tuple[str, str]]:
    """Text and doubt of each cell that holds no label: its lines of ink, each cut out and read by itself."""
    rows = [raster.lines_of_ink(picture.ink, slot.box, SCALE) for slot in slots]
    texts = iter(crops([_fine(picture, box) for boxes in rows for box in boxes]))
    return [_entry([(box, next(texts)) for box in boxes]) for boxes in rows]


def _entry(read: Sequence[tuple[tuple, tuple[str, float]]]) -> tuple[str, str]:
    doubts = []
    for (x0, y0, x1, y1), (text, score) in read:
        if max(x1 - x0, y1 - y0) < SMALL * SCALE:
            doubts.append("a speck that may be a mark")
        elif not text.strip():
            doubts.append("ink that was not recognised")
        elif score < SURE:
            doubts.append(f"recognised with a score of {score:.2f}")
    return "\n".join(text for _, (text, _) in read if text.strip()), "; ".join(dict.fromkeys(doubts))


# ------------------------------------------------------------------ the document


def _document(path: Path, data: bytes, parts: Sequence[Part], heights: dict[int, float]) -> Document:
    words, grids = [w for part in parts for w in part.words], [g for part in parts for g in part.grids]
    return Document(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        kind="scan",
        grids=grids,
        prose=_prose(words, grids),
        words=words,
        heights=heights,
        tilts={part.page: part.tilt for part in parts if part.tilt[0]},
    )


def as_scanned(table: pd.DataFrame, document: Document) -> pd.DataFrame:
    """A table with page, x0, y0, x1, y1: its boxes turned back from the levelled pages to the pages as scanned."""
    table = table.copy()
    sides = ["x0", "y0", "x1", "y1"]
    for row in table.index[table["page"].isin(document.tilts) & table["x0"].notna()]:
        angle, width, height = document.tilts[table.at[row, "page"]]
        turned = raster.as_drawn(tuple(table.loc[row, sides]), (width, height), angle)
        table.loc[row, sides] = [round(side, 2) for side in turned]
    return table


def _prose(words: Sequence[Word], grids: Sequence[Grid]) -> list[Line]:
    """Lines of words that stand outside the ruled tables."""
    areas = [cell.box for grid in grids for cell in grid.cells]
    outside = [
        w
        for w in words
        if not any(a.page == w.box.page and a.x0 <= w.box.x <= a.x1 and a.y0 <= w.box.y <= a.y1 for a in areas)
    ]
    found = []
    for line in lines(outside):
        box = line[0].box
        for word in line[1:]:
            box = box.union(word.box)
        found.append(Line("".join(word.text for word in line), box.page, box))
    return found
