"""What a file is, by its content and not by its name, and what to do with one that no reader reads."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from govinfo.document import ReadError

from .encoding import decode

EXPECTED = "a report as PDF, HTML, DOCX, text or picture"
_SAVE = "Open it in WPS, Word or LibreOffice, save it as DOCX or PDF, and read that."
_UNPACK = "Unpack it and read the files in it."
_OCR = "Save it as PNG, or put the pictures of all pages into one PDF, and read that."
_AGAIN = "Download it again."

# start of the file -> what it is, what to do
_MAGIC = (
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"RIFF", "a picture or recording (RIFF)", _OCR),
    (b"\x00\x00\x01\x00", "an icon", _OCR),
    (rb"{\rtf", "an RTF document", _SAVE),
)
# PNG, JPEG, GIF, BMP, TIFF
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
# a member of the ZIP -> what it is, what to do
_MEMBERS = (
    ("OFD.xml", "an OFD document", "Open it in an OFD reader (WPS, Foxit, Suwell), save it as PDF, and read that."),
    (
        "xl/workbook.xml",
        "an Excel workbook (.xlsx)",
        "Print it to PDF, or save it as tab-separated text, and read that.",
    ),
    (
        "xl/workbook.bin",
        "an Excel workbook (.xlsb)",
        "Print it to PDF, or save it as tab-separated text, and read that.",
    ),
    ("ppt/presentation.xml", "a PowerPoint file", "Save it as PDF and read that."),
    ("content.xml", "an OpenDocument file", _SAVE),
)
_OLE = b"\xd0\xcf\x11\xe0"
_ARCHIVE = re.compile(
    r"\A\s*(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*?content-type:\s*multipart/related", re.IGNORECASE
)
_TAG = re.compile(r"<(?:!doctype\s+html|/?(?:html|head|body|table|tr|td|div|p|span|meta|br))\b[^<>]*>", re.IGNORECASE)
_SURE_TAG = re.compile(r"<(?:!doctype\s+html|html|body|table)\b", re.IGNORECASE)


def sniff(path: Path, data: bytes) -> str:
    """The kind of a file: "pdf", "html", "mhtml" (a web archive), "docx", "text" or "picture".

    Raises ReadError, which says what the file is and what to do, for every other content: old Word, WPS and Excel files,
    OFD, archives, an empty file, binary content.
    """
    if not data.strip(b"\x00\t\r\n\x0c "):
        size = "an empty file (0 bytes)" if not data else f"nothing but blanks ({len(data)} bytes)"
        raise ReadError(path, expected=EXPECTED, found=size, do=_AGAIN)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise _refused(path, "an Office file that asks for a password", "Save a copy without a password and read that.")
    if data.startswith(_OLE):
        raise _refused(path, _old_office(path, data), _SAVE)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(path, data)
    if any(data.startswith(start) and _is_binary(data, start) for start in _PICTURES):
        return "picture"
    for start, found, do in _MAGIC:
        if data.startswith(start) and _is_binary(data, start):
            raise _refused(path, found, do)
    return _text(path, data)


def _refused(path: Path, found: str, do: str) -> ReadError:
    return ReadError(path, expected=EXPECTED, found=found, do=do)


def _is_binary(data: bytes, start: bytes) -> bool:
    """Two letters alone may open a text: a picture has bytes that no text has."""
    return len(start) > 2 or b"\x00" in data[:64]


def _old_office(path: Path, data: bytes) -> str:
    names = {"WordDocument": "a Word document of the old binary format (.doc)", "Workbook": "an Excel workbook (.xls)"}
    names["PowerPoint Document"] = "a PowerPoint file (.ppt)"
    if path.suffix.lower() == ".wps":
        return "a WPS document (.wps)"
    return next((what for name, what in names.items() if name.encode("utf-16-le") in data), "an old Office file (OLE)")


def _zipped(path: Path, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise _refused(path, f"a damaged or truncated ZIP container ({error})", _AGAIN) from error
    if "word/document.xml" in members:
        return "docx"
    for member, found, do in _MEMBERS:
        if member in members:
            raise _refused(path, found, do)
    raise _refused(path, f"a ZIP archive of {len(members)} files", _UNPACK)


def _text(path: Path, data: bytes) -> str:
    text = decode(data[: 1 << 16])
    odd = sum(ord(char) < 32 and char not in "\t\n\r\f\v" or char == "\ufffd" for char in text)
    if "\x00" in text or odd > 0.05 * len(text):
        raise _refused(path, f"binary content starting with {data[:8]!r}", "Check what made this file; " + _SAVE)
    head = text.lstrip()[:400].lower()
    if _ARCHIVE.search(text[:4000]):
        return "mhtml"
    if 'progid="word.document"' in head or head.startswith("<?xml") and "w:worddocument" in head:
        raise _refused(path, "a Word document as a single XML file", _SAVE)
    return "html" if _SURE_TAG.search(text) or len(_TAG.findall(text)) >= 3 else "text"
