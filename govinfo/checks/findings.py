"""What a rule found: one row a finding, with its arithmetic in words and a key that outlives re-runs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from govinfo.checks.identities import rule_table
from govinfo.form import VERSIONS, FormCell, Label, load_form
from govinfo.placing.marks import counted
from govinfo.placing.values import plain
from govinfo.placing.wide import Wide, widen

_PAGE = re.compile(r" \(page \{page\}\)|（第\{page\}页）|，第 ?\{page\} ?页")

COLUMNS = (
    *("report_id", "rule", "outcome", "severity", "cells", "expected", "found"),
    *("suspects", "suggestion", "slip", "verdict", "key", "message"),
)


@dataclass(frozen=True)
class Sheet:
    """The cells of many reports as numbers that count in rules, with the published text behind each."""

    wide: Wide
    value: np.ndarray
    raw: np.ndarray
    mark: np.ndarray  # reports x cells: blanks and marks, whose number, where there is one, other figures force
    doubt: np.ndarray  # reports x cells: values that are a best reading, not surely what was published

    def has(self, report: int, cell: str) -> bool:
        return cell in self.wide and self.wide.place[report, self.wide.columns([cell])[0]] >= 0

    def column(self, cell: str) -> np.ndarray:
        """One cell over all reports: the number that counts, NaN where a report has none."""
        if cell not in self.wide:
            return np.full(len(self.wide.reports), np.nan)
        return self.value[:, self.wide.columns([cell])[0]]

    def number(self, report: int, cell: str) -> float:
        return self.column(cell)[report] if cell in self.wide else np.nan

    def in_doubt(self, report: int, cell: str) -> bool:
        return cell in self.wide and bool(self.doubt[report, self.wide.columns([cell])[0]])

    def printed(self, report: int, cell: str) -> str:
        """The published text, empty where there is none."""
        if not self.has(report, cell):
            return ""
        return str(self.raw[self.wide.place[report, self.wide.columns([cell])[0]]])


def sheet_of(cells: pd.DataFrame) -> Sheet:
    """The sheet of a cells table whose marks are resolved."""
    wide = widen(cells)
    flag, raw = cells["flag"].to_numpy(dtype=object), cells["raw"].to_numpy(dtype=object)
    marks, doubts = (wide.spread(flag == name, False) for name in ("zero_mark", "doubt"))
    return Sheet(wide, wide.spread(counted(cells)), raw, marks, doubts)


def finding(
    sheet: Sheet,
    report: int,
    rule: str,
    severity: str,
    terms: Sequence[tuple[int, str]],
    message: Label,
    *,
    outcome: str = "fail",
    expected: float | str = "",
    found: float | str = "",
    **words: str,
) -> dict:
    """One finding as a row: `terms` are (report number, cell), another report's cell is written report_id:cell.

    An error rests on values that are certain: with one in doubt among its terms, it is a question. The key is made of
    the report, the rule and, for each term, its text as published and the number it counts as: it stays while these stay,
    and changes when one of them does.
    """
    reports = sheet.wide.reports
    severity = "question" if any(sheet.in_doubt(*term) for term in terms) else severity
    names = [cell if r == report else f"{reports[r]}:{cell}" for r, cell in terms]
    figures = [f"{sheet.printed(r, cell)}={sheet.number(r, cell)}" for r, cell in terms]
    expected, found = (x if isinstance(x, str) else plain(x) for x in (expected, found))
    row = plain_finding(reports[report], rule, severity, message, expected=expected, found=found, **words)
    behind = key_of(reports[report], rule, *names, *figures)
    return row | {"outcome": outcome, "cells": " ".join(names), "key": behind, "verdict": "open" * (outcome == "fail")}


def plain_finding(
    report_id: str, rule: str, severity: str, message: Label, *, expected: str, found: str, **words: str
) -> dict:
    """A failure that no cell is behind, as a row; its key stays while report, rule, `expected` and `found` stay."""
    words = {"expected": expected, "found": found, **words}
    return {
        "report_id": report_id,
        "rule": rule,
        "outcome": "fail",
        "severity": severity,
        "expected": expected,
        "found": found,
        "verdict": "open",
        "key": key_of(report_id, rule, found, expected),
        "message": f"{message.en.format(**words)} | {message.zh.format(**words)}",
    }


def key_of(*behind: str) -> str:
    """The key of a finding: a hash of all that it rests on."""
    return hashlib.sha256("\x1f".join(behind).encode("utf-8")).hexdigest()[:16]


def cannot_tell(sheet: Sheet, report: int, rule: str, severity: str, terms, statement: Label) -> dict:
    """The finding that a rule has no answer, because a cell is missing or unread."""
    missing = " ".join(cell for r, cell in terms if np.isnan(sheet.number(r, cell)))
    message = message_of(rule_table()["outcome"]["cannot_tell"])
    message = Label(message.zh.replace("{statement}", statement.zh), message.en.replace("{statement}", statement.en))
    return finding(sheet, report, rule, severity, terms, message, outcome="cannot_tell", missing=missing)


def guarded(sheet: Sheet, rule: str, severity: str, work: Callable[[], Iterable[dict]]) -> list[dict]:
    """The rule's findings, or one `rule_error` a report: a broken rule is reported and stops no other."""
    try:
        return list(work())
    except Exception as error:  # noqa: BLE001 - a broken rule is a finding, not the end of the build
        text, message = f"{type(error).__name__}: {error}", message_of(rule_table()["outcome"]["rule_error"])
        reports = range(len(sheet.wide.reports))
        return [finding(sheet, r, rule, severity, (), message, outcome="rule_error", error=text) for r in reports]


