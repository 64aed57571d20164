"""Prose as sentences: the physical lines of a page joined, spaces of the text layer removed, each character with its page."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from govinfo.document import Line

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NARROW = _WIDE | str.maketrans(
    {"﹪": "%", "—": "-", "–": "-", "−": "-", "〇": "零", "﹐": ",", "﹔": ";", "﹕": ":", "#": " ", "＃": " "}
)
_PAGE_NUMBER = re.compile(r"[-—–－\s·]*\d{1,3}[-—–－\s·]*|第\s*\d{1,3}\s*页.{0,12}")
_HEADING = re.compile(r"[\s#*]*(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）])")
_ALONE = re.compile(r"[^0-9,。;:!?]{3,30}(?:情况|方面|事项|措施|工作|管理|建设|保障|公开|问题|意见)")
_TABLE_ROW = re.compile(r"(?:[0-9０-９/\-—]\s*){6,}")  # a table's line that no reader took for one
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


def text_of(lines: Iterable[Line]) -> str:
    """A document's prose as one text, its lines joined, spaces of the text layer removed."""
    return "".join(sentence.printed for sentence in sentences(lines))


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
    for paragraph, opens in _paragraphs(lines):
        printed, starts = "".join(text for text, _ in paragraph), [0]
        for text, _ in paragraph:
            starts.append(starts[-1] + len(text))
        start = 0
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


def _paragraphs(lines: Iterable[Line]) -> Iterator[tuple[list[tuple[str, int]], bool]]:
    """Paragraphs as (text, page) of each line, and whether each opens; a heading on a line of its own stands alone."""
    lines, paragraph, opens = list(lines), [], True
    running = _running(lines)
    for line in lines:
        if _PAGE_NUMBER.fullmatch(line.text) or line.text.strip() in running:
            continue
        heading = bool(_HEADING.match(line.text))
        if (heading or _TABLE_ROW.fullmatch(line.text.strip())) and paragraph:
            yield paragraph, opens
            paragraph = []
        if _TABLE_ROW.fullmatch(line.text.strip()):
            continue
        opens = heading or opens
        if text := close_up(line.text):
            paragraph.append((text, line.page))
        if heading and _ALONE.fullmatch(narrow(text)):
            yield paragraph, opens
            paragraph, opens = [], False
    if paragraph:
        yield paragraph, opens


def _running(lines: list[Line]) -> set[str]:
    """Lines repeated at the edge of several pages: running heads and feet, which would stand in the middle of sentences."""
    pages: dict[str, set[int]] = {}
    for i, line in enumerate(lines):
        edge = any(not 0 <= k < len(lines) or lines[k].page != line.page for k in (i - 2, i - 1, i + 1, i + 2))
        if edge and len(line.text.strip()) > 5:
            pages.setdefault(line.text.strip(), set()).add(line.page)
    return {text for text, found in pages.items() if len(found) > 1}


def _pages(paragraph: list[tuple[str, int]], starts: list[int], start: int, end: int) -> tuple[tuple, tuple]:
    """Where in the text between start and end which page begins."""
    first, last = bisect_right(starts, start) - 1, bisect_left(starts, end)
    marks, pages = [], []
    for i in range(first, min(last, len(paragraph))):
        if not pages or pages[-1] != paragraph[i][1]:
            marks.append(max(starts[i] - start, 0))
            pages.append(paragraph[i][1])
    return tuple(marks), tuple(pages)
