"""Build everything anew from data/raw in a clean environment and compare it with what is committed: make reproduce

    python tools/reproduce.py            a fresh copy, a fresh environment, all checks; writes REPRODUCED.md
    python tools/reproduce.py --accept   in this environment: what comes out becomes what is expected

Accepting runs the notebooks in place, writes the generated parts of the READMEs and data/processed/SHA256SUMS.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPY = ROOT / "reproduction"
REPORT = "REPRODUCED.md"
MADE = {".git", ".venv", "html", "reproduction", "course", "my_reports", "my_tables", "seen", "build", "dist",
        "__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".hypothesis", ".ruff_cache"}  # fmt: skip


def copy_of_project(target: Path) -> None:
    """The project's files without anything that was made from them."""

    def made(folder: str, names: list[str]) -> set[str]:
        tables = (
            {n for n in names if n == "figures" or n.endswith((".csv", ".json"))}
            if Path(folder) == ROOT / "data" / "processed"
            else set()
        )
        return {n for n in names if n in MADE or n.startswith(".partial-") or n.endswith(".egg-info")} | tables

    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT, target, ignore=made)


def environment_in(folder: Path) -> Path:
    """A new virtual environment with the project and its pinned dependencies; returns its Python."""
    venv.create(folder / ".venv", with_pip=True)
    python = folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-e",
        ".[test]",
        "-c",
        "constraints.txt",
    ]
    subprocess.run(install, cwd=folder, check=True)
    return python


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accept", action="store_true", help="what comes out becomes what is expected")
    if parser.parse_args().accept:
        return subprocess.run([sys.executable, "tools/reproduced.py", "--accept"], cwd=ROOT, check=False).returncode
    print("a fresh copy, a fresh environment (some minutes)", flush=True)
    copy_of_project(COPY)
    python = environment_in(COPY)
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHONPATH", "VIRTUAL_ENV", "JUPYTER", "IPYTHON"))
    }
    clean |= {"GOVINFO_CACHE": str(COPY / "cache"), "IPYTHONDIR": str(COPY / "ipython")}
    status = subprocess.run([python, "tools/reproduced.py"], cwd=COPY, env=clean, check=False).returncode
    if (COPY / REPORT).is_file():
        shutil.copy(COPY / REPORT, ROOT / REPORT)
    return status


if __name__ == "__main__":
    sys.exit(main())
