"""From the form and a report's figures to tables: cells with spans, headers, labels as the report words them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from typeset_layout import Layout

from govinfo.form import Block, Line, load_form


@dataclass(frozen=True)
class Cell:
    """One cell of a table to be set; `kind` is header, label or value; `id` is the form's, where it has one."""

    row: int
    column: int
    text: str
    kind: str = "value"
    rowspan: int = 1
    colspan: int = 1
    id: str = ""


@dataclass(frozen=True)
class Table:
    """One table to be set: its cells, the columns' shares of the width, how many rows head it, an id for each row."""

    cells: tuple[Cell, ...]
    widths: tuple[float, ...]
    header_rows: int = 0
    row_ids: tuple[str, ...] = ()
    repeat: tuple[Cell, ...] = ()  # the header as worded where it is printed again; none: it never is
    size: float = 0.0

    @property
    def n_rows(self) -> int:
        return max(c.row + c.rowspan for c in self.cells)


@dataclass(frozen=True)
class ExtraRow:
    """A row that the form does not have, printed after the row `after` of `block`."""

    block: str
    after: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Tables:
    """What a report prints in its tables.

    `versions` maps a section to its form; `cells` a cell id to the text printed; `labels` a place of the form to the
    words printed there (`t3.new`, `t3.column.welfare`, `t3.group.denied`, `t3.column_group.organisations`, `t3.corner`,
    `t2.item6.heading`; None leaves a heading out); `repeat_labels` the same for headers printed again.
    """

    versions: Mapping[str, str]
    cells: Mapping[str, str]
    labels: Mapping[str, str | None] = field(default_factory=dict)
    repeat_labels: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[ExtraRow, ...] = ()

    def word(self, key: str, official: str) -> str | None:
        return self.labels.get(key, official)


def section_tables(tables: Tables, section: str, layout: Layout) -> list[Table]:
    """The tables of one section ("t2", "t3", "t4"), in the order printed."""
    form = load_form(tables.versions[section])
    blocks = [b for b in form.blocks if b.section == section]
    if section == "t2":
        return _t2(tables, blocks, layout)
    build = (lambda t: [_t3(t, blocks[0], layout)]) if section == "t3" else (lambda t: _t4(t, blocks[0], layout))
    again = build(replace(tables, labels={**tables.labels, **tables.repeat_labels}))
    return [_with_repeat(table, other) for table, other in zip(build(tables), again, strict=True)]


def _with_repeat(table: Table, again: Table) -> Table:
    return replace(table, repeat=tuple(c for c in again.cells if c.row < again.header_rows))


def _shift(cells: list[Cell], rows: int) -> list[Cell]:
    return [replace(c, row=c.row + rows) for c in cells]


# ---------------------------------------------------------------- section 二
def _t2(tables: Tables, blocks: list[Block], layout: Layout) -> list[Table]:
    parts = [part for b in blocks if (part := _t2_block(tables, b, layout.t2_tables == "one"))]
    if layout.t2_tables == "four":
        return [_t2_table(cells, ids, len({c.column for c in cells})) for cells, ids in parts]
    cells, ids = [], []
    for part, part_ids in parts:
        cells += _shift(part, len(ids))
        ids += part_ids
    return [_t2_table(cells, ids, 4)]


def _t2_table(cells: list[Cell], ids: list[str], n_columns: int) -> Table:
    widths = (1.5, *[3.5 / (n_columns - 1)] * (n_columns - 1))
    heads = next((i for i, row in enumerate(ids) if row), 0)
    return Table(tuple(cells), widths, heads, tuple(ids))


