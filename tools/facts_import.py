"""Bring a folder of collected facts into the project, once: figures, sources, prose, and figures known only in part."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from typeset_prose import sentences

SOURCE_COLUMNS = [
    "file", "report_id", "agency", "agency_en", "agency_id", "year", "form", "level", "province", "parent", "scope",
    "url", "published", "sha256", "kind", "notes",
]  # fmt: skip
TESTS_ONLY = ("unnamed-city-2025", "jinhu-2023")
ADDRESS = re.compile(r"https?://[^\s；;，,]+")
SLOPPY = (  # remarks on how figures were transcribed, which say nothing about the report
    (r"\s*Cells (?:taken )?from\s+\([^)]*\)[^.;]*[.;]?", ""),
    (r"\s*Normative documents from\s+\([^)]*\)\.", ""),
    (r"\s*Normative row run together in\s+\(\d+\)[^.]*\.", ""),
    (r"\s*Licensing row read from\s*:[^.]*\.", ""),
    (r"\s*Normative (?:row|documents)? ?[\d/]+ checked in\s+\.", ""),
    (r"\s*(?:Licensing|Normative) [^.]*? checked in\s*;", ""),
    (r"\s*\((rows new and total) checked in\s*; ", r" (\1: "),
    (r",? (?:and the outcome rows )?checked in\s+(?=\()", " "),
    (r",? checked in\s*\.?(?=\s|$)", "."),
    (r"\(rowspan=3 in\s*\)", "(one merged row)"),
    (r"; read in\s*\)", ")"),
    (r" in\s+\(&nbsp;\)", ""),
    (r" in\s+\(2 / blank / 15;\s+shows 215\)", " (2 / blank / 15)"),
    (r"\(only a non-breaking space in\s*\)", "(only a non-breaking space)"),
    (r" per\s+,", ","),
    (r"\s{2,}", " "),
    (r"\.\.+$", "."),
)


def read(path: Path) -> pd.DataFrame:
    """A CSV file with every field as text, nothing taken for missing."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def write(frame: pd.DataFrame, path: Path) -> None:
    """UTF-8, LF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def import_facts(shared: Path, raw: Path, tests: Path) -> None:
    """Write figures.csv, sources.csv, narrative.csv and stated.csv below `raw`, and those for tests below `tests`."""
    reports, cells = read(shared / "facts" / "reports.csv"), read(shared / "facts" / "cells.csv")
    narrative = read(shared / "facts" / "narrative.csv").rename(columns={"claim": "stated"})
    narrative["claim"] = [sentences()[s][1] if s in sentences() else "" for s in narrative["stated"]]
    full = sources(reports[reports["tier"] == "A"], cells)
    for folder, chosen in ((raw, ~full["report_id"].isin(TESTS_ONLY)), (tests, full["report_id"].isin(TESTS_ONLY))):
        own = full[chosen]
        figures = cells[cells["report_id"].isin(own["report_id"])]
        write(own, folder / "sources.csv")
        write(figures[["report_id", "cell", "raw", "value"]], folder / "figures.csv")
        write(narrative[narrative["report_id"].isin(own["report_id"])], folder / "narrative.csv")
    write(stated(reports, cells), raw / "stated.csv")


def agency_id(report_id: pd.Series, year: pd.Series) -> list[str]:
    """The report's id without its year."""
    return [r.removesuffix(f"-{y}") for r, y in zip(report_id, year, strict=True)]


def sources(reports: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """One row for each report known in full; `form` is the version of section 三."""
    three_items = set(cells.loc[cells["cell"] == "t3.other.no_correction.natural", "report_id"])
    mixed = reports["report_id"].isin(three_items) & (reports["form"] == "2019")
    urls = reports["url"].str.extract(f"({ADDRESS.pattern})", expand=False).fillna("")
    remark = reports["published"].str.extract(r"\((.*)\)", expand=False).fillna("")
    copies = reports["url"].where(reports["url"].str.startswith("github:"), "")
    notes = [
        "; ".join(
            part
            for part in (_clean(n), "section 二 follows the form of 2019, 三 that of 2021" if m else "", c, d)
            if part
        )
        for n, m, c, d in zip(reports["notes"], mixed, copies, remark, strict=True)
    ]
    return pd.DataFrame(
        {
            "file": reports["report_id"] + ".pdf",
            "report_id": reports["report_id"],
            "agency": reports["agency_zh"],
            "agency_en": reports["agency_en"],
            "agency_id": agency_id(reports["report_id"], reports["year"]),
            "year": reports["year"],
            "form": reports["form"].mask(mixed, "2021"),
            **{c: reports[c] for c in ("level", "province", "parent", "scope")},
            "url": urls,
            "published": reports["published"].str.extract(r"^(\d{4}-\d{2}-\d{2})", expand=False).fillna(""),
            "sha256": "",
            "kind": "facsimile",
            "notes": notes,
        }
    )[SOURCE_COLUMNS].sort_values("report_id", kind="stable")


def _clean(note: str) -> str:
    for pattern, replacement in SLOPPY:
        note = re.sub(pattern, replacement, note)
    note = note.strip(" ;")
    return note[:1].upper() + note[1:]


def stated(reports: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The figures of reports known only in part, with where they come from."""
    own = reports[reports["tier"] == "B"].assign(agency_id=lambda f: agency_id(f["report_id"], f["year"]))
    keep = [
        "report_id",
        "agency_zh",
        "agency_en",
        "agency_id",
        "year",
        "level",
        "province",
        "scope",
        "source_kind",
        "url",
    ]
    joined = cells.loc[cells["tier"] == "B", ["report_id", "cell", "raw", "value", "basis"]].merge(
        own[keep], on="report_id", how="left", validate="many_to_one"
    )
    order = [*keep[:8], "cell", "raw", "value", "basis", "source_kind", "url"]
    return joined[order].rename(columns={"agency_zh": "agency"})
