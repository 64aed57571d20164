"""What calibration counts, on tables of a few cells."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
import calibration

from govinfo.certainty import thresholds
from govinfo.placing.placement import Placed, Placement

TRUTH = pd.DataFrame({"cell": ["a", "b", "c", "d"], "raw": ["1", "2", "3", "4"], "value": [1.0, 2.0, 3.0, 4.0]})


def cells(**read):
    """A table of cells from cell=(raw, value, flag)."""
    rows = [(cell.replace("__", "."), raw, value, flag, "") for cell, (raw, value, flag) in read.items()]
    return pd.DataFrame(rows, columns=["cell", "raw", "value", "flag", "note"]).assign(report_id="r")


def test_a_cell_is_right_wrong_or_lost_and_in_doubt_or_not():
    read = cells(a=("1", 1.0, "ok"), b=("7", 7.0, "ok"), c=("7", 7.0, "doubt"), d=("", None, "missing"))
    table = calibration.graded(read, TRUTH).set_index("cell")
    assert table["wrong"].tolist() == [False, True, True, False]
    assert table["silent"].tolist() == [False, True, False, False]
    assert table["lost"].tolist() == [False, False, False, True]
    assert calibration.counts(table) == {
        "cells": 3, "wrong": 2, "lost": 1, "certain": 2, "wrong though certain": 1, "right though in doubt": 0,
        "at most wrong of the certain": 0.974679,
    }  # fmt: skip


def test_a_right_cell_in_doubt_is_what_certainty_costs():
    table = calibration.graded(cells(a=("1", 1.0, "doubt")), TRUTH[:1])
    assert calibration.counts(table)["right though in doubt"] == 1
    assert calibration.counts(table)["at most wrong of the certain"] is None


@pytest.mark.parametrize("cells_", [100, 3000])
def test_with_none_wrong_the_bound_is_about_three_by_the_number_of_cells(cells_):
    assert calibration.bound(0, cells_) == pytest.approx(3 / cells_, rel=0.02)


def test_a_cell_holds_only_if_every_sum_that_it_stands_in_does():
    parts = {f"t4__review__{k}": ("1", 1.0, "ok") for k in ("upheld", "corrected", "other", "pending")}
    assert set(calibration.sums_of(cells(**parts, t4__review__total=("4", 4.0, "ok"))).values()) == {"hold"}
    assert set(calibration.sums_of(cells(**parts, t4__review__total=("5", 5.0, "ok"))).values()) == {"fail"}
    assert calibration.sums_of(cells(t2__licensing=("5", 5.0, "ok"))) == {}


def test_sums_of_noughts_alone_speak_for_nothing():
    parts = {f"t4__review__{k}": ("0", 0.0, "ok") for k in ("upheld", "corrected", "other", "pending", "total")}
    assert calibration.sums_of(cells(**parts)) == {}


def test_evidence_says_whether_the_readings_agree_and_takes_the_better_label_of_both():
    def reading(label, **texts):
        return Placement({c: Placed(c, text, None, label, margin=2 * label) for c, text in texts.items()})

    read = cells(a=("1", 1.0, "ok"), b=("2", 2.0, "doubt"), c=("3", 3.0, "ok"), d=("", None, "missing"))
    found = calibration.evidence(read, reading(0.7, a="1", b="2", c="3"), reading(0.9, a="1", b="7")).set_index("cell")
    assert found["readings"].tolist() == ["agree", "differ", "one alone", "none"]
    assert found["label"].tolist()[:3] == [0.9, 0.9, 0.7] and found["margin"].tolist()[:3] == [1.8, 1.8, 1.4]


def test_the_value_that_stands_is_marked_among_its_neighbours():
    row = thresholds()["label.weak"]
    rows = [
        {"threshold": "label.weak", "value": v, "part": "二", "silent": 1} for v in (row["value"], 0.8) for _ in "ab"
    ]
    found = calibration.by_value(rows)
    assert [(one["silent"], one["stands"]) for one in found] == [(2, True), (2, False)]


def test_what_is_committed_was_counted_with_the_thresholds_that_stand():
    found = json.loads(calibration.RESULTS.read_text("utf-8"))["thresholds"]
    counted = {(one["threshold"], one["value"], one["stands"]) for one in found}
    tried = {name: row for name, row in thresholds().items() if "tried" in row}
    assert counted == {
        (name, v, v == row["value"]) for name, row in tried.items() for v in (row["value"], *row["tried"])
    }
