"""The second reading: figures placed by baselines and header centres alone."""

from govinfo.document import Box
from govinfo.placing.second import BETWEEN, place_words
from govinfo.placing.strays import CUT
from govinfo.readers.words import Word

COLUMNS = {
    "自然人": 200,
    "商业企业": 250,
    "科研机构": 300,
    "社会公益组织": 350,
    "法律服务机构": 400,
    "其他": 450,
    "总计": 500,
}
SEVEN = ["1", "2", "3", "4", "5", "6", "21"]


def word(text, x, y, page=1, size=8.0):
    """A word centred at x whose middle stands at y."""
    half = len(text) * size / 2 if not text.isascii() else len(text) * size / 4
    return Word(text, Box(page, x - half, y - size / 2, x + half, y + size / 2), size)


def label(text, y, left=20.0, page=1, size=8.0):
    return Word(text, Box(page, left, y - size / 2, left + len(text) * size, y + size / 2), size)


def header(y=20.0, page=1):
    return [word(text, x, y, page) for text, x in COLUMNS.items()]


def row(text, y, values, page=1, shift=0.0):
    figures = [word(v, x + shift, y, page) for v, x in zip(values, COLUMNS.values(), strict=True) if v]
    return [label(text, y, page=page), *figures]


def texts(words):
    return {cell: placed.text for cell, placed in place_words(words).placed.items()}


NEW, IN, OUT = "一、本年新收政府信息公开申请数", "二、上年结转政府信息公开申请数", "四、结转下年度继续办理"


def test_figures_go_to_the_row_beside_them_and_the_header_above_them():
    found = texts([*header(), *row(NEW, 40, SEVEN), *row(IN, 60, ["0"] * 7)])
    assert [found[f"t3.new.{c}"] for c in ("natural", "welfare", "total")] == ["1", "4", "21"]
    assert found["t3.carried_in.other"] == "0"


def test_blank_cells_of_printed_rows_are_blank_and_shift_no_figure():
    found = texts([*header(), *row(NEW, 40, ["7", "", "", "", "", "2", "9"]), *row(IN, 60, SEVEN)])
    assert found["t3.new.other"] == "2"
    assert found["t3.new.research"] == ""


def test_left_aligned_figures_stay_in_their_columns():
    found = texts([*header(), *row(NEW, 40, SEVEN, shift=-15), *row(IN, 60, ["0"] * 7, shift=-15)])
    assert found["t3.new.enterprise"] == "2"


def test_a_figure_of_section_2_between_two_headers_puts_its_row_in_doubt_for_no_sum_tells_its_column():
    def doubts(x):
        headers = [label("信息内容", 20), word("上一年项目数量", 200, 20), word("本年增/减", 400, 20)]
        found = place_words([*headers, label("行政事业性收费", 40), word("2", x, 40)]).placed
        return {cell.rsplit(".", 1)[1]: placed.doubt for cell, placed in found.items()}

    assert doubts(290) == {"items_previous": BETWEEN, "items_change": BETWEEN}
    assert doubts(395) == {"items_previous": "", "items_change": ""}


def test_a_label_over_several_lines_holds_the_figures_at_its_middle():
    lines = ["1.申请人无正当理由逾期不", "补正、行政机关不再处理其", "政府信息公开申请"]
    labels = [label(text, 40 + 10 * i) for i, text in enumerate(lines)]
    words = [*header(), *labels, *row("", 50, SEVEN)[1:], *row("3.其他", 80, ["0"] * 7)]
    assert texts(words)["t3.other.no_correction.legal"] == "5"


def test_a_number_broken_over_two_lines_is_one_number():
    words = [*header(), *row(NEW, 45, ["", *SEVEN[1:]]), word("12", 200, 40), word("34", 200, 50), *row(IN, 75, SEVEN)]
    assert texts(words)["t3.new.natural"] == "1234"


def test_a_row_the_form_has_not_gives_its_figures_to_no_neighbour():
    words = [
        *header(),
        *row(NEW, 40, ["", "", "", "", "", "", "8"]),
        *row("申请人自行撤回的申请", 60, SEVEN),
        *row(IN, 80, SEVEN),
    ]
    placement = place_words(words)
    assert placement.placed["t3.new.natural"].text == ""
    assert [item.text for item in placement.leftovers] == SEVEN


def test_a_table_goes_on_under_the_header_of_the_page_before():
    words = [*header(), *row(NEW, 40, SEVEN), *row(OUT, 20, ["9", "0", "0", "0", "0", "0", "9"], page=2)]
    assert texts(words)["t3.carried_out.natural"] == "9"


def test_letters_of_a_watermark_are_no_part_of_a_table():
    words = [*header(), *row(NEW, 40, SEVEN), *row(IN, 60, SEVEN), word("内", 205, 41, size=60.0)]
    assert texts(words)["t3.new.natural"] == "1"


def test_section_four_is_read_by_the_order_of_its_groups():
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    centres = [40 * (i + 1) for i in range(15)]
    words = [*(word(t, x, 20) for t, x in zip(results, centres, strict=True))]
    words += [word(str(i), x, 40) for i, x in enumerate(centres)]
    found = texts(words)
    assert (found["t4.review.upheld"], found["t4.direct.total"], found["t4.after_review.pending"]) == ("0", "9", "13")


CONFIRM = "5.要求行政机关确认或重新出具已获取信息"


def test_a_strange_row_over_two_lines_takes_its_figures_from_no_row_of_the_form():
    strange = [
        label("6.其他不予处理", 60, 60.0),
        label("情形", 70, 60.0),
        *(word("9", x, 65) for x in COLUMNS.values()),
    ]
    later = row("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", 90, ["0"] * 7)
    found = place_words([*header(), *row(CONFIRM, 40, SEVEN), *strange, *later])
    assert found.placed["t3.not_processed.confirm.total"].text == "21"
    assert {item.row_label for item in found.leftovers} == {"6.其他不予处理情形"}


