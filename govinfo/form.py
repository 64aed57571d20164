"""The official form as data: sections, blocks, rows, columns, labels; one TOML file a version.

Everything else derives from it: matching, identities, official layout, codebook, labels.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

VERSIONS = ("2019", "2021")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Label:
    """A printed label in Chinese and English, with the wordings seen in its place."""

    zh: str
    en: str
    variants: tuple[str, ...] = ()

    def __getitem__(self, lang: str) -> str:
        if lang not in LANGUAGES:
            raise ValueError(f"lang must be one of {LANGUAGES}, got {lang!r}")
        return getattr(self, lang)

    @property
    def wordings(self) -> tuple[str, ...]:
        """The official wording first, then the variants."""
        return (self.zh, *self.variants)


@dataclass(frozen=True)
class Group:
    """A label that spans several rows or columns, e.g. （三）不予公开."""

    id: str
    label: Label
    parent: str = ""


@dataclass(frozen=True)
class Line:
    """A row or a column of a block."""

    id: str
    label: Label
    group: str = ""
    role: str = ""
    unit: str = ""
    basis: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Block:
    """One rectangular part of a section: rows x columns under one heading."""

    id: str
    section: str
    label: Label
    corner: Label
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    row_groups: tuple[Group, ...] = ()
    column_groups: tuple[Group, ...] = ()
    column_root: Label | None = None

    def group_path(self, line: Line, axis: str) -> tuple[Group, ...]:
        """The groups above a row (`axis="rows"`) or a column, outermost first."""
        groups = {g.id: g for g in (self.row_groups if axis == "rows" else self.column_groups)}
        path, group = [], line.group
        while group:
            path.insert(0, groups[group])
            group = groups[group].parent
        return tuple(path)

    def cell_id(self, row: str, column: str) -> str:
        """The id of the cell where `row` and `column` (ids) meet."""
        return ".".join(part for part in (self.section, row, column) if part)

    @property
    def group_lines(self) -> tuple[Line, ...]:
        """Groups of rows that a report may print as one row, e.g. t3.other."""
        unit = self.rows[0].unit
        parents = {g.parent for g in self.row_groups}
        return tuple(Line(g.id, g.label, g.parent, "outcome", unit) for g in self.row_groups if g.id not in parents)

    @property
    def lines(self) -> tuple[tuple[Line, bool], ...]:
        """All rows that a report may print, in order: (row, optional); a group as one row stands before its items."""
        groups, found = {line.id: line for line in self.group_lines}, []
        for line in self.rows:
            if line.group in groups:
                found.append((groups.pop(line.group), True))
            found.append((line, False))
        return tuple(found)

    def members(self, group: str) -> tuple[Line, ...]:
        """The rows inside a group."""
        return tuple(row for row in self.rows if row.group == group)


@dataclass(frozen=True)
class FormCell:
    """One cell of the form, with its labels as printed."""

    id: str
    section: str
    block: str
    row: str
    column: str
    unit: str
    row_label: Label
    column_label: Label
    signed: bool = False
    group_cell: bool = False


@dataclass(frozen=True)
class Section:
    """一 … 六; only 二, 三 and 四 hold tables."""

    id: str
    number: str
    label: Label
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Form:
    """One version of the official form.

    >>> form = load_form("2021")
    >>> len(form.cells)
    200
    >>> form.cell("t3.new.natural").row_label.zh
    '一、本年新收政府信息公开申请数量'
    """

    version: str
    notice: str
    first_year: int
    last_year: int | None
    label: Label
    sections: tuple[Section, ...]
    _by_id: dict = field(default_factory=dict, compare=False, repr=False)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block for section in self.sections for block in section.blocks)

    def block(self, block_id: str) -> Block:
        return next(b for b in self.blocks if b.id == block_id)

    @property
    def cells(self) -> tuple[FormCell, ...]:
        """The cells every report must have, in the form's order (no group cells)."""
        return tuple(cell for cell in self._by_id.values() if not cell.group_cell)

    @property
    def group_cells(self) -> tuple[FormCell, ...]:
        """The cells that exist only where a report prints a group as one row."""
        return tuple(cell for cell in self._by_id.values() if cell.group_cell)

    def cell(self, cell_id: str) -> FormCell:
        """The cell with this id, group cells included; KeyError names the form otherwise."""
        try:
            return self._by_id[cell_id]
        except KeyError:
            raise KeyError(f"form {self.version} has no cell {cell_id!r}") from None

    def __contains__(self, cell_id: str) -> bool:
        return cell_id in self._by_id


