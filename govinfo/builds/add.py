"""A folder of one's own reports: each fetched or copied into it unchanged, with address, date and check sum on record."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from govinfo.builds.fetch import Fetched, FetchError, fetch
from govinfo.builds.registry import COLUMNS, READABLE, REGISTER, load_sources
from govinfo.builds.whole import alone
from govinfo.document import ReadError
from govinfo.readers.sniff import sniff

FOLDER = "my_reports"
RETRIEVED = "retrieved"  # the day on which the copy was taken, beside the columns of every sources.csv
SUFFIXES = {"pdf": ".pdf", "html": ".html", "mhtml": ".mhtml", "docx": ".docx", "text": ".txt"}
LINKED = re.compile(r"\.(?:pdf|docx?|wps|ofd|html?)(?:$|\?)", re.IGNORECASE)
TITLE = "年度报告"


@dataclass(frozen=True)
class Added:
    """What became of one address or file: `outcome` is "added", "known" (it was there) or "refused"; `message` says more.

    `path` is where it lies, `report` what was read in it; both are None where it was refused.
    """

    item: str
    outcome: str
    message: str
    path: Path | None = None
    report: object = None


def add(items: list[str], folder: str | Path = FOLDER, allow_private: bool = False) -> Iterator[Added]:
    """Take originals into a folder, one after the other: web addresses are fetched, files are copied.

    The bytes stay as they are. A row of the folder's sources.csv records file, address, day and SHA-256; rows and columns
    already there stay, and no file is ever overwritten. The same bytes twice are kept once; other bytes from the same
    address are kept beside the old ones. A document without a table of the form is refused, and the documents that it
    links to are named. Errors of one item do not stop the others.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for item in items:
        try:
            with alone(folder):
                added = _added(item, folder, allow_private)
        except (FetchError, ReadError) as error:
            added = Added(item, "refused", str(error))
        except OSError as error:
            found = error.strerror or str(error)
            added = Added(item, "refused", f"{item}: expected a file that can be read and kept, found: {found}")
        yield added


def _added(item: str, folder: Path, allow_private: bool) -> Added:
    """One address or file, read first and kept if it is a report."""
    given = _given(item, allow_private)
    digest = hashlib.sha256(given.data).hexdigest()
    there = _with_bytes(folder, digest)
    if there and _registered(folder, there.name):
        return _known(item, there, folder)
    name = Path(item).name if not given.url else ""
    suffix = _suffix(item, given.data)
    if Path(name).suffix.lower() not in READABLE:
        name = Path(name).stem + suffix if name else ""
    report = _read(given, name or _stem(given.url) + suffix, folder)
    name = name or (_titled(report) or _stem(given.url)) + suffix
    path = there or _stored(folder, name, given.data, digest)
    _register(folder, _row(path.name, item, given, digest))
    return Added(item, "added", _earlier(folder, item, path.name), path, report)


def _given(item: str, allow_private: bool) -> Fetched:
    """The bytes of an address or a file, with the address they came from."""
    return fetch(item, allow_private) if "://" in item else Fetched("", Path(item).read_bytes(), "")


def _suffix(item: str, data: bytes) -> str:
    """The ending of a file with this content; ReadError for what a folder of reports is not searched for."""
    name = Path(urlsplit(item).path or item)
    kind = sniff(name, data)
    if kind not in SUFFIXES:
        do = "Put the pictures of all its pages into one PDF and add that."
        raise ReadError(name, expected="a whole report", found=f"a {kind}", do=do)
    return SUFFIXES[kind]


def _read(given: Fetched, name: str, folder: Path):
    """The report in these bytes; ReadError, with the links of a page, where there is none."""
    from govinfo.report import read_report

    waiting = folder / ".adding" / name
    waiting.parent.mkdir(exist_ok=True)
    try:
        waiting.write_bytes(given.data)
        return read_report(waiting)
    except ReadError as error:
        links = _links(given) if given.url and sniff(waiting, given.data) == "html" else []
        if not links:
            raise
        do = "It links to these documents; add the one that is the report:\n  " + "\n  ".join(links)
        raise ReadError(waiting, expected=error.expected, found=error.found, do=do) from error
    finally:
        shutil.rmtree(waiting.parent)


