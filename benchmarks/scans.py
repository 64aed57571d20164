"""How exactly scans are read: reports made into skewed, noisy, image-only PDFs, read back and graded cell by cell.

    python benchmarks/scans.py [--scans 60] [--dpi 150 200 300] [--seed 1] [--json]

Only pages with tables are scanned: prose costs time and proves nothing of cells. Half of the scans show facsimiles of data/raw, half generated layouts with rules of every kind, other type, marks and
numbers; the resolutions take turns. A cell counts as exact if its text is as printed, be it in doubt or not, and
as certain if nothing casts doubt on it besides; since a picture does not tell full-width from half-width characters or
one dash from another, those count as the same. Prints one line for each set and resolution and for 二 apart. `--json` writes scans.json beside
this file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from run import RAW, RESULTS, environment, graded, packed, truth

from govinfo import read_report
from govinfo.builds.inputs import find_inputs
from govinfo.placing.printed import is_mark
from govinfo.placing.reading import cells_table, section_versions
from govinfo.placing.two_readings import read_twice

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import layouts
import scans

RULED = ("full", "dotted", "dashed", "double", "grey", "thick", "boxed", "no_outer", "open_sides")


TOP = 100.0  # points: no heading and header of a table find room above a cell that stands higher on its page


@dataclass(frozen=True)
class Sheet:
    """One report to scan: its PDF (a path or bytes), what it prints, the year it is about, and of which set it is."""

    name: str
    kind: str
    pdf: Path | bytes
    expected: pd.DataFrame
    year: int
    pages: tuple[int, ...]
    dpi: int


def sheets(count: int, dpis: list[int], seed: int) -> Iterator[Sheet]:
    """Facsimiles and generated layouts in turn, each with the next resolution; another seed draws others."""
    figures = pd.read_csv(RAW / "figures.csv", dtype="str", keep_default_na=False)
    facsimiles = [one for one in find_inputs(RAW) if (one.row or {}).get("kind") == "facsimile"]
    for i in range(count):
        dpi = dpis[i // 2 % len(dpis)]
        if i % 2:
            yield _layout(seed * 1000 + i, RULED[i // 2 // len(dpis) % len(RULED)], dpi)
        else:
            one = facsimiles[(i // 2 * 37 + seed * 11) % len(facsimiles)]
            cells = read_report(one.path).cells.dropna(subset="page")
            pages = _pages(zip(cells["page"], cells["y0"], strict=True))
            yield Sheet(one.report_id, "facsimiles", one.path, truth(one, figures), int(one.row["year"]), pages, dpi)


def _pages(places: Iterable[tuple[int, float]]) -> tuple[int, ...]:
    """The pages on which cells stand, by (page, top), and the page before where the first cell tops its page: its header."""
    places = [(int(page), top) for page, top in places]
    first, top = min(places)
    return tuple(sorted({page for page, _ in places} | ({first - 1} if first > 1 and top < TOP else set())))


def _layout(seed: int, rules: str, dpi: int) -> Sheet:
    pdf, printed, meta = layouts.make(seed, rules=rules)
    rows = [(cell, raw, None if is_mark(raw) else float(meta["values"][cell])) for cell, raw in printed.items()]
    expected = pd.DataFrame(rows, columns=["cell", "raw", "value"]).astype({"value": float})
    pages = _pages((box[0], box[2]) for box in meta["boxes"].values())
    return Sheet(f"layout {seed} {rules}", "layouts", pdf, expected, meta["year"], pages, dpi)


def measured(sheet: Sheet, seed: int, folder: Path) -> pd.DataFrame:
    """The graded cells of one scan."""
    from govinfo.readers.scan import read_scan

    pdf = sheet.pdf if isinstance(sheet.pdf, bytes) else sheet.pdf.stem
    path = scans.scan(pdf, folder, sheet.dpi, seed, pages=sheet.pages)
    start = time.perf_counter()
    document = read_scan(path)
    first, second = read_twice(document)
    cells = cells_table(sheet.name, section_versions(first, second, sheet.year), first, second)
    seconds = time.perf_counter() - start
    path.unlink()
    table = graded(_as_seen(cells), _as_seen(sheet.expected))
    same = table["raw"].fillna("").map(packed) == table["raw_true"].fillna("").map(packed)
    table = table.assign(certain=table["exact"], exact=table["exact"] | (table["doubt"] & table["printed"] & same))
    pages = len(document.heights)
    return table.assign(report=sheet.name, kind=sheet.kind, dpi=sheet.dpi, seconds=seconds, pages=pages)


def _as_seen(cells: pd.DataFrame) -> pd.DataFrame:
    """Texts as a picture shows them: characters in their usual width, every mark for nothing but a blank as one."""
    seen = cells["raw"].map(lambda text: unicodedata.normalize("NFKC", text))
    return cells.assign(raw=seen.where(~seen.map(is_mark) | (seen == ""), "-"))


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """By set and resolution, all cells and those of 二: shares in per cent, silent errors as a count."""
    table = table[table["printed"] | table["silent"]]
    parts = []
    for name, part in (("all", table), ("二", table[table["cell"].str.startswith("t2.")])):
        for kind, own in (*part.groupby("kind"), ("both", part)):
            by = own.groupby("dpi")
            found = by.agg(scans=("report", "nunique"), cells=("cell", "size"), silent=("silent", "sum"))
            for share in ("exact", "certain", "doubt"):
                found[f"{share} %"] = 100 * by[share].mean()
            once = own.drop_duplicates("report").groupby("dpi")
            found["s a page"] = once["seconds"].sum() / once["pages"].sum()
            parts.append(found.assign(part=name, kind=kind).reset_index().set_index(["part", "kind", "dpi"]))
    return pd.concat(parts).round(2)


def shown(table: pd.DataFrame) -> str:
    """One scan in words: what is not exact, cell by cell."""
    odd = table[table["silent"] | (table["doubt"] & table["printed"]) | (table["printed"] & ~table["certain"])]
    first, silent = table.iloc[0], int(table["silent"].sum())
    head = f"{first['report']} {first['dpi']} dpi: {len(odd)} of {int(table['printed'].sum())} cells not certain"
    lines = [f"{head}, {silent} SILENT, {first['seconds']:.1f} s for {first['pages']} pages"]
    for row in odd.sort_values("silent", ascending=False, kind="stable").head(8).itertuples():
        kind = "SILENT " if row.silent else ""
        lines.append(f"    {kind}{row.cell}: {row.raw_true!r} read {row.raw!r} {row.flag} {row.note}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scans", type=int, default=60)
    parser.add_argument("--dpi", type=int, nargs="+", default=[150, 200, 300])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="write scans.json beside this file")
    args, tables = parser.parse_args(), []
    with tempfile.TemporaryDirectory() as folder:
        for sheet in sheets(args.scans, args.dpi, args.seed):
            tables.append(measured(sheet, args.seed, Path(folder)))
            print(shown(tables[-1]), flush=True)
            if args.json:  # after every scan: the whole takes half an hour
                _write(summary(pd.concat(tables)), args.seed)
    print(summary(pd.concat(tables)).to_string())


def _write(found: pd.DataFrame, seed: int) -> None:
    told = {"environment": environment(), "seed": seed, "sets": found.reset_index().to_dict("records")}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    RESULTS.with_name("scans.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
