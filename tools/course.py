"""Make the coursework's bundles from notebooks/coursework: one ZIP a student without solutions, one folder for the teacher.

    python tools/course.py --secret SECRET --students students.csv     (`make course SECRET=... STUDENTS=...`)

`students.csv` has a column `student`, the student number. Under the folder `course` (ignored by git): `students/NUMBER.zip`,
and `teacher/`, an nbgrader course with the solutions and hidden tests in `source/` and every planted error in `answers.csv`.
What else lies in `teacher/` (submissions, marks) is left alone. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pandas as pd
from course_data import ROOT, SOURCES, settings, write_data
from course_notebook import STUBS, problems, student_version

from notebooks import as_text, load

sys.path.insert(0, str(SOURCES))

DEMO = "demo-1"  # the student of the solutions
CONFIG = """# Written by tools/course.py: this folder is an nbgrader course.
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "govinfo"
c.ClearSolutions.code_stub = {{"python": {code!r}}}
c.ClearSolutions.text_stub = {markdown!r}
"""


def make(secret: str, students: list[str], out: Path) -> None:
    """Write both bundles under `out`; ValueError where a source or a student number is not as it should be."""
    book = settings()
    teacher(secret, students, out / "teacher", book)
    folder = out / "students"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for student in students:
        (folder / f"{student}.zip").write_bytes(bundle(student, out / "teacher" / "source", book))


def teacher(secret: str, students: list[str], out: Path, book: dict) -> None:
    """The teacher's folder: guide, answers, nbgrader's settings, and each assignment with its solution and all data."""
    from course_errors import plant

    shutil.rmtree(out / "source", ignore_errors=True)
    everybody = list(dict.fromkeys([*students, DEMO]))
    for assignment in book["assignment"]:
        own = out / "source" / assignment["id"]
        own.mkdir(parents=True)
        notebook = load(SOURCES / f"{assignment['id']}.ipynb")
        if problems(notebook):
            raise ValueError(f"{assignment['id']}.ipynb: {'; '.join(problems(notebook))}")
        write(own / f"{assignment['id']}.ipynb", as_text(notebook))
        shutil.copytree(SOURCES / "checks", own / "checks", ignore=shutil.ignore_patterns("__pycache__"))
        write_data(assignment, own / "data", secret, everybody, book)
    answers = pd.DataFrame([plant(secret, student, book["planted"]).answer for student in everybody])
    if answers.duplicated(["cell", "published", "true"]).any():
        print("Two students have the same cell and figures by chance (in different reports).")
    answers.to_csv(out / "answers.csv", index=False, lineterminator="\n")
    write(out / "nbgrader_config.py", CONFIG.format(**STUBS))
    for guide in sorted(SOURCES.glob("GUIDE*.md")):
        shutil.copyfile(guide, out / guide.name)


def bundle(student: str, source: Path, book: dict) -> bytes:
    """A student's ZIP: notebooks without solutions, the checks, the data; of the planted reports the student's own only."""
    files = {"README.md": (SOURCES / "README.md").read_bytes()}
    for assignment in book["assignment"]:
        folder = source / assignment["id"]
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if assignment.get("make") == "planted" and path.parent.name == "data" and path.stem != student:
                continue
            files[path.relative_to(source).as_posix()] = _for_students(path)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"coursework-{student}/{name}")  # dated 1980: no clock in the bytes
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def _for_students(path: Path) -> bytes:
    if path.suffix != ".ipynb":
        return path.read_bytes()
    return as_text(student_version(json.loads(path.read_text(encoding="utf-8")))).encode()


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def read_students(path: str) -> list[str]:
    """The column `student` of a CSV; two invented students where no file is named. ValueError where a number is twice."""
    if not path:
        return [DEMO, "demo-2"]
    table = pd.read_csv(path, dtype=str)
    if "student" not in table or table["student"].isna().any():
        raise ValueError(f"{path}: expected a column `student` without blanks, found {list(table)}")
    numbers = table["student"].str.strip().tolist()
    twice = sorted({n for n in numbers if numbers.count(n) > 1})
    if twice:
        raise ValueError(f"{path}: student number {', '.join(twice)} stands twice")
    return numbers


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--secret", default=os.environ.get("SECRET", ""), help="keep it, never hand it out (default: $SECRET)"
    )
    students = os.environ.get("STUDENTS", "")
    parser.add_argument(
        "--students", default=students, metavar="FILE", help="CSV with a column `student` (default: $STUDENTS)"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "course", metavar="FOLDER")
    arguments = parser.parse_args(argv)
    try:
        students = read_students(arguments.students)
        make(arguments.secret or "demo", students, arguments.out)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if not arguments.secret:
        print("No secret was given: this is a trial with the secret `demo`, which everybody can know.")
    print(
        f"{len(students)} student bundles in {arguments.out.name}/students, the teacher's in {arguments.out.name}/teacher"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
