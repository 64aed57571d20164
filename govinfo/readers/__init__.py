"""Readers: one module a format; all hand over the same `Document`."""

from __future__ import annotations

from pathlib import Path

from ..document import Document


def read_document(path: Path) -> Document:
    """Read a file by what it holds, not by its name. Raises ReadError where no reader knows the content."""
    from .pdf import read_pdf

    return read_pdf(path)
