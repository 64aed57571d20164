"""The coursework: well-formed sources, bundles without solutions, errors planted from a secret, solutions that pass."""

import json
import re
import zipfile
from itertools import pairwise

import pandas as pd
import pytest
from coursework import (
    NAMES,
    SECRET,
    SOURCES,
    STUDENTS,
    course,
    course_data,
    kind,
    made,
    mark,
    plant,
    problems,
    regions,
    student_version,
    text,
    with_answers,
)  # fmt: skip
from hypothesis import given, settings
from hypothesis import strategies as st

from govinfo.checks.identities import identities
from govinfo.checks.localise import localise

EACH = pytest.mark.parametrize("name", NAMES)
CHINESE = re.compile("[\u4e00-\u9fff]")
PLANTED = course_data.settings()["planted"]
NUMBER = st.from_regex(r"[0-9A-Za-z一-龥_-]{1,12}", fullmatch=True)


def handed_out(student):
    """A student's ZIP: path inside it -> bytes."""
    with zipfile.ZipFile(made() / "students" / f"{student}.zip") as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


# ---------------------------------------------------------------- the sources
@EACH
def test_a_source_is_an_nbgrader_assignment_with_answers_checks_and_one_essay(name):
    kinds = [kind(cell) for cell in SOURCES[name]["cells"]]
    assert not problems(SOURCES[name])
    assert kinds.count("check") >= 3 and kinds.count("essay") == 1 and len(kinds) <= 32
    assert all(a in ("answer", "") for a, b in pairwise(kinds) if b == "check")


@EACH
def test_a_source_is_committed_without_outputs(name):
    code = [cell for cell in SOURCES[name]["cells"] if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)


@EACH
def test_cells_are_short(name):
    for cell in SOURCES[name]["cells"]:
        if cell["cell_type"] == "code":
            lines = [line for line in text(cell).splitlines() if line.strip() and "###" not in line]
            assert len(lines) <= 13 and max(map(len, lines)) <= 120, text(cell)


@EACH
def test_every_code_cell_follows_a_sentence_in_both_languages_or_its_answer(name):
    before = None
    for cell in SOURCES[name]["cells"]:
        if cell["cell_type"] == "markdown":
            assert CHINESE.search(text(cell)) and re.search(r"[a-z]{3}", text(cell)), text(cell)
        elif kind(cell) != "check" or kind(before) != "answer":
            assert before["cell_type"] == "markdown", text(cell)
        before = cell


@EACH
def test_prose_types_no_figure_of_a_report(name):
    for cell in SOURCES[name]["cells"]:
        if cell["cell_type"] == "markdown":
            prose = re.sub(r"`[^`]*`|\$\$.*?\$\$|^#.*$", "", text(cell), flags=re.MULTILINE | re.DOTALL)
            prose = re.sub(r"(?:Task|[Cc]oursework|作业) ?\d+(?: and \d+| to \d+| 和 \d+| 至 \d+)?", "", prose)
            prose = re.sub(r"20\d\d|95 ?%|z = 1\.959964", "", prose)
            assert not re.search(r"\d", prose), prose


def test_a_source_that_is_no_assignment_is_told():
    cell = {"cell_type": "code", "metadata": {"nbgrader": {"grade": True, "grade_id": "a b"}}, "source": ["1"]}
    assert "schema version 3" in problems({"cells": [cell]})[0]
    with pytest.raises(ValueError, match="END SOLUTION"):
        regions("### BEGIN SOLUTION\nx = 1", ("### BEGIN SOLUTION", "### END SOLUTION"))


def test_the_error_is_not_given_away_by_the_programs_own_verdict():
    """The card of a report lists its findings, so it is not shown where the error is to be found."""
    code = [text(cell) for cell in SOURCES["03_error"]["cells"] if cell["cell_type"] == "code"]
    assert not [c for c in code if c.splitlines()[-1] == "report" or re.search(r"findings|problems|marked|letter", c)]


