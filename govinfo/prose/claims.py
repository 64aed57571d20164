"""Figures stated in prose, in the contract's words: how many applications the text says were received, refused, carried over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from govinfo.document import Line
from govinfo.prose.absent import absent, all_of_them
from govinfo.prose.claim_rules import rules, rules_for
from govinfo.prose.lexicon import spelled
from govinfo.prose.mentions import YEAR, Mention, Thread, contexts, says_nothing, subjects
from govinfo.prose.owner import another_organ, ours
from govinfo.prose.percent import judge_percent
from govinfo.prose.sentences import Sentence, sentences
from govinfo.tables import frame

COLUMNS = ("claim", "figure", "unit", "page", "quote", "note")
CASES = ("review", "litigation")
ANOTHERS, PART_OF_ANOTHERS = "another organ's figure", "part of another organ's figure"
_YEAR_RUN_IN = re.compile(r"20[12]\d\d+")
_PARTS = {"among", "respectively"}
_ANY = {  # words by which a figure is not of any kind
    "received": {"application", "by_request", "volume", "new"},
    "disclosed_items": {"disclose", "open", "open_total"},
}
_SETTLED = re.compile(";|维持|审结|撤|驳回|审理")


def find_claims(prose: Sequence[Line], year: int | None, agency: str = "") -> pd.DataFrame:
    """The figures that the prose states, one row a claim, in the order of the text; all of them, not the first of a kind.

    Columns: `claim` (an id of the contract), `figure` (float64, in units of one: 14.2万条 is 142000), `unit`, `page` (where
    the figure stands; empty where a format has no pages), `quote` (the sentence, without the text layer's spaces), `note`.
    A percentage has the unit `%:` and what it is of: `%:denied/handled` is the refused as a share of those handled (without
    `/` where the text does not say), `%:received` under `growth` the growth of applications, negative where they fell. The
    note of a figure such as 5500余 is `approximate`. 未收到 and the like give 0; 均予以公开 gives the number of them all.

    Left out are figures of other years (`year` is the report's; None: the year the prose speaks of most), of other organs
    (`agency` is the report's: without it, organs named in the text are taken for its own), parts of a stated total, rates
    of a process (办结率, 满意率) and whatever has no word of the contract. `prose` is the report's lines outside the tables.

    >>> lines = [Line("2024年共受理政府信息公开申请 1,403", 1), Line("件，同比增长12%，较上年多150件。", 2)]
    >>> find_claims(lines, 2024)[["claim", "figure", "unit", "page"]].values.tolist()
    [['received', 1403.0, '件', 1], ['growth', 12.0, '%:received', 2]]
    """
    rows = [row for sentence, found in read_prose(prose, year, agency) for row in _rows(sentence, found)]
    return frame("claims", rows, COLUMNS)


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
            thread = Thread(thread.year, agency, disclosed=thread.disclosed)
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
            page = sentence.page(m.figure.start) or None
            yield m.claim, float(m.value), m.figure.unit, page, sentence.printed.strip(), note


def _judged(text: str, thread: Thread) -> list[Mention]:
    found: list[Mention] = []
    clauses, mentions = contexts(text, thread)
    for mention in mentions:
        percent = mention.figure.unit in ("%", "‰") or "百分点" in mention.figure.unit
        judged = mention if mention.what else (judge_percent if percent else _judge)(mention, found, thread)
        for claim in judged.claim.split() or [""]:
            found.append(replace(judged, claim=claim))
            _remember(found[-1], thread, text)
    found = _together(_sole_channel(found, thread), thread)
    found += absent(clauses, thread)
    found += all_of_them(clauses, found)
    spoken = subjects(clauses.words)
    thread.about = spoken[-1] if spoken else thread.about
    return sorted(found, key=lambda m: m.figure.start)


# ------------------------------------------------------------------------------------------------ counts and amounts


def _judge(m: Mention, found: list[Mention], thread: Thread) -> Mention:
    kind = "money" if m.figure.unit == "元" else "count"
    if m.figure.unit in rules()["never"]:
        return replace(m, what="people, events and the like")
    listed = rules_for(kind, m.about)
    rule = next((r for r in listed if _holds(r, m, found, m.after)), None)
    if rule is None and m.far and not any(w.kind in rules()["content"] - {"apply", "application"} for w in m.words):
        rule = next((r for r in listed if r.get("claim") != "withdrawn" and _holds(r, m, found, m.after + m.far)), None)
    if rule is None or "claim" not in rule or ("zero" in rule and m.value):
        return replace(m, what=(rule or {}).get("what", ""))
    claim = rule["claim"].replace("{about}", m.about)
    if what := _guarded(claim, rule, m, found, thread):
        return replace(m, what=what)
    if rule.get("narrows") and claim in _ANY and not _narrows(claim, m, found):
        return replace(m, what="part of a stated total")
    if rule.get("narrows") and found and found[-1].claim == claim:
        found[-1] = replace(found[-1], claim="", what="all cases, not those about disclosure")
    return replace(m, claim=claim)


def _holds(rule: dict, m: Mention, found: list[Mention], after) -> bool:
    text = f"{spelled(m.words)}#{spelled(after or m.far if rule.get('bracket') else after)}"
    if m.figure.unit in rule.get("not_units", ()):
        return False
    if rule.get("adds") and not _addends(m, found):
        return False
    if "before" in rule and not rule["before"].search(spelled(m.earlier)[-40:]):
        return False
    if "unless_before" in rule and rule["unless_before"].search(spelled(m.earlier)[-40:]):
        return False
    if "after" in rule and not (found and found[-1].claim.startswith(tuple(rule["after"]))):
        return False
    return bool(rule["at"].search(text)) and not ("not" in rule and rule["not"].search(text))


def _guarded(claim: str, rule: dict, m: Mention, found: list[Mention], thread: Thread) -> str:
    """Why a figure is no claim of the report although its words fit; empty if it is one."""
    kinds, guard, carried = {w.kind for w in m.words}, rules()["guards"], claim.startswith("carried")
    if carried and _YEAR_RUN_IN.fullmatch(str(m.value)):
        return "a year that ran into a figure"
    dated = {"last", "this", "next"} & {w.kind for w in (*m.words, *m.after, *m.far)}
    if not (carried and dated) and not ("this" in kinds and "reach" in kinds) and m.period() not in ("this", ""):
        return "another year's figure"
    for name in ("plan", "period", "nothing", "nonexistent"):
        if kinds & guard[name] and not (name == "nonexistent" and claim == "unable"):
            return name
    if (
        claim in CASES
        and "receive" in kinds
        and "公开" not in m.before
        and "公开" not in "".join(w.text for w in m.after)
    ):
        return "reviews of any kind, perhaps"
    if claim == "disclosed_items" and _of_applications(m, found):
        return "disclosed already, of the applications"
    if another_organ(m, thread):
        return ANOTHERS
    if found and _goes_on(m, found[-1]):
        return PART_OF_ANOTHERS
    if claim.startswith(tuple(f"{case}." for case in CASES)) and len(thread.open_cases) > 1 and not _names_case(m):
        return "results of reviews and lawsuits together"
    if claim == "withdrawn" and not kinds & {"application", "by_request"} and thread.in_case():
        return "a withdrawn review or lawsuit"
    if rule.get("whole") or rule.get("narrows") or not _is_part(claim, m, thread):
        return ""
    return "part of a stated total"


def _goes_on(m: Mention, last: Mention) -> bool:
    """Whether a figure divides the one before it, which is another organ's: 市教育局收到申请8件(其中自然人6件,法人2件)."""
    if {w.kind for w in m.words} & {"own", "receive", "handle", "sum"}:
        return False
    between = m.before[last.figure.end :]
    opens = last.what == ANOTHERS and re.search("其中|[(:]", between)
    return bool(opens) or last.what == PART_OF_ANOTHERS and not re.search("[);]", between)


def _narrows(claim: str, m: Mention, found: list[Mention]) -> bool:
    """Whether a part is what counts, the whole being of any kind: 各类申请20件,其中政府信息公开申请3件."""
    if claim == "disclosed_items" and not any(x.claim == claim for x in found):
        return True
    whole = found[-1] if found else None
    return bool(whole and whole.claim == claim and not {w.kind for w in (*whole.words, *whole.after)} & _ANY[claim])


def _of_applications(m: Mention, found: list[Mention]) -> bool:
    """Whether a figure stands among the outcomes of a number of applications."""
    since = m.before.rfind(";")
    heads = [x for x in found if x.claim in ("received", "handled") and x.figure.start > since]
    return bool(heads) and any(mark in m.before[heads[0].figure.end :] for mark in ("其中", ":"))


def _names_case(m: Mention) -> bool:
    return bool({w.kind for w in m.words} & set(CASES))


def _is_part(claim: str, m: Mention, thread: Thread) -> bool:
    if claim not in thread.heads:
        return False
    number, end = thread.heads[claim]
    since = [w for w in (*m.earlier, *m.words) if number != thread.number or w.start >= end]
    if number != thread.number:
        since = since[:3]
    return any(w.kind in _PARTS or w.text == ":" for w in since)


def _remember(m: Mention, thread: Thread, text: str) -> None:
    if m.claim in CASES:
        number, end = thread.heads.get(thread.open_cases[-1], (0, 0)) if thread.open_cases else (0, 0)
        if number != thread.number or _SETTLED.search(text[end : m.figure.start]):
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
    verbs = [w.kind for w in channels[0].words if w.kind in ("receive", "handle")]
    claim = {"receive": "received", "handle": "handled"}.get(verbs[0] if verbs else "", "channel")
    whole = "channel" if claim in thread.heads else claim
    return [replace(m, claim=whole) if m.claim == "channel" else m for m in found]


def _together(found: list[Mention], thread: Thread) -> list[Mention]:
    """What only the other figures of a sentence decide: one firm is all organisations, lapsed is repealed, a pool is not received."""
    claims = [m.claim for m in found]
    if "received.organisations" in claims:
        found = [
            replace(m, claim="received.natural")
            if m.claim == "received"
            and "citizen" in {w.kind for w in m.words}
            and "organisation" not in {w.kind for w in m.words}
            else m
            for m in found
        ]
    alone = {"citizen": "received.natural", "firm": "received.organisations", "lapse": "normative.repealed"}
    found = [
        replace(m, claim="received")
        if m.claim == "citizen"
        and "received.organisations" not in claims
        and "application" in {w.kind for w in m.words}
        else m
        for m in found
    ]
    found = _one_total(found, thread)
    found = _summed(found, thread)
    renamed, named = (
        [],
        [m.claim for m in found if m.claim in ("received", "handled", "disclosed_items") and not ours(m, thread)],
    )
    for i, m in enumerate(found):
        if any(_adds(n, found[:j]) and m in found[:j] and n.claim == m.claim for j, n in enumerate(found) if j > i):
            m = _as_part(m)
        if named.count(m.claim) > 1 and not ours(m, thread):
            m = replace(m, claim="", what="one organ's figure of several")
        if (
            m.claim in alone
            and claims.count(m.claim) == 1
            and alone[m.claim] not in claims
            and (m.claim != "citizen" or "received.organisations" in claims)
        ):
            m = replace(m, claim=alone[m.claim])
        pool = (
            m.claim == "received"
            and "carried_out" in claims
            and not {w.kind for w in (*m.words, *m.after)}
            & {"receive", "new", "volume", "reach", "reached", "count", "intake"}
        )
        renamed.append(replace(m, claim="", what="received and carried in together, perhaps") if pool else m)
    return renamed


def _one_total(found: list[Mention], thread: Thread) -> list[Mention]:
    """Items disclosed are counted once: what a sentence adds of a site, a field, a column is a part; so is what a report
    adds after 主动公开政府信息 without the word 主动, unless of its web site."""
    kept = []
    for i, m in enumerate(found):
        if m.claim == "disclosed_items":
            strong = "政府信息" in m.left or any(w.kind in ("disclose", "open_total") for w in m.words)
            again = any(x.claim == "disclosed_items" for x in kept) and not _adds(m, found[:i])
            if again or (thread.disclosed and not strong and "网站" not in m.left):
                m = replace(m, claim="", what="part of what was disclosed")
            thread.disclosed = thread.disclosed or strong
        kept.append(m)
    return kept


def _adds(m: Mention, before: list[Mention]) -> bool:
    """Whether a figure is the sum of some just before it, by its own word (合计收到14件), nothing carried in among them."""
    parts = _addends(m, before) if m.claim else []
    return bool(parts) and all(n.claim != "carried_in" for n in parts)


def _addends(m: Mention, before: list[Mention]) -> list[Mention]:
    """The fewest figures just before one that it is the sum of, where it calls itself one; else none."""
    if not any(w.kind == "sum" for w in m.words):
        return []
    counts = [n for n in before if "%" not in n.figure.unit]
    sums = (counts[-size:] for size in range(2, len(counts) + 1))
    return next((some for some in sums if sum(n.value for n in some) == m.value), [])


def _summed(found: list[Mention], thread: Thread) -> list[Mention]:
    """合计8件 after its parts (书面申请2件,网上申请6件; 市级收到2件,区县收到6件,全市合计8件) is what they are parts of."""
    for m in found:
        parts = _addends(m, found[: found.index(m)]) if not m.claim and not m.what and says_nothing(m.words) else []
        verbs = {w.kind for n in parts for w in n.words} & {"receive", "handle"}
        anothers = any(n.what == ANOTHERS for n in parts)
        of_all = any(w.kind == "own" for w in m.words) and (not thread.agency or thread.agency.endswith("政府"))
        if verbs == {"receive"} and (of_all or not anothers) and all(_received(n) for n in parts):
            found = [replace(n, claim="received") if n is m else _as_part(n) if n in parts else n for n in found]
    return found


def _received(m: Mention) -> bool:
    return m.claim in ("received", "channel") or (m.what == ANOTHERS and m.about == "applications")


def _as_part(m: Mention) -> Mention:
    return replace(m, claim="", what="part of a stated total")
