"""Figures stated in prose: found in any wording, and nothing else taken for one."""

import csv
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.document import Line
from govinfo.prose.claim_rules import rules
from govinfo.prose.claims import COLUMNS, find_claims, read_prose
from govinfo.prose.lexicon import words
from govinfo.prose.numerals import chinese, figures
from govinfo.prose.owner import own_organ
from govinfo.prose.sentences import close_up, narrow, sentences

SENTENCES = Path(__file__).parent / "data" / "claims_sentences.csv"


def stated(text, year=2024, agency="", heading=""):
    lines = [Line(x, 1) for x in (heading, text) if x]
    return list(zip(*[find_claims(lines, year, agency)[k] for k in ("claim", "figure")], strict=True))


def expected(row):
    return Counter((claim, float(figure)) for claim, figure in (x.split("=") for x in row["expected"].split()))


def examples():
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ------------------------------------------------------------------------------------------------ the sentences


def test_there_are_at_least_150_sentences_a_quarter_of_them_traps():
    rows = examples()
    assert len(rows) >= 150
    assert sum(row["kind"] == "trap" for row in rows) * 4 >= len(rows)
    assert len({row["text"] for row in rows}) == len(rows)


def test_every_expected_claim_is_of_the_contracts_vocabulary():
    assert {claim for row in examples() for claim, _ in expected(row)} <= rules()["vocabulary"]


def test_in_the_sentences_at_least_95_of_100_claims_are_found_and_nothing_else():
    found, wrong, missed = 0, [], []
    for row in examples():
        got = Counter(stated(row["text"], int(row["year"]), row["agency"], row["heading"]))
        found += sum((got & expected(row)).values())
        wrong += [(row["id"], *claim) for claim in (got - expected(row)).elements()]
        missed += [(row["id"], *claim) for claim in (expected(row) - got).elements()]
    assert not wrong
    assert found / (found + len(missed)) >= 0.95, missed


# ------------------------------------------------------------------------------------------------ what a claim carries


def test_a_claim_carries_its_figure_unit_page_and_sentence():
    lines = [
        Line("（二）依申请公开。2024 年共收到政府信息公开申请 1,4", 1),
        Line("- 1 -", 1),
        Line("03 件，答复 9 件。完。", 2),
    ]
    table = find_claims(lines, 2024)
    assert tuple(table.columns) == COLUMNS
    assert table.drop(columns="quote").values.tolist() == [
        ["received", 1403.0, "件", 1, ""],
        ["handled", 9.0, "件", 2, ""],
    ]
    assert set(table["quote"]) == {"2024年共收到政府信息公开申请1,403件，答复9件。"}


def test_a_claim_of_a_format_without_pages_has_no_page():
    table = find_claims([Line("收到政府信息公开申请8件。"), Line("答复8件。", 2)], 2024)
    assert table["page"].isna().tolist() == [True, False] and table["page"].dtype == "Int64"


def test_a_figure_divided_after_another_organs_is_that_organs():
    agency = "示例市示例区教育局"
    assert stated("区政府各部门共收到申请310件（其中自然人申请298件，法人申请12件），我局收到3件。", agency=agency) == [
        ("received", 3.0)
    ]


def test_a_sum_of_all_levels_is_claimed_by_a_government_only():
    text = "市级部门收到申请820件，区县收到申请2310件，全市合计3130件。"
    assert stated(text, agency="示例市人民政府") == [("received", 3130.0)]
    assert stated(text, agency="示例市教育局") == []


def test_a_district_named_before_its_applications_is_another_organ_unless_the_reports():
    text = "甲区收到申请402件，乙县收到申请377件。"
    assert stated(text, agency="示例市人民政府") == []
    assert stated(text, agency="示例市甲区人民政府") == [("received", 402.0)]


def test_kinds_of_lawsuits_are_a_total_only_with_their_sum():
    assert stated("未经复议直接起诉3件，复议后起诉2件，共5件。") == [("litigation", 5.0)]
    assert stated("未经复议直接起诉3件，复议后起诉2件，共6件。") == []


