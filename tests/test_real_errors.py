"""Errors in real reports, explained as a person would."""

import csv
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from govinfo.checks.identities import identities
from govinfo.checks.localise import attach
from govinfo.checks.rules import evaluate
from govinfo.form import load_form
from govinfo.placing.values import clean, resolve_marks

FIGURES = Path(__file__).resolve().parents[1] / "data" / "raw" / "figures.csv"


@cache
def published(report):
    """Sections 三 and 四 of a real report as a cells table."""
    if not FIGURES.is_file():
        pytest.skip("data/raw/figures.csv is not at hand")
    forms, rows = [load_form(version) for version in ("2021", "2019")], []
    with FIGURES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cell = next((f.cell(row["cell"]) for f in forms if row["cell"] in f), None)
            if row["report_id"] == report and cell and cell.section != "t2":
                read = clean(row["raw"], cell)
                rows.append((report, cell.id, read.value, cell.unit, row["raw"], read.flag, read.note))
    columns = ["report_id", "cell", "value", "unit", "raw", "flag", "note"]
    return resolve_marks(pd.DataFrame(rows, columns=columns).astype({"value": float}))


REAL = {  # report: rule, suggestion, slip
    "hongze-2023": ("t4.review", "t4.review.total=11", "total_never_filled"),
    "pingtan-htp-2022": ("t3.balance.natural", "t3.total.natural=4 t3.total.total=4", "total_never_filled"),
    "pingtan-htp-2021": ("t3.row.total", "t3.total.natural=0", "stray"),
    "pingtan-nyn-2023": ("t3.row.new", "t3.new.total=7 t3.carried_in.total=0", "neighbour"),
    "pingtan-nyn-2021": ("t3.outcomes.other", "t3.total.natural=2 t3.total.other=1", "misfiled"),
    "pingtan-gaj-2021": (
        "t3.balance.total",
        (
            "t3.new.natural=2 t3.new.total=2 | t3.carried_in.natural=1 t3.carried_in.total=1"
            " | t3.carried_out.natural=0 t3.carried_out.total=0"
        ),
        "case_missed | line_never_filled | counted_twice",
    ),
    "pingtan-lyy-2025": (
        "t3.row.total",
        (
            "t3.new.natural=0 t3.unable.not_held.natural=0 t3.total.natural=0"
            " | t3.new.total=1 t3.unable.not_held.total=1 t3.total.total=1"
        ),
        "stray | total_never_filled",
    ),
    "pingtan-shs-2024": (
        "t4.after_review",
        "t4.after_review.upheld=9 | t4.after_review.other=0 | t4.after_review.total=19",
        "unknown | stray | part_left_out",
    ),
}


@pytest.mark.parametrize("report", REAL)
def test_a_real_error_is_explained_as_a_person_would(report):
    cells, (rule, suggestion, slip) = published(report), REAL[report]
    found = attach(evaluate(cells), cells, identities(cells["cell"])).set_index("rule").loc[rule]
    assert (found["suggestion"], found["slip"], found["verdict"]) == (suggestion, slip, "publisher")


def test_figures_left_over_from_last_year_are_recognised():
    cells, before = published("pingtan-jsp-2022"), published("pingtan-jsp-2021")
    last = dict(zip(before["cell"], before["value"], strict=True))
    found = attach(evaluate(cells), cells, identities(cells["cell"]), previous=last).set_index("rule")
    assert found.loc["t3.outcomes.total", "suggestion"].count("=0") == 3
    assert found.loc["t3.outcomes.total", "slip"] == "last_year"


def test_a_total_column_never_filled_is_told_where_too_many_cells_are_wrong():
    cells = published("pingtan-htp-2024")
    found = attach(evaluate(cells), cells, identities(cells["cell"])).set_index("rule").loc["t3.row.new"]
    assert (found["suspects"], found["suggestion"], found["slip"]) == ("", "", "total_never_filled")
    assert "beside it t3.unable.not_held.natural=3 | t3.unable.unclear.natural=0" in found["message"]
