"""Which figures are to blame: exact, complete, all ties."""

import random
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from govinfo.checks.identities import identities
from govinfo.checks.localise import attach, doubts_of, localise, trust_of, verdict
from govinfo.checks.rules import evaluate
from govinfo.form import load_form
from govinfo.placing.values import resolve_marks

FORM = load_form("2021")
CELLS = [cell.id for cell in FORM.cells if cell.section == "t3"]
IDENTITIES = [i for i in identities(CELLS) if i.id.startswith("t3")]
REVIEW = ("t4.review.upheld", "t4.review.corrected", "t4.review.other", "t4.review.pending", "t4.review.total")


@dataclass(frozen=True)
class Sum:
    """An identity with nothing but what localisation needs."""

    id: str
    left: tuple[str, ...]
    right: tuple[str, ...]


def applications(seed, most=30):
    """A consistent section 三 with every figure printed."""
    rng, block = random.Random(seed), FORM.block("t3")
    rows = {role: [row.id for row in block.rows if row.role == role] for role in ("inflow", "outcome")}
    values = {}
    for column in [c.id for c in block.columns if c.role != "total"]:
        for row in rows["outcome"]:
            values[f"t3.{row}.{column}"] = rng.randint(0, most)
        handled = sum(values[f"t3.{row}.{column}"] for row in rows["outcome"])
        values[f"t3.total.{column}"] = handled
        values[f"t3.carried_out.{column}"] = out = rng.randint(0, most)
        values[f"t3.carried_in.{column}"] = before = rng.randint(0, handled + out)
        values[f"t3.new.{column}"] = handled + out - before
    for row in block.rows:
        values[f"t3.{row.id}.total"] = sum(v for cell, v in values.items() if cell.startswith(f"t3.{row.id}."))
    return {cell: values[cell] for cell in CELLS}


def review(*values):
    return dict(zip(REVIEW, values, strict=True))


def sets(values, rules=None, **options):
    """The smallest sets as sets of cells."""
    return [frozenset(s.cells) for s in localise(values, rules or identities(values), **options).sets]


def frame(values, **flags):
    """A cells table of one report; text stands for what is printed, None for a cell that is not."""
    rows = []
    for cell, value in values.items():
        flag = "missing" if value is None else "zero_mark" if value == "" else "ok"
        number = float(value) if flag == "ok" else np.nan
        rows.append(("r", cell, number, "件", "" if value is None else str(value), flags.get(cell, flag), ""))
    return resolve_marks(pd.DataFrame(rows, columns=["report_id", "cell", "value", "unit", "raw", "flag", "note"]))


def attached(values, **options):
    cells = frame(values)
    return attach(evaluate(cells), cells, identities(values), **options).set_index("rule")


# ------------------------------------------------------------------------------------- section 三 and 四
def test_one_wrong_cell_of_section_3_is_the_single_suspect_with_its_true_value():
    true = applications(1)
    for k, cell in enumerate(CELLS):
        wrong = true | {cell: true[cell] + 1 + k % 9}
        (suspects,) = localise(wrong, IDENTITIES).sets
        assert suspects.changes == {cell: true[cell]}


def test_two_wrong_cells_of_section_3_are_among_the_smallest_sets():
    rng, true = random.Random(7), applications(2)
    for _ in range(150):
        pair = rng.sample(CELLS, 2)
        wrong = true | {cell: abs(true[cell] + rng.choice([-3, 1, 5, 10])) for cell in pair}
        changed = {cell: true[cell] for cell in pair if wrong[cell] != true[cell]}
        assert changed in [s.changes for s in localise(wrong, IDENTITIES).sets]


def test_a_wrong_total_in_section_4_is_tied_with_each_part_that_could_be_it():
    found = localise(review(2, 5, 0, 1, 9), identities(REVIEW)).sets
    assert [s.changes for s in found] == [{cell: v} for cell, v in zip(REVIEW, (3, 6, 1, 2, 8), strict=True)]


def test_a_part_that_would_fall_below_zero_is_no_suspect():
    assert sets(review(13, 2, 4, 0, 15)) == [{REVIEW[0]}, {REVIEW[2]}, {REVIEW[4]}]


