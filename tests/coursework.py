"""The coursework for the tests: both bundles made once, and the state of each notebook before each of its checks."""

import functools
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "notebooks" / "coursework")]

import course
import course_data
from course_errors import plant
from course_mark import mark
from course_notebook import kind, problems, regions, student_version, text, with_answers

from notebooks import load

__all__ = [
    "NAMES", "SECRET", "SOURCES", "STUDENTS", "course", "course_data", "kind", "made", "mark", "plant", "problems",
    "regions", "states", "student_version", "text", "with_answers",
]  # fmt: skip
SECRET, STUDENTS = "a secret of the tests", ["2026001", "2026-乙"]
NAMES = [assignment["id"] for assignment in course_data.settings()["assignment"]]
SOURCES = {name: load(course_data.SOURCES / f"{name}.ipynb") for name in NAMES}


@functools.cache
def made() -> Path:
    """The folder of both bundles, made once for all tests; removed with the process."""
    folder = tempfile.TemporaryDirectory(prefix="作业 ")
    made.folder = folder  # lives as long as the function
    course.make(SECRET, STUDENTS, Path(folder.name))
    return Path(folder.name)


@functools.cache
def states(name: str) -> dict[str, tuple[dict, str]]:
    """For each check of a solution: the names defined before it, and its source; every check passes on the way."""
    found, space, before = {}, {}, os.getcwd()
    os.chdir(made() / "teacher" / "source" / name)
    try:
        for cell in SOURCES[name]["cells"]:
            if kind(cell) == "check":
                found[cell["metadata"]["nbgrader"]["grade_id"]] = dict(space), text(cell)
            if cell["cell_type"] == "code":
                exec(compile(text(cell), name, "exec"), space)
    finally:
        os.chdir(before)
    return found
