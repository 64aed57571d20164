"""The benchmark's grading: what counts as exact, as a silent error, as doubt."""

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
import run

TRUE = {"printed": ("34", 34.0), "blank": ("", None), "yuan": ("251000元", 251000.0), "absent": None}


@pytest.mark.parametrize(
    ("printed", "read", "exact", "silent"),
    [
        ("printed", ("34", 34.0, "件", "ok"), True, False),
        ("printed", ("3 4", 34.0, "件", "cleaned"), True, False),
        ("printed", ("35", 35.0, "件", "ok"), False, True),
        ("printed", ("35", 35.0, "件", "doubt"), False, False),
        ("printed", ("34", 35.0, "件", "cleaned"), False, True),
        ("printed", ("", None, "件", "zero_mark"), False, True),
        ("printed", ("", None, "件", "missing"), False, False),
        ("blank", ("", None, "件", "zero_mark"), True, False),
        ("blank", ("", 0.0, "件", "zero_mark"), True, False),
        ("blank", ("", None, "件", "missing"), False, False),
        ("blank", ("7", 7.0, "件", "ok"), False, True),
        ("yuan", ("251000元", 25.1, "万元", "cleaned"), True, False),
        ("yuan", ("251000元", 251000.0, "元", "cleaned"), True, False),
        ("yuan", ("251000元", 251000.0, "万元", "cleaned"), False, True),
        ("absent", ("5", 5.0, "件", "ok"), False, True),
        ("absent", ("", None, "件", "missing"), False, False),
    ],
)
def test_a_cell_is_graded_against_what_was_published(printed, read, exact, silent):
    truth = [("c", *TRUE[printed])] if TRUE[printed] else []
    expected = pd.DataFrame(truth, columns=["cell", "raw", "value"]).astype({"value": "float64"})
    raw, value, unit, flag = read
    cells = pd.DataFrame({"cell": ["c"], "raw": [raw], "value": [value], "unit": [unit], "flag": [flag]})
    row = run.graded(cells.astype({"value": "float64"}), expected).iloc[0]
    assert (bool(row["exact"]), bool(row["silent"]), bool(row["doubt"])) == (exact, silent, flag == "doubt")


def test_a_printed_cell_that_was_not_read_at_all_is_not_exact():
    expected = pd.DataFrame({"cell": ["c"], "raw": ["34"], "value": [34.0]})
    nothing = pd.DataFrame(columns=["cell", "raw", "value", "unit", "flag"], dtype="object")
    graded = run.graded(nothing, expected)
    assert graded["printed"].all() and not graded["exact"].any() and not graded["silent"].any()
