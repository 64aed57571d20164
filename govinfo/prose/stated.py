"""Prose against tables, and prose against itself: which stated figure fits no reading."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import product

import pandas as pd

from govinfo.checks.findings import form_cell, placed, table_of
from govinfo.form import Label
from govinfo.placing.marks import effective
from govinfo.placing.values import plain
from govinfo.prose.quotes import Quote, quotes

_ORGANISATIONS = ("enterprise", "research", "welfare", "legal", "other")
_COLUMNS = ("natural", *_ORGANISATIONS)
_RESULTS = ("upheld", "corrected", "other", "pending")
_LAWSUITS = ("direct", "after_review")


def compare(claims: pd.DataFrame, cells: pd.DataFrame, report, previous=None) -> pd.DataFrame:
    """The claims of one report that fit no reading, as findings (the contract's columns, `outcome` fail only).

    `claims` as `find_claims` gives them, `cells` after `resolve_marks`, `report` with report_id, year and scope;
    `previous`, where known, is the same agency's report of the year before, with `claims` and `cells`. Rules:
    `claim.<claim>` (against the tables, by the readings of stated.toml), `claim.share` and `claim.growth` (recomputed;
    rounded, cut off, or a share nudged by one in its last place so that all reach 100), `claim.difference`,
    `claim.<claim>.parts` (the parts that follow 其中 against their total). `found` is the figure stated, `expected` what the
    first reading gives. Severity is `question` where the prose may count another scope: fewer cases than the tables of a
    whole government, more than those of an organ where the sentence says 全市 or the like, and normative documents.

    A claim makes no finding where a missing cell leaves one of its readings open, and a question at most where only cells
    read with doubt contradict it. 余, 约 and the like are not tested. Raises ValueError for marks that `resolve_marks` has
    not seen.

    >>> from types import SimpleNamespace
    >>> from govinfo.prose.claims import find_claims
    >>> from govinfo.document import Line
    >>> row = {"report_id": "r", "cell": "t3.new.total", "value": 3.0, "flag": "ok", "note": ""}
    >>> claims = find_claims([Line("全年受理政府信息公开申请2件。", 1)], 2023)
    >>> compare(claims, pd.DataFrame([row]), SimpleNamespace(report_id="r", year=2023, scope="own organ"))[
    ...     ["rule", "severity", "expected", "found"]].values.tolist()
    [['claim.received', 'error', '3', '2']]
    """
    last, earlier = (None, claims.iloc[:0]) if previous is None else (previous.cells, previous.claims)
    rows = _contradicted(claims, report, cells, last, earlier)
    if any(table is not None and table["flag"].eq("doubt").any() for table in (cells, last) if rows):
        sure = _contradicted(claims, report, _certain(cells), _certain(last), earlier)
        rows = [row if row in sure else row | {"severity": "question"} for row in rows]
    return _frame(rows, report.report_id)


def _contradicted(claims: pd.DataFrame, report, cells: pd.DataFrame, last: pd.DataFrame | None, earlier) -> list[dict]:
    """The findings on all claims, from the cells as they stand; `last` and `earlier` are last year's cells and claims."""
    tables = _Tables(effective(cells) if len(cells) else {})
    before = None if last is None or not len(last) else _Tables(effective(last))
    rows: list[dict] = []
    for quote in quotes(claims, report.year):
        for claim in quote.claims:
            rows += _against_tables(claim, quote, tables, report.scope)
        rows += [*_shares(quote, claims, tables), *_growth(quote, claims, tables, earlier, before), *_parts(quote)]
    return rows


def _certain(cells: pd.DataFrame | None) -> pd.DataFrame | None:
    """The cells with those in doubt as unread: what contradicts a claim then rests on certain values alone."""
    return None if cells is None else cells.assign(value=cells["value"].mask(cells["flag"] == "doubt"))


# ------------------------------------------------------------------------------------------------ the tables


class _Tables:
    """The cells of a report by id, with groups, 法人或其他组织 and both kinds of lawsuits as sums."""

    def __init__(self, values: Mapping):
        self.values = {cell: None if value is None else float(value) for cell, value in values.items()}

    def readings(self, claim: str) -> list[tuple[str, float]]:
        """Every reading of a claim that the tables can answer, as (the sum in cells, its value)."""
        if not claim or claim in ("share", "growth", "withdrawn", "disclosed_items", "fee_yuan"):
            return []
        row = _rules()["reading"].get(claim, {})
        found = []
        for text, summed in product(row.get("sums", [_cell_of(claim)]), (False, True)):
            value = self._sum(text, summed)
            if value is not None and (text, value) not in found:
                found.append((text, value))
        return found

    def unknown(self, claim: str) -> bool:
        """Whether a reading of a claim asks for cells of this report's form of which one is missing."""
        texts = _rules()["reading"].get(claim, {}).get("sums", [_cell_of(claim)] if claim else [])
        return any(self._asked(text) and self._sum(text, False) is self._sum(text, True) is None for text in texts)

    def _asked(self, text: str) -> bool:
        """Whether the report's form has the cells of a reading."""
        names = [cell.rsplit(".", 1) for cell in re.findall(r"t\d[a-z0-9_.]+", text)]
        return all(
            any(c.startswith(f"{row}.") and c.endswith(f".{column}") for c in self.values) for row, column in names
        )

    def values_of(self, claim: str) -> list[float]:
        return [value for _, value in self.readings(claim)]

    def _sum(self, text: str, summed: bool) -> float | None:
        total = 0.0
        for sign, cell in re.findall(r"([-+]?)\s*([a-z0-9_.]+)", text):
            value = self._cell(cell, summed)
            if value is None:
                return None
            total += -value if sign == "-" else value
        return total

    def _cell(self, cell: str, summed: bool) -> float | None:
        section, row, column = cell.split(".")[0], ".".join(cell.split(".")[1:-1]), cell.split(".")[-1]
        if row == "litigation":
            return _added(self._cell(f"t4.{kind}.{column}", summed) for kind in _LAWSUITS)
        parts = _COLUMNS if section == "t3" and column == "total" else _RESULTS if column == "total" else ()
        if column == "organisations":
            return _added(self._group(section, row, name) for name in _ORGANISATIONS)
        if summed and parts:
            return _added(self._group(section, row, name) for name in parts)
        return self._group(section, row, column)

    def _group(self, section: str, row: str, column: str) -> float | None:
        if (cell := f"{section}.{row}.{column}") in self.values:
            return self.values[cell]
        inside = re.compile(rf"{re.escape(section)}\.{re.escape(row)}\.[a-z_]+\.{column}")
        return _added(value for cell, value in self.values.items() if inside.fullmatch(cell))


def readings(claim: str, values: Mapping) -> list[tuple[str, float]]:
    """Every reading of a claim that the cells (cell: number) can answer, as (the sum in cells, its value).

    >>> readings("granted", {"t3.granted.total": 4, "t3.partial.total": 2})
    [('t3.granted.total', 4.0), ('t3.granted.total + t3.partial.total', 6.0)]
    """
    return _Tables(values).readings(claim)


def _cell_of(claim: str) -> str:
    case, _, result = claim.partition(".")
    return f"t4.{case}.{result or 'total'}" if case in ("review", "litigation") else f"t3.{claim}.total"


def _added(values) -> float | None:
    values = list(values)
    return sum(values) if values and None not in values else None


def _against_tables(claim, quote: Quote, tables: _Tables, scope: str) -> Iterator[dict]:
    readings = tables.readings(claim.claim)
    beside = [0.0, *quote.inner(_rules()["reading"].get(claim.claim, {}).get("beside", ""))]
    fits = any(value == claim.figure + more for _, value in readings for more in beside)
    if fits or not readings or claim.note == "approximate" or tables.unknown(claim.claim):
        return
    narrower = scope == "whole government" and all(claim.figure < value for _, value in readings)
    wider = scope != "whole government" and _rules()["wider"].search(claim.quote)
    asked = _rules()["reading"].get(claim.claim, {}).get("question") or narrower or wider
    text, value = readings[0]
    yield _row(f"claim.{claim.claim}", claim, "cell", value, claim.figure, cells=text, question=bool(asked))


# ------------------------------------------------------------------------------------------------ recomputing


def _shares(quote: Quote, claims: pd.DataFrame, tables: _Tables) -> Iterator[dict]:
    for share in quote.shares():
        bases = [share.base] if share.base else ["handled", "received"]
        wholes = [value for base in bases for value in [*_stated(claims, base), *tables.values_of(base)]]
        wholes += quote.wholes(share)
        parts = [share.part] if share.part is not None else _stated_here(quote, share.of)
        parts = parts or tables.values_of(share.of)
        ratios = [100 * part / whole for part in parts for whole in wholes if whole and part <= whole]
        if ratios and not any(_same_share(share.stated, ratio) for ratio in ratios):
            yield _row("claim.share", quote.claim_of(share.at), "share", round(ratios[0], 2), share.stated)


def _growth(quote: Quote, claims, tables: _Tables, earlier, before: _Tables | None) -> Iterator[dict]:
    for change in quote.changes():
        now = [*(quote.stated_before(change) or _stated(claims, change.of)), *tables.values_of(change.of)]
        then = quote.last_year() or [*_stated(earlier, change.of), *(before.values_of(change.of) if before else [])]
        if change.percent:
            figures = [100 * (a / b - 1) for a, b in product(now, then) if b]
            fits = [_same_growth(change.stated, figure) for figure in figures]
        else:
            figures = [a - b for a, b in product(now, then)]
            fits = [change.stated in (figure, -figure) for figure in figures]
        if figures and not any(fits):
            kind = "growth" if change.percent else "difference"
            yield _row(f"claim.{kind}", quote.claim_of(change.at), kind, round(figures[0], 2), change.stated)


def _parts(quote: Quote) -> Iterator[dict]:
    for total in quote.totals():
        sums = [sum(total.parts[:k]) for k in range(2, len(total.parts) + 1)]
        if sums and total.stated not in sums and (sums[-1] > total.stated or total.closed):
            claim = quote.claim_of(total.at)
            yield _row(f"claim.{claim.claim}.parts", claim, "parts", sums[-1], total.stated)


def _stated(claims: pd.DataFrame, name: str) -> list[float]:
    return claims.loc[claims["claim"] == name, "figure"].tolist()


def _stated_here(quote: Quote, claim: str) -> list[float]:
    return [c.figure for c in quote.claims if c.claim == claim]


def _same_share(stated: float, exact: float) -> bool:
    """Rounded, cut off, or nudged by one in the last place so that all shares reach 100."""
    return abs(stated - exact) < _last_place(stated) * (1 + 1e-9)


def _same_growth(stated: float, exact: float) -> bool:
    """Rounded or cut off."""
    step, gap = _last_place(stated), abs(exact) - abs(stated)
    return stated * exact >= 0 and -step / 2 - 1e-9 <= gap < step


def _last_place(number: float) -> float:
    return 10.0 ** -len(repr(float(number)).partition(".")[2].rstrip("0"))


# ------------------------------------------------------------------------------------------------ the findings


def _row(rule: str, claim, kind: str, expected: float, found: float, cells: str = "", question: bool = False) -> dict:
    """One finding; its key stays while report, rule, stated figure and what it is held against stay."""
    expected, found = plain(expected), plain(found)
    at = max(claim.quote.find(found), 0)
    words = {"found": found, "expected": expected, "page": claim.page, "quote": claim.quote[max(at - 40, 0) : at + 20]}
    text, what = _rules()["message"][kind], label(claim.claim)
    message = placed(Label(text["zh"], text["en"]), None if pd.isna(claim.page) else claim.page)
    return {
        "rule": rule,
        "outcome": "fail",
        "severity": "question" if question else "error",
        "cells": " ".join(re.findall(r"t\d[a-z0-9_.]+", cells)),
        "expected": expected,
        "found": found,
        "verdict": "open",
        "message": f"{message.en.format(what=what.en, **words)} | {message.zh.format(what=what.zh, **words)}",
    }


def label(claim: str) -> Label:
    """A claim's name in Chinese and English: its own, its case's and result's, or that of the row of 三 it names."""
    labels, (case, _, result) = _rules()["label"], claim.partition(".")
    if claim in labels:
        return Label(*labels[claim])
    if case in ("review", "litigation"):
        return Label(*(f"{a}{gap}{b}" for a, b, gap in zip(labels[case], labels[result], ("", " "), strict=True)))
    cell = form_cell(_cell_of(claim))
    return cell.row_label if cell else Label(claim, claim)


def _frame(rows: list[dict], report_id: str) -> pd.DataFrame:
    seen: dict[str, dict] = {}
    for row in rows:
        behind = "\x1f".join([report_id, row["rule"], row["found"], row["expected"], row["cells"]])
        key = hashlib.sha256(behind.encode("utf-8")).hexdigest()[:16]
        seen.setdefault(key, row | {"report_id": report_id, "key": key})
    return table_of(seen.values())


@cache
def _rules() -> dict:
    data = tomllib.loads((resources.files("govinfo.prose") / "stated.toml").read_text(encoding="utf-8"))
    readings = {row["claim"]: row for row in data["reading"]}
    return {
        "reading": readings,
        "wider": re.compile(data["scope"]["wider"]),
        "message": data["message"],
        "label": data["label"],
    }