def test_a_label_printed_again_after_a_page_break_is_one_row():
    upper = [*header(), *row("（七）总计", 700, ["1"] * 7)]
    lower = [*header(page=2), *row("（七）总计", 60, ["2"] * 7, page=2), *row(OUT, 90, ["0"] * 7, page=2)]
    assert texts([*upper, *lower])["t3.total.total"] == "12"


def test_a_page_number_in_words_is_no_label():
    number = [label("第", 780, 250.0), label("2", 780, 270.0), label("页", 780, 290.0)]
    upper = [*header(), *row(NEW, 700, SEVEN), *number]
    found = texts([*upper, *row(IN, 40, ["3"] * 7, page=2)])
    assert found["t3.carried_in.total"] == "3"


def test_rows_of_a_table_follow_a_header_at_the_end_of_the_page_before():
    lower = [*row(NEW, 40, ["7", "", "", "", "", "2", "9"], page=2), *row(IN, 60, SEVEN, page=2)]
    found = texts([*header(700), *lower])
    assert (found["t3.new.other"], found["t3.new.research"]) == ("2", "")


def test_the_area_of_a_table_holds_no_header_of_the_page_before():
    words = [*header(y=700), *row(NEW, 40, SEVEN, page=2), *row(IN, 60, ["0"] * 7, page=2)]
    assert [(area.page, area.y1 < 100) for area in place_words(words).areas] == [(2, True)]


def two_lines(text, y, values):
    """A row whose label has two lines around a height, with figures in the middle."""
    return [label(text[:14], y - 5), label(text[14:], y + 5), *row("", y, values)[1:]]


def test_a_figure_above_the_first_label_of_a_page_is_the_rest_of_the_row_before():
    partial = two_lines(
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", 70, ["84", "", "", "", "", "", "84"]
    )
    rest = [word("96", 200, 20, page=2), word("96", 500, 20, page=2)]
    below = row(OUT, 36, ["1", "", "", "", "", "", "1"], page=2)
    read = place_words([*header(), *row(NEW, 40, SEVEN), *partial, *rest, *below]).placed
    assert [read[f"t3.{r}.natural"].text for r in ("partial", "carried_out")] == ["8496", "1"]
    assert read["t3.partial.natural"].doubt == CUT  # no sum confirms it


ITEMS = (
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "3.其他",
)


def other_row_cut(total):
    """（六） with one row of figures, 425 and 7 below it on the next page, before a total."""
    first, second, third = ITEMS
    return [
        *header(),
        *row(NEW, 40, [total, "", "", "", "", "", total]),
        *row(IN, 60, ["0"] * 7),
        *row(first, 80, ["425", "0", "0", "0", "0", "0", "425"]),
        label(second, 20, page=2),
        *row(third, 40, ["7", "", "", "", "", "", "7"], page=2),
        *row("（七）总计", 60, [total, "0", "0", "0", "0", "0", total], page=2),
        *row(OUT, 80, ["0"] * 7, page=2),
    ]


def test_merged_cells_that_a_page_cuts_are_joined_where_the_sums_then_hold():
    read = place_words(other_row_cut("4257")).placed
    assert (read["t3.other.natural"].text, read["t3.other.natural"].doubt) == ("4257", "")
    assert "t3.other.other.natural" not in read


def test_items_on_two_pages_stay_items_where_the_sums_hold_with_them():
    read = place_words(other_row_cut("432")).placed
    assert (read["t3.other.no_correction.natural"].text, read["t3.other.other.natural"].text) == ("425", "7")


def test_the_rest_of_a_last_row_alone_on_the_next_page_is_joined_to_it():
    rest = [word("6", 400, 20, page=2), word("3", 500, 20, page=2)]
    end = [label("四、政府信息公开行政复议、行政诉讼情况", 60, page=2)]
    read = place_words([*header(), *row(NEW, 40, SEVEN), *row(OUT, 60, SEVEN), *rest, *end]).placed
    assert [read[f"t3.carried_out.{c}"].text for c in ("legal", "other", "total")] == ["56", "6", "213"]
    assert read["t3.carried_out.legal"].doubt == CUT


def test_a_lone_number_that_opens_the_next_page_is_left_over_with_doubt():
    end = label("四、政府信息公开行政复议、行政诉讼情况", 60, page=2)
    read = place_words([*header(), *row(NEW, 40, SEVEN), *row(OUT, 60, SEVEN), word("6", 400, 20, page=2), end])
    assert read.placed["t3.carried_out.legal"].text == "5"
    assert read.placed["t3.carried_out.legal"].doubt


def test_a_figure_left_of_the_values_of_section_three_is_no_part_of_a_label():
    """A label of 二 on two lines, between them a figure, where 三 has its labels."""
    names = {"信息内容": 40, "上一年项目数量": 120, "本年增/减": 200, "处理决定数量": 300}
    first = [label("行政许可", 40), word("4", 92, 40), word("5", 200, 40), word("6", 300, 40)]
    second = [
        label("其他对外管", 60),
        word("3项", 92, 60),
        word("1", 200, 60),
        word("2", 300, 60),
        label("理服务事项", 70),
    ]
    table = [*(word(text, x, 20) for text, x in names.items()), *first, *second]
    found = texts([*table, *header(120), *row(NEW, 140, SEVEN), *row(OUT, 160, SEVEN)])
    assert found["t2.other_services.items_previous"] == "3项"
