"""Tables pasted as pictures into web pages, web archives and DOCX; nothing is fetched from anywhere."""

import base64
import io
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import scans
from typeset_formats import as_docx, as_html, docx, figures, tables

from govinfo import read_report
from govinfo.document import Document, ReadError
from govinfo.readers import read_document
from govinfo.readers.html import read_html
from govinfo.readers.pasted import with_pictures
from govinfo.readers.web_archive import read_web_archive

REPORT = "hongze-2023"
RAWS = figures()[REPORT]
FOUR = tables(RAWS)[2][0]  # the heading of 四, under which the picture stands


def png(width=400, height=100, shade=255):
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (width, height), shade).save(out, "PNG")
    return out.getvalue()


def page(image):
    """A web page whose table 四 is a picture with some address."""
    text = as_html(RAWS)
    start = text.index("<table", text.index(FOUR))
    end = text.index("</table>", start) + len("</table>")
    return f'{text[:start]}<p><img src="{image}" alt=""></p>{text[end:]}'


def inlined(data):
    return "data:image/png;base64," + base64.b64encode(data).decode()


def saved(folder, text, name="page.html"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def archive(text, address, data):
    """A web archive as browsers write it."""
    message = EmailMessage()
    message["Subject"] = "年度报告"
    message.set_content(text, subtype="html", charset="utf-8", cte="quoted-printable")
    message.make_related()
    message.add_related(data, "image", "png")
    message.get_payload()[-1]["Content-Location"] = address
    return message.as_bytes()


# ------------------------------------------------------------------ which pictures


def test_a_file_beside_the_page_is_one_of_its_pictures(tmp_path):
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "表 4.png").write_bytes(b"four")
    text = page("page_files/%E8%A1%A8%204.png?v=1")
    assert read_html(tmp_path / "page.html", text.encode()).pictures == (b"four",)


@pytest.mark.parametrize(
    "address", ["../secret.png", "/etc/hostname", "file:///etc/hostname", "http://example.org/a.png", "//example.org/a.png",
                "\\\\host\\a.png", "a\x00.png", "nowhere.png", "", "page_files/../../secret.png"],
)  # fmt: skip
def test_no_address_leads_out_of_the_folder_of_the_page(tmp_path, address):
    (tmp_path / "secret.png").write_bytes(b"4711")
    folder = tmp_path / "saved"
    (folder / "page_files").mkdir(parents=True)
    assert read_html(folder / "page.html", page(address).encode()).pictures == ()


def test_a_web_archive_brings_its_pictures_along():
    address = "https://www.example.gov.cn/202401/W020240125.png"
    document = read_web_archive(Path("page.mht"), archive(page(address), address, b"four"))
    assert document.pictures == (b"four",) and FOUR in [line.text for line in document.prose]


def test_an_archive_without_a_page_is_refused_in_words(tmp_path):
    message = EmailMessage()
    message.set_content("only text")
    message.make_related()
    with pytest.raises(ReadError, match=r"a\.mht.*web page.*none of them"):
        read_document(saved(tmp_path, message.as_bytes(), "a.mht"))


def test_a_whole_web_archive_is_read_by_its_content(tmp_path):
    path = saved(tmp_path, archive(as_html(RAWS), "https://example.org/logo.png", png(20, 20)), "page.html")
    report = read_report(path)
    assert dict(zip(report.cells["cell"], report.cells["raw"], strict=True)).items() >= RAWS.items()


def test_pictures_of_a_docx_come_in_the_order_of_their_numbers():
    names = {f"word__media__image{n}.png": str(n).encode() for n in (10, 2, 1)}
    path = Path("report.docx")
    from govinfo.readers.docx import read_docx

    assert read_docx(path, docx("<w:p/>", **names)).pictures == (b"1", b"2", b"10")


# ------------------------------------------------------------------ without the recogniser


@pytest.fixture
def no_recogniser(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)


