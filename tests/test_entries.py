"""Figures that a narrow column breaks over lines, and how figures are set beside their labels."""

import pytest

from govinfo.document import Box
from govinfo.form import Label, Line, load_form
from govinfo.placing.bands import Band
from govinfo.placing.entries import entries, line_distance
from govinfo.placing.geometry import Piece
from govinfo.placing.setting import Rows, set_at
from govinfo.readers.words import Word

SIZE = 10.0
BLOCK = load_form("2021").block("t3")


def word(text, y, x=300.0):
    return Word(text, Box(1, x, y, x + 5 * len(text), y + SIZE), SIZE)


def band(name, y0, y1, pitch=0.0):
    """A row whose label begins and ends at two heights, with lines `pitch` apart (0: lines one above the other)."""
    count = 1 + round((y1 - y0 - SIZE) / pitch) if pitch else 2 if y1 - y0 > SIZE else 1
    step = (y1 - y0 - SIZE) / max(count - 1, 1)
    tops = [y0 + n * step for n in range(count)]
    pieces = tuple(Piece(name, Box(1, 20, top, 200, top + SIZE), SIZE) for top in tops)
    return Band(BLOCK, Line(name, Label(name, name)), pieces, 1.0)


ROWS = [band("a", 20, 44, pitch=14), band("b", 60, 70)]  # lines 14 apart, rows 26


def found(*words, rows=ROWS):
    return [w.text for w in entries([[w] for w in words], line_distance(rows, [[w] for w in words]))]


def test_digits_over_three_lines_are_one_figure():
    assert found(word("12", 18), word("63", 32), word("5", 46), word("7", 72)) == ["12635", "7"]


def test_figures_of_two_rows_stay_two():
    assert found(word("12", 27), word("63", 60)) == ["12", "63"]


def test_a_nought_above_a_digit_is_no_figure_of_two_lines():
    assert found(word("0", 18), word("5", 32), word("7", 72)) == ["0", "5", "7"]
    assert found(word("5", 18), word("0", 32), word("7", 72)) == ["50", "7"]


def test_a_unit_and_an_annotation_belong_to_the_figure_above_them():
    assert found(word("34", 25), word("件", 39)) == ["34件"]
    assert found(word("22（其", 18), word("中修订16", 32), word("件）", 46)) == ["22（其中修订16件）"]


def test_columns_beside_each_other_are_not_joined():
    assert found(word("12", 25), word("63", 39, x=340)) == ["12", "63"]


def test_where_rows_are_as_close_as_lines_nothing_is_joined_by_distance():
    close = [band("a", 20, 44, pitch=14), band("b", 48, 58)]
    assert line_distance(close) == 0
    assert found(word("12", 25), word("63", 39), rows=close) == ["12", "63"]


def test_the_distances_of_figures_tell_lines_from_rows_where_labels_do_not():
    """Labels a row of three lines apart; figures of three lines, the rows of which stand 19 apart, their lines 14."""
    rows = [band("a", 14, 38, pitch=14), band("b", 67, 77)]
    figures = [word("1", 20), word("2", 34), word("3", 48), word("4", 67), word("5", 81)]
    assert found(*figures, rows=rows) == ["123", "45"]


def test_rows_stand_apart_by_the_middles_of_their_lines_however_high_those_are():
    """A line with Chinese letters and digits is as high as the higher of them."""
    upper, lower = band("a", 20, 44, pitch=14), band("b", 56, 70)
    lower = Band(BLOCK, lower.line, (Piece("b", Box(1, 20, 54, 200, 68), SIZE),), 1.0)
    assert 14 < line_distance([upper, lower]) < 22


def test_a_row_the_form_has_not_tells_nothing_of_the_distance_of_rows():
    """It may be a piece of a group's label, a little above or below the labels of its items."""
    piece = Band(None, Line("", Label("予公开", "")), (Piece("予公开", Box(1, 5, 48, 15, 58), SIZE),), 0.0)
    assert line_distance([*ROWS, piece]) == line_distance(ROWS) > 0


def test_without_a_label_of_two_lines_the_distance_of_rows_decides():
    single = [band("a", 20, 30), band("b", 46, 56)]
    assert SIZE < line_distance(single) < 26


@pytest.mark.parametrize(("setting", "shift"), [("middle", 14), ("top", 0), ("bottom", 28)])
def test_how_figures_are_set_is_seen_from_labels_of_several_lines(setting, shift):
    rows = [band("a", 20, 58), band("b", 70, 108)]
    figures = [word("1", 20 + shift), word("2", 70 + shift)]
    assert set_at(rows, figures) == (setting,)
    assert [Rows(rows, setting).of(w.box, SIZE).line.id for w in figures] == ["a", "b"]


def test_labels_of_one_line_do_not_tell_how_figures_are_set():
    assert set_at([band("a", 20, 30), band("b", 50, 60)], [word("1", 20), word("2", 50)]) == ("middle", "top", "bottom")


def test_that_a_bracket_is_higher_than_a_digit_does_not_tell_how_figures_are_set():
    figures = [word(str(n), y) for n in range(10) for y in (20, 50)]
    assert "middle" in set_at([band("（1）a", 20, 31), band("（2）b", 50, 61)], figures)
