"""Findings in words: the table of problems and the letter to the agency."""

import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import govinfo as gi
from govinfo.checks.identities import identities
from govinfo.checks.letter import letter
from govinfo.checks.problems import in_language, problems, rule_words, say
from govinfo.checks.rules import evaluate
from govinfo.checks.slips import slip_table
from govinfo.form import VERSIONS, load_form

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
FINDING = {
    "report_id": "r", "rule": "t4.review", "outcome": "fail", "severity": "error",
    "cells": "t4.review.upheld t4.review.total", "expected": "11", "found": "0", "suspects": "t4.review.total",
    "suggestion": "t4.review.total=11", "slip": "total_never_filled", "verdict": "publisher", "key": "0" * 16,
    "message": "the results add to 11, but the total is 0 | 表四：各项相加 11，总计为 0",
}  # fmt: skip


def report(*findings, flag="ok"):
    rows = [("t4.review.upheld", "11", flag), ("t4.review.total", "0", "ok")]
    cells = pd.DataFrame([{"cell": c, "raw": raw, "flag": f, "page": 2} for c, raw, f in rows])
    frame = pd.DataFrame([FINDING | changes for changes in findings]) if findings else pd.DataFrame()
    return SimpleNamespace(report_id="r", agency="甲区人民政府", year=2024, cells=cells, findings=frame)


@pytest.fixture(scope="module")
def failing():
    return gi.read_report(RAW / "hongze-2023.pdf")


def test_the_letter_gives_the_arithmetic_the_page_and_the_figure_that_would_hold(failing):
    zh, en = failing.letter("zh"), failing.letter("en")
    assert zh.startswith("淮安市洪泽区人民政府：\n阅读贵机关2023年政府信息公开工作年度报告")
    assert "各项结果相加 10 + 1 = 11，总计为 0（第2页）。若其余数字无误，表四“行政复议 总计”应为11（现为0）。" in zh
    assert "the results add to 10 + 1 = 11, but the total is 0 (page 2). If the other figures are right, " in en
    assert "四 Administrative review / Total should be 11 (now 0)." in en


def test_ties_are_put_as_alternatives(failing):
    assert (
        "可能是：表四“行政诉讼 复议后起诉 结果维持”应为0（现为5）；或 表四“行政诉讼 复议后起诉 总计”应为5"
        in failing.letter("zh")
    )


def test_a_consistent_report_asks_nothing():
    assert letter(report(), "zh") == "没有需要向甲区人民政府提出的问题。\n"
    assert letter(report(), "en") == "There is nothing to ask 甲区人民政府.\n"


@pytest.mark.parametrize(
    "changes, flag",
    [
        ({"verdict": "reading"}, "ok"),
        ({"verdict": "open"}, "doubt"),
        ({"review": "dismissed"}, "ok"),
        ({"outcome": "cannot_tell"}, "ok"),
    ],
)
def test_what_is_not_the_agencys_to_answer_is_left_out(changes, flag):
    assert "nothing to ask" in letter(report(changes, flag=flag), "en")


def test_a_finding_whose_suspects_were_read_without_doubt_is_sent_all_the_same():
    assert "1. The results add to 11" in letter(report({}, flag="doubt"), "en")


def test_questions_come_after_errors_and_are_put_as_questions():
    text = letter(report({"severity": "question", "rule": "x", "suggestion": ""}, {}), "en")
    assert text.index("do not agree") < text.index("should be 11") < text.index("may well be in order")
    assert "do not agree" not in letter(report({"severity": "question"}), "en")


def test_findings_that_share_their_suspects_get_one_suggestion():
    assert letter(report({}, {"rule": "t4.direct"}), "en").count("should be 11") == 1


def test_a_value_that_is_not_determined_is_not_suggested():
    assert "If the other" not in letter(report({"suggestion": "t4.review.total=?"}), "en")


def test_the_table_of_problems_is_in_words_in_both_languages(failing):
    zh, en = failing.problems("zh"), failing.problems("en")
    assert zh.shape == en.shape == (2, 10)
    assert zh.loc[0, ["可疑单元", "建议值", "出自"]].tolist() == ["表四“行政复议 总计”", "11", "发布机关"]
    assert en.loc[1, "suggested value"] == "0; or 5"
    assert en["key"].tolist() == failing.findings["key"].tolist()
    shown = en.drop(columns="key").to_csv() + zh.drop(columns="标识").to_csv()
    assert not re.search(r"t\d\.[a-z]|[a-z]_[a-z]", shown)


def test_no_findings_give_an_empty_table_with_its_headings():
    assert problems(pd.DataFrame(), "en").columns.tolist()[:3] == ["kind", "rule", "expected"]


def test_many_sets_of_suspects_are_counted():
    many = " | ".join(f"t4.direct.total={k}" for k in range(8))
    (said,) = problems(pd.DataFrame([FINDING | {"suggestion": many}]), "en")["suggested value"]
    assert said == "0; or 1; or 2; or 3; or 4; and 3 more"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_identity_and_every_rule_that_a_report_can_fail_has_words(version):
    cells = [cell.id for cell in load_form(version).cells]
    rules = [one.id for one in identities(cells)]
    row = {"report_id": "r", "unit": "件", "raw": "", "flag": "ok", "note": ""}
    wrong = pd.DataFrame([row | {"cell": cell, "value": -1.5 if k % 2 else 9.0} for k, cell in enumerate(cells)])
    found = evaluate(wrong, pd.DataFrame([{"report_id": "r", "level": "county"}]))
    rules += [*found["rule"], "years.carry.natural", "years.stock.rules", "years.same", "levels.t3.new.total"]
    rules += ["claim.received", "claim.review.upheld", "claim.share", "claim.growth", "claim.received.parts"]
    for lang in ("zh", "en"):
        assert [rule for rule in rules if not rule_words(rule, lang) or "{" in rule_words(rule, lang)] == []


def test_a_rule_without_words_shows_its_message():
    table = problems(pd.DataFrame([FINDING | {"rule": "new.rule"}]), "en")
    assert table.loc[0, "rule"] == "the results add to 11, but the total is 0"


def test_every_kind_of_slip_and_verdict_is_said_in_words():
    rows = [FINDING | {"slip": slip, "verdict": v} for slip in slip_table() for v in ("publisher", "reading", "open")]
    for lang in ("zh", "en"):
        assert (problems(pd.DataFrame(rows), lang)[say("heading.slip", lang)] != "").all()


def test_a_message_with_bars_in_it_is_split_between_the_languages():
    message = "adds to 3. One reading: a=1 | b=2 | 表三相加为3。一种解释：a=1 | b=2"
    assert in_language(message, "en") == "adds to 3. One reading: a=1 | b=2"
    assert in_language(message, "zh") == "表三相加为3。一种解释：a=1 | b=2"


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="lang must be one of"):
        letter(report(), "fr")


def test_a_change_in_another_report_is_not_said_to_be_blank():
    from govinfo.checks.letter import sentence

    row = {"rule": "years.carry.total", "cells": "a:t3.carried_out.total t3.carried_in.total", "message": "x | 表三：y"}
    row |= {"suggestion": "a:t3.carried_out.total=5"}
    cells = pd.DataFrame({"cell": ["t3.carried_in.total"], "page": [2], "raw": ["5"]})
    assert "should be 5." in sentence(row, cells, "en") and "应为5。" in sentence(row, cells, "zh")
