"""The typesetter, the facsimiles set with it, and the generator of layouts."""

import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]

import invented
import layouts
import make_facsimiles
from typeset import Part, Report, typeset
from typeset_draw import DRAWN
from typeset_layout import LEVELS, Layout
from typeset_measure import FONT_FILE, width_of, wrap
from typeset_page import Composer
from typeset_table import ExtraRow, Tables, section_tables

from govinfo.builds.registry import check_registry, load_sources
from govinfo.form import load_form

RAW = ROOT / "data" / "raw"
COLUMNS = [c.id for c in load_form("2021").block("t3").columns]


def tables(version="2021", without=(), **more):
    """Every cell of the form with a number of its own."""
    cells = {cell.id: str(100 + k) for k, cell in enumerate(load_form(version).cells)}
    kept = {cell: text for cell, text in cells.items() if not cell.startswith(tuple(without))}
    return Tables(dict.fromkeys(("t2", "t3", "t4"), version), kept, **more)


def report(content):
    parts = [Part(f"{n}、表", section=s) for n, s in zip("一二三", ("t2", "t3", "t4"), strict=True)]
    return Report("某市人民政府2023年政府信息公开工作年度报告", tuple(parts), content)


def text_in(pdf, box):
    """What stands in a box (page, x0, y0, x1, y1) of an upright page, line breaks removed."""
    page, x0, y0, x1, y1 = box
    sheet = pypdfium2.PdfDocument(pdf)[page - 1]
    height = sheet.get_size()[1]
    found = sheet.get_textpage().get_text_bounded(left=x0, bottom=height - y1, right=x1, top=height - y0)
    return "".join(found.split())


def page_texts(pdf):
    return ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


# ---------------------------------------------------------------- from the form to tables
@pytest.mark.parametrize("version", ["2019", "2021"])
@pytest.mark.parametrize(
    "layout", [Layout(), Layout(t2_tables="four", t4_tables="two", t4_header="low", rules="dashed")]
)
def test_every_cell_of_the_form_stands_in_its_box(version, layout):
    content = tables(version)
    done = typeset(report(content), layout)
    assert set(done.boxes) == set(content.cells)
    assert {cell: text_in(done.pdf, box) for cell, box in done.boxes.items()} == dict(content.cells)


@pytest.mark.parametrize("version", ["2019", "2021"])
@pytest.mark.parametrize("section", ["t2", "t3", "t4"])
def test_the_cells_of_a_table_tile_it_without_gap_or_overlap(version, section):
    for layout in (Layout(), Layout(t3_header="total_beside_root", t4_header="low", t2_tables="four", t4_tables="two")):
        for table in section_tables(tables(version), section, layout):
            squares = [
                (r, c)
                for cell in table.cells
                for r in range(cell.row, cell.row + cell.rowspan)
                for c in range(cell.column, cell.column + cell.colspan)
            ]
            assert sorted(squares) == [(r, c) for r in range(table.n_rows) for c in range(len(table.widths))]


def test_a_row_without_figures_is_not_printed():
    (table,) = section_tables(tables(without=["t2.rules"]), "t2", Layout())
    assert "规章" not in [cell.text for cell in table.cells]
    assert "行政规范性文件" in [cell.text for cell in table.cells]


def test_a_group_may_have_one_row_of_figures_under_its_own_label_or_beside_its_items():
    one = tables(without=["t3.other."])
    one = replace(one, cells={**one.cells, **{f"t3.other.{c}": "7" for c in COLUMNS}})
    (single,) = section_tables(one, "t3", Layout(other_rows="one"))
    (merged,) = section_tables(one, "t3", Layout(other_rows="merged"))
    assert merged.n_rows == single.n_rows + 2
    assert {c.rowspan for c in merged.cells if c.id.startswith("t3.other.")} == {3}
    assert "3.其他" in [c.text for c in merged.cells]
    assert "3.其他" not in [c.text for c in single.cells]


def test_a_row_that_the_form_does_not_have_is_printed_where_it_is_wanted():
    extra = ExtraRow("t3", "denied.inquiry", "9.其他", ("1",) * 7)
    (table,) = section_tables(tables(extra=(extra,)), "t3", Layout())
    row = next(c.row for c in table.cells if c.text == "9.其他")
    before = next(c.row for c in table.cells if c.text == "8.属于行政查询事项")
    denied = next(c for c in table.cells if c.text == "（三）不予公开")
    assert row == before + 1 == denied.row + denied.rowspan - 1


def test_a_heading_can_be_left_out():
    (table,) = section_tables(tables(labels={"t2.item6.heading": None}), "t2", Layout())
    assert "第二十条第（六）项" not in [cell.text for cell in table.cells]


