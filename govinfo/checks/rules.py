"""Rules as data (rules.toml), evaluated for many reports at once: identities, ranges, and questions a specialist asks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from govinfo.checks.cross import previous_reports
from govinfo.checks.findings import (
    Sheet,
    cannot_tell,
    cell_name,
    finding,
    form_cell,
    frame_of,
    guarded,
    message_of,
    sheet_of,
    total,
    written,
)
from govinfo.checks.identities import Identity, differences, filled, identities, rule_table
from govinfo.form import Label
from govinfo.placing.values import plain

_LISTED = 5  # blank cells named in a message; all stand in `cells`

__all__ = ["Identity", "differences", "evaluate", "identities"]


def evaluate(cells: pd.DataFrame, reports: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every rule on every report: the findings table of the contract; passes are not listed.

    `cells` is the cells table of one or many reports after `resolve_marks`. Undetermined marks count as 0, forced ones as
    forced, so a mark never hides a failure; a `missing` or unread cell makes a rule `cannot_tell`. For sums, `expected` is
    what the parts come to and `found` what the total says. `reports` (report_id, level) is needed by rules on powers,
    which are left out without it. `suspects`, `suggestion` and `slip` are empty: localisation fills them.

    >>> row = {"report_id": "r", "unit": "件", "flag": "ok", "note": ""}
    >>> parts = {"upheld": 10, "corrected": 0, "other": 0, "pending": 1, "total": 0}
    >>> cells = pd.DataFrame([row | {"cell": f"t4.review.{k}", "value": v, "raw": str(v)} for k, v in parts.items()])
    >>> evaluate(cells)[["rule", "outcome", "expected", "found"]].values.tolist()
    [['t4.review', 'fail', '11', '0']]
    """
    sheet = sheet_of(cells)
    rows = guarded(sheet, "identities", "error", partial(_identities, sheet))
    for rule in rule_table()["rule"]:
        rows += guarded(sheet, rule["id"], rule["severity"], partial(_KINDS[rule["kind"]], rule, sheet, reports))
    return frame_of(rows, sheet.wide.reports)


def _identities(sheet: Sheet) -> Iterator[dict]:
    """All identities of all reports: one matrix product for each set of cells that occurs."""
    for at, columns, ids in sheet.wide.alike():
        found = identities(ids)
        gaps = differences(sheet.value[np.ix_(at, columns)], ids)
        for i, k in zip(*np.nonzero(gaps != 0), strict=True):  # NaN is not 0: cannot tell
            yield _identity_finding(sheet, int(at[i]), found[k], gaps[i, k])


def _identity_finding(sheet: Sheet, report: int, identity: Identity, gap: float) -> dict:
    terms = [(report, cell) for cell in identity.cells]
    if np.isnan(gap):
        return cannot_tell(sheet, report, identity.id, identity.severity, terms, identity.statement)
    left, right = ([sheet.number(report, cell) for cell in side] for side in (identity.left, identity.right))
    return finding(
        sheet,
        report,
        identity.id,
        identity.severity,
        terms,
        identity.message,
        expected=total(left),
        found=total(right),
        left=written(left),
        right=written(right),
    )


def _nonnegative(rule: dict, sheet: Sheet, reports) -> Iterator[dict]:
    signed = np.array([bool(cell and cell.signed) for cell in map(form_cell, sheet.wide.cells)], dtype=bool)
    yield from _single_cells(rule, sheet, (sheet.value < 0) & ~signed)


def _whole(rule: dict, sheet: Sheet, reports) -> Iterator[dict]:
    money = np.array([bool(cell and "元" in cell.unit) for cell in map(form_cell, sheet.wide.cells)], dtype=bool)
    yield from _single_cells(rule, sheet, (np.floor(sheet.value) != sheet.value) & ~np.isnan(sheet.value) & ~money)


def _single_cells(rule: dict, sheet: Sheet, wrong: np.ndarray) -> Iterator[dict]:
    """One finding for each figure that is wrong by itself."""
    for report, column in zip(*np.nonzero(wrong), strict=True):
        cell = sheet.wide.cells[column]
        message = filled(message_of(rule), cell=cell_name(cell))
        number = float(sheet.value[report, column])
        yield finding(sheet, int(report), rule["id"], rule["severity"], [(report, cell)], message, found=number)