def _t2_block(tables: Tables, block: Block, joined: bool) -> tuple[list[Cell], list[str]] | None:
    """Cells and row ids of one item of article 20; None where the report prints none of its rows."""
    rows = _lines_of(tables, block)
    if not rows:
        return None
    spans = _spans(len(block.columns), 3 if joined else len(block.columns))
    n_columns = 1 + sum(spans)
    cells, ids = [], []
    heading = tables.word(f"{block.id}.heading", block.label.zh)
    if heading is not None:
        cells.append(Cell(0, 0, heading, "header", 1, n_columns))
        ids.append("")
    header = [(tables.word(f"{block.id}.corner", block.corner.zh), "header", "")]
    header += [(tables.word(f"{block.id}.column.{c.id}", c.label.zh), "header", "") for c in block.columns]
    for texts, row_id in [(header, ""), *[(_row_texts(tables, block, r), f"t2.{r.id}") for r in rows]]:
        place = 0
        for (text, kind, cell_id), span in zip(texts, (1, *spans), strict=True):
            cells.append(Cell(len(ids), place, text, kind, 1, span, cell_id))
            place += span
        ids.append(row_id)
    return cells, ids


def _spans(n: int, total: int) -> tuple[int, ...]:
    """`n` columns over `total`: the last ones take what is left."""
    base = [1] * n
    base[-1] += total - n
    return tuple(base)


def _row_texts(tables: Tables, block: Block, row: Line) -> list[tuple[str, str, str]]:
    extra = _extra_of(tables, row)
    if extra:
        return [(extra.label, "label", ""), *[(v, "value", "") for v in extra.values]]
    ids = [block.cell_id(row.id, c.id) for c in block.columns]
    label = tables.word(f"{block.section}.{row.id}", row.label.zh)
    return [(label, "label", ""), *[(tables.cells.get(i, ""), "value", i) for i in ids]]


def _extra_of(tables: Tables, row: Line) -> ExtraRow | None:
    return tables.extra[int(row.id.removeprefix("extra "))] if row.id.startswith("extra ") else None


def _lines_of(tables: Tables, block: Block) -> list[Line]:
    """The rows of a block that the report prints, groups printed as one row and extra rows included."""
    groups = {line.id: line for line in block.group_lines}
    found: list[Line] = []
    for row in block.rows:
        line = row if _printed(tables, block, row) else groups.get(row.group)
        if line is not None and line not in found and _printed(tables, block, line):
            found.append(line)
        for number, extra in enumerate(tables.extra):
            if extra.block == block.id and extra.after == row.id:
                found.append(replace(row, id=f"extra {number}", role=""))
    return found


def _printed(tables: Tables, block: Block, row: Line) -> bool:
    return any(block.cell_id(row.id, c.id) in tables.cells for c in block.columns)


# ---------------------------------------------------------------- section 三
def _t3(tables: Tables, block: Block, layout: Layout) -> Table:
    rows = _t3_rows(tables, block, layout)
    cells = [_corner(tables, block), *_column_header(tables, block, layout, first=3)]
    cells += _row_groups(tables, block, rows, layout)
    for number, (row, source, span) in enumerate(rows, start=3):
        depth = len(block.group_path(row, "rows"))
        label = _extra_of(tables, row).label if _extra_of(tables, row) else tables.word(f"t3.{row.id}", row.label.zh)
        cells.append(Cell(number, depth, label, "label", 1, 3 - depth))
        if span:
            cells += _values(tables, block, source, number, 3, span)
    ids = ["", "", "", *[f"t3.{row.id}" for row, _, _ in rows]]
    share, unit = layout.label_share, (1 - layout.label_share) / 7
    return Table(tuple(cells), (share * 0.14, share * 0.22, share * 0.64, *[unit] * 7), 3, tuple(ids))


def _t3_rows(tables: Tables, block: Block, layout: Layout) -> list[tuple[Line, Line, int]]:
    """For each printed row: its label's line, the line whose figures stand there, and over how many rows (0: none)."""
    rows = []
    for line in _lines_of(tables, block):
        items = block.members(line.id)
        if items and layout.other_rows == "merged":
            rows += [(item, line, len(items) if item is items[0] else 0) for item in items]
        else:
            rows.append((line, line, 1))
    return rows


def _corner(tables: Tables, block: Block) -> Cell:
    return Cell(0, 0, tables.word("t3.corner", block.corner.zh), "header", 3, 3)