def test_nothing_for_years_on_end_is_no_figure_of_the_year():
    assert stated("已连续5年未收到行政复议。") == []
    assert stated("连续两年受理政府信息公开申请超百件，2024年受理105件。") == [("received", 105.0)]


def test_words_are_parted_so_that_no_character_is_left_over():
    assert [w.text for w in words("加上年结转", 2024)] == ["加", "上年", "结转"]


def test_a_percentage_says_what_it_is_of():
    table = find_claims([Line("受理申请8件，同比下降20%。予以公开3件，占答复总数的37.5%，无法提供占50%。", 1)], 2024)
    assert table.loc[table["unit"].str.startswith("%"), ["claim", "figure", "unit"]].values.tolist() == [
        ["growth", -20.0, "%:received"],
        ["share", 37.5, "%:granted/handled"],
        ["share", 50.0, "%:unable"],
    ]


@pytest.mark.parametrize("number", ["5500余条", "近5500条", "约5500条", "5500多条", "超5500条"])
def test_a_rough_figure_is_marked(number):
    table = find_claims([Line(f"全年主动公开政府信息{number}。", 1)], 2024)
    assert table[["figure", "note"]].values.tolist() == [[5500.0, "approximate"]]


def test_an_empty_prose_gives_an_empty_table_with_all_columns():
    table = find_claims([], None)
    assert table.empty and tuple(table.columns) == COLUMNS and table["figure"].dtype == "float64"


def test_without_a_year_the_one_most_spoken_of_is_the_reports():
    text = "2023年收到政府信息公开申请5件，2024年收到政府信息公开申请7件。2024年答复政府信息公开申请7件。"
    assert [c.claim for c in find_claims([Line(text)], None).itertuples()] == ["received", "handled"]


def test_running_heads_and_page_numbers_do_not_break_a_sentence():
    lines = [
        Line("市政府办公室年度报告", 1),
        Line("共受理政府信息公开申请", 1),
        Line("— 1 —", 1),
        Line("市政府办公室年度报告", 2),
        Line("35件。", 2),
    ]
    assert [(c.claim, c.figure) for c in find_claims(lines, 2024).itertuples()] == [("received", 35.0)]


def test_a_heading_on_its_own_line_says_what_is_spoken_of_but_is_no_part_of_the_sentence():
    lines = [Line("（二）依申请公开情况", 1), Line("全年收到5件，答复5件。", 1)]
    table = find_claims(lines, 2024)
    assert table["claim"].tolist() == ["received", "handled"]
    assert set(table["quote"]) == {"全年收到5件，答复5件。"}


# ------------------------------------------------------------------------------------------------ judging


def test_what_is_no_claim_says_why():
    text = "收到政府信息公开申请17件，上年为30件，减少13件，办结率100%。"
    found = [(str(m.value), m.what) for _, mentions in read_prose([Line(text)], 2024) for m in mentions if not m.claim]
    assert found == [
        ("30", "another year's figure"),
        ("13", "a difference between years"),
        ("100", "the rate of a process"),
    ]


def test_an_organ_named_in_the_text_is_its_own_in_full_in_short_or_by_its_office():
    agency = "示例市示例区住房和城乡建设局"
    assert own_organ("区住建局", agency) and own_organ("示例区住房和城乡建设局", agency)
    assert own_organ("区政府办公室", "示例市示例区人民政府")
    assert not own_organ("区教育局", agency) and not own_organ("公安分局", "示例市公安局")


def test_another_organs_figure_is_left_out_and_the_offices_own_is_kept():
    agency = "示例市示例区人民政府"
    assert stated("区政府办公室受理政府信息公开申请17件。", agency=agency) == [("received", 17.0)]
    assert stated("区公安分局受理政府信息公开申请17件。", agency=agency) == []


# ------------------------------------------------------------------------------------------------ words


def test_the_longest_word_is_taken_and_what_no_word_fits_is_unknown():
    assert [(w.text, w.kind) for w in words("不予公开申请甲乙", 2024)] == [
        ("不予公开", "denied"),
        ("申请", "apply"),
        ("甲乙", "unknown"),
    ]


