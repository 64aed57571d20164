"""Printed labels against the form's: normal form, similarity, order-preserving alignment."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from rapidfuzz.fuzz import partial_ratio, ratio

# 1.  1、  （1）  1）  一、  （一）  ①: numbering is evidence of order only, and agencies vary it freely
_ORDINAL = re.compile(r"^\(?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[).、,:]+")
_IGNORED = re.compile(r"[\W_]+")

OTHER_NUMBER = 0.15  # less alike by this where both labels are numbered, and differently
NO_NUMBER = 0.1  # by this where only the official label has a number: the rest of a label is no label


def plain(text: str) -> str:
    """The text without width variants, spaces or line breaks.

    >>> plain("（六） 其他处理 １．")
    '(六)其他处理1.'
    """
    # twice: a space that goes may bring a letter and a combining mark together
    return unicodedata.normalize("NFKC", re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=10_000)
def body(text: str) -> str:
    """The label's words alone: no numbering, no punctuation, no spaces.

    >>> body("3.危及“三安全一稳定”") == body("（3） 危及 三安全一稳定")
    True
    """
    return _IGNORED.sub("", _ORDINAL.sub("", plain(text)))


@lru_cache(maxsize=10_000)
def letters(text: str) -> str:
    """The text without spaces and punctuation; numbering stays: a label that is broken over lines may begin with it."""
    return _IGNORED.sub("", plain(text))


@lru_cache(maxsize=10_000)
def similarity(printed: str, wordings: tuple[str, ...]) -> float:
    """How alike a printed label is to the nearest of some wordings, 0 to 1 (normalised indel similarity).

    A blank label is like nothing. A label of which only a part is printed scores by that part, a little less.
    """
    text = body(printed)
    if not text:
        return 0.0
    best = 0.0
    for wording in wordings:
        target = body(wording)
        score = ratio(text, target) / 100
        if 3 <= len(text) < len(target):
            score = max(score, 0.8 * partial_ratio(text, target) / 100)
        best = max(best, score)
    return best


@lru_cache(maxsize=10_000)
def number(text: str) -> str:
    """A label's number, "" where it has none: Chinese and Arabic numerals are different series.

    >>> [number(t) for t in ("（六）其他处理", "6.其他", "３）其他", "其他")]
    ['六', '6', '3', '']
    """
    found = _ORDINAL.match(plain(text))
    return re.sub(r"\W", "", found[0]) if found else ""


def once(parts: Sequence[str]) -> str:
    """Pieces of a label as one text; a label that is printed again after a page break counts once.

    >>> once(["（七）总计", "（七）总计"]), once(["5.要求行政机关", "确认"])
    ('（七）总计', '5.要求行政机关确认')
    """
    half = len(parts) // 2
    again = len(parts) % 2 == 0 and half and "".join(parts[:half]) == "".join(parts[half:])
    return "".join(parts[:half] if again else parts)


def opens_label(text: str, before: str) -> bool:
    """Whether a text begins a label of its own after another text: it has a number, and does not repeat that text.

    >>> opens_label("6.其他不予处理情形", "5.要求行政机关确认"), opens_label("或重新出具", "5.要求行政机关确认")
    (True, False)
    """
    return bool(number(text)) and body(text) != body(before)


@lru_cache(maxsize=10_000)
def row_similarity(printed: str, wordings: tuple[str, ...]) -> float:
    """How alike a printed row label is to a row of the form, whose official wording comes first; numbers count a little.

    >>> round(row_similarity("6.其他不予处理情形", ("（六）其他处理",)), 2)
    0.52
    """
    return similarity(printed, wordings) - unlike_number(printed, wordings[0])


@lru_cache(maxsize=10_000)
def unlike_number(printed: str, official: str) -> float:
    """What a printed label loses in likeness by another number than the official one, or by none where that has one."""
    ours, theirs = number(printed), number(official)
    if not theirs or ours == theirs:
        return 0.0
    return OTHER_NUMBER if ours else NO_NUMBER


@dataclass(frozen=True)
class Match:
    """Printed items `start` to `stop` (exclusive) stand for the expected item `expected`.

    `margin` is what the whole alignment would lose without it: by the best other place for the expected item, or by none.
    """

    start: int
    stop: int
    expected: int
    score: float
    margin: float = math.inf


def align(
    n_printed: int,
    n_expected: int,
    gain: Callable[[int, int, int], float | None],
    skip_printed: Callable[[int], float],
    skip_expected: Callable[[int], float],
    max_run: int = 1,
) -> list[Match]:
    """The best order-preserving matching of printed items with expected ones (dynamic programming).

    `gain(i, k, j)` is the worth of letting the `k` printed items from `i` on stand for expected item `j`, None where
    that is impossible; the skip functions give the (mostly negative) worth of leaving an item out. Ties go to the match.

    Needleman and Wunsch 1970, with runs: one expected row may be printed in several pieces.

    >>> words, rows = ["a", "x", "b"], ["a", "b", "c"]
    >>> found = align(3, 3, lambda i, k, j: 1.0 if words[i] == rows[j] else None, lambda i: 0, lambda j: 0)
    >>> [(m.start, m.expected) for m in found]
    [(0, 0), (2, 1)]
    """
    runs = [(i, k) for i in range(n_printed) for k in range(1, min(max_run, n_printed - i) + 1)]
    worth = {run: [gain(*run, j) for j in range(n_expected)] for run in runs}
    return align_runs(n_printed, n_expected, worth, skip_printed, skip_expected)


def align_runs(
    n_printed: int,
    n_expected: int,
    worth: Mapping[tuple[int, int], Sequence[float | None]],
    skip_printed: Callable[[int], float],
    skip_expected: Callable[[int], float],
    margins: bool = False,
) -> list[Match]:
    """`align` with the gains worked out before: (first item, number of items) -> the gain for each expected item.

    Runs that can stand for no expected item may be left out. With `margins`, which take as long again, each match says
    what the alignment would lose without it.
    """
    ending: list[list[tuple[int, list[tuple[int, float]]]]] = [[] for _ in range(n_printed + 1)]
    for (start, k), gains in worth.items():
        possible = [(j, value) for j, value in enumerate(gains) if value is not None]
        if possible:
            ending[start + k].append((k, possible))
    left_out, passed = [skip_expected(j) for j in range(n_expected)], [skip_printed(i) for i in range(n_printed)]
    best, step = [[0.0]], [[(0, 0, 0.0)]]
    for j, cost in enumerate(left_out):
        best[0].append(best[0][j] + cost)
        step[0].append((0, 1, 0.0))
    for i in range(1, n_printed + 1):
        row = [value + passed[i - 1] for value in best[i - 1]]
        how = [(1, 0, 0.0)] * (n_expected + 1)
        for k, possible in sorted(ending[i], key=lambda run: -run[0]):
            before = best[i - k]
            for j, value in possible:
                total = before[j] + value
                if total >= row[j + 1]:
                    row[j + 1], how[j + 1] = total, (k, 1, value)
        for j, cost in enumerate(left_out):
            if row[j] + cost > row[j + 1]:
                row[j + 1], how[j + 1] = row[j] + cost, (0, 1, 0.0)
        best.append(row)
        step.append(how)
    matches = _walk_back(step, n_printed, n_expected)
    if not margins or not matches:
        return matches
    return _with_margins(matches, np.array(best), ending, np.array(left_out), passed)


def _with_margins(matches: Sequence[Match], best, ending, left_out, passed: Sequence[float]) -> list[Match]:
    """The matches with their margins: every alignment either leaves an expected item out or gives it one run of items."""
    after, found = _best_after(ending, left_out, passed), []
    without = (best[:, :-1] + left_out + after[:, 1:]).max(axis=0)
    others: dict[int, list[tuple[int, int, float]]] = {match.expected: [] for match in matches}
    for stop, ends in enumerate(ending):
        for k, possible in ends:
            for j, value in possible:
                if j in others:
                    others[j].append((stop - k, stop, best[stop - k, j] + value + after[stop, j + 1]))
    for match in matches:
        apart = [x for start, stop, x in others[match.expected] if stop <= match.start or match.stop <= start]
        second = max(without[match.expected], *apart) if apart else without[match.expected]
        found.append(replace(match, margin=float(best[-1, -1] - second)))
    return found


def _best_after(ending, left_out, passed: Sequence[float]):
    """The worth of the best alignment of what follows: printed items from i on with expected items from j on."""
    rest = np.append(np.cumsum(left_out[::-1])[::-1], 0.0)  # of leaving out all expected items from j on
    after = np.full((len(passed) + 1, len(rest)), -np.inf)
    after[-1, -1] = 0.0
    for i in range(len(passed), -1, -1):
        row = after[i] = np.maximum.accumulate((after[i] - rest)[::-1])[::-1] + rest
        for k, possible in ending[i]:
            before = after[i - k]
            for j, value in possible:
                before[j] = max(before[j], row[j + 1] + value)
        if i:
            np.maximum(after[i - 1], row + passed[i - 1], out=after[i - 1])
    return after


def _walk_back(step, i: int, j: int) -> list[Match]:
    matches = []
    while i or j:
        di, dj, worth = step[i][j]
        if di and dj:
            matches.append(Match(i - di, i, j - 1, worth))
        i, j = i - di, j - dj
    return matches[::-1]
