"""Whether a page's text layer says what is printed on it, or whether the page has to be recognised from its picture."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from functools import cache

from govinfo.certainty import threshold
from govinfo.form import VERSIONS, load_form

COVERING = 0.6  # of the page: a picture this large may be the page itself
ENOUGH = 50  # characters below which shares say nothing
OUTLINES = 120  # segments of curved or many-cornered paths: at least ten digits drawn as outlines
OBJECTS = 4000  # page objects looked at, so that a map or chart costs no time

# The most frequent characters of written Chinese beside those of the form (Da Jun, Modern Chinese Character Frequency).
COMMON = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
COMMON += "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心市区县局镇街办委共关"


def needs_ocr(page, text: str | None = None) -> str:
    """Why a pypdfium2 page must be recognised from its picture, "" where its text layer can be read.

    The reasons: no text; a picture with an invisible (or covered) layer of text over it; characters without a Unicode
    meaning; Chinese that is none; labels of the form with figures drawn as outlines or pictures. `text` is the page's
    text, where it is at hand. A blank page needs nothing.
    """
    text = _text(page) if text is None else text
    chars = re.sub(r"\s+", "", text)
    objects = _objects(page)
    if not chars:
        return "no text" if objects else ""
    if _unreadable(chars) > threshold("layer.meaningless"):
        return "text without Unicode meaning"
    if _foreign(chars):
        return "text that is not Chinese as it is written"
    if _covered(page, objects):
        return "text laid over a picture of the page"
    if _figures_drawn(text, objects):
        return "figures drawn, not written"
    return ""


def _text(page) -> str:
    textpage = page.get_textpage()
    try:
        return textpage.get_text_range()
    finally:
        textpage.close()


def _objects(page) -> list[tuple[int, object]]:
    """(type, handle) of the page's objects."""
    import pypdfium2.raw as pdfium

    count = min(pdfium.FPDFPage_CountObjects(page.raw), OBJECTS)
    handles = [pdfium.FPDFPage_GetObject(page.raw, i) for i in range(count)]
    return [(pdfium.FPDFPageObj_GetType(handle), handle) for handle in handles]


def _unreadable(chars: str) -> float:
    bad = sum(char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc", "Cs") for char in chars)
    return bad / len(chars)


@cache
def _familiar() -> frozenset[str]:
    blocks = [block for version in VERSIONS for block in load_form(version).blocks]
    lines = [line for b in blocks for line in (*b.rows, *b.columns, *b.row_groups, *b.column_groups)]
    return frozenset("".join(line.label.zh for line in lines) + COMMON)


def _foreign(chars: str) -> bool:
    """Whether a page holds hardly any Chinese, or Chinese characters that hardly ever occur."""
    chinese = [char for char in chars if "\u3400" <= char <= "\u9fff"]
    letters = sum(char.isalpha() for char in chars)
    if len(chinese) < ENOUGH:
        return letters >= 2 * ENOUGH and len(chinese) < 0.02 * letters
    return sum(char in _familiar() for char in chinese) < threshold("layer.familiar") * len(chinese)


def _covered(page, objects) -> bool:
    """Whether a picture as large as the page holds what is seen: text on it is invisible, or lies under it."""
    import pypdfium2.raw as pdfium

    width, height = page.get_mediabox()[2:]
    large = [
        i
        for i, (kind, handle) in enumerate(objects)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE and _area(handle) >= COVERING * width * height
    ]
    texts = [(i, handle) for i, (kind, handle) in enumerate(objects) if kind == pdfium.FPDF_PAGEOBJ_TEXT]
    if not large or not texts:
        return False
    unseen = sum(i < large[-1] or pdfium.FPDFTextObj_GetTextRenderMode(handle) == 3 for i, handle in texts)
    return unseen > 0.5 * len(texts)


def _area(handle) -> float:
    import pypdfium2.raw as pdfium

    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(handle, *map(ctypes.byref, sides))
    left, bottom, right, top = (side.value for side in sides)
    return max(right - left, 0) * max(top - bottom, 0)


def _figures_drawn(text: str, objects) -> bool:
    """Whether a page with rows of the form has hardly a figure in its text, but shapes or pictures in their place."""
    import pypdfium2.raw as pdfium

    from .signs import count_signs

    rows = count_signs(text)
    figures = len(re.findall(r"(?<!\S)[\d,.]+(?!\S)", text))
    if rows < 4 or figures >= rows:
        return False
    pictures = sum(kind == pdfium.FPDF_PAGEOBJ_IMAGE for kind, _ in objects)
    paths = (handle for kind, handle in objects if kind == pdfium.FPDF_PAGEOBJ_PATH)
    segments = [pdfium.FPDFPath_CountSegments(path) for path in paths]
    return sum(count for count in segments if count > 5) >= OUTLINES or pictures >= 2 * rows
