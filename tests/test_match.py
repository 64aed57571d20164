"""Printed grids to cells of the form: headers, stitching over page breaks, merged and missing rows."""

import pytest
from grids import HEADER, grid

from govinfo.placing.match import place

SEVEN = ["1", "2", "3", "4", "5", "6", "21"]


def texts(placement):
    return {cell: item.text for cell, item in placement.placed.items()}


def row(label, values=SEVEN, first="三、本年度办理结果", group=""):
    return [first, group, label, *values]


@pytest.mark.parametrize("boxes", [True, False], ids=["with boxes", "without boxes"])
def test_figures_go_to_the_row_and_column_of_their_labels(boxes):
    body = [
        ["一、本年新收政府信息公开申请数量", None, None, *SEVEN],
        ["二、上年结转政府信息公开申请数量", None, None, *"0000000"],
    ]
    found = texts(place([grid(HEADER + body, boxes=boxes)]))
    assert found["t3.new.natural"] == "1"
    assert found["t3.new.other"] == "6"
    assert found["t3.new.total"] == "21"
    assert found["t3.carried_in.total"] == "0"


def test_a_table_cut_by_a_page_goes_on_under_the_header_of_the_page_before():
    first = grid([*HEADER, row("7.属于行政执法案卷", ["7"] * 7, group="（三）不予公开")], page=1)
    second = grid([row("8.属于行政查询事项", ["8"] * 7, first="", group="")], page=2)
    found = texts(place([first, second]))
    assert found["t3.denied.enforcement.legal"] == "7"
    assert found["t3.denied.inquiry.legal"] == "8"


def test_a_repeated_header_with_another_wording_names_the_same_columns():
    again = [[text.replace("社会公益组织", "社会组织") if text else text for text in line] for line in HEADER]
    first = grid([*HEADER, row("3.危及“三安全一稳定”", group="（三）不予公开")], page=1)
    second = grid([*again, row("4.保护第三方合法权益", ["0", "0", "0", "9", "0", "0", "9"], first="果")], page=2)
    found = texts(place([first, second]))
    assert found["t3.denied.third_party.welfare"] == "9"


def test_a_row_cut_by_a_page_is_read_as_one_row():
    first = grid([*HEADER, row("5.要求行政机关确认或重", ["5"] * 7, group="（五）不予处理")], page=1)
    second = grid([row("新出具已获取信息", [""] * 7, first=""), row("（七）总计", ["9"] * 7, first="")], page=2)
    found = texts(place([first, second]))
    assert found["t3.not_processed.confirm.natural"] == "5"
    assert found["t3.total.natural"] == "9"


def test_rows_with_figures_are_not_put_together_over_a_row_without():
    six = row("6.属于四类过程性信息", ["5"] * 7, group="（三）不予公开")
    grids = [grid([*HEADER, six, row("480", [""] * 7, first=""), row("101", ["7"] * 7, first="")], boxes=False)]
    assert place(grids).placed["t3.denied.process.natural"].text == "5"


def test_a_header_cut_by_a_page_is_put_together():
    upper, lower = (
        grid(HEADER[:2], page=1),
        grid([["", None, None, "", *HEADER[2][4:9], ""], row("（一）予以公开")], page=2),
    )
    assert texts(place([upper, lower]))["t3.granted.total"] == "21"


def test_other_outcomes_printed_as_one_row_are_the_groups_cells():
    found = texts(place([grid([*HEADER, row("（五）不予处理"), row("（六）其他处理"), row("（七）总计")])]))
    assert found["t3.other.natural"] == "1"
    assert "t3.other.other.natural" not in found


def test_three_labels_with_one_merged_row_of_figures_are_the_groups_cells():
    rows = [
        row("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", group="（六）其他处理"),
        row("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", ["^"] * 7, group="^"),
        row("3.其他", ["^"] * 7, group="^"),
        row("（七）总计", group=""),
    ]
    found = texts(place([grid(HEADER + rows)]))
    assert found["t3.other.natural"] == "1"
    assert not any(cell.startswith("t3.other.other.") for cell in found)


