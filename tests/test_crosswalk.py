"""Figures of both forms in one vocabulary."""

import numpy as np
import pandas as pd
import pytest

from govinfo.crosswalk import crosswalk, harmonise
from govinfo.form import VERSIONS, load_form


def table(form, figures=None, report="r"):
    """All cells of a form at 0 but for the figures given (None: missing)."""
    rows = []
    for cell in load_form(form).cells:
        value = (figures or {}).get(cell.id, 0)
        rows.append((report, cell.id, np.nan if value is None else value, "missing" if value is None else "ok"))
    return pd.DataFrame(rows, columns=["report_id", "cell", "value", "flag"]).assign(note="", unit="件")


def common(cells, cell):
    return harmonise(cells).set_index("cell").loc[cell]


@pytest.mark.parametrize("form", VERSIONS)
def test_both_forms_come_in_the_same_cells_in_the_same_order(form):
    assert harmonise(table(form))["cell"].tolist() == list(crosswalk())


def test_the_three_other_outcomes_of_2021_add_to_the_one_of_2019():
    figures = {"t3.other.no_correction.natural": 1, "t3.other.unpaid_fee.natural": 2, "t3.other.other.natural": 4}
    row = common(table("2021", figures), "t3.other.natural")
    assert (row["value"], row["flag"], row["sources"]) == (7, "ok", " ".join(figures))


def test_the_one_row_of_2019_stands_for_itself():
    row = common(table("2019", {"t3.other.natural": 5}), "t3.other.natural")
    assert (row["value"], row["sources"]) == (5, "t3.other.natural")


def test_a_group_printed_as_one_row_in_2021_stands_for_its_items():
    cells = table("2021")
    items = cells["cell"].str.startswith("t3.other.")
    cells.loc[items, ["value", "flag", "note"]] = [np.nan, "missing", "in group t3.other"]
    merged = cells.iloc[[0]].assign(cell="t3.other.total", value=3.0, flag="ok")
    row = common(pd.concat([cells, merged], ignore_index=True), "t3.other.total")
    assert (row["value"], row["flag"], row["sources"]) == (3, "ok", "t3.other.total")


@pytest.mark.parametrize("name", ["licensing", "penalty", "coercion"])
def test_decisions_of_2019_are_the_figure_of_2021(name):
    assert common(table("2019", {f"t2.{name}.decisions": 8}), f"t2.{name}")["value"] == 8
    assert common(table("2021", {f"t2.{name}": 8}), f"t2.{name}")["value"] == 8


def test_what_is_disclosed_in_all_is_not_what_is_in_force():
    assert not any("valid" in cell or "total_public" in cell for cell in crosswalk())


def test_missing_stays_missing_also_as_part_of_a_sum():
    row = common(table("2021", {"t3.other.other.natural": None}), "t3.other.natural")
    assert np.isnan(row["value"])
    assert row["flag"] == "missing"
    assert common(table("2019", {"t2.penalty.decisions": None}), "t2.penalty")["flag"] == "missing"


def test_a_sum_is_as_certain_as_its_least_certain_part():
    cells = table("2021")
    cells.loc[cells["cell"] == "t3.other.other.natural", "flag"] = "cleaned"
    cells.loc[cells["cell"] == "t3.other.unpaid_fee.natural", "flag"] = "doubt"
    assert common(cells, "t3.other.natural")["flag"] == "doubt"


def test_reports_of_both_forms_stand_one_after_the_other():
    cells = pd.concat([table("2021", report="z"), table("2019", report="a")], ignore_index=True)
    both = harmonise(cells)
    assert both["report_id"].unique().tolist() == ["z", "a"]
    assert both.groupby("report_id").size().tolist() == [179, 179]


def test_every_cell_named_in_the_crosswalk_is_a_cell_of_a_form():
    known = {cell.id for v in VERSIONS for cell in (*load_form(v).cells, *load_form(v).group_cells)}
    assert {cell for ways in crosswalk().values() for way in ways for cell in way} <= known
