"""Facts stated in a report's prose, put into sentences of our own: prose.csv says which words state which fact."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

SENTENCES = Path(__file__).with_name("prose.csv")


@cache
def sentences() -> dict[str, tuple[str, str, str]]:
    """Fact as collected -> (topic, the contract's id of the claim or "", sentence with {n} for its figure)."""
    table = pd.read_csv(SENTENCES, dtype=str, keep_default_na=False)
    return {r.stated: (r.topic, r.claim, r.sentence) for r in table.itertuples()}


def clauses(facts: pd.DataFrame, reworded: Mapping[str, str]) -> dict[str, list[str]]:
    """Topic -> clauses stating the facts (columns stated, figure, unit) of one report, in the order collected.

    `reworded` replaces the sentence of a fact, e.g. where the original names another year. A fact without a sentence
    raises KeyError: prose.csv must say how to state it.
    """
    said: dict[str, list[str]] = {}
    for fact in facts.itertuples():
        topic, _, sentence = sentences()[fact.stated]
        sentence = reworded.get(fact.stated, sentence)
        clause = sentence.format(n=fact.figure.removesuffix("%"), u=fact.unit)
        if clause and clause not in said.setdefault(topic, []):
            said[topic].append(clause)
    return said


def joined(parts: list[str]) -> str:
    """Clauses as one sentence; 其中 goes with the clause before it."""
    text = "；".join(parts).replace("；其中", "，其中")
    return text if text.endswith("。") else f"{text}。"
