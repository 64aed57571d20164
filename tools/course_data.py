"""The tables and files that an assignment's folder holds: made from data/raw and the student's number."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable
from pathlib import Path

import course_errors
import pandas as pd

from govinfo.comparison.teaching import read_teaching

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
SOURCES = ROOT / "notebooks" / "coursework"


def settings() -> dict:
    """coursework.toml as data."""
    return tomllib.loads((SOURCES / "coursework.toml").read_text(encoding="utf-8"))


def write_data(assignment: dict, folder: Path, secret: str, students: Iterable[str], book: dict) -> None:
    """Fill the folder `data` of one assignment: the reports it names, and what its `make` asks for."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in assignment.get("reports", ()):
        shutil.copyfile(RAW / name, folder / name)
    make = assignment.get("make")
    if make == "planted":
        for student in students:
            _planted(folder, secret, student, book[make])
    elif make:
        table = {"amounts": amounts, "counts": counts}[make](book[make])
        table.to_csv(folder / f"{make}.csv", index=False, lineterminator="\n")


def amounts(wanted: dict) -> pd.DataFrame:
    """The text that each of the wanted reports prints in one cell: report_id, raw."""
    figures = pd.read_csv(RAW / "figures.csv", dtype=str, keep_default_na=False)
    figures = figures[figures["cell"] == wanted["cell"]].set_index("report_id")
    return figures.loc[wanted["reports"], ["raw"]].reset_index()


def counts(wanted: dict) -> pd.DataFrame:
    """Invented agencies' counts by year, a file name with each; one report stands there twice, under two names."""
    corpus = read_teaching(RAW / "teaching")
    reports = corpus["reports"][corpus["reports"]["agency_id"].isin(wanted["agencies"])]
    wide = corpus["cells"].pivot(index="report_id", columns="cell", values="value")
    table = reports.set_index("report_id")[["agency_id", "agency", "agency_en", "year"]]
    for name, cell in wanted["columns"].items():
        table[name] = wide.loc[table.index, cell].astype(int)
    table.insert(0, "file", table.index + ".pdf")
    again = table.loc[[wanted["twice"]]].assign(file=f"{wanted['twice']} (1).pdf")
    return pd.concat([table, again]).sort_values(["agency_id", "year", "file"])


def _planted(folder: Path, secret: str, student: str, wanted: dict) -> None:
    """One student's report and the fingerprint of its answer; raises where the PDF does not read back as it was set."""
    import govinfo

    planted = course_errors.plant(secret, student, wanted)
    path = folder / f"{student}.pdf"
    path.write_bytes(course_errors.pdf(planted, wanted))
    (folder / f"{student}.json").write_text(course_errors.tag(planted, secret), encoding="utf-8", newline="\n")
    cells = govinfo.read_report(path).cells.set_index("cell")
    wrong = [c for c, value in planted.figures.items() if cells.at[c, "value"] != value or cells.at[c, "flag"] != "ok"]
    if wrong:
        raise ValueError(f"{path}: set and read again, {len(wrong)} cells differ, {wrong[0]} first; use another layout")
