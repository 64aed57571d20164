"""One report: its cells with their places, its prose, what fails in it, and how it shows itself in JupyterLab."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from govinfo.document import Document, ReadError
from govinfo.form import load_form
from govinfo.prose.agency import Agency, describe

TITLE_LINES = 12  # a title may be broken over several lines, below the header of a site
SECTIONS = {"二": "t2", "三": "t3", "四": "t4"}


@dataclass(repr=False)
class Report:
    """An annual report as read. All tables have the columns of the contract, `report_id` first.

    `cells` holds one row for every cell of the form, `unplaced` the figures that got no cell, `claims` the figures stated
    in the prose, `findings` what fails or cannot be told. `versions` names the form version of each section. `status` is
    "read" (every printed row and column of the form was placed) or "partial", and then `message` says what is lacking.

    >>> import govinfo as gi
    >>> r = gi.read_report("data/raw/gz-xzb-2025.pdf")  # doctest: +SKIP
    >>> r.value("t3.new.total")  # doctest: +SKIP
    4.0
    """

    report_id: str
    source: str
    sha256: str
    agency: str
    agency_id: str
    year: int | None
    form: str
    level: str
    province: str
    parent: str
    scope: str
    status: str
    message: str
    versions: dict[str, str]
    cells: pd.DataFrame
    unplaced: pd.DataFrame
    claims: pd.DataFrame
    findings: pd.DataFrame
    document: Document = field(repr=False)

    @cached_property
    def _by_cell(self) -> pd.DataFrame:
        return self.cells.set_index("cell")

    def value(self, cell: str) -> float:
        """The value of one cell; NaN where none is known. KeyError names a cell that this report's form has not."""
        if cell not in self._by_cell.index:
            raise KeyError(f"{self.report_id} (form {self.form}) has no cell {cell!r}")
        return self._by_cell.at[cell, "value"]

    def table(self, section: str, lang: str = "zh") -> pd.DataFrame:
        """A section ("二", "三", "四" or "t2" …) in the official layout, texts as published, labels in `lang`."""
        from govinfo.layout import official_table

        return official_table(self, SECTIONS.get(section, section), lang)

    def show(self, cell: str, lang: str = "zh"):
        """The cell cut out of the page's picture, its row and column labels with it, beside the value that was read."""
        from govinfo.display import cutout

        return cutout(self, cell, lang)

    def page(self, number: int, width: int | None = None):
        """A page's picture with the cells that were found drawn on it, `width` pixels wide (None: as rendered)."""
        from govinfo.display import page_picture

        return page_picture(self, number, width)

    def problems(self, lang: str = "zh") -> pd.DataFrame:
        """The findings as a short table a person can act on, all in words."""
        from govinfo.checks.problems import problems

        return problems(self.findings, lang)

    def marked(self, section: str, lang: str = "zh"):
        """A section in the official layout, failed rows and columns marked, suspects with the value that would do."""
        from govinfo.checks.marked import marked

        return marked(self, SECTIONS.get(section, section), lang)

    def letter(self, lang: str = "zh") -> str:
        """What does not agree in the report, as a letter that a person could send to the agency."""
        from govinfo.checks.letter import letter

        return letter(self, lang)

    def __repr__(self) -> str:
        fails = int((self.findings["outcome"] == "fail").sum()) if len(self.findings) else 0
        doubts = int((self.cells["flag"] == "doubt").sum())
        who = f"{self.report_id}: {self.agency or 'agency unknown'} {self.year or ''}".rstrip()
        return f"<Report {who}, {self.status}; {len(self.cells)} cells, {doubts} in doubt; {fails} findings>"

    def _repr_html_(self) -> str:
        from govinfo.display import card

        return card(self)


