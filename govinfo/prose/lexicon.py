"""Sentences as words: each of one kind, so that a rule speaks of kinds and not of wordings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product

from govinfo.prose.numerals import Figure

FIGURE, BREAK, UNKNOWN = "figure", "break", "unknown"
_YEAR = re.compile(r"(20\d\d)年(?:\d{1,2}月\d{1,2}日(?:前|止)?|\d{1,2}月?[底末]|[底末]|度)?")
_PASSED = re.compile(r"\d{1,2}月\d{1,2}日(?:前|止)?|\d{1,2}月(?:底|末)")
_PART = re.compile(r"\d{1,2}月份?")
_TITLE = re.compile(r"《[^《》]{1,60}》")
_BREAKS = frozenset(",;:()。!?！？\n")


@dataclass(frozen=True)
class Word:
    """text[start:end] and its kind: one of lexicon.toml, or figure, break or unknown."""

    start: int
    end: int
    kind: str
    text: str


def words(text: str, year: int | None, figures: Iterable[Figure] = ()) -> list[Word]:
    """A narrow sentence (see `prose.narrow`) as words, from left to right, the longest that fits each time.

    >>> [w.kind for w in words("2024年我局共收到政府信息公开申请甲", 2024)]
    ['this', 'own', 'sum', 'receive', 'application', 'unknown']
    """
    return list(_joined(_words(text, year, {f.start: f for f in figures})))


def _words(text: str, year: int | None, figures: dict[int, Figure]) -> Iterator[Word]:
    known, at = _known(), 0
    while at < len(text):
        kind, end = UNKNOWN, at + 1
        if at in figures:
            kind, end = FIGURE, figures[at].end
        elif text[at] in _BREAKS:
            kind = BREAK
        elif "0" <= text[at] <= "9" or text[at] == "《":
            kind, end = _dated(text, at, year)
        else:
            sizes = _sizes(text, at)
            size = next((n for n in sizes if _reaches(text, at + n, at + sizes[0])), next(iter(sizes), 0))
            if size:
                kind, end = known[text[at : at + size]], at + size
        yield Word(at, end, kind, text[at:end])
        at = end


def _sizes(text: str, at: int) -> list[int]:
    """How long the known words are that begin here, the longest first."""
    known, room = _known(), len(text) - at
    return [n for n in _lengths().get(text[at : at + 1], ()) if n <= room and text[at : at + n] in known]


def _reaches(text: str, at: int, end: int) -> bool:
    """Whether a word that ends here leaves no unknown character: 加上年 is 加 and 上年, not 加上 and an unknown 年."""
    if at == end:
        return at == len(text) or not _unknown(text, at)
    return any(at + n > end for n in _sizes(text, at))


def _unknown(text: str, at: int) -> bool:
    return "\u4e00" <= text[at] <= "\u9fff" and not _sizes(text, at)


def _dated(text: str, at: int, year: int | None) -> tuple[str, int]:
    if match := _YEAR.match(text, at):
        return {0: "this", -1: "last", 1: "next"}.get(int(match[1]) - year if year else 0, "ago"), match.end()
    for pattern, kind in ((_PASSED, "fill"), (_PART, "partyear"), (_TITLE, "fill")):
        if match := pattern.match(text, at):
            return kind, match.end()
    return UNKNOWN, at + 1


def _joined(found: Iterable[Word]) -> Iterator[Word]:
    """Neighbours of unknown kind as one; an application for something else, or for what is unknown, is such a thing itself."""
    held: Word | None = None
    for word in found:
        if held and held.kind == word.kind == UNKNOWN:
            held = Word(held.start, word.end, UNKNOWN, held.text + word.text)
            continue
        if held:
            yield held
        if held and word.kind == "apply" and held.kind in (UNKNOWN, "thing"):
            word = Word(word.start, word.end, "thing", word.text)  # 许可申请
        held = word
    if held:
        yield held


def spelled(words: Iterable[Word]) -> str:
    """One character a word, for the patterns that `pattern` makes; a figure is #."""
    codes = _codes()
    return "".join(codes[word.kind] for word in words)


def pattern(rule: str, sets: dict[str, str]) -> re.Pattern:
    """A rule over kinds as a pattern over `spelled` words: names of kinds, {sets} of them, # and the signs of `re`."""
    codes = _codes()
    while (filled := re.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{sets[m[1]]})", rule)) != rule:
        rule = filled
    rule = rule.replace("~", f"(?:{sets['free']})")
    return re.compile(re.sub(r"\s+", "", re.sub(r"[a-z_]+", lambda m: codes[m[0]], rule)))


@cache
def _codes() -> dict[str, str]:
    names = [*_kinds(), BREAK, UNKNOWN]
    return {name: chr(0xE000 + i) for i, name in enumerate(names)} | {FIGURE: "#"}


@cache
def _kinds() -> dict[str, str]:
    return tomllib.loads((resources.files("govinfo.prose") / "lexicon.toml").read_text(encoding="utf-8"))["kinds"]


@cache
def _known() -> dict[str, str]:
    return {word: kind for kind, listed in _kinds().items() for item in listed.split() for word in _variants(item)}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """Character -> the lengths of the known words that begin with it, the longest first."""
    found: dict[str, set[int]] = {}
    for word in _known():
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


def _variants(item: str) -> Iterator[str]:
    """(a|b|)c and d? spelled out."""
    item = re.sub(r"([^()|?])\?", r"(\1|)", item)
    parts = [part.split("|") for part in re.split(r"[()]", item)]
    for chosen in product(*parts):
        if word := "".join(chosen).replace("⦅", "(").replace("⦆", ")"):
            yield word