# ---------------------------------------------------------------- from tables to pages
def test_a_label_cut_by_a_page_break_goes_on_on_the_next_page():
    layout = Layout(vertical_label=True, break_before=("t3.denied.state_secret",))
    first, second = page_texts(typeset(Report("题", (Part("三", section="t3"),), tables()), layout).pdf)
    assert "三、" in first and "三、" not in second
    assert second.count("果") == 1


def test_a_header_printed_again_may_be_worded_otherwise():
    layout = Layout(repeat_header=True, break_before=("t3.denied.state_secret",))
    content = tables(repeat_labels={"t3.column.welfare": "社会团体"})
    first, second = page_texts(typeset(Report("题", (Part("三", section="t3"),), content), layout).pdf)
    assert "社会公益组织" in first and "社会团体" not in first
    assert "社会团体" in second and "社会公益组织" not in second


@pytest.mark.parametrize("split", [False, True])
def test_a_page_break_falls_inside_a_row_only_where_rows_may_be_split(split):
    layout, whole = Layout(split_rows=split, label_share=0.25), set()
    (table,) = section_tables(tables(), "t3", layout)
    for points in range(0, 400, 8):
        composer = Composer(layout)
        composer.y += points
        composer.add(table)
        pages = ["".join(text.text for text in page.texts) for page in composer.pages]
        whole.add(any("申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请" in page for page in pages))
    assert whole == ({False, True} if split else {True})


@pytest.mark.parametrize(("rules", "across", "down"), [("none", 0, 0), ("three_line", 3, 0), ("horizontal", 5, 0)])
def test_tables_without_full_rules_have_just_the_rules_they_should(rules, across, down):
    layout = Layout(rules=rules, page_number="")
    content = Tables(
        {"t2": "2021"}, {c.id: "1" for c in load_form("2021").cells if c.id.startswith(("t2.rules", "t2.norm"))}
    )
    pdf = typeset(Report("题", (Part("二", section="t2"),), content), layout).pdf
    paths = [o.get_bounds() for o in pypdfium2.PdfDocument(pdf)[0].get_objects() if o.type == 2]
    flat = [right - left > top - bottom for left, bottom, right, top in paths]
    assert (flat.count(True), flat.count(False)) == (across, down)


@pytest.mark.parametrize("rotate", LEVELS["rotate"])
@pytest.mark.parametrize("landscape", [False, True])
def test_a_rotated_page_is_shown_upright_with_all_its_text_on_it(rotate, landscape):
    layout = Layout(rotate=rotate, landscape=landscape)
    page = pypdfium2.PdfDocument(typeset(report(tables()), layout).pdf)[0]
    assert page.get_rotation() == rotate
    assert page.get_size() == pytest.approx(layout.page_size, abs=0.1)
    words, (left, bottom, right, top) = page.get_textpage(), page.get_mediabox()
    for k in range(words.count_chars()):
        x0, y0, x1, y1 = words.get_charbox(k)
        assert left <= x0 <= x1 <= right and bottom <= y0 <= y1 <= top


def test_the_same_report_gives_the_same_bytes():
    assert typeset(report(tables()), Layout()).pdf == typeset(report(tables()), Layout()).pdf


def test_a_knob_turned_to_a_level_it_does_not_have_is_refused():
    with pytest.raises(ValueError, match="Layout.rules: expected one of"):
        Layout(rules="wavy")


def test_every_style_of_rules_that_leaves_some_out_is_a_level():
    assert set(DRAWN) <= set(LEVELS["rules"])


@given(st.text(alphabet="政府信息公开（）、，。12345abc", max_size=40), st.floats(25, 200))
def test_wrapping_loses_no_character_and_no_line_is_wider_than_its_cell(text, width):
    lines = wrap(text, width, "embedded", 9)
    assert "".join(lines) == text
    hanging = 2 * 9  # closing punctuation may not start a line, so it can drag the character before it along
    assert all(width_of(line, "embedded", 9) <= width + hanging for line in lines)


# ---------------------------------------------------------------- the font
def test_the_font_shows_gb2312_under_a_name_of_its_own_with_its_licence_beside_it():
    from fontTools.ttLib import TTFont
    from make_font import gb2312

    font = TTFont(FONT_FILE)
    assert gb2312() | {ord(c) for c in "〔〕《》“”—…①㎡"} <= set(font.getBestCmap())
    assert "Noto" not in font["name"].getDebugName(1) and "Source" not in font["name"].getDebugName(1)
    assert "SIL OPEN FONT LICENSE" in (FONT_FILE.parent / "OFL.txt").read_text(encoding="utf-8")
    assert FONT_FILE.stat().st_size < 3e6


# ---------------------------------------------------------------- the facsimiles
def test_the_files_of_data_raw_are_those_registered_and_together_below_15_mb():
    check_registry(RAW, strict=True)
    assert sum(path.stat().st_size for path in RAW.iterdir()) < 15e6


