"""What checking costs beside reading, in one run: rules, localisation, and the identities of 100,000 reports at once.

    python benchmarks/costs.py [--reports 12] [--repeats 5] [--matrix 100000] [--json PATH]

Seconds are medians over facsimiles, those with failures named apart; ratios are to the time of reading the same reports
in the same run. Asked for: rules at most 5 % of reading, localising at most as much as reading, and the identities of many
reports in one pass at most a thousandth of the reading time each.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from injected_errors import real_tables
from told import told

from govinfo import read_report
from govinfo.checks.identities import differences, identities
from govinfo.checks.localise import attach
from govinfo.checks.rules import evaluate
from govinfo.prose.copied import left_over
from govinfo.prose.stated import compare

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
BOUNDS = {"rules": 0.05, "localise": 1.0, "one pass": 0.001}


def seconds(work: Callable[[], object], repeats: int) -> float:
    """The median time of a piece of work, after a first run that is not counted."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def one_report(path: Path, repeats: int) -> dict:
    """Reading, all rules (tables, prose against tables, text left over) and localisation of one report."""
    report = read_report(path)
    about = pd.DataFrame([{"report_id": report.report_id, "level": report.level}])
    found, ids = evaluate(report.cells, about), report.cells["cell"]

    def rules() -> None:
        evaluate(report.cells, about)
        compare(report.claims, report.cells, report)
        left_over(report.document.prose, report)

    return {
        "report": report.report_id,
        "fails": bool(found["rule"][found["outcome"] == "fail"].str.match("t[34]").any()),
        "read": seconds(lambda: read_report(path), repeats),
        "rules": seconds(rules, repeats),
        "localise": seconds(lambda: attach(found, report.cells, identities(ids)), repeats),
    }


def matrix(count: int, seed: int = 1) -> tuple[np.ndarray, tuple[str, ...]]:
    """`count` reports x the cells of 三 and 四: real tables drawn with repetition, one cell in a hundred changed or unknown."""
    rng, tables = np.random.default_rng(seed), pd.DataFrame(real_tables())
    values = tables.to_numpy(dtype=float)[rng.integers(len(tables), size=count)]
    values += rng.poisson(0.01, values.shape)
    values[rng.random(values.shape) < 0.001] = np.nan
    return values, tuple(tables.columns)


def measured(reports: int, repeats: int, size: int) -> dict:
    paths = sorted(RAW.glob("*.pdf"))
    failing = [RAW / f"{name}.pdf" for name in ("hongze-2023", "pingtan-2020", "pingtan-htp-2024", "pingtan-jjf-2024")]
    chosen = [*failing, *[path for path in paths if path not in failing][:: max(1, len(paths) // reports)]]
    table = pd.DataFrame([one_report(path, repeats) for path in chosen if path.is_file()])
    values, ids = matrix(size)
    gaps = differences(values, ids)
    each = seconds(lambda: differences(values, ids), 3) / size
    read = table["read"].median()
    ratio = {
        "rules": (table["rules"] / table["read"]).median(),
        "localise": (table["localise"] / table["read"])[table["fails"]].median(),
        "one pass": each / read,
    }
    return {
        "reports": len(table),
        "with_failures": int(table["fails"].sum()),
        "seconds": {name: round(table[name].median(), 5) for name in ("read", "rules")}
        | {"localise": round(table["localise"][table["fails"]].median(), 5), "one pass, each": each},
        "ratio": {name: round(value, 6) for name, value in ratio.items()},
        "highest": {name: round((table[name] / table["read"]).max(), 4) for name in ("rules", "localise")},
        "within_bounds": {name: bool(value <= BOUNDS[name]) for name, value in ratio.items()},
        "one_pass": {"reports": size, "identities": gaps.shape[1], "fail": int((np.nan_to_num(gaps) != 0).sum())},
    }


def main() -> dict:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--matrix", type=int, default=100_000)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    result = measured(options.reports, options.repeats, options.matrix)
    return told(result, options.json)


if __name__ == "__main__":
    main()
