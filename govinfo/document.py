"""What any reader returns: grids of cells and prose, each with its page and box, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


def unreadable(path: Path) -> str:
    """What to do about a path that could not be opened as a file."""
    return "It is a folder: read it with govinfo.read_corpus." if path.is_dir() else "Check that it exists."


class ReadError(Exception):
    """A file that cannot be read as an annual report.

    The message names file, page and table where known, what was expected, what was found, and what to do next.
    """

    def __init__(self, file, *, expected, found, page=None, table=None, do=""):
        where = [Path(file).name]
        where += [f"page {page}"] if page else []
        where += [f"table {table}"] if table else []
        text = f"{', '.join(where)}: expected {expected}, found {found}"
        super().__init__(f"{text}. {do}".strip() if do else f"{text}.")
        self.file, self.page, self.table = str(file), page, table
        self.expected, self.found, self.do = expected, found, do

    def __reduce__(self):  # keyword-only arguments: spelled out, so that workers can hand it over
        return _read_error, (self.file, self.expected, self.found, self.page, self.table, self.do)


def _read_error(file, expected, found, page, table, do):
    return ReadError(file, expected=expected, found=found, page=page, table=table, do=do)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: PDF points, origin at the page's top left, y downwards; page counts from 1."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2

    def union(self, other: Box) -> Box:
        """The smallest box around both; both must be on one page."""
        return Box(
            self.page,
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a printed grid: its text as printed, its place, the rows and columns it spans.

    A reader that did not simply find the text says in `note` how it was reached, or in `doubt` why it is not sure.
    """

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    box: Box | None = None
    note: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Grid:
    """One printed table, or the part of it that stands on one page."""

    cells: tuple[GridCell, ...]
    source: str = ""
    page: int = 0

    @property
    def n_rows(self) -> int:
        return max((c.row + c.rowspan for c in self.cells), default=0)

    @property
    def n_columns(self) -> int:
        return max((c.column + c.colspan for c in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of prose with the box it stands in (None where a format has no pages)."""

    text: str
    page: int = 0
    box: Box | None = None


@dataclass
class Document:
    """A file as read: `grids` hold its tables, `prose` its lines outside them, `words` what the second reading needs.

    `pictures` are the images inside a web page or DOCX, for tables that were pasted as pictures; `notes` says in words
    what was not read, or read otherwise than usual; `beside`, that it names pictures in files of their own, which may
    come, go or change while the file itself stays as it is. `tilts` holds, for each
    page that was levelled before it was read, by how many degrees it leans, its width and its height.
    """

    path: Path
    sha256: str
    kind: str
    grids: list[Grid] = field(default_factory=list)
    prose: list[Line] = field(default_factory=list)
    words: list = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    ruled_pages: tuple[int, ...] = ()
    pictures: tuple[bytes, ...] = ()
    notes: tuple[str, ...] = ()
    beside: bool = False
    tilts: dict[int, tuple[float, float, float]] = field(default_factory=dict)

    @property
    def n_pages(self) -> int:
        return len(self.heights)
