"""make bench: how exact the reading is, how fast and how large, against Camelot and pdfplumber in the same run.

Prints a table and writes benchmarks/results.json. Truth: data/raw/figures.csv for the facsimiles (the figures they are
set from), the CSV beside each original. Where the folder of originals is absent, only facsimiles are measured.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import platform
import random
import statistics
import subprocess
import sys
import time
import warnings
from importlib import metadata
from itertools import chain
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from govinfo import read_report
from govinfo.builds.inputs import Input, find_inputs

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
ORIGINALS = ROOT.parent / "shared" / "real"
RESULTS = ROOT / "benchmarks" / "results.json"
CERTAIN = ("ok", "cleaned", "zero_mark")
TEN_THOUSANDS = {"万元": 10_000}


# ------------------------------------------------------------------ truth


def inputs() -> dict[str, list[Input]]:
    """The PDFs to measure, originals and facsimiles apart."""
    sets = {"originals": [], "facsimiles": []}
    for one in find_inputs(RAW):
        sets["originals" if (one.row or {}).get("kind") == "original" else "facsimiles"].append(one)
    if ORIGINALS.is_dir():
        sets["originals"] += find_inputs(ORIGINALS)
    return sets


def truth(one: Input, figures: pd.DataFrame) -> pd.DataFrame:
    """The published text and number of each printed cell: columns cell, raw, value."""
    beside = one.path.with_suffix(".csv")
    found = pd.read_csv(beside, dtype="str", keep_default_na=False) if beside.is_file() else figures
    found = found[found["report_id"] == one.report_id] if "report_id" in found else found
    assert len(found), f"{one.source}: no truth for it"
    return found.assign(value=pd.to_numeric(found["value"].where(found["value"] != "")))[["cell", "raw", "value"]]


def graded(cells: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """Each cell of either table with `exact`, `silent` (a wrong number that nothing warns of) and `doubt`.

    A blank is exact when it is read as blank; whether identities force it to 0 is not asked here. Amounts are compared
    in yuan, so that a published 251000元 equals 25.1 under 万元.
    """
    table = expected.merge(cells, on="cell", how="outer", suffixes=("_true", ""), indicator=True)
    table["flag"] = table["flag"].fillna("missing")
    true = table["value_true"] * table["raw_true"].map(_factor).combine_first(table["unit"].map(TEN_THOUSANDS)).fillna(
        1
    )
    found = table["value"] * table["unit"].map(TEN_THOUSANDS).fillna(1)
    same = ((true - found).abs() < 1e-6 * true.abs().clip(lower=1)) | (true.isna() & (table["flag"] == "zero_mark"))
    printed = table["_merge"] != "right_only"
    text = table["raw"].fillna("").map(packed) == table["raw_true"].fillna("").map(packed)
    certain = table["flag"].isin(CERTAIN)
    return table.assign(
        exact=printed & certain & same & text,
        silent=certain & ~same,
        doubt=table["flag"] == "doubt",
        printed=printed,
    )


def _factor(raw: object) -> float | None:
    """What a unit written in the cell multiplies its number by; None where the cell states no unit."""
    text = str(raw)
    return 10_000.0 if text.endswith("万元") else 1.0 if text.endswith("元") else None


def packed(text: str) -> str:
    return "".join(str(text).split())


# ------------------------------------------------------------------ exactness


def exactness(files: list[Input], figures: pd.DataFrame) -> dict:
    """Counts over all cells of some reports, and the cells that are not exact."""
    grades, ruled, by_camelot = [], 0, 0
    for one in tqdm(files, desc="exactness", disable=not sys.stderr.isatty()):
        report = read_report(one.path, sources_row=one.row, report_id=one.report_id)
        grades.append(graded(report.cells, truth(one, figures)).assign(report_id=one.report_id))
        pages = set(report.cells["page"].dropna()) & ruled_pages(one.path)
        grids = {grid.page for grid in report.document.grids if grid.source.startswith("camelot")}
        ruled, by_camelot = ruled + len(pages), by_camelot + len(pages & grids)
    table = pd.concat(grades, ignore_index=True)
    wrong = table[(table["printed"] & ~table["exact"]) | table["silent"]]
    shown = wrong[["report_id", "cell", "raw_true", "raw", "value", "flag", "note"]].fillna("").astype("str")
    return {
        "reports": len(files),
        "cells": int(table["printed"].sum()),
        "exact": int(table["exact"].sum()),
        "silent_errors": int(table["silent"].sum()),
        "in_doubt": int(table["doubt"].sum()),
        "ruled_pages": ruled,
        "ruled_pages_by_camelot": by_camelot,
        "not_exact": shown.head(50).to_dict("records"),
    }


def ruled_pages(path: Path) -> set[int]:
    """Pages with upright rules, counted from the page's own paths: with flat ones alone there is no grid to find."""
    import pypdfium2
    from pypdfium2.raw import FPDF_PAGEOBJ_PATH

    with pypdfium2.PdfDocument(path) as pdf:
        paths = {number: page.get_objects(filter=[FPDF_PAGEOBJ_PATH]) for number, page in enumerate(pdf, 1)}
        return {number for number, found in paths.items() if any(_upright(one) for one in found)}


