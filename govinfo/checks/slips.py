"""Kinds of slip: how a wrong figure may have come about, as far as the figures tell (slips.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources

from govinfo.checks.identities import Identity
from govinfo.form import Label

Number = int | float
Changes = Mapping[str, tuple[Number, Number]]  # cell: (published, suggested)


@dataclass(frozen=True)
class Slip:
    """One kind of slip, as a row of slips.toml."""

    id: str
    scope: str
    statement: Label
    reason: str
    example: str


@dataclass(frozen=True)
class Context:
    """What a slip is judged against: the figures that count, the identities, last year's figures where known."""

    values: Mapping[str, Number | None] = field(default_factory=dict)
    identities: Sequence[Identity] = ()
    previous: Mapping[str, Number | None] = field(default_factory=dict)

    @cached_property
    def parts(self) -> dict[str, list[tuple[str, ...]]]:
        """For each total: the cells it is the sum of, one tuple an identity."""
        parts: dict[str, list[tuple[str, ...]]] = {}
        for identity in self.identities:
            if len(identity.right) == 1 and len(identity.left) > 1:
                parts.setdefault(identity.right[0], []).append(identity.left)
        return parts


@cache
def slip_table() -> dict[str, Slip]:
    """The kinds of slip by id, in the order in which they are tried.

    >>> slip_table()["digit_lost"].statement.en
    'a digit lost'
    """
    rows = _data()["slip"]
    return {r["id"]: Slip(r["id"], r["scope"], Label(r["zh"], r["en"]), r["reason"], r["example"]) for r in rows}


@cache
def _data() -> dict:
    return tomllib.loads((resources.files("govinfo.checks") / "slips.toml").read_text(encoding="utf-8"))


def text(name: str, **words: Label | str | int) -> Label:
    """A sentence of slips.toml in both languages, its {names} filled; labels give each language its own word."""
    row = _data()["text"][name]

    def said(lang: str) -> str:
        return row[lang].format(**{k: w[lang] if isinstance(w, Label) else w for k, w in words.items()})

    return Label(said("zh"), said("en"))


def classify(cell: str, published: Number, suggested: Number, context: Context = Context()) -> str:
    """The id of the kind of slip that turns `suggested` into `published` in one cell.

    Kinds that need more than the two figures (totals, neighbours, last year) are found as far as `context` tells.

    >>> classify("t3.new.natural", 132, 123), classify("t2.fees", 251000, 25.1)
    ('digits_swapped', 'yuan_for_wan')
    """
    return _first({cell: (published, suggested)}, context, ("set", "cell"))


def explain(changes: Mapping[str, Number | None], context: Context) -> str:
    """The kind of slip behind a set of cells: one id for the whole set, or one a cell, separated by spaces.

    `changes` gives the suggested value of each cell; where one is None (several would do) the answer is empty.
    """
    if not changes or None in changes.values():
        return ""
    pairs = {cell: (context.values[cell], value) for cell, value in changes.items()}
    if len(pairs) == 1:
        return _first(pairs, context, ("set", "cell"))
    whole = _first(pairs, context, ("set",))
    if whole != "unknown":
        return whole
    return " ".join(_first({cell: pair}, context, ("set", "cell")) for cell, pair in pairs.items())


def _first(changes: Changes, context: Context, scopes: tuple[str, ...]) -> str:
    return next(s.id for s in slip_table().values() if s.scope in scopes and _TESTS[s.id](changes, context))


# ------------------------------------------------------------------- kinds judged on a set of cells
def _last_year(changes: Changes, context: Context) -> bool:
    return all(published and context.previous.get(cell) == published for cell, (published, _) in changes.items())


def _from_zero(changes: Changes, context: Context) -> bool:
    return all(published == 0 < suggested for published, suggested in changes.values())


def _to_zero(changes: Changes, context: Context) -> bool:
    return all(published > 0 == suggested for published, suggested in changes.values())


def _totals_only(changes: Changes, context: Context) -> bool:
    return all(cell in context.parts for cell in changes)


def _total_never_filled(changes: Changes, context: Context) -> bool:
    return _from_zero(changes, context) and _totals_only(changes, context)


def _total_not_updated(changes: Changes, context: Context) -> bool:
    return len(changes) > 2 and _totals_only(changes, context)


