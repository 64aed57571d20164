"""Text left over from another report: what is asked about, and what is ordinary."""

from types import SimpleNamespace

import pytest

from govinfo.document import Line
from govinfo.prose.copied import left_over


def asked(text, agency="湖州市统计局", year=2024, level="department", scope="own organ"):
    about = SimpleNamespace(report_id="r", agency=agency, year=year, level=level, scope=scope)
    return left_over([Line(text, 3)], about)


LEFT_OVER = {  # as real reports print it: text, rule, found
    "所列数据的统计期限自2023年1月1日起至2023年12月31日止。": ("text.period", "2023"),
    "现将我局编制的2023年度政府信息公开年度报告公布如下。": ("text.year", "2023"),
    "主动公开53条；2023年制作、获取政府信息467条。": ("text.year_of_work", "2023"),
    "2023年，于洪区教育局认真贯彻落实条例。": ("text.year_of_work", "2023"),
    "2024年我局将继续加强队伍建设。": ("text.plan", "2024"),
    "我委高度重视政府信息公开工作。": ("text.we", "我委"),
    "现公布建水县民族宗教事务局2024年度政府信息公开年度报告。": ("text.agency", "建水县民族宗教事务局"),
}


@pytest.mark.parametrize("text", LEFT_OVER)
def test_text_of_another_report_is_a_question_with_its_place(text):
    (row,) = asked(text).to_dict("records")
    assert (row["rule"], row["found"]) == LEFT_OVER[text]
    assert (row["outcome"], row["severity"], row["verdict"]) == ("fail", "question", "open")
    assert "page 3" in row["message"] and "第3页" in row["message"]


@pytest.mark.parametrize(
    "text",
    [
        "统计期限自2024年1月1日起至2024年12月31日止。",
        "上年结转3件，2023年我局收到申请5件，比2022年增加2件。",
        "针对2023年度政府信息公开工作年度报告反馈的问题逐项整改。",
        "根据《2023年政府信息公开工作年度报告》，存在两个问题。",
        "2025年我局将继续加强队伍建设。",
        "2024年，我局将政府信息公开纳入考核。",
        "自2008年5月1日起施行的条例于2019年修订。",
        "干部自我委屈、自我局限的情况已改变，我局部分科室调整。",
        "现将市统计局2024年度政府信息公开工作年度报告公布如下。",
        "受省政府委托，向市政府提出的政府信息公开申请由本局办理3件。",
    ],
)
def test_ordinary_text_is_not_asked_about(text):
    assert asked(text).empty


def test_a_township_that_counts_the_citys_applications_is_asked():
    text = "向市政府及市政府办公室提出的政府信息公开申请5件。"
    assert asked(text, "英宾路街道办事处", level="township")["rule"].tolist() == ["text.addressed"]


def test_a_whole_governments_report_may_speak_as_its_office():
    assert asked("我委受理申请。", "嘉兴市人民政府", level="city", scope="whole government").empty


def test_each_rule_is_asked_once_at_its_first_place():
    text = "我委高度重视。我委受理申请3件。"
    assert len(asked(text)) == 1


def test_what_is_not_known_is_not_asked_about():
    assert asked("统计期限自2023年1月1日起至2023年12月31日止。我委。", agency="", year=None).empty


def test_the_key_stays_while_the_words_stay():
    keys = {asked(text)["key"].iloc[0] for text in ("我委受理。", "我委公开。", "我厅受理。")}
    assert len(keys) == 2


def test_text_of_a_format_without_pages_is_quoted_without_a_page():
    text = next(iter(LEFT_OVER))
    about = SimpleNamespace(report_id="r", agency="湖州市统计局", year=2024, level="department", scope="own organ")
    (message,) = left_over([Line(text)], about)["message"]
    assert "统计期限自2023年" in message and "page" not in message and "页" not in message
