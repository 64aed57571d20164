"""Many reports at once: read in parallel, cached, gathered into the tables of the contract."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from govinfo.builds import cache as readings
from govinfo.builds.cache import Shelf
from govinfo.builds.inputs import Input, find_inputs, text_of_name
from govinfo.builds.limits import USUAL, Limits
from govinfo.builds.packed import failed, unpack
from govinfo.builds.pool import read_files
from govinfo.builds.readings import PER_REPORT
from govinfo.checks.problems import apart
from govinfo.checks.review import Decision, read_reviews, reviewed, stale, standing
from govinfo.tables import columns, tidy, write_tables

STATUSES = ("read", "partial", "failed")
FROM_SOURCES = ("agency_en", "published", "kind", "url")


@dataclass
class Corpus:
    """The tables of many reports, as the contract describes them; `corpus[report_id]` is one report itself.

    `prose` holds the text of each report outside its tables. `review_stale` asks again about decisions in a review.csv
    whose findings are gone, a message for each.
    """

    reports: pd.DataFrame
    cells: pd.DataFrame
    unplaced: pd.DataFrame
    claims: pd.DataFrame
    findings: pd.DataFrame
    indicators: pd.DataFrame
    inputs: dict[str, Input] = field(repr=False, default_factory=dict)
    prose: dict[str, str] = field(repr=False, default_factory=dict)
    review_stale: list[str] = field(repr=False, default_factory=list)

    def __len__(self) -> int:
        return len(self.reports)

    def __iter__(self) -> Iterator[str]:
        return iter(self.reports["report_id"])

    def __getitem__(self, report_id: str):
        """The report, read again from its file, with its findings here: those across reports and reviews are among them.

        KeyError for an id that is not here, ReadError where it failed.
        """
        from govinfo.report import read_report

        if report_id not in self.inputs:
            raise KeyError(f"no report {report_id!r} among {len(self)}: see .reports.report_id")
        one = self.inputs[report_id]
        report = read_report(one.path, sources_row=one.row, report_id=report_id)
        report.findings = self.findings[self.findings["report_id"] == report_id].reset_index(drop=True)
        return report

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        return {name: getattr(self, name) for name in ("reports", *PER_REPORT, "indicators")}

    @property
    def summary(self) -> str:
        """How many reports, figures and findings, in one line."""
        return summary(self.counts)

    @property
    def counts(self) -> dict[str, int]:
        """What `summary` says, as numbers: reports of each status, cells, cells in doubt, failed rules."""
        status = self.reports["status"].value_counts()
        errors = ((self.findings["outcome"] == "fail") & (self.findings["severity"] == "error")).sum()
        found = {"cells": len(self.cells), "doubts": (self.cells["flag"] == "doubt").sum(), "findings": errors}
        return {name: int(number) for name, number in {**{s: status.get(s, 0) for s in STATUSES}, **found}.items()}

    def _repr_html_(self) -> str:
        shown = self.reports[["report_id", "agency", "year", "form", "status"]]
        return f"<p>{self.summary}</p>{shown.to_html(max_rows=10, index=False, border=0)}"

    def write(self, folder: str | Path) -> list[Path]:
        """Write all tables and datapackage.json: the whole set or nothing."""
        return write_tables(self.tables, folder)


def summary(counts: Mapping[str, int]) -> str:
    """A corpus in one line."""
    reports = sum(counts[name] for name in STATUSES)
    status = ", ".join(f"{counts[name]} {name}" for name in STATUSES)
    return f"{reports} reports: {status}; {counts['cells']:,} cells, {counts['doubts']} in doubt; {counts['findings']} findings"


def read_corpus(
    paths: str | Path | Iterable[str | Path],
    jobs: int | None = None,
    cache: bool = True,
    progress: bool | None = None,
    limits: Limits = USUAL,
    cluster: str = "",
) -> Corpus:
    """Read a folder of reports, or the files named, into one corpus.

    Files are read in `jobs` processes (default: one a core), or by the workers of a Dask `cluster` (`govinfo.builds.pool`), each
    once: what was read before by the same program is taken from the cache unless `cache` is False. A file that cannot be
    read, or not within `limits`, becomes a row with status `failed` and the reason; the others go on. The same bytes are counted once. Several files of one agency and year are kept, `comparable` is False
    for them, and no indicator is computed, until sources.csv says `use` = yes for one. `progress` shows a bar on standard
    error (default: where that is a terminal). The result does not depend on `jobs` or on the cache.

    A review.csv in a folder given, or beside a file, decides about findings (`govinfo.checks.review`); it is never written.

    Raises NoReports where there is nothing to read, ReviewError where a review.csv is not as expected.
    """
    paths = paths if isinstance(paths, str | Path) else list(paths)
    inputs = find_inputs(paths)
    decisions = decided(paths, inputs)
    steps = read_all(inputs, Shelf(disk=cache), jobs, limits, cluster)
    return gathered(inputs, list(shown(steps, len(inputs), progress)), decisions)


def decided(paths: str | Path | list[str | Path], inputs: list[Input]) -> list[Decision]:
    """What reviewers decided, in the folders given and beside every file; a folder below one given is whole too."""
    named = [paths] if isinstance(paths, str | Path) else paths
    given = [Path(path) for path in named if Path(path).is_dir()]
    beside = list(dict.fromkeys(one.path.parent for one in inputs))
    whole = [folder for folder in beside if any(folder.is_relative_to(top) for top in given)]
    return read_reviews([*given, *beside], [*given, *whole])


def shown(steps: Iterable, total: int, progress: bool | None, unit: str = "report") -> Iterator:
    """The steps as they are, with a bar on standard error where that is a terminal, or as `progress` says."""
    shown = sys.stderr.isatty() if progress is None else progress
    if not shown:
        return iter(steps)
    from tqdm import tqdm

    return iter(tqdm(steps, total=total, unit=unit, file=sys.stderr))


def read_all(
    inputs: list[Input], shelf: Shelf, jobs: int | None = None, limits: Limits = USUAL, cluster: str = ""
) -> Iterator[dict]:
    """One reading for each input, in their order: from the shelf where it has one, read and put there otherwise."""
    waiting = [one for one in inputs if not one.problem and shelf.get(key_of(one)) is None]
    keep = lambda one, packed: shelf.put(key_of(one), packed)
    fresh = read_files(waiting, jobs, limits, cluster, keep)
    unread = {one.report_id for one in waiting}
    for one in inputs:
        yield unpack(next(fresh).data) if one.report_id in unread else held(one, shelf)


def held(one: Input, shelf: Shelf) -> dict:
    """The reading of an input that is on the shelf, or was refused before; a reading that vanished is said, not lost."""
    if one.problem:
        return failed(one.problem, lasting=True)
    data = shelf.get(key_of(one))
    gone = f"{one.path.name}: expected its reading in the cache, found that it vanished during the run. Run again."
    return unpack(data) if data else failed(gone)


def key_of(one: Input) -> str:
    """The key of an input's reading: all that it depends on."""
    return readings.key(sha256=one.sha256, report_id=one.report_id, name=one.path.name, row=one.row)


