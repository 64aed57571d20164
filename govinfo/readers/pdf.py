"""Digital PDF: which pages can hold the form, their grids from Camelot, their words from the text layer, the prose."""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from govinfo.document import Box, Document, Grid, Line, ReadError, unreadable
from govinfo.placing.geometry import lines
from govinfo.placing.labels import body
from govinfo.placing.printed import is_entry_text

from .signs import count_signs
from .text_layer import needs_ocr
from .words import page_words

MOST_PAGES = 2000
LARGEST = 5000.0  # points: more than any sheet of paper; a picture of such a page would fill the memory
RULE = 8.0  # points: a path at least this long can be the rule of a cell
SIGNS_NEEDED = 2  # distinct labels of the form that make a page worth parsing


@dataclass(frozen=True)
class Page:
    """One page before its tables are read: its size, its text, whether rules or pictures are drawn on it."""

    number: int
    width: float
    height: float
    text: str
    ruled: bool
    pictured: bool


def read_pdf(path: Path) -> Document:
    """Read one PDF: grids and words of the pages that can hold a table of the form, prose of all pages.

    Pages that are pictures, or only pretend to have text, are recognised (optional extra `govinfo[ocr]`). Raises ReadError
    for an empty, damaged or encrypted file, for one without a table of the form, and for a scan where the extra lacks.
    """
    path = Path(path)
    data = _bytes(path)
    pdf = _opened(path, data)
    try:
        loaded = _loaded(path, pdf)
        pages = [_page(page, number) for number, page in enumerate(loaded, start=1)]
        wanted = candidates(pages)
        scanned = [n for n in wanted or range(1, len(pages) + 1) if needs_ocr(loaded[n - 1], pages[n - 1].text)]
        wanted = [n for n in wanted if n not in scanned]
        _check(path, pages, wanted or scanned)
        words = {n: page_words(loaded[n - 1], n) for n in wanted}
    finally:
        pdf.close()
    digital = _document(path, data, pages, wanted, words)
    if not scanned:
        return digital
    from .scan import read_scan, together  # numpy, OpenCV and the recogniser: only where a picture has to be read

    return together(digital, read_scan(path, scanned))


def _document(path: Path, data: bytes, pages: Sequence[Page], wanted: Sequence[int], words: dict) -> Document:
    grids = _grids(path, pages, wanted)
    return Document(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        kind="pdf",
        grids=grids,
        prose=_prose(pages, words, grids),
        words=[word for n in wanted for word in words[n]],
        heights={page.number: page.height for page in pages},
        ruled_pages=tuple(page.number for page in pages if page.ruled and page.number in wanted),
    )


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(path, expected="a readable file", found=error.strerror, do=unreadable(path)) from error
    if not data:
        raise ReadError(path, expected="a PDF", found="an empty file (0 bytes)", do="Download it again.")
    if b"%PDF-" not in data[:1024]:
        raise ReadError(
            path,
            expected="a PDF (content starting with %PDF-)",
            found=f"other content starting with {data[:12]!r}",
            do="The name says PDF, the content does not: convert or download the file again.",
        )
    return data


def _opened(path: Path, data: bytes):
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = str(error)
        if "password" in reason.lower():
            found, do = "an encrypted PDF that asks for a password", "Save a copy without a password and read that."
        else:
            found, do = f"a damaged or truncated PDF ({reason})", "Download it again, or open and re-save it."
        raise ReadError(path, expected="a PDF that opens", found=found, do=do) from error


def _loaded(path: Path, pdf) -> list:
    """The pages of a PDF, refused where there are too many or one is too large."""
    import pypdfium2

    if len(pdf) > MOST_PAGES:
        do = "Print the pages of the report to a PDF of their own, and read that."
        raise ReadError(path, expected=f"at most {MOST_PAGES} pages", found=str(len(pdf)), do=do)
    try:
        loaded = [pdf[index] for index in range(len(pdf))]
    except pypdfium2.PdfiumError as error:
        found, do = f"a damaged page tree ({error})", "Download it again, or open and re-save it."
        raise ReadError(path, expected="a PDF whose pages open", found=found, do=do) from error
    for number, page in enumerate(loaded, start=1):
        if not max(page.get_size()) <= LARGEST:  # NaN is too large as well
            found, do = f"one of {max(page.get_size()):g}", "Open it, print it to paper size, and read that."
            raise ReadError(path, page=number, expected=f"pages of at most {LARGEST:g} points", found=found, do=do)
    return loaded


