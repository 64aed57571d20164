"""Original PDFs against their checked truth; the originals are not part of the project."""

import csv
from pathlib import Path

import pytest

import govinfo as gi

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"


@pytest.mark.skipif(not REAL.is_dir(), reason="the original PDFs are not on this machine")
@pytest.mark.parametrize("name", ["huaian-2024", "hongze-2023"])
def test_every_cell_of_an_original_is_exact_and_none_is_in_doubt(name):
    truth = list(csv.DictReader((REAL / f"{name}.csv").open(encoding="utf-8")))
    cells = gi.read_report(REAL / f"{name}.pdf").cells.set_index("cell")
    assert len(truth) > 180
    for row in truth:
        found = cells.loc[row["cell"]]
        assert (found["raw"], found["value"]) == (row["raw"], float(row["value"])), row["cell"]
    assert not (cells["flag"] == "doubt").any()
