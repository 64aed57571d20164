"""Section 四 read from words: a header over its row, also over page breaks, and prose that only sounds like one."""

import pytest

from govinfo.document import Box
from govinfo.form import load_form
from govinfo.placing.results_row import place_results
from govinfo.readers.words import Word

RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
REVIEW = ("upheld", "corrected", "other", "pending", "total")


def line(texts, y, page=1, left=100.0, step=60.0):
    """Words on one line, each at its place; a blank text leaves its place empty."""
    return [
        Word(text, Box(page, left + i * step, y, left + i * step + 5.0 * len(text), y + 10), 10.0)
        for i, text in enumerate(texts)
        if text
    ]


def read(*lines):
    return {cell: placed.text for cell, placed in place_results(list(lines)).placed.items()}


def test_one_table_of_fifteen_columns():
    found = read(line(RESULTS * 3, 50, left=20, step=45), line([str(n) for n in range(15)], 80, left=20, step=45))
    assert list(found.values()) == [str(n) for n in range(15)]
    assert len(found) == len(load_form("2021").block("t4").columns)


def test_a_header_printed_again_on_the_next_page_stands_over_the_same_row():
    found = read(line(RESULTS, 700), line(RESULTS, 50, page=2), line("12345", 80, page=2))
    assert found == {f"t4.review.{name}": str(n) for n, name in enumerate(REVIEW, start=1)}


def test_a_header_cut_by_a_page_break_is_one_header():
    upper, lower = ("结果", "结果", "其他", "尚未", "总计"), ("维持", "纠正", "结果", "审结", "")
    found = read(line(upper, 700), line(lower, 50, page=2), line("12345", 80, page=2))
    assert found == {f"t4.review.{name}": str(n) for n, name in enumerate(REVIEW, start=1)}


def test_a_row_of_blanks_ends_where_prose_follows():
    found = read(line(RESULTS, 50), line(["五、存在的主要问题及改进情况"], 100), line(["3", "120"], 300))
    assert found == dict.fromkeys((f"t4.review.{name}" for name in REVIEW), "")


@pytest.mark.parametrize("text", ["结果维持", "72件，结果纠正"])
def test_prose_that_names_results_is_no_header(text):
    prose = line(["办结351件，其中结果维持", "72件，结果纠正", "64件，其他结果", "178件，尚", text], 50, step=110)
    assert read(prose, line(RESULTS, 200), line("12345", 230)) == {
        f"t4.review.{name}": str(n) for n, name in enumerate(REVIEW, start=1)
    }


@pytest.mark.parametrize(
    "again", [[line(RESULTS * 3, 50, page=2, left=20, step=45)], []], ids=["header again", "no header"]
)
def test_the_rest_of_a_row_that_a_page_cut_is_joined_to_it_in_doubt(again):
    row = line([str(n) for n in range(15)], 800, left=20, step=45)
    rest = line(["", "", "7"], 80, page=2, left=20, step=45)
    found = place_results([line(RESULTS * 3, 700, left=20, step=45), row, *again, rest])
    assert [placed.text for placed in found.placed.values()] == ["0", "1", "27", *map(str, range(3, 15))]
    assert [cell for cell, placed in found.placed.items() if placed.doubt] == ["t4.review.other"]


def test_a_comma_on_a_line_of_its_own_stays_in_its_figure():
    rows = [line(texts, y) for texts, y in ((["1", "2"], 80), (["，"], 92), (["288"], 104))]
    found = read(line(RESULTS, 50), *rows)
    assert (found["t4.review.upheld"], found["t4.review.corrected"]) == ("1，288", "2")


def test_figures_below_a_row_that_ended_belong_to_no_cell_of_it():
    note = line(["注：本表数字以件计。"], 830)
    found = read(line(RESULTS, 700), line("12345", 800), note, line(["", "7"], 80, page=2))
    assert found == {f"t4.review.{name}": str(n) for n, name in enumerate(REVIEW, start=1)}
