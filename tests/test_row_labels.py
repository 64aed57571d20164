"""Which lines of a page are its number and no part of a table, and which texts are labels of rows."""

from govinfo.document import Box
from govinfo.placing.geometry import Piece
from govinfo.placing.row_labels import _row_labels, without_page_numbers
from govinfo.readers.words import Word


def line(y, *texts, page=1):
    words = [(text, 300.0 + 40 * n) for n, text in enumerate(texts) if text]
    return [Word(text, Box(page, x, y - 5, x + 6 * len(text), y + 5), 10.0) for text, x in words]


def kept(*lines):
    return ["".join(word.text for word in line) for line in without_page_numbers(list(lines))]


def test_a_lone_number_at_the_foot_of_a_page_is_its_number():
    assert kept(line(100, "12", "7"), line(140, "3")) == ["127"]
    assert kept(line(100, "12", "7"), line(140, "-", "3", "-")) == ["127"]
    assert kept(line(100, "12", "7"), line(140, "第3页", "共5页")) == ["127"]


def test_a_lone_number_just_below_a_figure_is_its_last_line():
    assert kept(line(100, "15"), line(108, "", "83"), line(116, "4")) == ["15", "83", "4"]


def test_a_number_at_the_same_height_on_two_pages_is_their_number_wherever_figures_end():
    pages = [line(100, "12"), line(116, "3")], [line(50, "7", page=2), line(116, "4", page=2)]
    assert kept(*pages[0], *pages[1]) == ["12", "7"]


def test_two_figures_on_the_last_line_are_no_page_number():
    assert kept(line(100, "12", "7"), line(140, "3", "5")) == ["127", "35"]


def test_labels_of_two_groups_set_upright_side_by_side_are_no_part_of_the_item_beside_them():
    def piece(text, x, y):
        return Piece(text, Box(1, x, y - 5, x + 10 * len(text), y + 5), 10.0)

    found = [
        piece("年四", 20, 10),
        piece("2.没有现成", 60, 10),
        piece("办无", 20, 30),
        piece("信息需要另", 60, 30),
        piece("理法", 20, 50),
        piece("行制作", 60, 50),
    ]
    assert [p.text for p in _row_labels(found, start=60)] == ["2.没有现成", "信息需要另", "行制作"]
