"""Bytes of a text or web page to characters: byte order mark, UTF-8, what is announced, GB18030."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ANNOUNCED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
_UNSEEN = "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_WITHIN = re.compile(rf"(?<=\d){_UNSEEN}+(?=\d)")
_BREAK = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
HEAD = 4096  # bytes in which a page announces its encoding


def decode(data: bytes) -> str:
    """The characters of a text file or web page.

    A byte order mark decides; then whatever decodes without error: UTF-8 (other text hardly ever is valid UTF-8), what the
    page announces (gb2312 and gbk read as GB18030, which holds both), GB18030, Big5. Where nothing fits, the reading with
    the fewest broken characters, each shown as U+FFFD. Never raises.

    >>> decode('<meta charset="gb2312">龑'.encode("gb18030")).endswith("龑")
    True
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    names = ["utf-8", *announced(data), "gb18030", "big5hkscs"]
    if _looks_utf16(data):
        names.insert(0, "utf-16-le" if data[1:200:2].count(0) > data[0:200:2].count(0) else "utf-16-be")
    for name in names:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return min((data.decode(name, "replace") for name in dict.fromkeys(names)), key=lambda text: text.count("\ufffd"))


def without_controls(text: str) -> str:
    r"""The text without control characters and marks of writing direction; whatever breaks a line is a \n.

    Between two digits U+FFFD stands for them: one may have been a digit, and a mark of direction shows digits turned round.

    >>> without_controls("\u202e一\x00\t1\x002\v3")
    '一\t1\ufffd2\n3'
    """
    return re.sub(_UNSEEN, "", _WITHIN.sub("\ufffd", _BREAK.sub("\n", text)))


def announced(data: bytes) -> list[str]:
    """The encoding that the head of a page announces, if Python knows it."""
    match = _ANNOUNCED.search(data[:HEAD])
    name = match[1].decode("ascii").lower() if match else ""
    name = _WIDER.get(name, name)
    try:
        info = codecs.lookup(name)
    except LookupError:
        return []
    # codecs that turn bytes into bytes (zlib, hex) or that an attacker may choose to hide markup are no text encodings
    return [info.name] if info._is_text_encoding and info.name not in ("utf-7", "unicode_escape", "idna") else []


def _looks_utf16(data: bytes) -> bool:
    head = data[:200]
    return len(head) > 20 and head.count(0) > len(head) // 4
