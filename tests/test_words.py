"""Where the characters of a line part into words."""

import pytest

from govinfo.readers.words import _runs


def characters(parts, size=10.0):
    """A line of characters; a number between the parts is a gap in sizes."""
    line, x = [], 0.0
    for part in parts:
        if isinstance(part, float):
            x += part * size
            continue
        for char in part:
            width = size / 2 if char.isascii() else size
            line.append((char, x, 0.0, x + width, size))
            x += width
    return line


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["行政许可", 0.2, "173"], ["行政许可", "173"]),
        (["22（其中修订", 0.25, "16", 0.25, "件）"], ["22（其中修订16件）"]),
        (["2024年", "1月"], ["2024年1月"]),
        (["12", 0.2, "34"], ["1234"]),
        (["12", 0.3, "34"], ["12", "34"]),
    ],
)
def test_a_figure_close_behind_a_label_is_a_word_of_its_own_but_not_inside_a_bracket(parts, words):
    assert ["".join(c[0] for c in run) for run in _runs(characters(parts))] == words
