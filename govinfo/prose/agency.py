"""Whose report of which year: agency, level, province and scope from the title, the prose and a register."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from govinfo.document import Line
from govinfo.prose.places import MUNICIPALITIES, begins_with_place, known, place_of

_DIGITS = str.maketrans("〇○零一二三四五六七八九０１２３４５６７８９", "000123456789" + "0123456789")
_YEAR = re.compile(r"(20\d\d)(?=年|度|政府信息公开|政务公开|$)")
_CHINESE_YEAR = re.compile(r"[二2２][〇○零0０][一二三四五六七八九〇○零0-9０-９]{2}(?=年)")
_PERIOD = re.compile(r"(20\d\d)年1月1日(?:起|开始)?[,，]?(?:至|到|-|—|~)")
_SIGNED = re.compile(r"(20\d\d)年\d{1,2}月\d{1,2}日")
_BRACKETS = re.compile(r"[（(][^（）()]*[)）]$")
_NAME = re.compile(r"[\u4e00-\u9fff（）()·]{2,40}")
_WINDOW, _HEAD = 4, 60


@dataclass(frozen=True)
class Agency:
    """Who reports on which year; `note` says what was not plain, e.g. a title and a period of different years."""

    agency: str
    agency_id: str
    year: int | None
    level: str
    province: str
    parent: str
    scope: str
    note: str = ""

    def _asdict(self) -> dict:
        """The columns of reports.csv: every field but the note."""
        return {name: value for name, value in vars(self).items() if name != "note"}


def describe(
    title_lines: Sequence[Line | str],
    prose: Sequence[Line | str] = (),
    sources_row: Mapping | None = None,
    file_stem: str = "",
) -> Agency:
    """The agency of a report, its year, level, province, parent and scope.

    `title_lines` are the document's first lines (the title may be broken over several, spaced out, misspelt, or stand
    below a site's header), `prose` all its lines outside the tables. Agency and year come from the document: the title,
    then the introduction, the signature, the period of the figures, at last the file's name. A name that the prose gives
    in full (淮安市洪泽区人民政府 for 洪泽区人民政府) is taken in full. What is not stated stays "" or None.

    `sources_row` (a row of sources.csv) decides agency_id, level, province, parent and scope where it states them; without
    it, agency_id is the agency's name, the level and province follow from the name (agency.toml, places.toml), the scope
    from the level, and parent is "".

    >>> describe(["洪泽区人民政府", "2 0 2 3 年政府信息公开工作年度报告"]).year
    2023
    >>> a = describe(["广州市协作办公室2025年度政府信息公开", "工作年度报告"]); (a.agency, a.level, a.province, a.scope)
    ('广州市协作办公室', 'department', 'Guangdong', 'own organ')
    """
    top, body = [_text(line) for line in title_lines], [_text(line) for line in prose]
    row = {key: value.strip() for key, value in (sources_row or {}).items() if isinstance(value, str)}
    name, titled = _title([*top, *body[:_HEAD]])
    agency = _in_full(name or _introduced(body) or _signed(body), body)
    year, note = _year(titled, top, body, file_stem)
    if not agency and row.get("agency"):
        agency, note = (
            row["agency"],
            "; ".join(filter(None, [note, "agency from the register: the document names none"])),
        )
    if year is None and row.get("year", "").isdigit():
        year, note = (
            int(row["year"]),
            "; ".join(filter(None, [note, "year from the register: the document states none"])),
        )
    level = row.get("level") or level_of(agency)
    return Agency(
        agency=agency,
        agency_id=row.get("agency_id") or agency,
        year=year,
        level=level,
        province=row.get("province") or province_of(agency, level),
        parent=row.get("parent", ""),
        scope=row.get("scope") or _scope(level),
        note=note,
    )


def level_of(agency: str) -> str:
    """The level that an organ's name tells: central, province, city, county, township, department, or "".

    >>> [level_of(x) for x in ("义乌市人民政府", "嘉兴市人民政府", "义乌市上溪镇人民政府", "平潭综合实验区", "宜春市审计局")]
    ['county', 'city', 'township', 'county', 'department']
    """
    if re.search(r"(?:街道|镇|乡)[)）]$", agency):
        return "township"
    name = _BRACKETS.sub("", agency)
    for row in _rules()["level"]:
        if not row["at"].search(name):
            continue
        place = place_of(agency)
        if "under" in row and (place is None or place.level != row["under"]):
            continue
        if row["level"] != "place":
            return row["level"]
        return "province" if place and place.name in MUNICIPALITIES else _level_of_place(name, place)
    return ""


def _level_of_place(name: str, place) -> str:
    if place:
        return place.level
    ending = re.search(r"(省|自治区|自治州|州|盟|地区|市|县|区|旗)(?:人民政府|行政公署)$", name)
    levels = {
        "省": "province",
        "自治区": "province",
        "自治州": "city",
        "州": "city",
        "盟": "city",
        "地区": "city",
        "市": "",
    }
    return levels.get(ending[1], "county") if ending else ""


def province_of(agency: str, level: str = "") -> str:
    """The province in English as in reports.csv, `National` for central organs, "" where the name does not tell.

    >>> province_of("沭阳县人民政府"), province_of("面甸镇人民政府")
    ('Jiangsu', '')
    """
    if level == "central":
        return "National"
    place = place_of(agency)
    return place.province if place else ""


def _scope(level: str) -> str:
    return next((scope for scope, levels in _rules()["scope"].items() if level in levels), "")


# ------------------------------------------------------------------------------------------------ the title


def _text(line: Line | str) -> str:
    """A line without any space, digits in narrow width."""
    return re.sub(r"[\s#*\ufeff]", "", line if isinstance(line, str) else line.text).translate(
        {0xFF10 + i: str(i) for i in range(10)}
    )


def _title(lines: list[str]) -> tuple[str, int | None]:
    """Agency and year of the likeliest title among the first lines; "" and None where there is none."""
    lines = [line for line in lines if line and not re.fullmatch(r"[-—–·]*\d{1,3}[-—–·]*", line)][:_HEAD]
    best, found = 0.0, ("", None)
    for name, year, size in _titles(lines):  # of two readings the longer, if a place begins it, else the shorter
        begins = 2.0 * bool(place_of(name)) + 0.5 * (begins_with_place(name) or level_of(name) == "central")
        worth = begins + 1.5 * bool(year) + 1.0 * bool(name) + 0.5 * bool(level_of(name))
        worth += 0.02 * size if place_of(name) else -0.1 * size
        if worth > best:
            best, found = worth, (name, year)
    return found


def _titles(lines: list[str]) -> Iterator[tuple[str, int | None, int]]:
    core = _rules()["title"]["core"]
    lines = [_rules()["title"]["field"].sub("", line) for line in lines]
    for i in range(len(lines)):
        for size in range(1, _WINDOW + 1):
            text = "".join(lines[i : i + size])[:120]
            match = core.search(text)
            if match is None or match.start() > 50 or re.search(r"[。，,；;>》|：:《“]", text[: match.end()]):
                continue
            if len("".join(lines[i : i + size - 1])) >= match.end():
                continue
            rest = text[len(lines[i]) : match.start()]
            if size > 1 and _rules()["title"]["ends"].search(lines[i]) and begins_with_place(rest):
                continue  # a site's name above the title
            after = _BRACKETS.search(text[match.end() :])
            head, year = _year_in(text[: match.start()])
            year = year or _year_in(match.group())[1] or (_year_in(after.group())[1] if after else None)
            yield _clean(head), year, size


def _year_in(text: str) -> tuple[str, int | None]:
    """The text without its year, and the year."""
    match = _YEAR.search(text) or _CHINESE_YEAR.search(text)
    if match is None:
        return text, None
    year = int(match.group().translate(_DIGITS))
    return text[: match.start()] + re.sub(r"^年?度?", "", text[match.end() :]), year


def _clean(head: str) -> str:
    """A name from the words before 政府信息公开; "" where these are none. A bare place stands for its government."""
    name = _rules()["title"]["noise"].sub("", head).strip("的-—·")
    if not _NAME.fullmatch(name) or not (level_of(name) or _rules()["title"]["ends"].search(name)):
        return ""
    bare = known(name) or (place_of(name) and known(place_of(name).name) and name.endswith(place_of(name).name))
    towns = re.search(r"[镇乡]$", name)
    return name + "人民政府" if bare or towns else name


# ------------------------------------------------------------------------------------------------ the rest of the text


def _introduced(body: list[str]) -> str:
    text = "".join(body[:40])
    for match in _rules()["title"]["introduced"].finditer(text):
        if name := _clean(match["name"]):
            return name
    return ""


def _signed(body: list[str]) -> str:
    """The organ on a line of its own before or after the date at the end."""
    tail = body[-12:]
    for i, line in enumerate(tail):
        near = [_SIGNED.fullmatch(x) for x in tail[max(i - 1, 0) : i + 2]]
        if any(near) and _NAME.fullmatch(line) and _rules()["title"]["ends"].search(line):
            return line
    return ""


def _in_full(name: str, body: list[str]) -> str:
    """The name with the city or county before it, where the prose writes it so."""
    text = "".join(body)
    for match in re.finditer(re.escape(name), text) if name else ():
        before = text[max(match.start() - 12, 0) : match.start()]
        for length in range(len(before), 1, -1):
            place = place_of(before[-length:])
            if known(before[-length:]) and place and place.level != "province":
                return before[-length:] + name
    return name


def _year(titled: int | None, top: list[str], body: list[str], file_stem: str) -> tuple[int | None, str]:
    """The report's year and what speaks against it: the title first, then the period, the text, the date, the file's name."""
    text = "".join(body)
    period = Counter(int(y) for y in _PERIOD.findall(text)).most_common(1)
    if titled:
        other = period[0][0] if period and period[0][0] != titled else None
        return titled, f"the title says {titled}, the period of the figures {other}" if other else ""
    if period:
        return period[0][0], "no year in the title: taken from the period of the figures"
    spoken = Counter(int(y) for y in re.findall(r"(20\d\d)年(?:度)?(?!\d{1,2}月)", "".join(top) + text))
    if spoken:
        year = max(spoken, key=lambda y: (spoken[y], y))
        return year, "no year in the title: taken from the text"
    if signed := _SIGNED.search("".join(body[-12:])):
        return int(signed[1]) - 1, "no year in the title: taken from the date of signature"
    if named := re.search(r"(?<!\d)(20[12]\d)(?!\d)", file_stem):
        return int(named[1]), "no year in the document: taken from the file's name"
    return None, "the document states no year"


@cache
def _rules() -> dict:
    data = tomllib.loads((resources.files("govinfo.prose") / "agency.toml").read_text(encoding="utf-8"))
    data["level"] = [row | {"at": re.compile(row["at"])} for row in data["level"]]
    data["title"] = {key: re.compile(pattern) for key, pattern in data["title"].items()}
    return data