def _line_never_filled(changes: Changes, context: Context) -> bool:
    return len(changes) > 1 and _from_zero(changes, context) and any(True for _ in _around(changes, context))


def _around(cells: Iterable[str], context: Context) -> Iterator[Identity]:
    """The identities that contain all these cells."""
    cells = set(cells)
    return (identity for identity in context.identities if cells <= {*identity.left, *identity.right})


def _beside(cell: str, context: Context) -> Iterator[str]:
    """The cells next to this one in a row or column of the form: next to it in an identity."""
    for identity in context.identities:
        line = (*identity.left, *identity.right)
        for k, other in enumerate(line):
            if cell in line[max(k - 1, 0) : k] + line[k + 1 : k + 2]:
                yield other


def _neighbour(changes: Changes, context: Context) -> bool:
    """The set falls into neighbouring pairs of which each holds the other's figure."""
    if len(changes) % 2:
        return False
    (first, (published, suggested)), *others = changes.items()
    for other, pair in others:
        if pair == (suggested, published) and other in _beside(first, context):
            rest = {cell: p for cell, p in others if cell != other}
            if not rest or _neighbour(rest, context):
                return True
    return False


def _misfiled(changes: Changes, context: Context) -> bool:
    if len(changes) != 2 or sum(suggested - published for published, suggested in changes.values()):
        return False
    cells = set(changes)
    return any(cells <= set(i.left) or cells <= set(i.right) for i in _around(cells, context))


def _repeated(changes: Changes, context: Context) -> bool:
    items = {cell: pair for cell, pair in changes.items() if cell not in context.parts}
    if not items or not _to_zero(items, context):
        return False
    aside = {*changes, *context.parts}
    return all(
        any(context.values.get(other) == published for other in _beside(cell, context) if other not in aside)
        for cell, (published, _) in items.items()
    )


def _counted_twice(changes: Changes, context: Context) -> bool:
    """Suspects too high in a row whose own sum holds; the other figures of the column could hold the same cases."""
    if len(changes) < 2 or any(published <= suggested for published, suggested in changes.values()):
        return False
    return _sum_holds(changes, context) and all(_in_excess(cell, p - s, context) for cell, (p, s) in changes.items())


def _case_missed(changes: Changes, context: Context) -> bool:
    too_low = all(published < suggested for published, suggested in changes.values())
    return len(changes) > 1 and too_low and _sum_holds(changes, context)


def _sum_holds(cells: Iterable[str], context: Context) -> bool:
    """The cells stand in one row or column that adds up as published."""
    return any(_surplus(identity, context) == 0 for identity in _around(cells, context))


def _in_excess(cell: str, surplus: Number, context: Context) -> bool:
    """The cell stands in a sum that is too high by this much, beside other figures that add to as much."""
    for identity in context.identities:
        for side, sign in ((identity.left, 1), (identity.right, -1)):
            if cell in side and len(side) > 1 and sign * (_surplus(identity, context) or 0) == surplus:
                return sum(context.values[other] for other in side if other != cell) >= surplus
    return False


def _surplus(identity: Identity, context: Context) -> Number | None:
    """Left less right, None where a cell is unknown."""
    left, right = ([context.values.get(cell) for cell in side] for side in (identity.left, identity.right))
    return None if None in (*left, *right) else sum(left) - sum(right)


# ------------------------------------------------------------------- kinds judged on one cell
def _only(changes: Changes) -> tuple[str, Number, Number]:
    ((cell, (published, suggested)),) = changes.items()
    return cell, published, suggested


def _yuan_for_wan(changes: Changes, context: Context) -> bool:
    _, published, suggested = _only(changes)
    return suggested > 0 and abs(published - suggested * 10_000) < 1e-6 * published


def _digits(changes: Changes) -> tuple[str, str]:
    _, published, suggested = _only(changes)
    return (_plain(published), _plain(suggested)) if published and suggested else ("", "")


def _plain(value: Number) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _without_one(digits: str) -> set[str]:
    return {digits[:k] + digits[k + 1 :] for k in range(len(digits))}


def _digits_swapped(changes: Changes, context: Context) -> bool:
    published, suggested = _digits(changes)
    swaps = (suggested[:k] + suggested[k : k + 2][::-1] + suggested[k + 2 :] for k in range(len(suggested) - 1))
    return published != suggested and published in swaps


