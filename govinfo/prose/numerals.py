"""Figures in Chinese text: digits, 万 and 亿, 余 and 约, Chinese numerals, each with its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_POWERS = {"": 0, "百": 2, "千": 3, "万": 4, "亿": 8}
_UNITS = "个百分点|百分点|%|‰|人次|人|元|件次|件|条次|条|宗|起|份|例|个(?!工作日|自然日|月|小时|年)|项|篇|则|封|桩|单|批次|批|次|期|场|户|家|类|部|张|名|位|笔|次|卷|本|册|处|所|天|轮|种|大类|小类|小时|分钟|台|套|亩|届|座|组|分(?!别|类)"
_NUMBER = r"[1-9]\d{0,2}(?:,\d{3}){1,4}(?!\d)(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?"
_FIGURE = re.compile(
    rf"(?<![\d.第〔\[A-Za-z])(?P<number>{_NUMBER})[”’]?(?P<more>[余多]?)(?P<power>[百千万亿]?)(?P<more2>[余多]?)(?P<unit>{_UNITS})"
)
_NUMERAL = "零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
_WRITTEN = re.compile(
    rf"(?<![第每逐同另这那唯等{_NUMERAL}\d])(?!一起|万元|[百千]件)"
    rf"(?P<number>[{_NUMERAL}]{{1,12}})(?P<more>[余多]?)(?P<unit>件次|件|宗|起|份|例|封|条次|条|元|项|篇|笔)(?![事套])"
)
_NONE = re.compile(r"(?<=[为是有达计])(?P<number>0)(?=[,;。)、]|$)")
_LISTED = re.compile(r"(?<![\d.第〔\[A-Za-z])(\d{1,9}(?:\.\d{1,6})?)(?:、|,|和|及|与)$")
_SHORT = ("条", "元", "项", "篇", "笔")  # 一条, 一项 are seldom counts: from ten on
_DIGITS = {char: i for digits in ("零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖") for i, char in enumerate(digits)} | {
    "两": 2
}
_ONE = "[一二两三四五六七八九壹贰叁肆伍陆柒捌玖]"
_PLACES = re.compile(rf"(?:({_ONE})千)?零?(?:({_ONE})百)?零?(?:({_ONE})?(十))?零?({_ONE}|零)?")
_FORMAL = str.maketrans("拾佰仟", "十百千")


@dataclass(frozen=True)
class Figure:
    """A figure with its unit at text[start:end]; `rough` is true for 余, 多, 近, 约, 超 and the like.

    `value` is in units of one: 14.2万条 is 142000 条, 0.34万元 is 3400 元. `places` counts the printed decimals.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    rough: bool = False
    places: int = 0


def figures(text: str) -> list[Figure]:
    """The figures with a unit in a narrow text (see `prose.narrow`), in order; dates and document numbers have none.

    >>> [(str(f.value), f.unit, f.rough) for f in figures("2024年第711号令,公开1.5万余条,受理1,403件,两起,占33.9%")]
    [('15000', '条', True), ('1403', '件', False), ('2', '起', False), ('33.9', '%', False)]
    """
    found = [_digits(match, text) for match in _FIGURE.finditer(text)]
    for match in _WRITTEN.finditer(text):
        value = chinese(match["number"])
        if value is not None and (value > 9 or match["unit"] not in _SHORT):
            found.append(Figure(*match.span(), Decimal(value), match["unit"], bool(match["more"])))
    found += [Figure(*match.span(), Decimal(0), "件") for match in _NONE.finditer(text)]
    found = sorted(found, key=lambda figure: figure.start)
    return sorted([*found, *_listed(found, text)], key=lambda figure: figure.start)


def _listed(found: list[Figure], text: str) -> Iterator[Figure]:
    """Numbers that lend their unit from the one after them: 10、5和3件."""
    for figure in found:
        start = figure.start
        while match := _LISTED.search(text, max(start - 18, 0), start):
            start = match.start()
            yield Figure(*match.span(1), Decimal(match[1]), figure.unit, figure.rough, len(match[1].partition(".")[2]))


def _digits(match: re.Match, text: str) -> Figure:
    number = match["number"].replace(",", "")
    value = Decimal(number).scaleb(_POWERS[match["power"]])
    if value == value.to_integral_value() and match["power"]:
        value = value.quantize(Decimal(1))
    before = text[max(match.start() - 2, 0) : match.start()]
    rough = bool(match["more"] or match["more2"]) or before.endswith(
        ("近", "约", "超", "逾", "超过", "突破", "不足", "不到")
    )
    places = len(number.partition(".")[2])
    return Figure(match.start(), match.end(), value, match["unit"], rough, places)


def chinese(numeral: str) -> int | None:
    """The value of a Chinese numeral; None for text that is none.

    >>> chinese("十二"), chinese("两"), chinese("一百零五"), chinese("一千零五十六"), chinese("叁"), chinese("十十")
    (12, 2, 105, 1056, 3, None)
    """
    numeral, total = numeral.translate(_FORMAL), 0
    for sign, power in (("亿", 10**8), ("万", 10**4)):
        head, found, rest = numeral.partition(sign)
        if found:
            if (value := _below(head)) is None or not value:
                return None
            total, numeral = total + value * power, rest
    value = _below(numeral) if numeral else 0
    return None if value is None else total + value


def _below(numeral: str) -> int | None:
    """The value of a numeral below 10,000."""
    match = _PLACES.fullmatch(numeral)
    if not match or not numeral:
        return None
    thousands, hundreds, tens, ten, ones = match.groups()
    value = 1000 * _DIGITS.get(thousands, 0) + 100 * _DIGITS.get(hundreds, 0)
    return value + (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)
