"""Many files read at once: by processes of this machine, or by the workers of a Dask cluster, through joblib."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial

from govinfo.builds.cache import program
from govinfo.builds.inputs import Input
from govinfo.builds.limits import READ_ONE, USUAL, Limits, Readers
from govinfo.builds.packed import Packed

LOCAL = "local"


class ClusterError(ValueError):
    """A cluster that was asked for cannot be used."""


def read_files(
    inputs: Sequence[Input],
    jobs: int | None = None,
    limits: Limits = USUAL,
    cluster: str = "",
    keep: Callable[[Input, Packed], None] = lambda one, packed: None,
    call: str = READ_ONE,
) -> Iterator[Packed]:
    """A packed reading for each input, in their order, `jobs` at a time (default: one a core), within `limits`.

    With `cluster`, the address of a Dask scheduler or "local", the workers there read; they must see the files under the
    same paths. `keep` is called as soon as a reading is there, in any order. Raises ClusterError where the cluster cannot
    be reached, lacks Dask, or runs another version of the program.
    """
    if not inputs:
        return iter(())
    work = _on_cluster if cluster else _here
    return work(inputs, jobs, limits, cluster, keep, call)


def _here(inputs, jobs, limits, _, keep, call) -> Iterator[Packed]:
    from joblib import Parallel, cpu_count, delayed

    jobs = min(jobs or cpu_count(), len(inputs))
    with Readers(limits, call) as readers:
        if jobs == 1:
            yield from (_kept(readers, keep, one) for one in inputs)
            return
        # a thread for each process that reads: it only waits for it, and looks after it
        parallel = Parallel(n_jobs=jobs, backend="threading", return_as="generator", batch_size=1)
        yield from parallel(delayed(_kept)(readers, keep, one) for one in inputs)


def _kept(read: Callable[[Input], Packed], keep: Callable[[Input, Packed], None], one: Input) -> Packed:
    packed = read(one)
    keep(one, packed)
    return packed


# ------------------------------------------------------------------ cluster


def _on_cluster(inputs, jobs, limits, cluster, keep, call) -> Iterator[Packed]:
    from joblib import Parallel, delayed, parallel_config

    with _client(cluster, jobs) as client, parallel_config(backend="dask", client=client):
        _same_program(client)
        parallel = Parallel(n_jobs=-1, return_as="generator", batch_size=1, pre_dispatch="3*n_jobs")
        read = partial(_read_there, limits, call)
        for one, packed in zip(inputs, parallel(delayed(read)(one) for one in inputs), strict=True):
            keep(one, packed)
            yield packed


@contextmanager
def _client(cluster: str, jobs: int | None):
    """A client of the cluster at this address, or of one of our own with `jobs` workers."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ClusterError(f'--cluster needs Dask ({error}): pip install "govinfo[cluster]"') from error
    if cluster != LOCAL:
        try:
            client = Client(cluster, set_as_default=False, timeout=20)
        except (OSError, ValueError) as error:
            raise ClusterError(f"--cluster {cluster}: expected a Dask scheduler, found: {error}") from error
        with client:
            yield client
        return
    from joblib import cpu_count

    own = LocalCluster(n_workers=jobs or cpu_count(), threads_per_worker=1, dashboard_address=None)
    with own, Client(own, set_as_default=False) as client:
        yield client


def _same_program(client) -> None:
    """Readings of another version would not be those that the cache's keys promise."""
    try:
        found = client.run(program)
    except Exception as error:
        raise ClusterError(f"--cluster: expected workers with this govinfo installed, found: {error}") from error
    others = sorted(worker for worker, fingerprint in found.items() if fingerprint != program())
    if others:
        raise ClusterError(
            f"--cluster: expected this version of govinfo and its packages, found another: {', '.join(others)}"
        )


@cache
def _readers_there(limits: Limits, call: str) -> Readers:
    """The processes that one worker of the cluster has read by; they end with it."""
    return Readers(limits, call)


def _read_there(limits: Limits, call: str, one: Input) -> Packed:
    return _readers_there(limits, call)(one)
