"""Indicators: rates, ratios, counts and dates of each report, defined in indicators.toml, with their intervals."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from govinfo.comparison import intervals
from govinfo.form import VERSIONS, Label, load_form

COLUMNS = ["report_id", "indicator", "value", "low", "high", "method", "numerator", "denominator", "marked", "note"]
KINDS = ("proportion", "ratio", "count", "amount", "days", "text")
METHODS = {
    "proportion": ("Wilson", intervals.wilson),
    "ratio": ("Garwood (exact Poisson)", intervals.garwood),
    "count": ("Garwood (exact Poisson)", intervals.garwood),
}
_TERM = re.compile(r"\s*([+-]?)\s*([a-z][a-z0-9_.]*)\s*")


@dataclass(frozen=True)
class Indicator:
    """One row of indicators.toml: `numerator` and `denominator` are pairs (sign, id)."""

    id: str
    kind: str
    numerator: tuple[tuple[int, str], ...]
    denominator: tuple[tuple[int, str], ...]
    label: Label
    unit: Label
    caveat: Label
    scale: float = 1.0
    direction: str = "none"
    basis: str = ""

    def basis_in(self, lang: str) -> str:
        """The statutory basis in a language; `basis` itself is English, document numbers stay as they are.

        >>> indicators()["not_held_rate"].basis_in("zh")
        '《条例》第36条第（四）、（五）项'
        """
        return self.basis if lang == "en" else "；".join(map(_article, self.basis.split("; ")))


@dataclass(frozen=True)
class _Read:
    """An expression's value in one report, the ids it used, and why there is no value."""

    value: float | None
    used: tuple[str, ...] = ()
    why: str = ""


def _article(text: str) -> str:
    """An article in Chinese: "art. 36(4), (5)" is 《条例》第36条第（四）、（五）项."""
    found = re.fullmatch(r"art\. (\d+)((?:\(\d+\)(?:, )?)*)", text)
    if not found:
        return "表格未列" if text == "not named in the form" else text
    items = "、".join(f"（{'一二三四五六七八九十'[int(item) - 1]}）" for item in re.findall(r"\d+", found[2]))
    return f"《条例》第{found[1]}条" + (f"第{items}项" if items else "")


def parse(expression: str) -> tuple[tuple[int, str], ...]:
    """A sum or difference of ids as pairs (sign, id); ValueError names what cannot be read.

    >>> parse("t3.new.total - t3.new.natural")
    ((1, 't3.new.total'), (-1, 't3.new.natural'))
    """
    terms, at = [], 0
    while at < len(expression):
        match = _TERM.match(expression, at)
        if not match or (terms and not match[1]):
            raise ValueError(f"{expression!r}: expected an id or a sign, found {expression[at:]!r}")
        terms.append((-1 if match[1] == "-" else 1, match[2]))
        at = match.end()
    return tuple(terms)


@cache
def definitions() -> dict:
    """indicators.toml as data."""
    return tomllib.loads((resources.files("govinfo.comparison") / "indicators.toml").read_text(encoding="utf-8"))


@cache
def _cells() -> dict[str, str]:
    """Every cell id of both forms, group cells included, with its row's statutory basis (the newer form's first)."""
    found = {}
    for version in reversed(VERSIONS):
        form = load_form(version)
        basis = {(b.id, r.id): r.basis for b in form.blocks for r in (*b.rows, *b.group_lines)}
        for cell in (*form.cells, *form.group_cells):
            found.setdefault(cell.id, basis[cell.block, cell.row])
    return found


@cache
def sums() -> dict[str, tuple[str, ...]]:
    """What an id that a report does not print stands for: the ids whose sum it is.

    Groups of rows come from the form of 2021 (the finer one), the rest from indicators.toml.

    >>> sums()["t3.other.total"]
    ('t3.other.no_correction.total', 't3.other.unpaid_fee.total', 't3.other.other.total')
    """
    table = {}
    for block in load_form(VERSIONS[-1]).blocks:
        for line in block.group_lines:
            for column in block.columns:
                members = tuple(block.cell_id(row.id, column.id) for row in block.members(line.id))
                table[block.cell_id(line.id, column.id)] = members
    for item in definitions()["sum"]:
        table |= _written_sum(item["id"], item["parts"])
    return table


