"""A build killed again and again: after the last restart the outputs equal those of an undisturbed one.

    python benchmarks/kills.py [--kills 100] [--files 40] [--write]

Half of the kills (SIGKILL to the build; its readers end with it) are spread evenly over the run, the others over its
writing steps: every creation, synchronising, renaming and removing of a file or folder. A place in the run is counted, not
timed: by the audit events of the interpreter (from its start: imports, openings, processes started), and by the steps, so
that a busy machine moves no kill behind the end. How many there are is counted first, in undisturbed builds that have as
little to do as a killed one can have. Between two kills nothing is cleaned up; three readings are dropped from the cache, so
that each run has something to do. CSV and Parquet take turns; the pieces of a dataset are small, so that several are gathered by
processes. POSIX only.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from told import told

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "kills.json"

BUILD = """
import os, signal, sys
kind, left = sys.argv[1], [int(sys.argv[2])]
def counted():
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
def step(work):
    def stepped(*args, **more):
        counted()
        return work(*args, **more)
    return stepped
if kind == "event":
    sys.addaudithook(lambda event, args: counted())
else:
    for name in ("replace", "mkdir", "fsync", "rmdir", "unlink"):
        setattr(os, name, step(getattr(os, name)))
from functools import partial
from govinfo.builds import build, families
from govinfo.cli import main
build.pieces = partial(families.pieces, size=12)
status = main(sys.argv[3:])
print("counted", int(sys.argv[2]) - left[0])
sys.exit(status)
"""
KINDS = {"event": "over the run", "step": "at a writing step"}
NEVER = 10**9
EARLIER = 0.95  # a kill that came too late, because there was less to do, is tried again this much earlier
SURE = {"event": 0.97, "step": 1.0}  # threads may raise some events more or fewer; steps are the same in every run


def build(raw: Path, out: Path, parquet: bool, cache: Path, kind: str = "step", at: int = NEVER):
    """One build, killed at the step or event of this number; the finished process."""
    run = [sys.executable, "-c", BUILD, kind, str(at), "build", str(raw), str(out), "--jobs", "2"]
    environment = os.environ | {"GOVINFO_CACHE": str(cache)}
    run += ["--parquet"] if parquet else []
    return subprocess.run(run, env=environment, capture_output=True, text=True, check=False)


def state(folder: Path) -> dict[str, str]:
    """Every file of a folder of outputs by its hash; nothing staged may be left."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def disturbed(cache: Path, rng: random.Random, out: Path) -> None:
    """Some readings are lost, and the note that nothing has changed, so that the next run has something to read and write."""
    (out / ".built.json").unlink(missing_ok=True)
    kept = sorted(cache.rglob("*.json.gz"))
    for path in rng.sample(kept, min(3, len(kept))):
        path.unlink()


def places(raw: Path, folder: Path, cache: Path, rng: random.Random) -> dict[tuple[str, bool], int]:
    """How many events and steps a build has at least, as (kind, parquet) -> number: over a set of either form."""
    found = {}
    for kind in KINDS:
        for parquet in (False, True):
            numbers = []
            for before in (False, True):
                out = folder / "tried"
                shutil.rmtree(out, ignore_errors=True)
                shutil.copytree(folder / f"whole-{before}", out)
                disturbed(cache, rng, out)
                numbers.append(int(build(raw, out, parquet, cache, kind).stdout.split()[-1]))
            found[kind, parquet] = int(min(numbers) * SURE[kind])
    return found


def killed(raw: Path, out: Path, parquet: bool, cache: Path, kind: str, at: int, rng: random.Random) -> bool:
    """Whether a build that is to be killed there was not at its end before."""
    disturbed(cache, rng, out)
    return build(raw, out, parquet, cache, kind, at).returncode == -signal.SIGKILL


def experiment(kills: int, files: int) -> dict:
    rng, counts = random.Random(1), dict.fromkeys((*KINDS.values(), "came too late"), 0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw, out, cache = folder / "raw", folder / "out", folder / "cache"
        raw.mkdir()
        for path in sorted((ROOT / "data" / "raw").glob("*.pdf"))[:files]:
            shutil.copy(path, raw)
        shutil.copy(ROOT / "data" / "raw" / "sources.csv", raw)
        wanted = {}
        for parquet in (False, True):  # the undisturbed runs, each from an empty cache
            shutil.rmtree(cache, ignore_errors=True)
            build(raw, folder / f"whole-{parquet}", parquet, cache)
            wanted[parquet] = state(folder / f"whole-{parquet}")
        last = places(raw, folder, cache, rng)
        shutil.copytree(folder / "whole-False", out)
        plan = [(kind, parquet, at) for (kind, parquet), most in last.items() for at in _spread(most, kills // 4)]
        rng.shuffle(plan)
        for n, (kind, parquet, at) in enumerate(plan, 1):
            while not killed(raw, out, parquet, cache, kind, at, rng):
                counts["came too late"] += 1
                at = int(at * EARLIER)
            counts[KINDS[kind]] += 1
            print(f"\r{n} kills", end="", file=sys.stderr, flush=True)
        counted = {f"{kind}s, {'parquet' if parquet else 'csv'}": most for (kind, parquet), most in last.items()}
        result = {"kills": counts, "files": files, "places": counted, "outputs equal": {}, "left behind": 0}
        for parquet in (False, True):
            build(raw, out, parquet, cache)
            found = state(out)
            result["outputs equal"]["parquet" if parquet else "csv"] = found == wanted[parquet]
            result["left behind"] += sum(
                any(sign in name for sign in (".partial", ".complete", ".replaced", ".pieces")) for name in found
            )
        result["readers left running"] = _running(str(folder))
    return result


def _spread(most: int, number: int) -> list[int]:
    """So many places from the first to the last, evenly apart.

    >>> _spread(9, 3), _spread(9, 1)
    ([1, 5, 9], [9])
    """
    return [1 + round((most - 1) * n / (number - 1)) for n in range(number)] if number > 1 else [most] * number


def _running(folder: str) -> int:
    """Processes that read, whose build is gone and that have not ended within a few seconds."""
    import psutil

    time.sleep(5)
    mine = psutil.Process().pid
    found = (p for p in psutil.process_iter(["cmdline"]) if p.pid != mine)
    return sum("govinfo.builds.worker" in " ".join(p.info["cmdline"] or ()) and p.ppid() == 1 for p in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--write", action="store_true", help="write the result to benchmarks/kills.json")
    args = parser.parse_args()
    result = experiment(args.kills, args.files)
    told(result, RESULTS if args.write else None)
    whole = all(result["outputs equal"].values()) and not result["left behind"] and not result["readers left running"]
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
