"""Figures in Chinese text: digits, 万 and 亿, 余 and 约, Chinese numerals, each with its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_POWERS = {"": 0, "百": 2, "千": 3, "万": 4, "亿": 8}
_UNITS = "个百分点|百分点|%|‰|人次|人|元|件次|件|条次|条|宗|起|份|例|个(?!工作日|自然日|月|小时|年)|项|篇|则|封|桩|单|批次|批|次|期|场|户|家|类|部|张|名|位"
_NUMBER = r"[1-9]\d{0,2}(?:,\d{3}){1,4}(?!\d)(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?"
_FIGURE = re.compile(
    rf"(?<![\d.第〔\[A-Za-z])(?P<number>{_NUMBER})[”’]?(?P<more>[余多]?)(?P<power>[百千万亿]?)(?P<more2>[余多]?)(?P<unit>{_UNITS})"
)
_BARE = re.compile(rf"(?<![\d.第〔\[A-Za-z])(?P<number>{_NUMBER})")
_WRITTEN = re.compile(
    r"(?<![第每逐同另这那唯零一二两三四五六七八九十百千万亿])(?!一起)"
    r"(?P<number>[零一二两三四五六七八九十百]{1,6})(?P<unit>件|宗|起|份|例|封)(?![事套])"
)
_DIGITS = {char: i for i, char in enumerate("零一二三四五六七八九")} | {"两": 2}


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
    found += [
        Figure(*match.span(), Decimal(value), match["unit"])
        for match in _WRITTEN.finditer(text)
        if (value := chinese(match["number"])) is not None
    ]
    return sorted(found, key=lambda figure: figure.start)


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


def bare_numbers(text: str) -> list[tuple[int, int, Decimal]]:
    """Numbers without regard to a unit, as (start, end, value): members of a list such as 10、5、3件."""
    return [(*m.span(), Decimal(m["number"].replace(",", ""))) for m in _BARE.finditer(text)]


def chinese(numeral: str) -> int | None:
    """The value of a Chinese numeral below 1000; None for text that is none.

    >>> chinese("十二"), chinese("两"), chinese("一百零五"), chinese("三十"), chinese("十十")
    (12, 2, 105, 30, None)
    """
    match = re.fullmatch(
        r"(?:([一二两三四五六七八九])百)?零?(?:([一二三四五六七八九])?(十))?([零一二两三四五六七八九])?", numeral
    )
    if not match or not numeral:
        return None
    hundreds, tens, ten, ones = match.groups()
    return 100 * _DIGITS.get(hundreds, 0) + (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)