def _written_sum(whole: str, parts: list[str]) -> dict[str, tuple[str, ...]]:
    if not whole.endswith("{x}"):
        return {whole: tuple(parts)}
    stems = [part.removesuffix("{x}") for part in parts]
    endings = [{cell.removeprefix(stem) for cell in _cells() if cell.startswith(stem)} for stem in stems]
    return {
        whole.replace("{x}", ending): tuple(stem + ending for stem in stems)
        for ending in sorted(set.intersection(*endings))
    }


@cache
def indicators() -> dict[str, Indicator]:
    """The indicators by id, in the order of indicators.toml.

    >>> indicators()["disclosure_rate"].label.en
    'Disclosure rate (granted in full or in part)'
    """
    rows = [row for item in definitions()["indicator"] for row in _expanded(item)]
    return {row["id"]: _indicator(row) for row in rows}


def _expanded(item: dict) -> list[dict]:
    """One row for each row of the form's group, where the definition runs over a group."""
    if "rows" not in item:
        return [item]
    block = load_form(VERSIONS[-1]).block(item["rows"].split(".")[0])
    rows = []
    for line in block.members(item["rows"].split(".")[1]):
        names = {lang: re.sub(r"^\d+\.\s*", "", line.label[lang]) for lang in ("zh", "en")}
        fill = {"id": {"row": line.id.split(".")[1]}, "numerator": {"row": line.id.split(".")[1]}}
        fill |= {lang: {"label": names[lang]} for lang in names}
        rows.append({key: value.format(**fill[key]) if key in fill else value for key, value in item.items()})
    return rows


def _indicator(row: dict) -> Indicator:
    pair = {key: Label(row.get(f"{key}_zh", ""), row.get(f"{key}_en", "")) for key in ("unit", "caveat")}
    numerator, denominator = parse(row["numerator"]), parse(row.get("denominator", ""))
    basis = row.get("basis") or "; ".join(dict.fromkeys(b for _, t in numerator for b in _bases(t)))
    more = {"direction": row.get("direction", "none"), "scale": float(row.get("scale", 1)), "basis": basis}
    return Indicator(row["id"], row["kind"], numerator, denominator, Label(row["zh"], row["en"]), **pair, **more)


def _bases(term: str) -> list[str]:
    if term in sums():
        return [basis for part in sums()[term] for basis in _bases(part)]
    return [_cells()[term]] if _cells().get(term) else []


def measure(
    cells: pd.DataFrame,
    reports: pd.DataFrame,
    findings: pd.DataFrame | None = None,
    claims: pd.DataFrame | None = None,
    only: Iterable[str] | None = None,
    level: float = intervals.LEVEL,
) -> pd.DataFrame:
    """Every indicator of every report: one row each, in the order of `reports` and of indicators.toml.

    Columns as in `COLUMNS`. `value` is a fraction for proportions, per `scale` for ratios. Missing is never zero: where a
    figure is missing, a blank that no identity forces to 0, or under `doubt`, the value is missing and `note` says which
    cells. A figure that a report does not print stands for the sum of its parts (`sums`). `marked` is True where a failed
    rule of `findings` (outcome fail, severity error, verdict not `reading`) touches a cell used; with None it is False.
    `claims` feeds what only the prose states; without it those indicators are missing. `only` picks indicators by id.
    Indicators of the prose itself come from `govinfo.comparison.likeness.practice`.

    >>> cells = pd.DataFrame({"report_id": "a", "cell": ["t3.granted.total", "t3.partial.total", "t3.total.total"],
    ...                       "value": [6.0, 1.0, 10.0], "flag": "ok"})
    >>> row = measure(cells, pd.DataFrame({"report_id": ["a"]}), only=["disclosure_rate"]).iloc[0]
    >>> row.method, *(round(float(x), 3) for x in (row.value, row.low, row.high))
    ('Wilson', 0.7, 0.397, 0.892)
    """
    wanted = [i for i in indicators().values() if i.kind != "text" and (only is None or i.id in set(only))]
    printed, stated, blamed = figures(cells), _stated(claims), _blamed(findings)
    rows = []
    for report in reports.to_dict("records"):
        known = printed.get(report["report_id"], {}) | stated.get(report["report_id"], {}) | _dates(report)
        rows += [_row(report["report_id"], one, known, blamed.get(report["report_id"], set())) for one in wanted]
    return with_intervals(pd.DataFrame(rows, columns=COLUMNS), level)


