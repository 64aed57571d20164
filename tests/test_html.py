"""Reports as web pages carry them."""

from pathlib import Path

import pytest
from typeset_formats import TITLE, as_html, figures, invented

from govinfo.document import ReadError
from govinfo.form import load_form
from govinfo.placing.match import place
from govinfo.placing.values import clean
from govinfo.readers.html import read_html
from govinfo.readers.spans import SpanCell, spanned_grid

FIGURES = figures()
RAWS = invented(3)


def read(page, encoding="utf-8"):
    return read_html(Path("page.html"), page.encode(encoding))


def texts(document):
    return {cell: "".join(placed.text.split()) for cell, placed in place(document.grids).placed.items()}


@pytest.mark.parametrize("report", sorted(FIGURES))
def test_every_cell_of_a_published_table_is_read_back(report):
    raws = FIGURES[report]
    found = texts(read(as_html(raws)))
    assert {cell: found.get(cell) for cell in raws} == {cell: "".join(raw.split()) for cell, raw in raws.items()}


def test_the_title_comes_first_and_the_site_around_the_report_is_left_out():
    prose = [line.text for line in read(as_html(RAWS)).prose]
    assert prose[0] == TITLE
    assert prose[1] == "一、总体情况"
    assert not {"首页", "网站访问量", "天气"} & set(prose)


def test_tables_of_the_site_give_no_grid():
    assert all("网站访问量" not in cell.text for grid in read(as_html(RAWS)).grids for cell in grid.cells)


def test_gb18030_announced_as_gb2312_is_read():
    page = as_html(RAWS).replace("charset='utf-8'", "charset='gb2312'").replace("规章", "规章")
    assert texts(read(page, "gb18030")) == texts(read(as_html(RAWS)))


@pytest.mark.parametrize(
    "cell", ["<p>{}</p><p>&nbsp;</p>", "\n <div><p><b>{}</b></p></div>\n", "&nbsp;{}&nbsp;", "{}<!-- 9 -->"]
)
def test_wrapping_inside_a_cell_changes_nothing(cell):
    assert {k: v.strip("\xa0") for k, v in texts(read(as_html(RAWS, cell))).items()} == texts(read(as_html(RAWS)))


def test_a_number_in_several_spans_is_one_number():
    page = as_html(RAWS, "<p><span>{}</span><span></span></p>").replace("<span>12", "<span>1</span><span>2")
    assert texts(read(page)) == texts(read(as_html(RAWS)))


def test_scripts_and_hidden_elements_say_nothing():
    cell = "{}<script>document.write('7')</script><span style='display: none'>8</span><b hidden>9</b>"
    assert texts(read(as_html(RAWS, cell))) == texts(read(as_html(RAWS)))


@pytest.mark.parametrize("cut", ["98<svg>7654</span>", "98<svg>76</svg>54", "<button>98</button>7654"])
def test_a_figure_that_a_broken_tag_hides_in_part_is_in_doubt(cut):
    page = as_html(RAWS | {"t2.fees": "987654"}).replace("987654</span>", cut)
    placed = place(read(page).grids).placed["t2.fees"]
    assert clean(placed.text, load_form("2021").cell("t2.fees")).flag == "doubt"


def test_figures_beside_a_damaged_label_are_not_those_of_a_row_without_figures_below():
    raws = RAWS | {f"t2.rules.{cell}": str(n) for n, cell in enumerate(("made", "repealed", "valid"), 9871)}
    raws |= {f"t2.normative.{cell}": "" for cell in ("made", "repealed", "valid")}
    placed = place(read(as_html(raws).replace("规章<", "观幸<")).grids).placed
    held = [one for one in placed.values() if one.text in ("9871", "9872", "9873")]
    assert len(held) == 3 and all(one.doubt or one.cell.startswith("t2.rules.") for one in held)


def test_a_layout_table_around_the_report_is_no_table_of_figures():
    page = as_html(RAWS).replace("<div>", "<table><tr><td>侧栏</td><td>").replace("</div>", "</td></tr></table>")
    document = read(page)
    assert texts(document) == RAWS
    assert "全年主动公开信息\xa012\xa0条。" in [line.text for line in document.prose]


def test_spans_beyond_the_table_are_cut():
    page = as_html(RAWS).replace('colspan="7"', 'colspan="70000"').replace('colspan="5"', 'colspan="5%"')
    assert texts(read(page.replace('rowspan="1"', 'rowspan="x"')))["t3.new.total"] == RAWS["t3.new.total"]


@pytest.mark.parametrize("wrong", [9, 10])
def test_a_rowspan_that_is_too_long_shifts_no_figure(wrong):
    page = as_html(RAWS).replace('rowspan="8" colspan="1"', f'rowspan="{wrong}" colspan="1"', 1)
    assert texts(read(page)) == RAWS


def test_a_rowspan_that_is_too_short_shifts_no_figure():
    page = as_html(RAWS).replace('rowspan="8" colspan="1"', 'rowspan="7" colspan="1"', 1)
    assert texts(read(page)) == RAWS


def test_a_row_with_a_cell_too_few_is_in_doubt():
    figures = [SpanCell(n) for n in "1234567"]
    grid = spanned_grid([[SpanCell("a"), *figures], [SpanCell("b"), *figures], [SpanCell("c"), *figures[1:]]], "html")
    assert all(cell.doubt for cell in grid.cells if cell.row == 2 and cell.column > 1)