def _blank(rule: dict, sheet: Sheet, reports) -> Iterator[dict]:
    """One finding for each report with cells left blank that the printed figures force above 0."""
    forced = sheet.mark & (sheet.value > 0)
    for report in map(int, np.flatnonzero(forced.any(axis=1))):
        cells = [sheet.wide.cells[column] for column in np.flatnonzero(forced[report])]
        names = [(cell_name(cell), plain(sheet.number(report, cell))) for cell in cells[:_LISTED]]
        more = " …" * (len(cells) > _LISTED)
        zh, en = (gap.join(f"{name[k]} = {n}" for name, n in names) + more for k, gap in (("zh", "，"), ("en", ", ")))
        message = filled(message_of(rule), listed=Label(zh, en))
        terms, n = [(report, cell) for cell in cells], plain(len(cells))
        yield finding(sheet, report, rule["id"], rule["severity"], terms, message, expected="0", n=n)


def _at_most(rule: dict, sheet: Sheet, reports) -> Iterator[dict]:
    """The sum of `left` less the sum of `less` is at most `right`; reports without any of the cells are passed over."""
    for row in rule["rows"]:
        left, less = ([cell.replace("{row}", row) for cell in rule.get(key, ())] for key in ("left", "less"))
        right = rule["right"].replace("{row}", row)
        found = sum(map(sheet.column, left)) - sum(map(sheet.column, less))
        over = ~(found <= sheet.column(right))  # NaN: cannot tell
        for report in np.flatnonzero(over & ~_known_before(rule, row, sheet, reports)):
            terms = [(int(report), cell) for cell in (*left, *less, right)]
            if any(sheet.has(*term) for term in terms):
                yield _at_most_finding(rule, sheet, row, terms, found[report])


def _known_before(rule: dict, row: str, sheet: Sheet, reports: pd.DataFrame | None) -> np.ndarray:
    """Which reports have last year's figure beside them, where a sharper rule across years then asks."""
    known = np.zeros(len(sheet.wide.reports), dtype=bool)
    if "unless_known" in rule and reports is not None:
        number = {report: i for i, report in enumerate(sheet.wide.reports)}
        figures = sheet.column(rule["unless_known"].replace("{row}", row))
        for now, before in previous_reports(reports).items():
            if now in number and before in number:
                known[number[now]] = not np.isnan(figures[number[before]])
    return known


def _at_most_finding(rule: dict, sheet: Sheet, row: str, terms: list, found: float) -> dict:
    report, right = terms[-1]
    name, label = rule["id"].replace("{row}", row), form_cell(right).row_label
    expected = sheet.number(report, right)
    if np.isnan(found) or np.isnan(expected):
        statement = filled(Label(rule["zh"], rule["en"]), row=label)
        return cannot_tell(sheet, report, name, rule["severity"], terms, statement)
    message = filled(message_of(rule), row=label)
    return finding(sheet, report, name, rule["severity"], terms, message, expected=expected, found=found)


def _power(rule: dict, sheet: Sheet, reports: pd.DataFrame | None) -> Iterator[dict]:
    """Rules (规章) reported by an organ of a level that cannot make them."""
    if reports is None:
        return
    levels = dict(zip(reports["report_id"], reports["level"], strict=True))
    for report, report_id in enumerate(sheet.wide.reports):
        level = levels.get(report_id, "")
        terms = [(report, cell) for cell in rule["cells"] if sheet.number(report, cell) > 0]
        if terms and level in rule["levels"]:
            found = " ".join(plain(sheet.number(*term)) for term in terms)
            yield finding(
                sheet,
                report,
                rule["id"],
                rule["severity"],
                terms,
                message_of(rule),
                expected="0",
                found=found,
                level=level,
            )


_KINDS = {"nonnegative": _nonnegative, "whole": _whole, "blank": _blank, "at_most": _at_most, "power": _power}
