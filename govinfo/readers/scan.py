"""Scans: each page levelled, recognised as a whole and again cell by cell; the two readings are kept apart.

The words of the page (found and read by the recogniser) serve `second.place_words`; the cells of the ruled tables, cut
out of another rendering and read one by one, serve `match.place`. Neither corrects the other: where they differ, or where
a score is low, the cell is in doubt.
"""

from __future__ import annotations

import hashlib
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from govinfo.certainty import threshold
from govinfo.document import Box, Document, Grid, GridCell, Line
from govinfo.placing.geometry import lines
from govinfo.placing.labels import body
from govinfo.placing.printed import is_figure

from . import ink as ink_of
from . import pictures, raster
from .pictures import FINE, SCALE, Picture
from .recognise import Seen, check_installed, crops, page_lines
from .words import Word

THIN = 1.2  # points: what is thinner is a dash of an upright rule, no figure
SMALL = 1.4  # points: ink smaller than this both ways may be dust
THOUSANDS = re.compile(r"(?<!\d)\d{1,3}\.\d{3}(?!\d)")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def read_scan(path: Path, pages: Iterable[int] | None = None) -> Document:
    """Read the pictures of some pages of a PDF (all by default): words, grids and prose, as any reader hands them over.

    Boxes are those of the levelled pages; `tilts` tells by how many degrees each page leans, `raster.as_drawn` turns a
    box back. A cell that was read with a score below `ocr.score` (certainty.toml), or whose ink was not recognised, says so
    in `doubt`.
    Raises ReadError where RapidOCR is not installed: it is the optional extra `govinfo[ocr]`.
    """
    import pypdfium2

    path = Path(path)
    check_installed(path)
    data = path.read_bytes()
    with pypdfium2.PdfDocument(data) as pdf:
        wanted = list(range(1, len(pdf) + 1)) if pages is None else sorted(pages)
        heights = {n: pdf[n - 1].get_height() for n in wanted}
        parts = [
            _read(pictures.picture(n, *(pictures.rendered(pdf[n - 1], SCALE * k) for k in (1, FINE)), SCALE))
            for n in wanted
        ]
    return _document(path, data, parts, heights)


def read_picture(path: Path, data: bytes | None = None, page: int = 1) -> Document:
    """Read a picture (PNG, JPEG, TIFF) of a page or table like a scan; of one that holds several pages, each of them.

    `data` stands for the file's content, where it is at hand; `page` is the number of the first page. Boxes are points by
    the picture's own resolution, 96 pixels an inch where it names none. Raises ReadError where RapidOCR is not installed
    and for a picture that cannot be opened.
    """
    path = Path(path)
    check_installed(path)
    data = path.read_bytes() if data is None else data
    parts, heights = [], {}
    for number, (grey, dpi) in enumerate(pictures.opened(path, data), page):
        own = dpi / 72
        scale = own * pictures.enlargement(grey)
        sizes = [[round(side * k * scale / own) for side in grey.shape[::-1]] for k in (1, FINE)]
        parts.append(_read(pictures.picture(number, *(pictures.resized(grey, size) for size in sizes), scale)))
        heights[number] = grey.shape[0] / own
    return _document(path, data, parts, heights)


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
    labels, entries = _cells(picture, seen)
    words = [_word(picture, item) for item in seen if body(item.text) or _is_entry(item.text)]
    words = _read_again(picture, _free(picture, words), entries)
    return Part(words, _grids(picture, labels, entries), picture.tilt, picture.page)


def _word(picture: Picture, seen: Seen) -> Word:
    """A recognised text as a word; its size is that of the type, as its ink is high."""
    x0, y0, x1, y1 = ink_of.line_in(picture.ink, seen.box, SCALE) or seen.box
    box = picture.box((x0, y0, x1, y1))
    high = 0.9 if CHINESE.search(seen.text) else 0.74
    size = max((box.y1 - box.y0) / high, 5.0)
    left, right = (size / 2 if char else 0.0 for char in (seen.text[:1] == "（", seen.text[-1:] == "）"))
    box = replace(box, x0=box.x0 - left, x1=box.x1 + right)  # half of a wide bracket is paper
    return Word(seen.text, box, size, _unsure(seen.text, seen.score))


