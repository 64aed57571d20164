"""Published text to a number, a unit and a flag, by documented rules that lose nothing (cleaning.toml)."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from govinfo.form import FormCell
from govinfo.placing.marks import effective, resolve_marks

__all__ = ["Cleaned", "clean", "cleaning_rules", "effective", "plain", "resolve_marks"]

LONGEST = 1000  # characters: a longer text is no figure, and patterns would take long over it
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:(?:[,，][0-9]{3})+|(?: [0-9]{3})+)(?:\.[0-9]+)?")
_ANNOTATED = re.compile(r"(?s)(.*?)\s*[（(\[【〔]([^（()）\[\]【】〔〕]*)[)）\]】〕]")
_SPACES = r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_BREAKS = re.compile(rf"{_SPACES}*(?:[\n\r\v\f\x85\u2028\u2029]{_SPACES}*)+")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_REORDERED = re.compile("[0-9０-９][\u202a-\u202e\u2066-\u2069]+[0-9０-９]")
_LOOKALIKES = str.maketrans("OoＯ〇○零lI|", "000000111")
_APPROXIMATE = re.compile(
    r"[约近逾超>≥<≤＞＜]?([0-9]+(?:\.[0-9]+)?)(?:余|多|以上|以下|左右|\+)?(?:[件笔个项条宗元万亿]*)"
)


@dataclass(frozen=True)
class Cleaned:
    """What a cell's text says: `value` is None where it says no number, `note` names the rules or the doubt."""

    value: Decimal | None
    unit: str
    flag: str
    note: str = ""


class _Doubt(Exception):
    """The text is not surely a number; `best` is the likeliest reading, if any."""

    def __init__(self, reason: str, best: Decimal | None = None):
        super().__init__(reason)
        self.reason, self.best = reason, best


def clean(raw: str, cell: FormCell, header: str = "") -> Cleaned:
    """The number a cell's text says, with the rules that reached it.

    `raw` is the published text of one cell, `header` its column's header where that may name a unit. The flag is `ok`
    (plain ASCII number, value unchanged), `cleaned` (a rule of cleaning.toml was used), `zero_mark` (blank, /, —, 无 …;
    value None until `resolve_marks`) or `doubt` (value None or the best reading, the note says why). Never raises for any
    text, never drops a digit: a wrong number stays as published. Above the bounds of cleaning.toml, and where a float cannot
    hold it exactly, a number is in doubt.

    The unit is the form's; amounts in another unit are converted and both stand in the note. Where the form takes the
    unit as printed (procurement) it is 元 or 万元 as the cell or the header says, and empty where neither does.

    >>> from govinfo.form import load_form
    >>> clean("22（其中修订16件）", load_form("2021").cell("t2.rules.made"))
    Cleaned(value=Decimal('22'), unit='件', flag='cleaned', note='annotation:（其中修订16件）')
    >>> clean("251000元", load_form("2021").cell("t2.fees")).note
    'unit:元->万元 251000->25.1'
    """
    if len(raw) > LONGEST:
        return Cleaned(None, _form_unit(cell), "doubt", f"not_a_number:{raw[:LONGEST].strip()}…")
    return _cleaned(raw, _Kind(cell.unit, cell.section), header)


class _Kind(NamedTuple):
    """What cleaning asks of a cell: cells of one kind and text say the same."""

    unit: str
    section: str


@lru_cache(maxsize=512)  # a report holds few distinct texts, and each is asked for by both readings and their sums
def _cleaned(raw: str, cell: _Kind, header: str) -> Cleaned:
    form_unit = _form_unit(cell)
    text, notes = _visible(raw)
    if _is_mark(text):
        return Cleaned(None, form_unit, "zero_mark")
    if _REORDERED.search(raw):
        return Cleaned(None, form_unit, "doubt", f"reordered:{raw.strip()}")
    try:
        value, unit, more = _read(text, cell, header)
    except _Doubt as doubt:
        return Cleaned(doubt.best, form_unit, "doubt", f"{doubt.reason}:{raw.strip()}")
    if reason := _impossible(value, unit, cell):
        held = value if math.isfinite(value) else None
        return Cleaned(held, unit, "doubt", f"{reason}:{raw.strip()}")
    notes += more
    return Cleaned(value, unit, "cleaned" if notes else "ok", "; ".join(notes))