def gathered(
    inputs: list[Input], read: list[dict], decisions: list[Decision], own: Collection[str] | None = None
) -> Corpus:
    """The corpus of some readings; with `own`, only those reports are in it, the others are compared with."""
    from govinfo.comparison.likeness import practice

    reports = _reports(inputs, read)
    tables = {name: _joined([reading.get(name, {}) for reading in read], name) for name in PER_REPORT}
    own = set(reports["report_id"] if own is None else own)
    tables["findings"] = _with_neighbours(tables, reports, own)
    found = _with_findings_across(tables["findings"], tables["cells"], reports)
    prose = {one.report_id: reading["prose"] for one, reading in zip(inputs, read, strict=True) if "prose" in reading}
    habits = practice(prose, reports[reports["comparable"]])
    reports, found = _only(reports, own), _only(found, own)
    tables = {name: _only(table, own) for name, table in tables.items()}
    tables["findings"] = apart(reviewed(found, decisions))
    indicators = _indicators(reports, tables, _only(habits, own))
    files = {one.report_id: one for one in inputs if one.report_id in own}
    prose = {report_id: text for report_id, text in prose.items() if report_id in own}
    again = stale(found, decisions)
    return Corpus(reports, **tables, indicators=indicators, inputs=files, prose=prose, review_stale=again)


def _joined(parts: list[dict], name: str) -> pd.DataFrame:
    table = {c: list(chain.from_iterable(part.get(c, []) for part in parts)) for c in columns(name)}
    return tidy(pd.DataFrame(table, columns=columns(name), dtype="object"), name)


def _reports(inputs: list[Input], read: list[dict]) -> pd.DataFrame:
    rows = []
    for one, reading in zip(inputs, read, strict=True):
        row = {"report_id": one.report_id, "source": one.source, "sha256": one.sha256} | reading["report"]
        same = f"The same bytes, counted once: {', '.join(one.also)}." if one.also else ""
        row["message"] = text_of_name(" ".join(text for text in (row["message"], same) if text))
        rows.append(row | {name: (one.row or {}).get(name, "") for name in FROM_SOURCES})
    reports = tidy(pd.DataFrame(rows).reindex(columns=columns("reports")), "reports")
    chosen = comparable(reports, [(one.row or {}).get("use", "") for one in inputs])
    return tidy(reports.assign(comparable=chosen), "reports")


