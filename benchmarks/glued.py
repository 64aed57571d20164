"""How exactly run-together text is read: the tables of real and invented reports without anything between the cells.

    python benchmarks/glued.py [--invented 100] [--seed 0] [--json]

Compared with what the sums alone determine (tests/splitting_oracle.py: all splittings tried, an integer program asked), so
that both an error and an unnecessary doubt show. Real are the reports in full of the shared facts, or, where these are
absent, the figures of data/raw; planted are invented reports with one to three figures of 三 and 四 made wrong or blank, in
which another splitting may satisfy all sums by chance. A cell that the sums determine must be exact and certain; every other must be in doubt,
unless white space already parts its row. `--json` writes glued.json beside this file.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

import pandas as pd
from run import CERTAIN, ORIGINALS, RESULTS, environment

from govinfo.placing.reading import cells_table, section_versions
from govinfo.placing.two_readings import read_twice
from govinfo.readers.text import read_text

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import splitting_oracle
import typeset_formats

FACTS = ORIGINALS.parent / "facts" / "cells.csv"


def real() -> dict[str, dict[str, str]]:
    """report_id -> {cell: text} of every report whose figures are all known."""
    if not FACTS.is_file():
        return typeset_formats.figures()
    found = defaultdict(dict)
    with FACTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["tier"] == "A":
                found[row["report_id"]][row["cell"]] = row["raw"]
    return dict(found)


def planted(seed: int) -> dict[str, str]:
    """An invented report with one to three figures of 三 and 四 wrong, blank, or written otherwise."""
    raws, rng = typeset_formats.invented(seed), random.Random(seed)
    for cell in rng.sample([cell for cell in raws if not cell.startswith("t2.")], rng.choice((1, 1, 2, 3))):
        number = int(raws[cell])
        raws[cell] = rng.choice(("", "/", "00", str(number + 1), str(number + 10), str(10 * number or 5)))
    return raws


def read(raws: dict[str, str]) -> pd.DataFrame:
    """The cells of a report whose tables have run together."""
    document = read_text(Path("glued.txt"), typeset_formats.as_running_text(raws).encode())
    first, second = read_twice(document)
    year = 2019 if "t2.licensing.decisions" in raws else 2024
    return cells_table("glued", section_versions(first, second, year), first, second)


def measured(name: str, kind: str, raws: dict[str, str]) -> pd.DataFrame:
    """Each cell with `determined` (the sums leave one text), `certain`, `silent`, and `printed`."""
    table, sure = read(raws), splitting_oracle.determined(raws)
    true, told = table["cell"].map(raws), table["flag"].isin(CERTAIN)
    return table.assign(
        report=name,
        kind=kind if kind != "real" or splitting_oracle.plain_and_consistent(raws) else "broken",
        true=true,
        printed=true.notna(),
        determined=table["cell"].isin(sure),
        certain=told & (table["raw"] == true),
        silent=told & (table["raw"] != true),
        doubt=table["flag"] == "doubt",
    )


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Counts by kind and section, of the cells printed."""
    table = table[table["printed"]]
    parts = []
    for (kind, section), own in table.groupby(["kind", table["cell"].str[:2]]):
        sure = own["determined"]
        parts.append(
            {
                "kind": kind,
                "section": {"t2": "二", "t3": "三", "t4": "四"}[section],
                "reports": own["report"].nunique(),
                "cells": len(own),
                "determined": int(sure.sum()),
                "exact of these": int((sure & own["certain"]).sum()),
                "others": int((~sure).sum()),
                "in doubt of these": int((~sure & own["doubt"]).sum()),
                "exact and certain of these": int((~sure & own["certain"]).sum()),
                "silent": int(own["silent"].sum()),
            }
        )
    return pd.DataFrame(parts).set_index(["kind", "section"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--invented", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="of the first invented report")
    parser.add_argument("--json", action="store_true", help="write glued.json beside this file")
    args, tables = parser.parse_args(), []
    seeds = range(args.seed, args.seed + args.invented)
    reports = [(name, "real", raws) for name, raws in real().items()]
    reports += [(f"invented {seed}", "invented", typeset_formats.invented(seed)) for seed in seeds]
    reports += [(f"planted {seed}", "planted", planted(seed)) for seed in seeds]
    for name, kind, raws in reports:
        start = time.perf_counter()
        tables.append(measured(name, kind, raws))
        odd = tables[-1][lambda t: t["printed"] & (t["silent"] | (t["determined"] & ~t["certain"]))]
        if len(odd):
            print(f"{name} ({time.perf_counter() - start:.1f} s): {len(odd)} cells", flush=True)
            for row in odd.head(4).itertuples():
                said = "determined" if row.determined else "not determined"
                print(
                    f"    {row.cell}: {said}, printed {row.true!r}, read {row.raw!r} {row.flag} {row.note}", flush=True
                )
    found = summary(pd.concat(tables))
    print(found.to_string())
    if args.json:
        told = {"environment": environment(), "seed": args.seed, "sets": found.reset_index().to_dict("records")}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        RESULTS.with_name("glued.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