def test_without_the_recogniser_what_is_text_is_read_and_the_rest_named(tmp_path, no_recogniser):
    report = read_report(saved(tmp_path, page(inlined(png()))))
    assert report.status == "partial" and report.value("t3.new.total") == float(RAWS["t3.new.total"])
    assert "no table of 四 in the text, but 1 pictures" in report.message and "govinfo[ocr]" in report.message


def test_without_the_recogniser_a_page_of_pictures_alone_is_refused(tmp_path, no_recogniser):
    text = f"<html><body><h1>年度报告</h1><img src='{inlined(png())}'></body></html>"
    with pytest.raises(ReadError, match=r"page\.html.*recogniser.*1 pictures.*pip install 'govinfo\[ocr\]'"):
        read_document(saved(tmp_path, text))


def test_nothing_is_recognised_where_the_text_has_every_table(tmp_path, no_recogniser):
    text = as_html(RAWS).replace("五、", f'<img src="{inlined(png())}">五、')
    assert read_report(saved(tmp_path, text)).status == "read"


def test_neither_logo_nor_photograph_is_a_table(no_recogniser):
    others = (png(200, 200), b"no picture at all", png(900, 40), png(800, 600, shade=90))
    document = Document(Path("page.html"), "", "html", pictures=others)
    assert with_pictures(document) is document


# ------------------------------------------------------------------ read like scans


@pytest.fixture(scope="module")
def four():
    """Table 四 of a scanned page as a PNG."""
    pytest.importorskip("onnxruntime", reason="the extra govinfo[ocr] is not installed")
    pytest.importorskip("rapidocr", reason="the extra govinfo[ocr] is not installed")
    image = scans.picture(REPORT, 2, 200, skew=0.3)
    width, height = image.size
    out = io.BytesIO()
    image.crop((int(0.08 * width), int(0.5 * height), int(0.92 * width), int(0.64 * height))).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_a_table_pasted_as_a_picture_is_read_and_the_others_stay_as_they_are(tmp_path, four, kind):
    if kind == "html":
        path = saved(tmp_path, page(inlined(four)))
    else:
        without = {cell: raw for cell, raw in RAWS.items() if not cell.startswith("t4.")}
        path = saved(tmp_path, as_docx(without, pictures={"image1.png": four}), "page.docx")
    report = read_report(path)
    assert dict(zip(report.cells["cell"], report.cells["raw"], strict=True)).items() >= RAWS.items()
    assert set(report.cells["flag"]) <= {"ok", "cleaned", "zero_mark", "missing"}
    assert report.cells["page"].isna().all() and report.cells["x0"].isna().all()
    assert "1 tables or parts of one were read from pictures" in report.message


# ------------------------------------------------------------------ what is kept between runs


def kept(path):
    from govinfo.builds.inputs import find_inputs
    from govinfo.builds.readings import read_one

    return read_one(find_inputs(path)[0])["lasting"]


def test_a_reading_lasts_unless_pictures_beside_the_page_may_change_it(tmp_path):
    whole = as_html(RAWS)
    assert kept(saved(tmp_path, whole))
    assert not kept(saved(tmp_path, whole.replace("五、", '<img src="files/4.png">五、')))
    assert not kept(saved(tmp_path, "<html><body><p>年度报告</p><img src='files/4.png'></body></html>"))


def test_what_failed_without_the_recogniser_is_read_again_once_it_is_there(monkeypatch):
    from importlib import metadata

    from govinfo.builds import cache

    versions = iter(("3.8.1", "3.9.0", None))
    prints = set()
    for version in versions:

        def version_of(name, version=version, real=metadata.version):
            if name != "rapidocr":
                return real(name)
            if version is None:
                raise metadata.PackageNotFoundError(name)
            return version

        monkeypatch.setattr(cache.metadata, "version", version_of)
        cache.program.cache_clear()
        prints.add(cache.program())
        monkeypatch.undo()
    cache.program.cache_clear()
    assert len(prints) == 3
