"""What a file shows at the place of a cell, by parsers that govinfo does not read with."""

from __future__ import annotations

import email
import io
import re
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from rapidfuzz.fuzz import ratio

from govinfo.form import load_form
from govinfo.placing.labels import body

ALIKE = 60  # per cent: a label that was mutated is still the row's label
LEAST = 45  # per cent: and from here on where no other label of the form is as like
BEGINS = 6  # letters by which every longer label of 三 is told from the others
_MARKS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def shown_in(kind: str, path: Path, original: bytes, cells: dict[str, int], reading: dict) -> list[str]:
    """The cells (cell -> row number in the reading) whose text the file does not show where it was read."""
    table = reading["cells"]
    raws = {cell: table["raw"][n] for cell, n in cells.items()}
    if kind == "pdf":
        boxes = {cell: tuple(table[side][n] for side in ("page", "x0", "y0", "x1", "y1")) for cell, n in cells.items()}
        return _not_in_boxes(path, boxes, raws)
    data = path.read_bytes()
    if kind == "running":
        return _not_running(data, table, cells)
    before, after = _rows(kind, original), _rows(kind, data)
    return [cell for cell, raw in raws.items() if not _in_row(cell, raw, before, after)]


# ------------------------------------------------------------------ PDF


def _not_in_boxes(path: Path, boxes: dict[str, tuple], raws: dict[str, str]) -> list[str]:
    """The cells in whose box neither pdfplumber nor, failing that, pdfium finds the text; the file is opened once by each."""
    left = {cell: _packed(raw) for cell, raw in raws.items()}
    for reading in (_by_pdfplumber, _by_pdfium):
        if left:
            found = reading(path, {cell: boxes[cell] for cell in left})
            left = {cell: raw for cell, raw in left.items() if _packed(found.get(cell, "\0\0")) != raw}
    return list(left)


def _by_pdfplumber(path: Path, boxes: dict[str, tuple]) -> dict[str, str]:
    import pdfplumber

    try:
        with pdfplumber.open(path) as pdf:
            chars = {page: pdf.pages[page - 1].chars for page in {box[0] for box in boxes.values()}}
    except Exception:  # noqa: BLE001  a file that pdfplumber cannot open: the next reading decides
        return {}
    found = {}
    for cell, (page, x0, y0, x1, y1) in boxes.items():
        inside = [
            c for c in chars[page] if x0 <= (c["x0"] + c["x1"]) / 2 <= x1 and y0 <= (c["top"] + c["bottom"]) / 2 <= y1
        ]
        found[cell] = "".join(c["text"] for c in sorted(inside, key=lambda c: (round(c["top"]), c["x0"])))
    return found


def _by_pdfium(path: Path, boxes: dict[str, tuple]) -> dict[str, str]:
    import pypdfium2

    found = {}
    with pypdfium2.PdfDocument(path) as pdf:
        for cell, (page, x0, y0, x1, y1) in boxes.items():
            height = pdf[page - 1].get_height()
            found[cell] = pdf[page - 1].get_textpage().get_text_bounded(x0, height - y1, x1, height - y0)
    return found


# ------------------------------------------------------------------ rows of fields


def _in_row(cell: str, raw: str, before: list[list[str]], after: list[list[str]]) -> bool:
    """Whether a row with the label that the cell's row has shows this text at the cell's place from the right, or left."""
    label, column, width = _place(cell)
    for row in after:
        own = [field for field in row if _packed(field)]
        named = not label or any(_is_named(body(field), label, cell[:2]) for field in own)
        for fields in (row, own):
            if named and len(fields) >= width and _packed(fields[len(fields) - width + column]) == _packed(raw):
                return True
            if named and not label and column < len(fields) and _packed(fields[column]) == _packed(raw):
                return True
    return False


def _is_named(text: str, label: str, section: str) -> bool:
    """Whether a text is a row's label: like it, liker than any other, or cut off behind a beginning that no other has."""
    alike = ratio(label, text)
    if alike >= ALIKE or (len(label) > BEGINS and text.startswith(label[:BEGINS])):
        return True
    return alike >= LEAST and all(ratio(other, text) < alike for other in _labels(section) - {label})


@cache
def _labels(section: str) -> frozenset[str]:
    """The labels of all rows of a section, in both versions."""
    blocks = (block for form in map(load_form, ("2021", "2019")) for block in form.blocks if block.section == section)
    return frozenset(body(line.label.zh) for block in blocks for line in (*block.rows, *block.group_lines))


def _place(cell: str) -> tuple[str, int, int]:
    """The label of a cell's row, its column, and how many columns there are."""
    for form in map(load_form, ("2021", "2019")):
        for block in (block for block in form.blocks if cell.startswith(f"{block.section}.")):
            for line in (*block.rows, *block.group_lines):
                for n, column in enumerate(block.columns):
                    if block.cell_id(line.id, column.id) == cell:
                        return body(line.label.zh), n, len(block.columns)
    raise KeyError(cell)


def _rows(kind: str, data: bytes) -> list[list[str]]:
    if kind in ("html", "archive"):
        parser = _Rows()
        parser.feed(_decoded(_page(data) if kind == "archive" else data))
        return parser.rows
    if kind == "docx":
        return _docx_rows(data)
    return [[field.strip() for field in re.split(r"[\t|]", line)] for line in _decoded(data).splitlines()]


def _page(archive: bytes) -> bytes:
    """The web page in an archive; nothing where there is none."""
    parts = (part for part in email.message_from_bytes(archive).walk() if not part.is_multipart())
    return next((part.get_payload(decode=True) or b"" for part in parts if part.get_content_type() == "text/html"), b"")


def _decoded(data: bytes) -> str:
    for name in ("utf-8", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


class _Rows(HTMLParser):
    """The cells of each row, by their tags alone; what is hidden, or stands after a cell's end, is no part of it."""

    def __init__(self):
        super().__init__()
        self.rows: list[list[str]] = [[]]
        self._open = False
        self._hidden = ""  # the tag of the element that hides what follows

    def handle_starttag(self, tag, attrs):
        self._hidden = self._hidden or (tag if any(name == "hidden" for name, _ in attrs) else "")
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        self._open = tag in ("td", "th") or (self._open and tag not in ("tr", "table"))

    def handle_endtag(self, tag):
        self._open = self._open and tag not in ("td", "th", "tr", "table")
        self._hidden = "" if tag in (self._hidden, "td", "th", "tr", "table") else self._hidden

    def handle_data(self, data):
        if self._open and not self._hidden:
            self.rows[-1][-1] += data


def _docx_rows(data: bytes) -> list[list[str]]:
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    try:
        root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    except (ElementTree.ParseError, zipfile.BadZipFile, KeyError):
        return []
    return [
        ["".join(t.text or "" for t in c.iter(space + "t")) for c in row.iter(space + "tc")]
        for row in root.iter(space + "tr")
    ]


# ------------------------------------------------------------------ running text


def _not_running(data: bytes, table: dict, cells: dict[str, int]) -> list[str]:
    """Cells of rows whose figures, put together as read, do not stand in the text."""
    text = _packed(_decoded(data))
    wrong = []
    for cell in cells:
        row = cell.rsplit(".", 1)[0] if cell.startswith("t3.") else cell[:2] if cell.startswith("t4.") else ""
        if row:
            run = "".join(raw for c, raw in zip(table["cell"], table["raw"], strict=True) if c.startswith(f"{row}."))
        else:
            run = table["raw"][cells[cell]]
        if _packed(run) not in text:
            wrong.append(cell)
    return wrong


def _packed(text: str) -> str:
    return "".join(_MARKS.sub("", text).split())