@given(st.text(alphabet="收到受理政府信息公开申请的2024年、，（）件甲乙《》", max_size=40))
def test_the_words_of_a_sentence_are_the_sentence(text):
    assert "".join(w.text for w in words(text, 2024)) == text


def test_a_word_that_is_not_known_parts_a_claim_from_its_figure():
    assert stated("收到政府信息公开申请3件。") == [("received", 3.0)]
    assert stated("收到某某某的申请3件。") == []
    assert stated("受理某某某申请3件。") == []


def test_documents_classed_as_not_open_are_no_refusals():
    assert stated("制作政府信息411份，其中主动公开38份，依申请公开及不予公开373份。") == [("disclosed_items", 38.0)]
    assert stated("依申请公开及不予公开319份。") == []


def test_items_disclosed_are_counted_once():
    text = "全区主动公开政府信息128条。\n重点领域信息公开有序，公开信息113条。\n门户网站发布信息607条。"
    assert stated(text.splitlines()[0]) == [("disclosed_items", 128.0)]
    table = find_claims([Line(x) for x in text.splitlines()], 2024)
    assert stated_pairs(table) == [("disclosed_items", 128.0), ("disclosed_items", 607.0)]


def test_an_organ_that_begins_a_sentence_is_whose_the_figures_are():
    agency = "示例市示例区人民政府"
    assert stated("区教育局推进校务公开，全年主动公开政府信息291条。", agency=agency) == []
    assert stated("区政府办公室推进公开，全年主动公开政府信息291条。", agency=agency) == [("disclosed_items", 291.0)]


def test_two_outcomes_with_one_figure_are_neither():
    assert stated("答复申请65件，不予公开和无法提供共31件。") == [("handled", 65.0)]


def test_a_sum_of_both_kinds_of_cases_says_both_only_where_it_is_none():
    assert stated("因政府信息公开引起的行政复议和行政诉讼共0件。") == [("review", 0.0), ("litigation", 0.0)]
    assert stated("因政府信息公开引起的行政复议和行政诉讼共9件。") == []


def test_figures_whose_labels_do_not_match_them_are_left_out():
    assert stated("申请中予以公开、部分公开、不予公开分别为3件、4件。") == []


def test_the_line_of_a_table_is_no_part_of_a_sentence():
    lines = [Line("结果维持"), Line("0 0 0 1 0 0 0 1"), Line("全年受理政府信息公开申请3件。")]
    assert find_claims(lines, 2024)["quote"].tolist() == ["全年受理政府信息公开申请3件。"]


# ------------------------------------------------------------------------------------------------ figures and sentences


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("14.2万条", "142000", "条"),
        ("18余万条", "180000", "条"),
        ("1亿元", "100000000", "元"),
        ("0.34万元", "3400", "元"),
        ("十二件", "12", "件"),
        ("一千零五十六条", "1056", "条"),
        ("一万二千三百条", "12300", "条"),
        ("叁件", "3", "件"),
        ("四百元", "400", "元"),
    ],
)
def test_a_figure_is_read_in_units_of_one(text, value, unit):
    (figure,) = figures(text)
    assert (str(figure.value), figure.unit) == (value, unit)


def test_the_members_of_a_list_share_its_unit_and_a_zero_needs_none():
    assert [(str(f.value), f.unit) for f in figures("分别为10、5和3件")] == [("10", "件"), ("5", "件"), ("3", "件")]
    assert [(str(f.value), f.unit) for f in figures("数量为0,")] == [("0", "件")]


@pytest.mark.parametrize(
    "text", ["第711号令", "〔2021〕30号", "2024年12月31日", "第3条", "一件事", "每件", "一起", "20个工作日", "3.5级"]
)
def test_dates_articles_and_document_numbers_are_no_figures(text):
    assert figures(text) == []


