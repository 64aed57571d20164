"""Rules along an axis: in families, in the order of the form, each by a short name in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby

from govinfo.checks.findings import form_cell
from govinfo.checks.identities import identities, rule_table
from govinfo.checks.problems import families, rule_words, say
from govinfo.form import LANGUAGES, VERSIONS, load_form

ROOM = 34  # width of a name, in Latin letters; a Chinese one counts two
_NUMBER = re.compile(r"^[\s0-9一二三四五六七八九十、.．（）()]+|^第[^ ]+条[^ ]* |^Article [0-9 ()]+/ ")


def ordered(rules: Iterable[str]) -> list[str]:
    """Rules family by family, within a family as the form has its rows and columns, others by name.

    >>> ordered(["claim.received", "t4.direct", "t3.row.partial", "t3.row.new"])
    ['t3.row.new', 't3.row.partial', 't4.direct', 'claim.received']
    """
    names = list(families())
    return sorted(set(rules), key=lambda rule: (names.index(family(rule)), _places().get(rule, 999), rule))


def family(rule: str) -> str:
    """The family of a rule (problems.toml): the longest beginning of its id that is one, else "each"."""
    known = [name for name in families() if rule == name or rule.startswith(f"{name}.")]
    return max(known, key=len, default="each")


@cache
def _places() -> dict[str, int]:
    """Where a rule stands: identities of both forms in their order, then the rules of rules.toml in theirs."""
    ids = [i.id for version in reversed(VERSIONS) for i in identities(c.id for c in load_form(version).cells)]
    ids += [row["id"].replace("{row}", name) for row in rule_table()["rule"] for name in row.get("rows", [""])]
    return {rule: place for place, rule in reversed(list(enumerate(ids)))}


def short(rule: str, lang: str, room: int = ROOM) -> str:
    """A rule in a few words: the row, column, case, claim or cell it is about, or its `short` of rules.toml.

    >>> short("t3.row.unable.not_held", "en"), short("t3.outcomes.natural", "zh")
    ('Not held', '自然人')
    >>> short("years.stock.normative", "en"), short("levels.t3.new.total", "zh")
    ('normative documents: stock', '本年新收政府信息公开申请数量')
    """
    kind, rest = family(rule), rule.removeprefix(f"{family(rule)}.")
    if kind == "claim":
        return _cut(_claim(rest, lang), room)
    if rule in _shorts():
        return _cut(_shorts()[rule][LANGUAGES.index(lang)], room)
    name = next((name for name in _shorts() if rule.startswith(f"{name}.")), "")
    if name:
        rest = _cell(rule.removeprefix(f"{name}."), lang)
        return _cut(_shorts()[name][LANGUAGES.index(lang)].replace("{rest}", rest), room)
    return _cut(_cell(rest, lang) if kind.startswith("t3") else _case(rule, lang), room)


@cache
def _shorts() -> dict[str, tuple[str, str]]:
    """Rule id, or the beginning of one, -> its short names."""
    found = {}
    for row in (row for kind in ("rule", "cross", "text") for row in rule_table()[kind]):
        for name in row.get("rows", [""]):
            filled = [
                text.replace("{row}", say(f"alone.{name}", lang) if name else "")
                for text, lang in zip(row["short"], LANGUAGES, strict=True)
            ]
            found[row["id"].replace("{row}", name)] = tuple(filled)
    return found


def _cell(name: str, lang: str) -> str:
    """A row of 三, a column of it, or a cell by its id: its row, and its column where the row has several that matter."""
    if cell := form_cell(f"t3.{name}.total"):
        return _bare(cell.row_label[lang])
    if cell := form_cell(f"t3.new.{name}"):
        return _bare(cell.column_label[lang])
    cell = form_cell(name)
    if cell is None:
        return name
    kind = say(f"alone.{name.split('.')[1]}", lang) if name.startswith(("t2.normative", "t2.rules")) else ""
    return f"{kind} {_bare(cell.column_label[lang])}" if kind else _bare(cell.row_label[lang])


def _case(rule: str, lang: str) -> str:
    """The case of 四, or of any other rule what it asks."""
    said = rule_words(rule, lang) or rule
    quoted = re.search("“(.+?)”", said)
    return quoted[1] if lang == "zh" and quoted else said.partition(":")[0].partition(" ")[2] or said


def _claim(claim: str, lang: str) -> str:
    from govinfo.prose.stated import label

    what, parts = claim.removesuffix(".parts"), claim.endswith(".parts")
    alone = say(f"alone.{what}", lang) if what in ("share", "growth", "difference") else ""
    text = alone or _bare(label(what)[lang])
    return say("alone.parts", lang, what=text) if parts else text


def _bare(label: str) -> str:
    """A label's last part, without its number."""
    last = re.split(r" / | (?=[(（\d])", label)[-1]
    return _NUMBER.sub("", last) or last


def _cut(text: str, room: int) -> str:
    width = [2 if ord(letter) > 0x2E7F else 1 for letter in text]
    if sum(width) <= room:
        return text
    while sum(width) > room - 1:
        width.pop()
    return text[: len(width)].rstrip() + "…"


def rule_axis(ax, rules: Sequence[str], lang: str, size: float = 7) -> None:
    """Names below the axis, families above, and a line between families; `rules` in the order of `ordered`."""
    start = 0
    for name, members in groupby(rules, key=family):
        end = start + len(list(members))
        ax.axvline(end - 0.5, color="#6e6e6e", lw=0.6, zorder=0)
        place = ((start + end - 1) / 2, 1.0)
        ax.annotate(
            families()[name][lang],
            place,
            (0, 3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            rotation=90,
            ha="center",
            va="bottom",
            fontsize=size,
        )
        start = end
    ax.set_xticks(range(len(rules)), [short(rule, lang) for rule in rules], rotation=90, fontsize=size)
    ax.set_xlim(-0.6, max(len(rules), 1) - 0.4)
