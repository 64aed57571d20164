"""Two readings into one table: agreement, doubt, missing cells, groups, versions."""

from dataclasses import replace

from govinfo.document import Box
from govinfo.form import load_form
from govinfo.placing.placement import Leftover, Placed, Placement
from govinfo.placing.reading import cells_table, one_line, section_versions, unplaced_table
from govinfo.placing.two_readings import _chosen, _with_doubted_blanks

VERSIONS = {"t2": "2021", "t3": "2021", "t4": "2021"}
BOX = Box(1, 1.0, 2.0, 3.0, 4.0)


def reading(**texts):
    """A placement from cell ids with __ for dots."""
    placed = {cell.replace("__", "."): text for cell, text in texts.items()}
    versions = {cell[:2]: "2021" for cell in placed}
    return Placement({cell: Placed(cell, text, BOX) for cell, text in placed.items()}, versions=versions)


def row(cell, first, second):
    return cells_table("r", VERSIONS, first, second).set_index("cell").loc[cell]


def test_every_cell_of_the_form_has_one_row_in_the_forms_order():
    table = cells_table("r", VERSIONS, Placement(), Placement())
    assert len(table) == 200
    assert table["cell"].iloc[0] == "t2.rules.made"
    assert set(table["flag"]) == {"missing"}


def test_two_readings_that_agree_are_not_in_doubt():
    found = row("t3.new.natural", reading(t3__new__natural="1 234"), reading(t3__new__natural="1234"))
    assert (found["value"], found["flag"], found["raw"]) == (1234, "cleaned", "1 234")
    assert list(found[["page", "x0", "y1"]]) == [1, 1.0, 4.0]


def test_two_readings_that_differ_are_a_doubt_that_names_both():
    found = row("t3.new.natural", reading(t3__new__natural="12"), reading(t3__new__natural="21"))
    assert found["flag"] == "doubt"
    assert "'12'" in found["note"]
    assert "'21'" in found["note"]


def test_a_figure_that_only_one_of_two_readings_found_is_a_doubt():
    both = reading(t3__new__natural="12", t3__new__total="12")
    assert row("t3.new.natural", both, reading(t3__new__total="12"))["flag"] == "doubt"
    assert row("t3.new.natural", reading(t3__new__total="12"), both)["flag"] == "doubt"


def test_one_reading_stands_alone_where_there_is_no_other():
    found = row("t3.new.natural", Placement(), reading(t3__new__natural="12"))
    assert (found["value"], found["flag"]) == (12, "ok")


def test_a_weak_label_leaves_the_row_in_doubt():
    weak = Placement({"t3.new.natural": Placed("t3.new.natural", "3", BOX, certainty=0.5)}, versions={"t3": "2021"})
    assert row("t3.new.natural", weak, Placement())["flag"] == "doubt"


def test_the_items_of_a_group_printed_as_one_row_are_missing_in_that_group():
    first = reading(t3__other__natural="2", t3__new__natural="2")
    table = cells_table("r", VERSIONS, first, first).set_index("cell")
    assert table.loc["t3.other.natural", "value"] == 2
    assert table.loc["t3.other.unpaid_fee.natural", "note"] == "in group t3.other"
    assert table.loc["t3.other.unpaid_fee.natural", "flag"] == "missing"


def test_three_rows_of_other_outcomes_are_the_form_of_2021_whatever_section_two_follows():
    first = reading(t3__other__unpaid_fee__natural="0")
    first.versions["t2"] = "2019"
    assert section_versions(first, Placement(), 2021) == {"t2": "2019", "t3": "2021", "t4": "2021"}


def test_one_row_of_other_outcomes_follows_section_two():
    first = reading(t3__other__natural="0")
    first.versions["t2"] = "2019"
    assert section_versions(first, Placement(), 2022)["t3"] == "2019"


def test_an_item_of_other_outcomes_in_one_reading_is_their_one_row_where_the_other_reading_has_it():
    first, second = reading(t3__other__natural="0"), reading(t3__other__other__natural="0")
    first.versions["t2"] = second.versions["t2"] = "2019"
    assert section_versions(first, second, 2019)["t3"] == "2019"
    second.placed |= reading(t3__other__unpaid_fee__natural="0").placed
    assert section_versions(first, second, 2019)["t3"] == "2021"


def test_line_breaks_leave_a_published_text_and_nothing_else():
    assert one_line("22（其中\n修订 16 件）") == "22（其中修订 16 件）"


def test_leftover_figures_keep_their_place_and_labels():
    table = unplaced_table("r", [Leftover("（八）\n撤回", "自然人", "3", BOX)])
    assert table.iloc[0].to_dict() == {
        "report_id": "r", "page": 1, "x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0,
        "row_label": "（八）撤回", "column_label": "自然人", "raw": "3",
    }  # fmt: skip


# ------------------------------------------------------------------ where two readings differ, the sums decide


def review(total, **other):
    return reading(t4__review__upheld="12", t4__review__total=total, **other)


ZEROS = {f"t4__review__{name}": "0" for name in ("corrected", "other", "pending")}
ZEROS |= {f"t4__{group}__total": "0" for group in ("direct", "after_review")}


def test_of_two_readings_that_differ_the_one_whose_sum_holds_is_taken_and_the_note_says_so():
    found = row("t4.review.total", review("1", **ZEROS), review("12", **ZEROS))
    assert (found["value"], found["flag"]) == (12, "ok")
    assert "the sums decide" in found["note"]
    assert "'1'" in found["note"]


