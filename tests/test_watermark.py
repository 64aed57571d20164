"""What a watermark is, and what is none."""

from grids import grid

from govinfo.document import Box
from govinfo.placing.watermark import large_words, without_watermark
from govinfo.readers.words import Word


def words(*texts_and_sizes):
    return [Word(t, Box(1, 45.0, 2.0, 75.0, 18.0), size) for t, size in texts_and_sizes]


USUAL = [("字", 8.0)] * 9


def test_letters_across_a_cell_are_taken_out_of_it():
    cleared = without_watermark([grid([["规章", "0密"]])], words(*USUAL, ("密", 60.0)))
    assert [cell.text for cell in cleared[0].cells] == ["规章", "0"]


def test_figures_set_larger_than_the_rest_of_a_page_stay():
    figures = words(*USUAL, ("3985758", 40.0))
    assert large_words(figures) == []
    assert without_watermark([grid([["行政处罚", "3985758"]])], figures)[0].cells[1].text == "3985758"


def test_labels_in_a_second_size_are_no_watermark():
    assert large_words(words(*USUAL, ("行政处罚", 16.0))) == []
