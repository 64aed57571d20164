"""Tables for a paper: one function each, Chinese or English, the cases beside every rate. Great Tables objects.

Each shows itself in JupyterLab; `.as_raw_html()` gives HTML that needs no network, the same bytes every time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd
from great_tables import GT

from govinfo.checks.findings import cell_name
from govinfo.comparison import compare
from govinfo.comparison.indicators import Indicator, indicators, without_marked
from govinfo.figures.style import SCOPES, counted, foot, has_words, named, origin, shown, words

NOTHING = "—"  # no value, never nought


class SummaryTable(GT):
    """A table of Great Tables, with all its methods; as plain text its title alone, where GT's is all it is made of."""

    def __repr__(self) -> str:
        return f"<table: {self._heading.title}>"


def definitions(which: Iterable[str] | None = None, lang: str = "zh"):
    """What each indicator is: its name, formula, unit, statutory basis and caveat; `which` picks and orders them."""
    rows = [
        {
            "name": one.label[lang],
            "formula": formula(one),
            "unit": one.unit[lang],
            "basis": one.basis_in(lang),
            "caveat": one.caveat[lang],
        }
        for one in _picked(which)
    ]
    return _styled(pd.DataFrame(rows), f"definitions-{lang}", words("table_definitions", lang), lang)


def formula(one: Indicator) -> str:
    """An indicator's numerator and denominator as written in indicators.toml.

    >>> formula(indicators()["organisations_share"])
    '(t3.new.total - t3.new.natural) ÷ t3.new.total'
    """
    sides = [" ".join(f"{'-' if sign < 0 else '+'} {term}" for sign, term in side).removeprefix("+ ")
             for side in (one.numerator, one.denominator) if side]  # fmt: skip
    if len(sides) == 2:
        sides = [f"({side})" if " " in side else side for side in sides]
    return " ÷ ".join(sides) + (f" × {one.scale:g}" if one.scale != 1 else "")


def report(
    measured: pd.DataFrame, reports: pd.DataFrame, report_id: str, which: Iterable[str] | None = None, lang="zh"
):
    """Every indicator of one report: value, 95 % interval, cases, method, and why there is no value. KeyError if unknown."""
    about = reports[reports["report_id"] == report_id]
    if about.empty:
        raise KeyError(f"no report {report_id!r} among {len(reports)}")
    here, rows = measured[measured["report_id"] == report_id].set_index("indicator"), []
    for one in _picked(which):
        if one.id in here.index:
            row = here.loc[one.id]
            said = _in_words(row, one) | {"method": _method(row), "note": why(row["note"], lang)}
            rows.append({"name": one.label[lang], "unit": one.unit[lang]} | said)
    title = named(about, lang)["name"].iloc[0].replace("\n", " ")
    return _styled(pd.DataFrame(rows), f"report-{report_id}-{lang}", title, lang, origin(about, lang))


def why(note: str, lang: str) -> str:
    """The reason for a missing value in words; `note` as `govinfo.comparison.indicators.measure` writes it.

    >>> why("t3.new.total: missing; report.days_after_due_date: not applicable", "en")
    '三 1. Applications received this year · Total: not printed; statutory date: not applicable'
    """
    return "; ".join(_why(part, lang) for part in re.split(r"[;,] ", note)) if note else ""


def _why(part: str, lang: str) -> str:
    what, mark, reason = part.rpartition(": ")
    if not mark:
        key = "why_" + part.replace(" ", "_")
        denominator = part.startswith("denominator")
        return words("why_denominator", lang, n=part.split()[-1]) if denominator else _known(key, part, lang)
    name = _known("why_" + what.replace(".", "_"), cell_name(what)[lang], lang)
    return f"{name}: {_known('why_' + reason.replace(' ', '_'), reason, lang)}"


def _known(key: str, otherwise: str, lang: str) -> str:
    return words(key, lang) if has_words(key) else otherwise


def rates(
    measured: pd.DataFrame, reports: pd.DataFrame, which: str | Iterable[str] = "disclosure_rate", lang: str = "zh"
):
    """One row a report: value, interval and cases of each indicator; whole governments and single organs apart.

    Reports without any value are left out and counted below; △ marks a value that rests on a figure with an open finding.
    """
    chosen = [which] if isinstance(which, str) else list(which)
    table = named(reports, lang).assign(place=range(len(reports)))
    wide, heads = table[["report_id", "name", "scope", "place"]].copy(), {}
    kept = pd.Series(False, wide.index)
    for name in chosen:
        one, here = indicators()[name], measured[measured["indicator"] == name].set_index("report_id")
        said = [_in_words(here.loc[r], one) if r in here.index else _in_words(None, one) for r in wide["report_id"]]
        kept |= wide["report_id"].map(here["value"]).notna()
        for part in ("value", "interval", "cases"):
            wide[f"{name}|{part}"] = [row[part] for row in said]
        heads[name] = one.label[lang]
    shown_rows = wide[kept].sort_values("place")
    shown_rows.attrs["left_out"] = {"no value": int((~kept).sum())}
    note = foot(shown_rows.assign(kind=reports["kind"][kept.to_numpy()]) if "kind" in reports else shown_rows, lang)
    scope = shown_rows["scope"].map({key: words(text, lang) for key, text in SCOPES.items()}).fillna("")
    shown_rows = shown_rows.assign(scope=scope).drop(columns=["report_id", "place"])
    title = heads[chosen[0]] if len(chosen) == 1 else words("table_rates", lang)
    return _styled(shown_rows, f"rates-{'-'.join(chosen)}-{lang}", title, lang, note, heads, group="scope")