def _page(page, number: int) -> Page:
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    text = textpage.get_text_range()
    textpage.close()
    objects = [pdfium.FPDFPage_GetObject(page.raw, i) for i in range(pdfium.FPDFPage_CountObjects(page.raw))]
    kinds = [pdfium.FPDFPageObj_GetType(thing) for thing in objects]
    paths = (thing for thing, kind in zip(objects, kinds, strict=True) if kind == pdfium.FPDF_PAGEOBJ_PATH)
    ruled = pdfium.FPDF_PAGEOBJ_FORM in kinds or _crossing(paths)
    width, height = page.get_size()
    return Page(number, width, height, text, ruled, pdfium.FPDF_PAGEOBJ_IMAGE in kinds)


def _crossing(paths) -> bool:
    """Whether both flat and upright rules are drawn: only then can a table engine find cells."""
    import pypdfium2.raw as pdfium

    sides = [ctypes.c_float() for _ in range(4)]
    pointers, flat, upright = [ctypes.byref(side) for side in sides], False, False
    for path in paths:
        pdfium.FPDFPageObj_GetBounds(path, *pointers)
        left, bottom, right, top = (side.value for side in sides)
        flat, upright = flat or right - left > RULE, upright or top - bottom > RULE
        if flat and upright:
            return True
    return False


def candidates(pages: Sequence[Page]) -> list[int]:
    """The pages that can hold a table of the form: from the first to the last page with enough of its labels.

    A page beside them with a single label counts too: the last rows of a table may stand alone on it.
    """
    hits = {page.number: count_signs(page.text) for page in pages}
    sure = [number for number, count in hits.items() if count >= SIGNS_NEEDED]
    if not sure:
        return []
    first, last = min(sure), max(sure)
    first -= hits.get(first - 1, 0) > 0
    last += hits.get(last + 1, 0) > 0 or any(
        page.number == last + 1 and _opens_with_figures(page.text) for page in pages
    )
    return list(range(first, last + 1))


def _opens_with_figures(text: str) -> bool:
    """Whether a page begins with a row of figures or marks, or the rest of one, cut off from its label or header."""
    words = next((line.split() for line in text.splitlines() if line.strip()), [])
    return bool(words) and all(is_entry_text(word) for word in words)


def _check(path: Path, pages: Sequence[Page], wanted: Sequence[int]) -> None:
    if wanted:
        return
    raise ReadError(
        path,
        expected="a table of the annual report's form (二, 三 or 四)",
        found=f"none on {len(pages)} pages",
        do=_older_form("".join(page.text for page in pages)),
    )


def _older_form(text: str) -> str:
    flat = body(text)
    if "政府信息公开" in flat and "年度报告" in flat:
        return "It is an annual report, but not in the form of 2019 or 2021: older reports have no common form."
    return "Check that this is a 政府信息公开工作年度报告."


def _grids(path: Path, pages: Sequence[Page], wanted: Sequence[int]) -> list[Grid]:
    """Camelot's grids: the vector engine where rules are drawn, its default engine where only pictures are."""
    from . import camelot_grids

    heights = {page.number: page.height for page in pages}
    ruled = [p.number for p in pages if p.number in wanted and p.ruled]
    pictured = [p.number for p in pages if p.number in wanted and p.pictured and not p.ruled]
    found = camelot_grids.grids(path, ruled, heights, "vector")
    return sorted(
        found + camelot_grids.grids(path, pictured, heights, "combined"),
        key=lambda grid: (grid.page, min(c.box.y0 for c in grid.cells)),
    )


def _prose(pages: Sequence[Page], words: dict, grids: Sequence[Grid]) -> list[Line]:
    """Lines of text outside tables, in reading order."""
    areas = [_area(grid) for grid in grids]
    found = []
    for page in pages:
        if page.number not in words:
            found += [Line(text.strip(), page.number) for text in page.text.splitlines() if text.strip()]
            continue
        for line in lines(words[page.number]):
            box = line[0].box
            for word in line[1:]:
                box = box.union(word.box)
            if not any(a.page == box.page and a.y0 <= box.y <= a.y1 and a.x0 <= box.x <= a.x1 for a in areas):
                found.append(Line("".join(word.text for word in line), page.number, box))
    return found


def _area(grid: Grid) -> Box:
    area = grid.cells[0].box
    for cell in grid.cells[1:]:
        area = area.union(cell.box)
    return area
