"""Many reports: one worker against two, a rebuild, memory, Parquet on two cores and on a two-worker Dask cluster.

    python benchmarks/scale.py [--reports 5000] [--speed 1000] [--small 200] [--write]

The reports are facsimiles of data/raw with every figure in their tables multiplied by a number of their own, so that all
sums still hold and no two have the same figures. Wall time, start-up excluded: each build is timed by itself in this
process, after one report has been read, and one worker and two take turns on the same files in parts, so that a load from
elsewhere falls on both alike. With `--write` the result goes to benchmarks/scale.json.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import statistics
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import psutil
from mutate import _OBJECT, _decoded, _written

from govinfo.builds.build import Options, build
from govinfo.builds.inputs import find_inputs
from govinfo.builds.limits import Readers
from govinfo.builds.parquet import read_dataset

RESULTS = ROOT / "benchmarks" / "scale.json"
RAW = ROOT / "data" / "raw"
TABLES = ("reports", "cells", "unplaced", "claims", "findings", "indicators")
_FIGURE = re.compile(rb"\((\d+)\) Tj")


# ------------------------------------------------------------------ reports


def generated(folder: Path, number: int) -> None:
    """`number` reports of distinct agencies with a sources.csv, made from the facsimiles."""
    folder.mkdir(parents=True)
    bases = sorted(RAW.glob("*.pdf"))
    rows = []
    for n in range(number):
        base, factor = bases[n % len(bases)], 1 + n // len(bases)
        name = f"{base.stem}-x{factor:03}.pdf"
        (folder / name).write_bytes(multiplied(base.read_bytes(), factor))
        rows.append({"file": name, "agency_id": f"agency-{n % len(bases) // 7:03}-x{factor:03}"})
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["file", "agency_id"])
        writer.writeheader()
        writer.writerows(rows)


def multiplied(data: bytes, factor: int) -> bytes:
    """A facsimile with the whole numbers of its tables multiplied."""
    objects = {int(m[1]): m[2] for m in _OBJECT.finditer(data)}
    for number, body in objects.items():
        found = _decoded(body)
        if found and b" Tf" in found[1]:
            head, content = found
            content = _FIGURE.sub(lambda m: b"(%d) Tj" % (int(m[1]) * factor) if len(m[1]) < 5 else m[0], content)
            content = zlib.compress(content)
            head = re.sub(rb"/Filter \[[^\]]*\]", b"/Filter [ /FlateDecode ]", head)
            head = re.sub(rb"/Length \d+", b"/Length %d" % len(content), head)
            objects[number] = head + b"stream\n" + content + b"\nendstream"
    return _written(objects, data[data.rfind(b"trailer") : data.rfind(b"startxref")])


# ------------------------------------------------------------------ measures


class Peaks:
    """The largest resident memory of this process and of any one below it, looked at ten times a second."""

    def __enter__(self):
        self.own = self.below = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def _look(self):
        me = psutil.Process()
        while not self._done.wait(0.1):
            self.own = max(self.own, me.memory_info().rss / 1e6)
            for child in me.children(recursive=True):
                try:
                    if "govinfo.builds.worker" in " ".join(child.cmdline()):
                        self.below = max(self.below, child.memory_info().rss / 1e6)
                except psutil.Error:
                    continue

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()


def empty_cache(folder: Path, name: str) -> None:
    os.environ["GOVINFO_CACHE"] = str(folder / f"cache-{name}")


def timed(call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def two_against_one(files: list, part: int = 50) -> dict:
    """Reading by one worker and by two, in turn, part by part; the workers have started before."""
    from joblib import Parallel, delayed

    taken = {1: [], 2: []}
    with Readers() as readers:

        def read(jobs: int, some: list) -> None:
            list(Parallel(n_jobs=jobs, backend="threading", batch_size=1)(delayed(readers)(one) for one in some))

        read(2, files[:4])
        for start in range(0, len(files), part):
            order = (1, 2) if start // part % 2 else (2, 1)
            for jobs in order:
                taken[jobs].append(timed(lambda jobs=jobs, start=start: read(jobs, files[start : start + part])))
    ratios = [one / two for one, two in zip(taken[1], taken[2], strict=True)]
    return {
        "reports": len(files),
        "seconds, one worker": round(sum(taken[1]), 1),
        "seconds, two workers": round(sum(taken[2]), 1),
        "ratio of the sums": round(sum(taken[1]) / sum(taken[2]), 3),
        "median ratio of the parts": round(statistics.median(ratios), 3),
        "processors": os.cpu_count(),
        "load at the end": round(os.getloadavg()[0], 1),
    }


def same_tables(first: Path, second: Path) -> bool:
    return all(read_dataset(first, name).equals(read_dataset(second, name)) for name in TABLES)


def measured(reports: int, speed: int, small: int) -> dict:
    result: dict = {"reports": reports}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generated(folder / "raw", reports)
        generated(folder / "small", small)
        result["two workers"] = two_against_one(find_inputs(folder / "raw")[:speed])
        memory = {}
        for which, raw in ((f"{small} reports", folder / "small"), (f"{reports} reports", folder / "raw")):
            empty_cache(folder, which)
            with Peaks() as peaks:
                seconds = timed(lambda raw=raw: build(raw, folder / "two", Options(jobs=2, parquet=True)))
            memory[which] = {"worker, MB": round(peaks.below, 1), "build, MB": round(peaks.own, 1)}
        again = timed(lambda: build(folder / "raw", folder / "two", Options(jobs=2, parquet=True)))
        result["peak memory"] = memory
        result["build"] = {
            "seconds": round(seconds, 1),
            "again, nothing changed": round(again, 2),
            "share": round(again / seconds, 4),
        }
        result["cluster"] = _cluster(folder)
    return result


def _cluster(folder: Path) -> dict:
    """The same build on two Dask workers, one of which is killed on the way."""
    from distributed import Client, LocalCluster

    empty_cache(folder, "cluster")
    own = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with own, Client(own, set_as_default=False) as client:
        (first, *_) = client.run(os.getpid).values()
        killer = threading.Timer(20, psutil.Process(first).kill)
        killer.start()
        options = Options(parquet=True, cluster=own.scheduler_address)
        seconds = timed(lambda: build(folder / "raw", folder / "dask", options))
        killer.cancel()
    killed = not psutil.pid_exists(first) if seconds > 20 else False
    return {
        "seconds": round(seconds, 1),
        "worker killed on the way": killed,
        "same tables": same_tables(folder / "two", folder / "dask"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--speed", type=int, default=1000, help="reports by which two workers are held against one")
    parser.add_argument("--small", type=int, default=200, help="reports of the build whose memory is compared")
    parser.add_argument("--write", action="store_true", help="write the result to benchmarks/scale.json")
    args = parser.parse_args()
    result = measured(args.reports, args.speed, args.small)
    print(json.dumps(result, indent=1))
    if args.write:
        RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0 if result["cluster"]["same tables"] else 1


if __name__ == "__main__":
    sys.exit(main())
