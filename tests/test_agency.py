"""Whose report of which year: titles as agencies print them, and what a name tells."""

import csv
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.document import Line
from govinfo.prose.agency import Agency, describe, level_of, province_of
from govinfo.prose.places import known, place_of

CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
TITLES = {
    "one line": lambda a, y: [f"{a}{y}年政府信息公开工作年度报告"],
    "two lines": lambda a, y: [a, f"{y} 年政府信息公开工作年度报告"],
    "year first": lambda a, y: [f"{y}年{a}政府信息公开工作年度报告"],
    "broken before 政府信息公开": lambda a, y: [f"{a}{y}年度", "政府信息公开工作年度报告"],
    "broken in the name": lambda a, y: [
        "- 1 -",
        a[: len(a) // 2],
        f"{a[len(a) // 2 :]}{y}年政府信息公开",
        "工作年度报告",
    ],
    "spaced out": lambda a, y: [" ".join(a), " ".join(y) + " 年 度 政 府 信 息 公 开 工 作 年 度 报 告"],
    "below a site's head": lambda a, y: [
        "首页 > 政务公开 > 政府信息公开年报",
        "发布日期：2026-01-30",
        f"{a}关于{y}年度政府信息公开工作的年度报告",
    ],
    "misspelt": lambda a, y: [f"{a}{y}年政府信息公开 工作告年度报"],
    "year at the end": lambda a, y: [f"{a}政府信息公开工作年度报告（{y}年）"],
    "year in Chinese": lambda a, y: [f"{a}{y.translate(CHINESE)}年政府信息公开工作年度报告"],
    "an annex": lambda a, y: ["附件", a, f"{y}年度政府信息公开年度报告", "（2026年1月15日）"],
    "a catalogue's field": lambda a, y: [f"标题: {a}{y}年度政府信息公开工作年度报告", "发布机构: 某网站"],
    "a heading": lambda a, y: [f"# {a} {y} 年度政府信息公开 工作年度报告"],
}


# ------------------------------------------------------------------------------------------------ the title


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize(
    "agency", ["广州市协作办公室", "淮安市洪泽区人民政府", "平潭综合实验区", "义乌市廿三里街道办事处"]
)
def test_agency_and_year_are_read_from_any_title(agency, title):
    found = describe([Line(text, 1) for text in title(agency, "2024")])
    assert (found.agency, found.year, found.note) == (agency, 2024, "")


def test_a_bare_place_or_town_stands_for_its_government():
    assert describe(["2022年上海市政府信息公开工作年度报告"]).agency == "上海市人民政府"
    assert describe(["洪泽区2023年度政府信息公开工作年度报告"]).agency == "洪泽区人民政府"
    assert describe(["螅镇2022年度政府信息公开工作年度报告"]).agency == "螅镇人民政府"
    assert describe(["平潭综合实验区2021年政府信息公开工作年度报告"]).agency == "平潭综合实验区"


def test_a_name_is_taken_in_full_where_the_prose_writes_it_so():
    title = ["洪泽区人民政府", "2023年政府信息公开工作年度报告"]
    assert describe(title, [*title, "请与淮安市洪", "泽区人民政府办公室联系"]).agency == "淮安市洪泽区人民政府"
    assert describe(title, [*title, "我们洪泽区人民政府"]).agency == "洪泽区人民政府"


def test_a_title_without_a_name_is_helped_by_introduction_and_signature():
    bare = ["政府信息公开工作年度报告"]
    assert describe(bare, [*bare, "现公布示例市财政局2024年政府信息公开工作年度报告。"]).agency == "示例市财政局"
    signed = [*bare, "一、总体情况", "特此报告。", "示例市财政局", "2025年1月20日"]
    assert describe(bare, signed).agency == "示例市财政局"


def test_the_title_outranks_the_signature():
    title = ["平潭综合实验区投资促进局2024年政府信息公开工作年度报告"]
    assert (
        describe(title, [*title, "平潭综合实验区国有资产管理局", "2025年1月10日"]).agency == "平潭综合实验区投资促进局"
    )


# ------------------------------------------------------------------------------------------------ the year


def test_the_title_outranks_the_period_and_the_disagreement_is_noted():
    title = ["淮安市自然资源和规划局2021年政府信息公开工作年度报告"]
    found = describe(title, [*title, "统计期限自2020年1月1日起至2020年12月31日止。"])
    assert found.year == 2021 and "2020" in found.note


@pytest.mark.parametrize(
    ("prose", "stem", "year"),
    [
        (["所列数据的统计期限自2022年1月1日至12月31日。"], "", 2022),
        (["2023年，我局认真贯彻条例。2023年收到申请3件。2024年将继续。"], "", 2023),
        (["示例市财政局", "2025年1月20日"], "", 2024),
        (["没有年份"], "report-2021", 2021),
        (["没有年份"], "", None),
    ],
    ids=["period", "text", "signature", "file name", "none"],
)
def test_without_a_year_in_the_title_the_next_best_evidence_is_taken_and_noted(prose, stem, year):
    found = describe(["示例市财政局政府信息公开工作年度报告"], prose, None, stem)
    assert found.year == year and found.note


# ------------------------------------------------------------------------------------------------ what a name tells


@pytest.mark.parametrize(
    ("agency", "level", "province", "scope"),
    [
        ("江苏省人民政府", "province", "Jiangsu", "whole government"),
        ("重庆市人民政府", "province", "Chongqing", "whole government"),
        ("嘉兴市人民政府", "city", "Zhejiang", "whole government"),
        ("兴安盟行政公署", "city", "Inner Mongolia", "whole government"),
        ("义乌市人民政府", "county", "Zhejiang", "whole government"),
        ("泉州经济技术开发区管理委员会", "county", "Fujian", "whole government"),
        ("义乌市上溪镇人民政府", "township", "Zhejiang", "own organ"),
        ("广州市越秀区人民政府梅花村街道办事处", "township", "Guangdong", "own organ"),
        ("义乌市人民政府办公室", "department", "Zhejiang", "own organ"),
        ("上海市住房和城乡建设管理委员会", "department", "Shanghai", "own organ"),
        ("国家税务总局珠海市香洲区税务局", "central", "National", "own organ"),
        ("太平镇人民政府", "township", "", "own organ"),
    ],
)
def test_level_province_and_scope_follow_from_the_name(agency, level, province, scope):
    found = describe([f"{agency}2024年政府信息公开工作年度报告"])
    assert (found.agency, found.level, found.province, found.scope) == (agency, level, province, scope)
    assert (found.agency_id, found.parent) == (agency, "")


def test_the_register_decides_all_but_agency_and_year():
    row = {
        "agency": "别的",
        "year": "2019",
        "agency_id": "x",
        "level": "city",
        "province": "Hubei",
        "parent": "y",
        "scope": "own organ",
    }
    found = describe(["义乌市商务局2024年政府信息公开工作年度报告"], [], row)
    assert found == Agency("义乌市商务局", "x", 2024, "city", "Hubei", "y", "own organ")


def test_an_empty_field_of_the_register_decides_nothing():
    found = describe(
        ["义乌市商务局2024年政府信息公开工作年度报告"], [], {"level": "", "scope": None, "province": float("nan")}
    )
    assert (found.level, found.province, found.scope) == ("department", "Zhejiang", "own organ")


def test_a_document_that_names_nobody_is_helped_by_the_register_and_says_so():
    found = describe(["2024"], [], {"agency": "义乌市商务局", "year": "2024"})
    assert (found.agency, found.year) == ("义乌市商务局", 2024) and "register" in found.note


def test_the_columns_of_the_reports_table_leave_out_the_note():
    assert "note" not in describe(["x"])._asdict()


# ------------------------------------------------------------------------------------------------ places


def test_a_name_that_several_provinces_share_is_no_place():
    assert place_of("朝阳区教育局") is None and place_of("北京市朝阳区教育局").province == "Beijing"


def test_only_zones_may_leave_out_the_kind_of_place():
    assert place_of("朝阳街道办事处") is None and place_of("平潭综合实验区公安局").province == "Fujian"


def test_a_district_is_found_inside_its_city_alone():
    assert place_of("福州市鼓楼区").city == "福州市" and place_of("南京市鼓楼区").city == "南京市"
    assert known("鼓楼区") and not known("鼓楼")


@given(st.text(max_size=80))
def test_no_text_whatever_makes_an_error(text):
    describe([text], [text], {}, text)
    assert isinstance(level_of(text), str) and isinstance(province_of(text), str)


# ------------------------------------------------------------------------------------------------ published reports


def facts(shared):
    with (shared / "facts" / "reports.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = re.sub(r"[(（](?:由|节选).*?[)）]$", "", row["agency_zh"])
            if "某" not in name and "未具名" not in name:
                yield SimpleNamespace(**row | {"agency": name})


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_agency_year_and_province_are_right_for_every_published_report(shared, title):
    wrong = []
    for row in facts(shared):
        found = describe(title(row.agency, row.year))
        wrong += (
            [row.report_id]
            if (found.agency, str(found.year), found.province) != (row.agency, row.year, row.province)
            else []
        )
    assert wrong == []


def test_level_and_scope_are_right_but_for_names_that_do_not_tell(shared):
    level, scope = set(), set()
    for row in facts(shared):
        found = describe([f"{row.agency}{row.year}年政府信息公开工作年度报告"])
        level |= {row.agency} if found.level != row.level else set()
        scope |= {row.agency} if row.scope in ("whole government", "own organ") and found.scope != row.scope else set()
    assert level == {"上海市宝山区人民政府办公室（区政府本级）", "武昌经济开发区管委会（滨江商务区管委会）"}
    assert scope == {"上海市普陀区人民政府", "西安市高陵区人民政府", "武昌经济开发区管委会（滨江商务区管委会）"}


def test_the_titles_of_the_originals_are_read(shared):
    pypdfium2 = pytest.importorskip("pypdfium2")
    for stem, agency, level in (
        ("hongze-2023", "淮安市洪泽区人民政府", "county"),
        ("huaian-2024", "淮安市人民政府", "city"),
    ):
        document = pypdfium2.PdfDocument(shared / "real" / f"{stem}.pdf")
        lines = [Line(text, 1) for text in document[0].get_textpage().get_text_range().splitlines()]
        found = describe(lines[:12], lines)
        assert (found.agency, found.year, found.level, found.province) == (agency, int(stem[-4:]), level, "Jiangsu")
