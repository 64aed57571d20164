"""The official layout with what fails in it: rows and columns marked, suspects pointed out, as HTML and as a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from govinfo.builds.escaped import escape
from govinfo.checks.problems import cell_words as named
from govinfo.checks.problems import joined, rule_words, say, suggested
from govinfo.figures.style import INK, PALE, SOFT, canvas, figure
from govinfo.form import Block, Line, load_form
from govinfo.layout import printed_lines

FAILED, SUSPECT, ONE_OF = "✗", "◆", "◇"
FILL = {SUSPECT: "#e69f00", ONE_OF: "#fbe3b0", FAILED: "#e8e8e8", "": "white"}  # light to dark in grey as well
_CELL = "border:1px solid #999;padding:2px 6px;text-align:right"
_HEAD = "border:1px solid #999;padding:2px 6px;text-align:left;font-weight:normal"


@dataclass(frozen=True)
class Spot:
    """One printed cell: its text, the sign of a suspect ("" for none), the values that would make everything hold."""

    text: str
    sign: str = ""
    values: tuple[str, ...] = ()
    failed: bool = False

    @property
    def words(self) -> str:
        return " ".join(x for x in (self.text, self.sign, "→" + "/".join(self.values) if self.values else "") if x)


@dataclass(frozen=True)
class Part:
    """One block of a section: headings as (group, label, failed), and a list of spots for each row."""

    rows: list[tuple[str, str, bool]]
    columns: list[tuple[str, str, bool]]
    spots: list[list[Spot]]


@dataclass(frozen=True)
class Marked:
    """A section in the official layout with its failures; shows itself as HTML, `figure()` draws it."""

    title: str
    parts: list[Part]
    rules: list[str]
    suspects: list[str]
    unlisted: list[str]
    lang: str

    @property
    def alternative_text(self) -> str:
        suspects = joined([[one] for one in self.suspects], self.lang) or say("marked.none", self.lang)
        return say("marked.alt", self.lang, title=self.title, n=len(self.rules), suspects=suspects)

    @property
    def key(self) -> list[str]:
        """What the signs mean, in words, for those that occur."""
        signs = {spot.sign for part in self.parts for row in part.spots for spot in row}
        if not self.rules:
            return [say("marked.clean", self.lang)]
        lines = [
            ("line", True),
            ("suspect", SUSPECT in signs),
            ("one_of", ONE_OF in signs),
            ("value", bool(signs - {""})),
        ]
        said = [say(f"marked.{name}", self.lang) for name, shown in lines if shown]
        more = [say("marked.unlisted", self.lang, rules="; ".join(self.unlisted))] if self.unlisted else []
        return said + more

    def figure(self, ax=None):
        """The same as a matplotlib Figure in the bundled font, with an alternative text."""
        return drawn(self, ax=ax)

    def _repr_html_(self) -> str:
        tables = "".join(_html(part) for part in self.parts)
        rules = "".join(f"<li>{FAILED} {escape(rule)}</li>" for rule in self.rules)
        return (
            f'<figure style="font-family:sans-serif;font-size:12px;margin:0" aria-label="{escape(self.alternative_text)}">'
            f"<b>{escape(self.title)}</b>{tables}<figcaption>{'<br/>'.join(map(escape, self.key))}"
            f"<ul style='margin:4px 0'>{rules}</ul></figcaption></figure>"
        )


def marked(report, section: str, lang: str = "zh") -> Marked:
    """One section ("t2", "t3", "t4") of a report as published, with what fails in it.

    ✗ stands at a row or column in which a rule fails, ◆ at a cell that every explanation suspects, ◇ at one that some do,
    each with the value that would make everything hold; colours only repeat the signs. Rules that cannot tell, and findings
    a reviewer dismissed, mark nothing. Raises KeyError for another section.
    """
    if section not in report.versions:
        raise KeyError(f"section {section!r}: expected one of 二, 三, 四 (or {', '.join(report.versions)})")
    form = load_form(report.versions[section])
    failed = _failed(report.findings, section)
    raw = dict(zip(report.cells["cell"], report.cells["raw"], strict=True))
    blocks = [block for block in form.blocks if block.section == section]
    suspects = _suspects(failed)
    parts = [_part(block, raw, failed, suspects, lang) for block in blocks]
    number = next(s for s in form.sections if s.id == section)
    title = f"{number.number}、{number.label.zh}" if lang == "zh" else f"{number.number} {number.label[lang]}"
    rules = [rule_words(row["rule"], lang) or row["rule"] for row in failed]
    unlisted = [said for row, said in zip(failed, rules, strict=True) if row["slip"] and not row["suspects"]]
    return Marked(f"{report.report_id} · {title}", parts, rules, [named(c, lang) for c in suspects], unlisted, lang)


def _failed(findings: pd.DataFrame, section: str) -> list[dict]:
    if findings.empty:
        return []
    rows = findings[findings["outcome"] == "fail"].to_dict("records")
    here = [row for row in rows if any(cell.startswith(f"{section}.") for cell in row["cells"].split())]
    return [row for row in here if row.get("review") != "dismissed"]


def _suspects(failed: list[dict]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Suspect cell -> its sign and the values that would do."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for row in failed:
        sets = suggested(row)
        for cell in dict.fromkeys(cell for one in sets for cell in one):
            values = tuple(dict.fromkeys(one[cell] for one in sets if cell in one))
            found[cell] = (SUSPECT if all(cell in one for one in sets) else ONE_OF, values)
    return found


def _part(block: Block, raw: dict, failed: list[dict], suspects: dict, lang: str) -> Part:
    lines = printed_lines(block, raw)
    ids = [[block.cell_id(line.id, column.id) for column in block.columns] for line in lines]
    rows, columns, touched = _failing_lines(ids, [set(row["cells"].split()) for row in failed])
    spots = [[Spot(raw.get(c, ""), *suspects.get(c, ("", ())), failed=c in touched) for c in row] for row in ids]
    return Part(
        [_heading(block, line, "rows", k in rows, lang) for k, line in enumerate(lines)],
        [_heading(block, column, "columns", k in columns, lang) for k, column in enumerate(block.columns)],
        spots,
    )


def _failing_lines(ids: list[list[str]], rules: list[set[str]]) -> tuple[set[int], set[int], set[str]]:
    """Rows and columns in which a rule fails, and all cells of such rules: a rule within one row marks the row, others
    their columns; where there is one row alone (四), the columns of the rule."""
    rows: set[int] = set()
    columns: set[int] = set()
    for cells in rules:
        at = [(i, j) for i, row in enumerate(ids) for j, cell in enumerate(row) if cell in cells]
        in_one_row = len(ids) > 1 and len({i for i, _ in at}) == 1
        rows |= {i for i, _ in at} if in_one_row else set()
        columns |= set() if in_one_row else {j for _, j in at}
    return rows, columns, set().union(*rules)


def _heading(block: Block, line: Line, axis: str, failed: bool, lang: str) -> tuple[str, str, bool]:
    path = block.group_path(line, axis)
    root = block.label[lang] if axis == "rows" and block.section == "t2" else ""
    return path[-1].label[lang] if path else root, line.label[lang], failed


# ------------------------------------------------------------------------------------------------ HTML


def _html(part: Part) -> str:
    bands = "".join(f'<th style="{_HEAD}" colspan="{n}">{escape(group)}</th>' for group, n in _bands(part))
    bands = f'<tr><th style="{_HEAD}"></th>{bands}</tr>' if any(group for group, _ in _bands(part)) else ""
    head = "".join(f'<th style="{_HEAD}">{_titled("", *column[1:])}</th>' for column in part.columns)
    body = "".join(
        f'<tr><th style="{_HEAD};max-width:26em">{_titled(*title)}</th>{"".join(map(_html_cell, row))}</tr>'
        for title, row in zip(part.rows, part.spots, strict=True)
    )
    head = f'{bands}<tr><th style="{_HEAD}"></th>{head}</tr>'
    return f'<table style="border-collapse:collapse;margin:6px 0">{head}{body}</table>'


def _bands(part: Part) -> list[tuple[str, int]]:
    """The groups above the columns, each with the number of columns it spans."""
    return [(group, len(list(columns))) for group, columns in groupby(part.columns, key=lambda column: column[0])]


def _titled(group: str, label: str, failed: bool) -> str:
    sign = f"<b>{FAILED}</b> " if failed else ""
    return sign + (f"<small>{escape(group)}</small> " if group else "") + escape(label)


def _html_cell(spot: Spot) -> str:
    look = f"{_CELL};background:{_fill(spot)};color:{INK}"
    look += f";border:2px {'solid' if spot.sign == SUSPECT else 'dashed'} {INK};font-weight:bold" if spot.sign else ""
    return f'<td style="{look}">{escape(spot.words)}</td>'


def _fill(spot: Spot) -> str:
    return FILL[spot.sign or (FAILED if spot.failed else "")]


# ------------------------------------------------------------------------------------------------ figure


@figure
def drawn(shown: Marked, ax=None):
    """Draw a marked section: one box a cell, signs and values as text, borders of suspects heavy or dashed."""
    height = sum(len(part.rows) + 3 for part in shown.parts)
    fig, ax = canvas(ax, 0.5 + 0.23 * (height + len(shown.key)), width=11)
    top = 0.0
    for part in shown.parts:
        top = _draw_part(ax, part, top)
    for k, line in enumerate(shown.key):
        ax.text(0, top + 0.8 + k, line, va="center", fontsize=8)
    ax.set_title(shown.title, loc="left")
    ax.set(xlim=(0, 1), ylim=(top + len(shown.key) + 0.6, 0))
    ax.axis("off")
    return fig, shown.alternative_text


def _draw_part(ax, part: Part, top: float) -> float:
    left = 0.36 if any(label for _, label, _ in part.rows) else 0.0
    width, band = (1 - left) / len(part.columns), 1.0 if any(group for group, _ in _bands(part)) else 0.0
    at = left
    for group, n in _bands(part) if band else ():
        _box(ax, at, top, n * width, band, _cut(group, int(n * width * 190)), "white", fontsize=7)
        at += n * width
    for j, (_, label, failed) in enumerate(part.columns):
        text = _folded(_signed(label, failed), int(width * 170))
        _box(ax, left + j * width, top + band, width, 1.6, text, PALE if failed else "white", fontsize=6.5)
    top += band + 1.6
    for i, ((group, label, failed), row) in enumerate(zip(part.rows, part.spots, strict=True)):
        if left:
            text = _cut(_signed(f"{group} {label}".strip(), failed), 72)
            _box(ax, 0, top + i, left, 1, text, PALE if failed else "white", fontsize=7, align="left")
        for j, spot in enumerate(row):
            border = {SUSPECT: ("-", 1.8), ONE_OF: ("--", 1.2)}.get(spot.sign, ("-", 0.4))
            _box(ax, left + j * width, top + i, width, 1, spot.words, _fill(spot), 7.5, "center", *border)
    return top + len(part.rows) + 0.4


def _signed(text: str, failed: bool) -> str:
    return f"{FAILED} {text}".strip() if failed else text


def _box(ax, x, y, width, height, text, fill, fontsize, align="center", line="-", weight=0.4) -> None:
    from matplotlib.patches import Rectangle

    edge = INK if weight > 1 else SOFT
    look = {"facecolor": fill, "edgecolor": edge, "linewidth": weight, "linestyle": line, "zorder": 2 + weight}
    ax.add_patch(Rectangle((x, y), width, height, clip_on=False, **look))
    at = x + 0.004 if align == "left" else x + width / 2
    ax.text(at, y + height / 2, text, ha=align, va="center", fontsize=fontsize, color=INK, zorder=5, linespacing=1.0)


def _units(text: str) -> int:
    """Width in Latin letters: a Chinese letter counts two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _cut(text: str, room: int) -> str:
    """As much of a text as has room, the rest as an ellipsis; the whole label stands in the HTML."""
    while _units(text) > room:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def _folded(text: str, room: int) -> str:
    """A heading over up to three lines, broken between words, in Chinese between letters."""
    lines = [""]
    for piece in re.findall(r"[\x00-\u2e7f]+?(?: |$|(?=[\u2e80-\uffff]))|.", text):
        fits = not lines[-1] or _units(lines[-1] + piece.rstrip()) <= room
        lines = [*lines[:-1], lines[-1] + piece] if fits else [*lines, piece]
    return "\n".join(line.strip() for line in lines[:3])
