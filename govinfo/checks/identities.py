"""The identities of 三 and 四, derived from the form's tree, and their arithmetic for many reports at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np

from govinfo.form import VERSIONS, Block, Form, Label, Line, load_form

_NO_TEXT = Label("", "")


@dataclass(frozen=True)
class Identity:
    """left (added) = right (added), over cell ids; `message` keeps {left}, {right}, {expected}, {found} open."""

    id: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    severity: str
    statement: Label
    reason: str
    message: Label = _NO_TEXT
    forms: tuple[str, ...] = VERSIONS

    @property
    def cells(self) -> tuple[str, ...]:
        return self.left + self.right


@cache
def rule_table() -> dict:
    """rules.toml as data: identity, rule, cross, outcome."""
    return tomllib.loads((resources.files("govinfo.checks") / "rules.toml").read_text(encoding="utf-8"))


def identities(cell_ids: Iterable[str]) -> list[Identity]:
    """The identities of 三 and 四 for the cells a report has, in the form's order.

    A group printed as one row (its cell `t3.other.<column>` is among `cell_ids`) stands for its items, whose own ids are
    then left aside. Cells that an identity needs and the report lacks are listed in it all the same: evaluated, it cannot
    tell. The order of `cell_ids` does not matter.

    >>> [i.id for i in identities(["t4.review.total", "t4.review.upheld"])]
    ['t4.review']
    >>> from govinfo.form import load_form
    >>> len(identities(cell.id for cell in load_form("2021").cells))
    42
    """
    return list(_identities(frozenset(cell_ids)))


@lru_cache(maxsize=4096)
def _identities(ids: frozenset[str]) -> tuple[Identity, ...]:
    return tuple(_derived(ids))


def _derived(ids: frozenset[str]) -> Iterator[Identity]:
    for template in rule_table()["identity"]:
        form = _form_of(ids, template["section"])
        for block in form.blocks:
            if block.section == template["section"]:
                yield from _KINDS[template["kind"]](block, template, ids)


def _form_of(ids: frozenset[str], section: str) -> Form:
    """The version whose cells of the section fit the ids best; the latest of several."""

    def fit(version):
        return sum(cell.id in ids for cell in load_form(version).cells if cell.section == section), version

    return load_form(max(VERSIONS, key=fit))


def _printed_lines(block: Block, ids: frozenset[str]) -> list[Line]:
    """The block's rows as printed: a group with a cell of its own in place of its items."""
    groups = {g.id: g for g in block.group_lines if any(block.cell_id(g.id, c.id) in ids for c in block.columns)}
    lines = {}
    for row in block.rows:
        line = groups.get(row.group, row)
        lines.setdefault(line.id, line)
    return list(lines.values())


def _total(lines: Iterable[Line]) -> Line:
    return next(line for line in lines if line.role == "total")


def _row_identities(block: Block, template: dict, ids: frozenset[str]) -> Iterator[Identity]:
    total = _total(block.columns)
    for row in _printed_lines(block, ids):
        left = tuple(block.cell_id(row.id, column.id) for column in block.columns if column is not total)
        right = (block.cell_id(row.id, total.id),)
        if not ids.isdisjoint(left + right):
            yield _identity(template, row.id, left, right, row=row.label)


def _column_identities(block: Block, template: dict, ids: frozenset[str]) -> Iterator[Identity]:
    lines = _printed_lines(block, ids)
    sides = {"outcomes": (("outcome",), ("total",)), "balance": (("inflow",), ("total", "outflow"))}[template["kind"]]
    for column in block.columns:
        left, right = (tuple(block.cell_id(x.id, column.id) for x in lines if x.role in side) for side in sides)
        if not ids.isdisjoint(left + right):
            yield _identity(template, column.id, left, right, column=column.label)


def _block_identities(block: Block, template: dict, ids: frozenset[str]) -> Iterator[Identity]:
    for group in block.column_groups:
        columns = [column for column in block.columns if column.group == group.id]
        if not columns:
            continue
        parts = tuple(block.cell_id("", column.id) for column in columns if column.role != "total")
        total = (block.cell_id("", _total(columns).id),)
        if not ids.isdisjoint(parts + total):
            yield _identity(template, group.id, parts, total, group=group.label)


_KINDS = {
    "row": _row_identities,
    "outcomes": _column_identities,
    "balance": _column_identities,
    "block": _block_identities,
}


def _identity(template: dict, suffix: str, left: tuple, right: tuple, **labels: Label) -> Identity:
    return Identity(
        id=f"{template['id']}.{suffix}",
        left=left,
        right=right,
        severity=template["severity"],
        statement=filled(Label(template["zh"], template["en"]), **labels),
        reason=template["reason"],
        message=filled(Label(template["message_zh"], template["message_en"]), **labels),
        forms=tuple(template.get("forms", VERSIONS)),
    )


def filled(text: Label, **labels: Label) -> Label:
    """A two-language text with {names} replaced by labels; other braces stay."""
    zh, en = text.zh, text.en
    for name, label in labels.items():
        zh, en = zh.replace(f"{{{name}}}", label.zh), en.replace(f"{{{name}}}", label.en)
    return Label(zh, en)


@lru_cache(maxsize=4096)
def coefficients(cell_ids: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Two matrices, identities x cells: +1 left, -1 right, 0 elsewhere; and the count of terms that are no cell.

    >>> signs, absent = coefficients(("t4.review.upheld", "t4.review.total"))
    >>> signs.tolist(), absent.tolist()
    ([[1.0, -1.0]], [3.0])
    """
    places = {cell: i for i, cell in enumerate(cell_ids)}
    found = identities(cell_ids)
    signs, absent = np.zeros((len(found), len(cell_ids))), np.zeros(len(found))
    for k, identity in enumerate(found):
        for sign, side in ((1, identity.left), (-1, identity.right)):
            for cell in side:
                if cell in places:
                    signs[k, places[cell]] = sign
                else:
                    absent[k] += 1
    return signs, absent


def differences(values: np.ndarray, cell_ids: tuple[str, ...]) -> np.ndarray:
    """Left minus right of every identity for many reports at once: reports x identities.

    `values` is reports x cells (float, NaN where unknown) with the columns `cell_ids`; the identities are those of
    `identities(cell_ids)`, in that order. 0 holds, another number fails, NaN cannot tell. Exact for whole numbers
    below 2**53.
    """
    signs, absent = coefficients(tuple(cell_ids))
    unknown = np.isnan(values)
    result = np.where(unknown, 0.0, values) @ signs.T
    blocked = unknown.astype(float) @ np.abs(signs).T + absent > 0
    result = np.round(result, 6) + 0.0  # decimals (a wrong figure) leave float dust; whole numbers are exact
    result[blocked] = np.nan
    return result
