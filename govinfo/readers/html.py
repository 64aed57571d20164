"""Web pages: the report's tables with their spans and its lines of prose, without what the site puts around them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from urllib.parse import unquote

from govinfo.document import Document, Line, ReadError
from govinfo.form import VERSIONS, load_form
from govinfo.placing.labels import body

from .encoding import decode, without_controls
from .glued import running_grids
from .signs import count_signs, form_grids
from .spans import SpanCell, spanned_grid
from .text import missing_sections

MAX_BYTES = 64 << 20
MAX_PICTURES = 50
MAX_PICTURE = 16 << 20  # bytes; a larger file beside the page is no table
MAX_DEPTH = 300  # levels of nesting around the report that are looked through
OWN_SIGNS = 6  # labels beside its inner tables that make a table one of the form (headings alone hold a few)

_UNSEEN = ("script", "style", "noscript", "template", "iframe", "object", "svg", "select", "textarea", "button")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CUT = re.compile(r"^\d\0\d|\d\0\d$")  # a figure that runs on between what is seen and what is not
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt", "fieldset")
    + ("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p")
    + ("pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul")
)
_PICTURE = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
_SITE = re.compile(r"\s*(?:_|\||--| - |——).*", re.DOTALL)


def read_html(path: Path, data: bytes, carried: Mapping[str, bytes] | None = None) -> Document:
    """Read a web page: tables of the form as grids without boxes, the report's lines as prose, the title first.

    Scripts, hidden elements and everything outside the part of the page that holds the report are left out; nothing is
    fetched. In `pictures` stand those that the page itself carries (data: addresses), those saved in the folder it lies
    in or below, and those of `carried` (address -> content), in their order. Raises ReadError for a page without any
    element.
    """
    path = Path(path)
    if len(data) > MAX_BYTES:
        found = f"{len(data) >> 20} MB"
        raise ReadError(
            path, expected=f"a web page of at most {MAX_BYTES >> 20} MB", found=found, do="Save the text alone."
        )
    root = _parsed(path, decode(data))
    title = _title(root)
    _drop_unseen(root)
    report = _report_part(root)
    grids, lines = _blocks(report)
    grids = form_grids(grids)
    text = "\n".join(_lines(report, tables=True))
    return Document(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        kind="html",
        grids=grids + running_grids(text, missing_sections(grids)),
        prose=[Line(line) for line in ([title] if title else []) + lines],
        pictures=tuple(islice(_pictures(report, path.parent, carried or {}), MAX_PICTURES)),
        beside=any(_local(_address(image)) for image in report.iter("img")),
    )


def _parsed(path: Path, text: str):
    from lxml import etree

    # lxml refuses characters that XML has not; the declaration would contradict the bytes given here
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    text = without_controls(text)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(path, expected="a web page", found=f"markup that cannot be parsed ({error})") from error
    if root is None:
        raise ReadError(path, expected="a web page", found="no element", do="Download it again.")
    return root


def _title(root) -> str:
    """The report's title: what the page calls its article, its first heading, or its window title without the site."""
    named = [m.get("content") or "" for m in root.iter("meta") if (m.get("name") or "").lower() == "articletitle"]
    heads = [" ".join("".join(h.itertext()).split()) for h in root.iter("h1", "h2")]
    window = [_SITE.sub("", " ".join("".join(t.itertext()).split())) for t in root.iter("title")]
    found = [text.strip() for text in (*named, *heads, *window) if text.strip()]
    return next((text for text in found if "公开" in text and "报告" in text), "")


def _drop_unseen(root) -> None:
    """Take out what a reader of the page does not see; the text behind an element stays. A figure that runs on within
    an element that shows no text may be one that a broken tag has cut: a lost sign is left there, which puts it in doubt."""
    for element in list(root.iter()):
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if element.getparent() is not None and (element.tag in _UNSEEN or element.tag == "head" or hidden):
            _drop(element)


def _drop(element) -> None:
    parent, before = element.getparent(), element.getprevious()
    seen = (parent.text if before is None else before.tail) or ""
    tail = element.tail or ""
    within = "".join(element.itertext()) if element.tag in _UNSEEN else ""
    if _CUT.search(f"{seen[-1:]}\0{within}\0{tail[:1]}"):
        tail = "\ufffd" + tail
    if before is None:
        parent.text = seen + tail
    else:
        before.tail = seen + tail
    parent.remove(element)


# ------------------------------------------------------------------ which part of the page


@cache
def _headings() -> tuple[str, ...]:
    """What the whole report holds: the headings of its sections, its first and its last row of 三."""
    form = load_form(VERSIONS[-1])
    rows = form.block("t3").rows
    return (
        *("总体情况", "其他需要报告的事项", "存在的主要问题"),
        *(body(section.label.zh) for section in form.sections),
        *(body(row.label.zh) for row in (rows[0], rows[-1])),
    )


