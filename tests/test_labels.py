"""Printed labels against the form's."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from govinfo.form import load_form
from govinfo.placing.labels import align, body, plain, similarity

ROWS = load_form("2021").block("t3").rows


def test_width_variants_spaces_and_numbering_do_not_change_a_label():
    wordings = ["3.危及“三安全一稳定”", '３、危及 "三安全一稳定"', "（3） 危及三安全一稳定", "3）危及“三安全一稳定”"]
    assert len({body(w) for w in wordings}) == 1


def test_every_row_of_the_form_is_most_like_itself():
    for row in ROWS:
        best = max(ROWS, key=lambda other: similarity(row.label.zh, other.label.wordings))
        assert best.id == row.id


def test_a_label_with_one_character_lost_or_doubled_is_still_most_like_its_row():
    for row in ROWS:
        text = row.label.zh
        for spoilt in (text[:-1], text + text[-1]):
            if len(body(text)) >= 4:
                best = max(ROWS, key=lambda other, spoilt=spoilt: similarity(spoilt, other.label.wordings))
                assert best.id == row.id, spoilt


def test_a_blank_label_is_like_nothing():
    assert similarity("", ("规章",)) == 0.0


@given(st.text())
def test_the_plain_form_is_stable(text):
    assert plain(plain(text)) == plain(text)


@given(st.lists(st.sampled_from("abcxyz"), max_size=8), st.lists(st.sampled_from("abcdef"), max_size=6, unique=True))
def test_an_alignment_keeps_the_order_and_uses_nothing_twice(printed, expected):
    found = align(
        len(printed),
        len(expected),
        lambda i, k, j: 1.0 if k == 1 and printed[i] == expected[j] else None,
        lambda i: 0.0,
        lambda j: 0.0,
    )
    assert all(printed[m.start] == expected[m.expected] for m in found)
    for before, after in pairwise(found):
        assert before.stop <= after.start
        assert before.expected < after.expected


def test_a_row_printed_in_two_pieces_is_matched_as_one():
    words, rows = ["重复", "申请", "其他"], ["重复申请", "其他"]
    found = align(
        3,
        2,
        lambda i, k, j: 1.0 if "".join(words[i : i + k]) == rows[j] else None,
        lambda i: 0.0,
        lambda j: 0.0,
        max_run=2,
    )
    assert [(m.start, m.stop, m.expected) for m in found] == [(0, 2, 0), (2, 3, 1)]
