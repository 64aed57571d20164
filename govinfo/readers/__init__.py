"""Readers: one module a format; all hand over the same `Document`."""

from __future__ import annotations

from pathlib import Path

from govinfo.document import Document, ReadError, unreadable

from .signs import count_signs
from .sniff import EXPECTED, sniff


def read_document(path: Path) -> Document:
    """Read a file by what it holds, not by its name.

    PDF, HTML, web archives, DOCX, plain text, Markdown, and pictures of pages are read; tables pasted as pictures into a
    web page or DOCX are recognised where the text lacks them. Raises ReadError, which says what was found and what to do,
    for anything else, and for a file without a table of the form.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(path, expected="a readable file", found=error.strerror, do=unreadable(path)) from error
    kind = sniff(path, data)
    if kind == "pdf":
        from .pdf import read_pdf

        return read_pdf(path)
    document = _reader(kind)(path, data)
    if document.pictures:
        from .pasted import with_pictures

        document = with_pictures(document)
    if not document.grids and not count_signs("\n".join(word.text for word in document.words)):
        raise _without_form(document)
    return document


def _reader(kind: str):
    if kind == "html":
        from .html import read_html

        return read_html
    if kind == "docx":
        from .docx import read_docx

        return read_docx
    if kind == "mhtml":
        from .web_archive import read_web_archive

        return read_web_archive
    if kind == "picture":
        from .scan import read_picture

        return read_picture
    from .text import read_text

    return read_text


def _without_form(document: Document) -> ReadError:
    text = "".join(line.text for line in document.prose)
    if document.pictures:
        found = f"none, neither in the text nor in its {len(document.pictures)} pictures"
        do = "Look at the page: where the report is a file that it links to, read that file."
    elif "政府信息公开" in text and "年度报告" in text:
        found = "an annual report without the tables of 2019 or 2021"
        do = "Older reports have no common form; where a page only links to the report, read the file it links to."
    else:
        found, do = "none", "Check that this is a 政府信息公开工作年度报告."
    return ReadError(document.path, expected=f"{EXPECTED} with a table of the form (二, 三 or 四)", found=found, do=do)
