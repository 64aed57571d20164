"""Seeded mutations of a report in each format: bytes, and the structure inside containers and compressed streams."""

from __future__ import annotations

import base64
import io
import quopri
import re
import zipfile
import zlib
from random import Random

TOKENS = {
    "pdf": [b"<<", b">>", b"[", b"]", b"/Length 99999999", b"/Kids [1 0 R]", b"/Count -1", b"1 0 R", b"0 0 obj", b"BT", b"ET",
            b" Tj", b" Tm", b" re", b" l", b" q", b" Q", b"/MediaBox [0 0 1e9 1e9]", b"/Rotate 90", b"99999999999", b"-1", b"(", b"<"],
    "docx": [b"<w:tc>", b"</w:tc>", b"<w:tr>", b"</w:tr>", b"<w:tbl>", b"</w:tbl>", b'<w:gridSpan w:val="9999"/>', b"<w:vMerge/>",
             b"<w:t>7</w:t>", b"&amp;", b"<!--", b"<![CDATA[", b"\xe2\x80\xae", b"<w:del>", b"<w:p>"],
    "html": [b"<td>", b"</td>", b"<tr>", b"</tr>", b"<table>", b"</table>", b'<td rowspan="9999">', b"<td colspan=0>", b"<script>",
             b"<style>", b"<!--", b"&nbsp;", b"&#0;", b"&#x202e;", b"<div hidden>", b"7", b"\x00", b"<svg>", b"<textarea>"],
    "text": [b"\t", b"\n", b"|", b"||", b"\xe2\x80\xae", b"\x00", b"\x0c", b"\xef\xbc\x97", b"7", b"/", b"-", b"\xe4\xb8\x89", b" "],
}  # fmt: skip
FAMILY = {"running": "text", "archive": "html"}  # kinds that are mutated with another's tokens
INSIDE = 0.8  # share of mutations inside a container: outside, most only break its check sum or its table


def mutated(rng: Random, data: bytes, kind: str) -> bytes:
    """A report of one kind, changed in one to eight places; with the same generator always the same."""
    inside = {"pdf": _pdf, "docx": _docx, "archive": _archive}.get(kind)
    if inside and rng.random() < INSIDE:
        return inside(rng, data)
    return _bytes(rng, data, TOKENS[FAMILY.get(kind, kind)])


_ELEMENT = re.compile(rb"<(w:tc|w:tr|w:p|td|tr|p)\b.*?</\1>", re.DOTALL)


def _elements(rng: Random, data: bytes) -> bytes:
    """A whole element left out, doubled, or its figure changed: the markup stays well-formed."""
    found = list(_ELEMENT.finditer(data))
    if not found:
        return data
    one, deed = rng.choice(found), rng.choice(("out", "twice", "figure", "figure"))
    if deed == "figure":
        changed = re.sub(rb"(?<=>)\d+(?=<)", lambda _: b"%d" % rng.randrange(3000), one[0])
    else:
        changed = b"" if deed == "out" else one[0] * 2
    return data[: one.start()] + changed + data[one.end() :]


def _bytes(rng: Random, data: bytes, tokens: list[bytes]) -> bytes:
    if b"</" in data and rng.random() < 0.5:
        return _elements(rng, data)
    work = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        if not work:
            break
        at = rng.randrange(len(work))
        deed = rng.choice(("flip", "byte", "digit", "digit", "token", "token", "cut", "copy", "swap", "end"))
        size = min(int(2 ** rng.uniform(0, 9)), len(work) - at)
        if deed == "flip":
            work[at] ^= 1 << rng.randrange(8)
        elif deed == "byte":
            work[at] = rng.randrange(256)
        elif deed == "digit":
            digits = [m.start() for m in re.finditer(rb"\d", bytes(work))]
            if digits:
                work[rng.choice(digits)] = rng.choice(b"0123456789")
        elif deed == "token":
            work[at:at] = rng.choice(tokens)
        elif deed == "cut":
            del work[at : at + size]
        elif deed == "copy":
            work[at:at] = work[at : at + size]
        elif deed == "swap":
            other = rng.randrange(len(work))
            work[at], work[other] = work[other], work[at]
        elif rng.random() < 0.15:
            del work[at:]
    return bytes(work)


def _docx(rng: Random, data: bytes) -> bytes:
    """The document's XML changed and packed again, so that no check sum is in the way."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = _bytes(rng, content, TOKENS["docx"])
            packed.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def _archive(rng: Random, data: bytes) -> bytes:
    """The page inside a web archive changed, and written as before."""
    start, end = data.rindex(b"\r\n\r\n") + 4, data.rindex(b"\r\n--")
    work = _bytes(rng, quopri.decodestring(data[start:end]), TOKENS["html"])
    return data[:start] + quopri.encodestring(work) + data[end:]


_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)stream\r?\n(.*?)\s*endstream", re.DOTALL)


_SHOWN = re.compile(rb"\((\d+)\) Tj")


def _shown(rng: Random, content: bytes) -> bytes:
    """A figure that a page shows left out, shown twice, moved by some points, or another one: the page stays well-formed."""
    found = list(_SHOWN.finditer(content))
    if not found:
        return content
    one, deed = rng.choice(found), rng.choice(("out", "twice", "moved", "figure", "figure", "figure"))
    if deed == "figure":
        changed = b"(%d) Tj" % rng.randrange(3000)
    elif deed == "moved":
        changed = b"%d %d Td " % (rng.randrange(-60, 60), rng.randrange(-30, 30)) + one[0]
    else:
        changed = b"" if deed == "out" else one[0] + b" " + one[0]
    return content[: one.start()] + changed + content[one.end() :]


def _pdf(rng: Random, data: bytes) -> bytes:
    """One or more objects changed, streams in their decoded form, and the file written anew with a table that fits."""
    objects = {int(m[1]): m[2] for m in _OBJECT.finditer(data)}
    if not objects:
        return _bytes(rng, data, TOKENS["pdf"])
    pages = [n for n, body in objects.items() if (found := _decoded(body)) and b" Tf" in found[1]]
    for _ in range(rng.choice((1, 1, 2))):
        number = rng.choice(pages) if pages and rng.random() < 0.75 else rng.choice(list(objects))
        found = _decoded(objects[number])
        if found:
            head, content = found
            work = _shown(rng, content) if rng.random() < 0.5 else _bytes(rng, content, TOKENS["pdf"])
            content = zlib.compress(work)
            head = re.sub(rb"/Filter \[[^\]]*\]", b"/Filter [ /FlateDecode ]", head)
            head = re.sub(rb"/Length \d+", b"/Length %d" % len(content), head)
            objects[number] = head + b"stream\n" + content + b"\nendstream"
        else:
            objects[number] = _bytes(rng, objects[number], TOKENS["pdf"])
    trailer = data[data.rfind(b"trailer") : data.rfind(b"startxref")]
    return _written(objects, trailer)


def _decoded(body: bytes) -> tuple[bytes, bytes] | None:
    match = _STREAM.match(body)
    if not match:
        return None
    content = match[2]
    try:
        if b"ASCII85Decode" in match[1]:
            content = base64.a85decode(content.strip().removesuffix(b"~>"))
        return match[1], zlib.decompress(content) if b"FlateDecode" in match[1] else content
    except (ValueError, zlib.error):
        return None


def _written(objects: dict[int, bytes], trailer: bytes) -> bytes:
    out, places = io.BytesIO(), {}
    out.write(b"%PDF-1.4\n")
    for number, body in sorted(objects.items()):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start, size = out.tell(), max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        out.write(b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n")
    out.write(trailer + b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()