def comparable(reports: pd.DataFrame, use: list[str]) -> list[bool]:
    """Which reports enter comparisons: those read, of agencies and years with one report, or the one chosen among several.

    >>> reports = pd.DataFrame({"agency_id": ["x", "x", "y"], "year": [2024, 2024, 2024], "status": "read"})
    >>> comparable(reports, ["", "", ""]), comparable(reports, ["", "yes", ""])
    ([False, False, True], [False, True, True])
    """
    read = reports["status"] != "failed"
    known = reports["agency_id"].ne("") & reports["year"].notna()
    chosen = pd.Series([text.strip().lower() == "yes" for text in use], index=reports.index) & read
    here = reports[read & known].assign(chosen=chosen[read & known])
    same = here.groupby(["agency_id", "year"])["chosen"].transform("size").reindex(reports.index, fill_value=1)
    picked = here.groupby(["agency_id", "year"])["chosen"].transform("sum").reindex(reports.index, fill_value=0)
    return (read & ((same == 1) | (chosen & (picked == 1)))).tolist()


def _only(table: pd.DataFrame, own: set[str]) -> pd.DataFrame:
    return table[table["report_id"].isin(own)].reset_index(drop=True)


def _with_neighbours(tables: dict[str, pd.DataFrame], reports: pd.DataFrame, own: set[str]) -> pd.DataFrame:
    """The findings anew where the report of the year before or after is known: repeated figures, growth and the order of
    suspects need them. What was found in the text stays: the prose is not at hand any more."""
    from govinfo.checks.cross import previous_reports
    from govinfo.report import find

    before = previous_reports(reports[reports["comparable"]])
    after = {last: report for report, last in before.items()}
    parts = {
        name: dict(list(tables[name].groupby("report_id", sort=False))) for name in ("cells", "claims", "findings")
    }
    about = reports.set_index("report_id", drop=False)

    def one(report_id: str | None) -> SimpleNamespace | None:
        own = {name: parts[name].get(report_id, tables[name].iloc[:0]) for name in ("cells", "claims")}
        return None if report_id is None else SimpleNamespace(**about.loc[report_id], **own)

    def found(report_id: str) -> Iterator[pd.DataFrame]:
        known = parts["findings"].get(report_id, tables["findings"].iloc[:0])
        if report_id in before or report_id in after:
            yield find(one(report_id), one(before.get(report_id)), one(after.get(report_id)))
            known = known[known["rule"].str.startswith("text.")]
        yield known

    asked = [report_id for report_id in reports["report_id"] if report_id in own]
    rows = [part for report_id in asked for part in found(report_id) if len(part)]
    return tidy(pd.concat(rows, ignore_index=True), "findings") if rows else tables["findings"].iloc[:0]


def _with_findings_across(findings: pd.DataFrame, cells: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """The findings of each report, then those across its agency's years and across levels, by report in their order."""
    from govinfo.checks.cross import across_levels, across_years

    read = reports[reports["status"] != "failed"]
    if read.empty:
        return findings
    clear = read[read["comparable"]]
    chosen = set(zip(clear["agency_id"], clear["year"], strict=True))
    again = [pair in chosen for pair in zip(read["agency_id"], read["year"], strict=True)]
    asked = read[read["comparable"] | ~pd.Series(again, index=read.index)]
    parts = [findings, across_years(_of(cells, asked), asked), across_levels(_of(cells, clear), clear)]
    order = {report: i for i, report in enumerate(reports["report_id"])}
    found = tidy(pd.concat(parts, ignore_index=True), "findings")
    return found.sort_values("report_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True)


def _indicators(reports: pd.DataFrame, tables: dict[str, pd.DataFrame], habits: pd.DataFrame) -> pd.DataFrame:
    from govinfo.comparison.indicators import measure

    clear = reports[reports["comparable"]]
    measured = measure(_of(tables["cells"], clear), clear, standing(tables["findings"]), _of(tables["claims"], clear))
    order = {report: i for i, report in enumerate(clear["report_id"])}
    measured = pd.concat([tidy(part, "indicators") for part in (measured, habits)], ignore_index=True)
    return measured.sort_values("report_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True)


def _of(table: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    return table[table["report_id"].isin(reports["report_id"])]
