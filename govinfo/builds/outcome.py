"""What a build has to say at its end: of the whole corpus, or added up over its pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from govinfo.builds.corpus import Corpus, summary
from govinfo.checks.review import Decision, stale


@dataclass(frozen=True)
class Outcome:
    """What a build has to say: a summary, the reports not read as (status, message, source), decisions to look at again."""

    summary: str
    unread: list[tuple[str, str, str]]
    stale: list[str]
    lasting: bool = True


def said(corpus: Corpus, read: Iterable[dict], decisions: Iterable[Decision]) -> dict:
    """What is to be said of a piece and its readings, as JSON can hold it: whether reading again cannot give another,
    counts, the reports not read, the keys decided about that are here."""
    wanted = {one.key for one in decisions}
    rows = corpus.reports[corpus.reports["status"] != "read"].itertuples()
    return {
        "lasting": all(one["lasting"] for one in read),
        "counts": corpus.counts,
        "unread": [[row.status, row.message, row.source] for row in rows],
        "keys": [key for key in corpus.findings["key"] if key in wanted],
    }


def outcome_of(pieces: Iterable[dict], decisions: list[Decision]) -> Outcome:
    """The outcome of all pieces, each as `said` tells it, in their order."""
    counts: Counter[str] = Counter()
    unread, keys, lasting = [], [], True
    for piece in pieces:
        lasting = lasting and piece["lasting"]
        counts.update(piece["counts"])
        unread += map(tuple, piece["unread"])
        keys += piece["keys"]
    return Outcome(summary(counts), unread, stale(pd.DataFrame({"key": keys}), decisions), lasting)
