"""How exactly scans are read: facsimiles made into skewed, noisy, image-only PDFs, read back and graded cell by cell.

    python benchmarks/scans.py [--scans 60] [--dpi 150 200 300] [--seed 1]

Prints one line for each resolution and for 二 apart: exact and certain, in doubt, silent errors, seconds a scan.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from run import RAW, graded, truth

from govinfo.inputs import Input, find_inputs
from govinfo.reading import cells_table, read_twice, section_versions

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import scans


def chosen(count: int, dpis: list[int]) -> list[tuple[Input, int]]:
    """`count` facsimiles spread over the folder, the resolutions taking turns: each report is scanned once."""
    facsimiles = [one for one in find_inputs(RAW) if (one.row or {}).get("kind") == "facsimile"]
    step = max(len(facsimiles) / count, 1.0)
    picked = [facsimiles[int(i * step)] for i in range(min(count, len(facsimiles)))]
    return [(one, dpis[i % len(dpis)]) for i, one in enumerate(picked)]


def measured(one: Input, dpi: int, seed: int, folder: Path, figures: pd.DataFrame) -> pd.DataFrame:
    """The graded cells of one scan."""
    from govinfo.readers.scan import read_scan

    path = scans.scan(one.path.stem, folder, dpi, seed)
    start = time.perf_counter()
    first, second = read_twice(read_scan(path))
    cells = cells_table(one.report_id, section_versions(first, second, int(one.row["year"])), first, second)
    seconds = time.perf_counter() - start
    path.unlink()
    return graded(cells, truth(one, figures)).assign(report=one.report_id, dpi=dpi, seconds=seconds)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """By resolution, all cells and those of 二: shares in per cent, silent errors as a count."""
    table = table[table["printed"] | table["silent"]]
    parts = []
    for name, part in (("all", table), ("二", table[table["cell"].str.startswith("t2.")])):
        by = part.groupby("dpi")
        found = by.agg(scans=("report", "nunique"), cells=("cell", "size"), silent=("silent", "sum"))
        found["exact %"] = 100 * by["exact"].mean()
        found["doubt %"] = 100 * by["doubt"].mean()
        found["s a scan"] = part.drop_duplicates("report").groupby("dpi")["seconds"].mean()
        parts.append(found.assign(part=name).set_index("part", append=True))
    return pd.concat(parts).round(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scans", type=int, default=60)
    parser.add_argument("--dpi", type=int, nargs="+", default=[150, 200, 300])
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    figures, tables = pd.read_csv(RAW / "figures.csv", dtype="str", keep_default_na=False), []
    with tempfile.TemporaryDirectory() as folder:
        for one, dpi in chosen(args.scans, args.dpi):
            table = measured(one, dpi, args.seed, Path(folder), figures)
            tables.append(table)
            odd = table[table["silent"] | (table["doubt"] & table["printed"]) | (table["printed"] & ~table["exact"])]
            print(f"{one.report_id} {dpi} dpi: {len(odd)} of {int(table['printed'].sum())} cells not exact", flush=True)
            for row in odd.head(6).itertuples():
                print(f"    {row.cell}: {row.raw_true!r} read {row.raw!r} {row.flag} {row.note}", flush=True)
    print(summary(pd.concat(tables)).to_string())


if __name__ == "__main__":
    main()
