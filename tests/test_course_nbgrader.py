"""The coursework in nbgrader itself (extra `teach`): the same student version, the same marks."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from coursework import NAMES, SOURCES, STUDENTS, course, kind, made, student_version

nbgrader = pytest.importorskip("nbgrader", reason="needs the extra `teach`")
nbformat = pytest.importorskip("nbformat")
EACH = pytest.mark.parametrize("name", NAMES)


def as_node(notebook):
    return nbformat.from_dict(json.loads(json.dumps(notebook)))


@EACH
def test_its_preprocessors_make_the_same_student_version(name):
    from nbgrader.preprocessors import ClearHiddenTests, ClearOutput, ClearSolutions, LockCells
    from traitlets.config import Config

    stubs = {"code_stub": {"python": course.STUBS["code"]}, "text_stub": course.STUBS["markdown"]}
    theirs = nbformat.read(course.SOURCES / f"{name}.ipynb", as_version=4)
    for step in (ClearSolutions, LockCells, ClearOutput, ClearHiddenTests):
        theirs, _ = step(config=Config({"ClearSolutions": stubs})).preprocess(theirs, {})
    ours = as_node(student_version(SOURCES[name]))
    for mine, other in zip(ours.cells, theirs.cells, strict=True):
        assert "".join(mine.source) == other.source and mine.metadata == other.metadata


@EACH
def test_its_validator_accepts_source_and_student_version(name):
    from nbgrader.nbgraderformat import MetadataValidator

    for notebook in (SOURCES[name], student_version(SOURCES[name])):
        cells = as_node(notebook).cells
        for cell in cells:
            MetadataValidator().validate_cell(cell)
        assert sum(kind(cell) in ("check", "essay") for cell in notebook["cells"]) >= 4


def test_it_releases_and_marks_an_assignment_like_our_own_tool(tmp_path, monkeypatch):
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    name = "04_compare"
    shutil.copytree(made() / "teacher" / "source" / name, tmp_path / "source" / name)
    shutil.copyfile(made() / "teacher" / "nbgrader_config.py", tmp_path / "nbgrader_config.py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # it calls alembic by its name
    config = Config(PyFileConfigLoader("nbgrader_config.py").load_config())
    config.CourseDirectory.root = str(tmp_path)
    api = NbGraderAPI(config=config)
    assert api.generate_assignment(name)["success"]
    released = tmp_path / "release" / name
    assert "SOLUTION" not in (released / f"{name}.ipynb").read_text(encoding="utf-8")
    submitted = tmp_path / "submitted" / STUDENTS[0] / name
    shutil.copytree(released, submitted)
    shutil.copyfile(tmp_path / "source" / name / f"{name}.ipynb", submitted / f"{name}.ipynb")
    result = api.autograde(name, STUDENTS[0])
    assert result["success"], result["log"]
    points = sum(c["metadata"]["nbgrader"]["points"] for c in SOURCES[name]["cells"] if kind(c) == "check")
    assert api.gradebook.find_submission(name, STUDENTS[0]).score == points
