"""The series as a book: one HTML page a notebook, in English, Chinese or both, with no network: python tools/book.py

Pages are written from the notebooks as they are, with the results stored in them (`make` runs them first, `make book`
does not). Which language a paragraph is in is seen from its letters, so authors need no marks.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
from functools import cache
from html import escape
from pathlib import Path

from lxml import etree, html

import notebooks

ROOT = notebooks.NOTEBOOKS.parent
HTML = ROOT / "html"
STYLE = Path(__file__).with_name("book.css")
FONT = ROOT / "govinfo" / "figures" / "fonts" / "GovinfoSansSC-Regular.ttf"
INDEX = "index.html"
TITLE = "govinfo · 政府信息公开年度报告"
CHINESE, WORD = re.compile("[\u3400-\u9fff]"), re.compile("[A-Za-z]{2,}")
SHARED = re.compile(r"((?:← )?(?:\d\d )?)(.*)\0(.*?)((?: →)?)", re.DOTALL)  # number and arrows of a title serve both
PROSE = "text_cell_render", "output_markdown"
SCRIPT = """
const root = document.documentElement;
function choose(lang) {
  root.dataset.lang = lang;
  for (const b of document.querySelectorAll("[data-set]")) b.setAttribute("aria-pressed", b.dataset.set === lang);
  for (const a of document.querySelectorAll("a[href]")) {
    const [path, hash] = a.getAttribute("href").split("#"), page = path.split("?")[0];
    if (page.endsWith(".html") && !page.includes(":"))
      a.setAttribute("href", page + "?lang=" + lang + (hash ? "#" + hash : ""));
  }
}
for (const b of document.querySelectorAll("[data-set]")) b.onclick = () => choose(b.dataset.set);
const asked = new URLSearchParams(location.search).get("lang");
choose(["en", "zh"].includes(asked) ? asked : "both");
// text shaped before the page's own font had come keeps its empty boxes in some browsers until it is shaped anew
document.fonts.addEventListener("loadingdone", () => {
  root.style.fontSize = document.body.style.fontSize = "16.01px";
  for (const b of document.querySelectorAll("[data-set]")) b.textContent += "\\u200b";
});
"""
BUTTONS = "".join(
    f'<button type="button" data-set="{lang}">{name}</button>'
    for lang, name in (("en", "English"), ("zh", "中文"), ("both", "English + 中文"))
)


def language(text: str) -> str:
    """ "zh" where Chinese letters outnumber words in Latin letters, "en" where there are such words, "" otherwise.

    >>> language("A report of 广州市协作办公室."), language("报告放在 data/raw 中。"), language("12 · 34")
    ('en', 'zh', '')
    """
    chinese, words = len(CHINESE.findall(text)), len(WORD.findall(text))
    return "zh" if chinese > words else "en" if words else ""


def page(notebook, name: str, folder: Path) -> str:
    """One notebook as a page of the book; pictures that its text refers to are taken from `folder` into the page."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic", exclude_anchor_links=True, embed_images=True)
    body, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": name, "path": str(folder)}})
    tree = html.fragment_fromstring(body, create_parent="main")
    for head in tree.iter("h1", "h2", "h3", "h4"):
        head.set("id", "-".join("".join(head.itertext()).split()))
    for prose in (element for kind in PROSE for element in tree.find_class(kind)):
        mark_languages(prose)
    for link in tree.iter("a"):
        link.set("href", _target(link.get("href", "")))
    return _document(tree, name)


def mark_languages(tree) -> None:
    """Say of each paragraph and list item, and of both halves of "English · 中文" and "English<br>中文", its language."""
    for element in list(tree.iter("h1", "h2", "h3", "h4", "th", "td", "a")):
        _split(element)
    for element in tree.iter("p", "li"):
        inside = next(element.iterancestors("li"), None) is not None
        lang = "" if inside else language(_text(element))
        if lang:
            element.set("lang", lang)


def _text(element) -> str:
    """The words of an element, those of code and links left out: they are the same in both languages."""
    element = copy.deepcopy(element)
    for inner in list(element.iter("code", "a")):
        inner.text = ""
        for child in list(inner):
            inner.remove(child)
    return "".join(element.itertext())


def _split(element) -> None:
    """An element of two halves, English and Chinese, gets a span for each."""
    inner = escape(element.text or "", quote=False) + "".join(
        etree.tostring(c, encoding="unicode", method="html") for c in element
    )
    halves = re.split(r" · |<br/?>", inner)
    if len(halves) != 2 or any(half.count("<") % 2 for half in halves):
        return
    before, english, chinese, after = SHARED.fullmatch("\0".join(halves)).groups()
    if (language(_plain(english)) or "en", language(_plain(chinese))) != ("en", "zh"):
        return
    between = '<br class="both">' if "<br" in inner else '<span class="both"> · </span>'
    spans = f'{before}<span lang="en">{english}</span>{between}<span lang="zh">{chinese}</span>{after}'
    new = html.fragment_fromstring(spans, create_parent=element.tag)
    for child in list(element):
        element.remove(child)
    element.text = new.text
    element.extend(list(new))


