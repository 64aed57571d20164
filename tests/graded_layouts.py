"""Generated layouts read back and graded cell by cell against what their generator printed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))  # workers of joblib import this module by itself

import layouts

import govinfo as gi

CERTAIN = ("ok", "cleaned", "zero_mark")
COUNTS = ("cells", "exact", "silent", "doubt")
LARGE = {"scale": "large", "table_size": 12.0, "label_share": 0.55, "margin": 80.0, "paper": "A4", "landscape": False,
         "table_share": 0.85}  # fmt: skip
BLANK = {"zero": "blank", "zero_scope": "all"}
CROSSINGS = {  # narrow columns of large figures: numbers break over lines, 三 over pages
    "no rules x blank zeros x left x broken numbers x page cut": {"rules": "none", **BLANK, "align": "left", **LARGE},
    "no rules x blank zeros x right x page cut in rows": {"rules": "none", **BLANK, "align": "right", "split_rows": True},
    "no rules x spaced labels x rows cut by pages": {"rules": "none", "labels": "spaced", "split_rows": True},
    "three lines x （六） as one row": {"rules": "three_line", "other": "one"},
    "three lines x （六） merged": {"rules": "three_line", "other": "merged"},
    "three lines x blank zeros x row left out": {"rules": "three_line", **BLANK, "left_out": "outcome"},
    "horizontal rules x broken numbers x rows cut": {"rules": "horizontal", "split_rows": True, **LARGE},
    "dashed rules x rows cut by pages": {"rules": "dashed", "split_rows": True, "break": "forced"},
    "no outer edge x strange row x blank zeros": {"rules": "no_outer", "extra_row": "t3", **BLANK},
    "mixed forms x shifted headings x no rules": {"form": "mixed", "parts": "shifted", "rules": "none"},
}  # fmt: skip


def measured(seed: int, holdout: bool = False, **pinned) -> dict:
    """One layout, read and graded.

    `seed`, `levels` (knob -> level), `failed` (why nothing was read, else ""), `agency`, `year`, `form` (is each as it
    was set), `undecidable` (see `is_undecidable`; then only the form of 二 is graded), `findings` (the rules that fail
    as errors: all false, for every report is consistent), `odd` (a line for each cell that is wrong, silent or in
    doubt), and for `t2` and `rest` (三 and 四) apart a count of each of `COUNTS`.
    """
    pdf, truth, meta = layouts.make(seed, holdout, **pinned)
    result = {"seed": seed, "levels": meta["levels"], "undecidable": is_undecidable(meta), "failed": ""}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layout.pdf"
        path.write_bytes(pdf)
        try:
            report = gi.read_report(path)
        except Exception as error:  # noqa: BLE001  a crash is a result too: counted, shown, every cell lost
            return result | _lost(truth, f"{type(error).__name__}: {error}")
    return result | _compared(report, truth, meta)


def is_undecidable(meta: dict) -> bool:
    """Whether nothing printed tells the form of 三: 二 is of 2019, 三 of 2021, and （六） is one row, as in 2019.

    三 and 四 then print the same rows and columns in both forms, so that the form of 2019 is as right an answer.
    """
    return (meta["versions"]["t2"], meta["versions"]["t3"]) == ("2019", "2021") and meta["levels"]["other"] != "items"


def grades(cells: pd.DataFrame, truth: dict[str, str], values: dict) -> pd.DataFrame:
    """Every cell that is printed or read: `printed`, `exact`, `silent`, `doubt`, `true`, `raw`, `flag`, `note`.

    A cell is exact if its text is as printed, white space ignored, and it is not missing; it is silent if its text or
    its number is wrong, or nothing of the kind is printed, and its flag says that it is certain. A mark for nothing may
    have no number (nothing forces it to 0), but no other number than 0.
    """
    read, rows = cells.set_index("cell"), []
    for cell in dict.fromkeys((*truth, *cells["cell"])):
        raw, value, flag, note = read.loc[cell, ["raw", "value", "flag", "note"]] if cell in read.index else _NOTHING
        printed = cell in truth
        text = printed and _packed(raw) == _packed(truth[cell])
        number = printed and (abs(value - float(values[cell])) < 1e-9 or (pd.isna(value) and flag == "zero_mark"))
        exact, silent = text and flag != "missing", flag in CERTAIN and not (text and number)
        rows.append((cell, printed, exact, silent, flag == "doubt", truth.get(cell), raw, flag, note))
    return pd.DataFrame(rows, columns=["cell", "printed", "exact", "silent", "doubt", "true", "raw", "flag", "note"])


_NOTHING = ("", float("nan"), "missing", "no row of the table of cells")


def _packed(text: str) -> str:
    return "".join(text.split())


def _compared(report, truth: dict[str, str], meta: dict) -> dict:
    table = grades(report.cells, truth, meta["values"])
    false = report.findings[(report.findings["outcome"] == "fail") & (report.findings["severity"] == "error")]
    sections = ("t2",) if is_undecidable(meta) else ("t2", "t3", "t4")
    odd = table[(table["printed"] & ~table["exact"]) | table["silent"] | table["doubt"]]
    return {
        "agency": report.agency == meta["agency"],
        "year": report.year == meta["year"],
        "form": all(report.versions[s] == meta["versions"][s] for s in sections),
        "findings": list(false["rule"]),
        "odd": [_in_words(row) for row in odd.sort_values("silent", ascending=False, kind="stable").itertuples()],
        **_by_part(table),
    }


def _in_words(row) -> str:
    kind = "SILENT" if row.silent else "doubt" if row.doubt else "wrong"
    printed = repr(row.true) if row.printed else "nothing"
    return f"{kind} {row.cell}: printed {printed}, read {row.raw!r} ({row.flag}{', ' + row.note if row.note else ''})"


def _by_part(table: pd.DataFrame) -> dict:
    """Counts of 二 apart from those of 三 and 四: no identity guards 二. Doubt is counted among exact cells."""
    second, parts = table["cell"].str.startswith("t2."), {}
    for part, rows in (("t2", table[second]), ("rest", table[~second])):
        counts = (rows["printed"], rows["exact"], rows["silent"], rows["exact"] & rows["doubt"])
        parts[part] = {name: int(count.sum()) for name, count in zip(COUNTS, counts, strict=True)}
    return parts


def _lost(truth: dict[str, str], why: str) -> dict:
    cells = {"t2": sum(cell.startswith("t2.") for cell in truth)}
    cells["rest"] = len(truth) - cells["t2"]
    parts = {part: dict.fromkeys(COUNTS, 0) | {"cells": count} for part, count in cells.items()}
    return {"failed": why, "agency": False, "year": False, "form": False, "findings": [], "odd": [why], **parts}


# ---------------------------------------------------------------- many of them
def measure_all(seeds: Iterable[int], jobs: int = 1, holdout: bool = False, **pinned) -> list[dict]:
    """The results of many seeds, in the order of the seeds whatever `jobs` is."""
    from joblib import Parallel, delayed

    return Parallel(n_jobs=jobs)(delayed(measured)(seed, holdout, **pinned) for seed in seeds)


def total(results: list[dict], parts: tuple[str, ...] = ("t2", "rest")) -> dict[str, int]:
    """Documents and the sum of each count."""
    sums = {name: sum(one[part][name] for one in results for part in parts) for name in COUNTS}
    return {"documents": len(results)} | sums


def lines(results: list[dict], most: int = 40) -> str:
    """What is not as it should be, seed by seed, the silent first: for the message of an assertion."""
    shown = [(not text.startswith("SILENT"), f"seed {one['seed']}: {text}") for one in results for text in one["odd"]]
    for one in results:
        wrong = [name for name in ("agency", "year", "form") if not one[name]] + one["findings"]
        shown += [(False, f"seed {one['seed']}: {name} is wrong") for name in wrong]
    shown = [text for _, text in sorted(shown, key=lambda pair: pair[0])]
    return "\n".join(shown[:most] + ([f"and {len(shown) - most} more"] if len(shown) > most else []))
