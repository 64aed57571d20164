"""The table of thresholds, and what a row's margin in the alignment says."""

import ast
import math
from pathlib import Path

import pytest

import govinfo
from govinfo.certainty import at, threshold, thresholds
from govinfo.document import Box
from govinfo.placing.labels import align_runs
from govinfo.placing.placement import Placed, Placement
from govinfo.placing.reading import cells_table

SOURCES = sorted(Path(govinfo.__file__).parent.rglob("*.py"))


def named_in_code():
    """The ids that any module hands to `threshold`."""
    calls = (
        node for path in SOURCES for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    )
    return {
        c.args[0].value
        for c in calls
        if getattr(c.func, "id", "") == "threshold" and isinstance(c.args[0], ast.Constant)
    }


def test_every_threshold_says_what_it_decides_why_and_how_it_was_found():
    for name, row in thresholds().items():
        assert all(row[key] for key in ("unit", "zh", "en", "reason", "calibrated")), name
        assert row["value"] not in row.get("tried", ()), name


def test_every_threshold_is_used_and_every_one_used_is_in_the_table():
    assert named_in_code() == set(thresholds())


def test_figures_that_may_be_another_rows_are_below_what_is_weak():
    assert threshold("row.unsure") < threshold("label.weak")
    assert threshold("label.match") < threshold("label.weak") < threshold("label.cut")


def test_another_value_of_a_threshold_holds_only_while_it_is_tried():
    kept = threshold("label.weak")
    with pytest.raises(RuntimeError), at("label.weak", 0.99):
        assert threshold("label.weak") == 0.99
        raise RuntimeError
    assert threshold("label.weak") == kept


def margins(worth, n, m):
    return [round(one.margin, 3) for one in align_runs(n, m, worth, lambda i: -0.1, lambda j: -0.2, margins=True)]


def test_a_label_that_fits_two_rows_alike_has_no_margin():
    assert margins({(0, 1): [1.0, 1.0]}, 1, 2) == [0.0]
    assert margins({(0, 1): [1.0, 0.4]}, 1, 2) == [0.6]


def test_a_label_that_fits_one_row_alone_has_all_that_it_is_worth_as_margin():
    assert margins({(0, 1): [1.0, None]}, 1, 2) == [1.3]  # without it, it is passed over, and its row as well


def test_another_number_of_lines_for_the_same_label_is_no_other_place():
    assert margins({(0, 1): [0.9], (0, 2): [1.0]}, 2, 1) == [1.4]


def test_a_row_with_almost_no_margin_in_either_reading_is_in_doubt():
    def flag(*found):
        readings = [
            Placement(
                {"t3.new.total": Placed("t3.new.total", "3", Box(1, 1, 2, 3, 4), margin=m)}, versions={"t3": "2021"}
            )
            for m in found
        ]
        table = cells_table("r", {"t2": "2021", "t3": "2021", "t4": "2021"}, *readings).set_index("cell")
        return table.loc["t3.new.total", "flag"]

    low = threshold("label.margin") / 2
    assert flag(low, low) == "doubt"
    assert flag(low, math.inf) == flag(math.inf, low) == "ok"