def test_dependent_cells_are_found_together_but_their_values_stay_open():
    rules = [Sum("sum", ("a", "b", "c"), ("total",))]
    (suspects,) = localise({"a": 3, "b": 4, "c": 0, "total": 2}, rules, frozen=["total"]).sets
    assert suspects.cells == ("a", "b") and suspects.values == (None, None)


def test_groups_of_section_4_are_localised_apart():
    values = {cell.id: 0 for cell in FORM.cells if cell.section == "t4"}
    values |= {"t4.review.upheld": 10, "t4.after_review.upheld": 5}
    found = localise(values, identities(values))
    assert [part.failed for part in found.parts] == [("t4.review",), ("t4.after_review",)]
    assert len(found.sets) == 4 and all(len(s.cells) == 2 for s in found.sets)


def test_a_group_printed_as_one_row_stands_for_its_items():
    true = applications(3)
    items = [cell for cell in CELLS if cell.startswith("t3.other.")]
    values = {cell: v for cell, v in true.items() if cell not in items}
    for column in [c.id for c in FORM.block("t3").columns]:
        values[f"t3.other.{column}"] = sum(true[cell] for cell in items if cell.endswith(f".{column}"))
    right = values["t3.other.legal"]
    found = localise(values | {"t3.other.legal": right + 4}, identities(values))
    assert [s.changes for s in found.sets] == [{"t3.other.legal": right}]


def test_identities_with_a_missing_cell_are_left_out():
    values = review(2, None, 0, 1, 9)
    assert localise(values, identities(REVIEW)).status == "consistent"
    true = applications(4) | {"t3.granted.natural": None}
    wrong = true | {"t3.granted.other": true["t3.granted.other"] + 2}
    assert sets(wrong, IDENTITIES) == [{"t3.granted.other"}]


# ------------------------------------------------------------------------------------- order and limits
def test_trust_orders_the_sets_and_changes_none_of_them():
    values = review(2, 5, 0, 1, 9)
    plain, ordered = sets(values), sets(values, trust={REVIEW[4]: 0.0, REVIEW[1]: 0.9})
    assert set(plain) == set(ordered)
    assert ordered == [{REVIEW[4]}, {REVIEW[1]}, {REVIEW[0]}, {REVIEW[2]}, {REVIEW[3]}]


def test_doubt_comes_before_prose_and_prose_before_neighbouring_years():
    cells = frame(review(1, 2, 3, 4, 11), **{REVIEW[4]: "doubt"})
    trust = trust_of(cells, prose={REVIEW[1]: 3}, neighbours={REVIEW[2]: 9, REVIEW[0]: 1})
    assert sorted(REVIEW, key=trust.get) == [REVIEW[k] for k in (4, 1, 2, 3, 0)]


def test_a_frozen_cell_is_never_blamed():
    assert sets(review(0, 0, 0, 0, 1), frozen=[REVIEW[0], REVIEW[4]]) == [{REVIEW[k]} for k in (1, 2, 3)]


def test_a_free_cell_changes_without_being_listed():
    rules = [Sum("one", ("a", "b"), ("x",)), Sum("two", ("c",), ("x",))]
    values = {"a": 1, "b": 0, "c": 5, "x": 3}
    assert sets(values, rules, free=["x"]) == [{"a"}, {"b"}, {"c"}]


def test_more_than_four_cells_are_said_to_be_too_many():
    rules = [Sum(f"i{k}", (f"a{k}",), (f"b{k}",)) for k in range(5)]
    rules.append(Sum("all", tuple(f"a{k}" for k in range(5)), ("sum",)))
    values = {f"a{k}": 1 for k in range(5)} | {f"b{k}": 0 for k in range(5)} | {"sum": 5}
    found = localise(values, rules)
    assert found.status == "too many cells" and found.sets == ()
    assert found.failed == ("i0", "i1", "i2", "i3", "i4")
    assert localise(values, rules, beyond=True).parts[0].size == 5


def test_more_than_fifty_sets_are_said_to_be_too_many():
    rules = [Sum("i", tuple(f"a{k}" for k in range(51)), ("sum",))]
    values = {f"a{k}": 1 for k in range(51)} | {"sum": 50}
    assert localise(values, rules).status == "too many sets"
    assert localise(values, rules, max_sets=52).status == "found"


