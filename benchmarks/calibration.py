"""How sure is a reading, and where must it be doubted? Evidence beside what was right, for every cell of the layout set.

    python benchmarks/calibration.py [--seeds 200] [--hard 3] [--facsimiles 20] [--tried 15] [--json]

Read are the layouts of the fixed seeds from 0 on, as many of each named crossing of levels as `--hard` says (the errors
are there: a set without errors calibrates nothing), and facsimiles. For every cell the evidence is kept: do two
independent readings agree, do the sums that it stands in hold, how like is its row's label, what would the alignment of
all labels lose by another place for the row, how many pieces were put together. `reliability` counts cells and wrong ones
by evidence, with the upper 95 % bound of the share of wrong; `thresholds` reads `--tried` of the reports once more with
each neighbouring value that certainty.toml names. 二, which no sum guards, stands apart in both.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

import layouts as generator
import run
from graded_layouts import CROSSINGS, grades

from govinfo.builds.inputs import find_inputs
from govinfo.certainty import at, thresholds
from govinfo.checks.identities import differences, identities
from govinfo.comparison.intervals import clopper_pearson
from govinfo.document import Document
from govinfo.placing import two_readings
from govinfo.placing.placement import Placement
from govinfo.placing.reading import cells_table, section_versions
from govinfo.placing.wide import in_group
from govinfo.readers import read_document

RESULTS = ROOT / "benchmarks" / "calibration.json"
SECTION = {"t2": "二", "t3": "三 and 四", "t4": "三 and 四"}
AFTER_PLACING = ("label.weak", "label.margin")  # these judge cells that are placed already
BANDS = {"label": (0.0, 0.55, 0.65, 0.75, 0.9, 1.0), "margin": (0.0, 0.1, 0.3, 0.5, 1.0, 2.0), "pieces": (1, 2)}


@dataclass(frozen=True)
class Sample:
    """One report as read, with what is published in it: a table with cell, raw, value."""

    set: str
    document: Document
    year: int
    truth: pd.DataFrame

    def placed(self) -> tuple[Placement, Placement]:
        """Both readings; the document itself stays as it is."""
        document = replace(self.document, grids=list(self.document.grids), prose=list(self.document.prose))
        return two_readings.read_twice(document)

    def cells(self, first: Placement, second: Placement) -> pd.DataFrame:
        return cells_table("r", section_versions(first, second, self.year), first, second)


# ------------------------------------------------------------------ what is read


def generated(seeds: Iterable[int], name: str, folder: Path, **pinned) -> Iterator[Sample]:
    for seed in seeds:
        pdf, texts, meta = generator.make(seed, **pinned)
        path = folder / "layout.pdf"
        path.write_bytes(pdf)
        rows = [(cell, text, float(meta["values"][cell])) for cell, text in texts.items()]
        yield Sample(name, read_document(path), meta["year"], pd.DataFrame(rows, columns=["cell", "raw", "value"]))


def facsimiles(number: int) -> Iterator[Sample]:
    figures = pd.read_csv(run.RAW / "figures.csv", dtype="str", keep_default_na=False)
    for one in islice((one for one in find_inputs(run.RAW) if one.row.get("kind") == "facsimile"), number):
        yield Sample("facsimiles", read_document(one.path), int(one.row["year"]), run.truth(one, figures))


@contextmanager
def camelot_asked_once() -> Iterator[None]:
    """Camelot's answers on one report are kept: with other thresholds it is asked for the same areas again."""
    asked = {name: getattr(two_readings, name) for name in ("grids", "grids_in")}
    for name, ask in asked.items():
        setattr(two_readings, name, _remembered(ask))
    try:
        yield
    finally:
        for name, ask in asked.items():
            setattr(two_readings, name, ask)


def _remembered(ask: Callable) -> Callable:
    known: dict[str, list] = {}

    def answer(*args):
        key = repr(args)
        if key not in known:
            known[key] = ask(*args)
        return list(known[key])

    return answer


def samples(args: argparse.Namespace, folder: Path) -> Iterator[Sample]:
    yield from generated(range(args.seeds), "layouts", folder)
    for pinned in CROSSINGS.values():
        yield from generated(range(args.hard), "hard layouts", folder, **pinned)
    yield from facsimiles(args.facsimiles)


