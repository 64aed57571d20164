"""The notebooks: run from top to bottom on the shipped reports, give the results they are committed with, and read well."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import run_notebooks

import notebooks

SERIES = {path.name: notebooks.load(path) for path in notebooks.series()}
EACH = pytest.mark.parametrize("name", SERIES)
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of what the notebooks read, its tables built there, in a folder with a space and Chinese letters."""
    folder = tmp_path_factory.mktemp("公开 报告")
    shutil.copytree(ROOT / "data" / "raw", folder / "data" / "raw")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    environment = os.environ | {"GOVINFO_CACHE": str(folder / "cache")}
    build = [sys.executable, "-m", "govinfo", "build"]
    subprocess.run(build, cwd=folder, env=environment, check=True, capture_output=True)
    return folder


def cells(notebook, kind):
    """The cells of a notebook of one kind, those of tools/notebooks.py left out."""
    generated = {"navigation", "contents"}
    return [c for c in notebook["cells"] if c["cell_type"] == kind and not generated & set(notebooks.tags(c))]


@EACH
def test_a_notebook_runs_and_gives_the_results_it_is_committed_with(name, project, monkeypatch):
    monkeypatch.setenv("GOVINFO_CACHE", str(project / "cache"))  # what the build has read is not read again
    again = run_notebooks.execute(project / "notebooks" / name)
    wanted = "run python tools/run_notebooks.py --inplace && python tools/notebooks.py"
    assert notebooks.results(again) == notebooks.results(SERIES[name]), wanted


@EACH
def test_no_output_is_an_error_a_warning_or_names_a_machine(name):
    for cell in cells(SERIES[name], "code"):
        for output in cell["outputs"]:
            assert output["output_type"] in ("display_data", "execute_result"), notebooks.text(cell)
            assert not re.search(r"(?<![\w.])/(home|root|tmp|Users|work)/|[A-Z]:\\", str(output)), notebooks.text(cell)


@EACH
def test_cells_are_short(name):
    for cell in cells(SERIES[name], "code"):
        lines = [line for line in notebooks.text(cell).splitlines() if line.strip()]
        assert len(lines) <= 9 and max(map(len, lines)) <= 100, notebooks.text(cell)


@EACH
def test_most_cells_have_at_most_seven_lines(name):
    lengths = [len([x for x in notebooks.text(c).splitlines() if x.strip()]) for c in cells(SERIES[name], "code")]
    assert sum(length > 7 for length in lengths) <= 2


@EACH
def test_every_code_cell_follows_a_sentence_in_both_languages(name):
    before = None
    for cell in SERIES[name]["cells"]:
        if cell["cell_type"] == "code":
            assert before and before["cell_type"] == "markdown", notebooks.text(cell)
            assert CHINESE.search(notebooks.text(before)) and re.search(r"[a-z]{3}", notebooks.text(before))
        before = cell


@EACH
def test_prose_states_no_figure_that_is_not_computed(name):
    for cell in cells(SERIES[name], "markdown"):
        prose = re.sub(r"`[^`]*`|\[\d\d\]\([^)]*\)|^#.*$", "", notebooks.text(cell), flags=re.MULTILINE)
        prose = re.sub(r"\b(?:19|20)\d\d\b|95 ?%|3 [x×] 3", "", prose)
        assert not re.search(r"\d", prose), prose


@EACH
def test_every_notebook_opens_with_its_facts_and_ends_with_what_was_learned(name):
    assert all(notebooks.facts(SERIES[name]).values())
    assert re.search(r"^\| \*\*Prior knowledge\*\* · 预备知识 \| .+ \|$", notebooks.opening(SERIES[name]), re.MULTILINE)
    headings = re.findall(r"^## (.+)$", "\n".join(map(notebooks.text, cells(SERIES[name], "markdown"))), re.MULTILINE)
    assert headings[-1] == "What we learned · 小结"


@EACH
def test_every_read_and_join_is_followed_by_an_assertion(name):
    codes = [notebooks.text(cell) for cell in cells(SERIES[name], "code")]
    for at, code in enumerate(codes):
        if re.search(r"\.merge\(|read_table\(|read_csv\(", code):
            assert "assert" in code or "assert" in codes[at + 1], code


@EACH
def test_every_link_leads_somewhere(name):
    text = "\n".join(notebooks.text(cell) for cell in SERIES[name]["cells"] if cell["cell_type"] == "markdown")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert not [link for link in links if not (ROOT / "notebooks" / link).is_file()]


@EACH
def test_contents_and_links_are_those_of_the_series(name):
    stored = (ROOT / "notebooks" / name).read_text(encoding="utf-8")
    assert notebooks.as_text(notebooks.written(name, SERIES)) == stored, "run python tools/notebooks.py"


@EACH
def test_a_notebook_is_small_enough_to_be_looked_at_on_the_web(name):
    assert (ROOT / "notebooks" / name).stat().st_size < 1_500_000


def test_the_series_is_numbered_without_a_gap_and_lists_itself_in_the_first():
    numbered = [name for name in SERIES if name[0].isdigit()]
    assert [name[:2] for name in numbered] == [f"{number:02d}" for number in range(len(numbered))]
    assert {path.name for path in (ROOT / "notebooks").glob("*.ipynb")} == set(SERIES)
    first = "".join(notebooks.text(cell) for cell in next(iter(SERIES.values()))["cells"])
    assert all(f"]({name})" in first for name in SERIES)
