"""Figures of the whole: what cases were made of, years side by side, reports against rules."""

from __future__ import annotations

import numpy as np
import pandas as pd

from govinfo.checks.problems import rule_words
from govinfo.checks.rule_axis import ordered, rule_axis
from govinfo.comparison import compare
from govinfo.comparison import composition as compositions
from govinfo.comparison.indicators import indicators
from govinfo.comparison.points import remember
from govinfo.figures.style import (
    ACCENT,
    INK,
    PALE,
    SCOPES,
    SOFT,
    WARM,
    blocks,
    canvas,
    caption,
    figure,
    foot,
    line_axis,
    named,
    origin,
    percent_axis,
    shown,
    sign,
    words,
)

# From dark to light and back, with hatches: told apart in grey and by colour-blind readers.
FILLS = [
    ("#08519c", ""), ("#9ecae1", ""), ("#d55e00", "////"), ("#fff1de", ""),
    ("#7f7f7f", "...."), ("#f5f5f5", "\\\\\\\\"), ("#c7c7c7", "||||"), ("#ffffff", "xxxx"),
]  # fmt: skip
LINES = [("o", "-"), ("s", "--"), ("^", "-."), ("D", ":"), ("v", "-"), ("P", "--")]
INKS = [ACCENT, WARM, "#009e73", INK, "#cc79a7", SOFT]  # Okabe and Ito


@figure
def composition(cells: pd.DataFrame, reports: pd.DataFrame, what: str = "outcomes", lang: str = "zh", ax=None):
    """Stacked bars of what each report's cases were made of ("outcomes", "grounds", "applicants"), alike by alike.

    Reports with an unknown part, or without a case, are left out and counted in the foot line.
    """
    ids = [report for report in reports["report_id"] if report in set(cells["report_id"])]
    table = compositions.counts(cells[cells["report_id"].isin(ids)], what).reindex(reports["report_id"])
    full = compositions.complete(table)
    full = full.loc[compositions.leaf_order(full)]
    rows = named(full.reset_index()[["report_id"]].astype("str").merge(reports, on="report_id"), lang)
    rows.attrs["left_out"] = {"no value": len(table) - len(full)}
    lines = blocks(rows, lang)
    fig, ax = canvas(ax, 1.4, lines)
    labels = {part: label[lang] for part, label in compositions.parts(what).items()}
    order = [(y, row.report_id) for y, (_, row) in enumerate(lines) if row is not None]
    signs = _bars(ax, full.loc[[report for _, report in order]], [y for y, _ in order], labels)
    line_axis(ax, lines)
    drawn = pd.DataFrame([row for _, row in lines if row is not None], columns=rows.columns)
    remember(fig, ax, drawn.assign(composition=what), [50.0] * len(drawn), [y for y, _ in order])
    title = compositions.title(what)[lang]
    caption(fig, ax, title, f"{foot(rows, lang)}\n{words('composition_note', lang)}", signs)
    most = labels[full.sum().idxmax()] if len(full) else "-"
    return fig, words("alt_composition", lang, label=title, n=len(full), most=most)


def _bars(ax, full, places, labels):
    """Draw one stacked bar a row at its place, its total at the right; the entries of the key."""
    from matplotlib.patches import Patch

    left, share = np.zeros(len(full)), 100 * compositions.shares(full)
    looks = [{"facecolor": colour, "hatch": hatch, "edgecolor": INK, "linewidth": 0.5} for colour, hatch in FILLS]
    for part, look in zip(full.columns, looks, strict=False):
        ax.barh(places, share[part], left=left, height=0.72, **look)
        left = left + share[part].to_numpy()
    for y, total in zip(places, full.sum(axis=1), strict=True):
        ax.text(1.02, y, f"{total:g}", transform=ax.get_yaxis_transform(), va="center", fontsize=7.5)
    ax.set_xlim(0, 100)
    percent_axis(ax.xaxis, True)
    return [Patch(label=label, **look) for label, look in zip(labels.values(), looks, strict=False)]


@figure
def over_years(measured, reports, indicator: str = "disclosure_rate", agencies=None, lang: str = "zh", ax=None):
    """One indicator over the years, a line for each of at most six agencies, with intervals and denominators.

    `agencies`: names as in `reports.agency`, by default all. A year without a figure breaks the line. Raises ValueError
    for more than six agencies: they could not be told apart.
    """
    one, percent = indicators()[indicator], indicators()[indicator].kind == "proportion"
    chosen = list(dict.fromkeys(reports["agency"] if agencies is None else agencies))
    if len(chosen) > len(LINES):
        raise ValueError(f"over_years: expected at most {len(LINES)} agencies, found {len(chosen)}: name some")
    asked = reports[reports["agency"].isin(chosen)]
    drawn = named(compare.comparable(measured, asked, indicator, mixed=True), lang, year=False)
    drawn["label"] = _with_scope(drawn, lang)
    fig, ax = canvas(ax, 4.2)
    said = [_line(ax, drawn[drawn["agency"] == agency], i, len(chosen), percent) for i, agency in enumerate(chosen)]
    signs, lines = [s for s, _ in said], "; ".join(text for _, text in said)
    aside = drawn["agency"].map({agency: _aside(i, len(chosen)) for i, agency in enumerate(chosen)}).astype(float)
    remember(fig, ax, drawn, drawn["year"] + aside, drawn["value"] * (100 if percent else 1), percent)
    ax.set_xlabel(words("year", lang))
    ax.set_xticks(sorted(drawn["year"].unique()))
    ax.set_ylim(bottom=0)
    percent_axis(ax.yaxis, percent)
    ax.set_ylabel("" if percent else one.unit[lang])
    method = drawn["method"].iloc[0] if len(drawn) else "none"
    caption(fig, ax, one.label[lang], f"{foot(drawn, lang)}\n{words('years_note', lang, method=method)}", signs)
    return fig, words("alt_years", lang, label=one.label[lang], lines=lines)


