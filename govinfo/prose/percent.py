"""Percentages of the prose: a share of the applications or their outcomes, a growth against last year, or neither."""

from __future__ import annotations

import re
from dataclasses import replace

from govinfo.prose.claim_rules import rules, rules_for
from govinfo.prose.lexicon import spelled
from govinfo.prose.mentions import Mention, Thread, says_nothing

_COMPARED = ("another year's figure", "a difference between years")
_FALL = re.compile("降|减|少|落|滑|缩")
_GROWS = {
    "fill",
    "count",
    "intake",
    "own",
    "this",
    "last",
    "ago",
    "same",
    "cmp",
    "and",
    "every",
    "even",
    "volume",
    "application",
    "apply",
    "by_request",
    "receive",
    "handle",
    "new",
    "info",
    "disclose",
    "open",
    "publish",
    "anyone",
    "diff",
    "etc",
}
_GROWING = {
    "received": {"application", "apply", "by_request", "volume", "receive", "new"},
    "disclosed_items": {"disclose"},
}
_LABEL = {"fill", "and", "among", "this", "count", "intake", "own", "every", "of", "respectively", "each"}
_NO_SHARE = {"info_class", "thing", "media", "site", "document", "normative"}


def judge_percent(m: Mention, found: list[Mention], thread: Thread) -> Mention:
    """A percentage as the claim that it is, with what it is of in the unit; without a claim where it is of something else."""
    if m.figure.unit != "%" or m.about == "something else":
        return replace(m, what="percentage points, or of something else")
    text = f"{spelled(m.words)}#"
    rule = next((r for r in rules()["percent"] if r["at"].search(text)), {})
    if "claim" not in rule:
        return replace(m, what="the rate of a process")
    if m.period() in ("partyear", "span") or {w.kind for w in m.words} & rules()["guards"]["plan"]:
        return replace(m, what="another year's figure")
    return _growth(m, found) if rule["claim"] == "growth" else _share(m, found)


def _growth(m: Mention, found: list[Mention]) -> Mention:
    subject = next((x.claim for x in reversed(found) if x.claim in rules()["growable"]), "")
    last = next((x for x in reversed(found) if x.what not in _COMPARED), None)
    if last is not None and not last.claim:
        subject = ""
    named = [
        *m.words,
        *(
            w
            for x in found[-1:]
            if x.what == _COMPARED[1] or x.what == _COMPARED[0] and "cmp" in {w.kind for w in x.words}
            for w in x.words
        ),
    ]
    kinds = {w.kind for w in named}
    subject = next((claim for claim, words in _GROWING.items() if kinds & words), subject)
    if "handle" in kinds and subject != "received":
        subject = "handled"
    if not subject or {w.kind for w in m.words} - _GROWS:
        return replace(m, what="growth of something else")
    sign = -1 if any(w.kind == "diff" and _FALL.search(w.text) for w in m.words) else 1
    return replace(m, claim="growth", value=sign * m.value, figure=replace(m.figure, unit=f"%:{subject}"))


def _share(m: Mention, found: list[Mention]) -> Mention:
    at = next((i for i, w in enumerate(m.words) if w.kind == "share"), len(m.words))
    label = tuple(w for w in m.words[:at])
    if any(w.kind == "outcome_rate" for w in label):
        label = ()
        subject = "".join(c for c, t in (("partial", "部分"), ("denied", "不予")) if t in m.left) or "granted"
    else:
        text = f"{spelled(label)}#"
        named = () if says_nothing(label) else rules_for("count", m.about)
        fits = (r for r in named if r.get("claim") and r["at"].search(text))
        subject = next((r["claim"] for r in fits if not ("not" in r and r["not"].search(text))), "")
        counts = [x for x in found if "%" not in x.figure.unit]
        if says_nothing([w for w in label if w.kind not in _LABEL]):
            if not found or found[-1].what.startswith("another"):
                return replace(m, what="share of something else")
            subject = subject or found[-1].claim
            if not found[-1].claim and found[-1].about != "applications":
                return replace(m, what="share of something else")
        elif (
            not subject
            and counts
            and counts[-1].claim == "disclosed_items"
            or not subject
            and {w.kind for w in label} & _NO_SHARE
            or not subject
            and m.about != "applications"
        ):
            return replace(m, what="share of something else")
    after = {w.kind for w in m.words[at:]}
    base = (
        "handled"
        if "handle" in after
        else "received"
        if after & {"application", "apply", "receive", "volume", "by_request"}
        else ""
    )
    unit = "%" + (f":{subject}" if subject in rules()["vocabulary"] else "") + (f"/{base}" if base else "")
    return replace(m, claim="share", figure=replace(m.figure, unit=unit))
