"""Digits of several cells run together, split into numbers: exact search over all splittings, by the form's sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

BUDGET = 400_000  # steps a search may take; beyond it nothing is determined
MAX_DIGITS = 64  # a longer run is no row of the form

Numbers = tuple[str, ...]


class TooMany(Exception):
    """A search was given up: too many splittings to look at them all."""


@dataclass
class _Steps:
    left: int = BUDGET

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooMany


def _joined(tokens: Sequence[str]) -> tuple[str, frozenset[int]]:
    """The digits without gaps, and the places where a gap ends a number."""
    ends, at = set(), 0
    for token in tokens:
        at += len(token)
        ends.add(at)
    return "".join(tokens), frozenset(ends)


def _piece_ends(digits: str, ends: frozenset[int], at: int) -> Iterator[int]:
    """Where a number starting at `at` may end: a lone 0 at once, no number across a gap."""
    if at >= len(digits):
        return
    last = at + 1 if digits[at] == "0" else len(digits)
    for end in range(at + 1, last + 1):
        yield end
        if end in ends:
            return


def splittings(tokens: Sequence[str], most: int) -> list[Numbers]:
    """All splittings into at most `most` numbers without leading zeros; a gap between tokens always ends a number.

    >>> splittings(["0012"], 3)
    [('0', '0', '12')]
    >>> len(splittings(["112"], 3))
    4
    """
    digits, ends = _joined(tokens)
    steps, found, stack = _Steps(), [], [(0, ())]
    while stack:
        steps.take()
        at, numbers = stack.pop()
        if at == len(digits):
            found.append(numbers)
        elif len(numbers) < most:
            stack += [(end, (*numbers, digits[at:end])) for end in _piece_ends(digits, ends, at)]
    return sorted(found)


def row_splittings(tokens: Sequence[str], columns: int) -> list[Numbers]:
    """All splittings into `columns` numbers of which the last is the sum of the others.

    >>> row_splittings(["21710000218"], 7)
    [('217', '1', '0', '0', '0', '0', '218')]
    >>> row_splittings(["121000013"], 7)
    [('1', '2', '10', '0', '0', '0', '13'), ('12', '1', '0', '0', '0', '0', '13')]
    """
    digits, ends = _joined(tokens)
    if not columns <= len(digits) <= MAX_DIGITS:
        return []
    found, steps = [], _Steps()
    for cut in range(columns - 1, len(digits)):
        total = digits[cut:]
        gap_inside = any(cut < end < len(digits) for end in ends)
        if gap_inside or (total[0] == "0" and len(total) > 1):
            continue
        parts = _summing(digits[:cut], ends, columns - 1, int(total), steps)
        found += [(*part, total) for part in parts]
    return sorted(found)


def _summing(digits: str, ends: frozenset[int], count: int, total: int, steps: _Steps) -> list[Numbers]:
    found, stack = [], [(0, total, ())]
    while stack:
        steps.take()
        at, rest, numbers = stack.pop()
        left = count - len(numbers)
        if left == 0:
            if at == len(digits) and rest == 0:
                found.append(numbers)
            continue
        for end in _piece_ends(digits, ends, at):
            value = int(digits[at:end])
            if value > rest or len(digits) - end < left - 1:
                break
            if _within(len(digits) - end, left - 1, rest - value):
                stack.append((end, rest - value, (*numbers, digits[at:end])))
    return found


def _within(length: int, count: int, total: int) -> bool:
    """Whether `count` numbers of together `length` digits can add to `total` at all, by their lengths."""
    if count == 0:
        return length == 0 and total == 0
    longest = -(-length // count)  # some number has at least so many digits
    least = 10 ** (longest - 1) if longest > 1 else 0
    return least <= total < 10 ** (length - count + 1) + 9 * count


def chain_splittings(tokens: Sequence[str], groups: int, size: int) -> list[list[Numbers]]:
    """For each of some groups of `size` numbers in a row, every splitting that occurs in a splitting of the whole.

    In each group the last number is the sum of the others. An empty list for a group means that the whole has none.

    >>> chain_splittings(["000000000000000"], 3, 5)[0]
    [('0', '0', '0', '0', '0')]
    """
    digits, ends = _joined(tokens)
    if not groups * size <= len(digits) <= 3 * MAX_DIGITS:
        return [[] for _ in range(groups)]
    steps, starts, edges = _Steps(), {0}, []
    for _ in range(groups):
        step = [(at, end, numbers) for at in sorted(starts) for end, numbers in _group(digits, ends, at, size, steps)]
        edges.append(step)
        starts = {end for _, end, _ in step}
    alive, kept = {len(digits)}, []
    for step in reversed(edges):
        step = [edge for edge in step if edge[1] in alive]
        kept.insert(0, sorted({numbers for _, _, numbers in step}))
        alive = {at for at, _, _ in step}
    return kept


def _group(digits: str, ends: frozenset[int], start: int, size: int, steps: _Steps) -> Iterator[tuple[int, Numbers]]:
    stack = [(start, 0, ())]
    while stack:
        steps.take()
        at, total, numbers = stack.pop()
        if len(numbers) == size - 1:
            end = at + len(str(total))
            if digits.startswith(str(total), at) and not any(at < cut < end for cut in ends):
                yield end, (*numbers, str(total))
            continue
        for end in _piece_ends(digits, ends, at):
            if end - at > 8:  # no count of the form has nine digits
                break
            stack.append((end, total + int(digits[at:end]), (*numbers, digits[at:end])))


# ------------------------------------------------------------------ several rows together


def summing_to_zero(terms: Sequence[tuple[int, Sequence[Numbers]]]) -> list[list[Numbers]]:
    """Of each row's splittings those that occur in a choice, one a row, whose signed sum is 0 in every column.

    `terms` holds (sign, splittings) of each row. Exact: forward and backward sets of partial sums. All lists are empty
    where no choice fits. Raises TooMany where the partial sums are too many.

    >>> one, two = ("1", "12", "13"), ("12", "1", "13")
    >>> summing_to_zero([(1, [one, two]), (-1, [two])])
    [[('12', '1', '13')], [('12', '1', '13')]]
    """
    steps = _Steps()
    moves = [[(tuple(sign * int(n) for n in numbers), numbers) for numbers in options] for sign, options in terms]
    if not all(moves):
        return [[] for _ in terms]
    lowest, highest = _bounds(moves)
    zero = (0,) * len(moves[0][0][0])
    ahead = [{zero}]
    for i, options in enumerate(moves):
        ahead.append(
            {
                s
                for state in ahead[-1]
                for move, _ in options
                if _near(s := _add(state, move, steps), i, lowest, highest)
            }
        )
    back, kept = {zero} & ahead[-1], []
    for i in range(len(moves) - 1, -1, -1):
        before, alive = set(), []
        for move, numbers in moves[i]:
            from_ = {_add(state, tuple(-m for m in move), steps) for state in back} & ahead[i]
            if from_:
                alive.append(numbers)
                before |= from_
        kept.insert(0, alive)
        back = before
    return kept


def _add(state: tuple, move: tuple, steps: _Steps) -> tuple:
    steps.take()
    return tuple(a + b for a, b in zip(state, move, strict=True))


def _bounds(moves) -> tuple[list[tuple], list[tuple]]:
    """For each row, the least and the most that the rows after it can still add in each column."""
    lowest, highest = [], []
    low = high = (0,) * len(moves[0][0][0])
    for options in reversed(moves):
        lowest.insert(0, low)
        highest.insert(0, high)
        columns = list(zip(*(move for move, _ in options), strict=True))
        low = tuple(a + min(c) for a, c in zip(low, columns, strict=True))
        high = tuple(a + max(c) for a, c in zip(high, columns, strict=True))
    return lowest, highest


def _near(state: tuple, i: int, lowest, highest) -> bool:
    return all(low <= -s <= high for s, low, high in zip(state, lowest[i], highest[i], strict=True))
