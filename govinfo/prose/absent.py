"""Figures that are said without one: 未收到申请 is 0, 均予以公开 after a total is all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from govinfo.prose.claim_rules import rules
from govinfo.prose.lexicon import BREAK, FIGURE, UNKNOWN, Word, spelled
from govinfo.prose.mentions import Clauses, Mention, Thread, subjects
from govinfo.prose.numerals import Figure
from govinfo.prose.owner import another_organ

_VERBS = {"receive", "new", "bring", "make", "repeal", "lapse", "collect"}
_ZERO = {
    "review": "review",
    "litigation": "litigation",
    "fee": "fee_yuan",
    "collect": "fee_yuan",
    "volume": "received",
    "application": "received",
    "apply": "received",
    "by_request": "received",
    "receive": "received",
}


def absent(clauses: Clauses, thread: Thread) -> Iterator[Mention]:
    """Zeros said in words: 未收到申请, 无行政复议和行政诉讼, 申请为零."""
    words = clauses.words
    for i, word in enumerate(words):
        stop = next((k for k in range(i + 1, len(words)) if words[k].kind in (BREAK, FIGURE, "neg")), len(words))
        if word.kind == "neg" and not (stop < len(words) and words[stop].kind == FIGURE):
            yield from _denied(clauses, thread, i, words[i + 1 : stop])
        elif word.kind == "zero":
            yield from _zero(clauses, thread, i)


def _denied(clauses: Clauses, thread: Thread, i: int, said: list[Word]) -> Iterator[Mention]:
    before = clauses.words[:i]
    clause = clauses.since_break(i)
    never = frozenset().union(*(rules()["guards"][name] for name in ("plan", "period", "years")))
    verb: list[Word] = []
    for words in _objects(said):
        if any(w.kind == UNKNOWN for w in words):
            return
        verb = [w for w in words if w.kind in _VERBS][:1] or verb
        about = next(iter(subjects(words) + subjects(reversed(before))), thread.about)
        for row in rules()["none"]:
            text = spelled(words)
            carried = spelled([*verb, *words]) if verb and verb[0] not in words else text
            if row["at"].search(text) or row["at"].search(carried):
                claim = row["claim"].replace("{about}", about)
                mention = _zero_mention(clauses, i, claim, about, clause, verb)
                if claim == "received" and any(w.kind == FIGURE for w in clauses.since_break(i)):
                    break
                if (
                    claim in rules()["vocabulary"]
                    and mention.period() in ("this", "")
                    and not another_organ(mention, thread)
                ) and not {w.kind for w in clause} & never:
                    yield mention
                break


def _objects(said: list[Word]) -> Iterator[list[Word]]:
    found: list[Word] = []
    for word in said:
        if word.kind == "and":
            if found:
                yield found
            found = []
        else:
            found.append(word)
    if found:
        yield found


def _zero(clauses: Clauses, thread: Thread, i: int) -> Iterator[Mention]:
    clause = clauses.since_break(i)
    if any(w.kind == FIGURE for w in clause):
        return
    said = clauses.words[i].text
    joint = max((k for k, w in enumerate(clause) if w.kind == "and"), default=-1) if said == "零" else -1
    clause = clause[joint + 1 :]
    claims = [_ZERO[w.kind] for w in clause if w.kind in _ZERO]
    if len(said) > 1 and said.startswith("零"):
        claims = [{"零收费": "fee_yuan", "零诉讼": "litigation", "零复议": "review"}.get(said, "received")]
    elif any(w.kind == "carry" for w in clause):
        claims = ["carried_in" if any(w.kind == "last" for w in clause) else "carried_out"]
    elif {"review", "litigation"} & set(claims):
        claims = [claim for claim in claims if claim != "received"]
        if result := {w.kind for w in clause} & rules()["results"]:
            claims = [f"{case}.{name}" for case in claims for name in result if len(result) == 1]
    for claim in sorted(set(claims)):
        yield _zero_mention(clauses, i, claim, "", clause, [])


def _zero_mention(clauses: Clauses, i: int, claim: str, about: str, clause: list[Word], verb: list[Word]) -> Mention:
    word = clauses.words[i]
    figure = Figure(word.start, word.end, Decimal(0), "元" if claim == "fee_yuan" else "件")
    left = [*clause, *verb]
    return Mention(
        figure,
        "".join(w.text for w in left),
        about,
        clauses.text[: word.start],
        tuple(left),
        earlier=tuple(clauses.words[: i - len(clause)]),
        claim=claim,
    )


def all_of_them(clauses: Clauses, found: list[Mention]) -> Iterator[Mention]:
    """均予以公开 after a total: all of them; not where the clause has a figure of its own."""
    words, start = clauses.words, 0
    for stop in [*(k for k, w in enumerate(words) if w.kind == BREAK), len(words)]:
        last = max((k for k in range(start, stop) if words[k].kind == FIGURE), default=start - 1)
        clause, first = words[last + 1 : stop], last + 1
        start = stop + 1
        if not clause:
            continue
        for row in rules()["all"]:
            if row["at"].search(spelled(clause)):
                yield from _all(clauses, found, row, first, clause)
                break


def _all(clauses: Clauses, found: list[Mention], row: dict, first: int, clause: list[Word]) -> Iterator[Mention]:
    since = max((w.end for w in clauses.words[:first] if w.text == ";"), default=0)
    counts = [m for m in found if "%" not in m.figure.unit and since <= m.figure.start < clause[0].start and m.value]
    heads = [m for m in counts if m.claim in row["of"]]
    claimed = [m for m in counts if m.claim in rules()["vocabulary"]]
    if not row.get("every") and claimed and claimed[-1] not in heads or any(w.kind == "rest" for w in clause):
        return
    if first and clauses.words[first - 1].kind == FIGURE and (not heads or heads[-1] is not counts[-1]):
        return
    if not heads or clause[-1].end - heads[-1].figure.end > 60:
        return
    for head in {m.claim: m for m in heads}.values() if row.get("every") else heads[-1:]:
        figure = replace(head.figure, start=clause[0].start, end=clause[-1].end)
        yield replace(head, claim=row["claim"].replace("{of}", head.claim), figure=figure)
