"""What a file shows at the place of a cell, by parsers that govinfo does not read with."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from rapidfuzz.fuzz import ratio

from govinfo.form import load_form
from govinfo.placing.labels import body

ALIKE = 60  # per cent: a label that was mutated is still the row's label
_MARKS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def shown_in(kind: str, path: Path, original: bytes, cells: dict[str, int], reading: dict) -> list[str]:
    """The cells (cell -> row number in the reading) whose text the file does not show where it was read."""
    table = reading["cells"]
    raws = {cell: table["raw"][n] for cell, n in cells.items()}
    if kind == "pdf":
        boxes = {cell: tuple(table[side][n] for side in ("page", "x0", "y0", "x1", "y1")) for cell, n in cells.items()}
        return [cell for cell in cells if not _in_box(path, boxes[cell], raws[cell])]
    data = path.read_bytes()
    if kind == "running":
        return _not_running(data, table, cells)
    before, after = _rows(kind, original), _rows(kind, data)
    return [cell for cell, raw in raws.items() if not _in_row(cell, raw, before, after)]


# ------------------------------------------------------------------ PDF


def _in_box(path: Path, box: tuple, raw: str) -> bool:
    return any(_packed(raw) == _packed(text) for text in _texts(path, *box))


def _texts(path: Path, page: int, x0: float, y0: float, x1: float, y1: float):
    try:
        import pdfplumber

        with pdfplumber.open(path) as pdf:
            found = pdf.pages[page - 1]
            chars = [
                c
                for c in found.chars
                if x0 <= (c["x0"] + c["x1"]) / 2 <= x1 and y0 <= (c["top"] + c["bottom"]) / 2 <= y1
            ]
            yield "".join(c["text"] for c in sorted(chars, key=lambda c: (round(c["top"]), c["x0"])))
    except Exception:  # noqa: BLE001  a file that pdfplumber cannot open: the next reading decides
        yield "\0"
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        height = pdf[page - 1].get_height()
        yield pdf[page - 1].get_textpage().get_text_bounded(x0, height - y1, x1, height - y0)


# ------------------------------------------------------------------ rows of fields


def _in_row(cell: str, raw: str, before: list[list[str]], after: list[list[str]]) -> bool:
    """Whether a row with the label that the cell's row has shows this text at the cell's place from the right, or left."""
    label, column, width = _place(cell)
    for row in after:
        own = [field for field in row if _packed(field)]
        named = not label or any(ratio(label, body(field)) >= ALIKE for field in own)
        for fields in (row, own):
            if named and len(fields) >= width and _packed(fields[len(fields) - width + column]) == _packed(raw):
                return True
            if named and not label and column < len(fields) and _packed(fields[column]) == _packed(raw):
                return True
    return False


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
    if kind == "html":
        parser = _Rows()
        parser.feed(_decoded(data))
        return parser.rows
    if kind == "docx":
        return _docx_rows(data)
    return [[field.strip() for field in re.split(r"[\t|]", line)] for line in _decoded(data).splitlines()]


def _decoded(data: bytes) -> str:
    for name in ("utf-8", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


class _Rows(HTMLParser):
    """The cells of each row, by their tags alone."""

    def __init__(self):
        super().__init__()
        self.rows: list[list[str]] = [[]]

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows[-1]:
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
