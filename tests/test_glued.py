"""Text whose cells have run together."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typeset_formats import as_running_text, figures, invented

from govinfo.placing.match import place
from govinfo.placing.reading import cells_table, section_versions
from govinfo.placing.two_readings import read_twice
from govinfo.readers.glued import find_rows, pieces
from govinfo.readers.splitting import chain_splittings, row_splittings, splittings, summing_to_zero
from govinfo.readers.text import read_text

FIGURES = figures()
SURE = ("ok", "cleaned", "zero_mark")


def read(raws, gap=""):
    document = read_text(Path("x.txt"), as_running_text(raws, gap).encode())
    first, second = read_twice(document)
    year = 2019 if "t2.licensing.decisions" in raws else 2024
    return cells_table("x", section_versions(first, second, year), first, second).set_index("cell")


def silent(raws, table):
    """Cells that claim to be sure and are not what was published."""
    return [
        (cell, raws.get(cell, ""), row.raw)
        for cell, row in zip(table.index, table.itertuples(), strict=True)
        if row.flag in SURE and row.raw != "".join(raws.get(cell, "").split())
    ]


@pytest.mark.parametrize("seed", range(100))
def test_an_invented_table_is_exact_or_in_doubt(seed):
    raws = invented(seed)
    table = read(raws)
    assert silent(raws, table) == []
    assert set(table.loc[table["flag"] == "doubt", "raw"]) <= {""}
    of_t3 = table[table.index.str.startswith("t3.")]
    assert (of_t3["flag"] == "cleaned").mean() > 0.95


@pytest.mark.parametrize("report", sorted(FIGURES))
def test_a_published_table_is_exact_or_in_doubt(report):
    assert silent(FIGURES[report], read(FIGURES[report])) == []


def test_a_plain_published_report_is_split_whole_in_three_and_four():
    raws = FIGURES["pingtan-czj-2023"]
    table = read(raws)
    assert all(table.at[cell, "raw"] == raw for cell, raw in raws.items() if not cell.startswith("t2."))


@pytest.mark.parametrize("seed", range(40))
def test_one_wrong_figure_in_three_leads_to_doubt_not_to_error(seed):
    raws = invented(seed)
    cell = sorted(c for c in raws if c.startswith("t3."))[seed * 4]
    raws[cell] = str(int(raws[cell]) + 10)
    assert [item for item in silent(raws, read(raws)) if item[0].startswith("t3.")] == []


@pytest.mark.parametrize("seed", range(40))
def test_blank_cells_lead_to_doubt_not_to_error(seed):
    raws = invented(seed)
    for cell in sorted(c for c in raws if not c.startswith("t2."))[seed::50]:
        raws[cell] = ""
    assert silent(raws, read(raws)) == []


def test_cells_on_lines_of_their_own_need_no_splitting():
    raws = invented(3)
    table = read(raws, "\n")
    assert table["raw"].to_dict() == raws
    assert set(table["flag"]) == {"ok"}


def test_the_note_tells_the_figures_as_published():
    raws = invented(0)
    row = "".join(
        raws[f"t3.new.{c}"] for c in ("natural", "enterprise", "research", "welfare", "legal", "other", "total")
    )
    assert read(raws).at["t3.new.total", "note"] == f"split from '{row}' by the sums"


def test_figures_that_could_not_be_split_stand_among_the_unplaced():
    raws = invented(0) | dict.fromkeys(["t2.rules.made", "t2.rules.repealed", "t2.rules.valid"], "0")
    raws |= {"t2.normative.made": "12", "t2.normative.repealed": "3", "t2.normative.valid": "456"}
    document = read_text(Path("x.txt"), as_running_text(raws).encode())
    assert [item.text for item in place(document.grids).leftovers] == ["123456"]


def test_the_number_of_the_next_label_is_no_figure():
    found = pieces("1.属于国家秘密00000002.其他法律行政法规禁止公开0 0 0 0 0 003.危及")
    assert [piece.tokens for piece in found if piece.tokens] == [("0000000",), ("0", "0", "0", "0", "0", "00")]


def test_one_row_of_figures_beside_the_labels_of_a_whole_group_is_the_groups():
    text = (
        "（五）不予处理5.要求行政机关确认或重新出具已获取信息0000000（六）其他处理"
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请{}"
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请{}3.其他{}（七）总计3000003"
    )
    lines = {at: [row.line.id for row in find_rows(pieces(t), t)] for at, t in (
        ("merged", text.format("1000001", "", "")), ("each", text.format("1000001", "0000000", "0000000")))}  # fmt: skip
    assert lines["merged"][-2:] == ["other", "total"]
    assert lines["each"][-4:] == ["other.no_correction", "other.unpaid_fee", "other.other", "total"]


def test_a_total_that_was_never_filled_leaves_its_row_legible_but_in_doubt():
    raws = {cell: "0" for cell in invented(0) if cell.startswith(("t3.", "t4."))}
    raws |= {f"t3.{row}.natural": "5" for row in ("new", "granted", "total")}
    table = read(raws)
    row = table.loc[[f"t3.new.{column}" for column in ("natural", "enterprise", "total")]]
    assert list(row["value"]) == [5, 0, 0] and set(row["flag"]) == {"doubt"}


def test_a_row_whose_label_is_damaged_takes_no_figures_of_a_row_with_a_similar_label():
    raws = invented(3)
    text = as_running_text(raws, "\n").replace("2.重复申请", "2.重�", 1)
    assert "not_processed.repeat" not in [row.line.id for row in find_rows(pieces(text), text)]


def test_a_lost_byte_beside_the_figures_of_four_puts_them_in_doubt():
    raws = invented(3)
    last = raws["t4.after_review.total"]
    text = as_running_text(raws, "\n").replace(f"{last}五、", f"{last}\ufffd五、", 1)
    document = read_text(Path("x.txt"), text.encode())
    assert place(document.grids).placed["t4.after_review.total"].doubt


@pytest.mark.parametrize(
    "text", ["0" * 300_000, "1 " * 100_000, "一、本年新收政府信息公开申请数量" * 3000, "12345678" * 9]
)
def test_absurd_text_is_survived(text):
    assert read_text(Path("x.txt"), ("第二十条第（一）项" + text).encode()).grids == []


# ------------------------------------------------------------------ the search itself

numbers = st.lists(st.one_of(st.just(0), st.integers(0, 999)), min_size=6, max_size=6)


@given(numbers)
def test_the_published_row_is_always_among_the_splittings(row):
    texts = tuple(map(str, [*row, sum(row)]))
    assert texts in row_splittings(["".join(texts)], 7)


@given(numbers)
@settings(max_examples=50)
def test_row_splittings_are_all_that_satisfy_the_sum(row):
    glued = "".join(map(str, [*row, sum(row)]))
    if len(glued) > 13:
        return
    ways = [w for w in splittings([glued], 7) if len(w) == 7 and sum(map(int, w[:-1])) == int(w[-1])]
    assert row_splittings([glued], 7) == ways


@given(st.lists(st.lists(st.integers(0, 99), min_size=4, max_size=4), min_size=3, max_size=3))
def test_the_published_groups_are_always_among_the_chains(groups):
    texts = [tuple(map(str, [*g, sum(g)])) for g in groups]
    kept = chain_splittings(["".join(map("".join, texts))], 3, 5)
    assert all(group in ways for group, ways in zip(texts, kept, strict=True))


options = st.lists(
    st.lists(st.tuples(*[st.integers(0, 3).map(str)] * 2), min_size=1, max_size=3, unique=True), min_size=3, max_size=3
)


@given(options)
def test_what_column_sums_leave_is_what_trying_all_leaves(rows):
    signs = (1, 1, -1)
    fits = [
        choice
        for choice in product(*rows)
        if all(sum(s * int(n) for s, n in zip(signs, column, strict=True)) == 0 for column in zip(*choice, strict=True))
    ]
    kept = summing_to_zero(list(zip(signs, rows, strict=True)))
    assert [set(ways) for ways in kept] == [{choice[i] for choice in fits} for i in range(3)]
