"""DOCX: tables with merged cells and paragraphs, straight from the document's XML, with hostile files refused."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from govinfo.document import Document, Grid, GridCell, Line, ReadError

from .glued import running_grids
from .signs import form_grids
from .text import missing_sections

MAX_PART = 64 << 20  # bytes of one unpacked part
MAX_RATIO = 200  # unpacked to packed; the XML of long reports stays below 60
MAX_PICTURES = 50
MAX_COLUMNS = 200
_SMALL = 1 << 20  # below this, any ratio does no harm

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_SKIPPED = {_W + name for name in ("del", "moveFrom", "instrText", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr")}
_SKIPPED.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")  # the same content once more
# what zipfile raises for broken directories, offsets, checksums and streams
_DAMAGED = (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, NotImplementedError, struct.error, zlib.error)
_BREAKS = {_W + "br", _W + "cr"}
_PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff")


def read_docx(path: Path, data: bytes) -> Document:
    """Read one DOCX: its tables as grids without boxes, its paragraphs in order as prose, its pictures.

    Deleted text of tracked changes is left out, inserted text counts. Raises ReadError for a damaged or encrypted file,
    for one that unpacks to more than it can honestly hold, and for one whose XML declares a document type (entities).
    """
    path = Path(path)
    xml, pictures = _parts(path, data)
    document = _parsed(path, xml)
    grids, lines = _blocks(document)
    grids = form_grids(grids)
    return Document(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        kind="docx",
        grids=grids + running_grids("\n".join(lines), missing_sections(grids)),
        prose=[Line(line) for line in lines],
        pictures=pictures,
    )


def _parts(path: Path, data: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The document's XML and the pictures in it; sizes are checked while unpacking, never trusted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            xml = _unpacked(path, archive, "word/document.xml")
            names = [n for n in archive.namelist() if n.startswith("word/media/") and n.lower().endswith(_PICTURES)]
            names = sorted(names, key=lambda name: (len(name), name))[:MAX_PICTURES]  # image10 after image9
            return xml, tuple(_unpacked(path, archive, name) for name in names)
    except _DAMAGED as error:
        found = f"a damaged or truncated file ({error})"
        raise ReadError(
            path, expected="a DOCX that opens", found=found, do="Download it again, or open and re-save it."
        ) from error
    except RuntimeError as error:  # zipfile's word for a member that asks for a password
        raise ReadError(
            path, expected="a DOCX that opens", found=str(error), do="Save a copy without a password."
        ) from error


def _unpacked(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    with archive.open(info) as part:
        content = part.read(MAX_PART + 1)
    packed = max(info.compress_size, 1)
    if len(content) > MAX_PART or (len(content) > _SMALL and len(content) > MAX_RATIO * packed):
        raise ReadError(
            path,
            expected=f"parts of at most {MAX_PART >> 20} MB, packed no tighter than 1:{MAX_RATIO}",
            found=f"{name} with {len(content) >> 20} MB or more from {packed} bytes (a zip bomb)",
            do="Do not open this file; get it again from the agency's page.",
        )
    return content


def _parsed(path: Path, xml: bytes):
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(xml.replace(_STRICT.encode(), _W[1:-1].encode()), parser)
    except etree.XMLSyntaxError as error:
        found = f"word/document.xml that is not well-formed ({error.msg})"
        raise ReadError(
            path, expected="a DOCX that opens", found=found, do="Open it in Word or WPS and save it again."
        ) from error
    if root.getroottree().docinfo.doctype:
        found = "XML with a document type declaration (entities), which no office program writes"
        raise ReadError(path, expected="a DOCX that an office program wrote", found=found, do="Do not open this file.")
    return root


# ------------------------------------------------------------------ blocks


def _walk(root, whole: frozenset[str]) -> Iterator[tuple[str, object]]:
    """Start and end of each element in document order, without recursion; skipped and `whole` ones are not entered."""
    stack = [(root, False)]
    while stack:
        element, done = stack.pop()
        yield ("end" if done else "start"), element
        if not done:
            stack.append((element, True))
            if element is root or element.tag not in whole:
                stack += [(child, False) for child in reversed(element) if child.tag not in _SKIPPED]


_TABLE = frozenset({_W + "tbl"})


def _blocks(root) -> tuple[list[Grid], list[str]]:
    """All tables, inner ones after the table they stand in, and the paragraphs outside tables of figures."""
    tables = [element for event, element in _walk(root, frozenset()) if event == "start" and element.tag == _W + "tbl"]
    grids = [grid for table in tables if (grid := _grid(table)).cells]
    lines = _paragraphs(root)
    frames = [line for table in tables if _is_frame(table) for line in _paragraphs(table)]
    return grids, lines + frames


def _is_frame(table) -> bool:
    """A table of one cell is a frame around text, and one that holds tables lays out the page."""
    return sum(1 for _ in table.iter(_W + "tc")) == 1 or sum(1 for _ in table.iter(_W + "tbl")) > 1


def _paragraphs(root) -> list[str]:
    """The text of each paragraph, the text of inner tables left out; a line break inside ends a line."""
    lines, buffer = [], []

    def flush() -> None:
        if line := "".join(buffer).strip():
            lines.append(line)
        buffer.clear()

    for event, element in _walk(root, _TABLE):
        if element.tag == _W + "p" or (event == "start" and element.tag in _BREAKS):
            flush()
        elif event == "start" and element.tag == _W + "t":
            buffer.append(element.text or "")
        elif event == "start" and element.tag == _W + "tab":
            buffer.append("\t")
        elif event == "start" and element.tag == _W + "noBreakHyphen":
            buffer.append("-")
    flush()
    return lines


def _own(element, tag: str) -> list:
    """Elements of a kind below another, those of inner tables left out (they may be wrapped in content controls)."""
    return [e for event, e in _walk(element, _TABLE) if event == "start" and e.tag == _W + tag and e is not element]


def _grid(table) -> Grid:
    cells: list[GridCell] = []
    open_: dict[int, int] = {}  # column -> index in `cells` of the cell that a vertical merge continues
    for r, row in enumerate(_own(table, "tr")):
        column = _property(row, "trPr", "gridBefore", 0)
        for cell in _own(row, "tc"):
            span = max(1, min(_property(cell, "tcPr", "gridSpan", 1), MAX_COLUMNS))
            merge = _vertical_merge(cell)
            above = open_.get(column)
            if merge == "continue" and above is not None and cells[above].row + cells[above].rowspan == r:
                cells[above] = _lower(cells[above])
            else:
                cells.append(GridCell(r, column, "\n".join(_paragraphs(cell)), 1, span))
                open_ = {c: i for c, i in open_.items() if not column <= c < column + span}
                if merge:
                    open_[column] = len(cells) - 1
            column += span
    return Grid(tuple(cells), "docx")


def _lower(cell: GridCell) -> GridCell:
    return GridCell(cell.row, cell.column, cell.text, cell.rowspan + 1, cell.colspan)


def _property(element, group: str, name: str, default: int) -> int:
    found = element.find(f"{_W}{group}/{_W}{name}")
    text = found.get(_W + "val") if found is not None else None
    return min(int(text), MAX_COLUMNS) if text and text.isascii() and text.isdigit() and len(text) < 9 else default


def _vertical_merge(cell) -> str:
    """ "restart", "continue" (also where no value is given), or "" for a cell that is not merged downwards."""
    found = cell.find(f"{_W}tcPr/{_W}vMerge")
    return "" if found is None else found.get(_W + "val") or "continue"
