"""How many claims of labelled sentences are found, and what else is taken for one: python benchmarks/claims.py FILE.csv

FILE.csv has the columns of tests/data/claims_sentences.csv (id, kind, year, agency, heading, text, expected, why). Printed:
each error with its sentence, then recall (of the claims expected, those found) and precision (of those found, the right
ones), with the number of sentences wholly right. --half 0 or 1 takes every other sentence by a hash of its id, so that one
half can be kept unseen; --quiet prints no error.
"""

from __future__ import annotations

import argparse
import csv
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from govinfo.document import Line
from govinfo.prose.claims import find_claims


def read(path: Path, half: int | None = None) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if half is None or zlib.crc32(row["id"].encode()) // 7 % 2 == half]


def found(row: dict) -> Counter:
    lines = [Line(text) for text in (row["heading"], *row["text"].split("\n")) if text]
    claims = find_claims(lines, int(row["year"]) if row["year"] else None, row["agency"])
    return Counter(zip(claims["claim"], claims["figure"], strict=True))


def expected(row: dict) -> Counter:
    return Counter((claim, float(figure)) for claim, figure in (x.split("=") for x in row["expected"].split()))


def measure(rows: Iterable[dict], quiet: bool = False) -> dict[str, int]:
    counts = Counter()
    for row in rows:
        got, wanted = found(row), expected(row)
        wrong, missed = got - wanted, wanted - got
        counts += Counter(sentences=1, whole=not wrong and not missed, expected=wanted.total(), found=got.total())
        counts += Counter(right=(got & wanted).total(), wrong=wrong.total(), missed=missed.total())
        if (wrong or missed) and not quiet:
            print(f"{row['id']} {row['kind']} {row['year']} {row['agency']} {row['heading']}\n  {row['text']}")
            print(
                "  " + "; ".join([*(f"WRONG {c}={f:g}" for c, f in wrong), *(f"missed {c}={f:g}" for c, f in missed)])
            )
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--quiet", action="store_true")
    call = parser.parse_args()
    n = measure(read(call.file, call.half), call.quiet)
    print(f"{n['sentences']} sentences, {n['whole']} wholly right; {n['expected']} claims expected, {n['found']} found")
    print(f"recall {n['right']}/{n['expected']} = {100 * n['right'] / max(n['expected'], 1):.1f} %")
    print(f"precision {n['right']}/{n['found']} = {100 * n['right'] / max(n['found'], 1):.1f} %")


if __name__ == "__main__":
    main()
