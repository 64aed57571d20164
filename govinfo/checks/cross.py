"""Rules across reports: an agency's years, a government and its organs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
import pandas as pd

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
from govinfo.checks.identities import filled, rule_table
from govinfo.checks.joint import with_suspects
from govinfo.crosswalk import harmonise
from govinfo.form import VERSIONS, Label, load_form
from govinfo.placing.marks import counted

_NEEDED = ("report_id", "agency_id", "year")


def across_years(cells: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Rules between an agency's report and its report of the year before; findings stand with the later report.

    What one year carries out the next carries in, in every column of 三 (an error; a question where the scopes of the two
    reports differ); stock and flow, and repeals above the stock, in 二 (questions). `cells` after `resolve_marks`; `reports`
    needs report_id, agency_id, year and may have scope. Two different reports of one agency and year are a question, and
    neither is compared. Cells of the earlier report are written report_id:cell. A cell that a form does not ask for makes
    no finding, one that is missing makes the rule `cannot_tell`. A carry that fails has its suspects in both reports.
    """
    _require(reports, _NEEDED)
    sheet, before = sheet_of(cells), previous_reports(reports)
    pairs = _numbered(before, sheet)
    work = {"carry": _carry, "flow": _flow, "repeals": _repeals, "same": _same}
    rows = []
    for rule in rule_table()["cross"]:
        if rule["kind"] in work:
            call = partial(work[rule["kind"]], rule, sheet, pairs, reports)
            rows += guarded(sheet, rule["id"], rule["severity"], call)
    return with_suspects(frame_of(rows, sheet.wide.reports), cells, before)


def previous_reports(reports: pd.DataFrame) -> dict[str, str]:
    """Report -> the same agency's report of the year before; agencies' years with several reports are left out.

    >>> years = pd.DataFrame({"report_id": ["a", "b"], "agency_id": ["x", "x"], "year": [2023, 2024]})
    >>> previous_reports(years)
    {'b': 'a'}
    """
    if not set(_NEEDED) <= set(reports.columns):
        return {}
    known = reports.loc[reports["agency_id"].fillna("").ne("") & reports["year"].notna(), list(_NEEDED)]
    single = known.drop_duplicates(["agency_id", "year"], keep=False)
    at = {(agency, int(year)): report for report, agency, year in single.itertuples(index=False)}
    return {report: at[agency, year - 1] for (agency, year), report in at.items() if (agency, year - 1) in at}