def _upright(path) -> bool:
    """Whether a path is an upright rule or the outline of a box, not a flat rule or a shaded area."""
    from pypdfium2.raw import FPDFPath_GetDrawMode

    left, bottom, right, top = path.get_bounds()
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    FPDFPath_GetDrawMode(path.raw, filled, stroked)
    return top - bottom >= 8 and (right - left < 3 or bool(stroked.value))


# ------------------------------------------------------------------ time


def _camelot(path: Path, **options) -> None:
    import camelot

    [table.df for table in camelot.read_pdf(str(path), pages="all", flavor="lattice", **options)]


def _camelot_vector(path: Path) -> None:
    _camelot(path, engine="vector")


def _pdfplumber(path: Path) -> None:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        [page.extract_tables() for page in pdf.pages]


CALLS = {
    "govinfo": read_report,
    "camelot, default": _camelot,
    "camelot, vector": _camelot_vector,
    "pdfplumber": _pdfplumber,
}


def seconds(files: list[Input], repeats: int) -> dict[str, float]:
    """Median seconds a report of each call: interleaved, in turn the first, after a warm-up that also imports."""
    for call in CALLS.values():
        call(files[0].path)
    taken = {name: [] for name in CALLS}
    for one in tqdm(files, desc="time", disable=not sys.stderr.isatty()):
        runs = {name: [] for name in CALLS}
        for turn in range(repeats):
            names = list(CALLS)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                start = time.perf_counter()
                CALLS[name](one.path)
                runs[name].append(time.perf_counter() - start)
        for name, times in runs.items():
            taken[name].append(statistics.median(times))
    return {name: statistics.median(times) for name, times in taken.items()}


def timing(files: list[Input], repeats: int) -> dict:
    """Seconds, and govinfo's as a share of each other call's."""
    median = seconds(files, repeats)
    ratios = {name: round(median["govinfo"] / median[name], 3) for name in list(CALLS)[1:]}
    return {
        "reports": [one.report_id for one in files],
        "seconds": {name: round(value, 4) for name, value in median.items()},
        "ratio": ratios,
    }


# ------------------------------------------------------------------ memory

MEMORY = """
import sys
from pathlib import Path
from govinfo import read_report
for path in sys.argv[1:]:
    read_report(path)
status = Path("/proc/self/status")
if status.is_file():  # what getrusage tells on Linux includes the process that started this one
    print(next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM")))
else:
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_memory(files: list[Input]) -> float | None:
    """Peak resident megabytes of one process that reads these reports one after the other; None on Windows."""
    if sys.platform == "win32":
        return None
    run = [sys.executable, "-c", MEMORY, *(str(one.path) for one in files)]
    return round(int(subprocess.run(run, stdout=subprocess.PIPE, check=True).stdout.split()[-1]) / 1e6, 1)


# ------------------------------------------------------------------ the whole


def environment() -> dict:
    packages = ("camelot-py", "pdfplumber", "pypdfium2", "pandas")
    versions = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    return versions | {name: metadata.version(name) for name in ("govinfo", *packages)}


def measured(sample: int, repeats: int, seed: int) -> dict:
    sets = inputs()
    figures = pd.read_csv(RAW / "figures.csv", dtype="str", keep_default_na=False)
    chosen = {name: sorted(_sample(files, sample, seed), key=lambda one: one.source) for name, files in sets.items()}
    kept = {name: files for name, files in chosen.items() if files}
    return {
        "environment": environment(),
        "exactness": {name: exactness(sets[name], figures) for name in kept},
        "time": {name: timing(files, repeats) for name, files in kept.items()},
        "memory": {
            "reports": sum(map(len, kept.values())),
            "peak_mb": peak_memory([*chain.from_iterable(kept.values())]),
        },
    }


def _sample(files: list[Input], size: int, seed: int) -> list[Input]:
    return random.Random(seed).sample(files, min(size, len(files)))


def printed(results: dict) -> str:
    """The results as the README shows them."""
    lines = ["| | " + " | ".join(results["exactness"]) + " |", "|---|" + "---:|" * len(results["exactness"])]
    rows = {
        "reports": lambda e, t: f"{e['reports']}",
        "cells": lambda e, t: f"{e['cells']:,}",
        "exact": lambda e, t: f"{e['exact']:,} ({e['exact'] / e['cells']:.2%})",
        "silent errors": lambda e, t: f"{e['silent_errors']}",
        "in doubt": lambda e, t: f"{e['in_doubt']} ({e['in_doubt'] / e['cells']:.2%})",
        "ruled pages whose grid is Camelot's": lambda e, t: f"{e['ruled_pages_by_camelot']} of {e['ruled_pages']}",
        **{f"seconds a report, {name}": lambda e, t, name=name: f"{t['seconds'][name]:.3f}" for name in CALLS},
        **{f"time against {name}": lambda e, t, name=name: f"{t['ratio'][name]:.3f}" for name in list(CALLS)[1:]},
    }
    for label, text in rows.items():
        values = [text(e, results["time"][name]) for name, e in results["exactness"].items()]
        lines.append(f"| {label} | " + " | ".join(values) + " |")
    memory = results["memory"]
    return "\n".join([*lines, f"\nPeak memory over {memory['reports']} reports: {memory['peak_mb']} MB"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=12, help="reports of each kind that are timed")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # Camelot's "no tables on page": expected of its default call on pages of prose
    results = measured(args.sample, args.repeats, args.seed)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(printed(results))
    print(f"\nWritten to {RESULTS.relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
