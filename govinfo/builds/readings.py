"""A reading: what one file gave, as plain lists that JSON can hold, or why it gave nothing."""

from __future__ import annotations

from importlib import import_module

import pandas as pd

from govinfo.builds.inputs import Input
from govinfo.builds.packed import failed
from govinfo.builds.registry import sha256_of
from govinfo.document import ReadError
from govinfo.prose.sentences import text_of
from govinfo.tables import tidy

PER_REPORT = ("cells", "unplaced", "claims", "findings")
DESCRIBED = ("agency", "agency_id", "year", "form", "level", "province", "parent", "scope", "status", "message")
PAGES = (".html", ".htm")  # what they lack may come to lie beside them as a picture


def prepare() -> None:
    """Import once, in a process that reads, what every file needs."""
    for name in ("camelot", "govinfo.report", "govinfo.readers.pdf", "govinfo.placing.reading", "govinfo.prose.claims"):
        import_module(name)


def read_one(one: Input) -> dict:
    """The tables of one report as plain lists, or why there are none: never raises for what is wrong with a file."""
    reading = _read(one)
    return reading if _unchanged(one) else failed(_changed(one))


def _read(one: Input) -> dict:
    from govinfo.report import read_report

    try:
        return _plain(read_report(one.path, sources_row=one.row, report_id=one.report_id))
    except ReadError as error:
        return failed(str(error), lasting=one.path.suffix.lower() not in PAGES)
    except Exception as error:  # noqa: BLE001  a defect of ours or of a library: that file's, not the corpus's end
        where = f"{one.path.name}: expected to read it or to be told why not"
        found = " ".join(f"{type(error).__name__}: {error}".split())
        return failed(f"{where}, found {found[:300]}. Please report this file.")


def _unchanged(one: Input) -> bool:
    try:
        return sha256_of(one.path) == one.sha256
    except OSError:
        return False


def _changed(one: Input) -> str:
    return f"{one.path.name}: expected the file to stay as it was, found that it changed or vanished while it was read. Run again."


def _plain(report) -> dict:
    """A report as what JSON can hold: a dictionary of its description and of lists, a list for each column."""
    about = {name: getattr(report, name) for name in DESCRIBED}
    about["versions"] = " ".join(f"{section}={version}" for section, version in sorted(report.versions.items()))
    about = {name: None if pd.isna(value) else value for name, value in about.items()}
    tables = {name: _lists(tidy(getattr(report, name), name)) for name in PER_REPORT}
    prose = text_of(report.document.prose)
    return {"report": about, "lasting": not report.document.beside, "prose": prose, **tables}


def _lists(table: pd.DataFrame) -> dict[str, list]:
    return {name: values.astype("object").where(values.notna(), None).tolist() for name, values in table.items()}