def across_levels(cells: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """A whole government's totals against the sum of its organs' in the same year; findings stand with the government.

    Its figure is at least the sum of those organs whose reports are at hand (not every organ's is, so equality is not
    asked); figures of both forms are compared in their common vocabulary, amounts up to their rounding. All are questions.
    `reports` needs report_id, agency_id, year, scope and parent (agency_id or name of the parent, `agency`). Organs whose
    figure is missing, or that are not known, are left out of the sum.
    """
    _require(reports, (*_NEEDED, "scope", "parent"))
    sheet = sheet_of(cells)
    common = _common(cells)
    rows = []
    for rule in rule_table()["cross"]:
        if rule["kind"] == "levels":
            rows += guarded(sheet, rule["id"], rule["severity"], partial(_levels, rule, sheet, common, reports))
    return frame_of(rows, sheet.wide.reports)


def _require(reports: pd.DataFrame, columns: Iterable[str]) -> None:
    lacking = [name for name in columns if name not in reports]
    if lacking:
        raise ValueError(f"reports table: expected the columns {' '.join(columns)}, lacking {' '.join(lacking)}")


def _numbered(pairs: dict[str, str], sheet: Sheet) -> list[tuple[int, int]]:
    """(later, earlier) as report numbers of the sheet."""
    number = {report: i for i, report in enumerate(sheet.wide.reports)}
    return [(number[a], number[b]) for a, b in pairs.items() if a in number and b in number]


def _carry(rule: dict, sheet: Sheet, pairs: list, reports: pd.DataFrame) -> Iterator[dict]:
    scopes = dict(zip(reports["report_id"], reports["scope"].fillna(""), strict=True)) if "scope" in reports else {}
    names = sheet.wide.reports
    for column in load_form(VERSIONS[-1]).block("t3").columns:
        out, into = f"{rule['left']}.{column.id}", f"{rule['right']}.{column.id}"
        for now, before in pairs:
            same_scope = scopes.get(names[now], "") == scopes.get(names[before], "")
            severity = rule["severity"] if same_scope else "question"
            terms = [(before, out), (now, into)]
            yield from _compared(
                {**rule, "severity": severity}, sheet, f"{rule['id']}.{column.id}", terms, column.label
            )


def _compared(rule: dict, sheet: Sheet, name: str, terms: list, column: Label) -> Iterator[dict]:
    """A finding unless the two figures agree or a form has no such cell."""
    expected, found = (sheet.number(*term) for term in terms)
    report, severity = terms[-1][0], rule["severity"]
    if expected == found or not all(sheet.has(*term) for term in terms):
        return
    if np.isnan(expected + found):
        yield cannot_tell(sheet, report, name, severity, terms, filled(Label(rule["zh"], rule["en"]), column=column))
        return
    message = filled(message_of(rule), column=column)
    yield finding(sheet, report, name, severity, terms, message, expected=expected, found=found)


def _flow(rule: dict, sheet: Sheet, pairs: list, reports: pd.DataFrame) -> Iterator[dict]:
    """In force now = in force last year + made - repealed."""
    yield from _stock(rule, sheet, pairs, ("previous", "plus", "minus"), "now", lambda left, right: left == right)


def _repeals(rule: dict, sheet: Sheet, pairs: list, reports: pd.DataFrame) -> Iterator[dict]:
    """Repealed at most in force last year + made."""
    yield from _stock(rule, sheet, pairs, ("previous", "plus"), "minus", lambda left, right: right <= left)


def _stock(rule: dict, sheet: Sheet, pairs: list, keys: tuple[str, ...], right_key: str, holds) -> Iterator[dict]:
    for row in rule["rows"]:
        cell = {key: rule[key].replace("{row}", row) for key in (*keys, right_key)}
        name, label = rule["id"].replace("{row}", row), form_cell(cell["plus"]).row_label
        for now, before in pairs:
            left = [(before if key == "previous" else now, cell[key]) for key in keys]
            terms = [*left, (now, cell[right_key])]
            if not all(sheet.has(*term) for term in terms):
                continue
            signed = [sheet.number(*term) * (-1 if key == "minus" else 1) for key, term in zip(keys, left, strict=True)]
            expected, found = total(signed), sheet.number(*terms[-1])
            if np.isnan(expected + found):
                statement = filled(Label(rule["zh"], rule["en"]), row=label)
                yield cannot_tell(sheet, now, name, rule["severity"], terms, statement)
            elif not holds(expected, found):
                words = {"expected": expected, "found": found, "left": written(signed)}
                yield finding(sheet, now, name, rule["severity"], terms, filled(message_of(rule), row=label), **words)


def _same(rule: dict, sheet: Sheet, pairs: list, reports: pd.DataFrame) -> Iterator[dict]:
    """Two different reports of one agency and year."""
    known = reports[reports["agency_id"].fillna("").ne("") & reports["year"].notna()]
    number = {report: i for i, report in enumerate(sheet.wide.reports)}
    for _, group in known.groupby(["agency_id", "year"], sort=True):
        names = [report for report in group["report_id"] if report in number]
        for report in names if len(names) > 1 else ():
            others = " ".join(sorted(set(names) - {report}))
            yield finding(sheet, number[report], rule["id"], rule["severity"], (), message_of(rule), others=others)


def _common(cells: pd.DataFrame) -> pd.DataFrame:
    """Figures in the common vocabulary, what only one form asks for added under its own id; marks count as in rules."""
    numbers = cells.assign(value=counted(cells))
    shared = harmonise(numbers)
    other = numbers[~numbers["cell"].isin(set(" ".join(shared["sources"]).split()))]
    other = other.assign(sources=other["cell"])[["report_id", "cell", "value", "sources"]]
    return pd.concat([shared[other.columns], other], ignore_index=True)


def _levels(rule: dict, sheet: Sheet, common: pd.DataFrame, reports: pd.DataFrame) -> Iterator[dict]:
    number = {report: i for i, report in enumerate(sheet.wide.reports)}
    wanted = common[common["cell"].isin(_levels_cells(rule)) & common["value"].notna()]
    figures = {report: part.set_index("cell") for report, part in wanted.groupby("report_id", sort=False)}
    for parent, children in _families(rule, reports, set(figures)):
        for cell, figure in figures[parent].iterrows():
            parts = [(child, figures[child].loc[cell]) for child in children if cell in figures[child].index]
            yield from _against_children(rule, sheet, number, parent, cell, figure, parts)


def _levels_cells(rule: dict) -> list[str]:
    block = load_form(VERSIONS[0]).block(rule["rows_of"])
    return [*rule["cells"], *(block.cell_id(row.id, "total") for row in block.rows)]


def _families(rule: dict, reports: pd.DataFrame, known: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Each whole government with the organs under it that report for the same year; without doubled reports, and those
    of agencies that are not known, since they might be."""
    named = reports["report_id"].isin(known) & reports["agency_id"].fillna("").ne("")
    reports = reports[named].drop_duplicates(["agency_id", "year"], keep=False)
    for row in reports[reports["scope"] == rule["scope"]].itertuples():
        names = {row.agency_id, getattr(row, "agency", "")} - {""}
        under = reports["parent"].isin(names) & (reports["year"] == row.year) & (reports["report_id"] != row.report_id)
        children = reports.loc[under, "report_id"].tolist()
        if children:
            yield row.report_id, children


def _against_children(rule, sheet, number, parent, cell, figure, parts) -> Iterator[dict]:
    expected, found = total(part.value for _, part in parts), figure.value
    money = "元" in form_cell(cell).unit
    slack = sum(_half_unit(x) for x in (found, *(part.value for _, part in parts))) if money else 0
    if expected <= found + slack:
        return
    terms = [(number[child], source) for child, part in parts if part.value for source in part.sources.split()]
    terms += [(number[parent], source) for source in figure.sources.split()]
    name = f"{rule['id']}.{cell}"
    words = {"expected": expected, "found": found, "n": str(sum(1 for _, part in parts if part.value))}
    message = filled(message_of(rule), cell=cell_name(cell))
    yield finding(sheet, number[parent], name, rule["severity"], terms, message, **words)


def _half_unit(value: float) -> float:
    """Half a unit of the last printed decimal: what rounding may have taken."""
    decimals = len(repr(float(value)).partition(".")[2].rstrip("0"))
    return 0.5 * 10.0**-decimals
