"""What the figures tell about how an error came about."""

import pytest

from govinfo.checks import slips
from govinfo.checks.identities import identities
from govinfo.checks.slips import Context, classify, explain, pattern_of, slip_table, text

ROWS = ("new", "carried_in", "granted", "partial", "total", "carried_out")


def context(rows, columns=("natural", "enterprise", "total"), previous=None):
    """A section 三 of the rows given, all other cells 0; the group （六） is left out of the sums."""
    values = {f"t3.{row}.{column}": 0 for row in ROWS for column in ("natural", "enterprise", "other", "total")}
    values |= {f"t3.{row}.{c}": v for row, figures in rows.items() for c, v in zip(columns, figures, strict=True)}
    own = [_within(identity, values) for identity in identities(values)]
    return Context(values, own, previous or {})


def _within(identity, values):
    left, right = (tuple(cell for cell in side if cell in values) for side in (identity.left, identity.right))
    return type(identity)(identity.id, left, right, identity.severity, identity.statement, identity.reason)


REVIEW = ("upheld", "corrected", "other", "pending", "total")


def review(*figures, previous=None):
    values = {f"t4.review.{k}": v for k, v in zip(REVIEW, figures, strict=True)}
    return Context(values, identities(values), previous or {})


PUBLISHED_AND_TRUE = {
    "yuan_for_wan": (251000, 25.1),
    "stray": (3, 0),
    "left_empty": (0, 3),
    "digits_swapped": (132, 123),
    "digit_lost": (12, 112),
    "digit_doubled": (1223, 123),
    "digit_added": (1423, 123),
    "digit_misread": (18, 13),
    "unknown": (47, 12),
}


@pytest.mark.parametrize("kind", PUBLISHED_AND_TRUE)
def test_two_figures_alone_tell(kind):
    assert classify("t3.granted.natural", *PUBLISHED_AND_TRUE[kind]) == kind


def test_a_figure_equal_to_last_years_is_a_repeated_one():
    last = {"t4.review.total": 12, "t4.review.other": 0}
    assert explain({"t4.review.total": 21}, review(20, 1, 0, 0, 12, previous=last)) == "last_year"
    assert explain({"t4.review.other": 3}, review(20, 1, 0, 0, 24, previous=last)) == "left_empty"


def test_a_total_of_zero_beside_its_parts_was_never_filled():
    assert explain({"t4.review.total": 11}, review(10, 0, 0, 1, 0)) == "total_never_filled"
    row = context({"new": (4, 0, 4), "granted": (4, 0, 4)})
    assert explain({"t3.total.natural": 4, "t3.total.total": 4}, row) == "total_never_filled"


def test_a_row_of_zeros_was_never_filled():
    given = context({"new": (3, 0, 3)})
    assert explain({"t3.carried_out.natural": 3, "t3.carried_out.total": 3}, given) == "line_never_filled"


def test_a_number_one_row_lower_is_in_the_neighbouring_row():
    given = context({"new": (6, 1, 0), "carried_in": (0, 0, 7), "granted": (6, 1, 7), "total": (6, 1, 7)})
    assert explain({"t3.new.total": 7, "t3.carried_in.total": 0}, given) == "neighbour"


def test_one_too_many_here_and_one_too_few_there_is_misfiled():
    given = context({"new": (2, 1, 3), "granted": (2, 1, 3), "total": (3, 0, 3)}, ("natural", "other", "total"))
    assert explain({"t3.total.natural": 2, "t3.total.other": 1}, given) == "misfiled"


def test_a_figure_equal_to_the_one_above_was_printed_a_second_time():
    given = context({"new": (6, 0, 6), "granted": (6, 0, 6), "partial": (6, 0, 6), "total": (6, 0, 6)})
    assert explain({"t3.partial.natural": 0, "t3.partial.total": 0}, given) == "repeated"


def test_a_case_closed_and_carried_over_was_counted_twice():
    given = context({"new": (1, 0, 1), "granted": (1, 0, 1), "total": (1, 0, 1), "carried_out": (1, 0, 1)})
    assert explain({"t3.carried_out.natural": 0, "t3.carried_out.total": 0}, given) == "counted_twice"
    assert explain({"t3.new.natural": 2, "t3.new.total": 2}, given) == "case_missed"


def test_totals_that_do_not_follow_their_parts_were_not_updated():
    given = context({"new": (1, 0, 0), "granted": (0, 0, 6), "partial": (1, 0, 0), "total": (1, 0, 0)})
    changes = {"t3.new.total": 1, "t3.granted.total": 0, "t3.partial.total": 1, "t3.total.total": 1}
    assert explain(changes, given) == "total_not_updated"


def test_a_total_short_of_one_part_leaves_that_part_out():
    assert explain({"t4.review.total": 19}, review(13, 2, 4, 0, 15)) == "part_left_out"
    assert explain({"t4.review.total": 19}, review(13, 2, 4, 0, 23)) == "part_added_twice"
    assert explain({"t4.review.total": 9}, review(5, 4, 0, 0, 8)) == "total_stale"


def test_unrelated_errors_are_named_cell_by_cell():
    given = context({"new": (132, 0, 123), "granted": (123, 0, 12), "total": (123, 0, 123)})
    assert explain({"t3.new.natural": 123, "t3.granted.total": 123}, given) == "digits_swapped digit_lost"


def test_an_open_value_has_no_kind():
    assert explain({"t4.review.total": None}, review(1, 0, 0, 0, 2)) == ""


def test_a_column_of_totals_never_filled_is_a_pattern():
    given = context({"new": (5, 1, 0), "granted": (5, 1, 0), "total": (5, 1, 0)})
    pattern = pattern_of(given)
    assert pattern.slip == "total_never_filled" and pattern.left == ()
    assert pattern.changes == {"t3.new.total": 6, "t3.granted.total": 6, "t3.total.total": 6}


def test_a_pattern_names_what_it_leaves_open():
    given = context({"new": (5, 1, 0), "granted": (6, 1, 0), "total": (5, 1, 0)})
    assert pattern_of(given).left == ("t3.outcomes.natural", "t3.outcomes.total")


def test_without_a_line_of_wrong_totals_there_is_no_pattern():
    assert pattern_of(review(10, 0, 0, 1, 0)) is None


def test_every_kind_is_data_with_a_test_and_speaks_two_languages():
    assert list(slip_table()) == list(slips._TESTS) and list(slip_table())[-1] == "unknown"
    for slip in slip_table().values():
        assert slip.scope in ("set", "cell") and slip.reason and slip.example, slip.id
        assert slip.statement.zh and slip.statement.en.isascii(), slip.id


def test_sentences_take_words_of_each_language():
    said = text("pattern", statement=slip_table()["stray"].statement, changes="a=0")
    assert "a=0" in said.zh and "leave room for none" in said.en and "多出" in said.zh