def _values(tables: Tables, block: Block, row: Line, at: int, first: int, span: int = 1) -> list[Cell]:
    extra = _extra_of(tables, row)
    if extra:
        return [Cell(at, first + k, v) for k, v in enumerate(extra.values)]
    ids = [block.cell_id(row.id, c.id) for c in block.columns]
    return [Cell(at, first + k, tables.cells.get(i, ""), "value", span, 1, i) for k, i in enumerate(ids)]


def _row_groups(tables: Tables, block: Block, rows: list, layout: Layout) -> list[Cell]:
    """The labels that span rows: 三、本年度办理结果, （三）不予公开 ..."""
    cells = []
    for group in block.row_groups:
        inside = [k for k, (row, _, _) in enumerate(rows) if group in block.group_path(row, "rows")]
        if inside:
            depth = 1 if group.parent else 0
            text = tables.word(f"t3.group.{group.id}", group.label.zh)
            text = "\n".join(text) if layout.vertical_label and not group.parent else text
            cells.append(Cell(3 + inside[0], depth, text, "label", len(inside), 1))
    return cells


def _column_header(tables: Tables, block: Block, layout: Layout, first: int) -> list[Cell]:
    """申请人情况 over its columns, the groups below it, the names at the foot; `first` is the first column's place."""
    beside = layout.t3_header == "total_beside_root"
    under_root = [c for c in block.columns if not (beside and c.role == "total")]
    cells = [Cell(0, first, tables.word("t3.column_root", block.column_root.zh), "header", 1, len(under_root))]
    for group in block.column_groups:
        inside = [k for k, c in enumerate(block.columns) if c.group == group.id]
        text = tables.word(f"t3.column_group.{group.id}", group.label.zh)
        cells.append(Cell(1, first + inside[0], text, "header", 1, len(inside)))
    for k, column in enumerate(block.columns):
        top = 2 if column.group else 1 if column in under_root else 0
        text = tables.word(f"t3.column.{column.id}", column.label.zh)
        cells.append(Cell(top, first + k, text, "header", 3 - top, 1))
    return cells


# ---------------------------------------------------------------- section 四
def _t4(tables: Tables, block: Block, layout: Layout) -> list[Table]:
    if layout.t4_tables == "one":
        return [_t4_table(tables, block, block.columns, layout)]
    review = [c for c in block.columns if c.group == "review"]
    return [
        _t4_table(tables, block, columns, layout) for columns in (review, [c for c in block.columns if c not in review])
    ]


def _t4_table(tables: Tables, block: Block, columns, layout: Layout) -> Table:
    paths = [block.group_path(c, "columns") for c in columns]
    depth = 1 + max(len(p) for p in paths)
    cells = []
    for group in block.column_groups:
        inside = [k for k, p in enumerate(paths) if group in p]
        if inside:
            path = paths[inside[0]]
            level = path.index(group)
            tall = depth - 1 - level if group is path[-1] and layout.t4_header == "low" else 1
            text = tables.word(f"t4.column_group.{group.id}", group.label.zh)
            cells.append(Cell(level, inside[0], text, "header", tall, len(inside)))
    for k, (column, path) in enumerate(zip(columns, paths, strict=True)):
        top = depth - 1 if layout.t4_header == "low" else len(path)
        text = tables.word(f"t4.column.{column.id}", column.label.zh)
        cells.append(Cell(top, k, text, "header", depth - top, 1))
    ids = [block.cell_id("", c.id) for c in columns]
    cells += [Cell(depth, k, tables.cells.get(i, ""), "value", 1, 1, i) for k, i in enumerate(ids)]
    header, row_ids = depth, ("",) * depth + ("t4",)
    return Table(tuple(cells), (1.0,) * len(columns), header, row_ids, (), layout.t4_table_size)


def plain_table(rows: list[list[str]]) -> Table:
    """A table that is no part of the form, e.g. of fees; the first row is its header."""
    cells = [
        Cell(r, c, text, "header" if r == 0 else "value") for r, row in enumerate(rows) for c, text in enumerate(row)
    ]
    return Table(tuple(cells), (1.0,) * len(rows[0]), 1, ("",) * len(rows))
