"""What a PDF that cannot be read is told, and which pages are parsed."""

import io
from pathlib import Path

import pytest
from reportlab.pdfgen import canvas

import govinfo as gi
from govinfo.readers.camelot_grids import RESOLUTION, _renderer, grids
from govinfo.readers.pdf import Page, candidates

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


def plain_pdf(text="Nothing of the form", encrypt=None):
    data = io.BytesIO()
    page = canvas.Canvas(data, invariant=1, encrypt=encrypt)
    page.drawString(100, 700, text)
    page.save()
    return data.getvalue()


def told(path):
    with pytest.raises(gi.ReadError) as caught:
        gi.read_report(path)
    message = str(caught.value)
    assert path.name in message
    return message


def test_an_empty_file_is_named_as_empty(tmp_path):
    assert "empty file" in told(write(tmp_path, "empty.pdf", b""))


def test_a_truncated_pdf_is_named_as_damaged(tmp_path):
    whole = (RAW / "gz-xzb-2025.pdf").read_bytes()
    message = told(write(tmp_path, "cut.pdf", whole[: len(whole) // 5]))
    assert "damaged or truncated" in message
    assert "Download it again" in message


def test_an_encrypted_pdf_asks_for_a_copy_without_password(tmp_path):
    assert "password" in told(write(tmp_path, "locked.pdf", plain_pdf(encrypt="secret")))


def test_a_pdf_without_a_table_of_the_form_says_so(tmp_path):
    assert "expected a table of the annual report's form" in told(write(tmp_path, "other.pdf", plain_pdf()))


def test_a_missing_file_is_named(tmp_path):
    assert "expected a readable file" in told(tmp_path / "nowhere.pdf")


def page(number, text):
    return Page(number, 595.0, 842.0, text, True, False)


def test_only_pages_that_can_hold_the_form_are_parsed():
    pages = [
        page(1, "一、总体情况 本年度行政许可事项办理平稳。"),
        page(2, "信息内容 本年制发件数 本年废止件数"),
        page(3, "一、本年新收政府信息公开申请数量 自然人 商业企业"),
        page(4, "四、结转下年度继续办理 0 0 0 0 0 0 0"),
        page(5, "六、其他需要报告的事项 无。"),
    ]
    assert candidates(pages)[-3:] == [2, 3, 4]
    assert 5 not in candidates(pages)


def test_a_page_that_begins_with_the_rest_of_a_row_is_parsed_too():
    pages = [
        page(1, "四、政府信息公开行政复议 行政诉讼 结果维持 结果纠正 其他结果 109 110"),
        page(2, "1 8\r\n五、存在的主要问题"),
    ]
    assert candidates(pages) == [1, 2]


def test_rules_drawn_as_a_picture_would_show_them_are_found_in_a_page_of_200_dots_an_inch(tmp_path):
    data = io.BytesIO()
    page = canvas.Canvas(data, pagesize=(595, 842), invariant=1)
    page.setLineWidth(0.3)
    page.setDash(2, 1)
    page.grid([100, 200, 300, 400], [600, 630, 660, 690, 720])
    for column, text in enumerate(("12", "3", "405")):
        page.drawString(110 + 100 * column, 610, text)
    page.save()
    path = write(tmp_path, "dashed.pdf", data.getvalue())
    assert _renderer().to_array(path).shape == (round(842 * RESOLUTION / 72), round(595 * RESOLUTION / 72), 3)
    (grid,) = grids(path, [1], {1: 842.0}, "combined")
    found = {(cell.row, cell.column): cell.text for cell in grid.cells}
    assert len(found) == 12
    assert [found[3, column] for column in range(3)] == ["12", "3", "405"]
    assert abs(min(cell.box.x0 for cell in grid.cells) - 100) < 1