def _unsure(text: str, score: float) -> str:
    """Why a recognised text is in doubt however it was read again, "" where it is not.

    Both recognitions take the tail off a comma in small type, and 7,543 becomes a number a thousand times smaller.
    """
    if score < threshold("ocr.score"):
        return f"recognised with a score of {score:.2f}"
    return "a point before three digits, which may be a comma" if THOUSANDS.search(text) else ""


def _free(picture: Picture, words: Sequence[Word]) -> list[Word]:
    """The words; of each entry it is said whether it stands free, so that no dash of a rule is part of it.

    One much higher than the page's words is in doubt: a piece of an upright rule looks like a one.
    """
    highest = threshold("ocr.tall") * statistics.median(w.box.y1 - w.box.y0 for w in words) if words else 0.0
    return [_judged(picture, w, highest) if _is_entry(w.text) else w for w in words]


def _judged(picture: Picture, word: Word, highest: float) -> Word:
    if word.box.y1 - word.box.y0 > highest:
        return replace(word, doubt=word.doubt or "much higher than the page's words: it may be a piece of a rule")
    return replace(word, free=ink_of.stands_free(picture.ink, picture.ruled, _pixels(picture, word.box), SCALE))


def _is_entry(text: str) -> bool:
    """Whether a text can be a table's entry: a figure, or anything without Chinese words."""
    return bool(text.strip()) and (is_figure(text) or len(CHINESE.findall(text)) < 2)


def _split(picture: Picture, seen: Sequence[Seen]) -> list[Seen]:
    """Lines that run over a rule or a wide gap between figures, cut there and read again piece by piece."""
    whole, pieces = [], []
    for item in seen:
        parts = ink_of.parts(picture.ink, picture.ruled.down, item.box, wide=_is_entry(item.text))
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
    slots = [slot for table in picture.tables for slot in table]
    boxes = [box for box in ink_of.runs(rest, SCALE, 3.0) if _like_type(box, slots)]
    return [item for item in _recognised(picture, boxes) if item.text.strip()]