def test_ties_of_independent_parts_multiply():
    rules = [Sum(f"i{k}", tuple(f"{k}{x}" for x in "abcdefgh"), (f"{k}",)) for k in range(2)]
    values = {cell: 1 for rule in rules for cell in rule.left} | {"0": 7, "1": 9}
    found = localise(values, rules)
    assert [part.status for part in found.parts] == ["found", "found"]
    assert found.status == "too many sets"  # 9 x 9 combinations


@pytest.mark.parametrize("value", [-3, Decimal("2.5")])
def test_a_figure_that_is_no_count_is_a_suspect_in_itself(value):
    assert localise(review(value, 0, 0, 1, 4), identities(REVIEW)).sets[0].changes == {REVIEW[0]: 3}


def test_whole_numbers_stay_exact_beyond_64_bits():
    big = 10**25
    (suspects, *_) = localise(review(big, 1, 0, 0, big), identities(REVIEW)).sets
    assert suspects.changes == {REVIEW[0]: big - 1}


# ------------------------------------------------------------------------------------- verdict and findings
def test_the_reading_is_to_blame_where_another_reading_makes_everything_hold():
    (part,) = localise(review(7, 0, 0, 1, 2), identities(REVIEW)).parts
    assert verdict(part, {REVIEW[0]: (1, 7)}) == "reading"
    assert verdict(part, {REVIEW[4]: ()}) == "reading"
    assert verdict(part, {REVIEW[0]: (4,)}) == "open"
    assert verdict(part, {REVIEW[1]: (4,)}) == "publisher"  # doubted, but no suspect: it would fall below 0
    assert verdict(part, {}) == "publisher"


def test_readings_are_taken_from_the_note():
    cells = frame(review(1, 2, 3, 4, 11), **{REVIEW[4]: "doubt", REVIEW[0]: "doubt"})
    cells["note"] = ["label matched weakly (0.55)", "", "", "", "two readings: grid '11', words '10'"]
    assert doubts_of(cells) == {REVIEW[0]: (), REVIEW[4]: (11, 10)}


def test_a_reading_that_was_not_sure_of_itself_leaves_every_number_open():
    cells = frame(review(7, 0, 0, 1, 2), **{REVIEW[0]: "doubt"})
    two = "two readings: grid '7', words '4'"
    for note, said in ((two, "open"), (f"{two}; recognised with a score of 0.26", "reading")):
        cells.loc[0, "note"] = note
        found = attach(evaluate(cells), cells, identities(REVIEW))
        assert found["verdict"].tolist() == [said]


def test_findings_get_suspects_suggestion_slip_and_verdict():
    row = attached(review(13, 2, 4, 0, 15)).loc["t4.review"]
    assert row["suspects"] == "t4.review.upheld | t4.review.other | t4.review.total"
    assert row["suggestion"] == "t4.review.upheld=9 | t4.review.other=0 | t4.review.total=19"
    assert row["slip"].split(" | ")[2] == "part_left_out"
    assert row["verdict"] == "publisher"


def test_undetermined_marks_count_as_zero_and_can_be_blamed():
    assert attached(review(2, "", "", "1", "5")).loc["t4.review", "suggestion"].split(" | ") == [
        *(
            "t4.review.upheld=4",
            "t4.review.corrected=2",
            "t4.review.other=2",
            "t4.review.pending=3",
            "t4.review.total=3",
        )
    ]


def test_findings_that_cannot_tell_stay_as_they_are():
    row = attached(review(2, None, 0, 1, 9)).loc["t4.review"]
    assert row["outcome"] == "cannot_tell" and row["suspects"] == row["verdict"] == ""


def test_too_many_cells_are_said_in_the_message_with_the_column_never_filled():
    values = applications(5)
    for cell in values:
        if cell.endswith(".total"):
            values[cell] = 0
    rows = attached(values)
    row = rows.loc["t3.row.new"]
    assert row["suspects"] == row["suggestion"] == "" and row["slip"] == "total_never_filled"
    assert "No change of up to 4 cells" in row["message"] and "改动至多4格" in row["message"]
    assert all(rule in row["message"] for rule in rows.index)


def test_attach_takes_one_report():
    cells = frame(review(1, 0, 0, 0, 2))
    two = pd.concat([cells, cells.assign(report_id="other")])
    with pytest.raises(ValueError, match="one report, found 2"):
        attach(evaluate(two), two, identities(REVIEW))
