"""Words of a PDF's text layer with their own geometry (pypdfium2), independent of any table engine."""

from __future__ import annotations

import ctypes
import operator
import statistics
from dataclasses import dataclass

from govinfo.document import Box

GAP = 0.28  # of the font size: a wider gap starts a new word
NARROW = 0.08  # of the font size: so does this one where a figure follows a label
UNLIKE = 1.6  # times as high: not of one word
ODD = 2.5  # a loose box this many times higher than the page's usual: vertical fonts; the tight box is used


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters on one baseline without a gap; `size` is the font's height in points.

    A reader that is not sure of the text says why in `doubt`; one that read a picture says in `free` whether paper stands
    all round the ink, so that no part of a rule can be taken for a character of it.
    """

    text: str
    box: Box
    size: float
    doubt: str = ""
    free: bool = False


def page_words(page, number: int) -> list[Word]:
    """The words of one pypdfium2 page, in reading order of lines, in the coordinates the reader sees.

    Blank characters only separate. A page without a text layer gives an empty list.
    """
    textpage = page.get_textpage()
    try:
        chars = _chars(textpage, upright(page))
    finally:
        textpage.close()
    return [Word(*_joined(run, number)) for line in _lines(chars) for run in _runs(line)]


def upright(page):
    """A function from a rectangle in PDF user space (left, right, bottom, top) to one on the page as shown.

    The result is x0, y0, x1, y1 from the top left, with /Rotate and the crop box applied.
    """
    left, bottom, right, top = page.get_cropbox() if page.get_cropbox(fallback_ok=False) else page.get_mediabox()
    return {  # the sides in their new order: x0 <= x1 and y0 <= y1 stay so
        0: lambda x0, x1, y0, y1: (x0 - left, top - y1, x1 - left, top - y0),
        90: lambda x0, x1, y0, y1: (y0 - bottom, x0 - left, y1 - bottom, x1 - left),
        180: lambda x0, x1, y0, y1: (right - x1, y0 - bottom, right - x0, y1 - bottom),
        270: lambda x0, x1, y0, y1: (top - y1, right - x1, top - y0, right - x0),
    }[page.get_rotation()]


def _chars(textpage, shown) -> list[tuple[str, float, float, float, float]]:
    import pypdfium2.raw as pdfium

    handle, rect = textpage.raw, pdfium.FS_RECTF()
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    pointer, found = ctypes.byref(rect), []
    for index in range(pdfium.FPDFText_CountChars(handle)):
        code = unicode_of(handle, index)
        char = chr(code) if 0 < code < 0x110000 else "\ufffd"
        if not char.isspace() and box_of(handle, index, pointer):
            left, right, bottom, top = rect.left, rect.right, rect.bottom, rect.top
            if left > right or bottom > top:  # mirrored text
                left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
            found.append((index, char, left, right, bottom, top))
    if not found:
        return []
    usual = statistics.median(top - bottom for *_, bottom, top in found)
    return [
        (char, *shown(*(box if box[3] - box[2] <= ODD * usual else _tight(handle, index))))
        for index, char, *box in found
    ]


def _tight(handle, index: int) -> tuple[float, float, float, float]:
    import pypdfium2.raw as pdfium

    sides = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(handle, index, *map(ctypes.byref, sides))
    return tuple(side.value for side in sides)


def _lines(chars):
    """Characters grouped by baseline: overlap of at least half the smaller height with the line so far."""
    lines: list[list] = []
    middles: list[float] = []  # of the characters of the last line
    placed = sorted((((c[2] + c[4]) / 2, c[1], c) for c in chars), key=operator.itemgetter(0, 1))
    for middle, _, char in placed:
        if lines:
            last, recent = lines[-1], middles[-8:]
            before = last[-1]
            level = middle == recent[0]  # all middles between are the same then: they are in order
            if level or abs(middle - sum(recent) / len(recent)) <= 0.3 * min(char[4] - char[2], before[4] - before[2]):
                last.append(char)
                middles.append(middle)
                continue
        lines.append([char])
        middles = [middle]
    return [sorted(line, key=operator.itemgetter(1, 3)) for line in lines]


def _runs(line):
    run: list = []
    for char in line:
        if run and (_parted(run, char) or _unlike(run[-1], char)):
            yield run
            run = []
        if run and _printed_twice(run[-1], char):  # bold by overprinting
            continue
        run.append(char)
    if run:
        yield run


def _parted(run, char) -> bool:
    apart, high = char[1] - run[-1][3], char[4] - char[2]
    return apart > NARROW * high and apart > _gap(run, char) * high


def _gap(run, char) -> float:
    """How wide a gap parts a character from a run: a narrow one before a figure behind a label, not in a bracket's words."""
    last = run[-1][0]
    if not (char[0].isdigit() and last.isalpha() and not last.isascii()):
        return GAP
    opened = sum((c[0] in "（(") - (c[0] in "）)") for c in run)
    return GAP if opened > 0 else NARROW


def _unlike(a, b) -> bool:
    """Whether two characters differ so much in height that one lies across the other: a watermark over a table."""
    return not 1 / UNLIKE < (a[4] - a[2]) / max(b[4] - b[2], 0.01) < UNLIKE


def _printed_twice(a, b) -> bool:
    return a[0] == b[0] and abs(a[1] - b[1]) < 0.2 * (b[3] - b[1]) and abs(a[2] - b[2]) < 0.2 * (b[4] - b[2])


def _joined(run, number: int):
    chars, x0, y0, x1, y1 = zip(*run, strict=True)
    return "".join(chars), Box(number, min(x0), min(y0), max(x1), max(y1)), max(map(operator.sub, y1, y0))
