"""One build: files to a set of tables, as CSV or as a Parquet dataset; nothing is done where nothing has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from govinfo.builds import built
from govinfo.builds.cache import Shelf, swept
from govinfo.builds.corpus import Corpus, decided, gathered, held, read_all, shown, summary
from govinfo.builds.families import Known, chosen, pieces
from govinfo.builds.inputs import Input, find_inputs
from govinfo.builds.limits import Limits
from govinfo.builds.readings import PER_REPORT
from govinfo.builds.whole import finish, whole_set
from govinfo.checks.review import Decision, stale
from govinfo.tables import codebook, stage_tables


@dataclass(frozen=True)
class Options:
    """How a build is done. What is read and found does not depend on `jobs`, `cluster` or `limits` that suffice."""

    jobs: int | None = None
    limits: Limits = field(default_factory=Limits)
    cluster: str = ""
    parquet: bool = False
    excel_safe: bool = False
    progress: bool | None = None


@dataclass(frozen=True)
class Outcome:
    """What a build has to say: a summary, the reports not read as (status, message, source), decisions to look at again."""

    summary: str
    unread: list[tuple[str, str, str]]
    stale: list[str]
    lasting: bool = True


def build(paths: str | Path | Iterable[str | Path], out: str | Path, options: Options = Options()) -> Outcome:
    """Read files or a folder and write the tables into `out`: the whole set or nothing.

    What was read before comes from the cache. Where `out` holds what would be written, nothing is. Raises as
    `read_corpus` does, ClusterError, ParquetMissing, and OSError where the disk refuses.
    """
    out = Path(out)
    paths = paths if isinstance(paths, str | Path) else list(paths)
    inputs = find_inputs(paths)
    decisions = decided(paths, inputs)
    print_ = built.fingerprint(inputs, decisions, options.parquet, options.excel_safe)
    finish(out)
    before = built.unchanged(out, print_)
    if before:
        return Outcome(**before)
    swept()
    shelf = Shelf()
    steps = shown(read_all(inputs, shelf, options.jobs, options.limits, options.cluster), len(inputs), options.progress)
    write = _dataset if options.parquet else _csv
    return write(out, inputs, steps, shelf, decisions, options, print_)


def _csv(out: Path, inputs: list[Input], steps, shelf: Shelf, decisions, options: Options, print_: str) -> Outcome:
    read = list(steps)
    corpus = gathered(inputs, read, decisions)
    tally = Tally(decisions)
    tally.add(corpus)
    outcome = tally.outcome(all(one["lasting"] for one in read))
    with whole_set(out, instead_of=tuple(codebook())) as stage:
        stage_tables(corpus.tables, stage, options.excel_safe)
        built.note(stage, print_, outcome)
    return outcome


def _dataset(out: Path, inputs: list[Input], steps, shelf: Shelf, decisions, options: Options, print_: str) -> Outcome:
    from govinfo.builds.parquet import Dataset, arrow, write_codebook

    arrow()
    known, lasting = [], True
    for reading in steps:
        known.append(Known.of(reading))
        lasting = lasting and reading["lasting"]
    tally = Tally(decisions)
    with whole_set(out, instead_of=tuple(f"{name}.csv" for name in codebook())) as stage:
        dataset = Dataset(stage, options.excel_safe)
        write_codebook(stage)
        for piece in pieces(known):
            _put(_of_piece(piece, inputs, shelf, decisions), dataset, tally)  # no name keeps it while the next is made
        dataset.close()
        outcome = tally.outcome(lasting)
        built.note(stage, print_, outcome)
    return outcome


class Tally:
    """What is to be said of a corpus that is seen piece by piece."""

    def __init__(self, decisions: list[Decision]):
        self.decisions = decisions
        self._wanted = {one.key for one in decisions}
        self._keys: list[str] = []
        self._counts: Counter[str] = Counter()
        self._unread: list[tuple[str, str, str]] = []

    def add(self, corpus: Corpus) -> None:
        self._counts.update(corpus.counts)
        self._keys += [key for key in corpus.findings["key"] if key in self._wanted]
        rows = corpus.reports[corpus.reports["status"] != "read"].itertuples()
        self._unread += [(row.status, row.message, row.source) for row in rows]

    def outcome(self, lasting: bool) -> Outcome:
        gone = stale(pd.DataFrame({"key": self._keys}), self.decisions)
        return Outcome(summary(self._counts), self._unread, gone, lasting)


def _put(corpus: Corpus, dataset, tally: Tally) -> None:
    years = dict(zip(corpus.reports["report_id"], corpus.reports["year"], strict=True))
    for name in ("reports", *PER_REPORT, "indicators"):
        dataset.add(name, corpus.tables[name], years)
    tally.add(corpus)


def _of_piece(piece, inputs: list[Input], shelf: Shelf, decisions: list[Decision]) -> Corpus:
    here = chosen(piece, inputs)
    own = [inputs[n].report_id for n in piece.own]
    return gathered(here, [held(one, shelf) for one in here], decisions, own)
