"""The checks of `make reproduce`, run inside the fresh copy: everything built anew, compared with what is committed."""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import figure_data
import readme
import run_notebooks

import notebooks

ROOT = Path(__file__).resolve().parents[1]
PROCESSED = ROOT / "data" / "processed"
SUMS = PROCESSED / "SHA256SUMS"
FIGURES = PROCESSED / "figures"
REGISTER = f"import sys; sys.path.append({str(ROOT / 'tools')!r}); import figure_data; figure_data.register()"
PACKAGES = ("camelot-py", "pypdfium2", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "nbclient")


@dataclass(frozen=True)
class Check:
    """One thing that was compared: what, its hash or count, and, where it differs, how."""

    part: str
    what: str
    found: str
    problem: str = ""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ------------------------------------------------------------------ building


def build() -> None:
    """data/processed from data/raw, by the program as a user runs it."""
    from govinfo import cli

    if cli.main(["build"]) != cli.READ_ALL:
        raise SystemExit("govinfo build did not read every report: see above")


def run_all() -> dict[Path, dict]:
    """Every notebook, run from top to bottom; the data of its figures is written to data/processed/figures."""
    FIGURES.mkdir(exist_ok=True)
    for old in FIGURES.glob("*.json"):
        old.unlink()
    found = {}
    for path in notebooks.series():
        print(path.name, flush=True)
        found[path] = run_notebooks.execute(path, REGISTER)
        for name, data in _figures(path.stem, found[path]):
            (FIGURES / name).write_text(data, encoding="utf-8", newline="\n")
    return found


def _figures(stem: str, notebook: dict) -> Iterator[tuple[str, str]]:
    """Name and data of each figure of a notebook; the data leaves the notebook."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ()) if "data" in output]
    data = [d for output in outputs if (d := output["data"].pop(figure_data.MIME, None)) is not None]
    for number, figure in enumerate(data, 1):
        yield f"{stem}-{number:02d}.json", figure if isinstance(figure, str) else json.dumps(figure, ensure_ascii=False)


def sums() -> dict[str, str]:
    """Path below data/processed -> SHA-256, of the tables and of the figures' data."""
    files = [*PROCESSED.glob("*.csv"), PROCESSED / "datapackage.json", *FIGURES.glob("*.json")]
    return {path.relative_to(PROCESSED).as_posix(): sha256(path.read_bytes()) for path in sorted(files)}


# ------------------------------------------------------------------ comparing


def check_raw() -> Iterator[Check]:
    from govinfo.builds.registry import RegistryError, check_registry, load_sources

    raw, problem = ROOT / "data" / "raw", ""
    try:
        check_registry(raw, strict=True)
    except RegistryError as error:
        problem = str(error)
    yield Check("Reports read", "data/raw", f"{len(load_sources(raw))} files, as in sources.csv", problem)
    for path in sorted(raw.rglob("*.csv")):
        yield Check("Reports read", path.relative_to(ROOT).as_posix(), sha256(path.read_bytes()))


def check_files() -> Iterator[Check]:
    """Tables and figures' data against data/processed/SHA256SUMS."""
    lines = SUMS.read_text(encoding="utf-8").splitlines() if SUMS.is_file() else []
    expected = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = sums()
    for name in sorted({*expected, *found}):
        part = "Figures, by the data drawn" if name.startswith("figures/") else "Tables, byte by byte"
        wanted, there = expected.get(name, "nothing"), found.get(name, "nothing")
        yield Check(
            part, f"data/processed/{name}", there, "" if wanted == there else f"expected {wanted}, found {there}"
        )


def check_notebooks(run: dict[Path, dict]) -> Iterator[Check]:
    """Each result shown as text, and which pictures and tables there are, against the notebook as committed."""
    for path, again in run.items():
        committed, found = (notebooks.results(n) for n in (notebooks.load(path), again))
        differ = [str(k) for k, (a, b) in enumerate(zip(committed, found, strict=True), 1) if a != b]
        shown = sum(map(len, found))
        problem = f"other results in code cells {', '.join(differ)}" if differ else ""
        yield Check(
            "Notebooks, every result shown", f"notebooks/{path.name}", f"{len(found)} cells, {shown} results", problem
        )


def check_readmes() -> Iterator[Check]:
    for lang, path in readme.READMES.items():
        text = path.read_text(encoding="utf-8")
        same = readme.written(text, lang) == text
        numbers = sum(len(re.findall(r"\d[\d,.]*", part(lang))) for part in readme.PARTS.values())
        problem = "" if same else "its generated parts differ: python tools/readme.py"
        yield Check("READMEs, their generated parts", path.name, f"{numbers} numbers", problem)