def changes(measured: pd.DataFrame, reports: pd.DataFrame, indicator: str, years: tuple[int, int], lang: str = "zh"):
    """Each agency's change between two years, largest first, with its interval and both years' cases."""
    one = indicators()[indicator]
    moved = named(compare.change(measured, reports, indicator, years), lang, year=False)
    moved = moved.sort_values(["change", "name"], ascending=[False, True])
    times, sign = (100, "") if one.kind == "proportion" else (1, f" {one.unit[lang]}")
    rows = [
        {
            "name": row.name_.replace("\n", " "),
            "first": counted(row.numerator_0, row.denominator_0),
            "second": counted(row.numerator_1, row.denominator_1),
            "change": f"{times * row.change:+.1f}{sign}{' △' if row.marked else ''}",
            "interval": f"{times * row.low:+.1f} – {times * row.high:+.1f}",
        }
        for row in moved.rename(columns={"name": "name_"}).itertuples()
    ]
    title = words("change_title", lang, label=one.label[lang], first=years[0], second=years[1])
    note = f"{foot(moved, lang, times=2)}. {words('points', lang) if one.kind == 'proportion' else ''}"
    frame = pd.DataFrame(rows, columns=["name", "first", "second", "change", "interval"])
    return _styled(
        frame, f"changes-{indicator}-{lang}", title, lang, note, {"first": str(years[0]), "second": str(years[1])}
    )


def with_and_without(measured: pd.DataFrame, reports: pd.DataFrame, indicator="disclosure_rate", lang: str = "zh"):
    """The pooled rate of each scope, over all reports and without those that rest on a figure with an open finding."""
    one, rows = indicators()[indicator], []
    for text, table in (("all", measured), ("without", without_marked(measured))):
        known = compare.comparable(table, reports, indicator, mixed=True)
        for scope, here in known.groupby("scope"):
            total = here[["numerator", "denominator"]].sum()
            value = one.scale * total["numerator"] / total["denominator"] if total["denominator"] else float("nan")
            name = words(SCOPES.get(scope, "unknown_scope"), lang)
            rows.append({"scope": name, "name": words(f"table_{text}", lang), "reports": str(len(here)),
                         "value": shown(value, one.kind == "proportion"), "cases": counted(*total)})  # fmt: skip
    frame = pd.DataFrame(rows, columns=["scope", "name", "reports", "value", "cases"])
    frame = frame.sort_values("scope", kind="stable", ignore_index=True)
    return _styled(frame, f"pooled-{indicator}-{lang}", one.label[lang], lang, origin(reports, lang), group="scope")


def _picked(which: Iterable[str] | None) -> list[Indicator]:
    return [indicators()[name] for name in (indicators() if which is None else which)]


def _in_words(row, one: Indicator) -> dict[str, str]:
    """A measured row as value, interval and cases in words; a dash where there is none."""
    if row is None or pd.isna(row["value"]):
        return {"value": NOTHING, "interval": "", "cases": "" if row is None else _cases(row)}
    percent = one.kind == "proportion" or one.unit.en == "%"
    value = shown(row["value"], percent) + (" △" if row["marked"] else "")
    interval = "" if pd.isna(row["low"]) else f"{shown(row['low'], percent)} – {shown(row['high'], percent)}"
    return {
        "value": value,
        "interval": interval,
        "cases": _cases(row) if one.denominator or one.kind == "count" else "",
    }


def _cases(row) -> str:
    return "" if pd.isna(row["numerator"]) else counted(row["numerator"], row["denominator"])


def _method(row) -> str:
    return "" if row["method"] == "none" else row["method"]


def _styled(frame: pd.DataFrame, id: str, title: str, lang: str, note: str = "", heads=None, group: str | None = None):
    """A table in the project's looks; columns `indicator|part` stand together under the indicator's name."""
    heads = heads or {}
    columns = [column for column in frame.columns if column != group]
    labels = {c: heads.get(c) or words(f"table_{c.split('|')[-1]}", lang) for c in columns}
    made = SummaryTable(frame, id=_slug(id), groupname_col=group).tab_header(title)
    spanned = [name for name in heads if f"{name}|value" in columns]
    for name in spanned if len(spanned) > 1 else []:
        made = made.tab_spanner(heads[name], [c for c in columns if c.startswith(f"{name}|")], id=name)
    left = [c for c in ("name", "formula", "unit", "basis", "caveat", "method", "note") if c in columns]
    made = made.cols_label(labels).cols_align("right", [c for c in columns if c not in left]).cols_align("left", left)
    notes = [note, words("table_marked", lang) if frame.map(lambda x: "△" in str(x)).any(axis=None) else ""]
    for text in filter(None, [n.strip(". ") for n in notes]):
        made = made.tab_source_note(text)
    return made.tab_options(table_font_size="13px", data_row_padding="3px", heading_title_font_size="15px")


def _slug(text: str) -> str:
    """An id that HTML and CSS take."""
    return "gi-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in text)
