"""Prose as sentences: the physical lines of a page joined, spaces of the text layer removed, each character with its page."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from govinfo.document import Line

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NARROW = _WIDE | str.maketrans({"﹪": "%", "—": "-", "–": "-", "−": "-", "〇": "零", "﹐": ",", "﹔": ";", "﹕": ":", "#": " ", "＃": " "})
_PAGE_NUMBER = re.compile(r"[-—–－\s·]*\d{1,3}[-—–－\s·]*|第\s*\d{1,3}\s*页.{0,12}")
_HEADING = re.compile(r"[\s#*]*(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）])")
_SPACED_OUT = re.compile(r"(?<![^\s])\S(?:[ \u3000]\S){2,}(?![^\s])")
_END = "。！？!?"
_LONGEST = 600  # no sentence is longer: a text without full stops must not cost time without bound


@dataclass(frozen=True)
class Sentence:
    """One sentence: `printed` as published but without spaces, `text` the same characters in narrow width.

    Both have the same length, so that a place in one is a place in the other. `opens` is true for the first sentence of
    a paragraph. `marks` and `pages` say from which character on which page counts.
    """

    printed: str
    text: str
    opens: bool = False
    marks: tuple[int, ...] = (0,)
    pages: tuple[int, ...] = (0,)

    def page(self, at: int = 0) -> int:
        """The page of the character at this place."""
        return self.pages[bisect_right(self.marks, at) - 1]


def narrow(text: str) -> str:
    """The text with full-width digits, letters and punctuation in narrow width, character by character.

    >>> narrow("受理３１１９件，占３３．９％（含结转）")
    '受理3119件,占33.9%(含结转)'
    """
    return text.translate(_NARROW)


def close_up(text: str) -> str:
    """The text without the spaces that a PDF's text layer puts between characters and around digits.

    Spaces between two numbers stay, unless they separate thousands or every character is spaced out.

    >>> close_up("2024 年，共 受 理 申 请 3 119 件"), close_up("2 0 2 4 年"), close_up("表 1 2024 年")
    ('2024年，共受理申请3119件', '2024年', '表1 2024年')
    """
    text = _SPACED_OUT.sub(lambda run: re.sub(r"[ \u3000]", "", run.group()), text.replace("\xa0", " "))
    text = re.sub(r"(?<![\d.])(\d{1,3})((?: \d{3}){1,4})(?! ?\d)", lambda m: m.group().replace(" ", ""), text)
    return re.sub(r"(?<![0-9０-９])\s+|\s+(?![0-9０-９])", "", text)


def sentences(lines: Iterable[Line]) -> Iterator[Sentence]:
    """The sentences of some lines of prose, in order.

    Lines are joined without a space; page numbers are left out; a heading (一、 or （一）) opens a paragraph. A sentence
    ends with 。！ or ？, or where its paragraph ends.

    >>> [s.printed for s in sentences([Line("受理申请 35", 1), Line("29 件。均已", 2), Line("（三）管理", 2)])]
    ['受理申请3529件。', '均已', '（三）管理']
    """
    for paragraph in _paragraphs(lines):
        printed, starts = "".join(text for text, _ in paragraph), [0]
        for text, _ in paragraph:
            starts.append(starts[-1] + len(text))
        opens, start = True, 0
        for end in _ends(printed):
            if printed[start:end].strip():
                marks, pages = _pages(paragraph, starts, start, end)
                yield Sentence(printed[start:end], narrow(printed[start:end]), opens, marks, pages)
                opens = False
            start = end


def _ends(text: str) -> Iterator[int]:
    start = 0
    for match in re.finditer(rf"[{_END}]|$", text):
        while match.end() - start > _LONGEST:
            cut = max(text.rfind(mark, start, start + _LONGEST) for mark in "；;，,")
            start = cut + 1 if cut > start else start + _LONGEST
            yield start
        start = match.end()
        yield start


def _paragraphs(lines: Iterable[Line]) -> Iterator[list[tuple[str, int]]]:
    paragraph: list[tuple[str, int]] = []
    for line in lines:
        if _PAGE_NUMBER.fullmatch(line.text):
            continue
        if _HEADING.match(line.text) and paragraph:
            yield paragraph
            paragraph = []
        if text := close_up(line.text):
            paragraph.append((text, line.page))
    if paragraph:
        yield paragraph


def _pages(paragraph: list[tuple[str, int]], starts: list[int], start: int, end: int) -> tuple[tuple, tuple]:
    """Where in the text between start and end which page begins."""
    first, last = bisect_right(starts, start) - 1, bisect_left(starts, end)
    marks, pages = [], []
    for i in range(first, min(last, len(paragraph))):
        if not pages or pages[-1] != paragraph[i][1]:
            marks.append(max(starts[i] - start, 0))
            pages.append(paragraph[i][1])
    return tuple(marks), tuple(pages)
