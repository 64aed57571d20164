"""Figures with one line a report: rates, changes and ranks, each with its interval and its counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from govinfo.comparison import compare
from govinfo.comparison import shrinkage as shrinkages
from govinfo.comparison.indicators import indicators
from govinfo.comparison.points import remember
from govinfo.figures.style import (
    ACCENT,
    INK,
    PALE,
    SOFT,
    blocks,
    canvas,
    caption,
    counted,
    figure,
    foot,
    line_axis,
    named,
    percent_axis,
    shown,
    sign,
    words,
)


@figure
def rates(measured: pd.DataFrame, reports: pd.DataFrame, indicator: str = "disclosure_rate", lang: str = "zh", ax=None):
    """Forest plot of one indicator: value, 95 % interval and counts of each report, whole governments apart.

    Reports without a value are counted in the foot line. A hollow triangle marks a value that rests on a figure with an
    open finding.
    """
    one, percent = indicators()[indicator], indicators()[indicator].kind == "proportion"
    rows = named(compare.comparable(measured, reports, indicator, mixed=True), lang)
    rows = rows.sort_values(["value", "report_id"], ascending=[False, True])
    rows["counts"] = [counted(*pair) for pair in zip(rows["numerator"], rows["denominator"], strict=True)]
    fig, ax, method = _forest(rows, percent, lang, ax)
    if not percent:
        ax.set_xlabel(one.unit[lang])
    note = words("wilson_note", lang) if method == "Wilson" else words("interval_note", lang, method=method)
    caption(fig, ax, one.label[lang], f"{foot(rows, lang)}\n{note}", _marked_signs(rows, lang))
    return fig, _rates_alt(rows, one, lang, percent)


@figure
def change(measured, reports, indicator: str, years: tuple[int, int], lang: str = "zh", ax=None):
    """Forest plot of each agency's change between two years, with its interval and both years' counts."""
    one, percent = indicators()[indicator], indicators()[indicator].kind == "proportion"
    moved = compare.change(measured, reports, indicator, years).rename(columns={"change": "value"})
    rows = named(moved, lang, year=False).sort_values(["value", "name"], ascending=[False, True])
    sides = [[counted(*p) for p in zip(rows[f"numerator_{i}"], rows[f"denominator_{i}"], strict=True)] for i in (0, 1)]
    rows["counts"] = [f"{first} → {second}" for first, second in zip(*sides, strict=True)]
    fig, ax, method = _forest(rows, percent, lang, ax, zero=False)
    ax.axvline(0, color=INK, lw=0.8)
    ax.set_xlabel(words("points", lang) if percent else one.unit[lang])
    title = words("change_title", lang, label=one.label[lang], first=years[0], second=years[1])
    note = words("change_note", lang, method=method)
    caption(fig, ax, title, f"{foot(rows, lang, times=2)}\n{note}", _marked_signs(rows, lang))
    sure = int(((rows["low"] > 0) | (rows["high"] < 0)).sum())
    fill = {"up": int((rows["value"] > 0).sum()), "down": int((rows["value"] < 0).sum()), "sure": sure}
    return fig, words("alt_change", lang, label=one.label[lang], first=years[0], second=years[1], n=len(rows), **fill)


def _forest(rows, percent, lang, ax, zero=True):
    """One line a row, blocks by scope; needs name, value, low, high, counts, marked. Returns figure, axes, method."""
    lines = blocks(rows, lang)
    fig, ax = canvas(ax, 1.3, lines)
    times = 100 if percent else 1
    edges = _edges(rows, times, zero)
    for y, (_, row) in enumerate(lines):
        if row is not None:
            _forest_line(ax, y, row, times, edges)
    line_axis(ax, lines)
    percent_axis(ax.xaxis, percent and zero)
    ax.set_xlim(*edges)
    placed = pd.DataFrame([row for _, row in lines if row is not None], columns=rows.columns)
    remember(
        fig, ax, placed, placed["value"] * times, [y for y, (_, row) in enumerate(lines) if row is not None], percent
    )
    return fig, ax, rows["method"].iloc[0] if len(rows) else "none"


def _edges(rows, times, zero):
    """Left and right end of the axis: 0 to 100 for rates; otherwise room for all values, not for every interval's end."""
    if zero and times == 100:
        return 0, 100
    values = rows["value"] * times
    room = 0.25 * max(float(np.ptp(values)), 1e-9) if len(rows) else 1.0
    low, high = max(values.min() - 2 * room, (rows["low"] * times).min()), values.max() + 2 * room
    if not len(rows):
        return 0, 1
    return (0 if zero else low), min(high, np.nanmax([(rows["high"] * times).max(), values.max() + room / 5]))


