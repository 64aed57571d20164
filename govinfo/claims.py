"""Figures stated in prose, in the contract's words: how many applications the text says were received, refused, carried over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from govinfo.document import Line
from govinfo.mentions import (
    BREAKS,
    YEAR,
    Mention,
    Subject,
    Thread,
    contexts,
    rules,
    rules_for,
    subject_of,
    subjects,
    year_words,
)
from govinfo.numerals import Figure
from govinfo.prose import Sentence, sentences

COLUMNS = ("claim", "figure", "unit", "page", "quote", "note")
CASES = ("review", "litigation")
_OWN = re.compile(r"^(?:其中|由|经)?[^,]{0,6}?(?:我|本|该|全市|全区|全县|全镇|全州|各级)")
_GOES_ON = re.compile(r"度?(?:的)?(?:结转|同期|转|末|底|办理|\d)")
_YEAR_RUN_IN = re.compile(r"20[12]\d\d+")
_COMPARED = ("another year's figure", "a difference between years")
_DATED = re.compile("上年|下年|本年")
_PROVINCE = re.compile(r"(?:省|自治区)人民政府")
_THIS_YEAR = ("本年", "今年", "全年", "")


def find_claims(prose: Sequence[Line], year: int | None, agency: str = "") -> pd.DataFrame:
    """The figures that the prose states, one row a claim, in the order of the text; all of them, not the first of a kind.

    Columns: `claim` (an id of the contract), `figure` (float64, in units of one: 14.2万条 is 142000), `unit`, `page` (where
    the figure stands), `quote` (the sentence, without the text layer's spaces), `note`. A percentage has the unit `%:` and
    what it is of: `%:denied/handled` is the refused as a share of those handled (without `/` where the text does not say),
    `%:received` under `growth` the growth of applications, negative where they fell. The note of a figure such as 5500余
    is `approximate`. 未收到 and the like give 0; 均予以公开 gives the number of them all.

    Left out are figures of other years (`year` is the report's; None: the year the prose speaks of most), of other organs
    (`agency` is the report's: without it, organs named in the text are taken for its own), parts of a stated total, rates
    of a process (办结率, 满意率) and whatever has no word of the contract. `prose` is the report's lines outside the tables.

    >>> lines = [Line("2024年共受理政府信息公开申请 1,403", 1), Line("件，同比增长12%，较上年多150件。", 2)]
    >>> find_claims(lines, 2024)[["claim", "figure", "unit", "page"]].values.tolist()
    [['received', 1403.0, '件', 1], ['growth', 12.0, '%:received', 2]]
    """
    rows = [row for sentence, found in read_prose(prose, year, agency) for row in _rows(sentence, found)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    kinds = {"claim": "str", "figure": "float64", "unit": "str", "page": "int64", "quote": "str", "note": "str"}
    return table.astype(kinds)


def read_prose(
    prose: Sequence[Line], year: int | None, agency: str = "", about: str = ""
) -> Iterator[tuple[Sentence, list[Mention]]]:
    """Each sentence with every figure in it, claim or not, as `find_claims` understands it.

    `about` is what was spoken of before the first sentence, for one that is read out of its place.

    >>> [[(str(m.value), m.claim, m.what) for m in found] for _, found in read_prose([Line("较上年的105件增长")], 2024)]
    [[('105', '', "another year's figure")]]
    """
    listed = list(sentences(prose))
    thread = Thread(year or _spoken_year(listed), agency, about)
    for sentence in listed:
        if sentence.opens and thread.number:
            thread = Thread(thread.year, agency)
        thread.number += 1
        yield sentence, _judged(sentence.text, thread)


def _spoken_year(listed: list[Sentence]) -> int | None:
    found = Counter(year for sentence in listed for year in YEAR.findall(sentence.text))
    return int(max(found, key=lambda year: (found[year], year))) if found else None


def _rows(sentence: Sentence, found: list[Mention]) -> Iterator[tuple]:
    seen = set()
    for m in found:
        row = (m.claim, m.value, m.figure.unit, m.figure.start if m.value else 0)
        if m.claim in rules()["vocabulary"] and row not in seen:
            seen.add(row)
            note = "approximate" if m.figure.rough else ""
            yield m.claim, float(m.value), m.figure.unit, sentence.page(m.figure.start), sentence.printed.strip(), note


def _judged(text: str, thread: Thread) -> list[Mention]:
    spoken = subjects(text)
    found: list[Mention] = []
    for mention in contexts(text, thread, spoken):
        percent = mention.figure.unit in ("%", "‰") or "百分点" in mention.figure.unit
        judged = (_judge_percent if percent else _judge)(mention, found, thread)
        for claim in judged.claim.split() or [""]:
            found.append(replace(judged, claim=claim))
            _remember(found[-1], thread, text)
    found = _sole_channel(found, thread)
    found += _absent(text, thread, spoken)
    found += _all_of_them(text, found)
    thread.about = spoken[-1].name if spoken else thread.about
    return sorted(found, key=lambda m: m.figure.start)


# ------------------------------------------------------------------------------------------------ counts and amounts


def _judge(m: Mention, found: list[Mention], thread: Thread) -> Mention:
    kind = "money" if m.figure.unit == "元" else "count"
    rule = next((r for r in rules_for(kind, m.about) if _holds(r, m, found)), {})
    if "claim" not in rule:
        return replace(m, what=rule.get("what", ""))
    claim = rule["claim"].replace("{about}", m.about)
    if what := _guarded(claim, rule, m, thread):
        return replace(m, what=what)
    if "each" in rule and m.value and not rule["each"].search(m.left):
        return replace(m, what="both together")
    if rule.get("narrows") and found and found[-1].claim == claim:
        found[-1] = replace(found[-1], claim="", what="all cases, not those about disclosure")
    return replace(m, claim=claim)


def _holds(rule: dict, m: Mention, found: list[Mention]) -> bool:
    text = f"{m.left}#{m.right}"
    if ("has" in rule and not any(word in text for word in rule["has"])) or m.figure.unit in rules()["never"]:
        return False
    if "before" in rule and not rule["before"].search(m.before[-60:].removesuffix(m.left)):
        return False
    if "after" in rule and not (found and found[-1].claim.startswith(tuple(rule["after"]))):
        return False
    return bool(rule["at"].search(text)) and not ("not" in rule and rule["not"].search(text))


def _guarded(claim: str, rule: dict, m: Mention, thread: Thread) -> str:
    """Why a figure is no claim of the report although its words fit; empty if it is one."""
    guard, carried = rules()["guards"], claim.startswith("carried")
    if carried and _YEAR_RUN_IN.fullmatch(str(m.value)):
        return "a year that ran into a figure"
    if not (carried and _DATED.search(m.left + m.right)) and _of_another_year(m, thread):
        return "another year's figure"
    if guard["plan"].search(m.left) or guard["period"].search(year_words(m.left, thread.year)):
        return "a plan, or a part of the year"
    if guard["wider"].search(m.left) and not _PROVINCE.search(thread.agency):
        return "another organ's figure"
    if guard["elsewhere"].search(m.left) or _another_organ(m, thread.agency):
        return "another organ's figure"
    if claim.startswith(tuple(f"{case}." for case in CASES)) and len(thread.open_cases) > 1:
        return "results of reviews and lawsuits together"
    if claim == "withdrawn" and "公开申请" not in m.left and thread.in_case():
        return "a withdrawn review or lawsuit"
    if rule.get("whole") or rule.get("narrows") or not _is_part(claim, m, thread):
        return ""
    return "part of a stated total"


def _of_another_year(m: Mention, thread: Thread) -> bool:
    """Whether the last date before the figure, comparisons and brackets aside, is of another year."""
    guard, last = rules()["guards"], ""
    before = re.sub(r"\([^()]*\)", "", m.before)
    for match in guard["dates"].finditer(before):
        compared = guard["comparison"].search(before[max(match.start() - 2, 0) : match.start()])
        if not compared and not _GOES_ON.match(before[match.end() :]) and not (match.group() == "全年" and last):
            last = match.group()
    return year_words(last, thread.year) not in _THIS_YEAR


def _another_organ(m: Mention, agency: str) -> bool:
    match = rules()["guards"]["addressed"].search(m.left) or rules()["organ"].search(m.left)
    if match is None or _OWN.search(match["name"]):
        return False
    return not own_organ(match["name"], agency) if agency else "其中" in m.before[-len(m.left) - 4 :]


def own_organ(name: str, agency: str) -> bool:
    """Whether an organ named in the text is the report's own: in full, in short (人社局), or its office (区政府办).

    >>> own_organ("区人社局", "示例市示例区人力资源和社会保障局"), own_organ("市公安局", "示例市人民政府")
    (True, False)
    """
    long = agency + ("办公室厅" if agency.endswith("政府") else "")
    for short in (name[i:] for i in range(len(name)) if i == 0 or len(name) - i > 2):
        rest = iter(long)
        if all(char in rest for char in short):
            return True
    return False


def _is_part(claim: str, m: Mention, thread: Thread) -> bool:
    if claim not in thread.heads:
        return False
    number, end = thread.heads[claim]
    between = m.before[end:] if number == thread.number else m.before[:6]
    return bool(rules()["guards"]["parts"].search(between))


def _remember(m: Mention, thread: Thread, text: str) -> None:
    if m.claim in CASES:
        number, end = thread.heads.get(thread.open_cases[-1], (0, 0)) if thread.open_cases else (0, 0)
        if number != thread.number or rules()["guards"]["settled"].search(text[end : m.figure.start]):
            thread.open_cases.clear()
        thread.open_cases.append(m.claim)
    elif m.claim.split(".")[0] in CASES:
        thread.open_cases.clear()
    if m.claim and not _is_part(m.claim, m, thread):
        thread.heads[m.claim] = (thread.number, m.figure.end)


def _sole_channel(found: list[Mention], thread: Thread) -> list[Mention]:
    """Applications received or answered through the one channel that is named, and no total: these are all."""
    channels = [m for m in found if m.claim == "channel"]
    if len(channels) != 1 or channels[0].about != "applications":
        return found
    claim = next((c for c in ("received", "handled") if rules()[c].search(channels[0].left)), "channel")
    whole = "channel" if claim in thread.heads else claim
    return [replace(m, claim=whole) if m.claim == "channel" else m for m in found]


# ------------------------------------------------------------------------------------------------ percentages


def _judge_percent(m: Mention, found: list[Mention], thread: Thread) -> Mention:
    if m.figure.unit != "%" or m.about == "something else":
        return replace(m, what="percentage points, or of something else")
    text = f"{m.left}#"
    fits = (r for r in rules()["percent"] if r["at"].search(text) and not ("not" in r and r["not"].search(text)))
    rule = next(fits, {})
    if "claim" not in rule:
        return replace(m, what="the rate of a process")
    return _growth(m, rule["sign"], found) if rule["claim"] == "growth" else _share(m, found)


def _growth(m: Mention, sign: int, found: list[Mention]) -> Mention:
    subject = next((x.claim for x in reversed(found) if x.claim in rules()["growable"]), "")
    last = next((x for x in reversed(found) if x.what not in _COMPARED), None)
    if last is not None and not last.claim:
        subject = ""
    named = m.left + "".join(x.left for x in found[-1:] if x.what in _COMPARED)
    subject = next((r["claim"] for r in rules()["growing"] if r["at"].search(named)), subject)
    if not subject:
        return replace(m, what="growth of something else")
    return replace(m, claim="growth", value=sign * m.value, figure=replace(m.figure, unit=f"%:{subject}"))


def _share(m: Mention, found: list[Mention]) -> Mention:
    label = re.sub(r"(?:的)?(?:约)?占.*$|公开率.*$", lambda cut: "公开" if "率" in cut[0] else "", m.left)
    count = replace(m, left=label, right="", figure=replace(m.figure, unit="件"))
    subject = next((r["claim"] for r in rules_for("count", m.about) if r.get("claim") and _holds(r, count, found)), "")
    if not re.sub(r"[、和及,其中的]", "", label):
        if not found or found[-1].what.startswith("another"):
            return replace(m, what="share of something else")
        subject = subject or found[-1].claim
    base = next((r["id"] for r in rules()["base"] if r["at"].search(m.left)), "")
    unit = "%" + (f":{subject}" if subject in rules()["vocabulary"] else "") + (f"/{base}" if base else "")
    return replace(m, claim="share", figure=replace(m.figure, unit=unit))


# ------------------------------------------------------------------------------------------------ none, and all


def _absent(text: str, thread: Thread, spoken: list[Subject]) -> Iterator[Mention]:
    """Zeros said in words: 未收到申请, 无行政复议和行政诉讼."""
    for row in rules()["said"]:
        for match in row["at"].finditer(text):
            yield Mention(Figure(*match.span(), Decimal(0), "件"), "", "", "", text[: match.start()], row["claim"])
    for match in rules()["verb"].finditer(text):
        stop = next((b.start() for b in BREAKS.finditer(text, match.end(), match.end() + 80)), match.end() + 80)
        said, before = text[match.start() : stop], text[: match.start()]
        figure = Figure(match.start(), min(stop, len(text)), Decimal(0), "件")
        about = subject_of(figure, "", said, spoken, thread)
        clause = before[max((b.end() for b in BREAKS.finditer(before)), default=0) :]
        m = Mention(figure, clause + match.group(), "", about, before)
        for row in rules()["absent"]:
            claim = row["claim"].replace("{about}", about)
            asked = about in row.get("about", [about])
            if asked and _names(row, year_words(said, thread.year)) and not _guarded(claim, {"whole": True}, m, thread):
                yield replace(m, claim=claim, figure=replace(figure, unit="元" if claim == "fee_yuan" else "件"))


def _names(row: dict, said: str) -> bool:
    """Whether what is said to be absent is this row's object; what only caused the object is set aside."""
    if "verb" in row and not row["verb"].search(said):
        return False
    if "not" in row and row["not"].search(said) and not ("unless" in row and row["unless"].search(said)):
        return False
    return bool(row["at"].search(rules()["cause"].sub("", said[1:])))


def _all_of_them(text: str, found: list[Mention]) -> Iterator[Mention]:
    """均予以公开 after a total: all of them; not where the clause has a figure of its own."""
    for row in rules()["all"]:
        for match in row["at"].finditer(text):
            since = text.rfind(";", 0, match.start())
            heads = [m for m in found if m.claim in row["of"] and since < m.figure.start < match.start() and m.value]
            if not heads or match.end() - heads[-1].figure.end > 60:
                continue
            clause = max(text.rfind(mark, 0, match.start()) for mark in ",;、(")
            others = (m for m in found if "%" not in m.figure.unit and m is not heads[-1])
            if any(clause < m.figure.start < match.end() for m in others):
                continue
            for head in {m.claim: m for m in heads}.values() if row.get("every") else heads[-1:]:
                figure = replace(head.figure, start=match.start(), end=match.end())
                yield replace(head, claim=row["claim"].replace("{of}", head.claim), figure=figure)
