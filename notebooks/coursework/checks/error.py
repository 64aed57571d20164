"""03: the sums of section 三, and the one figure that breaks two of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from govinfo.checks.identities import identities

from . import Mistake, expect, grid, plain, values

ROUNDS = 200_000  # of the fingerprint: slow enough that trying all cells and values is more work than the sums
OUTCOMES = ("t3.granted", "t3.partial", "t3.denied", "t3.unable", "t3.not_processed", "t3.other")


def row_gaps(answer, path: str) -> None:
    """For each row of 三: the six kinds of applicants added, minus the printed total."""
    table = grid(path)
    gaps = table.drop(columns="total").sum(axis=1) - table["total"]
    expect(answer, gaps, total_in_sum=gaps + table["total"], sign_reversed=-gaps)


def column_gaps(answer, path: str) -> None:
    """For each column of 三: the outcomes added, minus the printed 三（七）."""
    table = grid(path)
    printed = table.loc["t3.total"]
    gaps = table[table.index.str.startswith(OUTCOMES)].sum() - printed
    expect(
        answer,
        gaps,
        rows_beyond_outcomes=table.drop(index="t3.total").sum() - printed,
        total_in_sum=gaps + printed,
        sign_reversed=-gaps,
    )


def balance_gaps(answer, path: str) -> None:
    """For each column of 三: new and carried in, minus answered and carried out."""
    table = grid(path)
    new, came, done, left = (table.loc[f"t3.{row}"] for row in ("new", "carried_in", "total", "carried_out"))
    gaps = new + came - done - left
    expect(answer, gaps, carried_in_left_out=gaps - came, carried_out_left_out=gaps + left, sign_reversed=-gaps)


def suspect(cell, suggestion, table, path: str) -> None:
    """The cell printed wrong and the figure it should have; `table` is the notebook's own, which must be as published."""
    if cell is None or cell is ... or plain(suggestion) is None:
        raise Mistake("not_answered", answer=(cell, suggestion))
    if not table.equals(grid(path)):
        raise Mistake("changed_in_place")
    v = values(path)
    if not str(cell).startswith("t3."):
        raise Mistake("other_section")
    if cell not in v:
        raise Mistake("shape", why=f"{cell!r}: no such cell")
    before, after = _failing(v), _failing(v | {cell: suggestion})
    gaps = {abs(sum(v[c] for c in rule.left) - sum(v[c] for c in rule.right)) for rule in before}
    if suggestion == v[cell]:
        raise Mistake("published_again")
    if after and suggestion in gaps:
        raise Mistake("gap_for_value")
    if after:
        total = cell.endswith(".total") or cell.startswith("t3.total.")
        raise Mistake("total_blamed" if total else "mends_one_sum", rules=", ".join(rule.id for rule in after))
    if fingerprint(cell, suggestion, _tag(path)["salt"]) != _tag(path)["tag"]:
        raise Mistake("not_planted")


def mended(table) -> None:
    """A copy of section 三 in which every sum holds."""
    after = _failing({f"{row}.{column}": table.at[row, column] for row in table.index for column in table})
    if after:
        raise Mistake("still_fails", rules=", ".join(rule.id for rule in after))


def _failing(v: dict[str, float]) -> list:
    """The identities of 三 that do not hold for these values."""
    rules = [rule for rule in identities(v) if rule.id.startswith("t3.")]
    return [rule for rule in rules if sum(v[c] for c in rule.left) != sum(v[c] for c in rule.right)]


def fingerprint(cell: str, value: float, salt: str) -> str:
    """What is known of the planted error without giving it away."""
    answer = f"{cell}={value:g}".encode()
    return hashlib.pbkdf2_hmac("sha256", answer, bytes.fromhex(salt), ROUNDS).hex()


def _tag(path: str) -> dict:
    return json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))
