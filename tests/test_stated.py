"""Prose against tables and against itself: only a claim that fits no reading is a finding."""

import csv
from types import SimpleNamespace

import pandas as pd
import pytest

from govinfo.checks.findings import COLUMNS
from govinfo.document import Line
from govinfo.placing.marks import resolve_marks
from govinfo.prose.claims import find_claims
from govinfo.prose.stated import compare

ORGANS = ("natural", "enterprise", "research", "welfare", "legal", "other")


def table(**values):
    """Cells of one report: double underscores stand for dots."""
    rows = [
        {"report_id": "r", "cell": k.replace("__", "."), "value": float(v), "flag": "ok", "note": ""}
        for k, v in values.items()
    ]
    return pd.DataFrame(rows, columns=["report_id", "cell", "value", "flag", "note"])


def findings(text, cells=None, scope="own organ", year=2024, previous=None):
    claims = find_claims([Line(text, 3)], year)
    report = SimpleNamespace(report_id="r", year=year, scope=scope)
    return compare(claims, table() if cells is None else cells, report, previous)


def short(found):
    return found[["rule", "severity", "expected", "found"]].values.tolist()


def test_a_claim_that_says_what_the_table_says_is_no_finding():
    assert findings("收到政府信息公开申请34件。", table(t3__new__total=34)).empty


@pytest.mark.parametrize("stated", [713, 749])
def test_received_is_read_with_and_without_what_was_carried_in(stated):
    cells = table(t3__new__total=713, t3__carried_in__total=36)
    assert findings(f"受理政府信息公开申请{stated}件。", cells).empty


def test_a_claim_that_fits_neither_reading_is_an_error():
    found = findings("受理政府信息公开申请2件。", table(t3__new__total=3, t3__carried_in__total=0))
    assert short(found) == [["claim.received", "error", "3", "2"]]
    assert found["cells"].tolist() == ["t3.new.total"]
    assert "第 3 页" in found["message"][0] and "(page 3)" in found["message"][0]


def test_a_claim_without_a_page_is_told_without_one():
    claims = find_claims([Line("受理政府信息公开申请2件。")], 2024)
    report = SimpleNamespace(report_id="r", year=2024, scope="own organ")
    (message,) = compare(claims, table(t3__new__total=3, t3__carried_in__total=0), report)["message"]
    assert message.endswith("（“受理政府信息公开申请2件。”）") and "page" not in message and "页" not in message


def test_the_findings_have_the_contracts_columns_and_a_lasting_key():
    cells = table(t3__new__total=3)
    found, again = (findings("受理政府信息公开申请2件。", cells) for _ in range(2))
    assert tuple(found.columns) == COLUMNS
    assert found["key"].tolist() == again["key"].tolist() and found["verdict"].tolist() == ["open"]
    other = findings("受理政府信息公开申请2件。", table(t3__new__total=4))
    assert other["key"].tolist() != found["key"].tolist()


def test_fewer_cases_than_a_whole_government_has_are_a_question():
    found = findings("区政府办公室受理政府信息公开申请17件。", table(t3__new__total=95), scope="whole government")
    assert short(found) == [["claim.received", "question", "95", "17"]]
    found = findings("受理政府信息公开申请97件。", table(t3__new__total=95), scope="whole government")
    assert found["severity"].tolist() == ["error"]


def test_what_only_a_figure_in_doubt_contradicts_is_a_question():
    cells = table(t3__new__total=3, t3__carried_in__total=0)
    doubted = cells.assign(flag=["doubt", "ok"])
    assert short(findings("受理政府信息公开申请2件。", doubted)) == [["claim.received", "question", "3", "2"]]
    beside = pd.concat([cells, table(t4__review__total=9).assign(flag="doubt")], ignore_index=True)
    assert findings("受理政府信息公开申请2件。", beside)["severity"].tolist() == ["error"]


def test_an_organ_that_speaks_of_the_whole_city_is_a_question():
    assert findings("全市受理政府信息公开申请97件。", table(t3__new__total=5))["severity"].tolist() == ["question"]


def test_a_missing_cell_makes_no_finding():
    assert findings("受理政府信息公开申请2件。", table(t3__carried_in__total=0)).empty


