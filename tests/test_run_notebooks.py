"""The notebook runner: this Python, the notebook's own folder, pages that need no network."""

import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import run_notebooks

CODE = "import sys\nfrom pathlib import Path\nprint(sys.prefix)\nprint(Path.cwd().name)"


def a_notebook(folder, *cells):
    folder.mkdir()
    path = folder / "00_试.ipynb"
    code = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 标题 $x^2$"), *code]), path)
    return path


def test_a_notebook_runs_in_this_environment_and_in_its_own_folder_and_its_page_needs_no_network(tmp_path):
    path = a_notebook(tmp_path / "笔 记", CODE, "1 + 1")
    before = path.read_bytes()
    page = run_notebooks.run(path, html=tmp_path / "html").read_text(encoding="utf-8")
    assert sys.prefix in page and "笔 记" in page and "标题" in page
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)\s*=\s*.?https?:", page)
    assert path.read_bytes() == before


def test_inplace_keeps_the_outputs_with_counts_from_1(tmp_path):
    path = a_notebook(tmp_path / "n", "1 + 1", "2 + 2")
    run_notebooks.run(path, html=tmp_path / "html", inplace=True)
    code = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2]
    assert [cell.outputs[0].data["text/plain"] for cell in code] == ["2", "4"]


def test_a_cell_that_fails_ends_the_run_and_leaves_no_page(tmp_path):
    path = a_notebook(tmp_path / "n", "assert 1 == 2, 'one is not two'")
    with pytest.raises(CellExecutionError, match="one is not two"):
        run_notebooks.run(path, html=tmp_path / "html")
    assert not list(tmp_path.rglob("*.html"))
