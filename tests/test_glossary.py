"""The glossary explains every term of both forms, and no other."""

import pytest

from govinfo.form import VERSIONS, load_form
from govinfo.glossary import PARTS, _meanings, glossary, markdown

ALL = [(section, part) for section in ("t2", "t3", "t4") for part in PARTS]


@pytest.mark.parametrize(("section", "part"), ALL)
def test_every_term_of_the_forms_is_explained_and_nothing_else(section, part):
    assert {term.id for term in glossary(section, part)} == set(_meanings().get(section, {}).get(part, {}))


def test_no_row_of_a_form_is_left_out():
    for version in VERSIONS:
        for block in load_form(version).blocks:
            terms = {term.id for term in glossary(block.section)}
            assert {row.id for row in block.rows if row.id} <= terms


@pytest.mark.parametrize(("section", "part"), ALL)
def test_each_explanation_is_a_sentence_in_its_language(section, part):
    for term in glossary(section, part):
        assert term.meaning_en.endswith(".") and term.meaning_en.isascii()
        assert term.meaning_zh.endswith("。") and not term.meaning_zh.isascii()


def test_a_term_of_one_form_only_says_which():
    text = markdown("t2")
    assert "#### 政府集中采购 — Central procurement (art. 20(9); form 2019)\n" in text
    assert "#### 行政许可 — Administrative licences (art. 20(5))\n" in text
    assert next(term for term in glossary("t3") if term.id == "other.unpaid_fee").versions == ("2021",)
