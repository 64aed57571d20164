"""What a file is, by its content."""

import io
import zipfile
from pathlib import Path

import pytest
from typeset_formats import docx

from govinfo.document import ReadError
from govinfo.readers import read_document
from govinfo.readers.encoding import decode
from govinfo.readers.sniff import sniff


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\x00\xff junk before" + b"%PDF-1.4", "pdf"),
        (b"<!DOCTYPE html><p>x", "html"),
        ("<div><table><tr><td>规章".encode("gb18030"), "html"),
        ("\ufeff<HTML>规章".encode("utf-16"), "html"),
        (docx("<w:p/>"), "docx"),
        ("行政许可\t5\n".encode(), "text"),
        ("# 报告\n\n| 行政许可 | 5 |\n".encode("gb18030"), "text"),
        (b"BM is how this text begins", "text"),
    ],
)
def test_content_says_the_kind_whatever_the_name(tmp_path, data, kind):
    assert sniff(tmp_path / "report.doc", data) == kind


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"", "empty file"),
        ("a.html", b"\x00\n \n", "nothing but blanks"),
        ("a.pdf", b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), r"\.doc\)"),
        ("a.wps", b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), r"WPS document"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "asks for a password"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), r"\.xls\)"),
        ("a.pdf", zipped(OFD_dot_xml="<ofd/>"), "OFD document"),
        ("a.xlsx", zipped(xl__workbook_dot_xml="<w/>"), r"\.xlsx\)"),
        ("a.zip", zipped(a="1", b="2"), "ZIP archive of 2 files"),
        ("a.docx", zipped(a="1")[:-9], "damaged or truncated ZIP"),
        ("a.rar", b"Rar!\x1a\x07", "RAR archive"),
        ("a.txt", b"\x01\x02\x03\x04\x00\x05", "binary content"),
        ("a.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related", "web archive"),
        ("a.jpg", b"RIFF\x00\x00\x00\x00WEBP", "picture or recording"),
        ("a.doc", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', "single XML file"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\x00", "7z archive"),
        ("a.rtf", rb"{\rtf1 x}", "RTF"),
    ],
)
def test_what_cannot_be_read_gets_a_message_that_says_what_to_do(tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError, match=said) as error:
        read_document(path)
    assert error.value.do and name in str(error.value)


def test_a_missing_file_is_a_read_error(tmp_path):
    with pytest.raises(ReadError, match="readable file"):
        read_document(tmp_path / "nowhere.html")


def test_a_page_without_the_form_says_so(tmp_path):
    path = tmp_path / "news.html"
    path.write_text("<html><body><p>今日新闻 12 条</p></body></html>", encoding="utf-8")
    with pytest.raises(ReadError, match="with a table of the form"):
        read_document(path)


def test_gb18030_announced_as_gb2312_is_decoded_whole():
    page = '<meta charset="gb2312"><p>龑县镕</p>'
    assert decode(page.encode("gb18030")) == page


def test_a_wrong_announcement_does_not_matter():
    assert decode('<meta charset="utf-8"><p>规章'.encode("gb18030")).endswith("规章")
    assert decode('<meta charset="gbk"><p>规章'.encode()).endswith("规章")
    assert decode('<meta charset="no-such"><p>规章'.encode()).endswith("规章")


def test_broken_bytes_leave_the_rest_readable():
    assert "规章" in decode("规章".encode() * 50 + b"\xff\xfe\xff" + "规章".encode() * 50)


def test_a_web_archive_is_told_by_its_head_however_long(tmp_path):
    head = (
        "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?"
        + "=E5" * 300
        + "?=\r\n =?utf-8?Q?more?=\r\nMIME-Version: 1.0\r\n"
    )
    archive = head + 'Content-Type: multipart/related;\r\n\tboundary="x"\r\n\r\n--x--\r\n'
    assert sniff(tmp_path / "a.html", archive.encode()) == "mhtml"
    assert sniff(tmp_path / "a.txt", "Content-Type: text/plain\n\n行政许可\t5\n".encode()) == "text"


@pytest.mark.parametrize(
    "start", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM\x00\x00", b"II*\x00", b"MM\x00*"]
)
def test_a_picture_is_one_whatever_its_name(tmp_path, start):
    assert sniff(tmp_path / "page.pdf", start + b"\x00" * 40) == "picture"


def test_head_lines_without_end_of_a_file_that_is_no_archive_cost_no_time():
    assert sniff(Path("x"), b"a: b\r\n" * 5_000) == "text"