def _impossible(value: Decimal, unit: str, cell: _Kind) -> str:
    """Why a number cannot be one of this cell's, or not be kept as a float; "" where it can."""
    rows = cleaning_rules()["bound"]
    most = next((row["most"] for row in rows if row["unit"] == unit and cell.section in row["sections"]), None)
    if most is not None and abs(value) > most:
        return "absurd"
    return "inexact" if Decimal(repr(float(value))) != value else ""


def plain(value: Decimal | float) -> str:
    """A number as plain digits: no exponent, no trailing zeros.

    >>> plain(Decimal("75.9260")), plain(272.0), plain(Decimal("-0"))
    ('75.926', '272', '0')
    """
    exact = value if isinstance(value, (Decimal, int)) else repr(float(value))
    text = f"{Decimal(exact):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@cache
def cleaning_rules() -> dict:
    """cleaning.toml as data: marks, signs, units, rules and doubts."""
    return tomllib.loads((resources.files("govinfo.placing") / "cleaning.toml").read_text(encoding="utf-8"))


@cache
def _units() -> dict[str, dict]:
    """Unit name -> its row; longest names first, so that 万元 is not read as 元."""
    rows = {name: row for row in cleaning_rules()["unit"] for name in row["names"]}
    return dict(sorted(rows.items(), key=lambda item: -len(item[0])))


@cache
def _signs() -> tuple[tuple[str, bool], ...]:
    """Sign as printed -> whether it is negative; longest first."""
    signs = cleaning_rules()["signs"]
    pairs = [(mark, True) for mark in signs["minus"]] + [(mark, False) for mark in signs["plus"]]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _visible(raw: str) -> tuple[str, list[str]]:
    """The text without invisible characters and outer white space."""
    seen = _INVISIBLE.sub("", raw)
    text = seen.strip()
    return text, ["invisible"] * (seen != raw) + ["outer_space"] * (text != seen)


def _is_mark(text: str) -> bool:
    marks = cleaning_rules()["marks"]
    text = re.sub(r"\s+", "", text)
    return text in marks["words"] or not text.strip(marks["dashes"]) or not text.strip(marks["slashes"])


def _as_printed(cell: _Kind) -> bool:
    return "or" in cell.unit


def _form_unit(cell: _Kind) -> str:
    """The form's unit of a cell; empty where it takes the unit as printed."""
    return "" if _as_printed(cell) else cell.unit


def _read(text: str, cell: _Kind, header: str) -> tuple[Decimal, str, list[str]]:
    """Number, unit and the rules used; raises _Doubt where the rules do not account for every character."""
    if _PLAIN.fullmatch(text) and "元" not in header:
        return tidy(Decimal(text)), _form_unit(cell), []
    text, width = _ascii(text)
    text, annotations = _annotation(text)
    text, unit = _unit(text)
    negative, text, signs = _sign(text)
    number, spelling = _number(text)
    value = number.copy_negate() if negative else number  # exact: arithmetic would round to 28 digits
    value, unit, units = _in_unit(tidy(value), unit, cell, header)
    return value, unit, width + annotations + units + signs + spelling


def tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros, exponent or negative zero."""
    return Decimal(plain(value))


def _ascii(text: str) -> tuple[str, list[str]]:
    ascii_text = text.translate({**{0xFF10 + i: str(i) for i in range(10)}, 0xFF0E: "."})
    return ascii_text, ["full_width"] * (ascii_text != text)


def _annotation(text: str) -> tuple[str, list[str]]:
    """Words in brackets at the end are set aside; a unit in brackets stays for the next step."""
    notes = []
    while match := _ANNOTATED.fullmatch(text):
        before, inside = match.groups()
        if inside.strip() in _units():
            text = before + inside.strip()
            break
        if not any(unicodedata.category(c).startswith("L") for c in inside):
            two = re.search("[0-9]", before) and re.search("[0-9]", inside)
            raise _Doubt("two_numbers" if two else "not_a_number", _best(before))
        notes.insert(0, f"annotation:{text[len(before) :].strip()}")
        text = before
    return text, notes


def _unit(text: str) -> tuple[str, str]:
    """The unit printed after the number, or the currency sign before it."""
    if text[:1] in ("¥", "￥"):
        amount = text[1:].lstrip()
        text = amount if amount.endswith("元") else f"{amount}元"
    for name in _units():
        if text.endswith(name) and text != name:
            return text[: -len(name)].rstrip(), name
    return text, ""


def _sign(text: str) -> tuple[bool, str, list[str]]:
    for mark, negative in _signs():
        if text.startswith(mark):
            rest = text[len(mark) :].lstrip()
            plain_minus = text == f"-{rest}"
            return negative, rest, [] if plain_minus else [f"sign:{mark}"]
    return False, text, []


def _number(text: str) -> tuple[Decimal, list[str]]:
    """The digits as one number, with spaces, separators and leading zeros accounted for."""
    if re.match(r"0+\s+[0-9]", text):  # no number starts with a lone zero: 0 5 is two cells run together
        raise _Doubt("two_numbers")
    joined = re.sub(_SPACES, " ", _BREAKS.sub("", text))
    near = re.sub(r" ?([,，.]) ?", r"\1", joined)
    notes = ["inner_space"] * (near != joined or bool(_BREAKS.search(text)))
    if _THOUSANDS.fullmatch(near):
        return tidy(Decimal(re.sub("[,， ]", "", near))), [*notes, "thousands"]
    if re.fullmatch(r"[1-9][0-9]*(?: [0-9]+)+(?:\.[0-9]+(?: [0-9]+)*)?|[0-9]+\.[0-9]+(?: [0-9]+)+", near):
        near, notes = near.replace(" ", ""), ["inner_space"]  # one space at a time: a wider gap parts two numbers
    if not _DIGITS.fullmatch(near):
        raise _unreadable(text, near)
    zeros = len(near) > 1 and near[0] == "0" and near[1] != "."
    return tidy(Decimal(near)), notes + ["leading_zeros"] * zeros


def _unreadable(text: str, near: str) -> _Doubt:
    """Why the text is no number, with the best reading where one reading is likelier than all others."""
    if re.search("[%％‰]", text):
        return _Doubt("percent")
    if re.fullmatch(r"[0-9]+(?:[,，][0-9]+)+(?:\.[0-9]+)?", near):
        return _Doubt("grouping", _best(re.sub("[,，]", "", near)))
    alike = text.translate(_LOOKALIKES)
    if alike != text and _DIGITS.fullmatch(alike):
        return _Doubt("lookalike", _best(alike))
    if match := _APPROXIMATE.fullmatch(text):
        return _Doubt("approximate", _best(match[1]))
    two = len(re.findall("[0-9]+", text)) > 1
    return _Doubt("two_numbers") if two else _Doubt("not_a_number", _best(text.strip("—―.*?？。、·")))


def _best(text: str) -> Decimal | None:
    return tidy(Decimal(text)) if _DIGITS.fullmatch(text) else None


def _in_unit(value: Decimal, printed: str, cell: _Kind, header: str) -> tuple[Decimal, str, list[str]]:
    """The value in the form's unit; a count cannot be money, nor money a count."""
    rule, money = "unit", "元" in cell.unit
    if not printed and money:
        rule, printed = "header", _header_unit(header)
    if not printed:
        return value, _form_unit(cell), []
    if (_units()[printed]["kind"] == "money") != money:
        raise _Doubt("wrong_unit", value if money else None)
    return _converted(value, printed, cell, rule) if money else (value, cell.unit, [_unit_note(printed, cell.unit)])


def _header_unit(header: str) -> str:
    """The one unit of money that a column header names, empty where it names none or several."""
    names = [name for name in _units() if name.endswith("元")]
    found = set(re.findall("|".join(names), header))
    return found.pop() if len(found) == 1 else ""


def _unit_note(printed: str, wanted: str) -> str:
    return f"unit:{printed}" if printed == wanted else f"unit:{printed}->{wanted}"


def _converted(value: Decimal, printed: str, cell: _Kind, rule: str) -> tuple[Decimal, str, list[str]]:
    unit, wanted = _units()[printed], cell.unit
    if _as_printed(cell):
        wanted = unit["canonical"] if unit["canonical"] in ("元", "万元") else "万元"
    if unit["canonical"] == wanted:
        return value, wanted, [f"{rule}:{printed}"] if rule == "unit" else []
    moved = _shifted(value, unit["power"] - _units()[wanted]["power"])
    return moved, wanted, [f"{rule}:{printed}->{wanted} {plain(value)}->{plain(moved)}"]


def _shifted(value: Decimal, places: int) -> Decimal:
    """The value times a power of ten, exact whatever the number of digits."""
    sign, digits, exponent = value.as_tuple()
    return tidy(Decimal((sign, digits, exponent + places)))
