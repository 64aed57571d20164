"""Likeness of prose: what is alike, what is shared, what is reused."""

import zlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.comparison import likeness

LAST = "2023年，本机关深入贯彻落实《条例》，依法办理政府信息公开申请12件，均按期答复。公开平台运行平稳。"
THIS = "2024年，本机关深入贯彻落实《条例》，\n依法办理政府信息公开申请 15 件，均按期答复。全年培训三次，完善了目录。"
words = st.text(alphabet="依法公开政府信息申请答复，。 12\n", max_size=80)


@given(words, words)
def test_similarity_is_symmetric_between_nothing_and_the_same(a, b):
    one, other = likeness.similarity(a, b), likeness.similarity(b, a)
    assert one == other or (np.isnan(one) and np.isnan(other))
    if len(likeness.letters(a)[0]) >= likeness.GRAM:
        assert likeness.similarity(a, a) == 1


def test_spaces_breaks_and_punctuation_do_not_count():
    assert likeness.similarity("依法公开，政府信息。", "依法 公开政府\n信息") == 1


def test_minhash_estimates_jaccards_index_within_its_standard_error():
    rng = np.random.RandomState(1)
    letters = [chr(0x4E00 + i) for i in range(400)]
    base, errors = rng.choice(letters, 800), []
    for share in np.linspace(0.05, 0.95, 40):
        other = base.copy()
        start = int(share * 800)
        other[start:] = rng.choice(letters, 800 - start)
        a, b = "".join(base), "".join(other)
        exact, estimate = likeness.similarity(a, b), (likeness.signature(a) == likeness.signature(b)).mean()
        errors.append((estimate - exact) / np.sqrt(exact * (1 - exact) / likeness.HASHES))
    assert np.abs(errors).max() < 4 and abs(np.mean(errors)) < 0.6 and 0.6 < np.std(errors) < 1.4


def test_a_signature_equals_one_reckoned_with_plain_whole_numbers():
    def mixed(i):
        z = i * 0x9E3779B97F4A7C15 % 2**64
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
        return z ^ z >> 31

    codes = [zlib.crc32(gram.encode()) for gram in ("依法公开政", "法公开政府", "公开政府信", "开政府信息")]
    plain = [min(((mixed(i) | 1) * code + mixed(i + 3)) % 2**64 for code in codes) for i in (1, 2, 3)]
    assert likeness.signature("依法公开政府信息", hashes=3).tolist() == plain


def test_a_text_too_short_for_a_signature_is_refused():
    with pytest.raises(ValueError, match="fewer than 5 letters"):
        likeness.signature("公开。")


def test_the_alike_pairs_among_many_are_found_with_their_exact_similarity():
    texts = {"a": LAST, "b": LAST + "附件。", "c": "完全不同的另一篇文字，讲的是别的事情。", "d": ""}
    found = likeness.alike(texts, least=0.5)
    assert list(zip(found["a"], found["b"], strict=True)) == [("a", "b")]
    assert found["similarity"].iloc[0] == likeness.similarity(LAST, LAST + "附件。")


def test_shared_passages_are_found_where_they_stand_in_both_texts():
    found = likeness.passages(THIS, LAST, least=10)
    assert len(found) == 1
    row = found.iloc[0]
    assert row["text"] == THIS[row.a0 : row.a1] == "年，本机关深入贯彻落实《条例》，\n依法办理政府信息公开申请 1"
    assert LAST[row.b0 : row.b1] == "年，本机关深入贯彻落实《条例》，依法办理政府信息公开申请1"


@given(words, words)
def test_both_sides_of_a_passage_have_the_same_letters_and_none_overlap(a, b):
    found, end = likeness.passages(a, b, least=3), 0
    for row in found.itertuples():
        assert likeness.letters(a[row.a0 : row.a1])[0] == likeness.letters(b[row.b0 : row.b1])[0]
        assert row.letters >= 3 and row.a0 >= end
        end = row.a1


def test_the_whole_of_a_copied_text_is_reused_and_none_of_a_new_one():
    same, total = likeness.reused(LAST, LAST)
    assert same == total == len(likeness.letters(LAST)[0])
    assert likeness.reused("全年培训三次，完善了目录，更新了指南。", LAST)[0] == 0


def test_phrases_that_everybody_uses_can_be_left_out():
    phrase = "现将本机关政府信息公开工作年度报告公布如下"
    texts = [phrase + extra for extra in ("一二三四五", "六七八九十", "甲乙丙丁戊")]
    common = likeness.commonplaces(texts)
    assert likeness.reused(texts[0], texts[1])[0] == len(phrase)
    assert likeness.reused(texts[0], texts[1], ignore=common) == (0, 5)


def test_practice_measures_length_and_reuse_against_the_same_agencys_last_report():
    reports = pd.DataFrame(
        {"report_id": ["a23", "a24", "b24"], "agency": ["甲", "甲", "乙"], "year": [2023, 2024, 2024]}
    )
    found = likeness.practice({"a23": LAST, "a24": THIS, "b24": LAST}, reports).set_index(["report_id", "indicator"])
    shared, total = likeness.reused(THIS, LAST)
    assert found.loc[("a24", "prose_reused"), "value"] == shared / total > 0.5
    assert found.loc[("a24", "prose_length"), "value"] == len(likeness.letters(THIS)[0])
    assert found.loc[("b24", "prose_reused"), "note"] == "no report of the year before"


def test_the_prose_of_agencies_that_are_not_known_is_not_compared():
    reports = pd.DataFrame({"report_id": ["x23", "y24"], "agency_id": "", "year": [2023, 2024]})
    found = likeness.practice({"x23": LAST, "y24": LAST}, reports).set_index(["report_id", "indicator"])
    assert np.isnan(found.loc[("y24", "prose_reused"), "value"])


def test_a_report_without_prose_has_no_length_rather_than_none():
    reports = pd.DataFrame({"report_id": ["a"], "agency": ["甲"], "year": [2024]})
    found = likeness.practice({"a": " "}, reports)
    assert found["value"].isna().all() and found["note"].iloc[0] == "no prose"


def test_side_by_side_marks_what_is_shared_and_escapes_the_rest():
    shown = likeness.side_by_side("<b>依法办理政府信息公开申请共十五件", "依法办理政府信息公开申请共十五件&")
    assert shown.count("<mark>依法办理政府信息公开申请共十五件</mark><sup>1</sup>") == 2
    assert "&lt;b&gt;" in shown and "&amp;" in shown
