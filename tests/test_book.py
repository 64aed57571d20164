"""The book: one page a notebook, every link leads somewhere, and each paragraph knows its language."""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import book

import notebooks


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """name -> page as parsed, in a folder that stands where html/ would."""
    folder = tmp_path_factory.mktemp("project") / "html"
    return {path.name: html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot() for path in book.book(folder)}


def marked(text):
    tree = html.fragment_fromstring(text, create_parent="main")
    book.mark_languages(tree)
    return html.tostring(tree, encoding="unicode")[6:-7]


def test_there_is_a_page_for_every_notebook_and_a_first_page_that_names_them(pages):
    assert set(pages) == {"index.html"} | {f"{path.stem}.html" for path in notebooks.series()}
    assert set(pages) - {"index.html"} <= {link.get("href") for link in pages["index.html"].iter("a")}


def test_every_link_leads_to_a_page_a_place_on_it_or_a_file_of_the_project(pages):
    for name, page in pages.items():
        for link in page.iter("a"):
            path, _, anchor = unquote(link.get("href")).partition("#")
            if "://" in path:
                continue
            if path and path not in pages:
                assert path.startswith("../") and (ROOT / path[3:]).exists(), f"{name}: {path}"
            elif anchor:
                assert pages[path or name].xpath("//*[@id=$id]", id=anchor), f"{name}: #{anchor}"


def test_no_page_needs_another_file_but_the_font(pages):
    for page in pages.values():
        assert not page.xpath("//script/@src | //link/@href | //iframe")
        assert all(source.startswith("data:") for source in page.xpath("//img/@src"))
        assert set(re.findall(r"url\([\"]?([^\")]+)", page.find(".//style").text)) == {f"fonts/{book.FONT.name}"}


def test_each_page_says_most_things_in_both_languages(pages):
    for name, page in pages.items():
        counts = {lang: len(page.xpath("//main//*[@lang=$lang]", lang=lang)) for lang in ("en", "zh")}
        assert min(counts.values()) > 0 and max(counts.values()) < 1.25 * min(counts.values()) + 2, f"{name}: {counts}"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("<p>One report.</p>", '<p lang="en">One report.</p>'),
        ("<p>一份报告，见 <code>data/raw</code>。</p>", '<p lang="zh">一份报告，见 <code>data/raw</code>。</p>'),
        ("<p>12 | 34</p>", "<p>12 | 34</p>"),
        ("<h2>Limits · 局限</h2>", '<h2><span lang="en">Limits</span><span class="both"> · </span><span lang="zh">局限</span></h2>'),
        ("<h2>行政许可 — Licences</h2>", "<h2>行政许可 — Licences</h2>"),
        ("<td>None.<br>无。</td>", '<td><span lang="en">None.</span><br class="both"><span lang="zh">无。</span></td>'),
        ('<a href="x">← 00 Start · 上手</a>', '<a href="x">← 00 <span lang="en">Start</span><span class="both"> · </span><span lang="zh">上手</span></a>'),
        ("<h3>a &lt; b</h3>", "<h3>a &lt; b</h3>"),
    ],
)  # fmt: skip
def test_the_language_of_a_paragraph_is_seen_from_its_letters(given, wanted):
    assert marked(given) == wanted