def test_a_row_that_the_form_does_not_have_is_left_over_with_its_labels():
    result = place([grid([*HEADER, row("（一）予以公开"), row("（八）撤回申请", ["0", "", "", "", "", "", "3"])])])
    assert [(item.row_label, item.text) for item in result.leftovers] == [
        ("（八）撤回申请", "0"),
        ("（八）撤回申请", "3"),
    ]


def test_a_row_left_out_shifts_no_other_row():
    found = texts(place([grid([*HEADER, row("1.属于国家秘密"), row("3.危及“三安全一稳定”", ["3"] * 7)])]))
    assert found["t3.denied.three_safety.natural"] == "3"
    assert "t3.denied.other_law.natural" not in found


def test_a_table_without_any_row_of_the_form_is_passed_over():
    result = place([grid([["通知收取件数", "实际收取金额（元）"], ["1", "800"]])])
    assert not result.placed
    assert not result.leftovers


def test_section_two_is_read_in_the_version_its_headers_are_printed_in():
    old = [["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"], ["规章", "1", "2", "3"]]
    new = [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "4", "5", "6"]]
    assert texts(place([grid(old)]))["t2.rules.total_public"] == "3"
    assert texts(place([grid(new)]))["t2.rules.valid"] == "6"


def test_section_four_may_be_one_table_or_two():
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    review = [["行政复议", *[None] * 4], results, list("12036")]
    lawsuits = [["未经复议直接起诉", *[None] * 4, "复议后起诉", *[None] * 4], results * 2, list("0100123418")]
    two = texts(place([grid(review), grid(lawsuits, top=100)]))
    one = texts(place([grid([a + b for a, b in zip(review, lawsuits, strict=True)])]))
    assert one == two
    assert (one["t4.review.total"], one["t4.direct.corrected"], one["t4.after_review.total"]) == ("6", "1", "8")


def test_a_numbered_row_on_the_next_page_is_a_row_of_its_own_and_no_end_of_the_one_before():
    first = grid([*HEADER, row("5.要求行政机关确认或重新出具已获取信息", ["7"] * 7, group="（五）不予处理")], page=1)
    later = row(
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", ["1"] * 7, first="", group=""
    )
    second = grid([row("6.其他不予处理情形", ["0"] * 7, first="", group=""), later], page=2)
    found = place([first, second])
    assert texts(found)["t3.not_processed.confirm.total"] == "7"
    assert {item.row_label for item in found.leftovers} == {"6.其他不予处理情形"}


def test_the_root_of_a_repeated_header_does_not_part_a_row_that_a_page_cuts():
    first = grid([*HEADER, row("4.保护第三方合法权", ["26"] * 7, group="（三）不予公开")], page=1)
    second = grid([*HEADER, row("益", ["9"] * 7, first="", group="")], page=2)
    assert texts(place([first, second]))["t3.denied.third_party.total"] == "269"


def test_a_group_and_its_item_with_one_name_are_no_header():
    body = [row("3.其他", ["——"] * 7, group="（六）其他处理"), row("（七）总计", ["1"] * 7)]
    assert texts(place([grid(HEADER + body)]))["t3.total.total"] == "1"


def test_a_group_is_no_row_of_its_own_beside_its_items():
    body = [
        row("（三）不予公开", ["9"] * 7),
        row("1.属于国家秘密", ["4"] * 7, group="（三）不予公开"),
        row("2.其他法律行政法规禁止公开", ["5"] * 7, group="（三）不予公开"),
    ]
    found = place([grid(HEADER + body)])
    assert "t3.denied.natural" not in found.placed
    assert found.placed["t3.denied.other_law.natural"].text == "5"
    assert {item.text for item in found.leftovers} == {"9"}