def _digit_lost(changes: Changes, context: Context) -> bool:
    published, suggested = _digits(changes)
    return published in _without_one(suggested) - {""}


def _digit_doubled(changes: Changes, context: Context) -> bool:
    published, suggested = _digits(changes)
    return any(published == suggested[: k + 1] + suggested[k:] for k in range(len(suggested)))


def _digit_added(changes: Changes, context: Context) -> bool:
    published, suggested = _digits(changes)
    return suggested in _without_one(published) - {""}


def _digit_misread(changes: Changes, context: Context) -> bool:
    published, suggested = _digits(changes)
    same_length = len(published) == len(suggested)
    return same_length and sum(a != b for a, b in zip(published, suggested, strict=False)) == 1


def _part_values(cell: str, context: Context) -> set[Number]:
    return {context.values.get(part) for parts in context.parts.get(cell, ()) for part in parts} - {0, None}


def _part_left_out(changes: Changes, context: Context) -> bool:
    cell, published, suggested = _only(changes)
    return published > 0 and suggested - published in _part_values(cell, context)


def _part_added_twice(changes: Changes, context: Context) -> bool:
    cell, published, suggested = _only(changes)
    return suggested > 0 and published - suggested in _part_values(cell, context)


def _total_stale(changes: Changes, context: Context) -> bool:
    """A total of one digit, or one that differs in more than a digit: a single wrong digit among several says more."""
    return _totals_only(changes, context) and (len(_digits(changes)[0]) < 2 or not _digit_misread(changes, context))


_TESTS = {
    "yuan_for_wan": _yuan_for_wan,
    "last_year": _last_year,
    "total_never_filled": _total_never_filled,
    "line_never_filled": _line_never_filled,
    "neighbour": _neighbour,
    "misfiled": _misfiled,
    "repeated": _repeated,
    "counted_twice": _counted_twice,
    "case_missed": _case_missed,
    "total_not_updated": _total_not_updated,
    "stray": _to_zero,
    "digits_swapped": _digits_swapped,
    "digit_lost": _digit_lost,
    "digit_doubled": _digit_doubled,
    "digit_added": _digit_added,
    "part_left_out": _part_left_out,
    "part_added_twice": _part_added_twice,
    "total_stale": _total_stale,
    "digit_misread": _digit_misread,
    "left_empty": _from_zero,
    "unknown": lambda changes, context: True,
}


@dataclass(frozen=True)
class Pattern:
    """A whole row or column of totals recomputed: the values it takes, and the identities that fail all the same."""

    slip: str
    changes: dict[str, Number]
    left: tuple[str, ...]


def pattern_of(context: Context) -> Pattern | None:
    """The row or column of totals that, recomputed from its parts, leaves fewer failures than before; None if none does.

    The line that leaves the fewest failures is taken, of equals the one with the fewest changes, then the first in the
    form's order. A line is at least two totals (`t3.row.*`: the column 总计; `t3.outcomes.*`: the row （七）总计).
    """
    before, found = _failing(context.values, context), []
    for line in _lines_of_totals(context):
        sums = {i.right[0]: sum(context.values[cell] for cell in i.left) for i in line}
        changes = {cell: value for cell, value in sums.items() if value != context.values[cell]}
        left = _failing({**context.values, **changes}, context)
        if len(changes) > 1 and len(left) < len(before):
            empty = all(context.values[cell] == 0 for cell in changes)
            found.append(Pattern("total_never_filled" if empty else "total_not_updated", changes, left))
    return min(found, key=lambda p: (len(p.left), len(p.changes)), default=None)


def _lines_of_totals(context: Context) -> Iterator[list[Identity]]:
    lines: dict[str, list[Identity]] = {}
    for identity in context.identities:
        if len(identity.right) == 1 and _surplus(identity, context) is not None:
            lines.setdefault(".".join(identity.id.split(".")[:2]), []).append(identity)
    return (line for line in lines.values() if len(line) > 1)


def _failing(values: Mapping[str, Number | None], context: Context) -> tuple[str, ...]:
    at = Context(values)
    return tuple(i.id for i in context.identities if _surplus(i, at) not in (0, None))
