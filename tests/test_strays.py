"""Figures that found no cell, and what they cast doubt on."""

import pytest

from govinfo.document import Box
from govinfo.placing.placement import Leftover, Placed, Placement
from govinfo.placing.strays import CUT, doubt_broken_sums, doubt_neighbours, doubt_page_breaks


def placed(cell, x, y, text="0"):
    return Placed(cell, text, Box(1, x - 5, y - 4, x + 5, y + 4))


def doubted(*leftovers):
    cells = [
        placed("t3.new.natural", 100, 20),
        placed("t3.new.total", 200, 20),
        placed("t3.carried_in.natural", 100, 60),
        placed("t3.carried_in.total", 200, 60),
        placed("t3.granted.natural", 100, 90),
    ]
    reading = Placement({p.cell: p for p in cells}, list(leftovers))
    doubt_neighbours(reading)
    return {cell for cell, p in reading.placed.items() if p.doubt}


def stray(x, y, label=""):
    return Leftover(label, "", "7", Box(1, x - 5, y - 4, x + 5, y + 4))


def test_a_figure_between_two_rows_puts_both_cells_of_its_column_in_doubt():
    assert doubted(stray(100, 40)) == {"t3.new.natural", "t3.carried_in.natural"}


def test_a_figure_on_a_line_without_a_column_puts_the_line_in_doubt():
    assert doubted(stray(150, 60)) == {"t3.carried_in.natural", "t3.carried_in.total"}


def test_a_row_the_form_has_not_puts_nothing_in_doubt():
    assert doubted(stray(100, 40, "（八）撤回申请")) == set()


def test_a_row_whose_label_is_cut_off_is_a_stray_all_the_same():
    assert doubted(stray(100, 40, "开申请数量")) == {"t3.new.natural", "t3.carried_in.natural"}


def test_a_row_whose_label_another_one_ran_into_is_a_stray_where_it_ends_as_a_row_of_the_form_does():
    assert doubted(stray(100, 40, "办无行制作")) == {"t3.new.natural", "t3.carried_in.natural"}


def test_a_figure_of_two_pieces_at_the_top_of_a_page_may_be_the_rest_of_the_one_above():
    cells = [
        Placed("t3.new.natural", "84", Box(1, 95, 700, 105, 708)),
        Placed("t3.new.total", "84", Box(1, 195, 700, 205, 708)),
        Placed("t3.granted.natural", "961", Box(2, 95, 50, 105, 58), pieces=2),
        Placed("t3.granted.total", "1", Box(2, 195, 62, 205, 70)),
    ]
    reading = Placement({p.cell: p for p in cells})
    doubt_page_breaks(reading)
    assert {cell for cell, p in reading.placed.items() if p.doubt} == {"t3.new.natural", "t3.granted.natural"}


def test_a_dash_of_two_signs_at_the_top_of_a_page_is_no_rest_of_a_figure():
    cells = [
        Placed("t3.new.natural", "84", Box(1, 95, 700, 105, 708)),
        Placed("t3.granted.natural", "——", Box(2, 95, 50, 105, 58), pieces=2),
    ]
    reading = Placement({p.cell: p for p in cells})
    doubt_page_breaks(reading)
    assert not any(p.doubt for p in reading.placed.values())


def test_a_page_break_casts_no_doubt_on_figures_with_which_all_sums_hold():
    columns = ("upheld", "corrected", "other", "pending", "total")
    cells = [
        Placed(f"t4.review.{name}", text, Box(1, 95, 700, 105, 708), doubt=CUT)
        for name, text in zip(columns, ("1091", "", "", "17", "1108"), strict=True)
    ]
    reading = Placement({p.cell: p for p in cells})
    doubt_page_breaks(reading)
    assert not any(p.doubt for p in reading.placed.values())
    reading.placed["t4.review.total"] = Placed("t4.review.total", "1109", cells[-1].box, doubt=CUT)
    doubt_page_breaks(reading)
    assert reading.placed["t4.review.total"].doubt == CUT


def test_a_page_that_begins_another_table_has_cut_nothing():
    cells = [
        Placed("t2.normative.valid", "37", Box(1, 95, 700, 105, 708)),
        Placed("t3.new.natural", "754", Box(2, 95, 50, 105, 58), pieces=2),
    ]
    reading = Placement({p.cell: p for p in cells})
    doubt_page_breaks(reading)
    assert not any(p.doubt for p in reading.placed.values())


def review(total, pieces=1):
    """四 of three figures; 1091 and 17 make 1108."""
    figures = {"upheld": "1091", "corrected": "17", "total": total}
    cells = [
        Placed(f"t4.review.{name}", text, Box(1, 95, 700, 105, 708), pieces=pieces) for name, text in figures.items()
    ]
    return Placement({p.cell: p for p in cells})


@pytest.mark.parametrize(
    ("total", "pieces", "known", "doubted"),
    [("1109", 2, True, 3), ("1109", 1, False, 3), ("1109", 1, True, 0), ("1108", 2, False, 0)],
)
def test_a_sum_that_fails_casts_doubt_where_its_figures_were_put_together(total, pieces, known, doubted):
    reading = review(total, pieces)
    doubt_broken_sums(reading, lines_known=known)
    assert sum(bool(p.doubt) for p in reading.placed.values()) == doubted
