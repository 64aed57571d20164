"""Reproduction: what is copied, what is compared, and that a difference is named. The whole run is `make reproduce`."""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from govinfo.tables import codebook

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import reproduce
import reproduced
import run_notebooks
from figure_data import data_of

import notebooks


def drawn(y=(1, 2), label="a", colour="red"):
    figure, axes = plt.subplots()
    axes.plot([0, 1], y, label=label, color=colour)
    axes.scatter([0.5], [y[0]])
    axes.barh([0], [y[1]])
    axes.set_title("公开率")
    plt.close(figure)
    return data_of(figure)


def test_the_data_of_a_figure_is_what_is_drawn_and_not_how():
    assert drawn() == drawn(colour="blue") and "公开率" in drawn()
    assert len({drawn(), drawn(y=(1, 2.5)), drawn(label="b")}) == 3


def test_the_last_bits_of_a_float_make_no_difference():
    assert drawn(y=(0.1 + 0.2, 2)) == drawn(y=(0.3, 2))


def test_a_notebook_run_with_code_before_it_shows_figures_with_their_data_and_counts_from_1(tmp_path):
    import nbformat

    path = tmp_path / "n.ipynb"
    cells = ["import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\nplt.close()", "figure", "1 + 1"]
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells]), path)
    found = run_notebooks.execute(path, reproduced.REGISTER)
    assert [cell.execution_count for cell in found.cells] == [1, 2, 3]
    assert [name for name, _ in reproduced._figures("n", found)] == ["n-01.json"]
    assert set(found.cells[1].outputs[0].data) == {"text/plain", "image/png"}  # the data is gone from the notebook


def test_the_sums_expected_name_every_table_and_the_figures():
    names = [line.split("  ")[1] for line in reproduced.SUMS.read_text(encoding="utf-8").splitlines()]
    assert names == sorted(names)
    tables = [name for name in names if not name.startswith("figures/")]
    assert set(tables) == {*(f"{name}.csv" for name in codebook()), "datapackage.json"}
    assert len(names) > len(tables)


@pytest.fixture
def processed(tmp_path, monkeypatch):
    """A data/processed of one table, with the sums expected of it."""
    folder = tmp_path / "processed"
    (folder / "figures").mkdir(parents=True)
    (folder / "cells.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "datapackage.json").write_text("{}\n", encoding="utf-8")
    for name, value in (("PROCESSED", folder), ("FIGURES", folder / "figures"), ("SUMS", folder / "SHA256SUMS")):
        monkeypatch.setattr(reproduced, name, value)
    lines = [f"{digest}  {name}\n" for name, digest in reproduced.sums().items()]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return folder


def test_tables_as_expected_pass(processed):
    assert [check.problem for check in reproduced.check_files()] == ["", ""]


def test_one_byte_more_a_table_less_or_a_figure_more_is_named(processed):
    (processed / "cells.csv").write_text("a\n1 \n", encoding="utf-8")
    (processed / "datapackage.json").unlink()
    (processed / "figures" / "x-01.json").write_text("[]", encoding="utf-8")
    (processed / "datapackage.json").write_text("{} ", encoding="utf-8")
    problems = {check.what: check.problem for check in reproduced.check_files()}
    assert all(problems.values()) and len(problems) == 3
    assert "expected nothing" in problems["data/processed/figures/x-01.json"]
    text = reproduced.report(list(reproduced.check_files()))
    assert "**0 of 3 checks passed.**" in text and "- data/processed/cells.csv: expected" in text


def test_without_sums_expected_nothing_passes(processed):
    (processed / "SHA256SUMS").unlink()
    assert all(check.problem for check in reproduced.check_files())


def test_a_result_of_a_notebook_that_changed_is_named_by_its_cell():
    path = notebooks.series()[0]
    again = notebooks.load(path)
    shown = [cell for cell in again["cells"] if cell.get("outputs")]
    shown[-2]["outputs"][0]["data"]["text/plain"] = ["another"]
    (check,) = reproduced.check_notebooks({path: again})
    assert check.problem.startswith("other results in code cells ")
    (check,) = reproduced.check_notebooks({path: notebooks.load(path)})
    assert check.problem == ""


def test_the_copy_holds_the_project_and_nothing_that_was_made(tmp_path, monkeypatch):
    for name in ("data/raw/a.pdf", "data/processed/cells.csv", "data/processed/SHA256SUMS", "html/x.html", "govinfo/a.py",
                 ".venv/x", "govinfo/__pycache__/a.pyc", "data/processed/figures/x.json"):  # fmt: skip
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    monkeypatch.setattr(reproduce, "ROOT", tmp_path / "project")
    reproduce.copy_of_project(tmp_path / "copy")
    copied = {p.relative_to(tmp_path / "copy").as_posix() for p in (tmp_path / "copy").rglob("*") if p.is_file()}
    assert copied == {"data/raw/a.pdf", "data/processed/SHA256SUMS", "govinfo/a.py"}
