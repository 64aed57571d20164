"""Plain text and Markdown."""

import csv
from pathlib import Path

import pytest
from typeset_formats import as_docx, as_html, as_tabs, figures, invented

from govinfo import read_report
from govinfo.placing.match import place
from govinfo.placing.printed import is_figure
from govinfo.placing.reading import cells_table, section_versions
from govinfo.placing.two_readings import read_twice
from govinfo.readers import read_document
from govinfo.readers.docx import read_docx
from govinfo.readers.html import read_html
from govinfo.readers.text import read_text, tables_and_prose

RAWS = invented(2)


def read(text):
    return read_text(Path("report.txt"), text.encode())


def cells(document):
    first, second = read_twice(document)
    return cells_table("x", section_versions(first, second, 2025), first, second).set_index("cell")


def published(document):
    table = cells(document)
    assert set(table["flag"]) <= {"ok", "cleaned"}
    return table["raw"].to_dict()


def test_the_seed_text_gives_its_200_cells(shared):
    text = (shared / "seed" / "guangzhou_collaboration_office_2025.txt").read_bytes()
    with open(shared / "facts" / "cells.csv", encoding="utf-8", newline="") as file:
        truth = {row["cell"]: row["raw"] for row in csv.DictReader(file) if row["report_id"] == "gz-xzb-2025"}
    assert len(truth) == 200
    assert published(read_text(Path("seed.txt"), text)) == truth


def test_the_seed_facts_as_web_page_docx_and_pdf_give_the_same_200_cells(tmp_path):
    raws = figures()["gz-xzb-2025"]
    pdf = Path(__file__).resolve().parents[1] / "data" / "raw" / "gz-xzb-2025.pdf"
    assert len(raws) == 200
    assert published(read_html(Path("x.html"), as_html(raws).encode())) == raws
    assert published(read_docx(Path("x.docx"), as_docx(raws))) == raws
    assert published(read_document(pdf)) == raws


def test_the_seeds_own_text_its_pdf_and_its_facts_as_web_page_and_docx_are_one_report(shared, tmp_path):
    facts, raw = figures()["gz-xzb-2025"], Path(__file__).resolve().parents[1] / "data" / "raw"
    paths = [shared / "seed" / "guangzhou_collaboration_office_2025.txt", raw / "gz-xzb-2025.pdf"]
    for name, content in (("seed.html", as_html(facts).encode()), ("seed.docx", as_docx(facts))):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    reports = [read_report(path) for path in paths]
    same = [report.cells[["cell", "value", "unit", "raw"]] for report in reports]
    assert [report.status for report in reports] == ["read"] * 4
    assert len(same[0]) == 200 and same[0]["value"].notna().all()
    assert all(table.equals(same[0]) for table in same)


def test_tabs_with_collapsed_merged_cells_are_read():
    assert published(read(as_tabs(RAWS))) == RAWS


def test_a_markdown_table_is_read():
    lines = ["| " + line.replace("\t", " | ") + " |" if line else "" for line in as_tabs(RAWS).split("\n")]
    lines.insert(1, "|---|---|")
    assert published(read("\n".join(lines))) == RAWS


def test_a_table_cut_without_a_second_header_goes_on():
    assert published(read(as_tabs(RAWS).replace("（四）无法提供", "\n（四）无法提供"))) == RAWS


def test_padding_at_the_end_of_a_row_changes_nothing():
    padded = "\n".join(line + "\t\t" if "件" not in line and line else line for line in as_tabs(RAWS).split("\n"))
    assert published(read(padded)) == RAWS


def test_blank_cells_that_fit_two_ways_are_in_doubt():
    lines = as_tabs(RAWS).split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("一、本年新收"))
    lines[at] = "一、本年新收政府信息公开申请数量\t\t1\t0\t0\t0\t0\t\t"
    table = cells(read("\n".join(lines)))
    assert set(table.loc[[c for c in table.index if c.startswith("t3.new.")], "flag"]) == {"doubt"}


def test_a_blank_cell_between_figures_stays_blank():
    lines = as_tabs(RAWS).split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("一、本年新收"))
    lines[at] = "一、本年新收政府信息公开申请数量\t1\t0\t\t0\t0\t0\t1"
    placed = place(read("\n".join(lines)).grids).placed
    assert [placed[f"t3.new.{c}"].text for c in ("natural", "enterprise", "research", "total")] == ["1", "0", "", "1"]


def test_marks_of_writing_direction_and_control_characters_are_left_out():
    text = as_tabs(RAWS).replace("\t", "\u202e\t\x07", 40)
    assert published(read(text)) == RAWS


def test_a_control_character_between_digits_is_no_part_of_a_figure_that_can_be_trusted():
    read_back = read(as_tabs(RAWS).replace("行政强制\t", "行政强制\t1\x002", 1))
    assert not is_figure(place(read_back.grids).placed["t2.coercion"].text)


@pytest.mark.parametrize("break_", ["\n", "\v", "\f", "\x85", "\u2028"])
def test_a_figure_on_the_line_below_a_row_puts_that_rows_figure_in_doubt(break_):
    text = as_tabs(RAWS).replace("行政强制\t", f"行政强制\t1{break_}2", 1)
    placed = place(read(text).grids).placed["t2.coercion"]
    assert (placed.text, bool(placed.doubt)) == ("1", True)


@pytest.mark.parametrize("line", ["\t" * 50_000, "|" * 100_000, "一" * 100_000, "1 " * 50_000])
def test_absurd_lines_are_survived(line):
    grids, prose = tables_and_prose(line)
    assert len(grids) + len(prose) <= 1


def test_figures_under_a_header_that_is_not_whole_are_in_doubt():
    rows = ["申请人情况\t自然人\t总计", "一、本年新收政府信息公开申请数量\t1\t2\t3\t4\t5\t6\t21"]
    (grid,), _ = tables_and_prose("\n".join(rows))
    assert [cell.doubt != "" for cell in grid.cells if cell.text.isdigit()] == [True] * 7


def test_a_header_and_its_rows_parted_by_a_line_of_prose_belong_together():
    head, row = as_tabs(RAWS).split("一、本年新收政府信息公开申请数量")
    placed = place(read(f"{head}一、本年新收政\n府信息公开申请数量{row}").grids).placed
    assert {c: p.text for c, p in placed.items() if not p.doubt and p.text and RAWS[c] != p.text} == {}
    assert placed["t3.carried_in.legal"].text == RAWS["t3.carried_in.legal"]


@pytest.mark.parametrize("change", [("12\n", "1\ufffd\n"), ("量1 ", "量H ")])
def test_a_figure_of_running_text_beside_a_letter_or_an_undecodable_byte_is_in_doubt(change):
    row = "一、本年新收政府信息公开申请数量1  2  0  3  0  6  12\n"
    assert change[0] in row
    placed = place(read("三、收到和处理政府信息公开申请情况\n" + row.replace(*change)).grids).placed
    assert all(p.doubt for c, p in placed.items() if c.startswith("t3.new.") and p.text)
