"""Findings for a person to act on: rules, cells, slips and verdicts in words instead of ids."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

import pandas as pd

from govinfo.checks.findings import cell_name, form_cell
from govinfo.checks.identities import filled, identities, rule_table
from govinfo.form import LANGUAGES, VERSIONS, Label, load_form

SHOWN_SETS = 5  # sets of suspects spelled out; more are counted
_CHINESE = re.compile(r" \| (?=[\u4e00-\u9fff])")


@cache
def _words() -> dict:
    return tomllib.loads((resources.files("govinfo.checks") / "problems.toml").read_text(encoding="utf-8"))


def say(key: str, lang: str, **fill) -> str:
    """A text of problems.toml, by "table.name", in Chinese or English.

    >>> say("verdict.reading", "en"), say("shown.page", "zh", page=3)
    ('the reading', '第3页')
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be one of {LANGUAGES}, got {lang!r}")
    table, _, name = key.partition(".")
    return _words()[table][name][LANGUAGES.index(lang)].format(**fill)


@cache
def families() -> dict[str, Label]:
    """Families of rules in the order in which they are shown: how ids begin -> name."""
    return {name: Label(zh, en) for name, (zh, en) in _words()["family"].items()}


def in_language(message: str, lang: str) -> str:
    """One language of a finding's message, which holds "English | 中文".

    >>> in_language("a = 1 | b = 2 | 表四不符", "en"), in_language("a | 表四：a | b", "zh")
    ('a = 1 | b = 2', '表四：a | b')
    """
    en, *zh = _CHINESE.split(message, maxsplit=1)
    return {"en": en, "zh": zh[0] if zh else en}[lang]


def apart(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings with each language of their messages in a column of its own: message_zh, message_en."""
    parts = {f"message_{lang}": [in_language(text, lang) for text in findings["message"]] for lang in LANGUAGES}
    return findings.assign(**{name: pd.Series(text, findings.index, dtype="str") for name, text in parts.items()})


def problems(findings: pd.DataFrame, lang: str = "zh") -> pd.DataFrame:
    """Findings as a short table in one language: the rule in words, expected, published, suspects, suggestion, slip, verdict.

    One row a finding, in the order of `findings`, under headings in `lang`. Ties between sets of suspects are joined by
    "or", the same order holds for suggestions and slips; more than five sets are counted. `key` is what a review.csv asks.
    Where too much is wrong to name cells, the suspects are empty and the words say so.

    >>> row = {"rule": "t4.review", "outcome": "fail", "severity": "error", "cells": "", "expected": "11", "found": "0"}
    >>> row |= {"suspects": "t4.review.total", "suggestion": "t4.review.total=11", "slip": "total_never_filled"}
    >>> row |= {"verdict": "publisher", "key": "0" * 16, "message": "adds to 11 | 相加为11"}
    >>> problems(pd.DataFrame([row]), "en").loc[0, ["suspects", "suggested value", "whose"]].tolist()
    ['四 Administrative review / Total', '11', 'the publisher']
    """
    headings = [say(f"heading.{name}", lang) for name in _words()["heading"]]
    rows = [_row(row, lang) for row in findings.to_dict("records")]
    return pd.DataFrame({h: pd.Series([row[k] for row in rows], dtype="str") for k, h in enumerate(headings)})


def _row(row: dict, lang: str) -> list[str]:
    kind = row["severity"] if row["outcome"] == "fail" else row["outcome"]
    return [
        say(f"kind.{kind}", lang),
        rule_words(row["rule"], lang) or in_language(row["message"], lang),
        row["expected"],
        row["found"],
        joined([[cell_words(cell, lang) for cell in one] for one in _sets(row["suspects"])], lang),
        joined([[change.rpartition("=")[2] for change in one] for one in _sets(row["suggestion"])], lang),
        joined([[slip_words(slip, lang) for slip in one] for one in _sets(row["slip"])], lang),
        say(f"verdict.{row['verdict']}", lang) if row["verdict"] else "",
        in_language(row["message"], lang),
        row["key"],
    ]


def _sets(text: str) -> list[list[str]]:
    return [one.split() for one in text.split(" | ") if one]


def suggested(finding: dict) -> list[dict[str, str]]:
    """The sets of suspects of a finding, each as {cell: value that would do}; "?" where several values would.

    >>> suggested({"suggestion": "t4.direct.upheld=0 | t4.direct.total=5"})
    [{'t4.direct.upheld': '0'}, {'t4.direct.total': '5'}]
    """
    return [dict(change.rsplit("=", 1) for change in one) for one in _sets(finding["suggestion"])]


def joined(sets: list[list[str]], lang: str) -> str:
    """Sets in words: the first few by "or", the members of each by "and", the rest counted."""
    said = [say("join.cells", lang).join(one) for one in sets[:SHOWN_SETS]]
    more = say("join.more", lang, n=len(sets) - SHOWN_SETS) if len(sets) > SHOWN_SETS else ""
    return say("join.sets", lang).join(said) + more


def cell_words(cell: str, lang: str) -> str:
    """A cell by its printed labels, after the id of another report where it stands in one."""
    report, _, own = cell.rpartition(":")
    return f"{report} {cell_name(own)[lang]}".strip()


def slip_words(slip: str, lang: str) -> str:
    """A kind of slip in words; the id itself for one that slips.toml has not."""
    from govinfo.checks.slips import slip_table

    return slip_table()[slip].statement[lang] if slip in slip_table() else slip


def rule_words(rule: str, lang: str) -> str:
    """What a rule asks, in words; "" for one that no table of rules has.

    >>> rule_words("t3.balance.total", "en")
    '三 Total: item 1 + item 2 = item 3 (7) total + item 4'
    >>> rule_words("claim.received", "en")
    'the prose states applications received as the tables do'
    """
    if rule.startswith("claim."):
        return _prose_words(rule.removeprefix("claim."), lang)
    return _statements()[rule][lang] if rule in _statements() else _crossing(rule, lang)


def _prose_words(claim: str, lang: str) -> str:
    from govinfo.prose.stated import label

    kind = "parts" if claim.endswith(".parts") else claim if claim in _words()["prose"] else "cell"
    return say(f"prose.{kind}", lang, what=label(claim)[lang])


@cache
def _statements() -> dict[str, Label]:
    """Rules by id: identities of both forms, with groups as one row too, and the rules of rules.toml."""
    found = {}
    for form in map(load_form, VERSIONS):
        ids = [cell.id for cell in form.cells]
        for cells in (ids, [*ids, *(cell.id for cell in form.group_cells)]):
            found |= {identity.id: identity.statement for identity in identities(cells)}
    for rule in (*rule_table()["rule"], *rule_table()["cross"], *rule_table()["text"]):
        for row in rule.get("rows", [""]):
            cell = form_cell(rule.get("plus", rule.get("right", "")).replace("{row}", row))
            label = cell.row_label if cell else Label("", "")
            found[rule["id"].replace("{row}", row)] = filled(Label(rule["zh"], rule["en"]), row=label)
    return found


def _crossing(rule: str, lang: str) -> str:
    """Rules of rules.toml whose id goes on with a column or a cell: years.carry.natural, levels.t3.new.total."""
    for row in rule_table()["cross"]:
        if rule.startswith(f"{row['id']}."):
            rest = rule.removeprefix(f"{row['id']}.")
            cell = cell_name(f"{row['right']}.{rest}" if "right" in row else rest)
            said = filled(Label(row["zh"], row["en"]), cell=cell)[lang]
            return said if "{cell}" in row["zh"] else f"{cell[lang]}{say('join.of', lang)}{said}"
    return ""
