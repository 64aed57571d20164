"""Published text to numbers and flags, and what blank cells are forced to."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.form import VERSIONS, load_form
from govinfo.placing.values import clean, cleaning_rules, effective, plain, resolve_marks

COUNT = load_form("2021").cell("t3.new.total")
FEES = load_form("2021").cell("t2.fees")
AMOUNT = load_form("2019").cell("t2.procurement.amount")
CHANGE = load_form("2019").cell("t2.licensing.items_change")


def cell_of(example):
    wanted = example.get("cell", "t3.new.total")
    return next(load_form(v).cell(wanted) for v in reversed(VERSIONS) if wanted in load_form(v))


def examples():
    return [(rule["id"], example) for rule in cleaning_rules()["rule"] for example in rule["examples"]]


@pytest.mark.parametrize(("rule", "example"), examples())
def test_every_rule_does_what_its_example_says_and_is_named(rule, example):
    cleaned = clean(example["raw"], cell_of(example), example.get("header", ""))
    assert (cleaned.value, cleaned.flag) == (Decimal(example["value"]), "cleaned")
    assert rule in [part.split(":")[0] for part in cleaned.note.split("; ")]


def test_every_rule_and_doubt_is_documented_in_two_languages():
    table = cleaning_rules()
    assert all(row["zh"] and row["en"] for row in table["rule"] + table["doubt"])
    assert all(row["reason"] for row in table["rule"])


@pytest.mark.parametrize(("raw", "value"), [("0", "0"), ("1036", "1036"), ("75.9260", "75.926"), ("-26", "-26")])
def test_a_plain_number_is_ok_as_it_stands(raw, value):
    cleaned = clean(raw, FEES)
    assert (cleaned.value, cleaned.flag, cleaned.note) == (Decimal(value), "ok", "")


@pytest.mark.parametrize(
    "raw", ["", " ", "\n", "/", "／", "-", "--", "—", "——", "–", "－", "─", "\\", "无", "暂 无", "\u200b"]
)
def test_blanks_and_marks_have_no_value_yet(raw):
    cleaned = clean(raw, COUNT)
    assert (cleaned.value, cleaned.flag, cleaned.note) == (None, "zero_mark", "")


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("5%", None, "percent"),
        ("约20", 20, "approximate"),
        ("100余件", 100, "approximate"),
        ("251000元", None, "wrong_unit"),
        ("2.5万", None, "wrong_unit"),
        ("12 / 5", None, "two_numbers"),
        ("5  7", None, "two_numbers"),
        ("5\t7", None, "two_numbers"),
        ("0 5", None, "two_numbers"),
        ("2+2", None, "two_numbers"),
        ("22（16）", 22, "two_numbers"),
        ("12,34", 1234, "grouping"),
        ("1,2345", 12345, "grouping"),
        ("1O", 10, "lookalike"),
        ("〇", 0, "lookalike"),
        ("3?", 3, "not_a_number"),
        ("5.", 5, "not_a_number"),
        ("5*", 5, "not_a_number"),
        ("—5", 5, "not_a_number"),
        ("十二", None, "not_a_number"),
        ("一", None, "not_a_number"),
        ("*", None, "not_a_number"),
        ("（5）", None, "not_a_number"),
        ("\x005", None, "not_a_number"),
        ("1\u202e23", None, "reordered"),
        ("nan", None, "not_a_number"),
        ("1e5", None, "two_numbers"),
        ("٣", None, "not_a_number"),
        ("五件", None, "not_a_number"),
    ],
)
def test_what_no_rule_reads_is_in_doubt_with_its_reason(raw, value, reason):
    cleaned = clean(raw, COUNT)
    assert (cleaned.value, cleaned.flag, cleaned.note.split(":")[0]) == (value, "doubt", reason)
    assert raw.strip() in cleaned.note


@pytest.mark.parametrize("raw", ["1" + " " * 100_000 + "2", "1" + "（" * 100_000, "9" * 100_000, "\n" * 50_000 + "1x"])
def test_a_text_without_end_is_no_figure_and_costs_no_time(raw):
    assert clean(raw, COUNT).flag == "doubt"


def test_every_reason_for_doubt_is_documented():
    documented = {row["id"] for row in cleaning_rules()["doubt"]}
    assert documented >= {
        "percent",
        "approximate",
        "wrong_unit",
        "two_numbers",
        "grouping",
        "lookalike",
        "not_a_number",
        "absurd",
        "inexact",
        "reordered",
    }


@pytest.mark.parametrize(
    ("raw", "cell", "reason"),
    [
        ("99999999", COUNT, ""),
        ("100000000", COUNT, "absurd"),
        ("248115906件", COUNT, "absurd"),
        ("-100000000", COUNT, "absurd"),
        ("9999999999", CHANGE, ""),
        ("10000000000", CHANGE, "absurd"),
        ("99999999990000元", FEES, ""),
        ("10000000000", FEES, "absurd"),
        ("100000000000000元", AMOUNT, "absurd"),
        ("12345678901234567890.12", AMOUNT, "inexact"),
        ("75.92601234567890123", FEES, "inexact"),
    ],
)
def test_a_figure_larger_than_any_can_be_or_than_a_float_holds_is_in_doubt_with_its_best_reading(raw, cell, reason):
    cleaned = clean(raw, cell)
    assert (cleaned.note.split(":")[0] == reason) if reason else cleaned.flag in ("ok", "cleaned")
    assert (cleaned.flag == "doubt") == bool(reason) and cleaned.value is not None


def test_a_figure_beyond_all_floats_has_no_value():
    assert clean("9" * 400, AMOUNT).value is None


def test_every_bound_has_a_reason():
    assert all(row["reason"] and row["most"] > 10**7 for row in cleaning_rules()["bound"])


@pytest.mark.parametrize(
    ("raw", "value", "note"),
    [
        ("减11", -11, "sign:减"),
        ("减少 11", -11, "sign:减少"),
        ("增5", 5, "sign:增"),
        ("+1036", 1036, "sign:+"),
        ("－5", -5, "sign:－"),
        ("−5", -5, "sign:−"),
        ("- 5", -5, "sign:-"),
        ("-0", 0, ""),
        ("减12项", -12, "unit:项; sign:减"),
    ],
)
def test_signs_are_read_as_printed(raw, value, note):
    cleaned = clean(raw, CHANGE)
    assert (cleaned.value, cleaned.note) == (value, note)


def test_a_negative_count_stays_as_published():
    assert clean("-3", COUNT).value == -3
    assert clean("12.5", COUNT) == clean("12.5", FEES).__class__(Decimal("12.5"), "件", "ok")


@pytest.mark.parametrize(
    ("raw", "header", "value", "unit", "flag"),
    [
        ("251000元", "", "251000", "元", "cleaned"),
        ("47.9659万元", "", "47.9659", "万元", "cleaned"),
        ("￥38518699.09", "", "38518699.09", "元", "cleaned"),
        ("1.2亿元", "", "12000", "万元", "cleaned"),
        ("4253521.20", "采购总金额（元）", "4253521.2", "元", "ok"),
        ("425.35", "采购总金额（万元）", "425.35", "万元", "ok"),
        ("251000元", "采购总金额（万元）", "251000", "元", "cleaned"),
        ("425", "采购总金额（元/万元）", "425", "", "ok"),
        ("425", "采购总金额", "425", "", "ok"),
        ("3个", "", "3", "", "doubt"),
    ],
)
def test_procurement_keeps_the_unit_as_printed(raw, header, value, unit, flag):
    cleaned = clean(raw, AMOUNT, header)
    assert (cleaned.value, cleaned.unit, cleaned.flag) == (Decimal(value), unit, flag)


@pytest.mark.parametrize(
    ("raw", "header", "value", "note"),
    [
        ("251000元", "", "25.1", "unit:元->万元 251000->25.1"),
        ("25.1万元", "", "25.1", "unit:万元"),
        ("0.5亿元", "", "5000", "unit:亿元->万元 0.5->5000"),
        ("251000", "本年收费金额（单位：元）", "25.1", "header:元->万元 251000->25.1"),
        ("25.1", "本年收费金额（单位：万元）", "25.1", ""),
    ],
)
def test_fees_are_in_ten_thousand_yuan_and_both_amounts_stand_in_the_note(raw, header, value, note):
    cleaned = clean(raw, FEES, header)
    assert (cleaned.value, cleaned.unit, cleaned.note) == (Decimal(value), "万元", note)


@pytest.mark.parametrize(
    "raw",
    ["22（其中修订16件）", "22(其中修订 16 件)", "22 【含修订16件】", "22件（其中修订16件）", "22（修订）（注1）"],
)
def test_an_annotation_is_kept_in_the_note(raw):
    cleaned = clean(raw, COUNT)
    assert (cleaned.value, cleaned.flag) == (22, "cleaned")
    assert "修订" in cleaned.note


def test_a_unit_in_brackets_is_a_unit():
    assert clean("34（件）", COUNT).note == "unit:件"


def test_very_long_numbers_lose_no_digit():
    digits = "9" * 60
    assert plain(clean(f"减{digits}", CHANGE).value) == f"-{digits}"
    assert plain(clean(f"{digits}元", FEES).value) == f"{digits[:56]}.9999"


def test_plain_writes_no_exponent():
    assert [plain(x) for x in (Decimal("1E+3"), 1e16, 0.1, 5, Decimal("-0.00"))] == [
        "1000",
        "10000000000000000",
        "0.1",
        "5",
        "0",
    ]


# ------------------------------------------------------------------------------------------ laws

whole = st.integers(min_value=0, max_value=10**8 - 1)
separators = st.sampled_from([",", "，", " ", "\u00a0", "\u2009", "\u202f"])


def full_width(text):
    return "".join(chr(0xFF10 + int(c)) if c.isdigit() else c for c in text)


def spaced(number, draw):
    text = str(number)
    at = draw(st.integers(1, max(1, len(text) - 1)))
    return text[:at] + draw(st.sampled_from([" ", "\n", " \n ", "\u00a0"])) + text[at:] if len(text) > 1 else text


@st.composite
def printed(draw):
    """A whole number as agencies print it, and the number."""
    number = draw(whole)
    spelling = draw(st.sampled_from(["plain", "thousands", "spaced", "zeros"]))
    text = str(number)
    if spelling == "thousands":
        text = f"{number:,}".replace(",", draw(separators))
    elif spelling == "spaced":
        text = spaced(number, draw)
    elif spelling == "zeros":
        text = "0" * draw(st.integers(1, 3)) + text
    text = full_width(text) if draw(st.booleans()) else text
    text = draw(st.sampled_from(["", "+", "增", "增加 "])) + text
    text += draw(st.sampled_from(["", "件", " 件", "项", "（件）"]))
    text += draw(st.sampled_from(["", "（其中修订 16 件）", "(含 3 件)"]))
    text = draw(st.sampled_from(["", " ", "\ufeff", "\u200b"])) + text + draw(st.sampled_from(["", "\n", "\u200e"]))
    return text, number


@given(printed())
def test_any_printed_form_of_a_whole_number_reads_back_as_that_number(case):
    text, number = case
    cleaned = clean(text, COUNT)
    assert cleaned.value == number
    assert cleaned.flag == ("ok" if text == str(number) else "cleaned")


@given(st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False))
def test_any_amount_in_yuan_is_converted_exactly(amount):
    assert clean(f"{amount:f}元", FEES).value * 10000 == amount


@given(st.text())
def test_no_text_raises_and_every_result_is_whole(raw):
    cleaned = clean(raw, COUNT)
    assert cleaned.flag in ("ok", "cleaned", "zero_mark", "doubt")
    assert (cleaned.value is None) == (cleaned.flag == "zero_mark") or cleaned.flag == "doubt"
    assert bool(cleaned.note) == (cleaned.flag in ("cleaned", "doubt"))


@given(st.text(alphabet="0123456789.,，- +/无减件元（）\n\u00a0%约", max_size=12))
def test_ok_is_the_text_itself_and_a_cleaned_number_has_its_digits(raw):
    cleaned = clean(raw, COUNT)
    if cleaned.flag == "ok":
        assert Decimal(raw) == cleaned.value
    if cleaned.flag == "cleaned" and "annotation" not in cleaned.note:
        digits = "".join(c for c in raw.split(".")[0] if c.isdigit()).lstrip("0")
        assert "".join(c for c in plain(cleaned.value).split(".")[0] if c.isdigit()).lstrip("0") == digits


@given(st.text(alphabet="0123456789.,，- +减件（其中）\n\u00a0", max_size=12))
def test_cleaning_the_number_again_changes_nothing(raw):
    cleaned = clean(raw, CHANGE)
    if cleaned.value is not None and not cleaned.note.startswith("absurd"):
        again = clean(plain(cleaned.value), CHANGE)
        assert (again.value, again.flag) == (cleaned.value, "ok")


# ------------------------------------------------------------------------------------------ marks

PARTS = ("upheld", "corrected", "other", "pending", "total")


def review(*raws, flags=None):
    """Section 四, reviews: upheld, corrected, other, pending, total; None is a missing cell."""
    rows = []
    for part, raw in zip(PARTS, raws, strict=True):
        cleaned = clean(raw or "", COUNT)
        flag = (flags or {}).get(part) or ("missing" if raw is None else cleaned.flag)
        rows.append(
            {
                "report_id": "r",
                "cell": f"t4.review.{part}",
                "value": cleaned.value,
                "raw": raw or "",
                "flag": flag,
                "note": "",
            }
        )
    return pd.DataFrame(rows).astype({"value": float})


def outcome(cells):
    """value and note of each part, short."""
    table = resolve_marks(cells)
    return [(None if pd.isna(v) else v, n) for v, n in zip(table["value"], table["note"], strict=True)]


def test_blanks_under_a_zero_total_are_forced_to_zero():
    assert outcome(review("", "/", "0", "", "0"))[:2] == [(0, "forced 0")] * 2


def test_blanks_beside_parts_that_reach_the_total_are_forced_to_zero():
    assert outcome(review("3", "", "1", "", "4"))[1] == (0, "forced 0")


def test_one_blank_is_given_by_the_rest_but_its_value_stays_empty():
    assert outcome(review("3", "", "1", "0", "6"))[1] == (None, "forced 2")
    assert outcome(review("3", "0", "1", "0", ""))[4] == (None, "forced 4")


def test_two_blanks_under_a_positive_rest_are_undetermined():
    assert outcome(review("3", "", "", "0", "4"))[1:3] == [(None, "undetermined")] * 2


def test_all_blank_is_undetermined_because_the_total_enters_with_the_other_sign():
    assert outcome(review("", "", "", "", "")) == [(None, "undetermined")] * 5


def test_parts_above_the_total_force_no_negative_number():
    assert outcome(review("3", "", "1", "0", "2"))[1] == (None, "undetermined")


def test_a_missing_cell_is_unprinted_too_but_stays_missing():
    table = resolve_marks(review(None, "", "0", "0", "0"))
    assert table.loc[1, ["value", "note"]].tolist() == [0, "forced 0"]
    assert table.loc[0, "flag"] == "missing"
    assert pd.isna(table.loc[0, "value"])


def test_a_mark_beside_a_missing_cell_is_undetermined_where_something_remains():
    assert outcome(review(None, "", "0", "0", "3"))[1] == (None, "undetermined")


def test_a_doubtful_figure_forces_nothing():
    assert outcome(review("0", "", "0", "0", "0", flags={"upheld": "doubt"}))[1] == (None, "undetermined")


def test_a_figure_that_is_no_count_forces_nothing():
    assert outcome(review("1.5", "", "0", "0", "3"))[1] == (None, "undetermined")
    assert outcome(review("-3", "", "0", "0", "0"))[1] == (None, "undetermined")


def block(figures):
    """Section 三, form 2021: all cells 0 but those given; a value of "" is blank."""
    cells = [cell for cell in load_form("2021").cells if cell.section == "t3"]
    rows = []
    for cell in cells:
        raw = figures.get(cell.id.removeprefix("t3."), "0")
        cleaned = clean(raw, cell)
        rows.append(
            {"report_id": "r", "cell": cell.id, "value": cleaned.value, "raw": raw, "flag": cleaned.flag, "note": ""}
        )
    return pd.DataFrame(rows).astype({"value": float})


def note_of(cells, cell):
    return resolve_marks(cells).set_index("cell").loc[f"t3.{cell}", "note"]


def test_forcing_goes_on_from_what_was_forced():
    figures = {"new.natural": "4", "new.total": "4", "granted.natural": "4", "total.natural": "4", "total.total": "4"}
    cells = block(figures | {"granted.total": "", "granted.legal": ""})
    assert (note_of(cells, "granted.legal"), note_of(cells, "granted.total")) == ("forced 0", "forced 4")


def test_a_forced_zero_stays_when_another_identity_fails():
    cells = block(
        {"granted.legal": "", "granted.natural": "3"}
    )  # row 3 + blank = 0 says nothing, column 0 = blank says 0
    assert note_of(cells, "granted.legal") == "forced 0"


def test_zero_wins_where_one_identity_says_zero_and_another_a_number():
    assert note_of(block({"granted.legal": "", "granted.total": "3"}), "granted.legal") == "forced 0"


def test_two_identities_that_force_different_numbers_leave_the_mark_undetermined():
    cells = block({"granted.legal": "", "granted.total": "3", "total.legal": "5"})
    assert note_of(cells, "granted.legal") == "undetermined"


def test_marks_of_section_two_are_always_undetermined():
    cells = pd.DataFrame(
        [{"report_id": "r", "cell": "t2.fees", "value": None, "raw": "/", "flag": "zero_mark", "note": ""}]
    )
    assert resolve_marks(cells)["note"].tolist() == ["undetermined"]


@given(st.permutations(range(175)), st.sets(st.integers(0, 174), max_size=60))
def test_neither_the_order_of_rows_nor_repetition_changes_what_is_forced(order, blanks):
    figures = {"new.natural": "4", "new.total": "4", "granted.natural": "4", "granted.total": "4"}
    cells = block(figures | {"total.natural": "4", "total.total": "4"})
    for i in blanks:
        cells.loc[i, ["value", "flag"]] = [float("nan"), "zero_mark"]
    once = resolve_marks(cells)
    pd.testing.assert_frame_equal(resolve_marks(once), once)
    pd.testing.assert_frame_equal(resolve_marks(cells.iloc[order]).sort_index(), once)


@given(st.sets(st.integers(0, 174), max_size=100))
def test_blanking_cells_of_a_consistent_table_forces_only_their_true_numbers(blanks):
    figures = {"new.natural": "4", "new.total": "4", "granted.natural": "4", "granted.total": "4"}
    cells = block(figures | {"total.natural": "4", "total.total": "4"})
    truth = cells["value"].copy()
    for i in blanks:
        cells.loc[i, ["value", "flag"]] = [float("nan"), "zero_mark"]
    for true, note in zip(truth, resolve_marks(cells)["note"], strict=True):
        assert note in ("", "undetermined", f"forced {true:.0f}")


def test_several_reports_are_resolved_each_by_itself():
    both = pd.concat([review("", "0", "0", "0", "0"), review("", "0", "0", "0", "7").assign(report_id="s")])
    assert resolve_marks(both.reset_index(drop=True))["note"].tolist()[::5] == ["forced 0", "forced 7"]


def test_the_table_given_is_left_as_it_was():
    cells = review("", "0", "0", "0", "7")
    resolve_marks(cells)
    assert cells["note"].tolist() == [""] * 5


def test_effective_counts_marks_and_knows_no_missing_cell():
    cells = resolve_marks(review("", "", None, "0", "4"))
    assert list(effective(cells).values()) == [0, 0, None, 0, 4]
    assert effective(resolve_marks(review("", "0", "1", "0", "4")))["t4.review.upheld"] == 3


def test_effective_refuses_marks_that_nobody_resolved():
    with pytest.raises(ValueError, match="call resolve_marks"):
        effective(review("", "0", "0", "0", "0"))


def test_effective_refuses_several_reports():
    with pytest.raises(ValueError, match="takes one report, found 2"):
        effective(pd.concat([review("0", "0", "0", "0", "0"), review("0", "0", "0", "0", "0").assign(report_id="s")]))


def test_a_cell_that_stands_twice_is_refused_by_name():
    cells = pd.concat([review("", "0", "0", "0", "0")] * 2, ignore_index=True)
    with pytest.raises(ValueError, match="r: cell t4.review.upheld stands twice"):
        resolve_marks(cells)
