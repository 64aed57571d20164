"""A misread digit in a scan: is the reading blamed, or the publisher?

    python benchmarks/misread.py [--pages 60] [--skip 0] [--dpi 90] [--noise 16] [--seed 1] [--json PATH]

Pages with section 三 of consistent facsimiles are scanned far worse than what is promised, so that the recogniser does
misread figures (needs the extra `ocr`). Each misread figure is then judged alone: the report's true figures, the flags and
notes of the scan, and this one figure as it was read. `verdict` counts what its failed identities say; `silent` those of
the misread figures that carry no flag, the only ones for which the publisher is blamed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pandas as pd
from run import RAW, truth
from told import told

from govinfo import read_report
from govinfo.builds.inputs import Input, find_inputs
from govinfo.checks.identities import identities
from govinfo.checks.localise import attach
from govinfo.checks.rules import evaluate
from govinfo.placing.reading import cells_table
from govinfo.placing.two_readings import read_twice
from govinfo.placing.values import resolve_marks

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import scans


def consistent_pages() -> Iterator[tuple[Input, int]]:
    """The page of a facsimile that holds 三 alone, where every identity holds and every figure is printed."""
    for one in find_inputs(RAW):
        report = read_report(one.path)
        tables = report.cells[report.cells["cell"].str.startswith("t3")]
        printed = (tables["flag"] == "ok").all() and tables["page"].nunique() == 1
        if printed and not report.findings["rule"].str.startswith("t3").any():
            yield one, int(tables["page"].iloc[0])


def misread(one: Input, page: int, folder: Path, dpi: int, seed: int, noise: float) -> Iterator[dict]:
    """Each misread figure of 三 on a scanned page, with the verdict of what fails because of it alone."""
    from govinfo.readers.scan import read_scan

    path = scans.scan(one.path.stem, folder, dpi, seed, pages=(page,), noise=noise)
    first, second = read_twice(read_scan(path))
    path.unlink()
    versions = {**second.versions, **first.versions}
    if "t3" not in versions:
        return
    read = cells_table(one.report_id, {"t2": versions["t3"], "t3": versions["t3"], "t4": versions["t3"]}, first, second)
    read = read[read["cell"].str.startswith("t3") & (read["flag"] != "missing")]
    known = truth(one, pd.read_csv(RAW / "figures.csv", dtype="str", keep_default_na=False)).set_index("cell")["value"]
    if not read["cell"].isin(known.index).all():
        return  # rows taken for others: more than a digit is misread
    right = read["cell"].map(known)
    for at in read.index[read["value"].notna() & right.notna() & (read["value"] != right)]:
        cells = read.assign(value=right.where(read.index != at, read["value"]))
        cells.loc[(cells.index != at) & (cells["flag"] == "zero_mark"), "flag"] = "ok"
        yield _judged(resolve_marks(cells), cells.loc[at], known[cells.at[at, "cell"]])


def _judged(cells: pd.DataFrame, cell: pd.Series, true: float) -> dict:
    found = attach(evaluate(cells), cells, identities(cells["cell"]))
    verdicts = sorted(set(found.loc[found["outcome"] == "fail", "verdict"])) or ["nothing fails"]
    words = {"read": float(cell["value"]), "true": float(true), "flag": cell["flag"], "note": cell["note"]}
    return {"report": cell["report_id"], "cell": cell["cell"], **words, "verdict": " ".join(verdicts)}


def main() -> dict:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--skip", type=int, default=0, help="pages passed over before the first")
    parser.add_argument("--dpi", type=int, default=90)
    parser.add_argument("--noise", type=float, default=16.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    rows, pages = [], list(islice(consistent_pages(), options.skip, options.skip + options.pages))
    with tempfile.TemporaryDirectory() as folder:
        for one, page in pages:
            for row in misread(one, page, Path(folder), options.dpi, options.seed, options.noise):
                print(json.dumps(row, ensure_ascii=False), flush=True)
                rows.append(row)
    counts = Counter(row["verdict"] for row in rows)
    silent = sum(row["flag"] != "doubt" for row in rows)
    result = {"pages": len(pages), "misread": len(rows), "silent": silent, "verdict": dict(counts)}
    result["share reading"] = round(counts["reading"] / max(len(rows), 1), 4)
    return told(result, options.json)


if __name__ == "__main__":
    main()
