"""Many reports at once: read in parallel, cached, gathered into the tables of the contract."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from govinfo import cache as readings
from govinfo.document import ReadError
from govinfo.inputs import Input, find_inputs
from govinfo.review import Decision, read_reviews, reviewed, stale, standing
from govinfo.tables import columns, tidy, write_tables

PER_REPORT = ("cells", "unplaced", "claims", "findings")
DESCRIBED = ("agency", "agency_id", "year", "form", "level", "province", "parent", "scope", "status", "message")
FROM_SOURCES = ("agency_en", "published", "kind", "url")


@dataclass
class Corpus:
    """The tables of many reports, as the contract describes them; `corpus[report_id]` is one report itself.

    `review_stale` asks again about decisions in a review.csv whose findings are gone, a message for each.
    """

    reports: pd.DataFrame
    cells: pd.DataFrame
    unplaced: pd.DataFrame
    claims: pd.DataFrame
    findings: pd.DataFrame
    indicators: pd.DataFrame
    inputs: dict[str, Input] = field(repr=False, default_factory=dict)
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
        """How many reports, years, figures and findings, in one line."""
        status = self.reports["status"].value_counts()
        counts = ", ".join(f"{status.get(name, 0)} {name}" for name in ("read", "partial", "failed"))
        errors = ((self.findings["outcome"] == "fail") & (self.findings["severity"] == "error")).sum()
        doubts = (self.cells["flag"] == "doubt").sum()
        return f"{len(self)} reports: {counts}; {len(self.cells):,} cells, {doubts} in doubt; {errors} findings"

    def _repr_html_(self) -> str:
        shown = self.reports[["report_id", "agency", "year", "form", "status"]]
        return f"<p>{self.summary}</p>{shown.to_html(max_rows=10, index=False, border=0)}"

    def write(self, folder: str | Path) -> list[Path]:
        """Write all tables and datapackage.json: the whole set or nothing."""
        return write_tables(self.tables, folder)


def read_corpus(
    paths: str | Path | Iterable[str | Path],
    jobs: int | None = None,
    cache: bool = True,
    progress: bool | None = None,
) -> Corpus:
    """Read a folder of reports, or the files named, into one corpus.

    Files are read in `jobs` processes (default: one a core), each once: what was read before by the same program is taken
    from the cache unless `cache` is False. A file that cannot be read becomes a row with status `failed` and the reason;
    the others go on. The same bytes are counted once. Several files of one agency and year are kept, `comparable` is False
    for them, and no indicator is computed, until sources.csv says `use` = yes for one. `progress` shows a bar on standard
    error (default: where that is a terminal). The result does not depend on `jobs` or on the cache.

    A review.csv in a folder given, or beside a file, decides about findings (`govinfo.review`); it is never written.

    Raises NoReports where there is nothing to read, ReviewError where a review.csv is not as expected.
    """
    paths = paths if isinstance(paths, str | Path) else list(paths)
    inputs = find_inputs(paths)
    decisions = _decided(paths, inputs)
    return _gathered(inputs, list(_shown(_readings(inputs, jobs, cache), len(inputs), progress)), decisions)


def _decided(paths: str | Path | list[str | Path], inputs: list[Input]) -> list[Decision]:
    """What reviewers decided, in the folders given and beside every file; a folder below one given is whole too."""
    named = [paths] if isinstance(paths, str | Path) else paths
    given = [Path(path) for path in named if Path(path).is_dir()]
    beside = list(dict.fromkeys(one.path.parent for one in inputs))
    whole = [folder for folder in beside if any(folder.is_relative_to(top) for top in given)]
    return read_reviews([*given, *beside], [*given, *whole])


def _shown(steps: Iterable[dict], total: int, progress: bool | None) -> Iterator[dict]:
    shown = sys.stderr.isatty() if progress is None else progress
    if not shown:
        return iter(steps)
    from tqdm import tqdm

    return iter(tqdm(steps, total=total, unit="report", file=sys.stderr))


def _readings(inputs: list[Input], jobs: int | None, cache: bool) -> Iterator[dict]:
    """One reading for each input, in their order: from the cache where it has one, read by workers otherwise."""
    kept = [readings.load(_key(one)) if cache and not one.problem else None for one in inputs]
    waiting = [one for one, reading in zip(inputs, kept, strict=True) if reading is None]
    fresh = in_workers(read_cached if cache else read_one, waiting, jobs)
    for reading in kept:
        yield next(fresh) if reading is None else reading


def _key(one: Input) -> str:
    return readings.key(sha256=one.sha256, report_id=one.report_id, name=one.path.name, row=one.row)


def in_workers(read: Callable[[Input], dict], inputs: list[Input], jobs: int | None) -> Iterator[dict]:
    """read(input) for each input, in order, in `jobs` processes; an input that ends its process is `failed`."""
    from joblib import cpu_count

    jobs = min(jobs or cpu_count(), len(inputs))
    yield from map(read, inputs) if jobs < 2 else _parallel(read, inputs, jobs)


def _parallel(read: Callable[[Input], dict], inputs: list[Input], jobs: int) -> Iterator[dict]:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    done = 0
    try:
        for reading in Parallel(n_jobs=jobs, return_as="generator")(delayed(read)(one) for one in inputs):
            yield reading
            done += 1
    except TerminatedWorkerError:  # it does not say at which file: those under way go one by one, the rest as before
        under_way = done + 4 * jobs
        yield from (_in_own_process(read, one) for one in inputs[done:under_way])
        yield from _parallel(read, inputs[under_way:], jobs)


def _in_own_process(read: Callable[[Input], dict], one: Input) -> dict:
    from joblib.externals.loky import ProcessPoolExecutor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        with ProcessPoolExecutor(max_workers=1) as pool:
            return pool.submit(read, one).result()
    except TerminatedWorkerError:
        return failed(f"{one.path.name}: the process that read it was ended, as happens when memory runs out.")


def read_cached(one: Input) -> dict:
    """`read_one`, kept in the cache unless it failed in an unforeseen way, which may pass."""
    reading = read_one(one)
    if not one.problem and reading["lasting"]:
        readings.store(_key(one), reading)
    return reading


def read_one(one: Input) -> dict:
    """The tables of one report as plain lists, or why there are none: never raises for what is wrong with a file."""
    from govinfo.report import read_report

    if one.problem:
        return failed(one.problem)
    try:
        return _plain(read_report(one.path, sources_row=one.row, report_id=one.report_id))
    except ReadError as error:
        return failed(str(error), lasting=True)
    except Exception as error:  # noqa: BLE001  a defect of ours or of a library: that file's, not the corpus's end
        where = f"{one.path.name}: expected to read it or to be told why not"
        return failed(f"{where}, found {type(error).__name__}: {error}. Please report this file.")


def failed(message: str, lasting: bool = False) -> dict:
    """The reading of a file that could not be read; `lasting` where trying again cannot help."""
    return {"report": {"status": "failed", "message": message}, "lasting": lasting}


def _plain(report) -> dict:
    """A report as what JSON can hold: a dictionary of its description and of lists, a list for each column."""
    about = {name: getattr(report, name) for name in DESCRIBED}
    about["versions"] = " ".join(f"{section}={version}" for section, version in sorted(report.versions.items()))
    about = {name: None if pd.isna(value) else value for name, value in about.items()}
    tables = {name: _lists(tidy(getattr(report, name), name)) for name in PER_REPORT}
    return {"report": about, "lasting": True, **tables}


def _lists(table: pd.DataFrame) -> dict[str, list]:
    return {name: values.astype("object").where(values.notna(), None).tolist() for name, values in table.items()}


def _gathered(inputs: list[Input], read: list[dict], decisions: list[Decision]) -> Corpus:
    reports = _reports(inputs, read)
    tables = {name: _joined([reading.get(name, {}) for reading in read], name) for name in PER_REPORT}
    tables["findings"] = _with_neighbours(tables, reports)
    found = _with_findings_across(tables["findings"], tables["cells"], reports)
    tables["findings"] = reviewed(found, decisions)
    indicators = _indicators(reports, tables)
    files = {one.report_id: one for one in inputs}
    return Corpus(reports, **tables, indicators=indicators, inputs=files, review_stale=stale(found, decisions))


def _joined(parts: list[dict], name: str) -> pd.DataFrame:
    table = {c: list(chain.from_iterable(part.get(c, []) for part in parts)) for c in columns(name)}
    return tidy(pd.DataFrame(table, columns=columns(name), dtype="object"), name)


def _reports(inputs: list[Input], read: list[dict]) -> pd.DataFrame:
    rows = []
    for one, reading in zip(inputs, read, strict=True):
        row = {"report_id": one.report_id, "source": one.source, "sha256": one.sha256} | reading["report"]
        same = f"The same bytes, counted once: {', '.join(one.also)}." if one.also else ""
        row["message"] = " ".join(text for text in (row["message"], same) if text)
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
    here = reports[read & known].assign(chosen=chosen)
    same = here.groupby(["agency_id", "year"])["chosen"].transform("size").reindex(reports.index, fill_value=1)
    picked = here.groupby(["agency_id", "year"])["chosen"].transform("sum").reindex(reports.index, fill_value=0)
    return (read & ((same == 1) | (chosen & (picked == 1)))).tolist()


def _with_neighbours(tables: dict[str, pd.DataFrame], reports: pd.DataFrame) -> pd.DataFrame:
    """The findings anew where the report of the year before or after is known: repeated figures, growth and the order of
    suspects need them. What was found in the text stays: the prose is not at hand any more."""
    from govinfo.cross import previous_reports
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
            yield tidy(find(one(report_id), one(before.get(report_id)), one(after.get(report_id))), "findings")
            known = known[known["rule"].str.startswith("text.")]
        yield known

    rows = [part for report_id in reports["report_id"] for part in found(report_id) if len(part)]
    return pd.concat(rows, ignore_index=True) if rows else tables["findings"]


def _with_findings_across(findings: pd.DataFrame, cells: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """The findings of each report, then those across its agency's years and across levels, by report in their order."""
    from govinfo.cross import across_levels, across_years

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


def _indicators(reports: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    from govinfo.indicators import measure

    clear = reports[reports["comparable"]]
    measured = measure(_of(tables["cells"], clear), clear, standing(tables["findings"]), _of(tables["claims"], clear))
    return tidy(measured, "indicators")


def _of(table: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    return table[table["report_id"].isin(reports["report_id"])]
