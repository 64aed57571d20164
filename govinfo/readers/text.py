"""Plain text and Markdown: tables separated by tabs or pipes, whose merged cells have collapsed; the rest is prose."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from govinfo.document import Document, Grid, GridCell, Line
from govinfo.form import VERSIONS, load_form
from govinfo.placing.labels import body, similarity
from govinfo.placing.printed import is_figure, is_mark

from .encoding import decode, without_controls
from .glued import running_grids
from .signs import form_grids

UNSURE = "the table's values and its header do not fit: which column a value stands in cannot be told"
TORN = "a figure on a line of its own follows this row: it may be the rest of it"
MANY = 5  # figures in a row that make it one of 三 or 四
LABELS = 3  # columns of row labels in the official layout of 三
_RULE = re.compile(r"[\s|:+=\-—─━┼│]+")


def read_text(path: Path, data: bytes) -> Document:
    """Read a text or Markdown file: its tables as grids without boxes, the other lines as prose.

    A section that no table shows is looked for in the running text, where cells may stand without any separator.
    Control characters and marks of writing direction are left out (`without_controls`).
    """
    text = without_controls(decode(data))
    grids, prose = tables_and_prose(text)
    grids = form_grids(grids)
    return Document(
        path=Path(path),
        sha256=hashlib.sha256(data).hexdigest(),
        kind="text",
        grids=grids + running_grids(text, missing_sections(grids)),
        prose=prose,
    )


def missing_sections(grids: Sequence[Grid]) -> set[str]:
    """The sections with tables, "t2" "t3" "t4", of which the grids place nothing."""
    from govinfo.placing.match import place

    return {"t2", "t3", "t4"} - set(place(grids).versions)


def tables_and_prose(text: str) -> tuple[list[Grid], list[Line]]:
    """The tables of a text as grids and its other lines, each in order.

    >>> grids, prose = tables_and_prose("## 二、情况\\n信息内容\\t本年处理决定数量\\n行政许可\\t5\\n")
    >>> [c.text for c in grids[0].cells], prose[0].text
    (['信息内容', '本年处理决定数量', '行政许可', '5'], '二、情况')
    """
    grids, prose, header = [], [], ("", [])
    blocks = list(_blocks(text))
    for (is_table, lines), (_, below) in zip(blocks, [*blocks[1:], (False, [""])], strict=True):
        if is_table:
            rows = [row for row in map(_fields, lines) if row]
            header = _header(rows) or header
            grid = _grid(rows, *header)
            grids.append(_torn(grid) if is_figure(below[0].strip()) else grid)
        else:
            prose += [Line(plain) for line in lines if (plain := _without_markup(line))]
    return grids, prose


def _blocks(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Runs of table lines and runs of other lines."""
    run: list[str] = []
    kind = False
    for line in [*text.split("\n"), ""]:
        now = "\t" in line.strip(" ") and bool(line.strip()) or line.count("|") > 1
        if now != kind and run:
            yield kind, run
            run = []
        kind = now
        run.append(line)
    yield kind, run


def _fields(line: str) -> list[str]:
    """The cells of a table line; [] for a Markdown rule."""
    if "\t" in line:
        return [field.strip() for field in line.strip("\r\n").split("\t")]
    if _RULE.fullmatch(line):
        return []
    line = line.strip()
    line = line.removeprefix("|")
    line = line.removesuffix("|")
    return [re.sub(r"<br\s*/?>", "", field).strip(" *`") for field in line.split("|")]


def _without_markup(line: str) -> str:
    return re.sub(r"^\s*(?:#{1,6}|>|[-*+])\s+|\*\*|__(?=\S)", "", line).strip()


# ------------------------------------------------------------------ headers


def _is_data(row: Sequence[str]) -> bool:
    return any(is_figure(field) for field in row) and not is_figure(row[0]) or sum(map(is_figure, row)) > 3


def _header(rows: Sequence[Sequence[str]]) -> tuple[str, list[str]] | None:
    """Section and column labels of a table of 三 or 四 by its header rows, in the form's order; None for another table."""
    texts = []
    for row in rows:
        if _is_data(row):
            break
        texts += [field for field in row if body(field)]
    return _columns_t3(texts) or _columns_t4(texts)


def _columns_t3(texts: Sequence[str]) -> tuple[str, list[str]] | None:
    """三: each column of the form with the text printed for it; all seven must be there."""
    found = []
    for column in load_form(VERSIONS[-1]).block("t3").columns:
        alike = max(texts, key=lambda text: similarity(text, column.label.wordings), default="")
        if similarity(alike, column.label.wordings) < 0.75:
            return None
        found.append(alike)
    inner = [texts.index(text) for text in found[1:-1]]
    return ("t3", found) if inner == sorted(inner) and len(set(found)) == len(found) else None