def test_a_category_is_the_sum_of_its_rows_or_the_groups_own_cell():
    rows = {f"t3__unable__{name}__total": n for name, n in (("not_held", 265), ("to_create", 47), ("unclear", 25))}
    assert findings("申请中，无法提供337件。", table(**rows)).empty
    assert short(findings("申请中，无法提供265件。", table(**rows))) == [["claim.unable", "error", "337", "265"]]
    assert findings("申请中，其他处理14件。", table(t3__other__total=14)).empty


def test_a_total_column_left_empty_is_not_held_against_the_prose():
    cells = table(t3__new__total=0, **{f"t3__new__{c}": 2 if c == "natural" else 0 for c in ORGANS})
    assert findings("收到政府信息公开申请2件。", cells).empty
    cells = table(
        t4__review__total=0, t4__review__upheld=10, t4__review__corrected=0, t4__review__other=0, t4__review__pending=1
    )
    assert findings("发生行政复议11件，其中维持10件。", cells).empty


def test_organisations_are_the_five_columns_and_lawsuits_both_kinds():
    cells = table(**{f"t3__new__{c}": 2 for c in ORGANS})
    assert findings("法人或其他组织申请10件。", cells).empty
    kinds = {f"t4__{kind}__{r}": n for kind, n in (("direct", 25), ("after_review", 52)) for r in ("total", "upheld")}
    assert findings("行政诉讼77件，其中维持77件。", table(**kinds)).empty


def test_pending_cases_counted_as_upheld_are_an_error():
    cells = table(t4__review__upheld=5, t4__review__pending=2, t4__review__total=7)
    found = findings("因政府信息公开被申请行政复议7件，均获维持。", cells)
    assert short(found) == [["claim.review.upheld", "error", "5", "7"]]


def test_what_was_disclosed_already_may_be_counted_as_granted_or_apart():
    text = "答复申请2件，其中已主动公开的1件、予以公开1件。"
    assert "claim.granted" not in findings(text, table(t3__granted__total=2, t3__partial__total=0))["rule"].tolist()


def test_normative_documents_are_only_asked_about():
    assert findings("现行有效规范性文件393件。", table(t2__normative__valid=470))["severity"].tolist() == ["question"]


def test_a_rough_figure_is_not_tested():
    assert findings("受理政府信息公开申请300余件。", table(t3__new__total=512)).empty


# ------------------------------------------------------------------------------------------------ shares


@pytest.mark.parametrize("share", ["33.3", "33.33", "33", "33.4"])
def test_a_share_may_be_rounded_cut_off_or_nudged_by_one(share):
    assert findings(f"答复申请3件，其中予以公开1件，占{share}%。").empty


@pytest.mark.parametrize("share", ["4.34", "4.35"])
def test_a_share_cut_off_instead_of_rounded_passes(share):
    assert findings(f"答复申请805件，其中不予公开35件，占{share}%。").empty


def test_a_share_that_its_own_figures_do_not_give_is_an_error():
    found = findings("答复申请805件，其中予以公开及部分公开258件，占答复总数的33.9%。")
    assert short(found) == [["claim.share", "error", "32.05", "33.9"]]


def test_a_share_without_its_figure_is_tested_against_the_table():
    cells = table(t3__denied__other_law__total=2, t3__total__total=8, t3__new__total=8, t3__carried_in__total=0)
    assert findings("答复的申请中，不予公开占25%。", cells).empty
    assert short(findings("答复的申请中，不予公开占52%。", cells)) == [["claim.share", "error", "25", "52"]]


def test_shares_alone_that_reach_99_9_are_no_finding():
    assert findings("依申请公开中，公开或部分公开占58.5%、不予公开占7.3%、无法提供占28.9%，其他情况占5.2%。").empty


# ------------------------------------------------------------------------------------------------ growth


def year_before(text):
    return SimpleNamespace(claims=find_claims([Line(text, 1)], 2023), cells=table())


def test_growth_is_recomputed_from_last_years_report():
    previous = year_before("收办政府信息公开申请3607件。")
    found = findings("收办政府信息公开申请3646件，同比增长1.05%。", previous=previous)
    assert short(found) == [["claim.growth", "error", "1.08", "1.05"]]
    assert findings("收办政府信息公开申请3646件，同比增长1.08%。", previous=previous).empty
    assert findings("收办政府信息公开申请3646件，同比增长1.05%。").empty


