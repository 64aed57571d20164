"""Notebooks 04 to 06 on a folder of the reader's own: one line is changed; what needs more reports says so, nothing breaks."""

import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import run_notebooks

NAMES = ("04_indicators", "05_compare", "06_prose")
FOLDERS = {
    "five of both scopes": ("gz-xzb-2025", "pingtan-gwh-2024", "pingtan-gwh-2025", "pingtan-jtj-2024", "huaian-2024"),
    "five without one application decided": (
        "pingtan-htp-2019", "pingtan-htp-2020", "pingtan-gyz-2019", "pingtan-gyz-2020", "pingtan-czj-2019"
    ),
}  # fmt: skip
CASES = [*((name, "five of both scopes") for name in NAMES), ("05_compare", "five without one application decided")]


def run(name, reports, tmp_path):
    """The notebook run in a copy of the project's folders, its FOLDER changed to one with these reports."""
    folder = tmp_path / "我的 reports"
    folder.mkdir()
    for report in reports:
        shutil.copy(ROOT / "data" / "raw" / f"{report}.pdf", folder)
    for kept in ("stated.csv", "teaching"):
        source, target = ROOT / "data" / "raw" / kept, tmp_path / "data" / "raw" / kept
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    text = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert text.count('FOLDER = \\"../data/raw\\"') == 1
    path = tmp_path / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir()
    path.write_text(text.replace("../data/raw\\", f"../{folder.name}\\", 1), encoding="utf-8")
    return run_notebooks.execute(path)


@pytest.mark.parametrize(("name", "folder"), CASES)
def test_a_notebook_runs_on_a_folder_of_ones_own_by_changing_one_line(name, folder, tmp_path):
    notebook = run(name, FOLDERS[folder], tmp_path)
    outputs = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]
    assert not [out for out in outputs if out.output_type not in ("display_data", "execute_result")]
    said = "\n".join(str(out.data) for out in outputs)
    assert "5 reports: 5 read" in said
    if name == "05_compare":
        for what in ("over-dispersion", "ranks", "beta-binomial shrinkage"):
            assert re.search(rf"{what} need at least 20 comparable reports, found \d", said)
        assert "名次至少需要 20 份可比的报告" in said
    assert nbformat.validate(notebook) is None
