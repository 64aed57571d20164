"""The pieces of a large corpus, gathered by processes side by side, each into Parquet files of its own."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from govinfo.builds.cache import Shelf
from govinfo.builds.corpus import gathered, held, key_of
from govinfo.builds.families import Piece, chosen
from govinfo.builds.inputs import Input
from govinfo.builds.limits import Limits, Readers
from govinfo.builds.outcome import said
from govinfo.builds.packed import pack, unpack
from govinfo.builds.parquet import write_parts
from govinfo.checks.review import Decision

GATHER = "govinfo.builds.gathering:gather"
LIMITS = Limits(seconds=3600.0, megabytes=float("inf"))  # a government may have thousands of organs beside it

ENDED = (
    "the process that gathered {} reports was ended, as happens when memory runs out: they are gathered by the build "
    "itself. Should this happen often, try fewer processes (--jobs)."
)


def gather_all(
    pieces: list[Piece],
    inputs: list[Input],
    shelf: Shelf,
    decisions: list[Decision],
    folder: Path,
    jobs: int | None,
) -> Iterator[tuple[Path, dict]]:
    """Gather each piece into a folder below `folder`, `jobs` at a time; yields it with what is `said` of it, in order.

    One piece alone is gathered here. A process that ends before it is done takes nothing with it: what it should have
    gathered is gathered here, with a warning. Raises OSError where the disk refuses.
    """
    from joblib import Parallel, cpu_count, delayed

    jobs = min(jobs or cpu_count(), len(pieces))
    here = Lock()  # one at a time, since memory may be what the process lacked
    with Readers(LIMITS, GATHER) as elsewhere:

        def one(number: int, piece: Piece) -> tuple[Path, dict]:
            place = folder / f"{number:05}"
            task = _task(place, piece, inputs, shelf, decisions)
            found = unpack(elsewhere(task).data) if len(pieces) > 1 else gather(task)
            if "counts" not in found and not elsewhere.over:
                warnings.warn(ENDED.format(len(piece.own)), stacklevel=2)
                with here:
                    found = gather(task)
            task.path.unlink()
            return place, found

        # a thread for each process: it only waits for it, and looks after it
        parallel = Parallel(n_jobs=jobs, backend="threading", return_as="generator", batch_size=1)
        yield from parallel(delayed(one)(number, piece) for number, piece in enumerate(pieces))


def _task(place: Path, piece: Piece, inputs: list[Input], shelf: Shelf, decisions: list[Decision]) -> Input:
    """A piece as a file, with all that gathering it needs: nothing else of the corpus has to be at hand."""
    here = chosen(piece, inputs)
    packed = [(not one.problem and shelf.get(key_of(one))) or pack(held(one, shelf)).data for one in here]
    own = [inputs[n].report_id for n in piece.own]
    place.mkdir()
    task = Input(place / "task")
    task.path.write_bytes(pickle.dumps((here, packed, decisions, own)))
    return task


def gather(task: Input) -> dict:
    """Gather a piece into Parquet files beside its task; what is `said` of it."""
    here, packed, decisions, own = pickle.loads(task.path.read_bytes())
    read = [unpack(data) for data in packed]
    corpus = gathered(here, read, decisions, own)
    years = dict(zip(corpus.reports["report_id"], corpus.reports["year"], strict=True))
    write_parts(corpus.tables, years, task.path.parent)
    return said(corpus, read, decisions)
