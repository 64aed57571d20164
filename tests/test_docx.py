"""Reports as DOCX."""

from pathlib import Path

import pytest
from typeset_formats import TITLE, _paragraph, as_docx, as_docx_body, docx, figures, invented

from govinfo.document import ReadError
from govinfo.placing.match import place
from govinfo.readers.docx import read_docx

FIGURES = figures()
RAWS = invented(4)


def read(data):
    return read_docx(Path("report.docx"), data)


def texts(document):
    return {cell: "".join(placed.text.split()) for cell, placed in place(document.grids).placed.items()}


@pytest.mark.parametrize("report", sorted(FIGURES)[::8])
def test_every_cell_of_a_published_table_is_read_back(report):
    raws = FIGURES[report]
    found = texts(read(as_docx(raws)))
    assert {cell: found.get(cell) for cell in raws} == {cell: "".join(raw.split()) for cell, raw in raws.items()}


def test_paragraphs_are_the_prose_in_order():
    prose = [line.text for line in read(as_docx(RAWS)).prose]
    assert prose[:2] == [TITLE, "一、总体情况"]
    assert prose[-1] == "六、其他需要报告的事项"


def test_tracked_deletions_are_left_out_and_insertions_count():
    body = "<w:p><w:del><w:r><w:delText>7</w:delText><w:t>7</w:t></w:r></w:del><w:ins><w:r><w:t>8</w:t></w:r></w:ins></w:p>"
    assert [line.text for line in read(docx(body)).prose] == ["8"]


def test_content_controls_and_line_breaks_are_read():
    body = f"<w:sdt><w:sdtContent>{_paragraph('甲')}</w:sdtContent></w:sdt><w:p><w:r><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>"
    assert [line.text for line in read(docx(body)).prose] == ["甲", "乙", "丙"]


def test_pictures_are_kept():
    assert read(docx("<w:p/>", **{"word__media__image1.png": b"picture"})).pictures == (b"picture",)


def test_tables_in_a_text_box_are_read_once():
    """Word writes a text box twice: as a shape, and once more for older programs."""
    box = as_docx_body(RAWS)
    choice = f'<mc:Choice Requires="wps"><w:txbxContent>{box}</w:txbxContent></mc:Choice>'
    fallback = f"<mc:Fallback><w:pict><w:txbxContent>{box}</w:txbxContent></w:pict></mc:Fallback>"
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = f'<w:p><w:r><mc:AlternateContent xmlns:mc="{space}">{choice}{fallback}</mc:AlternateContent></w:r></w:p>'
    document = read(docx(body))
    assert texts(document) == RAWS and len(document.grids) == 3
    assert [line.text for line in document.prose].count(TITLE) == 1


def test_tables_inside_a_table_that_lays_out_the_page_are_read_and_the_prose_beside_them():
    body = f"<w:tbl><w:tr><w:tc>{_paragraph('侧栏')}</w:tc><w:tc>{as_docx_body(RAWS)}</w:tc></w:tr></w:tbl>"
    document = read(docx(body))
    assert texts(document) == RAWS
    assert [line.text for line in document.prose][:3] == ["侧栏", TITLE, "一、总体情况"]


def test_a_zip_bomb_is_refused():
    with pytest.raises(ReadError, match="zip bomb"):
        read(docx("<w:p/>" + " " * (8 << 20)))


def test_entities_are_refused(tmp_path):
    import io
    import zipfile

    secret = tmp_path / "secret"
    secret.write_text("4711", encoding="utf-8")
    xml = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><d>&x;</d>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", xml)
    with pytest.raises(ReadError, match="document type declaration"):
        read(buffer.getvalue())


def test_nested_entities_do_not_unfold():
    import io
    import zipfile

    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f"<!DOCTYPE d [{entities}]><d>&a11;</d>")
    with pytest.raises(ReadError):
        read(buffer.getvalue())


def test_deep_nesting_is_refused_in_words_or_read():
    try:
        assert read(docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000)).grids == []
    except ReadError as error:
        assert "well-formed" in str(error)


def test_a_damaged_file_is_refused_in_words():
    data = as_docx(RAWS)
    for at in range(0, len(data), 301):
        broken = data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]
        try:
            found = texts(read(broken))
        except ReadError:
            continue
        assert found == RAWS or not found
