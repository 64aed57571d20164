"""Is the wrong figure found? 2,000 tables with errors put in, real ones and invented ones, by kind of slip and of table.

    python benchmarks/injected_errors.py [--cases 2000] [--seed 1] [--json PATH] [--highs N]

Real tables are those of data/raw/figures.csv in which everything is printed and every identity holds. `found`: the cells
that were changed stand together in one of the smallest sets; `exact`: they are one of these sets, with their true values;
`single`: they are the only one; `named`: the slip put in is the slip named for that set (many slips leave the trace of
another). Times are those of `localise` alone, and of all that a report's findings need (`attach`). Where zeros are left
blank, only printed figures are wrong: a figure left out is then a blank, which the others force to its number.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pandas as pd

from govinfo.checks.identities import identities
from govinfo.checks.localise import attach, localise, matrix_of
from govinfo.checks.rules import evaluate
from govinfo.checks.slips import Context, explain
from govinfo.checks.smallest import fewest
from govinfo.form import load_form
from govinfo.placing.marks import effective, resolve_marks

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from invented import SCALES, figures

FORM = load_form("2021")
ROWS = {row.id: row.role for row in FORM.block("t3").rows}
COLUMNS = [column.id for column in FORM.block("t3").columns]
SHARES = {  # kind of table: share of the cases
    "三, one wrong": 0.3,
    "三, two wrong": 0.2,
    "四, one wrong": 0.1,
    "三, zeros left blank": 0.15,
    "三, （六） one row": 0.1,
    "三, one cell missing": 0.1,
    "三, misread, two readings": 0.05,
}


# ------------------------------------------------------------------ tables
def real_tables() -> list[dict[str, int]]:
    """The published sections 三 and 四 without a blank or a failed identity, in the form of 2021."""
    path = ROOT / "data" / "raw" / "figures.csv"
    if not path.is_file():
        return []
    cells = [cell.id for cell in FORM.cells if cell.section != "t2"]
    published = pd.read_csv(path, dtype="str", keep_default_na=False)
    published = published[published["cell"].isin(cells) & (published["value"] != "")]
    tables = []
    for _, rows in published.groupby("report_id", sort=True):
        values = dict(zip(rows["cell"], rows["value"].astype(float).astype(int), strict=True))
        if len(values) == len(cells) and not localise(values, identities(values)).failed:
            tables.append({cell: values[cell] for cell in cells})
    return tables


def invented_table(rng: Random) -> dict[str, int]:
    drawn = figures(rng, "2021", rng.choice(list(SCALES)))
    return {cell: int(value) for cell, value in drawn.items() if not cell.startswith("t2")}


def with_group_row(values: dict[str, int]) -> dict[str, int]:
    """（六）其他处理 printed as one row."""
    items = [cell for cell in values if cell.startswith("t3.other.")]
    sums = {f"t3.other.{c}": sum(values[i] for i in items if i.rsplit(".", 1)[1] == c) for c in COLUMNS}
    return {cell: value for cell, value in values.items() if cell not in items} | sums


# ------------------------------------------------------------------ slips: (table, cell, rng) -> published figures
def _digits(change):
    def slip(values, cell, rng):
        text = str(values[cell])
        return {cell: int(change(text, rng.randrange(len(text)), rng))} if values[cell] else {}

    return slip


def _other_digit(text: str, k: int, rng: Random) -> str:
    return text[:k] + rng.choice([d for d in "0123456789" if d != text[k]]) + text[k + 1 :]


def _total(change):
    """A slip of totals: `change(sum, parts, rng)` is what is published instead of the sum."""

    def slip(values, cell, rng):
        parts = [i.left for i in identities(values) if i.right == (cell,)]
        return {cell: change(values[cell], [values[p] for p in parts[0]], rng)} if parts else {}

    return slip


def _beside(values, cell, rng):
    """The next cell of the row."""
    row, column = cell.rsplit(".", 1)
    other = f"{row}.{COLUMNS[(COLUMNS.index(column) + 1) % len(COLUMNS)]}" if column in COLUMNS else cell
    return other if other in values and not other.endswith("total") else cell


def _neighbour(values, cell, rng):
    other = _beside(values, cell, rng)
    return {cell: values[other], other: values[cell]}


def _misfiled(values, cell, rng):
    other, k = _beside(values, cell, rng), rng.randint(1, max(1, values[cell]))
    return {cell: values[cell] - k, other: values[other] + k} if other != cell else {}


def _counted_twice(values, cell, rng):
    column = cell.rsplit(".", 1)[1]
    pair = [f"t3.carried_out.{column}", "t3.carried_out.total"]
    return {c: values[c] + 1 for c in pair} if cell.startswith("t3.") and values[f"t3.total.{column}"] else {}


SINGLE = {
    "digit_lost": _digits(lambda t, k, rng: t[:k] + t[k + 1 :] or "0"),
    "digit_doubled": _digits(lambda t, k, rng: t[:k] + t[k] + t[k:]),
    "digits_swapped": _digits(lambda t, k, rng: t[:k] + t[k : k + 2][::-1] + t[k + 2 :]),
    "digit_misread": _digits(_other_digit),
    "stray": lambda values, cell, rng: {cell: rng.randint(1, 12)} if values[cell] == 0 else {},
    "left_empty": lambda values, cell, rng: {cell: 0},
    "total_never_filled": _total(lambda total, parts, rng: 0),
    "part_left_out": _total(lambda total, parts, rng: total - rng.choice(parts)),
    "part_added_twice": _total(lambda total, parts, rng: total + rng.choice(parts)),
    "yuan_for_wan": lambda values, cell, rng: {cell: values[cell] * 10_000},
}
DOUBLE = {"neighbour": _neighbour, "misfiled": _misfiled, "counted_twice": _counted_twice}


def injected(
    values: dict[str, int], section: str, count: int, rng: Random, printed_only: bool = False
) -> tuple[dict[str, int], str]:
    """What is published instead, in `count` cells of a section, and the kind of slip ("" for two unrelated ones)."""
    while True:
        pair = count == 2 and rng.random() < 0.5
        kinds = [rng.choice(list(DOUBLE))] if pair else [rng.choice(list(SINGLE)) for _ in range(count)]
        wrong = {}
        for kind in kinds:
            wrong |= _tried(values, section, (DOUBLE if pair else SINGLE)[kind], rng)
        if len(wrong) == count and (not printed_only or all(wrong.values())):
            return wrong, kinds[0] if len(kinds) == 1 else ""


def _tried(values: dict[str, int], section: str, slip, rng: Random, times: int = 60) -> dict[str, int]:
    """The slip in the first of some cells at random in which it changes anything; empty if in none."""
    cells = [cell for cell in values if cell.startswith(section)]
    for cell in rng.choices(cells, k=times):
        wrong = {c: v for c, v in slip(values, cell, rng).items() if v != values[c] and v >= 0}
        if wrong:
            return wrong
    return {}


# ------------------------------------------------------------------ cases
def cells_table(values: dict[str, int | None], blank_zeros: bool = False) -> pd.DataFrame:
    """A report's cells table; None is a missing cell, zeros can be left blank."""
    rows = []
    for cell, value in values.items():
        flag = "missing" if value is None else "zero_mark" if blank_zeros and value == 0 else "ok"
        raw = str(value) if flag == "ok" else ""
        rows.append(("r", cell, float(value) if flag == "ok" else None, "件", raw, flag, ""))
    columns = ["report_id", "cell", "value", "unit", "raw", "flag", "note"]
    return resolve_marks(pd.DataFrame(rows, columns=columns).astype({"value": float}))