def _report_part(root):
    """The innermost element that still holds every heading of the report that the page has."""

    def flat(element) -> str:
        return re.sub(r"[\W_]+", "", "".join(element.itertext()))

    part, whole = root, flat(root)
    wanted = [heading for heading in _headings() if heading in whole]
    for _ in range(MAX_DEPTH if wanted else 0):
        children = (child for child in part if child.tag not in ("table", "tr"))
        inner = next((child for child in children if all(h in text for text in [flat(child)] for h in wanted)), None)
        if inner is None:
            break
        part = inner
    return part


# ------------------------------------------------------------------ blocks


def _events(root, whole) -> Iterator[tuple[str, object]]:
    """Start and end of each element below `root`, in document order, without recursion; `whole` ones are not entered."""
    stack = [(root, False)]
    while stack:
        element, done = stack.pop()
        yield ("end" if done else "start"), element
        if not done:
            stack.append((element, True))
            if element is root or not whole(element):
                stack += [(child, False) for child in reversed(element)]


def _is_grid(element) -> bool:
    """Whether an element is a table of figures rather than one that lays out a page: no table with labels inside it."""
    if element.tag != "table":
        return False
    inner = next((t for t in element.iter("table") if t is not element), None)
    if inner is None:
        return sum(1 for _ in element.iter("td", "th")) > 1
    return count_signs("\n".join(_lines(element, tables=False))) >= OWN_SIGNS


def _blocks(root) -> tuple[list, list[str]]:
    """Grids and lines of a part of the page."""
    grids = [_grid(table) for table in _grid_tables(root)]
    return [grid for grid in grids if grid.cells], _lines(root, tables=False, whole=_is_grid)


def _grid_tables(root) -> list:
    return [element for element in root.iter("table") if _is_grid(element)]


def _lines(root, tables: bool, whole=None) -> list[str]:
    """The lines a reader sees, block by block; without `tables`, the text of inner tables is left out."""
    whole = whole or ((lambda e: False) if tables else (lambda e: e.tag == "table"))
    lines, buffer = [], []

    def flush() -> None:
        line = re.sub(r"[ \t\r\n\f]+", " ", "".join(buffer)).strip(" ")
        if line.strip():
            lines.append(line)
        buffer.clear()

    for event, element in _events(root, whole):
        left_out = element is not root and whole(element)
        if element.tag in _BLOCKS or left_out:
            flush()
        if event == "start" and not left_out:
            buffer.append(element.text or "")
        elif event == "end" and element is not root:
            buffer.append(element.tail or "")
    flush()
    return lines


def _grid(table):
    rows: list[list[SpanCell]] = []
    for event, element in _events(table, lambda e: e.tag == "table"):
        if event == "end" or (element.tag == "table" and element is not table):
            continue
        if element.tag == "tr":
            rows.append([])
        elif element.tag in ("td", "th"):
            rows = rows or [[]]
            text = "\n".join(_lines(element, tables=False, whole=lambda e: e.tag in ("table", "td", "th")))
            rows[-1].append(SpanCell(text, _number(element.get("rowspan")), _number(element.get("colspan"))))
    return spanned_grid([row for row in rows if row], "html")


def _number(text: str | None) -> int:
    """A span as browsers read it: digits at the start; anything else is 1."""
    match = re.match(r"\s*([0-9]{1,6})", text or "")
    return int(match[1]) if match else 1


def _pictures(root, folder: Path, carried: Mapping[str, bytes]) -> Iterator[bytes]:
    for image in root.iter("img"):
        address = _address(image)
        if match := _PICTURE.match(address):
            try:
                yield base64.b64decode(address[match.end() :], validate=False)
            except binascii.Error:  # a broken picture is none
                continue
        elif address in carried:
            yield carried[address]
        elif (file := _beside(folder, address)) is not None:
            yield file.read_bytes()


def _address(image) -> str:
    return (image.get("src") or "").strip()


def _local(address: str) -> str:
    """The name of a file, where an address names one by its place beside the page; else ""."""
    name = unquote(re.split(r"[?#]", address)[0])
    return "" if ":" in name or name.startswith(("/", "\\")) or "\x00" in name else name


def _beside(folder: Path, address: str) -> Path | None:
    """The file in the page's folder or below that an address names; None for any address elsewhere."""
    name = _local(address)
    if not name:
        return None
    try:
        file = (folder / name).resolve()
        inside = file.is_relative_to(folder.resolve()) and file.is_file()
        return file if inside and file.stat().st_size <= MAX_PICTURE else None
    except OSError:  # a name that this system does not allow is no file
        return None
