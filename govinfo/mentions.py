"""Each figure of a sentence with the words it is read with: what stands before and after it, what the sentence speaks of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import resources

from govinfo.numerals import Figure, bare_numbers, figures

BREAKS = re.compile(r"[,;:()。！？!?]")
_BREAKS_AND_LISTS = re.compile(r"[,;:()。！？!?、]")
_ONLY_FILLER = re.compile(
    r"(?:共计|合计|共有|总计|累计|共|为|是|达到|达|计|有|约|近|总数|总量|数量|的|其中|全年|本年)*"
)
YEAR = re.compile(r"(20\d\d)年(?:度)?")
_RESPECTIVELY = re.compile(r"([^,;:()。]{2,80}?)(?:的)?(?:件数|数量|申请)?分别")
_ANSWERED = re.compile(r"收到|受理|接到|接收|答复|办结")
_OF_MONEY = ("fee", "something else")
_RESULTS = ("upheld", "corrected", "other", "pending")


@dataclass(frozen=True)
class Mention:
    """One figure and what is said of it; `claim` is empty where it is no claim, and `what` may then say why.

    `left` and `right` are the words it is read with, years as words (本年, 上年, 下年, 某年); `before` is the sentence
    up to the figure; `about` is the subject spoken of; `value` is the figure's, negative for a fall.
    """

    figure: Figure
    left: str
    right: str
    about: str
    before: str
    claim: str = ""
    what: str = ""
    value: Decimal = Decimal(0)


@dataclass
class Thread:
    """What a paragraph has said so far: its subject, and the totals that a following 其中 would divide."""

    year: int | None
    agency: str
    about: str = ""
    heads: dict[str, tuple[int, int]] = field(default_factory=dict)
    open_cases: list[str] = field(default_factory=list)
    number: int = 0

    def in_case(self) -> bool:
        """Whether this sentence has already spoken of reviews or lawsuits in numbers."""
        return any(self.heads.get(case, (0, 0))[0] == self.number for case in ("review", "litigation"))


@dataclass(frozen=True)
class Subject:
    """A word of a sentence that says what it speaks of."""

    start: int
    end: int
    name: str


def contexts(text: str, thread: Thread, spoken: list[Subject]) -> Iterator[Mention]:
    """The figures of a narrow sentence, each with its words and its subject, not yet judged."""
    listed = figures(text)
    labels = _distributed(text, listed)
    listed = sorted({*listed, *labels}, key=lambda figure: figure.start)
    breaks = [m.start() for m in BREAKS.finditer(text)]
    first, last = _document_classes(text)
    follows_its_words = True
    for i, figure in enumerate(listed):
        previous = listed[i - 1].end if i else 0
        following = listed[i + 1].start if i + 1 < len(listed) else len(text)
        left = labels.get(figure) or _left(text, figure.start, previous, breaks)
        if not follows_its_words:  # 2件维持、1件未审结: the words before 、 are the former figure's
            left = left.rpartition("、")[2]
        follows_its_words = bool(left.strip("其中、和有另共"))
        right = _right(text[figure.end : min(following, figure.end + 70)], following == len(text))
        about = "documents" if first <= figure.start < last else subject_of(figure, left, right, spoken, thread)
        left, right = year_words(left.rstrip("“‘"), thread.year)[-70:], year_words(right, thread.year)[:60]
        yield Mention(figure, left, right, about, text[: figure.start], value=figure.value)


def _left(text: str, at: int, previous: int, breaks: list[int]) -> str:
    """The words before a figure: back to the clause or the figure before, further where there is only 共 or a bracket."""
    stops = [b for b in breaks if previous <= b < at]
    if stops and text[stops[-1]] == ")" and stops[-1] == at - 1 and (opened := text.rfind("(", previous, at)) >= 0:
        return _left(text[:opened], opened, previous, stops)
    if stops and text[stops[-1]] == "(" and stops[-1] == at - 1:  # 撤回(9件)
        return _left(text, at - 1, previous, breaks).lstrip(")")
    if stops and text[stops[-1]] == ":" and stops[-1] == at - 1:
        stops.pop()
    since = text[stops[-1] + 1 : at] if stops else ""
    if since and text[stops[-1]] in ",:" and _ONLY_FILLER.fullmatch(since) and (len(stops) > 1 or not previous):
        stops.pop()
    return text[max([previous, *(b + 1 for b in stops)]) : at].replace(",", "").replace(":", "")


def _right(text: str, last: bool) -> str:
    """The words after a figure, to the end of its clause; on into a clause without a figure that goes on about it."""
    first = _BREAKS_AND_LISTS.split(text, maxsplit=1)[0]
    rest = text[len(first) :]
    alone = last or BREAKS.search(rest[1:])  # also where a bracket follows: 1件(上年结转)
    return text[:60] if alone and rules()["guards"]["continues"].search(rest) else first


def _distributed(text: str, listed: list[Figure]) -> dict[Figure, str]:
    """A、B和C分别为x件、y件和z件: each figure with its own label; nothing where the numbers of both differ."""
    found: dict[Figure, str] = {}
    for match in _RESPECTIVELY.finditer(text):
        labels = [x for x in re.split(r"、|和|及|与|以及", match[1].removeprefix("其中")) if x]
        first = next((f for f in listed if f.start >= match.end()), None)
        if first is None or first.start > match.end() + 24 or len(labels) < 2:
            continue
        stop = min((i for i in (text.find(c, first.end) for c in ",;。(") if i >= 0), default=len(text))
        values = [n for n in bare_numbers(text) if match.end() <= n[0] < stop and text[n[1] : n[1] + 1] not in "年月日"]
        units = {f.start: f for f in listed if match.end() <= f.start < stop}
        if len(values) == len(labels):
            between = text[match.end() : first.start] if first.start == values[0][0] else ""
            for label, (start, end, value) in zip(labels, values, strict=True):
                found[units.get(start) or Figure(start, end, value, first.unit)] = label + between
    return found


def _document_classes(text: str) -> tuple[int, int]:
    """Where a list of document classes (主动公开, 依申请公开, 不予公开) stands: its figures are not applications."""
    guard = rules()["guards"]
    match = guard["documents"].search(text)
    if not match or not guard["document_words"].search(text):
        return (0, 0)
    over = _ANSWERED.search(text, match.end())
    return match.end() - 1, over.start() if over else len(text)


def subjects(text: str) -> list[Subject]:
    """The words of a sentence that say what it speaks of, in order."""
    names = rules()["subjects"]
    return [Subject(m.start(), m.end(), names[m.lastgroup]) for m in rules()["subject"].finditer(text)]


def subject_of(figure: Figure, left: str, right: str, spoken: list[Subject], thread: Thread) -> str:
    """The subject of a figure: the last named in its own clause before it, else after it, else before that clause.

    Failing all these the paragraph's, or that of a sentence that speaks of applications alone.
    """
    own = [s.name for s in subjects(left)]
    after = [s.name for s in spoken if figure.end <= s.start < figure.end + len(right)]
    before = [s.name for s in spoken if s.end <= figure.start]
    if figure.unit == "元":
        own, after, before = ([name for name in names if name in _OF_MONEY] for names in (own, after, before))
    alone = {s.name for s in spoken} == {"applications"} and figure.unit != "元"
    return next(iter(own[-1:] + after[:1] + before[-1:]), thread.about or ("applications" if alone else ""))


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


@cache
def rules_for(kind: str, about: str) -> list[dict]:
    """The rules for figures of a kind (count or money) where this is spoken of, in order."""
    return [r for r in rules()["rule"] if kind == r.get("unit", "count") and about in r.get("about", [about])]


@cache
def rules() -> dict:
    """The rules of claims.toml with their patterns compiled."""
    data = tomllib.loads((resources.files("govinfo") / "claims.toml").read_text(encoding="utf-8"))

    def compiled(pattern: str) -> re.Pattern:
        while (filled := re.sub(r"\{([a-z_]+)\}", lambda m: data["words"][m[1]], pattern)) != pattern:
            pattern = filled
        return re.compile(pattern)

    def row(item: dict) -> dict:
        keys = ("at", "not", "unless", "verb", "before", "each")
        return item | {key: compiled(item[key]) for key in keys if key in item}

    guards = data["guards"]
    found = {key: [row(item) for item in data[key]] for key in ("rule", "percent", "growing", "base", "all")}
    found |= {"absent": [row(item) for item in data["none"]["object"]], "said": [row(x) for x in data["none"]["said"]]}
    found |= {key: compiled(data["none"][key]) for key in ("verb", "cause")}
    found |= {"received": compiled("{receive}"), "handled": compiled("{handle}")}
    found["guards"] = {key: compiled(pattern) for key, pattern in guards.items()}
    found["organ"] = compiled(rf"(?P<name>[\u4e00-\u9fff]{{1,16}}?{guards['organ']})(?={guards['verb']})")
    named = [(f"s{i}", item) for i, item in enumerate(data["subject"])]
    found["subjects"] = {group: item["id"] for group, item in named}
    found["subject"] = re.compile("|".join(f"(?P<{group}>{'|'.join(item['words'])})" for group, item in named))
    found["never"] = set(data["units"]["never"])
    stated = {claim for item in data["rule"] for claim in item.get("claim", "").split() if "{" not in claim}
    found["growable"] = stated - set(data["units"]["inner"])
    results = {f"{case}.{result}" for case in ("review", "litigation") for result in _RESULTS}
    found["vocabulary"] = found["growable"] | results | {"share", "growth"}
    return found