def check_exactness() -> Iterator[Check]:
    """The README's count of exact cells of the facsimiles, counted again in the tables built here."""
    import pandas as pd

    from govinfo.tables import read_table

    sys.path.append(str(ROOT / "benchmarks"))
    import run as benchmark

    cells = dict(list(read_table(PROCESSED, "cells").groupby("report_id")))
    figures = pd.read_csv(ROOT / "data" / "raw" / "figures.csv", dtype="str", keep_default_na=False)
    figures["value"] = pd.to_numeric(figures["value"].where(figures["value"] != ""))
    graded = [benchmark.graded(cells[name], true) for name, true in figures.groupby("report_id") if name in cells]
    exact, printed, silent = (int(sum(t[c].sum() for t in graded)) for c in ("exact", "printed", "silent"))
    stated = json.loads(readme.RESULTS.read_text(encoding="utf-8"))["exactness"]["facsimiles"]
    found, wanted = (exact, printed, silent), (stated["exact"], stated["cells"], stated["silent_errors"])
    said = "{} of {} cells exact, {} silent errors".format
    problem = "" if found == wanted else f"the README says {said(*wanted)}"
    yield Check("READMEs, their generated parts", "exactness of facsimiles", said(*found), problem)


# ------------------------------------------------------------------ the report


NOT_CHECKED = """## Not checked

- Times and memory in the READMEs depend on the machine: `make bench` measures them anew.
- Exactness on the original PDFs: they are not ours to hand out; `make originals` fetches originals that have an address.
- Pixels: figures are compared by the data drawn (lines, points, bars, words), pictures of pages by being there.
- The published figures themselves: that facsimiles set from them are read back proves the program, not the data.
"""


def versions() -> list[str]:
    about = {"Python": platform.python_version(), "System": f"{platform.system()} {platform.machine()}"}
    about |= {name: metadata.version(name) for name in ("govinfo", *PACKAGES)}
    pins = sha256((ROOT / "constraints.txt").read_bytes())
    return [f"| {name} | {version} |" for name, version in about.items()] + [f"| constraints.txt | `{pins}` |"]


def report(checks: list[Check]) -> str:
    """REPRODUCED.md: verdict, versions, and everything that was compared."""
    failed = [check for check in checks if check.problem]
    verdict = f"**{len(checks) - len(failed)} of {len(checks)} checks passed.**"
    lines = ["# Reproduced", "", "Written by `make reproduce`: everything was built anew from `data/raw`, in a fresh environment,",
             "and compared with what is committed.", "", verdict, "", "| | version |", "|---|---|", *versions()]  # fmt: skip
    if failed:
        lines += ["", "## What differs", "", *(f"- {check.what}: {check.problem}" for check in failed)]
    for part in dict.fromkeys(check.part for check in checks):
        lines += ["", f"## {part}", "", "| | found | |", "|---|---|---|"]
        lines += [
            f"| {c.what} | {_code(c.found)} | {'differs' if c.problem else 'same'} |" for c in checks if c.part == part
        ]
    return "\n".join([*lines, "", NOT_CHECKED])


def _code(text: str) -> str:
    return f"`{text}`" if re.fullmatch("[0-9a-f]{64}", text) else text


def accept(run: dict[Path, dict]) -> None:
    """What came out becomes what is expected: notebooks with these results, READMEs, SHA256SUMS."""
    import nbformat

    for path, notebook in run.items():
        nbformat.write(notebook, path)
    notebooks.main()
    readme.main([])
    SUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in sums().items()), encoding="utf-8", newline="\n")
    print(
        f"accepted: {SUMS.relative_to(ROOT).as_posix()}, {len(run)} notebooks. Look at the changes before you commit them."
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accept", action="store_true", help="what comes out becomes what is expected")
    accepting = parser.parse_args().accept
    build()
    run = run_all()
    if accepting:
        accept(run)
        return 0
    checks = [*check_raw(), *check_files(), *check_notebooks(run), *check_readmes(), *check_exactness()]
    (ROOT / "REPRODUCED.md").write_text(report(checks), encoding="utf-8", newline="\n")
    for check in checks:
        if check.problem:
            print(f"{check.what}: {check.problem}", file=sys.stderr)
    failed = sum(bool(check.problem) for check in checks)
    print(f"{len(checks) - failed} of {len(checks)} checks passed: see REPRODUCED.md")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