def test_growth_is_recomputed_from_last_years_figure_in_the_sentence():
    assert findings("受理申请119件，较2023年的105件增长13.3%。").empty
    assert short(findings("受理申请119件，较2023年的105件增长3.3%。")) == [["claim.growth", "error", "13.33", "3.3"]]
    assert short(findings("受理申请105件，较上年的119件增长11.8%。"))[0][0] == "claim.growth"


def test_a_change_in_cases_is_recomputed():
    assert findings("受理政府信息公开申请17件，上年同期为30件，减少13件。").empty
    found = findings("受理政府信息公开申请17件，上年同期为30件，减少12件。")
    assert short(found) == [["claim.difference", "error", "-13", "12"]]


# ------------------------------------------------------------------------------------------------ parts of a total


def test_parts_that_add_to_more_than_their_total_are_an_error():
    found = findings("网站全年发布信息2139条，其中动态类1744条、政务信息393条、解读类21条、回应类2条。")
    assert short(found) == [["claim.disclosed_items.parts", "error", "2160", "2139"]]


def test_a_list_that_ends_with_the_rest_must_add_up():
    text = "主动公开政府信息364条，其中人事信息17条、规划1条、建设项目308条、公共服务8条、其他{}条。"
    assert short(findings(text.format(19))) == [["claim.disclosed_items.parts", "error", "353", "364"]]
    assert findings(text.format(30)).empty


@pytest.mark.parametrize(
    "text",
    [
        "主动公开政府信息249条，其中机构职能9条、政策文件7条。",
        "主动公开政府信息919条，其中动态185条、公告68条、其他666条；微信推送776条。",
        "主动公开政府信息100条，其中政策60条、动态40条，其中解读30条。",
        "主动公开政府信息100条，其中动态60条；解读60条。",
        "收到申请176件，其中当面申请72件、来信申请69件、网上申请35件。",
    ],
    ids=["open list", "two counts", "list in a list", "another subject", "channels"],
)
def test_other_lists_are_no_finding(text):
    assert findings(text).empty


# ------------------------------------------------------------------------------------------------ published reports


def cells_of(shared, report_id):
    facts = pd.read_csv(shared / "facts" / "cells.csv", dtype=str, keep_default_na=False)
    facts = facts[facts["report_id"] == report_id]
    marks = facts["value"] == ""
    value = pd.to_numeric(facts["value"].where(~marks), errors="coerce")
    flag = marks.map({True: "zero_mark", False: "ok"})
    cells = facts[["report_id", "cell", "raw"]].assign(value=value, flag=flag, note="")
    return resolve_marks(cells.reset_index(drop=True))


ON_RECORD = [
    ("changchun-vet-2023", "own organ", "受理政府信息公开申请2件。", [["claim.received", "error", "3", "2"]]),
    ("hongze-2024", "whole government", "受理政府信息公开申请17件。", [["claim.received", "question", "95", "17"]]),
    ("suqian-2023", "whole government", "收办政府信息公开申请3607件，其中自然人申请3493件。", []),
    ("suqian-2024", "whole government", "收办政府信息公开申请3646件。", []),
    ("suqian-2024", "whole government", "政府信息公开行政复议134件。", [["claim.review", "question", "170", "134"]]),
    ("suqian-2024", "whole government", "政府信息公开行政诉讼57件。", [["claim.litigation", "question", "77", "57"]]),
    ("shuyang-2025", "whole government", "受理政府信息公开申请749件。", []),
    ("shkw-2024", "own organ", "收到政府信息公开申请34件。", []),
    ("shbgt-2019", "own organ", "申请中，无法提供265件。", [["claim.unable", "error", "337", "265"]]),
    ("shbgt-2025", "own organ", "办结申请1191件，其中公开及部分公开208件，占17.46%。", []),
]


@pytest.mark.parametrize(
    ("report_id", "scope", "text", "outcome"), ON_RECORD, ids=[f"{r[0]} {r[2][:8]}" for r in ON_RECORD]
)
def test_what_is_on_record_of_published_reports_comes_out(shared, report_id, scope, text, outcome):
    year = int(report_id[-4:])
    assert short(findings(text, cells_of(shared, report_id), scope, year)) == outcome


def test_every_report_on_record_with_claims_against_tables_is_tested(shared):
    with (shared / "facts" / "anomalies.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["where"].startswith("claim") and "tables" in row["needs"]]
    assert {row["report_id"] for row in rows} <= {report_id for report_id, *_ in ON_RECORD}
