"""Each figure of a sentence with the words it is read with: what stands before and after it, what the sentence speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from govinfo.prose.claim_rules import rules
from govinfo.prose.lexicon import BREAK, FIGURE, Word, words
from govinfo.prose.numerals import Figure, figures

YEAR = re.compile(r"(20\d\d)年(?:度)?")
_OF_MONEY = ("fee", "something else")
_TIMES = {"this", "last", "next", "ago"}
_PERIODS = {"this", "last", "next", "ago", "span", "partyear"}
_TOWARDS = {
    "至",
    "到",
    "转",
    "于",
    "针对",
    "与",
    "同",
    "和",
    "由",
    "从",
    "比",
    "较",
    "转至",
    "转入",
    "转到",
    "延至",
}
_CASES = {"review", "litigation"}


@dataclass(frozen=True)
class Mention:
    """One figure and what is said of it; `claim` is empty where it is no claim, and `what` may then say why.

    `words` are those before it that it is read with, `after` those after it in its clause, `far` those of the clause after
    that where it has no figure of its own; `left` and `before` are the text of its words and of the sentence up to it;
    `about` is the subject spoken of; `value` is the figure's, negative for a fall.
    """

    figure: Figure
    left: str
    about: str
    before: str
    words: tuple[Word, ...] = ()
    after: tuple[Word, ...] = ()
    far: tuple[Word, ...] = ()
    earlier: tuple[Word, ...] = ()
    claim: str = ""
    what: str = ""
    value: Decimal = Decimal(0)

    def period(self) -> str:
        """Which time the last date before the figure names, comparisons and brackets aside: this, last, ago, ... or ""."""
        found, depth = "", 0
        listed = (*self.earlier, *self.words)
        for i, word in enumerate(listed):
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            if word.kind not in _PERIODS or depth > 0 and i < len(self.earlier) - 1:
                continue
            rest = [w for w in listed[i + 1 : i + 4] if w.text not in ("的", "度", "办理")]
            compared = i and (listed[i - 1].kind in ("cmp", "same", "carry", "shift") or listed[i - 1].text in _TOWARDS)
            if compared or (rest and rest[0].kind in ("carry", "shift", "same")):
                continue
            if not (word.text in ("全年", "全年度") and found in ("last", "ago")):
                found = word.kind
        return found


@dataclass
class Thread:
    """What a paragraph has said so far: its subject, and the totals that a following 其中 would divide."""

    year: int | None
    agency: str
    about: str = ""
    heads: dict[str, tuple[int, int]] = field(default_factory=dict)
    open_cases: list[str] = field(default_factory=list)
    number: int = 0
    disclosed: bool = False  # whether the report has stated the items that it disclosed

    def in_case(self) -> bool:
        """Whether this sentence has already spoken of reviews or lawsuits in numbers."""
        return any(self.heads.get(case, (0, 0))[0] == self.number for case in _CASES)


class Clauses:
    """The words of one sentence, and for each figure the words that it is read with."""

    def __init__(self, text: str, year: int | None):
        self.text, self.figures = text, figures(text)
        self.words = words(text, year, self.figures)
        self.at = [i for i, w in enumerate(self.words) if w.kind == FIGURE]
        self.labels = _Labels(self)

    def figure(self, i: int) -> Figure:
        return self.figures[self.at.index(i)]

    def left(self, i: int, far: bool = True) -> list[Word]:
        """The words before the figure at i: back to its clause's beginning, further where these say nothing themselves."""
        found: list[Word] = []
        own, k = None, i - 1  # how many of the words are of the figure's own clause
        while k >= 0 and self.words[k].kind != FIGURE:
            word = self.words[k]
            if word.kind == BREAK:
                k, goes_on = self._across(k, found)
                if not goes_on or (not far and word.text in ",:"):
                    return _without_comparison(found, own)
                own = len(found) if own is None and word.text in ",:" else own
                continue
            found.insert(0, word)
            k -= 1
        return _without_comparison(found, own) if k < 0 else self._shared(k, i, found)

    def _across(self, k: int, found: list[Word]) -> tuple[int, bool]:
        """Where to read on leftwards of the break at k, and whether to."""
        mark = self.words[k].text
        if mark == ")":
            opened = self._opening(k)
            inside = any(w.kind == FIGURE for w in self.words[opened:k])
            return opened - 1, opened > 0 and (not inside or says_nothing(found))
        if mark in ",:" and any(w.kind == FIGURE for w in self.since_break(k)):
            return k - 1, False
        return k - 1, mark in ",:(" and says_nothing(found)

    def since_break(self, k: int) -> list[Word]:
        """The words of the clause before the word at k."""
        start = next((j for j in range(k - 1, -1, -1) if self.words[j].kind == BREAK), -1) + 1
        return self.words[start:k]

    def _opening(self, k: int) -> int:
        depth = 0
        for j in range(k, -1, -1):
            depth += {")": 1, "(": -1}.get(self.words[j].text, 0)
            if not depth:
                return j
        return 0

    def _shared(self, before: int, i: int, found: list[Word]) -> list[Word]:
        """Which of the words between two figures are the second's; those of the first where it has only a year of its own."""
        between = self.words[before + 1 : i]
        if not any(w.kind == BREAK for w in between):
            joint = next((j for j, w in enumerate(between) if w.kind == "and"), None)
            if joint is not None:
                found = between[joint + 1 :]
            elif says_nothing(self.left(before)) and self.figure(before).unit not in rules()["never"]:
                found = []
        if found and all(w.kind in _TIMES | {"fill"} for w in found) and any(w.kind in _TIMES for w in found):
            return [w for w in self.left(before) if w.kind not in _TIMES] + found
        return found

    def right(self, i: int, own: list[Word]) -> tuple[list[Word], list[Word]]:
        """The words after the figure at i in its clause, and those of the next clause where it has no figure."""
        stop = next(
            (k for k in range(i + 1, len(self.words)) if self.words[k].kind in (BREAK, FIGURE)), len(self.words)
        )
        found = self.words[i + 1 : stop]
        if stop < len(self.words) and self.words[stop].kind == FIGURE:
            joint = next((j for j, w in enumerate(found) if w.kind == "and"), None)
            return (found[:joint] if joint is not None else found if says_nothing(own) else []), []
        if stop == len(self.words) or self.words[stop].text not in ",(":
            return found, []
        end = next((k for k in range(stop + 1, len(self.words)) if self.words[k].kind == BREAK), len(self.words))
        far = self.words[stop + 1 : end]
        return found, [] if any(w.kind == FIGURE for w in far) else far