# ---------------------------------------------------------------- what a student gets
@EACH
def test_the_student_version_has_the_tasks_and_no_solution(name):
    student, source = student_version(SOURCES[name]), SOURCES[name]
    for given_out, own in zip(student["cells"], source["cells"], strict=True):
        if kind(own) == "answer":
            solved = re.search(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", text(own), re.DOTALL)[1]
            assert solved not in text(given_out) and "raise NotImplementedError()" in text(given_out)
        elif kind(own) == "essay":
            assert text(given_out) == course.STUBS["markdown"]
        elif kind(own) == "check":
            assert text(own).startswith(text(given_out)) and "HIDDEN" not in text(given_out)
        else:
            assert text(given_out) == text(own)


def test_hidden_tests_are_in_the_sources_and_in_no_bundle():
    hidden = [text(cell) for name in NAMES for cell in SOURCES[name]["cells"] if "HIDDEN TESTS" in text(cell)]
    assert len(hidden) >= 2
    assert not any(b"HIDDEN" in content for content in handed_out(STUDENTS[0]).values())


@pytest.mark.parametrize("student", STUDENTS)
def test_a_bundle_holds_five_assignments_and_the_students_own_report_only(student):
    files = handed_out(student)
    assert {name.split("/")[0] for name in files} == {"README.md", *NAMES}
    own = [name for name in files if name.startswith("03_error/data/")]
    assert sorted(own) == [f"03_error/data/{student}.json", f"03_error/data/{student}.pdf"]
    answer = plant(SECRET, student, PLANTED).answer
    for name, content in files.items():
        assert SECRET.encode() not in content and answer["cell"].encode() + b"=" not in content, name


def test_the_same_students_and_secret_give_the_same_bytes(tmp_path):
    course.make(SECRET, STUDENTS[:1], tmp_path)
    zipped = f"students/{STUDENTS[0]}.zip"
    assert (tmp_path / zipped).read_bytes() == (made() / zipped).read_bytes()


def test_what_lies_beside_the_sources_stays_when_they_are_made_again(tmp_path):
    kept = tmp_path / "teacher" / "submitted" / "a.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("work of a student", encoding="utf-8")
    course.teacher(SECRET, [], tmp_path / "teacher", course_data.settings())
    assert kept.exists() and (tmp_path / "teacher" / "source").is_dir()


def test_a_class_list_is_read_and_a_bad_one_is_refused(tmp_path):
    path = tmp_path / "students.csv"
    path.write_text("student,group\n0012,a\n0034,b\n", encoding="utf-8")
    assert course.read_students(path) == ["0012", "0034"]
    path.write_text("student\n0012\n0012\n", encoding="utf-8")
    with pytest.raises(ValueError, match="0012 stands twice"):
        course.read_students(path)
    path.write_text("name\nA\n", encoding="utf-8")
    assert course.main(["--students", str(path), "--out", str(tmp_path / "out")]) == 2


def test_an_answer_cell_that_was_deleted_is_not_answered_by_the_solution():
    merged = with_answers(SOURCES["01_read"], {"cells": []})
    assert {text(cell) for cell in merged["cells"] if kind(cell) == "answer"} == {course.STUBS["code"]}


# ---------------------------------------------------------------- the planted errors
@given(NUMBER, st.text(min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_one_cell_is_wrong_and_the_sums_alone_tell_which(student, secret):
    planted = plant(secret, student, PLANTED)
    assert planted == plant(secret, student, PLANTED)
    assert [cell for cell in planted.true if planted.figures[cell] != planted.true[cell]] == [planted.cell]
    rules = [rule for rule in identities(planted.true) if rule.id.startswith("t3.")]
    assert not _failing(rules, planted.true)
    (only,) = localise(planted.figures, rules).sets
    assert (only.cells, only.values) == ((planted.cell,), (planted.true[planted.cell],))


def _failing(rules, values):
    return [r.id for r in rules if sum(values[c] for c in r.left) != sum(values[c] for c in r.right)]


def test_every_student_of_a_large_class_has_another_error_and_another_secret_gives_others():
    numbers = [f"2026{at:04d}" for at in range(200)]
    reports = {tuple(plant(SECRET, number, PLANTED).figures.items()) for number in numbers}
    assert len(reports) == len(numbers)
    assert plant(SECRET, numbers[0], PLANTED).figures != plant(SECRET + "!", numbers[0], PLANTED).figures


def test_the_planted_figures_are_not_those_of_the_teaching_corpus():
    corpus = pd.read_csv(course_data.RAW / "teaching" / "cells.csv", index_col="report_id")
    for number in map(str, range(20)):
        planted = plant(SECRET, number, PLANTED)
        own = pd.Series(planted.true)
        assert planted.agency.startswith("虚构省") and not (corpus[own.index] == own).all(axis=1).any()


def test_a_number_that_cannot_be_a_files_name_is_refused():
    with pytest.raises(ValueError, match=r"'\.\./x': expected letters"):
        plant(SECRET, "../x", PLANTED)


def test_the_teachers_list_has_the_answer_of_every_student():
    answers = pd.read_csv(made() / "teacher" / "answers.csv", dtype={"student": str})
    assert answers["student"].tolist() == [*STUDENTS, course.DEMO]
    assert answers.to_dict("records")[:2] == [plant(SECRET, student, PLANTED).answer for student in STUDENTS]


# ---------------------------------------------------------------- solved, and marked
def solved(student, folder, names=NAMES):
    """The student's bundle, unpacked, with the solutions' answers filled in."""
    for name, content in handed_out(student).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name in names:
        path = folder / name / f"{name}.ipynb"
        blank = json.loads(path.read_text(encoding="utf-8"))
        filled = with_answers(blank, SOURCES[name])
        filled = json.loads(json.dumps(filled).replace(f'\\"{course.DEMO}\\"', f'\\"{student}\\"'))
        path.write_text(json.dumps(filled), encoding="utf-8")
    return folder


def test_every_solution_runs_and_gets_all_points(tmp_path):
    rows = pd.DataFrame(mark(solved(STUDENTS[1], tmp_path / "done"), made() / "teacher" / "source"))
    checks = rows[rows["points"].notna()]
    assert (checks["points"] == checks["of"]).all(), checks.loc[checks["points"] < checks["of"], "message"].tolist()
    assert set(checks.loc[checks["message"] != "", "message"]) == {f"for student {STUDENTS[1]}"}
    assert set(checks["assignment"]) == set(NAMES) and len(rows) - len(checks) == len(NAMES)


def test_a_changed_check_a_known_answer_and_an_open_task_get_no_points(tmp_path):
    folder = solved(STUDENTS[0], tmp_path / "done", ["04_compare"])
    path = folder / "04_compare" / "04_compare.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    known = "def wilson(k, n):\n    return {(9, 10): (0.5958, 0.9821), (1, 2): (0.0945, 0.9055), (50, 100): (0.4038, 0.5962)}[k, n]"
    for cell in notebook["cells"]:
        if kind(cell) == "check":
            cell["source"] = ["pass"]
        if task(cell) == "compare-wilson":
            cell["source"] = known.splitlines(keepends=True)
        if task(cell) == "compare-fit":
            cell["source"] = course.STUBS["code"].splitlines(keepends=True)
    zipped = tmp_path / f"{STUDENTS[0]}.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr(f"coursework/{path.parent.name}/{path.name}", json.dumps(notebook))
        archive.writestr("coursework/02_clean/02_clean.ipynb", "no notebook")
    rows = pd.DataFrame(mark(zipped, made() / "teacher" / "source")).set_index("task")
    assert rows.at["compare-rates-check", "points"] == 2
    assert rows.at["compare-wilson-check", "points"] == 0 and "KeyError" in rows.at["compare-wilson-check", "message"]
    assert rows.at["compare-fit-check", "points"] == 0 and rows.at["read-find-check", "message"] == "not handed in"
    assert "cannot be run: JSONDecodeError" in rows.at["clean-units-check", "message"]


def task(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")
