"""Fetch the originals named in data/raw/sources.csv, read them, and say where they differ from figures.csv: make originals

    python tools/originals.py                  all reports that have an address
    python tools/originals.py suqian-2024      only these

For people with a network. Facsimiles set from figures.csv and read back prove the program; only originals prove the
figures. Fetched files stay in originals/, and what differs is written to originals/differences.csv.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from govinfo.builds.add import Added, add
from govinfo.builds.registry import load_sources

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("report_id", "cell", "transcribed", "original", "flag", "verdict")
PAUSE = 2  # seconds between two requests


def compare(report_id: str, report, figures: pd.DataFrame) -> list[dict]:
    """Where an original and the transcription differ, one row a cell.

    verdict: `differs` (both have a number, or only one has), `unsure` (the reading of the original is in doubt or found
    no such cell). Amounts are compared in the form's unit; a blank equals a blank, whatever it was forced to.
    """
    true = figures[figures["report_id"] == report_id].set_index("cell")
    read = report.cells.set_index("cell")
    rows = []
    for cell in true.index.union(read.index, sort=False):
        transcribed = true["raw"].get(cell, "")
        found = read.loc[cell] if cell in read.index else None
        verdict = _verdict(transcribed, true["number"].get(cell), found)
        if verdict:
            raw, flag = ("", "missing") if found is None else (found["raw"], found["flag"])
            rows.append(dict(zip(COLUMNS, (report_id, cell, transcribed, raw, flag, verdict), strict=True)))
    return rows


def _verdict(transcribed: str, number, found) -> str:
    """ "" where both agree."""
    if found is None or found["flag"] == "missing":
        return "unsure" if transcribed else ""
    if found["flag"] == "doubt":
        return "unsure"
    if found["raw"].split() == transcribed.split():
        return ""
    blank = pd.isna(number) and found["flag"] == "zero_mark"
    return "" if blank or (pd.notna(number) and abs(number - found["value"]) < 1e-9) else "differs"


def fetched(sources: pd.DataFrame, folder: Path, allow_private: bool) -> Iterator[tuple[str, Added]]:
    """Each report's original, one request after the other with a pause between them."""
    for number, row in enumerate(sources.itertuples()):
        if number and not allow_private:
            time.sleep(PAUSE)
        yield row.report_id, next(add([row.url], folder, allow_private))


def said(report_id: str, one: Added, rows: list[dict]) -> str:
    if one.report is None:
        return f"{report_id}: not compared: {one.message}"
    counts = [sum(row["verdict"] == kind for row in rows) for kind in ("differs", "unsure")]
    about = f"{one.report.agency} {one.report.year}, {one.path.name}"
    return f"{report_id}: {counts[0]} figures differ, {counts[1]} unsure ({about})"


def load_figures(raw: Path) -> pd.DataFrame:
    figures = pd.read_csv(raw / "figures.csv", dtype="str", keep_default_na=False)
    return figures.assign(number=pd.to_numeric(figures["value"].where(figures["value"] != "")))


def write(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(argv: list[str] | None = None) -> int:
    """0: every original was read and agrees; 1: something differs or could not be compared (it says what)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", nargs="*", metavar="REPORT_ID", help="default: all that have an address")
    parser.add_argument(
        "--raw", type=Path, default=ROOT / "data" / "raw", help="folder with sources.csv and figures.csv"
    )
    parser.add_argument("--to", type=Path, default=ROOT / "originals", help="folder for the originals")
    parser.add_argument("--allow-private", action="store_true", help="fetch from this machine and private networks too")
    args = parser.parse_args(argv)
    sources, figures = load_sources(args.raw), load_figures(args.raw)
    known = sources[sources["url"].str.startswith("http")]
    chosen = known[known["report_id"].isin(args.reports)] if args.reports else known
    if chosen.empty:
        print(f"no report of that name has an address in {args.raw.name}/sources.csv", file=sys.stderr)
        return 2
    rows, read = [], 0
    for report_id, one in fetched(chosen, args.to, args.allow_private):
        own = compare(report_id, one.report, figures) if one.report is not None else []
        rows += own
        read += one.report is not None
        print(said(report_id, one, own), flush=True)
    write(args.to / "differences.csv", rows)
    differ = sum(row["verdict"] == "differs" for row in rows)
    print(f"{read} of {len(chosen)} originals compared, {differ} figures differ, {len(rows) - differ} unsure; "
          f"{len(sources) - len(known)} reports have no address")  # fmt: skip
    return int(bool(rows) or read < len(chosen))


if __name__ == "__main__":
    sys.exit(main())