class _Labels:
    """A、B和C分别为x、y和z: each figure with its own label; A、B各x件: the figure with both."""

    def __init__(self, clauses: Clauses):
        self.of: dict[int, list[list[Word]]] = {}
        self.unmatched: set[int] = set()
        self.clauses = clauses
        for i, word in enumerate(clauses.words):
            if word.kind in ("respectively", "each", "every"):
                self._distribute(i, word.kind)

    def _distribute(self, i: int, kind: str) -> None:
        words, k = self.clauses.words, i - 1
        while k >= 0 and words[k].kind == BREAK and words[k].text in ",:" and k:
            k -= 1
        start = next((j for j in range(k, -1, -1) if words[j].kind in (BREAK, FIGURE)), -1) + 1
        listed = _split(words[start : k + 1])
        stop = next(
            (j for j in range(i, len(words)) if words[j].kind == BREAK and words[j].text not in "("), len(words)
        )
        depth, found = 0, []
        for j in range(i + 1, stop):
            depth += {"(": 1, ")": -1}.get(words[j].text, 0)
            if words[j].kind == FIGURE and not depth:
                found.append(j)
            elif not depth and words[j].kind not in ("and", "fill", BREAK, "share", "every") and found:
                break
        gap = words[i + 1 : found[0]] if found else []
        if len(listed) < 2 or not found or len(gap) > 6:
            return
        if all(w.kind in _TIMES | {"fill"} for label in listed for w in label):
            head = self._head(start)
            listed = [head + label for label in listed]
        listed = _with_ending(listed)
        if kind == "respectively" and len(found) == len(listed):
            for at, label in zip(found, listed, strict=True):
                self.of[at] = [[*label, *gap]]
        elif kind == "each" and len(found) == 1 or kind == "every" and len(found) == 1 and not _anything(gap):
            if kind == "each" or all({w.kind for w in label} & rules()["listable"] for label in listed):
                self.of[found[0]] = [[*label, *gap] for label in listed]
        elif kind == "respectively" and "cmp" not in {w.kind for label in listed for w in label}:
            self.unmatched.update(found)

    def _head(self, start: int) -> list[Word]:
        found: list[Word] = []
        for word in reversed(self.clauses.words[:start]):
            if word.kind == FIGURE or (word.kind == BREAK and not says_nothing(found)):
                break
            if word.kind != BREAK:
                found.insert(0, word)
        return _without_comparison(found, 0)


def _anything(gap: list[Word]) -> bool:
    return any(w.kind not in rules()["free"] for w in gap)


