"""Taking originals into a folder: unchanged, on record, once, and only reports; against a server on the loopback."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from loopback import serving
from typeset_formats import TITLE, as_docx, as_html, invented

from govinfo.builds.add import SUFFIXES, add
from govinfo.builds.inputs import find_inputs
from govinfo.builds.registry import READABLE, check_registry, load_sources
from govinfo.cli import main

ROOT = Path(__file__).resolve().parents[1]
HTML = {"Content-Type": "text/html; charset=utf-8"}
LINKS = (
    f"<html><body><p>政府信息公开</p><a href='/about.html'>关于</a><a href='files/a.pdf'>附件</a>"
    f"<a href='/b.html' title='{TITLE}'>点此</a></body></html>"
)


@pytest.fixture
def site():
    with serving() as site:
        yield site


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "我 的"


def page(seed=1):
    return as_html(invented(seed)).replace("<p>一、总体情况", f"<h1>{TITLE}</h1><p>一、总体情况").encode()


def taken(folder, *items):
    return list(add(list(items), folder, allow_private=True))


def test_a_page_is_kept_unchanged_under_agency_and_year_and_on_record(site, folder):
    site["/t2025_1.html"] = (200, HTML, page())
    (one,) = taken(folder, site.url("/t2025_1.html"))
    assert (one.outcome, one.path.name) == ("added", "示例市示例局-2024.html")
    assert one.path.read_bytes() == page() and (one.report.agency, one.report.year) == ("示例市示例局", 2024)
    row = load_sources(folder).iloc[0]
    assert row["url"] == site.url("/t2025_1.html") and row["kind"] == "original"
    assert row["sha256"] == hashlib.sha256(page()).hexdigest()
    assert datetime.now(UTC).date() - date.fromisoformat(row["retrieved"]) <= timedelta(days=1)
    check_registry(folder, strict=True)


def test_the_same_bytes_are_kept_once_wherever_they_come_from(site, folder):
    site["/a.html"] = site["/b.html"] = (200, HTML, page())
    first, again, other = taken(folder, site.url("/a.html"), site.url("/a.html"), site.url("/b.html"))
    assert [one.outcome for one in (first, again, other)] == ["added", "known", "known"]
    assert "the same bytes lie there since 20" in again.message and "from" not in again.message
    assert f"from {site.url('/a.html')}" in other.message
    assert len(find_inputs(folder)) == len(load_sources(folder)) == 1


def test_other_bytes_from_the_same_address_are_kept_beside_the_old_ones(site, folder):
    site["/a.html"] = [(200, HTML, page(1)), (200, HTML, page(2))]
    before, after = taken(folder, site.url("/a.html"), site.url("/a.html"))
    assert before.path.read_bytes() == page(1) and after.path.read_bytes() == page(2)
    assert after.path.name == f"示例市示例局-2024-{hashlib.sha256(page(2)).hexdigest()[:8]}.html"
    assert "gave other bytes before; 示例市示例局-2024.html is kept too" in after.message


@pytest.mark.parametrize("charset", ["gb18030", "utf-16"])
def test_a_charset_that_only_the_server_names_is_no_obstacle(site, folder, charset):
    text = page().decode().replace("<meta charset='utf-8'>", "")
    site["/a"] = (200, {"Content-Type": f"text/html; charset={charset}"}, text.encode(charset))
    (one,) = taken(folder, site.url("/a"))
    assert one.path.read_bytes() == text.encode(charset)
    assert one.report.agency == "示例市示例局"


def test_what_is_kept_has_an_ending_that_a_folder_is_searched_for():
    assert set(SUFFIXES.values()) <= set(READABLE)


@pytest.mark.parametrize("announced", ["text/plain", "application/octet-stream", "image/png", ""])
def test_the_content_decides_and_not_the_type_that_the_server_names(site, folder, announced):
    site["/download?id=7"] = (200, {"Content-Type": announced}, as_docx(invented(3)))
    site["/report.html"] = (200, {"Content-Type": announced}, (ROOT / "data/raw/gz-xzb-2025.pdf").read_bytes())
    word, pdf = taken(folder, site.url("/download?id=7"), site.url("/report.html"))
    assert (word.path.suffix, pdf.path.name) == (".docx", "广州市协作办公室-2025.pdf")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "found an empty file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a: expected a whole report, found a picture"),
        (b"PK\x03\x04 broken", "found a damaged or truncated ZIP"),
        ("<html><body><p>出错了，页面不存在</p></body></html>".encode(), "with a table of the form"),
        (b"%PDF-1.7\n nothing more", "expected"),
    ],
)
def test_what_is_no_report_is_refused_and_leaves_nothing_behind(site, folder, body, said):
    site["/a"] = (200, HTML, body)
    (one,) = taken(folder, site.url("/a"))
    assert one.outcome == "refused" and said in one.message and one.path is one.report is None
    assert [path.name for path in folder.iterdir()] == [".lock"]


def test_a_page_that_only_links_to_the_report_names_what_it_links_to(site, folder):
    site["/gk/list.html"] = (200, HTML, LINKS.encode())
    (one,) = taken(folder, site.url("/gk/list.html"))
    assert one.message.split("\n  ")[1:] == [site.url("/b.html"), site.url("/gk/files/a.pdf")]


@pytest.mark.parametrize(
    "body", ["<html><!-- --></html>", "<html><body><a href='http://[x'>a</a><p>b</p></body></html>"]
)
def test_a_page_without_a_usable_link_is_refused_without_one(site, folder, body):
    site["/a"] = (200, HTML, body.encode())
    (one,) = taken(folder, site.url("/a"))
    assert one.outcome == "refused" and "links to" not in one.message


def test_a_redirect_is_on_record(site, folder):
    site["/short"] = (301, {"Location": "/long.html"}, b"")
    site["/long.html"] = (200, HTML, page())
    taken(folder, site.url("/short"))
    row = load_sources(folder).iloc[0]
    assert (row["url"], row["notes"]) == (site.url("/short"), f"redirected to {site.url('/long.html')}")


def test_one_that_fails_does_not_stop_the_others_and_they_are_asked_in_turn(site, folder):
    site["/a.html"], site["/c.html"] = (200, HTML, page(1)), (200, HTML, page(3))
    outcomes = [one.outcome for one in taken(folder, *map(site.url, ("/a.html", "/b.html", "/c.html")), "gone.pdf")]
    assert outcomes == ["added", "refused", "added", "refused"]
    assert [path for path, _ in site.asked] == ["/a.html", "/b.html", "/c.html"]


def test_a_file_is_copied_under_its_name_and_never_over_another(tmp_path, folder):
    here, there = tmp_path / "x" / "报告.html", tmp_path / "y" / "报告.html"
    for path, seed in ((here, 1), (there, 2)):
        path.parent.mkdir()
        path.write_bytes(page(seed))
    first, second = taken(folder, str(here), str(there))
    assert first.path.name == "报告.html" and second.path.name.startswith("报告-")
    assert (first.path.read_bytes(), second.path.read_bytes()) == (page(1), page(2))


def test_a_file_that_lies_in_the_folder_already_is_put_on_record(folder):
    folder.mkdir()
    (folder / "mine.html").write_bytes(page())
    (one,) = taken(folder, str(folder / "mine.html"))
    assert one.outcome == "added" and load_sources(folder)["file"].tolist() == ["mine.html"]


def test_what_a_person_wrote_into_sources_csv_stays(folder):
    folder.mkdir()
    (folder / "old.html").write_bytes(page(2))
    (folder / "sources.csv").write_text("\ufefffile,level,remark\nold.html,county,a & b\n", encoding="utf-8")
    (folder / "new.html").write_bytes(page())
    taken(folder, str(folder / "new.html"))
    sources = load_sources(folder)
    assert sources["remark"].tolist() == ["a & b", ""] and sources["level"].tolist() == ["county", ""]


def test_the_command_says_what_it_read_and_what_it_refused(site, folder, capsys):
    site["/a.html"] = (200, HTML, page())
    call = ["add", site.url("/a.html"), site.url("/gone"), "--to", str(folder), "--allow-private"]
    assert main(call) == 1
    said = capsys.readouterr()
    assert "示例市示例局, 2024, form 2021: read, 200 cells, 0 in doubt; 0 findings" in said.out
    assert "refused" in said.err and "found status 404" in said.err
    assert main([*call[:2], *call[3:]]) == 0


def test_the_command_fetches_nothing_from_this_machine_unasked(site, folder, capsys):
    assert main(["add", site.url("/a.html"), "--to", str(folder)]) == 1
    assert "--allow-private" in capsys.readouterr().err and not site.asked