def test_sources_name_agency_year_and_form_of_every_facsimile():
    sources = load_sources(RAW)
    assert set(sources["kind"]) == {"facsimile"}
    assert (sources["report_id"] == sources["agency_id"] + "-" + sources["year"]).all()
    assert sources["form"].isin(["2019", "2021"]).all()
    assert sources.set_index("report_id").loc["pingtan-shs-2021", "form"] == "2021"
    assert not sources["report_id"].isin(["unnamed-city-2025", "jinhu-2023"]).any()


def test_every_page_says_that_it_is_a_facsimile():
    for path in sorted(RAW.glob("*.pdf"))[::10]:
        assert all("摹本，非原件" in text for text in page_texts(path))


@pytest.mark.parametrize("report_id", ["gz-xzb-2025", "pingtan-scj-2022", "pingtan-shs-2021", "shbgt-2019"])
def test_a_facsimile_prints_every_figure_it_is_set_from(report_id):
    book, sources = make_facsimiles.design(), load_sources(RAW)
    figures = pd.read_csv(RAW / "figures.csv", dtype=str, keep_default_na=False).query("report_id == @report_id")
    facts = pd.read_csv(RAW / "narrative.csv", dtype=str, keep_default_na=False).query("report_id == @report_id")
    cells = dict(zip(figures["cell"], figures["raw"], strict=True))
    quirks = make_facsimiles.quirks_of(report_id, book)
    source = sources.set_index("report_id", drop=False).loc[report_id]
    done = typeset(
        make_facsimiles.report_of(source, cells, facts, book, quirks),
        make_facsimiles.layout_of(report_id, book, quirks),
    )
    assert {cell: "".join(lines) for cell, lines in done.printed.items()} == cells
    assert page_texts(done.pdf) == page_texts(RAW / source["file"])


def test_the_seed_reports_facsimile_has_the_oddities_of_its_original():
    first, second = page_texts(RAW / "gz-xzb-2025.pdf")
    assert "4.保护第三方合法权益" in first and "5.属于三类内部事务信息" in second
    assert "结果" not in first.split("申请人情况")[1]  # 三、本年度办理结 | 果
    assert "社会公益组织" in first and "社会组织" in second and "社会公益组织" not in second
    assert "四、结转下年度继续办理0000000" in second.replace("00000000", "0000000")


def test_every_fact_of_the_prose_has_a_sentence_that_states_it():
    for folder in make_facsimiles.FOLDERS:
        facts = pd.read_csv(folder / "narrative.csv", dtype=str, keep_default_na=False)
        said = make_facsimiles.clauses(facts, {})
        assert all(clause for clauses in said.values() for clause in clauses)


# ---------------------------------------------------------------- the generator of layouts
def test_a_seed_always_gives_the_same_report_and_another_seed_another():
    assert layouts.make(7)[0] == layouts.make(7)[0]
    assert layouts.make(7)[0] != layouts.make(8)[0] != layouts.make(8, holdout=True)[0]


@pytest.mark.parametrize("seed", range(12))
def test_generated_reports_print_what_their_truth_says(seed):
    pdf, truth, meta = layouts.make(seed, rotate=0, watermark="", split_rows=False)
    spaced = {cell: "".join(text.split()) for cell, text in truth.items()}
    assert {cell: text_in(pdf, meta["boxes"][cell]) for cell in truth} == spaced


@given(st.randoms(use_true_random=False), st.sampled_from(["2019", "2021"]), st.sampled_from(["small", "large"]))
def test_invented_figures_keep_every_identity(rng, version, scale):
    values, block = invented.figures(rng, version, scale), load_form(version).block("t3")
    outcomes = [row.id for row in block.rows if row.role == "outcome"]
    for column in COLUMNS:
        own = {row.id: values[f"t3.{row.id}.{column}"] for row in block.rows}
        assert sum(own[row] for row in outcomes) == own["total"]
        assert own["new"] + own["carried_in"] == own["total"] + own["carried_out"]
    for row in block.rows:
        assert sum(values[f"t3.{row.id}.{c}"] for c in COLUMNS[:-1]) == values[f"t3.{row.id}.total"]
    for group in ("review", "direct", "after_review"):
        parts = ("upheld", "corrected", "other", "pending")
        assert sum(values[f"t4.{group}.{part}"] for part in parts) == values[f"t4.{group}.total"]


def test_500_seeds_reach_every_level_of_every_knob_at_least_20_times():
    drawn = pd.DataFrame([layouts.levels_of(seed) for seed in range(500)])
    rare = {
        (knob, level)
        for knob, weights in layouts.KNOBS.items()
        for level in weights
        if (drawn[knob] == level).sum() < 20
    }
    assert rare == set()


def test_a_pinned_knob_stays_where_it_is_put():
    _, _, meta = layouts.make(3, rules="none", zero="blank", align="left")
    assert (meta["levels"]["rules"], meta["levels"]["zero"], meta["levels"]["align"]) == ("none", "blank", "left")