def _links(given: Fetched, most: int = 5) -> list[str]:
    """Where a page links to documents: those with the report's title first."""
    from lxml import etree, html

    from govinfo.readers.encoding import decode

    try:
        page = html.fromstring(decode(given.data))
    except etree.ParserError:  # nothing in it but comments
        return []
    page.make_links_absolute(given.url, handle_failures="discard")
    links = {a.get("href"): "".join(a.itertext()) + a.get("title", "") for a in page.iterfind(".//a[@href]")}
    titled = [link for link, text in links.items() if TITLE in text]
    files = [link for link in links if LINKED.search(link) and not LINKED.search(link)[0].lower().startswith(".htm")]
    return list(dict.fromkeys([*titled, *files]))[:most]


def _stem(url: str) -> str:
    """A file name's stem from the last part of an address.

    >>> _stem("https://www.example.gov.cn/gk/2025年度报告.html?id=3"), _stem("https://example.org/")
    ('2025年度报告', 'example.org')
    """
    parts = urlsplit(url)
    last = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return _plain(last.rpartition(".")[0] or last) or _plain(parts.hostname or "") or "report"


def _titled(report) -> str:
    """Agency and year, the name under which a person looks for a report; "" where one of them is not known."""
    return f"{_plain(report.agency)}-{report.year}" if report.agency and report.year else ""


def _plain(text: str) -> str:
    """What is allowed in a file name on every system."""
    return re.sub(r"[^\w.\-]+", "_", text).strip("._")[:80]


def _stored(folder: Path, name: str, data: bytes, digest: str) -> Path:
    """The file, newly made: under the name wanted, with the start of its hash where another file has that name."""
    wanted = Path(name)
    for stem in (wanted.stem, f"{wanted.stem}-{digest[:8]}"):
        path = folder / f"{stem}{wanted.suffix}"
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{path}: expected no file of this name, found one with other bytes. Rename it.")


def _with_bytes(folder: Path, digest: str) -> Path | None:
    """The file of the folder with these bytes."""
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in READABLE)
    return next((path for path in files if hashlib.sha256(path.read_bytes()).hexdigest() == digest), None)


def _registered(folder: Path, name: str) -> dict | None:
    rows = load_sources(folder).to_dict("records")
    return next((row for row in rows if row["file"] == name), None)


def _known(item: str, path: Path, folder: Path) -> Added:
    from govinfo.report import read_report

    row = _registered(folder, path.name) or {}
    since = f" since {row[RETRIEVED]}" if row.get(RETRIEVED) else ""
    other = f", from {row['url']}" if row.get("url", item) not in ("", item) else ""
    return Added(item, "known", f"the same bytes lie there{since}{other}", path, read_report(path, row or None))


def _earlier(folder: Path, item: str, name: str) -> str:
    """What to say where the address gave other bytes on another day."""
    sources = load_sources(folder)
    before = sources[(sources["url"] == item) & (sources["file"] != name)] if "://" in item else sources[:0]
    kept = ", ".join(before["file"])
    return f"the address gave other bytes before; {kept} is kept too, choose one in {REGISTER} (use)" if kept else ""


def _row(name: str, item: str, given: Fetched, digest: str) -> dict[str, str]:
    moved = f"redirected to {given.url}" if given.url not in ("", item) else ""
    address = item if "://" in item else ""
    today = datetime.now(UTC).date().isoformat()
    return {"file": name, "url": address, RETRIEVED: today, "sha256": digest, "kind": "original", "notes": moved}


def _register(folder: Path, row: dict[str, str]) -> None:
    """Append a row to sources.csv; what others wrote there stays, columns of their own too."""
    path = folder / REGISTER
    head, rows = [c for c in COLUMNS if c not in ("report_id", "year", "form", "agency")], []
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, head = list(reader), list(reader.fieldnames or ["file"])
    head += [column for column in row if column not in head]
    text = io.StringIO()
    writer = csv.DictWriter(text, head, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*rows, row])
    part = folder / f".{REGISTER}.part"
    part.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    os.replace(part, path)