def test_run_together_text_of_a_page_without_tables_is_read():
    rows = as_html(RAWS).replace("<td", "<i").replace("</td", "</i").replace("<tr>", "").replace("</tr>", "")
    page = rows.replace("<table border=1><tbody>", "<p>").replace("</tbody></table>", "</p>")
    found = texts(read(page.replace("<p><span>", "").replace("</span></p>", "")))
    assert found["t3.new.total"] == RAWS["t3.new.total"]


def test_pictures_that_the_page_carries_are_kept_and_others_not_fetched():
    page = as_html(RAWS).replace(
        "五、", '<img src="data:image/png;base64,aGk="><img src="http://example.org/a.png">五、'
    )
    assert read(page).pictures == (b"hi",)


def test_entities_and_external_references_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("4711", encoding="utf-8")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + as_html(RAWS).replace("全年", "&x;全年")
    assert "4711" not in "".join(line.text for line in read(page).prose)


def test_deep_nesting_does_not_break_the_reader():
    page = as_html(RAWS).replace("<div>", "<div>" * 3000 + "</div>" * 3000 + "<div>")
    assert isinstance(read(page).grids, list)


def test_a_page_cut_anywhere_is_read_or_refused_in_words():
    page = as_html(RAWS)
    for at in range(1, len(page), 701):
        try:
            placed = place(read(page[:at]).grids).placed
        except ReadError:
            continue
        wrong = [c for c, p in placed.items() if p.text and not p.doubt and RAWS.get(c) != p.text]
        assert len(wrong) <= 1  # at most the cell in which the file ends


@pytest.mark.parametrize("change", [("", 1), ("{0}{0}", 1), ("", 2), ("{0}{0}", 2)])
def test_a_header_with_a_cell_too_many_or_too_few_leaves_the_figures_in_doubt(change):
    into, index = change
    cell = '<td rowspan="1" colspan="1"><p><span>{}</span></p></td>'.format(("", "商业企业", "科研机构")[index])
    page = as_html(RAWS)
    assert cell in page
    placed = place(read(page.replace(cell, into.format(cell))).grids).placed
    wrong = [c for c, p in placed.items() if p.text and not p.doubt and RAWS.get(c) != p.text]
    assert wrong == []


def test_a_row_with_a_cell_too_many_is_in_doubt():
    whole = [[SpanCell("行")] + [SpanCell(str(n)) for n in range(7)] for _ in range(3)]
    long = [*whole, [SpanCell("行")] + [SpanCell(str(n)) for n in range(8)]]
    doubted = {cell.row for cell in spanned_grid(long, "html").cells if cell.doubt}
    assert doubted == {3}


def _without_cell(page, text):
    """The page without the first cell that holds a text, and whatever spans it had."""
    start = page.index(f"{text}</span>")
    start, end = page.rindex("<td", 0, start), page.index("</td>", start) + 5
    return page[:start] + page[end:]


@pytest.mark.parametrize("label", ["自然人", "法人或其他组织", "本年废止件数", "未经复议直接起诉", "其他结果"])
def test_a_header_that_lacks_any_of_its_cells_leaves_no_figure_in_another_column(label):
    placed = place(read(_without_cell(as_html(RAWS), label)).grids).placed
    assert [c for c, p in placed.items() if p.text and not p.doubt and RAWS.get(c) != p.text] == []


def test_an_empty_cell_in_the_header_of_four_leaves_no_figure_in_another_column():
    cell = '<td rowspan="2" colspan="1"><p><span>尚未审结'
    page = as_html(RAWS)
    assert cell in page
    placed = place(read(page.replace(cell, "<td></td>" + cell, 1)).grids).placed
    assert [c for c, p in placed.items() if p.text and not p.doubt and RAWS.get(c) != p.text] == []


def test_a_column_of_four_that_neither_header_nor_row_shows_leaves_no_figure_in_another_column():
    page = _without_cell(_without_cell(as_html(RAWS | {"t4.review.other": "987654"}), "其他结果"), "987654")
    placed = place(read(page).grids).placed
    assert [c for c, p in placed.items() if p.text and not p.doubt and RAWS.get(c) != p.text] == []


@pytest.mark.parametrize("cell", ["t2.rules.repealed", "t3.partial.research", "t4.review.other"])
def test_a_row_that_lacks_a_cell_leaves_no_figure_in_another_column(cell):
    placed = place(read(_without_cell(as_html(RAWS | {cell: "987654"}), "987654")).grids).placed
    assert [c for c, p in placed.items() if p.text and not p.doubt and RAWS.get(c) != p.text] == []


def test_a_cell_within_a_cell_is_not_part_of_its_text():
    page = as_html(RAWS | {"t3.new.natural": "987654"}).replace("987654</span></p></td>", "987654</span></p><odd>")
    assert "987654" in texts(read(page)).values()


def test_two_numbers_on_lines_of_their_own_are_not_one():
    page = as_html(RAWS | {"t3.new.natural": "71"}, "<p>{}</p>").replace("<p>71</p>", "<p>7</p><p>1</p>", 1)
    placed = place(read(page).grids).placed["t3.new.natural"]
    assert placed.text.split() == ["7", "1"] and placed.doubt