def test_where_no_sum_tells_two_readings_apart_both_stay_in_doubt():
    found = row("t4.review.total", review("1", **ZEROS), review("13", **ZEROS))
    assert found["flag"] == "doubt"
    found = row("t2.licensing", reading(t2__licensing="1"), reading(t2__licensing="12"))
    assert found["flag"] == "doubt"


def test_a_figure_where_no_grid_has_a_cell_stands_by_the_words_alone():
    grid = reading(t3__new__total="12")
    words = reading(t3__new__natural="12", t3__new__total="12")
    grid.areas = [Box(2, 0.0, 0.0, 9.0, 9.0)]
    assert row("t3.new.natural", grid, words)["flag"] == "ok"
    grid.areas = [Box(1, 0.0, 0.0, 9.0, 9.0)]
    assert row("t3.new.natural", grid, words)["flag"] == "doubt"


def test_no_sum_decides_between_a_group_as_one_row_and_its_one_filled_item():
    rest = {"t3__granted__natural": "3", "t3__total__natural": "8"}
    grid = reading(t3__other__unpaid_fee__natural="5", t3__other__other__natural="", **rest)
    words = reading(t3__other__natural="5", **rest)
    table = cells_table("r", VERSIONS, grid, words).set_index("cell")
    assert table.loc["t3.other.unpaid_fee.natural", "flag"] == table.loc["t3.other.other.natural", "flag"] == "doubt"
    assert "one row for the group" in table.loc["t3.other.other.natural", "note"]
    assert table.loc["t3.granted.natural", "flag"] == "ok"


def test_a_row_that_the_words_lost_is_the_grids_noughts_and_all_where_a_sum_confirms_its_figures():
    row_ = {"t3__granted__natural": "17", "t3__granted__legal": "0", "t3__granted__total": "17"}
    lost = dict.fromkeys(row_, "")
    others = {cell.replace(".", "__"): "0" for cell in t3_cells() if cell.replace(".", "__") not in row_}
    others |= {f"t3__{name}__{column}": "17" for name in ("new", "total") for column in ("natural", "total")}
    table = cells_table("r", VERSIONS, reading(**others | row_), reading(**others | lost)).set_index("cell")
    assert set(table.loc[[cell.replace("__", ".") for cell in row_], "flag"]) == {"ok"}
    assert table.loc["t3.granted.legal", "note"] == "two readings: grid '0', words '': the sums decide"


def test_a_figure_of_merged_rows_counts_in_the_sums_that_decide_elsewhere():
    others = {cell.replace(".", "__"): "0" for cell in t3_cells() if ".other." not in cell or cell.count(".") == 2}
    others |= {f"t3__{name}__{column}": "20" for name in ("new", "total") for column in ("natural", "total")}
    merged = {f"t3__other__{c}": n for c, n in SEVEN_OF_OTHER.items()}
    beside = {f"t3__other__no_correction__{c}": n for c, n in SEVEN_OF_OTHER.items()}
    right = others | {"t3__granted__natural": "17", "t3__granted__total": "17"}
    wrong = right | {"t3__granted__natural": "7", "t3__granted__total": "7"}
    table = cells_table("r", VERSIONS, reading(**right, **merged), reading(**wrong, **beside)).set_index("cell")
    assert table.loc["t3.granted.natural", ["value", "flag"]].tolist() == [17, "ok"]


SEVEN_OF_OTHER = {
    "natural": "3",
    "enterprise": "0",
    "research": "0",
    "welfare": "0",
    "legal": "0",
    "other": "0",
    "total": "3",
}


def t3_cells():
    return [cell.id for cell in load_form("2021").cells if cell.section == "t3"]


def test_a_figure_of_four_is_in_doubt_where_a_whole_group_of_columns_is_missing():
    groups = [f"t4__{group}__total" for group in ("review", "direct", "after_review")]
    whole = reading(**dict.fromkeys(groups, "3"))
    assert row("t4.review.total", whole, whole)["flag"] == "ok"
    alone = reading(t4__review__total="3")
    assert row("t4.review.total", alone, Placement())["flag"] == "doubt"


def test_where_two_engines_grids_differ_the_one_with_more_sums_is_taken_and_the_note_says_so():
    words, one, other = (review(total, **ZEROS) for total in ("13", "13", "12"))
    chosen = _chosen(one, other, words)
    assert chosen is other and chosen.rejected == {"t4.review.total": "13"}
    assert "another engine's grid has '13': the sums decide" in row("t4.review.total", chosen, words)["note"]


def test_where_no_sum_tells_two_engines_grids_apart_the_one_that_agrees_with_more_words_is_taken():
    words, one, other = (reading(t2__licensing=figure) for figure in ("12", "1", "12"))
    assert _chosen(one, other, words) is other and other.rejected == {}
    assert _chosen(one, replace(one), words) is one


def test_a_scans_blank_is_in_doubt_where_one_reading_lacks_it_or_doubts_it():
    blank = Placed("t4.direct.corrected", "", BOX)
    for twin in ({}, {blank.cell: replace(blank, text="", doubt="a figure beside it found no cell")}):
        assert _with_doubted_blanks(Placement({blank.cell: blank}), Placement(twin)).placed[blank.cell].doubt
    both = Placement({blank.cell: blank})
    assert not _with_doubted_blanks(both, Placement({blank.cell: blank})).placed[blank.cell].doubt


def test_a_nought_above_a_figure_in_one_cell_is_two_rows_and_in_doubt():
    both = reading(t3__unable__natural="0\n0", t3__new__natural="1\n0")
    assert row("t3.unable.natural", both, both)["flag"] == "doubt"
    assert row("t3.new.natural", both, both)[["value", "flag"]].tolist() == [10, "ok"]
