"""Where an organ is: the province, and the level of the place its name begins with (places.toml)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
_SUFFIXES = (
    "自治区",
    "特别行政区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "林区",
    "新区",
    "省",
    "市",
    "州",
    "盟",
    "县",
    "区",
    "旗",
)
_ZONE = re.compile(r"(?:开发|实验|试验|合作|示范|度假|风景|保税|高新|新|园|工业)区|自贸|新城")
_PEOPLES = ("壮族", "维吾尔", "回族", "藏族", "苗族", "彝族", "布依族", "侗族", "土家族", "蒙古族", "蒙古", "哈萨克")


@dataclass(frozen=True)
class Place:
    """One administrative division; `level` is province, city or county; `province` its province's name in English."""

    name: str
    level: str
    province: str
    city: str = ""


def place_of(name: str) -> Place | None:
    """The place that an organ's name begins with, the lowest that is named; None where none is, or several could be.

    淮安市洪泽区教育局 is in 洪泽区, 泉州经济技术开发区 in 泉州: the names of zones leave out 市 or 县, other names do not
    (朝阳街道 is not in 朝阳市).

    >>> place_of("淮安市洪泽区教育局"), place_of("江苏省公安厅").level, place_of("朝阳区教育局")
    (Place(name='洪泽区', level='county', province='Jiangsu', city='淮安市'), 'province', None)
    """
    found, rest, zone = None, name, bool(_ZONE.search(name))
    while step := _step(rest, found, zone):
        found, rest = step, rest[len(_printed(step, rest)) :]
    return found


def known(name: str) -> bool:
    """Whether this is a division's full name, e.g. 洪泽区.

    >>> known("洪泽区"), known("洪泽区教育局")
    (True, False)
    """
    return name in _names()


def begins_with_place(name: str) -> bool:
    """Whether a name begins with a division's full name."""
    return any(name[:length] in _names() for length in range(2, min(len(name), 15) + 1))


def _step(rest: str, within: Place | None, zone: bool) -> Place | None:
    short = _stems() if within is None or within.level == "province" else {}
    for length in range(min(len(rest), 15), 1, -1):
        for table in (_names(), short):
            fits = [p for p in table.get(rest[:length], ()) if _inside(p, within)]
            if table is short and not zone:
                fits = [p for p in fits if p.level == "province"]
            if fits:
                return fits[0] if len({(p.province, p.level) for p in fits}) == 1 else None
    return None


def _printed(place: Place, rest: str) -> str:
    return place.name if rest.startswith(place.name) else next(s for s in _stems_of(place.name) if rest.startswith(s))


def _inside(place: Place, outer: Place | None) -> bool:
    if outer is None:
        return True
    below = {"province": ("city", "county"), "city": ("county",), "county": ()}[outer.level]
    of_city = outer.level != "city" or place.city == outer.name
    return place.level in below and place.province == outer.province and of_city


def _stems_of(name: str) -> tuple[str, ...]:
    """The name without 市, 县 or the like, longest first; no stem of one character."""
    stems = [name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)]
    stems += [stem.split(people)[0] for stem in stems[:1] for people in _PEOPLES if people in stem]
    return tuple(sorted({s for s in stems if len(s) > 1}, key=lambda s: (-len(s), s)))


@cache
def _names() -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in _places():
        found.setdefault(place.name, []).append(place)
    return found


@cache
def _stems() -> dict[str, list[Place]]:
    """Names without 市 or 县; where a city and a county share one (大理), it is the city's."""
    found: dict[str, list[Place]] = {}
    for place in sorted(_places(), key=lambda p: ("province", "city", "county").index(p.level)):
        for stem in _stems_of(place.name):
            held = found.setdefault(stem, [])
            if not held or held[0].level == place.level:
                held.append(place)
    return found


@cache
def _places() -> tuple[Place, ...]:
    data = tomllib.loads((resources.files("govinfo.prose") / "places.toml").read_text(encoding="utf-8"))
    found = []
    english = {row["zh"]: row["en"] for row in data["province"]}
    for row in data["province"]:
        found.append(Place(row["zh"], "province", row["en"]))
        for city, counties in row["cities"].items():
            found += [Place(city, "city", row["en"])] if city else []
            found += [Place(county, "county", row["en"], city) for county in counties.split()]
    found += [Place(zone, "county", english[province]) for zone, province in data["zones"].items()]
    return tuple(found)