def _with_scope(rows, lang):
    """Names in one line; with their scopes where these differ, so that none is compared unannounced."""
    name, scope = rows["name"].str.replace("\n", " "), rows.get("scope", pd.Series("", rows.index)).fillna("")
    if scope.nunique() < 2:
        return name.astype("str")
    return name + " · " + scope.map({one: words(text, lang) for one, text in SCOPES.items()}).fillna("")


def _aside(i: int, of: int) -> float:
    """How far the marks of the i-th agency stand beside their year, so that none hides another."""
    return 0.09 * (i - (of - 1) / 2)


def _line(ax, rows, i, of, percent):
    """Draw one agency's years, a little aside of the others'; its sign for the key and its words."""
    from matplotlib.patheffects import withStroke

    times, (marker, style), ink = 100 if percent else 1, LINES[i], INKS[i]
    rows = rows.set_index("year").sort_index()
    rows = rows.reindex(range(int(rows.index.min()), int(rows.index.max()) + 1)) if len(rows) else rows
    x = rows.index.to_numpy(float) + _aside(i, of)
    ax.vlines(x, rows["low"] * times, rows["high"] * times, color=ink, lw=1)
    ax.plot(
        x,
        rows["value"] * times,
        marker=marker,
        ls=style,
        color=ink,
        ms=5,
        lw=1,
        clip_on=False,
        mfc="white" if i % 2 else ink,
    )
    for at, value, n in zip(x, rows["value"] * times, rows["denominator"], strict=True):
        if not np.isnan(n):
            text = ax.annotate(
                f"{n:g}",
                (at, value),
                (4, 4 if i % 2 else -9),
                textcoords="offset points",
                fontsize=7,
                color=ink,
                zorder=5,
            )
            text.set_path_effects([withStroke(linewidth=2, foreground="white")])
    name = rows["label"].dropna().iloc[0] if len(rows) else ""
    text = ", ".join(f"{year} {shown(v, percent)}" for year, v in rows["value"].dropna().items())
    looks = {"marker": marker, "color": ink, "mfc": "white" if i % 2 else ink}
    return sign(name, **looks), f"{name}: {text}"


@figure
def corpus_heatmap(findings: pd.DataFrame, reports: pd.DataFrame, lang: str = "zh", ax=None):
    """Reports (rows) against rules (columns): fails, questions and cannot-tells, each with its own sign.

    Only reports and rules with an entry are drawn; the foot line counts the others.
    """
    entries = _gravest(findings, reports)
    table = _outcomes(entries, reports)
    rows = named(reports.set_index("report_id").loc[table.index].reset_index(), lang)
    lines = blocks(rows, lang, headings=False)
    fig, ax = canvas(ax, 3.2, lines, width=3.6 + 0.17 * table.shape[1])
    looks = _heat_looks(lang)
    for y, row in enumerate(table.to_numpy()):
        ax.axhline(y, color=PALE, lw=0.5, zorder=0)
        for outcome, look in looks.items():
            x = np.flatnonzero(row == outcome)
            ax.plot(x, np.full(len(x), y), ls="", ms=6.5, **look)
    line_axis(ax, lines)
    rule_axis(ax, list(table.columns), lang)
    entries = entries.merge(rows[["report_id", "name"]], on="report_id")
    places = (table.columns.get_indexer(entries["rule"]), table.index.get_indexer(entries["report_id"]))
    remember(fig, ax, entries, *places)
    ax.tick_params(length=0)
    used = [o for o in looks if (table == o).any(axis=None)]
    note = words("heat_note", lang, shown=len(rows), rest=len(reports) - len(rows))
    said = f"{origin(reports, lang)}{words('n_reports', lang, n=len(reports))}\n{note}"
    caption(fig, ax, words("heat_title", lang), said, [sign(**looks[o]) for o in used])
    return fig, _heat_alt(table, len(reports), lang)


def _gravest(findings, reports) -> pd.DataFrame:
    """For each report and rule its gravest finding, with `entry`: "error", "question" or "cannot_tell"."""
    grave = ["error", "question", "cannot_tell"]
    here = findings[findings["report_id"].isin(reports["report_id"])]
    failed = here["outcome"].isin(["fail", "rule_error"])
    here = here.assign(entry=here["severity"].where(failed, "cannot_tell"))
    here = here.assign(weight=here["entry"].map(grave.index)).sort_values("weight", kind="stable")
    return here.drop_duplicates(["report_id", "rule"])


def _outcomes(entries, reports) -> pd.DataFrame:
    """Report x rule: the entry, or ""; reports and rules in their order."""
    table = entries.pivot(index="report_id", columns="rule", values="entry")
    order = [report for report in reports["report_id"] if report in table.index]
    return table.loc[order, ordered(table.columns)].fillna("")


def _heat_looks(lang):
    return {
        "error": {"marker": "X", "mfc": WARM, "mec": INK, "label": words("error", lang)},
        "question": {"marker": "D", "mfc": "white", "mec": ACCENT, "label": words("question", lang)},
        "cannot_tell": {"marker": ".", "mfc": SOFT, "mec": SOFT, "label": words("cannot_tell", lang)},
    }


def _heat_alt(table, n, lang):
    wrong = table == "error"
    if not wrong.any(axis=None):
        return words("alt_heat_none", lang, n=n)
    most = rule_words(wrong.sum().idxmax(), lang) or wrong.sum().idxmax()
    fill = {"failing": int(wrong.any(axis=1).sum()), "cells": int(wrong.sum().sum()), "most": most}
    return words("alt_heat", lang, n=n, **fill)
