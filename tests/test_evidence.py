"""What speaks for or against a figure beside the sums, and how it orders the sets of suspects."""

from decimal import Decimal
from types import SimpleNamespace

import pandas as pd

from govinfo.checks.evidence import neighbouring_cells, stated_cells
from govinfo.placing.values import resolve_marks
from govinfo.report import find


def claims(**figures):
    rows = [(claim.replace("__", "."), float(figure), "", 1, "") for claim, figure in figures.items()]
    return pd.DataFrame(rows, columns=["claim", "figure", "note", "page", "quote"])


def table(values, report="r"):
    rows = [(report, cell, float(v), "件", str(v), "ok", "") for cell, v in values.items()]
    columns = ["report_id", "cell", "value", "unit", "raw", "flag", "note"]
    return resolve_marks(pd.DataFrame(rows, columns=columns))


def column(new, carried_in, total, carried_out):
    """One column of 三 as far as the balance goes."""
    figures = {"new": new, "carried_in": carried_in, "total": total, "carried_out": carried_out}
    return {f"t3.{row}.natural": value for row, value in figures.items()}


def suspects(before=None, after=None, stated=None):
    """The order of the suspects where 1 is new, 1 is handled and 1 carried out, as one year of a police bureau prints."""

    def report(values):
        return values and SimpleNamespace(
            report_id="r", level="", scope="", year=2024, cells=table(values), claims=claims()
        )

    one = report(column(1, 0, 1, 1))
    if stated is not None:
        one.claims = stated
    found = find(one, report(before), report(after)).set_index("rule")
    return found.loc["t3.balance.natural", "suspects"].split(" | ")


def test_the_prose_speaks_of_a_cell_only_where_one_reading_is_that_cell_alone():
    values = {"t3.new.total": Decimal(5), "t3.carried_in.total": Decimal(2), "t3.denied.process.total": Decimal(1)}
    assert stated_cells(claims(received=6, carried_in=2), values) == {"t3.new.total": 6, "t3.carried_in.total": 2}
    assert stated_cells(claims(received=7), values) == {}  # new and carried in together
    assert stated_cells(claims(denied=1), values) == {}  # a group, which is no cell


def test_two_figures_for_one_claim_and_an_approximate_one_say_nothing():
    values = {"t3.carried_in.total": Decimal(2)}
    two = pd.concat([claims(carried_in=2), claims(carried_in=3)])
    assert stated_cells(two, values) == {}
    assert stated_cells(claims(carried_in=3).assign(note="approximate"), values) == {}


def test_the_turn_of_the_year_speaks_of_both_sides():
    before, after = table({"t3.carried_out.natural": 4}), table({"t3.carried_in.natural": 3})
    assert neighbouring_cells(before, after) == {"t3.carried_in.natural": 4, "t3.carried_out.natural": 3}
    assert neighbouring_cells(None, None) == {}


def test_without_evidence_the_form_orders_the_suspects():
    assert suspects() == [f"t3.{row}.natural" for row in ("new", "carried_in", "total", "carried_out")]


def test_next_years_report_that_carries_nothing_in_points_at_what_was_carried_out():
    assert suspects(after=column(1, 0, 1, 0))[0] == "t3.carried_out.natural"


def test_last_years_report_points_at_what_was_carried_in():
    assert suspects(before=column(3, 0, 2, 1))[0] == "t3.carried_in.natural"


def test_the_prose_comes_before_the_neighbouring_years():
    said = claims(received__natural=2)
    assert suspects(after=column(1, 0, 1, 0), stated=said)[0] == "t3.new.natural"