def _plain(text: str) -> str:
    return re.sub(r"<code>.*?</code>|<[^>]+>", "", text)


def _target(link: str) -> str:
    """A link of a notebook as one of its page: to other pages of the book, to other files where these lie."""
    path, mark, anchor = link.partition("#")
    if not path or "://" in path or path.startswith("mailto:"):
        return link
    if path.endswith(".ipynb") and "/" not in path:
        return path.removesuffix(".ipynb") + ".html" + mark + anchor
    return os.path.normpath(f"../notebooks/{path}").replace(os.sep, "/") + mark + anchor


def _document(main, name: str) -> str:
    """The whole page around its text."""
    body = etree.tostring(main, encoding="unicode", method="html")
    title = " ".join("".join(main.find(".//h1").itertext()).split()) if main.find(".//h1") is not None else name
    return (
        f'<!DOCTYPE html>\n<html lang="en" data-lang="both"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_style()}</style></head>\n'
        f"<body>{_shelf(main, name)}\n{body}\n<script>{SCRIPT}</script></body></html>\n"
    )


@cache
def _style() -> str:
    from pygments.formatters import HtmlFormatter

    return STYLE.read_text(encoding="utf-8") + HtmlFormatter(style="friendly").get_style_defs(".highlight")


def _shelf(main, name: str) -> str:
    """What stands beside or above each page: languages, all pages, the sections of this one."""
    pages = "".join(
        f'<li><a href="{stem}.html"{" aria-current=page" * (stem == name)}>{_both(title)}</a></li>'
        for stem, title in _titles().items()
    )
    sections = "".join(
        f'<li><a href="#{escape(head.get("id"))}">{_inner(head)}</a></li>' for head in main.iter("h2") if head.get("id")
    )
    contents = f'<a href="{INDEX}">{_both("Contents · 目录")}</a>'
    here = (
        f"<details open><summary>{_both('On this page · 本页')}</summary><ul>{sections}</ul></details>"
        if sections
        else ""
    )
    return (
        f'<nav id="shelf"><div id="languages">{BUTTONS}</div><details><summary>{_both("All pages · 全部篇目")}</summary>'
        f"<p>{contents}</p><ol>{pages}</ol></details>{here}</nav>"
    )


@cache
def _titles() -> dict[str, str]:
    return {path.stem: notebooks.title(notebooks.load(path)) for path in notebooks.series()}


def _both(title: str) -> str:
    """A title "English · 中文" with a span for each language."""
    element = html.fragment_fromstring(escape(title), create_parent="a")
    _split(element)
    return _inner(element)


def _inner(element) -> str:
    text = escape(element.text or "", quote=False)
    return text + "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)


def index() -> str:
    """The first page: what this is, and every notebook with its purpose."""
    rows = []
    for path in notebooks.series():
        facts = notebooks.facts(notebooks.load(path))
        purposes = "".join(
            f'<p lang="{x}">{escape(notebooks.in_language(facts["Purpose"], x))}</p>' for x in ("en", "zh")
        )
        rows.append(f'<h3><a href="{path.stem}.html">{_both(_titles()[path.stem])}</a></h3>{purposes}')
    about = (
        '<p lang="en">Chinese annual reports on government information disclosure: from the published page to tables one '
        'can trust.</p><p lang="zh">政府信息公开工作年度报告：从公布的页面到可信的表格。</p>'
    )
    body = f'<main><div class="text_cell_render"><h1>{TITLE}</h1>{about}{"".join(rows)}</div></main>'
    return _document(html.fragment_fromstring(body), "index")


def write(folder: Path, name: str, text: str) -> Path:
    """Write a page, whole or not at all, with the font that a reader without Chinese letters needs."""
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    if not (folder / "fonts" / FONT.name).is_file():
        shutil.copy(FONT, folder / "fonts")
    part = folder / f"{name}.part"
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, folder / f"{name}.html")
    return folder / f"{name}.html"


def book(folder: Path = HTML) -> list[Path]:
    """Every page, from the notebooks with the results stored in them."""
    import nbformat

    pages = [
        write(folder, path.stem, page(nbformat.read(path, 4), path.stem, path.parent)) for path in notebooks.series()
    ]
    return [write(folder, "index", index()), *pages]


if __name__ == "__main__":
    print(f"{len(book())} pages: open {HTML.name}/{INDEX}")
