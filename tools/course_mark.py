"""Mark submissions without nbgrader: run the student's answers inside the teacher's own notebook, hidden tests and all.

    python tools/course_mark.py SUBMISSION... [--teacher course/teacher] [--out marks.csv]

A submission is a student's folder or ZIP as handed out, filled in. Locked cells, checks and data are the teacher's, so that
nothing a student did to them counts; only answers, and files added to `data`, are taken over. Essays are left to the
teacher: their rows have no points. Answers are programs: run them on a machine where that does no harm.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
from course_data import ROOT, settings
from course_notebook import kind, text, with_answers
from run_notebooks import execute

from notebooks import as_text, load

COLUMNS = ["submission", "assignment", "task", "points", "of", "message"]


def mark(submission: Path, source: Path) -> list[dict]:
    """One row for each check and essay of each assignment; a notebook that is not there has no points."""
    names = [assignment["id"] for assignment in settings()["assignment"]]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        own = _unpacked(submission, Path(scratch) / "own")
        marked = pool.map(lambda name: _assignment(own / name, source / name, Path(scratch) / name), names)
        return [
            {"submission": submission.stem, "assignment": name} | row
            for name, rows in zip(names, marked, strict=True)
            for row in rows
        ]


def _assignment(own: Path, source: Path, folder: Path) -> list[dict]:
    """The rows of one assignment, run in `folder`."""
    shutil.copytree(source, folder)
    name = f"{source.name}.ipynb"
    master = load(folder / name)
    try:
        submitted = load(own / name)
        _add_data(own / "data", folder / "data")
        return _marked(master, submitted, folder / name)
    except FileNotFoundError:
        message = "not handed in"
    except (ValueError, TimeoutError, RuntimeError) as error:  # no notebook; a cell without end; the kernel died
        message = f"cannot be run: {type(error).__name__}: {str(error).splitlines()[0]}"
    return [_row(cell, 0, message) for cell in master["cells"] if _graded(cell)]


def _unpacked(submission: Path, folder: Path) -> Path:
    """The folder in which the assignments' folders lie."""
    if submission.is_dir():
        return submission
    with zipfile.ZipFile(submission) as archive:
        archive.extractall(folder)
    inside = [path for path in folder.iterdir() if path.is_dir()]
    return inside[0] if len(inside) == 1 else folder


def _add_data(own: Path, folder: Path) -> None:
    """Files that only the student has; those of the teacher stay."""
    for path in own.iterdir() if own.is_dir() else ():
        if path.is_file() and not (folder / path.name).exists():
            shutil.copyfile(path, folder / path.name)


def _marked(master: dict, submitted: dict, path: Path) -> list[dict]:
    path.write_text(as_text(with_answers(master, submitted)), encoding="utf-8", newline="\n")
    done, rows = execute(path, allow_errors=True), []
    number = re.search(r"""^STUDENT\s*=\s*["'](.*?)["']""", "\n".join(map(text, done["cells"])), re.MULTILINE)
    for cell in filter(_graded, done["cells"]):
        errors = [o for o in cell.get("outputs", ()) if o["output_type"] == "error"]
        points = cell["metadata"]["nbgrader"]["points"]
        message = f"{errors[0]['ename']}: {errors[0]['evalue']}" if errors else ""
        if number and not message and kind(cell) == "check":
            message = f"for student {number[1]}"  # to be held against who handed it in
        rows.append(_row(cell, (0 if errors else points) if kind(cell) == "check" else None, message))
    return rows


def _graded(cell: dict) -> bool:
    return kind(cell) in ("check", "essay")


def _row(cell: dict, points: int | None, message: str) -> dict:
    own = cell["metadata"]["nbgrader"]
    said = message or ("" if kind(cell) == "check" else f"to be read: {len(text(cell))} characters")
    points = points if kind(cell) == "check" else None
    return {"task": own["grade_id"], "points": points, "of": own["points"], "message": said}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("submissions", nargs="+", type=Path, metavar="SUBMISSION")
    parser.add_argument("--teacher", type=Path, default=ROOT / "course" / "teacher", metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=Path("marks.csv"), metavar="FILE")
    arguments = parser.parse_args(argv)
    if not (arguments.teacher / "source").is_dir():
        print(f"{arguments.teacher}: no folder source in it; run make course first", file=sys.stderr)
        return 2
    rows = [row for submission in arguments.submissions for row in mark(submission, arguments.teacher / "source")]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"points": "Int64"})
    table.to_csv(arguments.out, index=False, lineterminator="\n")
    print(table.groupby(["submission", "assignment"])[["points", "of"]].sum().to_string())
    return 0


if __name__ == "__main__":
    sys.exit(main())