@contextmanager
def _collector_paused():
    """No garbage collection while a document is read: what is built lives until the end, and looking costs a tenth."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@_collector_paused()
def read_report(path, sources_row: Mapping | None = None, report_id: str | None = None) -> Report:
    """Read one annual report.

    `sources_row` is the file's row of a `sources.csv`, where there is one: it settles what the document does not say
    (agency_id, level, province, parent, scope). `report_id` defaults to the file's stem. Raises `ReadError`, which names
    file, page and table, what was expected, what was found and what to do, where no table of the form can be read.
    """
    from govinfo.placing.reading import as_scanned, cells_table, section_versions, unplaced_table
    from govinfo.placing.two_readings import read_twice
    from govinfo.readers import read_document

    path = Path(path)
    report_id = report_id or path.stem
    document = read_document(path)
    first, second = read_twice(document)
    if not first.placed and not second.placed:
        raise ReadError(
            path,
            expected="rows and columns of the form",
            found=f"{len(document.grids)} tables, none with labels of 二, 三 or 四",
            do="Check that this is a 政府信息公开工作年度报告 in the form of 2019 or 2021.",
        )
    about = describe(document.prose[:TITLE_LINES], document.prose, sources_row, path.stem)
    versions = section_versions(first, second, about.year)
    cells = as_scanned(cells_table(report_id, versions, first, second), document)
    leftovers = first.leftovers if first.versions else second.leftovers
    status, message = _status(cells, about, versions, document.notes)
    report = Report(
        report_id=report_id,
        source=str(path),
        sha256=document.sha256,
        **about._asdict(),
        form=versions["t3"],
        status=status,
        message=message,
        versions=versions,
        cells=cells,
        unplaced=as_scanned(unplaced_table(report_id, leftovers), document),
        claims=_claims(report_id, document, about),
        findings=pd.DataFrame(),
        document=document,
    )
    report.findings = _find_all(report)
    return report


def _status(cells: pd.DataFrame, about: Agency, versions: dict[str, str], said: Sequence[str] = ()) -> tuple[str, str]:
    """Read or partial, and in words what is lacking or odd; `said` by the reader first."""
    notes, year = [*said, *([about.note] if about.note else [])], about.year
    there = {cell[:2] for cell, flag in zip(cells["cell"], cells["flag"], strict=True) if flag != "missing"}
    lacking = [s for s in SECTIONS if SECTIONS[s] not in there]
    if lacking:
        notes.append(f"no table of section {'、'.join(lacking)} was found")
    form = load_form(versions["t3"])
    if year and not form.first_year <= year <= (form.last_year or year):
        notes.append(f"report year {year} printed on the form of {form.version}")
    if len(set(versions.values())) > 1:
        notes.append("sections follow different forms: " + ", ".join(f"{k} {v}" for k, v in versions.items()))
    return ("partial" if lacking else "read"), "; ".join(notes)


def _claims(report_id: str, document: Document, about: Agency) -> pd.DataFrame:
    from govinfo.prose.claims import find_claims

    claims = find_claims(document.prose, about.year, about.agency)
    claims.insert(0, "report_id", report_id)
    return claims


def find(report, previous=None, following=None) -> pd.DataFrame:
    """All findings on one report: identities and other rules with their suspects, then prose against tables.

    `report` has report_id, level, year, scope, cells and claims; `previous` and `following`, where known, cells and claims
    of the same agency's reports of the year before and after: they tell a figure repeated from last year, and growth, and
    with the prose they order the sets of suspects.
    """
    from govinfo.checks.evidence import neighbouring_cells, stated_cells
    from govinfo.checks.localise import attach, trust_of
    from govinfo.checks.rules import evaluate, identities
    from govinfo.placing.values import effective
    from govinfo.prose.stated import compare

    about = pd.DataFrame([{"report_id": report.report_id, "level": report.level}])
    found = evaluate(report.cells, about)
    if found["outcome"].eq("fail").any():
        last, next_ = (None if one is None else one.cells for one in (previous, following))
        trust = trust_of(
            report.cells, stated_cells(report.claims, effective(report.cells)), neighbouring_cells(last, next_)
        )
        before = None if last is None else effective(last)
        found = attach(found, report.cells, identities(report.cells["cell"]), trust=trust, previous=before)
    stated = compare(report.claims, report.cells, report, previous)
    return _stacked(found, stated)


def _find_all(report: Report) -> pd.DataFrame:
    """What `find` finds, and text in the prose left over from another report: only here is the prose at hand."""
    from govinfo.prose.copied import left_over

    return _stacked(find(report), left_over(report.document.prose, report))


def _stacked(found: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Findings and further ones; most reports have none, and stacking two tables takes longer than a look."""
    return pd.concat([found, more], ignore_index=True) if len(more) else found
