"""Files that want to harm, generated: name -> content, ending, what the user is told (or "" where they are read)."""

import io
import zipfile
import zlib

from typeset_formats import TITLE, as_html, docx, invented

RAWS = invented(3)


def pdf(content=b"", box="0 0 595 842", pages=1, stream=None, extra=b"", page_extra=""):
    """A PDF by hand: pages of one size that share one content stream; `stream` is its compressed form."""
    data = zlib.compress(content) if stream is None else stream
    kids = " ".join(f"{n + 5} 0 R" for n in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>" + extra,
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(data) + data + b"\nendstream",
    ]
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R "
        f"/Resources << /Font << /F1 3 0 R >> >> {page_extra} >>"
    )
    return _file([*objects, *[page.encode()] * pages])


def _file(objects):
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def bomb(size):
    """Blanks that unpack to `size` megabytes of a page's content."""
    packer = zlib.compressobj(9)
    block = b" " * (1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(size)), packer.flush()])


def with_entities():
    """A DOCX whose XML asks for a file of this machine."""
    buffer = io.BytesIO()
    xml = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", xml)
    return buffer.getvalue()


def many_members(number):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n in range(number):
            archive.writestr(f"m{n}", b"")
    return buffer.getvalue()


def page_with(body):
    """The web page of an invented report with something before the report and after it."""
    page = as_html(RAWS)
    return page.replace("<body>", f"<body>{body}").replace("</body>", f"{body}</body>").encode()


def deep(tag, depth):
    return f"<{tag}>" * depth + TITLE + f"</{tag}>" * depth


NONE = "expected a table of the annual report's form (二, 三 or 四), found none on"
CONTENT = {
    "empty page of absurd size": (pdf(box="0 0 14000 14000"), ".pdf", "expected pages of at most 5000 points, found one of"),
    "page with a box of nonsense": (pdf(box="9 9 -9 x"), ".pdf", NONE),
    "thousands of pages": (pdf(pages=3000), ".pdf", "expected at most 2000 pages, found 3000"),
    "pages that are their own parents": (
        pdf().replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
        ".pdf",
        "expected",
    ),
    "deeply nested arrays": (pdf(extra=b"", page_extra="/A " + "[" * 50_000 + "]" * 50_000), ".pdf", "expected"),
    "deeply nested marked content": (pdf(b"q " * 200_000), ".pdf", NONE),
    "stream that never ends": (pdf(stream=bomb(1)[:-20]), ".pdf", NONE),
    "xref that points outside": (pdf().replace(b"startxref\n", b"startxref\n99999"), ".pdf", NONE),
    "script in a page": (page_with("<script>document.write('<td>9</td>')</script>"), ".html", ""),
    "entities in a page": (
        b"<!DOCTYPE html [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>" + page_with("&b;"),
        ".html",
        "",
    ),
    "external references in a page": (
        page_with(
            '<iframe src="file:///etc/passwd"></iframe><img src="http://127.0.0.1:9/x.png">'
            '<link rel=stylesheet href="http://127.0.0.1:9/x.css"><object data="http://127.0.0.1:9/x"></object>'
        ),
        ".html",
        "",
    ),
    "deeply nested page": (page_with(deep("div", 20_000)), ".html", "expected"),
    "page of one endless tag": (b"<table" + b" a" * 500_000 + b"><tr><td>1", ".html", "expected"),
    "nested tables": (page_with("<table><tr><td>" * 300 + "1"), ".html", ""),
    "spans of a million": (page_with('<table><tr><td rowspan=999999 colspan=999999>1</td></tr></table>'), ".html", ""),
    "XML bomb in a DOCX": (docx("<w:p/>" + " " * (8 << 20)), ".docx", "a zip bomb"),
    "picture of a DOCX that is a bomb": (docx("<w:p/>", **{"word__media__a.png": bytes(40 << 20)}), ".docx", "a zip bomb"),
    "external entity in a DOCX": (with_entities(), ".docx", "a document type declaration (entities), which no office program"),
    "deeply nested DOCX": (docx("<w:p><w:r>" * 3000 + "<w:t>1</w:t>" + "</w:r></w:p>" * 3000), ".docx", "not well-formed"),
    "archive of many members": (many_members(20_000), ".docx", "found a ZIP archive of 20000 files. Unpack it"),
    "direction marks in a text": (("\u202e" + TITLE + "\u202c\x00\x07" + "\n一\t\u20661").encode(), ".txt", "expected"),
    "one line of a million tabs": (TITLE.encode() + b"\n" + b"\t" * 1_000_000 + b"1", ".txt", "expected"),
    "a million lines": (TITLE.encode() + b"\n1\t2" * 1_000_000, ".txt", "expected"),
}  # fmt: skip
