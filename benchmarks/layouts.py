"""How exactly layouts are read: generated reports, set as PDF in every layout, read back and graded cell by cell.

    python benchmarks/layouts.py [--seeds 500] [--base N] [--jobs 1] [--knobs] [--look] [--json]

Measured are the fixed seeds 0 to 499, as many fresh ones (the base of their seeds is printed: give it back with `--base`
to measure the same again), as many of the part of the space kept for the last measurement, and named crossings of levels.
Prints counts for each set and for 二 apart, a table by level of each knob, and where there are silent errors; of the
holdout counts alone, so that nothing is built after it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from graded_layouts import CROSSINGS, measure_all, total

RESULTS = ROOT / "benchmarks" / "layouts.json"
HOLDOUT = 8000  # first seed kept for the last measurement; others were used for one, or while building
PARTS = {"all": ("t2", "rest"), "二": ("t2",), "三 and 四": ("rest",)}


def summary(results: list[dict]) -> dict:
    """Shares in per cent of each part, and what must be right of every report."""
    told = [one for one in results if not one["undecidable"]]
    found = {name: _shares(total(results, parts)) for name, parts in PARTS.items()}
    return {
        "documents": len(results),
        "cells": found.pop("all"),
        **found,
        "not read": sum(bool(one["failed"]) for one in results),
        "false error findings": sum(len(one["findings"]) for one in results),
        "agency wrong": sum(not one["agency"] for one in results),
        "year wrong": sum(not one["year"] for one in results),
        "form wrong": sum(not one["form"] for one in told),
        "form not told by the page": len(results) - len(told),
        "broken numbers": sum(one["levels"]["broken_numbers"] for one in results),
        "三 over pages": sum(one["levels"]["t3_pages"] > 1 for one in results),
    }


def _shares(counts: dict) -> dict:
    """`exact %` of the printed cells, `doubt %` of the exact ones, silent errors as a count."""
    return {
        "cells": counts["cells"],
        "exact %": round(100 * counts["exact"] / max(counts["cells"], 1), 3),
        "silent": counts["silent"],
        "doubt %": round(100 * counts["doubt"] / max(counts["exact"], 1), 3),
    }


def by_level(results: list[dict]) -> pd.DataFrame:
    """One row for each level of each knob: documents, cells, exact %, silent, doubt %."""
    sets: dict[tuple[str, str], list[dict]] = {}
    for one in results:
        for knob, level in one["levels"].items():
            sets.setdefault((knob, str(level)), []).append(one)
    rows = [(*key, len(sets[key]), *_shares(total(sets[key])).values()) for key in sorted(sets)]
    columns = ["knob", "level", "documents", "cells", "exact %", "silent", "doubt %"]
    return pd.DataFrame(rows, columns=columns).set_index(["knob", "level"])


def odd_ones(name: str, results: list[dict]) -> list[str]:
    """Lines for each report with a silent error, false finding, wrong agency, year or form, or that was not read."""
    found = []
    for one in results:
        wrong = [f"{what} is wrong" for what in ("agency", "year", "form") if not one[what] and not one["failed"]]
        wrong += [f"not read: {one['failed']}"] * bool(one["failed"])
        wrong += [f"{len(one['findings'])} false findings: {' '.join(one['findings'][:4])}"] * bool(one["findings"])
        silent = [text for text in one["odd"] if text.startswith("SILENT")]
        wrong += [f"{len(silent)} silent: " + "; ".join(text.removeprefix("SILENT ") for text in silent[:2])] * bool(
            silent
        )
        found += [f"{name}, seed {one['seed']}: {text}" for text in wrong]
    return found


def measured_sets(seeds: int, base: int, jobs: int) -> dict[str, list[dict]]:
    """The sets by name; each is announced when it is done."""
    plans = {
        "fixed": (range(seeds), False, {}),
        "fresh": (range(base, base + seeds), False, {}),
        "holdout": (range(HOLDOUT, HOLDOUT + seeds), True, {}),
        **{name: (range(max(20, seeds // 10)), False, pinned) for name, pinned in CROSSINGS.items()},
    }
    results = {}
    for name, (chosen, holdout, pinned) in plans.items():
        start = time.perf_counter()
        results[name] = measure_all(chosen, jobs, holdout, **pinned)
        print(
            f"{name}: {len(results[name])} documents, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True
        )
    return results


def table_of(summaries: dict[str, dict]) -> str:
    """Each set, 二 apart from 三 and 四, as lines of a table."""
    rows = []
    for name, found in summaries.items():
        for part in ("cells", "二", "三 and 四"):
            rows.append({"set": name, "part": "all" if part == "cells" else part, **found[part]})
    rest = pd.DataFrame(
        {name: {k: v for k, v in s.items() if not isinstance(v, dict)} for name, s in summaries.items()}
    )
    return f"{pd.DataFrame(rows).set_index(['set', 'part']).to_string()}\n\n{rest.T.to_string()}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--seeds", type=int, default=500, help="documents of each set; crossings take a tenth, at least 20"
    )
    parser.add_argument("--base", type=int, help="first of the fresh seeds (drawn anew if not given)")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--knobs", action="store_true", help="the table by level of each knob, whatever --seeds is")
    parser.add_argument(
        "--look", action="store_true", help="show the errors of the holdout too: then it is one no more"
    )
    parser.add_argument("--json", action="store_true", help=f"write {RESULTS.name} beside this file")
    args = parser.parse_args()
    base = args.base if args.base is not None else 1000 + int.from_bytes(os.urandom(4), "big")
    print(f"fresh seeds from --base {base}", flush=True)
    results = measured_sets(args.seeds, base, args.jobs)
    summaries = {name: summary(found) for name, found in results.items()}
    print(table_of(summaries), "A form not told by the page: 二 of 2019, 三 of 2021, （六） as one row.", sep="\n")
    levels = {"fixed and fresh": by_level(results["fixed"] + results["fresh"]), "holdout": by_level(results["holdout"])}
    if args.knobs or args.seeds >= 500:
        print(*(f"\n{name}\n{table.to_string()}" for name, table in levels.items()), sep="\n")
    shown = {name: found for name, found in results.items() if name != "holdout" or args.look}
    print("", *(line for name, found in shown.items() for line in odd_ones(name, found)), sep="\n")
    if args.json:
        tables = {name: table.reset_index().to_dict("records") for name, table in levels.items()}
        text = json.dumps({"base": base, "sets": summaries, "levels": tables}, ensure_ascii=False, indent=1)
        RESULTS.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