def _split(listed: list[Word]) -> list[list[Word]]:
    labels: list[list[Word]] = [[]]
    for word in listed:
        if word.kind == "and":
            labels.append([])
        else:
            labels[-1].append(word)
    return [label for label in labels if label]


def _with_ending(listed: list[list[Word]]) -> list[list[Word]]:
    """行政复议、行政诉讼结果维持的: what the last says of itself is said of all, where they are cases all."""
    kinds = [[w for w in label if w.kind not in rules()["free"]] for label in listed]
    cases = all(label and label[-1].kind in _CASES for label in kinds[:-1])
    if cases and kinds[-1] and any(w.kind in _CASES for w in kinds[-1]) and kinds[-1][-1].kind not in _CASES:
        ending = [w for w in kinds[-1] if w.kind in rules()["results"]]
        return [label + ending for label in listed[:-1]] + [listed[-1]]
    return listed


def says_nothing(found: list[Word]) -> bool:
    """Whether some words make no label: counts of 共, 为, years."""
    return all(w.kind in rules()["free"] | _TIMES | {"among", "and", "respectively"} for w in found)


def _without_comparison(found: list[Word], own: int | None) -> list[Word]:
    """The words without 较上年持平, 同比增长了两成 and the like in a clause before their own; None: they are all their own."""
    kept, skipping = [], False
    end = len(found) - own if own is not None else 0
    for i, word in enumerate(found[:end]):
        with_last = word.kind == "and" and i + 1 < end and found[i + 1].kind in ("last", "ago")  # 与上年持平
        if word.kind in ("cmp", "same", "diff") or with_last:
            skipping = True
        elif word.kind in ("even", "reach") or word.kind in rules()["content"] - {"apply"}:
            skipping = False
        if not skipping and word.kind not in ("even", "reach"):
            kept.append(word)
    return kept + found[end:]


def contexts(text: str, thread: Thread) -> tuple[Clauses, list[Mention]]:
    """The figures of a narrow sentence, each with its words and its subject, not yet judged."""
    clauses = Clauses(text, thread.year)
    found = []
    for i in clauses.at:
        figure = clauses.figure(i)
        near = clauses.left(i, far=False)
        after, far = clauses.right(i, near)
        for own in clauses.labels.of.get(i) or [near if not says_nothing(after) else clauses.left(i)]:
            if own and i in clauses.labels.of:
                after = []
            earlier = (
                clauses.words[: clauses.words.index(own[0])]
                if own and own[0] in clauses.words[:i]
                else clauses.words[:i]
            )
            about = subject_of(figure, own, after, far, clauses.words[:i], clauses.words, thread)
            left = "".join(w.text for w in own)
            found.append(
                Mention(
                    figure,
                    left,
                    about,
                    text[: figure.start],
                    tuple(own),
                    tuple(after),
                    tuple(far),
                    tuple(earlier),
                    what="a list that does not match its figures" if i in clauses.labels.unmatched else "",
                    value=figure.value,
                )
            )
    return clauses, found


def subject_of(figure: Figure, own, after, far, before, everything, thread: Thread) -> str:
    """The subject of a figure: the last named in its own words before it, else after it, else before these.

    Failing all these the paragraph's, or that of a sentence that speaks of applications alone.
    """
    named = [subjects(found) for found in (own, after, far, before)]
    if figure.unit == "元":
        named = [[name for name in names if name in _OF_MONEY] for names in named]
    last, first, further, earlier = named
    alone = figure.unit != "元" and _of_applications_alone(everything)
    fallback = thread.about or ("applications" if alone else "")
    return next(iter(last[-1:] + first[:1] + (further[:1] if not own else []) + earlier[-1:]), fallback)


def _of_applications_alone(found) -> bool:
    named = set(subjects(found))
    return named == {"applications"} or not named and any(w.kind in ("carry", "shift") for w in found)


def subjects(found) -> list[str]:
    """The subjects that some words name, in order."""
    named = rules()["subjects"]
    return [named[w.kind] for w in found if w.kind in named]


def year_words(text: str, year: int | None) -> str:
    """The text with its years as words: 本年 is `year`, 上年 the one before, 下年 the one after, 某年 any other.

    >>> year_words("2023年结转至2024年度", 2024), year_words("去年同期", 2024)
    ('上年结转至本年', '上年同期')
    """

    def word(match: re.Match) -> str:
        return {0: "本年", -1: "上年", 1: "下年"}.get(int(match[1]) - year if year else None, "某年")

    text = re.sub(r"上一年度?|上年度|前一年度?|去年", "上年", YEAR.sub(word, text))
    text = re.sub(r"下一年度?|下年度|次年|明年|翌年|来年", "下年", text)
    return re.sub(r"今年|本年度", "本年", text)