@given(st.integers(1, 999))
def test_a_chinese_numeral_says_its_number(number):
    digits, text = "零一二三四五六七八九", ""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text += digits[hundreds] + "百" if hundreds else ""
    text += digits[tens] + "十" if tens else ("零" if hundreds and ones else "")
    text += digits[ones] if ones else ""
    assert chinese(text) == number


@given(st.text(alphabet="共受理申请3,4 05件。；\n（一）百年万%", max_size=60))
def test_any_text_is_cut_into_sentences_without_losing_a_character(text):
    lines = [Line(line, 1) for line in text.splitlines()]
    whole = "".join(s.printed for s in sentences(lines))
    assert whole.replace(" ", "") in text.replace("\n", "").replace(" ", "") or len(lines) > 1
    assert all(len(s.printed) == len(s.text) == len(narrow(s.printed)) for s in sentences(lines))


@given(st.text(max_size=200), st.sampled_from([None, 2024]))
def test_no_text_whatever_makes_an_error(text, year):
    find_claims([Line(text, 1)], year, "示例市人民政府")


def test_spaces_between_two_numbers_stay_apart():
    assert close_up("表 1 2024 年") == "表1 2024年"


@pytest.mark.parametrize(
    "unit, number, end",
    [
        ("未收到", 1000, ""),
        ("甲、乙分别为3件、4件，", 200, ""),
        ("申请", 2000, "3件"),
        ("1", 5000, ""),
        ("的", 5000, "3件"),
        ("(2件)", 500, ""),
        ("（", 2000, "3件"),
    ],
    ids=["未收到", "分别", "申请", "digits", "的", "brackets", "open"],
)
def test_hostile_prose_costs_no_more_than_its_length(unit, number, end):
    def cost(times):
        start = time.process_time()
        find_claims([Line(unit * (number * times) + end, 1)], 2024, "示例市人民政府")
        return time.process_time() - start

    cost(1)  # tables of rules are loaded once
    ratio = min(cost(4) / cost(1) for _ in range(3))
    assert ratio < 9  # four times as long: 4 where the cost follows the length, 16 where it follows its square


# ------------------------------------------------------------------------------------------------ real reports


def prose_of(path):
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument(path)
    pages = [document[i].get_textpage().get_text_range().splitlines() for i in range(len(document))]
    return [Line(text, i + 1) for i, page in enumerate(pages) for text in page]


def test_the_claims_of_two_originals_are_found(shared):
    table = find_claims(prose_of(shared / "real" / "huaian-2024.pdf"), 2024, "淮安市人民政府")
    found = dict(zip(table["claim"], table["figure"], strict=True))
    assert found == {
        "disclosed_items": 5500, "received": 3119, "handled": 3050, "carried_in": 34, "carried_out": 103, "review": 351,
        "review.upheld": 72, "review.corrected": 64, "review.other": 178, "review.pending": 37, "litigation": 46,
        "litigation.upheld": 25, "litigation.corrected": 5, "litigation.other": 9, "litigation.pending": 7, "fee_yuan": 3940,
    }  # fmt: skip
    table = find_claims(prose_of(shared / "real" / "hongze-2023.pdf"), 2023, "淮安市洪泽区人民政府")
    assert stated_pairs(table) == [("disclosed_items", 1136.0), ("received", 21.0), ("fee_yuan", 0.0)]


def test_the_claims_of_the_first_report_are_found(shared):
    text = (shared / "seed" / "guangzhou_collaboration_office_2025.txt").read_text(encoding="utf-8")
    table = find_claims([Line(line) for line in text.splitlines()], 2025, "广州市协作办公室")
    assert stated_pairs(table) == [("disclosed_items", 873.0), ("received", 4.0), ("withdrawn", 2.0), ("fee_yuan", 0.0)]


def stated_pairs(table):
    return list(zip(table["claim"], table["figure"], strict=True))


@pytest.mark.parametrize("line", ["0" * 5_000 + "x", "0 " * 5_000 + "件", "-" * 5_000 + "x", "、".join("1" * 3_000)])
def test_a_line_without_end_costs_no_time(line):
    assert find_claims([Line(line)], 2024).empty
