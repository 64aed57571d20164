"""Figures stated in prose, in the contract's words: which sentence says how many applications were received, refused, carried over."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, partial
from importlib import resources

import pandas as pd

from govinfo.document import Line
from govinfo.numerals import Figure, bare_numbers, figures
from govinfo.prose import Sentence, sentences

COLUMNS = ("claim", "figure", "unit", "page", "quote", "note")
_BREAKS = re.compile(r"[,;:()。！？!?]")
_BREAKS_AND_LISTS = re.compile(r"[,;:()。！？!?、]")
_ONLY_FILLER = re.compile(r"(?:共计|合计|共有|总计|累计|共|为|是|达到|达|计|有|约|近|总数|总量|数量|的|其中)*")
_YEAR = re.compile(r"(20\d\d)年(?:度)?")
_RESPECTIVELY = re.compile(r"([^,;:()。]{2,80}?)(?:的)?(?:件数|数量|申请)?分别")
_OF_MONEY = ("fee", "something else")
_OWN = re.compile(r"^(?:其中|由|经)?[^,]{0,6}?(?:我|本|该|全市|全区|全县|全镇|全州|各级)")


@dataclass(frozen=True)
class Mention:
    """One figure of a sentence and what is said of it; `claim` is empty where it is no claim, `what` then says why."""

    figure: Figure
    left: str
    right: str
    about: str
    before: str
    claim: str = ""
    what: str = ""
    note: str = ""
    value: Decimal = Decimal(0)


@dataclass
class _Thread:
    """What a paragraph has said so far: its subject, and the totals that a following 其中 would divide."""

    year: int | None
    agency: str
    about: str = ""
    heads: dict[str, tuple[int, int]] = field(default_factory=dict)
    open_cases: list[str] = field(default_factory=list)
    number: int = 0


def find_claims(prose: Sequence[Line], year: int | None, agency: str = "") -> pd.DataFrame:
    """The figures that the prose states, one row a claim, in the order of the text; all of them, not the first of a kind.

    Columns: `claim` (an id of the contract), `figure` (float64, in units of one: 14.2万条 is 142000), `unit`, `page` (where
    the figure stands), `quote` (the sentence, without the text layer's spaces), `note`. A percentage has the unit `%:` and
    what it is of: `%:denied/handled` is the refused as a share of those handled (without `/` where the text does not say),
    `%:received` under `growth` the growth of applications, negative where they fell. The note of a figure such as 5500余
    is `approximate`. 未收到 and the like give 0; 均予以公开 gives the number of them all.

    Left out are figures of other years (`year` is the report's; None: the year the prose speaks of most), of other organs
    (`agency` is the report's: without it, organs named in the text are taken for its own), parts of a stated total, and
    whatever has no word of the contract. `prose` is the report's lines outside the tables.

    >>> lines = [Line("2024年共受理政府信息公开申请 1,403", 1), Line("件，同比增长12%，较上年多150件。", 2)]
    >>> find_claims(lines, 2024)[["claim", "figure", "unit", "page"]].values.tolist()
    [['received', 1403.0, '件', 1], ['growth', 12.0, '%:received', 2]]
    """
    rows = [row for sentence, mentions in _read(prose, year, agency) for row in _rows(sentence, mentions)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"claim": "str", "figure": "float64", "unit": "str", "page": "int64", "quote": "str", "note": "str"})


def mentions(prose: Sequence[Line], year: int | None, agency: str = "") -> list[list[Mention]]:
    """Every figure of the prose, claim or not, sentence by sentence, as `find_claims` understands it."""
    return [found for _, found in _read(prose, year, agency)]


def _read(prose, year, agency) -> Iterator[tuple[Sentence, list[Mention]]]:
    listed = list(sentences(prose))
    thread = _Thread(year or _spoken_year(listed), agency)
    for sentence in listed:
        if sentence.opens:
            thread = _Thread(thread.year, agency)
        thread.number += 1
        yield sentence, _sentence_mentions(sentence.text, thread)


def _spoken_year(listed: list[Sentence]) -> int | None:
    found = Counter(year for sentence in listed for year in _YEAR.findall(sentence.text))
    return int(max(found, key=lambda year: (found[year], year))) if found else None


def _rows(sentence: Sentence, found: list[Mention]) -> Iterator[tuple]:
    vocabulary, seen = _rules()["vocabulary"], set()
    for m in found:
        row = (m.claim, m.value, m.figure.unit, m.figure.start if m.value else 0)
        if m.claim in vocabulary and row not in seen:
            seen.add(row)
            note = "; ".join(part for part in ("approximate" if m.figure.rough else "", m.note) if part)
            yield m.claim, float(m.value), m.figure.unit, sentence.page(m.figure.start), sentence.printed.strip(), note


# ------------------------------------------------------------------------------------------------ one sentence


def _sentence_mentions(text: str, thread: _Thread) -> list[Mention]:
    subjects = [(m.start(), m.end(), m.lastgroup) for m in _rules()["subject"].finditer(text)]
    found: list[Mention] = []
    for context in _contexts(text, thread, subjects):
        kind = "percent" if context.figure.unit in "%‰个百分点" else "money" if context.figure.unit == "元" else "count"
        judge = {"percent": _judge_percent, "money": partial(_judge, kind="money"), "count": _judge}[kind]
        mention = judge(context, found, thread, text)
        for claim in mention.claim.split() or [""]:
            found.append(replace(mention, claim=claim))
            _remember(found[-1], thread, text)
    found = _sole_channel(found, thread)
    found += _nothing(text, thread, subjects)
    found += _all_of_them(text, found, thread)
    if subjects:
        thread.about = _about_names()[subjects[-1][2]]
    return sorted(found, key=lambda m: m.figure.start)


def _contexts(text: str, thread: _Thread, subjects: list) -> Iterator[Mention]:
    listed = figures(text)
    labels = _distributed(text, listed)
    listed = sorted({*listed, *labels}, key=lambda f: f.start)
    breaks = [m.start() for m in _BREAKS.finditer(text)]
    first, last = _document_classes(text)
    for i, figure in enumerate(listed):
        previous = listed[i - 1].end if i else 0
        following = listed[i + 1].start if i + 1 < len(listed) else len(text)
        left = labels.get(figure) or _left(text, figure.start, previous, breaks)
        right = _right(text[figure.end : min(following, figure.end + 70)], following == len(text))
        about = "documents" if first <= figure.start < last else _about(subjects, figure, left, right, thread)
        words = partial(_year_words, year=thread.year)
        yield Mention(figure, words(left.rstrip("“‘\""))[-70:], words(right)[:60], about, text[: figure.start], value=figure.value)


def _left(text: str, at: int, previous: int, breaks: list[int]) -> str:
    """The text a figure is read with: back to the clause or the figure before; further where that is only 共 or a bracket."""
    stops = [b for b in breaks if previous <= b < at]
    if stops and text[stops[-1]] == ")" and stops[-1] == at - 1 and (opened := text.rfind("(", previous, at)) >= 0:
        return _left(text[:opened], opened, previous, stops)
    if stops and text[stops[-1]] == ":" and stops[-1] == at - 1:
        stops.pop()
    since = text[stops[-1] + 1 : at] if stops else ""
    if since and text[stops[-1]] == "," and _ONLY_FILLER.fullmatch(since) and (len(stops) > 1 or not previous):
        stops.pop()
    return text[max([previous, *(b + 1 for b in stops)]) : at].replace(",", "").replace(":", "")


def _right(text: str, last: bool) -> str:
    """The text after a figure, to the end of its clause; on into a clause without a figure that goes on about it."""
    first = _BREAKS_AND_LISTS.split(text, maxsplit=1)[0]
    rest = text[len(first) :]
    alone = last or _BREAKS.search(rest[1:])
    return text[:60] if alone and _rules()["guards"]["continues"].search(rest) else first


def _distributed(text: str, listed: list[Figure]) -> dict[Figure, str]:
    """A、B和C分别为x件、y件和z件: each figure with its own label; nothing where the numbers of both differ."""
    found: dict[Figure, str] = {}
    for match in _RESPECTIVELY.finditer(text):
        labels = [x for x in re.split(r"、|和|及|与|以及", match[1].removeprefix("其中")) if x]
        stop = min((i for i in (text.find(c, match.end()) for c in ",;。(") if i >= 0), default=len(text))
        first = next((f for f in listed if f.start >= match.end()), None)
        if first is None or first.start > match.end() + 24 or len(labels) < 2:
            continue
        stop = max(stop, first.end)
        values = [f for f in bare_numbers(text) if match.end() <= f[0] < stop and not re.match(r"年|月|日", text[f[1] :])]
        units = [f for f in listed if match.end() <= f.start < stop]
        if len(values) == len(labels) and units:
            between = text[match.end() : first.start] if first.start == values[0][0] else ""
            for label, (start, end, value) in zip(labels, values, strict=True):
                own = next((f for f in units if f.start == start), None)
                found[own or Figure(start, end, value, units[-1].unit)] = label + between
    return found


def _document_classes(text: str) -> tuple[int, int]:
    """Where a list of document classes (主动公开, 依申请公开, 不予公开) stands: its figures are not applications."""
    guard = _rules()["guards"]
    match = guard["documents"].search(text)
    if not match or not guard["document_words"].search(text):
        return (0, 0)
    over = re.compile("收到|受理|接到|接收|答复|办结").search(text, match.end())
    return match.end() - 1, over.start() if over else len(text)


def _about(subjects: list, figure: Figure, left: str, right: str, thread: _Thread) -> str:
    """The subject of a figure: the last named in its own clause before it, else after it, else before that clause.

    Failing all these the paragraph's, or that of a sentence that speaks of applications alone.
    """
    names, own = _about_names(), [m.lastgroup for m in _rules()["subject"].finditer(left)]
    after = [s[2] for s in subjects if figure.end <= s[0] < figure.end + len(right)]
    before = [s[2] for s in subjects if s[1] <= figure.start]
    if figure.unit == "元":
        own, after, before = ([s for s in some if names[s] in _OF_MONEY] for some in (own, after, before))
    alone = {names[s[2]] for s in subjects} == {"applications"} and figure.unit != "元"
    return next((names[s] for s in (own[-1:] + after[:1] + before[-1:])), thread.about or "applications" * alone)


def _year_words(text: str, year: int | None) -> str:
    """Years as words: 本年, 上年, 下年, 某年."""

    def word(match: re.Match) -> str:
        distance = int(match[1]) - year if year else None
        return {0: "本年", -1: "上年", 1: "下年"}.get(distance, "某年")

    text = re.sub(r"上一年度?|上年度|前一年度?|去年", "上年", _YEAR.sub(word, text))
    text = re.sub(r"下一年度?|下年度|次年|明年|翌年|来年", "下年", text)
    return re.sub(r"今年|本年度", "本年", text)


# ------------------------------------------------------------------------------------------------ judging a figure


def _judge(m: Mention, found: list[Mention], thread: _Thread, text: str, kind: str = "count") -> Mention:
    rule = next((r for r in _rules_for(kind, m.about) if _holds(r, m, found)), None)
    if rule is None:
        return m
    if not rule.get("claim"):
        return replace(m, what=rule["what"])
    claim = rule["claim"].replace("{about}", m.about)
    if what := _guarded(claim, rule, m, found, thread, text):
        return replace(m, what=what)
    if "each" in rule and m.value and not rule["each"].search(m.left):
        return replace(m, what="both together")
    if rule.get("narrows") and found and found[-1].claim == claim:
        found[-1] = replace(found[-1], claim="", what="all cases, not those about disclosure")
    return replace(m, claim=claim)


def _holds(rule: dict, m: Mention, found: list[Mention]) -> bool:
    text = f"{m.left}#{m.right}"
    if "has" in rule and not any(word in text for word in rule["has"]):
        return False
    if m.figure.unit in _rules()["never"]:
        return False
    if "before" in rule and not rule["before"].search(m.before[-60:].removesuffix(m.left)):
        return False
    if "after" in rule and not (found and found[-1].claim.startswith(tuple(rule["after"]))):
        return False
    return bool(rule["at"].search(text)) and not ("not" in rule and rule["not"].search(text))


def _guarded(claim: str, rule: dict, m: Mention, found: list[Mention], thread: _Thread, text: str) -> str:
    """Why a figure is no claim of the report although its words fit; empty if it is one."""
    guard = _rules()["guards"]
    carried = claim.startswith("carried")
    if carried and re.match(r"20\d\d\d", str(m.value)) and not m.figure.places:
        return "a year that ran into a figure"
    if not carried and _of_another_year(m, thread):
        return "another year's figure"
    if guard["plan"].search(m.left) or guard["period"].search(_year_words(m.left, thread.year)):
        return "a plan, or a part of the year"
    if guard["elsewhere"].search(m.left) or _another_organ(m.before, m.left, thread.agency):
        return "another organ's figure"
    if claim.split(".")[0] in ("review", "litigation") and "." in claim and len(thread.open_cases) > 1:
        return "results of reviews and lawsuits together"
    return "" if rule.get("whole") or rule.get("narrows") or not _is_part(claim, m, thread) else "part of a stated total"


def _of_another_year(m: Mention, thread: _Thread) -> bool:
    """Whether the last date before the figure, comparisons aside, is of another year."""
    guard, last = _rules()["guards"], ""
    before = re.sub(r"\([^()]*\)", "", m.before)
    for match in guard["dates"].finditer(before):
        compared = guard["comparison"].search(before[max(match.start() - 2, 0) : match.start()])
        carried = re.match(r"度?(?:的)?(?:结转|同期|转|末|底|办理|\d)", before[match.end() :])
        if not compared and not carried and not (match.group() == "全年" and last):
            last = match.group()
    return bool(last) and _year_words(last, thread.year) not in ("本年", "今年", "全年")


def _another_organ(before: str, left: str, agency: str) -> bool:
    match = _rules()["guards"]["addressed"].search(left) or _rules()["organ"].search(left)
    if match is None or _OWN.search(match["name"]):
        return False
    if not agency:
        return "其中" in before[-len(left) - 4 :]
    return not own_organ(match["name"], agency)


def own_organ(name: str, agency: str) -> bool:
    """Whether an organ named in the text is the report's own, in full, in short (人社局), or its office (区政府办).

    >>> own_organ("区人社局", "示例市示例区人力资源和社会保障局"), own_organ("市公安局", "示例市人民政府")
    (True, False)
    """
    long = iter(agency + ("办公室厅" if agency.endswith("政府") else ""))
    short = next((name[i:] for i, char in enumerate(name) if i and name[i - 1] in "年由,、" or not i), name)
    return all(char in long for char in short) or (len(short) > 3 and own_organ(short[1:], agency))


def _is_part(claim: str, m: Mention, thread: _Thread) -> bool:
    if claim not in thread.heads:
        return False
    number, end = thread.heads[claim]
    between = m.before[end:] if number == thread.number else m.before[:6]
    return bool(_rules()["guards"]["parts"].search(between))


def _remember(m: Mention, thread: _Thread, text: str) -> None:
    if m.claim in ("review", "litigation"):
        number, end = thread.heads.get(thread.open_cases[-1], (0, 0)) if thread.open_cases else (0, 0)
        if number != thread.number or _rules()["guards"]["settled"].search(text[end : m.figure.start]):
            thread.open_cases.clear()
        thread.open_cases.append(m.claim)
    elif "." in m.claim and m.claim.split(".")[0] in ("review", "litigation"):
        thread.open_cases.clear()
    if m.claim and not _is_part(m.claim, m, thread):
        thread.heads[m.claim] = (thread.number, m.figure.end)


def _sole_channel(found: list[Mention], thread: _Thread) -> list[Mention]:
    """Applications received through the one channel that is named, and no total: these are all."""
    channels = [m for m in found if m.claim == "channel"]
    if len(channels) == 1 and "received" not in thread.heads and _rules()["receive"].search(channels[0].left):
        return [replace(m, claim="received") if m.claim == "channel" else m for m in found]
    return found


# ------------------------------------------------------------------------------------------------ percentages


def _judge_percent(m: Mention, found: list[Mention], thread: _Thread, text: str) -> Mention:
    if "百分点" in m.figure.unit or m.about == "something else":
        return replace(m, what="percentage points, or of something else")
    context = f"{m.left}#"
    rule = next((r for r in _rules()["percent"] if r["at"].search(context) and not ("not" in r and r["not"].search(context))), None)
    if rule is None or "claim" not in rule:
        return replace(m, what="the rate of a process")
    return (_growth if rule["claim"] == "growth" else _share)(m, rule, found)


def _growth(m: Mention, rule: dict, found: list[Mention]) -> Mention:
    subject = next((x.claim for x in reversed(found) if x.claim in _rules()["growable"]), "")
    compared = ("another year's figure", "a difference between years")
    last = next((x for x in reversed(found) if x.what not in compared), None)
    if last is not None and not last.claim:
        subject = ""
    named = m.left + "".join(x.left for x in found[-1:] if x.what in compared)
    subject = next((r["claim"] for r in _rules()["growing"] if r["at"].search(named)), subject)
    if not subject:
        return replace(m, what="growth of something else")
    return replace(m, claim="growth", value=rule["sign"] * m.value, figure=replace(m.figure, unit=f"%:{subject}"))


def _share(m: Mention, rule: dict, found: list[Mention]) -> Mention:
    label = re.sub(r"(?:的)?(?:约)?占.*$|公开率.*$", lambda cut: "公开" if "率" in cut[0] else "", m.left)
    count = replace(m, left=label, right="", figure=replace(m.figure, unit="件"))
    own = next((r["claim"] for r in _rules_for("count", m.about) if r.get("claim") and _holds(r, count, found)), "")
    bare = not re.sub(r"[、和及,其中的]", "", label)
    if bare and found and found[-1].what.startswith("another"):
        return replace(m, what=found[-1].what)
    subject = own or (found[-1].claim if bare and found else "")
    if bare and not subject:
        if not found or m.about not in ("applications", "review", "litigation", "disclosure", "documents"):
            return replace(m, what="share of something else")
    base = next((r["id"] for r in _rules()["base"] if r["at"].search(m.left)), "")
    unit = "%" + (f":{subject}" if subject else "") + (f"/{base}" if base else "")
    return replace(m, claim="share", figure=replace(m.figure, unit=unit))


# ------------------------------------------------------------------------------------------------ none, and all


def _nothing(text: str, thread: _Thread, subjects: list) -> Iterator[Mention]:
    """Zeros said in words: 未收到申请, 无行政复议和行政诉讼."""
    rules = _rules()["none"]
    for row in rules["said"]:
        for match in row["at"].finditer(text):
            yield Mention(Figure(*match.span(), Decimal(0), "件"), "", "", "", text[: match.start()], claim=row["claim"])
    for match in rules["verb"].finditer(text):
        stop = next((b.start() for b in _BREAKS.finditer(text, match.end())), len(text))
        spoken = _year_words(text[match.start() : stop], thread.year)
        verb, piece = spoken[: match.end() - match.start()], spoken
        piece = rules["cause"].sub("", piece[1:])
        left = text[: match.start()]
        figure = Figure(match.start(), stop, Decimal(0), "件")
        about = _about(subjects, figure, "", text[match.start() : stop], thread)
        m = Mention(figure, left[max((b.end() for b in _BREAKS.finditer(left)), default=0) :] + verb, "", about, left)
        for row in rules["object"]:
            if _absent(row, piece, spoken) and not _guarded(row["claim"], {"whole": True}, m, [], thread, text):
                claim = row["claim"].replace("{about}", about)
                unit = "元" if claim == "fee_yuan" else "件"
                yield replace(m, claim=claim, figure=replace(figure, unit=unit))


def _absent(row: dict, piece: str, spoken: str) -> bool:
    if "verb" in row and not row["verb"].search(spoken):
        return False
    if "not" in row and row["not"].search(spoken) and not ("unless" in row and row["unless"].search(spoken)):
        return False
    return bool(row["at"].search(piece))


def _all_of_them(text: str, found: list[Mention], thread: _Thread) -> Iterator[Mention]:
    """均予以公开 after a total: all of them; not where the clause has a figure of its own."""
    for row in _rules()["all"]:
        for match in row["at"].finditer(text):
            since = text.rfind(";", 0, match.start())
            heads = [m for m in found if m.claim in row["of"] and since < m.figure.start < match.start() and m.value]
            if not heads or match.end() - heads[-1].figure.end > 60:
                continue
            if any(match.start() <= m.figure.start < match.end() for m in found):
                continue
            for head in {m.claim: m for m in heads}.values() if row.get("every") else heads[-1:]:
                figure = replace(head.figure, start=match.start(), end=match.end())
                yield replace(head, claim=row["claim"].replace("{of}", head.claim), figure=figure)


# ------------------------------------------------------------------------------------------------ the rules


@cache
def _rules_for(kind: str, about: str) -> list[dict]:
    rows = _rules()["rule"]
    return [r for r in rows if kind == r.get("unit", "count") and about in r.get("about", [about])]


@cache
def _about_names() -> dict[str, str]:
    return {f"s{i}": row["id"] for i, row in enumerate(_rules()["subjects"])}


@cache
def _rules() -> dict:
    """The rules of claims.toml with their patterns compiled."""
    data = tomllib.loads((resources.files("govinfo") / "claims.toml").read_text(encoding="utf-8"))
    words = data["words"]

    def compiled(pattern: str) -> re.Pattern:
        for _ in range(3):
            pattern = re.sub(r"\{([a-z_]+)\}", lambda m: words[m[1]], pattern)
        return re.compile(pattern)

    def row(item: dict) -> dict:
        return item | {key: compiled(item[key]) for key in ("at", "not", "unless", "verb", "before", "each") if key in item}

    rules = {key: [row(item) for item in data[key]] for key in ("rule", "percent", "growing", "base", "all")}
    rules["none"] = {
        "verb": compiled(data["none"]["verb"]),
        "cause": compiled(data["none"]["cause"]),
        "object": [row(item) for item in data["none"]["object"]],
        "said": [row(item) for item in data["none"]["said"]],
    }
    rules["guards"] = {key: compiled(pattern) for key, pattern in data["guards"].items()}
    rules["organ"] = compiled(rf"(?P<name>[\u4e00-\u9fff]{{1,16}}?{data['guards']['organ']})(?={data['guards']['verb']})")
    rules["subjects"], rules["receive"] = data["subject"], compiled("{receive}")
    rules["subject"] = re.compile(
        "|".join(f"(?P<s{i}>{'|'.join(row['words'])})" for i, row in enumerate(data["subject"]))
    )
    rules["never"] = {"人次", "人", "期", "场", "户", "家", "部", "张", "名", "位", "批次", "批", "类"}
    known = {claim for item in data["rule"] for claim in item.get("claim", "").split()} - {"applications", "channel"}
    rules["growable"] = known
    results = {f"{a}.{r}" for a in ("review", "litigation") for r in ("upheld", "corrected", "other", "pending")}
    rules["vocabulary"] = {c for c in known if "{" not in c} | results | {"review", "litigation", "share", "growth"}
    return rules
