"""Rules along an axis: every rule has its family, its place and a short name that tells it from its neighbours."""

import pytest

from govinfo.checks.identities import identities, rule_table
from govinfo.checks.problems import families
from govinfo.checks.rule_axis import ROOM, family, ordered, short
from govinfo.form import load_form

IDENTITIES = [i.id for i in identities(cell.id for cell in load_form("2021").cells)]
OTHERS = [
    *(row["id"].replace("{row}", name) for row in rule_table()["rule"] for name in row.get("rows", [""])),
    *(f"years.carry.{column}" for column in ("natural", "total")),
    *("years.stock.rules", "years.repeals.normative", "years.same", "levels.t3.new.total", "levels.t2.normative.made"),
    *(row["id"] for row in rule_table()["text"]),
    *("claim.received", "claim.share", "claim.growth", "claim.disclosed_items.parts", "claim.review.upheld"),
]


def test_rules_stand_in_the_order_of_the_form_whatever_the_order_they_come_in():
    assert ordered(reversed(IDENTITIES)) == IDENTITIES


@pytest.mark.parametrize("rule", OTHERS)
def test_every_rule_belongs_to_a_family_of_its_own_kind(rule):
    assert family(rule) in families()
    assert (family(rule) == "each") == (rule in ("nonnegative", "whole", "blank"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_within_a_family_no_two_rules_go_by_one_name(lang):
    names = [(family(rule), short(rule, lang)) for rule in [*IDENTITIES, *OTHERS]]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rule", [*IDENTITIES, *OTHERS])
def test_a_name_is_words_and_has_room(rule, lang):
    name = short(rule, lang)
    width = sum(2 if ord(letter) > 0x2E7F else 1 for letter in name)
    assert name and width <= ROOM + 1 and "{" not in name and "." not in name
    assert name.isascii() or lang == "zh" or name.endswith("…") or "(" in name


def test_a_rule_that_no_table_has_goes_by_its_id():
    assert short("own.rule", "en") == "own.rule" and family("own.rule") == "each"
