"""The official terms in Chinese and English, with what they mean: labels from the forms, meanings from glossary.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

from govinfo.form import VERSIONS, load_form

PARTS = ("rows", "columns", "groups")


class Term(NamedTuple):
    """A row, column or group of the forms; `versions` are the forms that have it, `parent` the group it stands in."""

    id: str
    zh: str
    en: str
    basis: str
    parent: str
    versions: tuple[str, ...]
    meaning_zh: str
    meaning_en: str


def glossary(section: str, part: str = "rows") -> list[Term]:
    """The terms of a section ("t2", "t3", "t4"): its "rows", "columns" or "groups", in the order of the newest form.

    A term that both forms have stands once, with its newest label; the columns of 四, which repeat in each of its parts,
    stand once too. KeyError where glossary.toml does not explain a term.

    >>> [term.zh for term in glossary("t4", "groups")]
    ['行政复议', '行政诉讼', '未经复议直接起诉', '复议后起诉']
    """
    found: dict[str, list] = {}
    for version in reversed(VERSIONS):
        for line in _lines(version, section, part):
            found.setdefault(_key(section, part, line.id), []).append((version, line))
    meanings = _meanings().get(section, {}).get(part, {})
    return [_term(key, uses, meanings[key]) for key, uses in found.items() if key]


def markdown(section: str, part: str = "rows") -> str:
    """The same as text for a notebook: each term in both languages, its basis, and what it means in each."""
    return "\n\n".join(_entry(term) for term in glossary(section, part))


def _entry(term: Term) -> str:
    only = () if len(term.versions) == len(VERSIONS) else (f"form {'/'.join(term.versions)}",)
    about = "; ".join(filter(None, (term.basis, *only)))
    head = f"#### {term.zh} — {term.en}" + (f" ({about})" if about else "")
    return f"{head}\n\n{term.meaning_en}\n\n{term.meaning_zh}"


def _lines(version: str, section: str, part: str):
    for block in (block for block in load_form(version).blocks if block.section == section):
        yield from block.row_groups + block.column_groups if part == "groups" else getattr(block, part)


def _key(section: str, part: str, line_id: str) -> str:
    """In 四 a column is known by its result: review.upheld and direct.upheld are one term."""
    return line_id.rpartition(".")[2] if (section, part) == ("t4", "columns") else line_id


def _term(key: str, uses: list, meaning: dict[str, str]) -> Term:
    versions = tuple(sorted({version for version, _ in uses}))
    line = uses[0][1]
    parent = getattr(line, "group", "") or getattr(line, "parent", "")
    basis = getattr(line, "basis", "")
    return Term(key, line.label.zh, line.label.en, basis, parent, versions, meaning["zh"], meaning["en"])


@cache
def _meanings() -> dict:
    text = (resources.files("govinfo") / "forms" / "glossary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
