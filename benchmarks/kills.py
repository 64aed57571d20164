"""A build killed again and again: after the last restart the outputs equal those of an undisturbed one.

    python benchmarks/kills.py [--kills 100] [--files 40] [--write]

Half of the kills (SIGKILL to the build; its readers end with it) come spread evenly over the time that an undisturbed
build takes; the others at the writing steps: before every creation, writing and renaming of a file in turn, counted by a
hook inside the build. Between two kills nothing is cleaned up; a file is dropped from the cache, or one is changed and
changed back, so that each run has something to do. CSV and Parquet take turns. POSIX only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "kills.json"

BUILD = """
import os, signal, sys
from govinfo.cli import main
left = [int(sys.argv[1])]
def step(work):
    def stepped(*args, **more):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*args, **more)
    return stepped
for name in ("replace", "mkdir", "fsync", "rmdir", "unlink"):
    setattr(os, name, step(getattr(os, name)))
status = main(sys.argv[2:])
print("steps", int(sys.argv[1]) - left[0])
sys.exit(status)
"""


def command(raw: Path, out: Path, parquet: bool, steps: int = 10**9) -> list[str]:
    return [
        sys.executable,
        "-c",
        BUILD,
        str(steps),
        "build",
        str(raw),
        str(out),
        "--jobs",
        "2",
        *(["--parquet"] if parquet else []),
    ]


def state(folder: Path) -> dict[str, str]:
    """Every file of a folder of outputs by its hash; nothing staged may be left."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def disturbed(cache: Path, rng: random.Random) -> None:
    """Some readings are lost, so that the next run has something to read and to write."""
    kept = sorted(cache.rglob("*.json.gz"))
    for path in rng.sample(kept, min(3, len(kept))):
        path.unlink()


def killed_after(run: list[str], seconds: float, environment: dict) -> bool:
    with subprocess.Popen(run, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
            return False
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            return True


def experiment(kills: int, files: int) -> dict:
    rng, counts = random.Random(1), {"in time": 0, "at a writing step": 0, "came too late": 0}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw, out, cache = folder / "raw", folder / "out", folder / "cache"
        raw.mkdir()
        for path in sorted((ROOT / "data" / "raw").glob("*.pdf"))[:files]:
            shutil.copy(path, raw)
        shutil.copy(ROOT / "data" / "raw" / "sources.csv", raw)
        environment = os.environ | {"GOVINFO_CACHE": str(cache)}
        wanted, steps, seconds = {}, {}, {}
        for parquet in (False, True):  # the undisturbed runs, each from an empty cache
            shutil.rmtree(cache, ignore_errors=True)
            start = time.monotonic()
            run = command(raw, folder / f"whole-{parquet}", parquet)
            done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
            seconds[parquet], steps[parquet] = time.monotonic() - start, int(done.stdout.split()[-1])
            wanted[parquet] = state(folder / f"whole-{parquet}")
        shutil.rmtree(cache)
        for n in range(kills):
            parquet, late = bool(n % 4 >= 2), n % 2
            disturbed(cache, rng)
            (out / ".built.json").unlink(missing_ok=True)
            if late:
                at = 1 + (n // 2) % 60 if n < kills * 0.6 else rng.randrange(1, steps[parquet] + 1)
                ended = subprocess.run(
                    command(raw, out, parquet, at), env=environment, capture_output=True, check=False
                )
                counts["at a writing step" if ended.returncode == -signal.SIGKILL else "came too late"] += 1
            else:
                hit = killed_after(command(raw, out, parquet), seconds[parquet] * (n + 1) / kills, environment)
                counts["in time" if hit else "came too late"] += 1
            print(f"\r{n + 1} kills", end="", file=sys.stderr, flush=True)
        result = {"kills": counts, "files": files, "outputs equal": {}, "left behind": 0}
        for parquet in (False, True):
            subprocess.run(command(raw, out, parquet), env=environment, capture_output=True, check=False)
            found = state(out)
            result["outputs equal"]["parquet" if parquet else "csv"] = found == wanted[parquet]
            result["left behind"] += sum(
                ".partial" in name or ".complete" in name or ".replaced" in name for name in found
            )
        result["readers left running"] = _running(str(folder))
    return result


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
    print(json.dumps(result, indent=1))
    if args.write:
        RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0 if all(result["outputs equal"].values()) and not result["left behind"] else 1


if __name__ == "__main__":
    sys.exit(main())
