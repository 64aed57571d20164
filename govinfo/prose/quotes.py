"""A quoted sentence as arithmetic: its shares, its growth against last year, the parts of its totals."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pandas as pd

from govinfo.document import Line
from govinfo.prose.claims import read_prose
from govinfo.prose.mentions import Mention, year_words
from govinfo.prose.sentences import narrow


@dataclass(frozen=True)
class Share:
    """A percentage: `of` is the claim it divides, `part` that figure where it stands before it, `base` what it is a share of."""

    at: int
    stated: float
    of: str = ""
    base: str = ""
    part: float | None = None


@dataclass(frozen=True)
class Change:
    """A change against the year before, in percent or in cases."""

    at: int
    stated: float
    of: str
    percent: bool


@dataclass(frozen=True)
class Total:
    """A total and the parts listed after 其中; `closed` if the last of them is 其他, so that none is left unsaid."""

    at: int
    stated: float
    parts: tuple[float, ...]
    closed: bool


@dataclass(frozen=True)
class Quote:
    """One sentence with its claims (rows of the claims table) and all its figures."""

    text: str
    claims: tuple
    found: tuple[Mention, ...]
    year: int | None = None

    def claim_of(self, at: int):
        """The claim whose figure is the `at`-th of the sentence, else the sentence's first."""
        m = self.found[at]
        same = [c for c in self.claims if c.claim == m.claim and c.figure == float(m.value)]
        return next(iter(same), self.claims[0])

    def _claimed(self, m: Mention) -> bool:
        return any(c.claim == m.claim and c.figure == float(m.value) for c in self.claims)

    def shares(self) -> Iterator[Share]:
        for i, m in enumerate(self.found):
            if m.claim != "share" or m.figure.rough or not self._claimed(m):
                continue
            of, _, base = m.figure.unit.removeprefix("%").removeprefix(":").partition("/")
            if m.figure.unit.startswith("%/"):
                of, base = "", m.figure.unit[2:]
            last = self.found[i - 1] if i else None
            bare = not re.sub(r"[、和及,其中的约占比]|总数|总量", "", re.sub(r"占.*$", "", m.left))
            part = (
                float(last.value) if bare and last and "%" not in last.figure.unit and not last.figure.rough else None
            )
            if of or part is not None:
                yield Share(i, float(m.value), of, base, part)

    def wholes(self, share: Share) -> list[float]:
        """Figures of the sentence that a share may be a share of: all before it but its own."""
        before = [m for m in self.found[: share.at] if "%" not in m.figure.unit and m.figure.unit != "元"]
        own = [m for m in before if m.claim == share.of or float(m.value) == share.part][-1:]
        return [float(m.value) for m in before if m not in own]

    def inner(self, step: str) -> list[float]:
        """Figures of the sentence that are no claims of the contract, but steps to one."""
        return [float(m.value) for m in self.found if step and m.claim == step]

    def changes(self) -> Iterator[Change]:
        for i, m in enumerate(self.found):
            if m.figure.rough:
                continue
            if m.claim == "growth" and self._claimed(m):
                yield Change(i, float(m.value), m.figure.unit.removeprefix("%:"), True)
            elif m.what == "a difference between years" and (of := self._subject(i)):
                yield Change(i, float(m.value), of, False)

    def _subject(self, at: int) -> str:
        last = next((m for m in reversed(self.found[:at]) if m.what != "another year's figure"), None)
        return last.claim if last and last.claim in ("received", "handled", "disclosed_items") else ""

    def stated_before(self, change: Change) -> list[float]:
        return [float(m.value) for m in self.found if m.claim == change.of and not m.figure.rough][-1:]

    def last_year(self) -> list[float]:
        """Last year's figure where the sentence states it."""
        found = []
        for m in self.found:
            words = year_words(m.before[-40:] + m.left, self.year)
            if (
                m.what == "another year's figure"
                and re.search("上年|同期", words)
                and not re.search("累计|历年|以来", words)
            ):
                found += [float(m.value)] if not m.figure.rough else []
        return found

    def totals(self) -> Iterator[Total]:
        """Totals with the parts that follow them in the sentence."""
        rules, text = _rules(), narrow(self.text)
        for i, m in enumerate(self.found[:-1]):
            rest = [n for n in self.found[i + 1 :] if "%" not in n.figure.unit and n.figure.start > m.figure.end]
            between = text[m.figure.end : rest[0].figure.start] if rest else ""
            if m.claim not in rules["heads"] or m.figure.rough or not rules["opens"].search(between) or ";" in between:
                continue
            parts = list(self._listed(text, m, rest))
            if len(parts) > 2 or (len(parts) == 2 and ";" not in text[parts[0].figure.end : parts[1].figure.start]):
                yield Total(
                    i, float(m.value), tuple(float(n.value) for n in parts), bool(rules["last"].search(parts[-1].left))
                )

    def _listed(self, text: str, head: Mention, rest: list[Mention]) -> Iterator[Mention]:
        """The parts of one list: the same unit, the same stops between them, no list within the list, no other subject."""
        rules, ends = _rules(), head.figure.end
        by_semicolon = len(rest) > 1 and ";" in text[rest[0].figure.end : rest[1].figure.start]
        for k, m in enumerate(rest):
            between = text[ends : m.figure.start]
            if k and (rules["opens"].search(between) or (";" in between and not by_semicolon) or ")" in between):
                return
            other = m.claim and m.claim.split(".")[0] != head.claim and m.claim != "channel"
            if m.figure.unit != head.figure.unit or m.figure.rough or other or rules["verbs"].search(m.left):
                return
            yield m
            ends = m.figure.end


def quotes(claims: pd.DataFrame, year: int | None) -> Iterator[Quote]:
    """The sentences of a claims table, each once, with their claims and figures, in order."""
    rows: dict[str, list] = {}
    for claim in claims.itertuples(index=False):
        rows.setdefault(claim.quote, []).append(claim)
    for text, found in rows.items():
        read = read_prose([Line(text)], year, about=_about(found[0].claim))
        figures = [m for _, mentions in read for m in mentions]
        if found:
            yield Quote(text, tuple(found), tuple(figures), year)


def _about(claim: str) -> str:
    case = claim.split(".")[0]
    subjects = {"disclosed_items": "disclosure", "fee_yuan": "fee"}
    return case if case in ("review", "litigation", "normative") else subjects.get(case, "applications")


@cache
def _rules() -> dict:
    data = tomllib.loads((resources.files("govinfo.prose") / "stated.toml").read_text(encoding="utf-8"))["parts"]
    return {"heads": tuple(data["heads"])} | {key: re.compile(data[key]) for key in ("opens", "last", "verbs")}