# ------------------------------------------------------------------ evidence and grade of every cell


def observed(sample: Sample, first: Placement, second: Placement) -> pd.DataFrame:
    """One row for each cell that is printed or read: part, evidence, `wrong` (its text or number), `doubt`, `lost`."""
    cells = sample.cells(first, second)
    table = graded(cells, sample.truth).merge(evidence(cells, first, second), on="cell")
    return table.assign(set=sample.set, part=table["cell"].str[:2].map(SECTION))


def graded(cells: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """cell, `wrong`, `silent`, `doubt`, `lost`: what was read against what is printed; neither printed nor read: no row.

    A wrong cell is silent unless it is in doubt; a lost one is printed and `missing`.
    """
    texts, values = (dict(zip(truth["cell"], truth[name], strict=True)) for name in ("raw", "value"))
    table = grades(cells, texts, {cell: 0.0 if pd.isna(value) else value for cell, value in values.items()})
    read, doubt = table["flag"] != "missing", table["flag"] == "doubt"
    wrong = table["silent"] | (doubt & ~table["exact"])
    table = table.assign(wrong=wrong, doubt=doubt, lost=table["printed"] & ~read)
    return table.loc[table["printed"] | read, ["cell", "wrong", "silent", "doubt", "lost"]]


def evidence(cells: pd.DataFrame, first: Placement, second: Placement) -> pd.DataFrame:
    """cell, `readings`, `sums`, `label`, `margin`, `pieces`: what speaks for each cell of the table."""
    sums, rows = sums_of(cells), []
    for cell, flag, note in cells[["cell", "flag", "note"]].itertuples(index=False):
        found = [p for p in (first.placed.get(cell), second.placed.get(cell)) if p]
        best = [max(getattr(p, name) for p in found) if found else np.nan for name in ("certainty", "margin", "pieces")]
        rows.append((cell, _readings(found, note), sums.get(cell, "none") if flag != "missing" else "none", *best))
    return pd.DataFrame(rows, columns=["cell", "readings", "sums", "label", "margin", "pieces"])


def _readings(found: list, note: str) -> str:
    if "the sums decide" in note:
        return "differ, the sums decide"
    if len(found) < 2:
        return "one alone" if found else "none"
    texts = {"".join(p.text.split()) for p in found}
    return "agree" if len(texts) == 1 else "differ"


def sums_of(cells: pd.DataFrame) -> dict[str, str]:
    """Cell -> `hold` or `fail`: whether all sums hold that it stands in and that can be told; cells in none are left out.

    A sum of which no term is printed tells nothing.
    """
    kept = cells[~in_group(cells)]
    numbers = (
        kept["value"].mask(kept["flag"].eq("zero_mark") & kept["value"].isna(), 0.0).mask(kept["flag"].eq("missing"))
    )
    known, found = dict(zip(kept["cell"], numbers.astype(float), strict=True)), {}
    gaps = differences(numbers.to_numpy(float)[None, :], tuple(kept["cell"]))[0]
    for one, gap in zip(identities(kept["cell"]), gaps, strict=True):
        if not np.isnan(gap) and any(known[cell] for cell in one.cells):
            for cell in one.cells:
                found[cell] = "fail" if gap or found.get(cell) == "fail" else "hold"
    return found


# ------------------------------------------------------------------ counts


def counts(table: pd.DataFrame) -> dict:
    """Cells, of these wrong, with the upper 95 % bound of their share; the same of those that are certain; lost ones."""
    read = table[~table["lost"]]
    certain = read[~read["doubt"]]
    numbers = {"cells": len(read), "wrong": int(read["wrong"].sum()), "lost": int(table["lost"].sum())}
    numbers |= {"certain": len(certain), "wrong though certain": int(certain["wrong"].sum())}
    numbers["right though in doubt"] = int((read["doubt"] & ~read["wrong"]).sum())
    return numbers | {"at most wrong of the certain": bound(numbers["wrong though certain"], len(certain))}


def bound(wrong: int, cells: int) -> float | None:
    """The one-sided upper 95 % bound of a share (Clopper and Pearson 1934): with none wrong about 3 / cells.

    >>> bound(0, 3000), bound(0, 0)
    (0.000998, None)
    """
    return round(float(clopper_pearson(wrong, cells, level=0.90)[1]), 6) if cells else None


def reliability(table: pd.DataFrame) -> list[dict]:
    """Counts by part and evidence: by readings and sums together, then by each band of likeness, margin and pieces."""
    table = table.assign(**{name: pd.cut(table[name], [*cuts, np.inf], right=False) for name, cuts in BANDS.items()})
    rows = [{"part": part} | {"evidence": "all"} | counts(own) for part, own in table.groupby("part")]
    for columns in (["readings", "sums"], *([name] for name in BANDS)):
        for (part, *levels), own in table.groupby(["part", *columns], observed=True):
            named = ", ".join(f"{column} {level}" for column, level in zip(columns, levels, strict=True))
            rows.append({"part": part, "evidence": named} | counts(own))
    return rows


def tried(sample: Sample, first: Placement, second: Placement) -> Iterator[dict]:
    """What each threshold and its neighbours let through, doubt and lose in one report, 二 apart."""
    base = graded(sample.cells(first, second), sample.truth)
    for name, row in thresholds().items():
        for value in sorted({row["value"], *row["tried"]}) if "tried" in row else ():
            table = base if value == row["value"] else _read_with(sample, name, value, first, second, base)
            for part, own in table.groupby(table["cell"].str[:2].map(SECTION)):
                right = own["doubt"] & ~own["wrong"]
                found = {"silent": own["silent"], "right though in doubt": right, "lost": own["lost"]}
                yield {"threshold": name, "value": value, "part": part, "cells": len(own)} | {
                    key: int(column.sum()) for key, column in found.items()
                }


def _read_with(sample: Sample, name: str, value: float, first: Placement, second: Placement, base) -> pd.DataFrame:
    """The cells graded with another value of one threshold; what it does not touch is not made again."""
    with at(name, value):
        if name in AFTER_PLACING:
            return graded(sample.cells(first, second), sample.truth)
        one, two = sample.placed()
        same = (one.placed, two.placed, one.areas) == (first.placed, second.placed, first.areas)
        return base if same else graded(sample.cells(one, two), sample.truth)


def by_value(rows: list[dict]) -> list[dict]:
    """The sums over all reports, with the value that stands marked."""
    keys = ["threshold", "value", "part"]
    table = pd.DataFrame(rows).groupby(keys, sort=False).sum().reset_index()
    stands = table["value"] == table["threshold"].map({name: row["value"] for name, row in thresholds().items()})
    return table.assign(stands=stands).to_dict("records")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--hard", type=int, default=3, help="layouts of each named crossing")
    parser.add_argument("--facsimiles", type=int, default=20)
    parser.add_argument(
        "--tried", type=int, default=15, help="reports read again at the neighbouring values: every nth"
    )
    parser.add_argument("--json", action="store_true", help=f"write {RESULTS.name} beside this file")
    args = parser.parse_args()
    number = args.seeds + args.hard * len(CROSSINGS) + args.facsimiles
    tables, rows, step = [], [], max(number // max(args.tried, 1), 1)
    with tempfile.TemporaryDirectory() as folder:
        for index, sample in enumerate(samples(args, Path(folder))):
            with camelot_asked_once():
                readings = sample.placed()
                tables.append(observed(sample, *readings))
                rows += tried(sample, *readings) if args.tried and index % step == 0 else []
    table = pd.concat(tables, ignore_index=True)
    result = {
        "reports": len(tables),
        "sets": {name: counts(own) for name, own in table.groupby("set")},
        "reliability": reliability(table),
        "reports tried": len(range(0, len(tables), step)) if args.tried else 0,
        "thresholds": by_value(rows) if rows else [],
    }
    print(pd.DataFrame(result["reliability"]).to_string(index=False))
    print(pd.DataFrame(result["thresholds"]).to_string(index=False))
    if args.json:
        RESULTS.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