def figures(cells: pd.DataFrame) -> dict[str, dict[str, float | str]]:
    """Report -> cell -> its number, or in words why it has none."""
    flags = cells["flag"] if "flag" in cells else pd.Series("ok", index=cells.index)
    table: dict[str, dict] = {}
    for report, cell, value, flag in zip(cells["report_id"], cells["cell"], cells["value"], flags, strict=True):
        usable = flag != "doubt" and not pd.isna(value)
        table.setdefault(report, {})[cell] = float(value) if usable else str(flag)
    return table


def _stated(claims: pd.DataFrame | None) -> dict[str, dict[str, float | str]]:
    """Report -> claim.<id> -> the figure stated; two different figures for one claim are no figure."""
    table: dict[str, dict] = {}
    if claims is not None:
        for (report, claim), rows in claims.groupby(["report_id", "claim"]):
            found = sorted(set(pd.to_numeric(rows["figure"]).dropna().astype(float)))
            table.setdefault(report, {})[f"claim.{claim}"] = found[0] if len(found) == 1 else "stated twice"
    return table


def _blamed(findings: pd.DataFrame | None) -> dict[str, set[str]]:
    """Report -> the cells that a failed rule touches: its suspects where known, all its cells otherwise."""
    table: dict[str, set] = {}
    if findings is not None and len(findings):
        failed = findings[(findings["outcome"] == "fail") & (findings["severity"] == "error")]
        for row in failed[failed["verdict"] != "reading"].fillna("").to_dict("records"):
            cells = str(row.get("suspects") or row["cells"]).replace("|", " ").split()
            table.setdefault(row["report_id"], set()).update(cells)
    return table


def _dates(report: Mapping) -> dict[str, float | str]:
    """Days from the year's end, and from the statutory date, to publication; in words where there is no number."""
    published = str(report.get("published", ""))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", published) or pd.isna(report.get("year")):
        return dict.fromkeys(("report.days_after_year_end", "report.days_after_due_date"), "no date on record")
    year, day = int(report["year"]), datetime.date.fromisoformat(published)
    due = due_date(str(report.get("level", "")), str(report.get("scope", "")), year)
    late = due if isinstance(due, str) else float((day - due).days)
    return {
        "report.days_after_year_end": float((day - datetime.date(year, 12, 31)).days),
        "report.days_after_due_date": late,
    }


def due_date(level: str, scope: str, year: int) -> datetime.date | str:
    """The statutory date of publication for a report on `year` (art. 49), or in words why there is none.

    >>> due_date("department", "own organ", 2024).isoformat(), due_date("township", "own organ", 2024)
    ('2025-01-31', 'not applicable')
    """
    for row in definitions()["due"]:
        if level in row["levels"] and row["scope"] in ("", scope):
            return datetime.date.fromisoformat(f"{year + 1}-{row['date']}") if row["date"] else "not applicable"
    return "level or scope unknown"


def read(terms, known: Mapping[str, float | str]) -> _Read:
    """An expression's value from the figures of one report; a term without a number gives no value, and says why."""
    total, used, why = 0.0, (), ()
    for sign, term in terms:
        one = _term(term, known)
        used += one.used
        why += (one.why,) * (one.value is None)
        total += sign * (one.value or 0.0)
    return _Read(None if why else total, used, ", ".join(dict.fromkeys(why)))