def frame_of(rows: Iterable[dict], reports: Sequence[str]) -> pd.DataFrame:
    """Findings as a table of text: by report in the given order, within a report in the order of the rules."""
    order = {report: i for i, report in enumerate(reports)}
    return table_of(sorted(rows, key=lambda row: order[row["report_id"]]))


def table_of(rows: Iterable[dict]) -> pd.DataFrame:
    """Rows as a findings table: the contract's columns, all text, "" for what a row has not.

    >>> table_of([{"report_id": "r", "rule": "t4.review"}]).loc[0, ["rule", "verdict"]].tolist()
    ['t4.review', '']
    """
    table = [[row.get(name, "") for name in COLUMNS] for row in rows]
    return _table(table) if table else _empty().copy()  # most reports have none, and making a frame takes a millisecond


def _table(rows: list[list[str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


@cache
def _empty() -> pd.DataFrame:
    return _table([])


def written(values: Iterable[float]) -> str:
    """A sum written out without its zeros, and what it comes to.

    >>> written([4, 0, 2]), written([89, 21, -59]), written([0, 7]), written([0, 0])
    ('4 + 2 = 6', '89 + 21 - 59 = 51', '7', '0')
    """
    values = list(values)
    terms = [value for value in values if value]
    text = " ".join(f"{'-' if value < 0 else '+'} {plain(abs(value))}" for value in terms).removeprefix("+ ")
    return f"{text} = {plain(total(values))}" if len(terms) > 1 else text.replace("- ", "-") or "0"


def total(values: Iterable[float]) -> float:
    """The sum, without the dust that decimals leave in floats."""
    return round(float(sum(values)), 6)


@cache
def form_cell(cell_id: str) -> FormCell | None:
    """The form's cell of this id, in the latest version that has it; None for cells beyond the form."""
    forms = (load_form(version) for version in reversed(VERSIONS))
    return next((form.cell(cell_id) for form in forms if cell_id in form), None)


@cache
def cell_name(cell_id: str) -> Label:
    """A cell by its printed labels; the id itself for cells beyond the form."""
    cell = form_cell(cell_id)
    if cell is None:
        return Label(cell_id, cell_id)
    number = next(s.number for v in VERSIONS for s in load_form(v).sections if s.id == cell.section)
    zh, en = (" · ".join(x for x in (cell.row_label[k], cell.column_label[k]) if x) for k in ("zh", "en"))
    return Label(f"表{number}“{zh}”", f"{number} {en}")


def placed(message: Label, page: int | None) -> Label:
    """A message with its {page} open; without the words of a page where there is none, as in text and HTML.

    >>> message = placed(Label("正文称5（“5件”，第 {page} 页）", "the prose states 5 (page {page})"), 0)
    >>> message.zh, message.en
    ('正文称5（“5件”）', 'the prose states 5')
    """
    return message if page else Label(_PAGE.sub("", message.zh), _PAGE.sub("", message.en))


def message_of(row: dict) -> Label:
    """A rule's message in both languages, its {names} still open."""
    return Label(row["message_zh"], row["message_en"])