def _like_type(box: tuple, slots: Sequence[raster.Slot]) -> bool:
    """Whether ink is as high as type, or a dash or dot inside a cell."""
    wide, high = (box[2] - box[0]) / SCALE, (box[3] - box[1]) / SCALE
    mark = (
        high < 3 and wide >= SMALL and any(_holds(s.box, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for s in slots)
    )
    return wide <= 150 and (wide >= THIN and 3 <= high <= 20 or mark)


def _recognised(picture: Picture, boxes: Sequence[tuple]) -> list[Seen]:
    """Boxes of the coarse page read one by one."""
    texts = crops([ink_of.crop(picture.grey, box, SCALE) for box in boxes])
    return [Seen(text, score, tuple(box)) for box, (text, score) in zip(boxes, texts, strict=True)]


def _read_again(picture: Picture, words: Sequence[Word], entries: dict) -> list[Word]:
    """Every entry has a second recognition: that of the cell it stands in, else one of its own; differing: doubt."""
    cells = {w: _slot_of(picture, w, entries) for w in words if _is_entry(w.text)}
    alone = [w for w, slot in cells.items() if slot is None]
    again = dict(zip(alone, crops([_fine(picture, _pixels(picture, w.box)) for w in alone]), strict=True))
    told = {}
    for word, slot in cells.items():
        own = word.text if slot is None else _joined([w for w, other in cells.items() if other == slot], "")
        text, score = again[word] if slot is None else (entries[slot][0], 1.0)
        if re.sub(r"\s", "", text) != re.sub(r"\s", "", own):
            told[word] = f"two recognitions: {own!r}, {text!r}"
        elif score < threshold("ocr.score"):
            told[word] = f"recognised with a score of {score:.2f}"
    return [replace(w, doubt=told[w]) if w in told else w for w in words]


def _slot_of(picture: Picture, word: Word, slots: Iterable[raster.Slot]) -> raster.Slot | None:
    x0, y0, x1, y1 = _pixels(picture, word.box)
    return next((slot for slot in slots if _holds(slot.box, (x0 + x1) / 2, (y0 + y1) / 2)), None)


def _pixels(picture: Picture, box: Box) -> list[float]:
    return [side * picture.scale for side in (box.x0, box.y0, box.x1, box.y1)]


def _joined(words: Sequence[Word], between: str) -> str:
    """Words line by line."""
    return between.join("".join(word.text for word in line) for line in lines(words))


def _fine(picture: Picture, box: Sequence[float]) -> np.ndarray:
    return ink_of.crop(picture.fine, [side * FINE for side in box], SCALE * FINE)


def _holds(box: tuple, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


# ------------------------------------------------------------------ cells


def _cells(picture: Picture, seen: Sequence[Seen]) -> tuple[dict, dict]:
    """The cells of all tables: those with labels (slot -> text), and the others (slot -> text, doubt) read one by one."""
    slots = [slot for table in picture.tables for slot in table]
    labels = {slot: text for slot in slots if (text := _label(slot, seen))}
    values = [slot for slot in slots if slot not in labels]
    return labels, dict(zip(values, _entries(picture, values), strict=True))


def _grids(picture: Picture, labels: dict, entries: dict) -> list[Grid]:
    grids = []
    for table in picture.tables:
        cells = []
        for slot in table:
            text, doubt = entries[slot] if slot in entries else (labels[slot], "")
            box = picture.box(slot.box)
            cells.append(GridCell(slot.row, slot.column, text, slot.rowspan, slot.colspan, box, doubt=doubt))
        grids.append(Grid(tuple(cells), "rules of the picture", picture.page))
    return grids


def _label(slot: raster.Slot, seen: Sequence[Seen]) -> str:
    """The words inside a cell line by line, "" where they are not a label but an entry or nothing."""
    inside = [s for s in seen if _holds(slot.box, (s.box[0] + s.box[2]) / 2, (s.box[1] + s.box[3]) / 2)]
    found = [Word(s.text, Box(1, *s.box), s.box[3] - s.box[1]) for s in inside]
    text = _joined(found, "\n")
    return "" if _is_entry(text) else text


def _entries(picture: Picture, slots: Sequence[raster.Slot]) -> list[tuple[str, str]]:
    """Text and doubt of each cell that holds no label: its lines of ink, each cut out and read by itself."""
    rows = [ink_of.lines_of_ink(picture.ink, slot.box, SCALE) for slot in slots]
    texts = iter(crops([_fine(picture, box) for boxes in rows for box in boxes]))
    return [_entry([(box, next(texts)) for box in boxes]) for boxes in rows]


def _entry(read: Sequence[tuple[tuple, tuple[str, float]]]) -> tuple[str, str]:
    doubts = []
    for (x0, y0, x1, y1), (text, score) in read:
        if max(x1 - x0, y1 - y0) < SMALL * SCALE:
            doubts.append("a speck that may be a mark")
        elif not text.strip():
            doubts.append("ink that was not recognised")
        elif unsure := _unsure(text, score):
            doubts.append(unsure)
    texts = [text for _, (text, _) in read if text.strip()]
    doubts.append(_unsure("".join(texts), 1.0))  # a narrow cell may break 7,543 before its last digits
    return "\n".join(texts), "; ".join(dict.fromkeys(doubt for doubt in doubts if doubt))


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


def together(digital: Document, scanned: Document) -> Document:
    """One document of the digital and the scanned pages of a file, in the order of its pages."""
    return replace(
        digital,
        kind="scan",
        grids=sorted([*digital.grids, *scanned.grids], key=lambda grid: (grid.page, min(c.box.y0 for c in grid.cells))),
        prose=sorted([*digital.prose, *scanned.prose], key=lambda line: line.page),
        words=sorted([*digital.words, *scanned.words], key=lambda word: word.box.page),
        heights={**digital.heights, **scanned.heights},
        tilts=scanned.tilts,
    )


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