def _columns_t4(texts: Sequence[str]) -> tuple[str, list[str]] | None:
    """四: the result labels in the order printed, which is that of the form, five for each kind of case."""
    block = load_form(VERSIONS[-1]).block("t4")
    five = [column.label for column in block.columns[:5]]
    found = [text for text in texts if max(similarity(text, label.wordings) for label in five) >= 0.75]
    whole = len(found) in (5, 10, 15)
    order = whole and all(similarity(t, five[i % 5].wordings) >= 0.75 for i, t in enumerate(found))
    return ("t4", found) if order else None


# ------------------------------------------------------------------ grids


def _torn(grid: Grid) -> Grid:
    """A table with its last figure in doubt: a line of one figure follows, which may be the rest of it."""
    last = max((cell for cell in grid.cells if is_figure(cell.text)), key=lambda c: (c.row, c.column), default=None)
    return replace(grid, cells=tuple(replace(c, doubt=c.doubt or TORN) if c is last else c for c in grid.cells))


def _grid(rows: Sequence[Sequence[str]], section: str, columns: Sequence[str]) -> Grid:
    """A table as a grid: 三 and 四 set anew under their columns, any other as its fields stand."""
    wide = [row for row in rows if _is_data(row)]
    own = _header(rows) is not None
    header_alone = own and not wide  # its rows follow in a table of their own
    if not columns or not (header_alone or any(len(row) >= len(columns) for row in wide)):
        doubt = UNSURE if wide and (own or any(sum(map(is_figure, row)) >= MANY for row in wide)) else ""
        cells = [
            GridCell(r, c, text, doubt=doubt if is_figure(text) else "")
            for r, row in enumerate(rows)
            for c, text in enumerate(row)
        ]
        return Grid(tuple(cells), "text")
    first = LABELS if section == "t3" else 0
    cells = _header_cells(section, columns, first, [f for row in rows if not _is_data(row) for f in row]) if own else []
    depth = 2 if own else 0
    for r, row in enumerate(wide, depth):
        cells += _row_cells(r, row, first, len(columns))
    return Grid(tuple(cells), "text")


def _header_cells(section: str, columns: Sequence[str], first: int, texts: Sequence[str]) -> list[GridCell]:
    cells = [GridCell(1, first + i, text) for i, text in enumerate(columns)]
    if section == "t3":
        return [GridCell(0, 0, texts[0], 2, LABELS), *cells]
    block = load_form(VERSIONS[-1]).block("t4")
    groups = dict.fromkeys(column.group for column in block.columns)
    labels = [group.label for group in block.column_groups if group.id in groups]
    printed = [next((t for t in texts if similarity(t, label.wordings) > 0.75), "") for label in labels]
    if len(columns) < 5 * len(labels):
        printed = [text for text in printed if text]
    return cells + [GridCell(0, 5 * i, text, 1, 5) for i, text in enumerate(printed[: len(columns) // 5])]


def _row_cells(r: int, row: Sequence[str], first: int, count: int) -> list[GridCell]:
    """Labels left, the row's values right-aligned: merged cells before them have collapsed, blanks after them may pad."""
    start = _first_value(row)
    labels = [field for field in row[:start] if field][-LABELS:] if first else []
    cells = [GridCell(r, i, text) for i, text in enumerate(labels)]
    values, doubt = _values(row, start, count)
    return cells + [GridCell(r, first + i, text, doubt=doubt) for i, text in enumerate(values)]


def _first_value(row: Sequence[str]) -> int:
    """Where a row's values begin: after its last text that is neither a figure nor a mark."""
    words = [i for i, field in enumerate(row) if field and not is_figure(field) and not is_mark(field)]
    return words[-1] + 1 if words else 0


def _values(row: Sequence[str], start: int, count: int) -> tuple[list[str], str]:
    """The row's values and, where there is more than one way to place them, why that is not sure.

    Values that fit no way stand beyond all columns.
    """
    printed = [i for i in range(start, len(row)) if row[i]]
    if not printed:
        return [""] * count, ""
    low, high = printed[0], printed[-1] + 1
    ways = [i for i in range(max(start, high - count), low + 1) if i + count <= len(row)]
    if high - low > count or not ways:
        return [""] * count + [text for text in row[low:high] if text], f"{high - low} values for {count} columns"
    doubt = "" if len(ways) == 1 or high - low == count else "blank cells can be placed in more than one way"
    return list(row[ways[-1] : ways[-1] + count]), doubt