def _term(term: str, known: Mapping[str, float | str]) -> _Read:
    found = known.get(term)
    if isinstance(found, float):
        return _Read(found, (term,))
    if term in sums() and found in (None, "missing"):
        parts = read([(1, part) for part in sums()[term]], known)
        if parts.value is not None or any(part in known for part in parts.used):
            return parts
    return _Read(None, (term,), f"{term}: {found or 'missing'}")


def _row(report_id: str, one: Indicator, known: Mapping, blamed: set[str]) -> dict:
    top = read(one.numerator, known)
    under = read(one.denominator, known) if one.denominator else _Read(None)
    note = "; ".join(dict.fromkeys(part for part in (top.why, under.why) if part))
    if not note and one.denominator:
        note = _impossible(one, top.value, under.value)
    value = np.nan if note else one.scale * top.value / (under.value if one.denominator else 1.0)
    return {
        "report_id": report_id,
        "indicator": one.id,
        "value": value,
        "numerator": np.nan if top.value is None else top.value,
        "denominator": np.nan if under.value is None else under.value,
        "marked": not blamed.isdisjoint(top.used + under.used),
        "note": note,
    }


def _impossible(one: Indicator, top: float, under: float) -> str:
    """Why two known figures make no rate, or ''."""
    if under <= 0:
        return f"denominator is {under:g}"
    if one.kind == "proportion" and not 0 <= top <= under:
        return f"{top:g} cannot be a part of {under:g}"
    return ""


def with_intervals(measured: pd.DataFrame, level: float = intervals.LEVEL, phi: float = 1.0) -> pd.DataFrame:
    """The table with `low`, `high` and `method` by each row's kind; amounts, days and prose have no interval.

    `phi` above 1 (over-dispersion, see `govinfo.comparison.funnel`) widens the intervals as if there were 1/phi as many cases, and
    `method` says so.
    """
    out = measured.assign(low=np.nan, high=np.nan, method="none")
    kind, scale = (
        out["indicator"].map({i.id: getattr(i, name) for i in indicators().values()}) for name in ("kind", "scale")
    )
    widened = f", φ = {phi:.3g}" if phi != 1 else ""
    for one, (method, interval) in METHODS.items():
        here = (kind == one) & out["value"].notna()
        under = 1.0 if one == "count" else out.loc[here, "denominator"].to_numpy(float)
        bounds = interval(out.loc[here, "numerator"].to_numpy(float), under, level, phi)
        out.loc[here, ["low", "high"]] = np.column_stack(bounds) * scale[here].to_numpy(float)[:, None]
        out.loc[here, "method"] = method + widened
    return out[COLUMNS]


LEFT_OUT = "left out: rests on a figure with an open finding"


def without_marked(measured: pd.DataFrame) -> pd.DataFrame:
    """The table with no value where it rests on a figure with an open finding: any result is then had without them.

    The rows stay and their `note` says why, so that what is drawn or computed from the table can count them.
    """
    out, marked = measured.copy(), measured["marked"].astype(bool)
    out.loc[marked, ["value", "low", "high"]] = np.nan
    out.loc[marked, "note"] = LEFT_OUT
    return out


def cells_behind(
    indicator: str, cells: pd.DataFrame, report_id: str, claims: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The cells behind one indicator of one report: `part` (numerator or denominator), `cell`, and all they carry.

    A figure that the report does not print is replaced by the cells whose sum it is. A cell that the report lacks comes
    with empty columns; so does a figure of the prose, `claim.<id>`, for which `claims` is needed.
    """
    here = cells[cells["report_id"] == report_id]
    known, one = figures(here).get(report_id, {}) | _stated(claims).get(report_id, {}), indicators()[indicator]
    parts = {"numerator": one.numerator, "denominator": one.denominator}
    rows = [(part, cell) for part, terms in parts.items() for cell in read(terms, known).used]
    return pd.DataFrame(rows, columns=["part", "cell"]).merge(here, on="cell", how="left")