def one_case(kind: str, base: dict[str, int], rng: Random) -> dict:
    """One table with errors, and what localisation says of it."""
    section, count = ("t4" if kind.startswith("四") else "t3"), 2 if "two wrong" in kind else 1
    true = with_group_row(base) if "（六）" in kind else base
    wrong, slip = injected(true, section, count, rng, printed_only="blank" in kind)
    published = true | wrong
    if "missing" in kind:
        published |= {rng.choice([c for c in true if c.startswith("t3") and c not in wrong]): None}
    cells = cells_table(published, blank_zeros="blank" in kind)
    if "two readings" in kind:
        ((cell, value),) = wrong.items()
        note = f"two readings: grid '{value}', words '{true[cell]}'"
        doubted = cells["cell"] == cell
        cells = cells.assign(flag=cells["flag"].mask(doubted, "doubt"), note=cells["note"].mask(doubted, note))
    return {"kind": kind, "slip": slip} | _judged(cells, {cell: true[cell] for cell in wrong})


def _judged(cells: pd.DataFrame, truth: dict[str, int]) -> dict:
    rules = identities(cells["cell"])
    values = {c: None if v is None else int(v) for c, v in effective(cells).items()}
    blank = set(cells.loc[cells["flag"] == "zero_mark", "cell"])
    start = time.perf_counter()
    found = localise(values, rules)
    seconds = time.perf_counter() - start
    findings = evaluate(cells)
    start = time.perf_counter()
    filled = attach(findings, cells, rules)
    both = time.perf_counter() - start
    sets = [s.changes for part in found.parts for s in part.sets]
    printed = [{c: v for c, v in changes.items() if (c, v) not in {(b, 0) for b in blank}} for changes in sets]
    return {
        "failed": bool(found.failed),
        "found": any(truth.keys() <= changes.keys() for changes in sets),
        "asked": not found.failed and bool(findings["rule"].eq("blank").any()),
        "exact": truth in printed,
        "single": printed == [truth],
        "all_ties": _all_ties(found, values),
        "ties": len(sets),
        "named": explain(truth, Context(values, rules)),
        "verdict": " ".join(sorted(set(filled.loc[filled["outcome"] == "fail", "verdict"]))),
        "seconds": seconds,
        "attach": both,
    }