def _forest_line(ax, y, row, times, edges):
    ax.axhline(y, color=PALE, lw=0.4, zorder=0)
    if not np.isnan(row.low):
        low, high = max(row.low * times, edges[0]), min(row.high * times, edges[1])
        ax.plot([low, high], [y, y], color=SOFT, lw=1.2, solid_capstyle="butt", zorder=2)
        if row.high * times > edges[1]:
            ax.plot([high], [y], ls="", marker=">", color=SOFT, ms=3.5, clip_on=False)
    shape = {"marker": "^", "mfc": "white", "mec": INK} if row.marked else {"marker": "o", "mfc": ACCENT, "mec": ACCENT}
    ax.plot([row.value * times], [y], ls="", ms=4.5, zorder=3, clip_on=False, **shape)
    ax.text(1.02, y, row.counts, transform=ax.get_yaxis_transform(), va="center", fontsize=7.5, color=INK)


def _marked_signs(rows, lang):
    if not rows["marked"].any():
        return []
    plain = sign(words("plain", lang), marker="o", color=ACCENT)
    return [plain, sign(words("marked", lang), marker="^", mfc="white", mec=INK)]


def _rates_alt(rows, one, lang, percent):
    if rows.empty:
        return words("alt_empty", lang, label=one.label[lang])
    low, high = rows.loc[rows["value"].idxmin()], rows.loc[rows["value"].idxmax()]
    fill = {"low": shown(low["value"], percent), "high": shown(high["value"], percent)}
    fill |= {"low_name": low["name"].replace("\n", " "), "high_name": high["name"].replace("\n", " ")}
    return words("alt_rates", lang, n=len(rows), label=one.label[lang], **fill)


@figure
def ranks(measured, reports, indicator: str = "disclosure_rate", lang: str = "zh", ax=None, mixed: bool = False):
    """The ranks each report may have, all together at 95 %, in place of one rank each. At least 20 reports of one scope."""
    one = indicators()[indicator]
    rows = named(compare.comparable(measured, reports, indicator, mixed=mixed), lang)
    found = shrinkages.ranks(rows["numerator"], rows["denominator"])
    rows = rows.assign(best=found["best"], worst=found["worst"])
    rows = rows.sort_values(["value", "report_id"], ascending=[False, True], ignore_index=True)
    lines = blocks(rows, lang, headings=False)
    fig, ax = canvas(ax, 1.2, lines)
    point = rows["value"].rank(ascending=False)
    for y, row in enumerate(rows.itertuples()):
        ax.plot([row.best, row.worst], [y, y], color=SOFT, lw=1.6, solid_capstyle="butt")
        ax.plot([point[y]], [y], ls="", marker="o", color=ACCENT, ms=4)
        text = counted(row.numerator, row.denominator)
        ax.text(1.02, y, text, transform=ax.get_yaxis_transform(), va="center", fontsize=7.5)
    line_axis(ax, lines)
    remember(fig, ax, rows, point, range(len(rows)), True)
    ax.set_xlim(0.5, len(rows) + 0.5)
    ax.set_xlabel(words("rank", lang))
    caption(
        fig, ax, words("ranks_title", lang, label=one.label[lang]), f"{foot(rows, lang)}\n{words('ranks_note', lang)}"
    )
    fill = {"one": int((rows["best"] == 1).sum())}
    fill["all"] = int(((rows["best"] == 1) & (rows["worst"] == len(rows))).sum())
    return fig, words("alt_ranks", lang, label=one.label[lang], n=len(rows), **fill)
