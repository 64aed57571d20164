"""From measured content to pages: where every line of text, every rule and every shade stands.

Coordinates are points from the page's top left, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from typeset_layout import Layout
from typeset_measure import Measured, measure, width_of, wrap
from typeset_table import Cell, Table

ASCENT = 0.82  # of the size: where the baseline stands below a line's top, plus half the leading


@dataclass(frozen=True)
class Text:
    """One line of text; `x` is its left edge, `y` its baseline."""

    x: float
    y: float
    text: str
    size: float


@dataclass(frozen=True)
class Rule:
    """A straight line of a table; `role` is inner, outer or header."""

    x0: float
    y0: float
    x1: float
    y1: float
    role: str


@dataclass
class Page:
    """What is drawn on one page."""

    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    shades: list[tuple[float, float, float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Band:
    """A row of a table, or a part of one, on a page."""

    row: int
    page: int
    top: float
    bottom: float
    again: bool = False  # a header printed again


@dataclass(frozen=True)
class Paragraph:
    """Lines of prose; `style` is title, heading, body, note or end."""

    text: str
    style: str = "body"


@dataclass(frozen=True)
class StartAt:
    """Leave the page empty down to a share of its height; if that is behind, do so on the next page."""

    share: float


class Composer:
    """Sets paragraphs and tables one below the other, page after page."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self.pages: list[Page] = [Page()]
        self.boxes: dict[str, tuple[int, float, float, float, float]] = {}
        self.printed: dict[str, tuple[str, ...]] = {}
        self.cut: set[str] = set()
        self.top = layout.margin
        self.bottom = layout.page_size[1] - layout.margin
        self.y = self.top

    def new_page(self) -> None:
        self.pages.append(Page())
        self.y = self.top

    def add(self, item: Paragraph | Table | StartAt) -> None:
        if isinstance(item, Paragraph):
            self._paragraph(item)
        elif isinstance(item, Table):
            self._table(measure(item, self.layout))
            self.y += self.layout.size
        else:
            self._start_at(self.top + item.share * (self.bottom - self.top))

    def _start_at(self, y: float) -> None:
        if y < self.y:
            self.new_page()
        self.y = max(self.y, y)

    # ------------------------------------------------------------ prose
    def _paragraph(self, paragraph: Paragraph) -> None:
        layout, style = self.layout, paragraph.style
        font = layout.font
        size = {"title": layout.title_size, "note": layout.table_size}.get(style, layout.size)
        leading = size * max(layout.leading, 1.5)
        indent = "　　" if style in ("body", "heading", "note") else ""
        lines = wrap(indent + paragraph.text, layout.text_width, font, size)
        keep = leading * (len(lines) + 2) if style == "heading" else leading
        for line in lines:
            if self.y + keep > self.bottom:
                self.new_page()
            keep = leading
            x = self._x_of(line, style, font, size)
            self.pages[-1].texts.append(Text(x, self.y + leading / 2 + size * (ASCENT - 0.5), line, size))
            self.y += leading
        self.y += size * {"title": 1.0, "heading": 0.4}.get(style, 0.0)

    def _x_of(self, line: str, style: str, font: str, size: float) -> float:
        left, slack = self.layout.margin, self.layout.text_width - width_of(line, font, size)
        return left + {"title": slack / 2, "end": slack}.get(style, 0.0)

    # ------------------------------------------------------------ tables
    def _table(self, measured: Measured) -> None:
        bands = self._bands(measured)
        cells = [
            (c, [b for b in bands if c.row <= b.row < c.row + c.rowspan and not b.again]) for c in measured.table.cells
        ]
        for page in sorted({b.page for b in bands}):
            again = [b for b in bands if b.page == page and b.again]
            for cell in measured.table.repeat if again else ():
                own = [b for b in again if cell.row <= b.row < cell.row + cell.rowspan]
                if own:
                    cells.append((cell, own))
        for cell, own in cells:
            self._cell(measured, cell, own)
        self._rules(measured, bands, cells)

    def _bands(self, measured: Measured) -> list[Band]:
        """Put the rows on pages: a new page where a row does not fit, or inside it where rows may be split."""
        layout, table, bands = self.layout, measured.table, []
        head = sum(measured.heights[: table.header_rows + 1])
        if not layout.split_header and self.y + head > self.bottom and head < self.bottom - self.top:
            self.new_page()
        for row, height in enumerate(measured.heights):
            if table.row_ids and table.row_ids[row] in layout.break_before and row >= table.header_rows:
                self._turn(measured, bands)
            if self.y + height > self.bottom:
                first = self._first_part(measured, row, height)
                if first:
                    self._band(bands, row, first)
                    height = height - first + 2 * measured.pad
                self._turn(measured, bands)
            self._band(bands, row, height)
        return bands

    def _band(self, bands: list[Band], row: int, height: float, again: bool = False) -> None:
        bands.append(Band(row, len(self.pages), self.y, self.y + height, again))
        self.y += height

    def _turn(self, measured: Measured, bands: list[Band]) -> None:
        self.new_page()
        if (
            self.layout.repeat_header
            and measured.table.repeat
            and bands
            and bands[-1].row >= measured.table.header_rows - 1
        ):
            for row in range(measured.table.header_rows):
                self._band(bands, row, measured.heights[row], again=True)

    def _first_part(self, measured: Measured, row: int, height: float) -> float:
        """How much of a row that does not fit stays on this page; 0 if it moves on whole."""
        fitting = int((self.bottom - self.y - 2 * measured.pad) // measured.leading)
        lines = round((height - 2 * measured.pad) / measured.leading)
        if not self.layout.split_rows or row < measured.table.header_rows or not 0 < fitting < lines:
            return 0.0
        return fitting * measured.leading + 2 * measured.pad

    # ------------------------------------------------------------ cells
    def _cell(self, measured: Measured, cell: Cell, bands: list[Band]) -> None:
        pieces = _pieces(bands)
        x0 = self._left(measured) + measured.edges[cell.column]
        x1 = x0 + measured.width(cell)
        shares = self._share(measured, cell, pieces)
        if cell.id:
            page, top, bottom = pieces[next((k for k, lines in enumerate(shares) if lines), 0)]
            self.boxes[cell.id] = (page, x0, top, x1, bottom)
            self.printed[cell.id] = tuple(measured.lines[cell])
            if sum(map(bool, shares)) > 1:
                self.cut.add(cell.id)
        for (page, top, bottom), lines in zip(pieces, shares, strict=True):
            if self.layout.shade_header and cell.kind == "header":
                self.pages[page - 1].shades.append((x0, top, x1, bottom))
            self._lines(measured, cell, lines, page, (x0, top, x1, bottom))

    def _left(self, measured: Measured) -> float:
        return self.layout.margin + (self.layout.text_width - measured.edges[-1]) / 2

    def _share(self, measured: Measured, cell: Cell, pieces: list) -> list[list[str]]:
        """Deal a cell's lines out to the pieces that page breaks cut it into."""
        lines, mode = list(measured.lines[cell]), self.layout.cut_label
        rooms = [max(0, int((bottom - top - 2 * measured.pad + 0.01) // measured.leading)) for _, top, bottom in pieces]
        if len(pieces) == 1 or (mode == "first" and rooms[0] >= len(lines)):
            return [lines, *[[]] * (len(pieces) - 1)]
        if mode == "repeat" and min(rooms) >= len(lines) and cell.kind != "value":
            return [lines] * len(pieces)
        skip = max(0, (sum(rooms) - len(lines)) // 2) if mode == "centre" else 0
        shares = []
        for room in rooms[:-1]:
            room, skip = max(0, room - skip), max(0, skip - room)
            shares.append(lines[:room])
            lines = lines[room:]
        return [*shares, lines]

    def _lines(self, measured: Measured, cell: Cell, lines: list[str], page: int, box: tuple) -> None:
        layout, font, (x0, top, x1, bottom) = self.layout, self.layout.font, box
        align = {"value": layout.align, "label": layout.label_align}.get(cell.kind, "center")
        slack = bottom - top - 2 * measured.pad - len(lines) * measured.leading
        y = top + measured.pad + {"top": 0.0, "middle": slack / 2, "bottom": slack}[layout.valign]
        for line in lines:
            room = x1 - x0 - 2 * measured.pad - width_of(line, font, measured.size)
            x = x0 + measured.pad + {"left": 0.0, "center": room / 2, "right": room}[align]
            baseline = y + measured.leading / 2 + measured.size * (ASCENT - 0.5)
            self.pages[page - 1].texts.append(Text(x, baseline, line, measured.size))
            y += measured.leading

    # ------------------------------------------------------------ rules
    def _rules(self, measured: Measured, bands: list[Band], cells: list) -> None:
        owner = {
            (b, c): cell for cell, own in cells for b in own for c in range(cell.column, cell.column + cell.colspan)
        }
        for page in sorted({b.page for b in bands}):
            here = [b for b in bands if b.page == page]
            ends = (here[0] is bands[0], here[-1] is bands[-1])
            rules = [*self._across(measured, here, owner, ends), *self._down(measured, here, owner)]
            self.pages[page - 1].rules += rules

    def _across(self, measured: Measured, bands: list[Band], owner: dict, ends: tuple[bool, bool]) -> list[Rule]:
        rules, left = [], self._left(measured)
        for above, below in zip([None, *bands], [*bands, None], strict=True):
            y = below.top if below else above.bottom
            role = self._role(measured, above, below, ends)
            if role:
                runs = _runs([owner.get((above, c)) != owner.get((below, c)) for c in range(len(measured.edges) - 1)])
                rules += [Rule(left + measured.edges[a], y, left + measured.edges[b], y, role) for a, b in runs]
        return rules

    def _role(self, measured: Measured, above: Band | None, below: Band | None, ends: tuple[bool, bool]) -> str:
        if above is None:
            return "outer" if ends[0] else "cut" if self.layout.cut_edges else ""
        if below is None:
            return "outer" if ends[1] else "cut" if self.layout.cut_edges else ""
        heads = measured.table.header_rows
        last_head = above.row == heads - 1 and (below.row >= heads or not below.again)
        return "header" if heads and last_head else "inner"

    def _down(self, measured: Measured, bands: list[Band], owner: dict) -> list[Rule]:
        rules, left, n = [], self._left(measured), len(measured.edges) - 1
        for column in range(n + 1):
            runs = _runs([owner.get((b, column - 1)) != owner.get((b, column)) for b in bands])
            x, role = left + measured.edges[column], "side" if column in (0, n) else "inner"
            rules += [Rule(x, bands[a].top, x, bands[b - 1].bottom, role) for a, b in runs]
        return rules


def _pieces(bands: list[Band]) -> list[tuple[int, float, float]]:
    """(page, top, bottom) of a cell on each page it stands on."""
    return [
        (page, min(b.top for b in bands if b.page == page), max(b.bottom for b in bands if b.page == page))
        for page in sorted({b.page for b in bands})
    ]


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    """Start and end of each run of True."""
    runs, start = [], None
    for k, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = k
        elif not flag and start is not None:
            runs.append((start, k))
            start = None
    return runs
