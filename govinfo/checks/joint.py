"""Two years of one agency as one table: which cells of either report explain that what was carried out was not carried in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from govinfo.checks.identities import Identity, identities
from govinfo.checks.localise import attach
from govinfo.form import Label
from govinfo.placing.marks import effective

CARRY = "years.carry."
SECTION = "t3."


def with_suspects(findings: pd.DataFrame, cells: pd.DataFrame, before: dict[str, str]) -> pd.DataFrame:
    """Failures of the carry between years with suspects, suggestion, slip and verdict; other findings stay as they are.

    The smallest sets make section 三 of both reports and the carry between them hold at once; a cell of the earlier report
    is written report_id:cell. `before` names each report's earlier one, `cells` are those of all reports after
    `resolve_marks`. Where too many cells or sets would do, the suspects stay empty and the message says so.
    """
    failed = findings["rule"].str.startswith(CARRY) & (findings["outcome"] == "fail")
    if not failed.any():
        return findings
    filled = [_filled(own, cells, before[report]) for report, own in findings[failed].groupby("report_id", sort=False)]
    return pd.concat([findings[~failed], *filled]).sort_index()


def _filled(findings: pd.DataFrame, cells: pd.DataFrame, earlier: str) -> pd.DataFrame:
    later = findings["report_id"].iloc[0]
    parts = [_section(cells, earlier, f"{earlier}:"), _section(cells, later, "")]
    rules = [rule for report in (earlier, later) for rule in _rules(cells, report, f"{earlier}:" * (report == earlier))]
    carried = [_carry(rule, earlier) for rule in findings["rule"]]
    return attach(findings, pd.concat(parts, ignore_index=True).assign(report_id=later), [*rules, *carried])


def _section(cells: pd.DataFrame, report: str, prefix: str) -> pd.DataFrame:
    own = cells[(cells["report_id"] == report) & cells["cell"].str.startswith(SECTION)]
    return own.assign(cell=prefix + own["cell"])


def _rules(cells: pd.DataFrame, report: str, prefix: str) -> Iterable[Identity]:
    """The identities of 三 of one report, its cells and their ids under a prefix."""
    own = effective(_section(cells, report, ""))
    for rule in identities(own):
        left, right = (tuple(prefix + cell for cell in side) for side in (rule.left, rule.right))
        yield replace(rule, id=prefix + rule.id, left=left, right=right)


def _carry(rule: str, earlier: str) -> Identity:
    column = rule.removeprefix(CARRY)
    left, right = (f"{earlier}:{SECTION}carried_out.{column}",), (f"{SECTION}carried_in.{column}",)
    return Identity(rule, left, right, "error", Label("", ""), "")