def _label(item: dict) -> Label:
    return Label(item["zh"], item["en"], tuple(item.get("variants", ())))


def _line(item: dict) -> Line:
    keys = ("group", "role", "unit", "basis", "signed")
    return Line(item["id"], _label(item), **{k: item[k] for k in keys if k in item})


def _groups(items: list[dict]) -> tuple[Group, ...]:
    return tuple(Group(g["id"], _label(g), g.get("parent", "")) for g in items)


def _block(section: str, item: dict) -> Block:
    return Block(
        id=item["id"],
        section=section,
        label=_label(item),
        corner=Label(item.get("corner_zh", ""), item.get("corner_en", "")),
        rows=tuple(_line(row) for row in item["rows"]),
        columns=tuple(_line(column) for column in item["columns"]),
        row_groups=_groups(item.get("row_groups", [])),
        column_groups=_groups(item.get("column_groups", [])),
        column_root=Label(item["column_root_zh"], item["column_root_en"]) if "column_root_zh" in item else None,
    )


def _joined(labels: tuple[Label, ...]) -> Label:
    return Label(" ".join(x.zh for x in labels if x.zh), " / ".join(x.en for x in labels if x.en))


def _block_cells(block: Block):
    heading = (block.label,) if block.section == "t2" else ()
    for row in (*block.rows, *block.group_lines):
        row_path = (*heading, *(g.label for g in block.group_path(row, "rows")), row.label)
        for column in block.columns:
            column_path = (*(g.label for g in block.group_path(column, "columns")), column.label)
            yield FormCell(
                id=block.cell_id(row.id, column.id),
                section=block.section,
                block=block.id,
                row=row.id,
                column=column.id,
                unit=column.unit or row.unit,
                row_label=_joined(row_path),
                column_label=_joined(column_path),
                signed=column.signed,
                group_cell=row in block.group_lines,
            )


@cache
def load_form(version: str) -> Form:
    """The form of one version ("2019" or "2021").

    Raises ValueError for any other version: reports before 2019 had no common form.
    """
    if version not in VERSIONS:
        raise ValueError(f"no form {version!r}: the known versions are {', '.join(VERSIONS)}")
    text = (resources.files("govinfo") / "forms" / f"{version}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    sections = tuple(
        Section(s["id"], s["number"], _label(s), tuple(_block(s["id"], b) for b in s["block"])) for s in data["section"]
    )
    cells = [cell for s in sections for b in s.blocks for cell in _block_cells(b)]
    cells.sort(key=lambda cell: cell.group_cell)  # stable: group cells after the form's own
    return Form(
        version=data["form"],
        notice=data["notice"],
        first_year=data["first_year"],
        last_year=data.get("last_year"),
        label=Label(data["title_zh"], data["title_en"]),
        sections=sections,
        _by_id={cell.id: cell for cell in cells},
    )


def cells_of(versions: dict[str, str]) -> tuple[FormCell, ...]:
    """The cells of a report whose sections may follow different versions.

    `versions` maps a section id to a version: {"t2": "2019", "t3": "2021", "t4": "2021"}.
    """
    return tuple(
        cell for section, version in versions.items() for cell in load_form(version).cells if cell.section == section
    )


def form_year(year: int) -> str:
    """The version that the law asks for in a report year; ValueError before 2019."""
    for version in VERSIONS:
        form = load_form(version)
        if form.first_year <= year <= (form.last_year or year):
            return version
    raise ValueError(f"report year {year}: reports before 2019 have no common form")
