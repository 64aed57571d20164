"""One build: files to a set of tables, as CSV or as a Parquet dataset; nothing is done where nothing has changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from govinfo.builds import built
from govinfo.builds.cache import Shelf, swept
from govinfo.builds.corpus import decided, gathered, read_all, shown
from govinfo.builds.families import Known, pieces
from govinfo.builds.inputs import Input, find_inputs
from govinfo.builds.limits import Limits
from govinfo.builds.outcome import Outcome, outcome_of, said
from govinfo.builds.whole import finish, scratch, whole_set
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
    outcome = outcome_of([said(corpus, read, decisions)], decisions)
    with whole_set(out, instead_of=tuple(codebook())) as stage:
        stage_tables(corpus.tables, stage, options.excel_safe)
        built.note(stage, print_, outcome)
    return outcome


def _dataset(out: Path, inputs: list[Input], steps, shelf: Shelf, decisions, options: Options, print_: str) -> Outcome:
    from govinfo.builds.gathering import gather_all
    from govinfo.builds.parquet import arrow, write_dataset

    arrow()
    whole = list(pieces([Known.of(reading) for reading in steps]))
    with whole_set(out, instead_of=tuple(f"{name}.csv" for name in codebook())) as stage, scratch(out) as folder:
        steps = gather_all(whole, inputs, shelf, decisions, folder, options.jobs)
        found = dict(shown(steps, len(whole), options.progress, unit="piece"))
        write_dataset(stage, list(found), options.excel_safe)
        outcome = outcome_of(found.values(), decisions)
        built.note(stage, print_, outcome)
    return outcome
