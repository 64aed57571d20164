"""Where two readings of a cell differ, the form's sums decide: for the reading with which they hold, if the other breaks one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from govinfo.checks.identities import Identity, identities
from govinfo.form import VERSIONS, FormCell, load_form
from govinfo.placing.placement import Placed, Placement
from govinfo.placing.values import clean


def decided(cells: Mapping[str, FormCell], first: Placement, second: Placement) -> dict[str, Placed]:
    """The cells that two readings read differently and whose sums tell which is right: cell id -> that reading.

    Used are the identities whose other cells both readings read alike. All of them must hold with the reading chosen, and
    at least one must fail with the other. A blank, a mark and a cell that a reading did not find count as 0: where sums
    chose one reading for every number of a row that differs, they chose it for the row's noughts and blanks too.
    """
    both = {s for s in first.versions if s in second.versions}
    mine = [form for form in cells.values() if form.section in both]
    pairs = {form.id: (_number(first, form), _number(second, form)) for form in mine}
    alike = {cell: one for cell, (one, two) in pairs.items() if one == two and one is not None}
    sums = identities(cells)
    found = {}
    for cell, numbers in pairs.items():
        if cell in alike or None in numbers:
            continue
        told = [i for i in sums if cell in i.cells and all(c in alike for c in i.cells if c != cell)]
        holds = [all(_holds(i, alike | {cell: number}) for i in told) for number in numbers]
        right = (first if holds[0] else second).placed.get(cell)
        if holds[0] != holds[1] and right is not None:
            found[cell] = right
    differ = {cell for cell in pairs if cell not in alike}
    return found | _rest_of_rows(mine, differ, found, first, second)


def _rest_of_rows(mine, differ: set[str], found: Mapping[str, Placed], first: Placement, second: Placement) -> dict:
    """The other cells of rows in which every cell that differs was decided, all for one reading."""
    rows: dict[tuple[str, str], list[str]] = {}
    for form in mine:
        rows.setdefault((form.section, form.row), []).append(form.id)
    rest = {}
    for cells in rows.values():
        decided_here = [cell for cell in cells if cell in differ]
        for reading in (first, second):
            if decided_here and all(found.get(c) is reading.placed.get(c) is not None for c in decided_here):
                rest |= {c: reading.placed[c] for c in cells if c not in differ and c in reading.placed}
    return rest


def sums_that_hold(reading: Placement) -> int:
    """The number of sums of 三 and 四 that hold in a reading; sums of nothing do not count."""
    return sum(holds and any(numbers) for _, numbers, holds in _sums(reading))


def confirmed(reading: Placement) -> set[str]:
    """The cells whose sums all hold in a reading."""
    held, broken = _held_and_broken(reading)
    return held - broken


def contradicted(reading: Placement) -> set[str]:
    """The cells of a reading that are in a sum that fails and in none that holds."""
    held, broken = _held_and_broken(reading)
    return broken - held


def _held_and_broken(reading: Placement) -> tuple[set[str], set[str]]:
    held, broken = set(), set()
    for identity, _, holds in _sums(reading):
        (held if holds else broken).update(cell for cell in identity.cells if cell in reading.placed)
    return held, broken


def _sums(reading: Placement) -> Iterator[tuple[Identity, list[Decimal | None], bool]]:
    """Each sum of 三 and 四, its numbers in a reading, and whether it holds; blanks and cells not found count as 0."""
    form = load_form(VERSIONS[-1])
    numbers = {cell: _number(reading, form.cell(cell)) for cell in reading.placed if cell in form}
    for identity in identities(numbers):
        known = {cell: numbers.get(cell, Decimal(0)) for cell in identity.cells}
        yield identity, list(known.values()), None not in known.values() and _holds(identity, known)


def _number(reading: Placement, form: FormCell) -> Decimal | None:
    """What a reading's text of a cell counts as; None where it says no number."""
    placed = reading.placed.get(form.id)
    cleaned = clean("".join(placed.text.splitlines()).strip() if placed else "", form)
    return Decimal(0) if cleaned.flag == "zero_mark" else cleaned.value if cleaned.flag in ("ok", "cleaned") else None


def _holds(identity: Identity, numbers: Mapping[str, Decimal]) -> bool:
    return sum(numbers[c] for c in identity.left) == sum(numbers[c] for c in identity.right)
