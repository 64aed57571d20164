"""Tables pasted as pictures into a web page or DOCX: those of the sections that no text shows are read like scans."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

from govinfo.document import Document, ReadError

from .recognise import INSTALL, check_installed
from .signs import count_signs, form_grids
from .text import missing_sections

WIDE, HIGH = 300, 60  # pixels: a smaller picture is a logo or a code to scan, and no table of the form fits into it
LIGHT = 160  # of 255: what is darker is no paper
NAMES = {"t2": "二", "t3": "三", "t4": "四"}


def with_pictures(document: Document) -> Document:
    """The document with the tables that its pictures show, where a section is missing from its text.

    Nothing is recognised while all sections stand in the text, or no picture is large enough for a table. Without the
    recogniser, what stands in the text is kept and `notes` says what to install; ReadError says so where no table at
    all stands in the text. A picture that cannot be opened is left out, and a note says so.
    """
    missing = missing_sections(document.grids)
    large = [data for data in document.pictures if _may_hold_table(data)]
    if not missing or not large:
        return document
    try:
        check_installed(document.path)
    except ReadError as error:
        return _without_recogniser(document, missing, len(large), error)
    return _together(document, *_read(document, large))


def _may_hold_table(data: bytes) -> bool:
    """Large enough, and mostly light as paper is: no logo, no photograph; what Pillow cannot open is left out too."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width < WIDE or image.height < HIGH:
                return False
            shades = image.convert("RGBA").resize((120, 120))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    paper = Image.alpha_composite(Image.new("RGBA", shades.size, "white"), shades).convert("L")
    return sum(paper.histogram()[LIGHT:]) >= 0.5 * 120 * 120


def _without_recogniser(document: Document, missing: set[str], count: int, error: Exception) -> Document:
    sections = "、".join(NAMES[section] for section in sorted(missing))
    found = f"no table of {sections} in the text, but {count} pictures that may show it"
    if not document.grids:
        raise ReadError(
            document.path,
            expected="the report's tables as text, or a recogniser for tables pasted as pictures",
            found=found,
            do=f"{INSTALL}, and read it again.",
        ) from error
    return replace(document, notes=(*document.notes, f"{found}. {INSTALL}"))


def _read(document: Document, pictures: Sequence[bytes]) -> tuple[list[Document], list[str]]:
    """Every picture with a label of the form, and those between them: a table may be cut into several."""
    from .scan import read_picture

    parts, notes, page = [], [], 1
    for number, data in enumerate(pictures, 1):
        try:
            parts.append(read_picture(document.path, data, page))
            page += parts[-1].n_pages
        except ReadError as error:
            notes.append(f"picture {number} was not read: {error.found}")
    signs = [i for i, part in enumerate(parts) if count_signs("\n".join(word.text for word in part.words))]
    return (parts[signs[0] : signs[-1] + 1] if signs else []), notes


def _together(document: Document, parts: Sequence[Document], notes: Sequence[str]) -> Document:
    """The tables of the pictures after those of the text; a web page has no pages, so that no box is kept in the end."""
    if not parts:
        return replace(document, notes=(*document.notes, *notes))
    return replace(
        document,
        kind="scan",
        grids=[*document.grids, *form_grids([grid for part in parts for grid in part.grids])],
        words=[word for part in parts for word in part.words],
        notes=(*document.notes, *notes, f"{len(parts)} tables or parts of one were read from pictures"),
    )
