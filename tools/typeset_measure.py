"""How much room text takes: lines of a given width, rows of a table high enough for their cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby
from pathlib import Path

from typeset_layout import Layout
from typeset_table import Cell, Table

FONT_FILE = Path(__file__).resolve().parents[1] / "govinfo" / "figures" / "fonts" / "GovinfoSansSC-Regular.ttf"
NO_LINE_START = set("，。、；：！？）》〉】〕”’％%,.;:!?)]}…")
NO_LINE_END = set("（《〈【〔“‘([{")
HARD = "\n"


LATIN = {"times": "Times-Roman", "helvetica": "Helvetica"}  # digits and letters in a font that every reader has


@cache
def han_font(kind: str) -> str:
    """Register the font of Chinese text with reportlab and return its name there."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    if kind == "cid":
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        return "STSong-Light"
    pdfmetrics.registerFont(TTFont("GovinfoSansSC", str(FONT_FILE)))
    return "GovinfoSansSC"


def runs(text: str, font: str) -> list[tuple[str, str]]:
    """`text` as (font name, run): Latin runs may have a font of their own."""
    if font not in LATIN:
        return [(han_font(font), text)]
    parts = groupby(text, lambda c: c.isascii() and c != " ")
    return [(LATIN[font] if latin else han_font(font), "".join(run)) for latin, run in parts]


def width_of(text: str, font: str, size: float) -> float:
    """The width of `text` in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return sum(stringWidth(run, name, size) for name, run in runs(text, font))


def wrap(text: str, width: float, font: str, size: float) -> list[str]:
    """Break `text` into lines no wider than `width`.

    Chinese breaks anywhere but before closing or after opening punctuation; a run of Latin letters or digits stays
    whole unless it is wider than the line itself. A line break in `text` is kept. Empty text is no line.
    """
    return [line for part in text.split(HARD) for line in _wrap_part(part, width, font, size)]


def _wrap_part(text: str, width: float, font: str, size: float) -> list[str]:
    lines, line = [], ""
    for token in _tokens(text):
        if line and width_of(line + token, font, size) > width:
            line, token = _break(line, token)
            lines.append(line.rstrip(" "))
            line = ""
            token = token.lstrip(" ")
        while len(token) > 1 and not line and width_of(token, font, size) > width:
            head = _fitting(token, width, font, size)
            lines.append(head)
            token = token[len(head) :]
        line += token
    return [*lines, line.rstrip(" ")] if line.strip(" ") else lines


def _break(line: str, token: str) -> tuple[str, str]:
    """Move what may not stand at a line's start or end to the other line."""
    if token[0] in NO_LINE_START and len(line) > 1:
        line, token = line[:-1], line[-1] + token
    while len(line) > 1 and line[-1] in NO_LINE_END:
        line, token = line[:-1], line[-1] + token
    return line, token


def _fitting(token: str, width: float, font: str, size: float) -> str:
    n = 1
    while n < len(token) and width_of(token[: n + 1], font, size) <= width:
        n += 1
    return token[:n]


def _tokens(text: str) -> list[str]:
    """Runs of Latin letters, digits and their signs; every other character alone."""
    tokens: list[str] = []
    for character in text:
        latin = character.isascii() and character != " "
        if latin and tokens and tokens[-1][-1].isascii() and tokens[-1] != " ":
            tokens[-1] += character
        else:
            tokens.append(character)
    return tokens


@dataclass(frozen=True)
class Measured:
    """A table ready to be cut into pages: column edges from 0, row heights, the lines of every cell."""

    table: Table
    edges: tuple[float, ...]
    heights: tuple[float, ...]
    lines: dict[Cell, list[str]]
    size: float
    leading: float
    pad: float

    def width(self, cell: Cell) -> float:
        return self.edges[cell.column + cell.colspan] - self.edges[cell.column]


def _edges(shares: tuple[float, ...], total: float, least: float) -> list[float]:
    """Column edges from 0 to `total`, every column wide enough for one character."""
    if least * len(shares) > total:
        raise ValueError(f"{len(shares)} columns of at least {least:.1f} points do not fit into {total:.1f}")
    widths = [total * share / sum(shares) for share in shares]
    while min(widths) < least - 1e-9:
        narrow = [w <= least for w in widths]
        room = total - least * sum(narrow)
        wide = sum(w for w, n in zip(widths, narrow, strict=True) if not n)
        widths = [least if n else w * room / wide for w, n in zip(widths, narrow, strict=True)]
    return [0.0, *accumulate(widths)]


def measure(table: Table, layout: Layout) -> Measured:
    """Wrap every cell and find each row's height: the tallest of its cells, spanning cells stretching their last row."""
    size = table.size or layout.table_size
    leading, font = size * layout.leading, layout.font
    edges = _edges(table.widths, layout.text_width * layout.table_share, size + 2 * layout.pad + 0.5)
    lines = {
        c: wrap(c.text, edges[c.column + c.colspan] - edges[c.column] - 2 * layout.pad, font, size)
        for c in (*table.cells, *table.repeat)
    }
    heights = [max(layout.row_height, leading + 2 * layout.pad)] * table.n_rows
    for cell in sorted((*table.cells, *table.repeat), key=lambda c: (c.rowspan, c.row)):
        needed = len(lines[cell]) * leading + 2 * layout.pad
        spanned = sum(heights[cell.row : cell.row + cell.rowspan])
        heights[cell.row + cell.rowspan - 1] += max(0.0, needed - spanned)
    return Measured(table, tuple(edges), tuple(heights), lines, size, leading, layout.pad)
