"""The notebook for one's own reports, on folders as people have them."""

import shutil
import sys
from pathlib import Path

from typeset_formats import TITLE, as_html, invented

from govinfo.builds.add import add

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import run_notebooks


def texts(notebook):
    """Everything the code cells show as text or HTML."""
    shown = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
    return "\n".join("".join(data.get(kind, "")) for data in shown for kind in ("text/html", "text/markdown"))


def test_one_page_and_a_broken_file_of_ones_own_are_enough_to_run_it(tmp_path):
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "own_reports.ipynb", tmp_path / "notebooks")
    page = tmp_path / "page.html"
    page.write_text(as_html(invented(3)).replace("<p>一、总体", f"<h1>{TITLE}</h1><p>一、总体"), encoding="utf-8")
    assert [one.outcome for one in add([str(page)], tmp_path / "my_reports")] == ["added"]
    (tmp_path / "my_reports" / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    said = texts(run_notebooks.execute(tmp_path / "notebooks" / "own_reports.ipynb"))
    assert "your reports · 你的报告" in said and "2 reports: 1 read, 0 partial, 1 failed" in said
    assert "示例市示例局" in said and "No figure · 不作图" in said