def _all_ties(found, values: dict) -> bool:
    """Whether the single suspects of each part are all that trying every cell by itself gives."""
    for part in found.parts:
        alone = set()
        for cell in part.cells:
            for identity in part.identities[:1] if len(part.identities) == 1 else ():
                gap = sum(values[c] for c in identity.left) - sum(values[c] for c in identity.right)
                if values[cell] + (gap if cell in identity.right else -gap) >= 0:
                    alone.add((cell,))
        if alone and {s.cells for s in part.sets} != alone:
            return False
    return True


def run(cases: int = 2000, seed: int = 1) -> pd.DataFrame:
    """One row a case; half of the tables are real where there are any."""
    rng, real, rows = Random(seed), real_tables(), []
    for kind, share in SHARES.items():
        for number in range(round(cases * share)):
            base = rng.choice(real) if real and number % 2 == 0 else invented_table(rng)
            rows.append(one_case(kind, base, rng) | {"table": "real" if real and number % 2 == 0 else "invented"})
    return pd.DataFrame(rows)


def summary(found: pd.DataFrame) -> dict:
    """The figures of merit for each kind of table, and how often each slip is named."""
    groups = found.groupby("kind", sort=False)
    table = groups.agg(
        cases=("found", "size"),
        failed=("failed", "mean"),
        found=("found", "mean"),
        asked=("asked", "mean"),
        exact=("exact", "mean"),
        single=("single", "mean"),
        all_ties=("all_ties", "mean"),
        most_ties=("ties", "max"),
        median_ms=("seconds", lambda s: 1000 * s.median()),
        most_ms=("seconds", lambda s: 1000 * s.max()),
        attach_ms=("attach", lambda s: 1000 * s.median()),
    )
    table["reading"] = groups["verdict"].agg(lambda s: (s == "reading").mean())
    slips = found[found["slip"] != ""].assign(named=lambda d: d["named"] == d["slip"]).groupby("slip")["named"]
    return {"tables": table.round(4).to_dict("index"), "slips": slips.agg(["size", "mean"]).round(3).to_dict("index")}


def against_highs(cases: int, seed: int = 1) -> dict:
    """Three wrong cells in small tables: do HiGHS and the exact search ask for as many cells, and what do they cost?"""
    rng, real, rows = Random(seed), real_tables() or [invented_table(Random(seed))], []
    for _ in range(cases):
        values = dict(rng.choice(real))
        for cell in rng.sample([c for c in values if c.startswith("t3")], 3):
            values[cell] += rng.randint(1, 3)
        start = time.perf_counter()
        (part,) = localise(values, identities(values)).parts
        exact = time.perf_counter() - start
        matrix, x = matrix_of(part.cells, part.identities), [values[c] for c in part.cells]
        start = time.perf_counter()
        other = fewest(matrix, x, pd.Series(x).ge(0).to_numpy())
        rows.append((len(other or ()) == part.size, exact, time.perf_counter() - start))
    table = pd.DataFrame(rows, columns=["agree", "exact", "highs"])
    return {"cases": cases, "agree": int(table["agree"].sum()), **(1000 * table[["exact", "highs"]].median()).to_dict()}


def main(arguments: list[str] | None = None) -> dict:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--highs", type=int, default=0, help="compare with HiGHS on this many tables")
    options = parser.parse_args(arguments)
    found = run(options.cases, options.seed)
    result = summary(found)
    if options.highs:
        result["highs"] = against_highs(options.highs, options.seed)
    with pd.option_context("display.width", 200, "display.max_columns", 20):
        print(pd.DataFrame(result["tables"]).T.to_string(), end="\n\n")
        print(pd.DataFrame(result["slips"]).T.to_string(), end="\n\n")
    print(f"tables: {dict(Counter(found['table']))}", f"HiGHS: {result.get('highs', 'not asked')}", sep="\n")
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return result


if __name__ == "__main__":
    main()
