"""Figures of how reports spread: the funnel plot, and rates shrunk towards the corpus."""

from __future__ import annotations

import numpy as np
import pandas as pd

from govinfo.comparison import compare
from govinfo.comparison import funnel as funnels
from govinfo.comparison import shrinkage as shrinkages
from govinfo.comparison.indicators import indicators
from govinfo.comparison.points import remember
from govinfo.figures.style import (
    ACCENT,
    INK,
    PALE,
    SOFT,
    WARM,
    canvas,
    caption,
    counted,
    figure,
    foot,
    named,
    percent_axis,
    shown,
    sign,
    words,
)

NAMED = 10  # points of a funnel that get a number and a name
RING = {"marker": "o", "mfc": "none", "mec": INK, "ms": 9}
OWN = {"marker": "*", "mfc": INK, "mec": "white", "mew": 0.6, "ms": 12}


@figure
def funnel(
    measured,
    reports,
    indicator="disclosure_rate",
    lang="zh",
    ax=None,
    *,
    chosen=(),
    beside=None,
    mixed=False,
    **options,
):
    """Funnel plot of a proportion: each report's rate by its number of cases, with limits that only chance explains.

    `beside`: a corpus (what has `indicators` and `reports`) to place on the funnel; target and limits rest on `measured`
    alone, so a single report will do. Its reports of another scope, or without a figure, are counted in the foot line.
    `chosen`: report ids to ring. Those two, and the points furthest outside, are numbered and named with their counts.
    `options` go to `govinfo.comparison.funnel.funnel` (`target`, `dispersion`); `mixed=True` allows both scopes.
    """
    one = indicators()[indicator]
    if one.kind != "proportion":
        raise ValueError(f"funnel: {indicator} is no proportion")
    rows = named(compare.comparable(measured, reports, indicator, mixed=mixed), lang).reset_index(drop=True)
    found = funnels.funnel(rows["numerator"], rows["denominator"], **options)
    own, own_note = _beside(beside, rows, indicator, mixed, lang)
    both = pd.concat([rows.assign(own=False), own.assign(own=True)], ignore_index=True)
    placed = found.place(both["numerator"], both["denominator"])
    both = both.assign(z=placed["z"], outside=placed["outside"])
    fig, ax = canvas(ax, 4.6, width=8.8)
    _limits(ax, found, both["denominator"])
    signs = _marks(ax, both, lang)
    both = both.assign(number=_number(ax, both, set(chosen)))
    signs += [sign(words("chosen", lang), **RING)] * bool(set(chosen) & set(both["report_id"]))
    remember(fig, ax, both, both["denominator"], 100 * both["value"], True)
    ax.set_xlabel(words("cases", lang))
    caption(fig, ax, one.label[lang], f"{foot(rows, lang)}{own_note}\n{_funnel_note(found, lang)}", signs)
    return fig, _funnel_alt(both, found, one, lang)


def _beside(beside, rows, indicator, mixed, lang):
    """The rows of another corpus that may stand on this funnel, and in words what was left out."""
    if beside is None:
        return rows.iloc[:0], ""
    own = compare.comparable(beside.indicators, beside.reports, indicator, mixed=True)
    missing = sum(own.attrs["left_out"].values())
    same = own["scope"].isin(rows["scope"]) | mixed
    note = words("own_note", lang, n=int(same.sum()))
    note += words("own_scope", lang, n=int((~same).sum())) if not same.all() else ""
    note += words("own_missing", lang, n=missing) if missing else ""
    return named(own[same], lang), note


def _funnel_alt(both, found, one, lang):
    rows, own = both[~both["own"]], both[both["own"]]
    beyond = {"out95": int((rows["outside"] != "").sum()), "out998": int((rows["outside"] == "99.8").sum())}
    text = words("alt_funnel", lang, label=one.label[lang], n=len(rows), target=shown(found.target, True), **beyond)
    if own.empty:
        return text
    state = {look: text_["label"] for look, text_ in _looks(lang).items()}
    said = [f"{row.name.replace(chr(10), ' ')} {shown(row.value, True)} ({counted(row.numerator, row.denominator)}, "
            f"{state[row.outside]})" for row in own.itertuples(index=False)]  # fmt: skip
    return text + words("alt_own", lang, n=len(own), lines="; ".join(said))


def _looks(lang):
    return {
        "": {"marker": "o", "mfc": "white", "mec": SOFT, "label": words("inside", lang)},
        "95": {"marker": "s", "mfc": ACCENT, "mec": ACCENT, "label": words("outside95", lang)},
        "99.8": {"marker": "D", "mfc": WARM, "mec": INK, "label": words("outside998", lang)},
    }


def _limits(ax, found, n):
    from matplotlib.ticker import LogLocator

    grid = np.unique(np.geomspace(max(1, n.min() * 0.8), n.max() * 1.25, 300).round())
    for level, style in zip(funnels.LEVELS, ("--", "-"), strict=True):
        for side in found.limits(grid, level):
            ax.plot(grid, 100 * side, color=SOFT, ls=style, lw=0.9, zorder=1)
        ax.text(grid[-1], 100 * found.limits(grid[-1:], level)[1][0], f" {100 * level:g}%", fontsize=7, va="center")
    ax.axhline(100 * found.target, color=INK, lw=0.8, zorder=1)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    ax.set_ylim(-2, 102)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    percent_axis(ax.yaxis, True)


def _marks(ax, rows, lang):
    """Draw the points, the corpus's by where they lie, one's own as stars; the entries of the key."""
    for name, look in _looks(lang).items():
        here = rows[(rows["outside"] == name) & ~rows["own"]]
        ax.plot(here["denominator"], 100 * here["value"], ls="", ms=4.5, **look)
    own = rows[rows["own"]]
    ax.plot(own["denominator"], 100 * own["value"], ls="", zorder=4, **OWN)
    signs = [sign(**look) for look in _looks(lang).values()]
    return signs + [sign(words("own", lang), **OWN)] * (not own.empty)


def _number(ax, rows, chosen):
    """Numbers beside the most extreme points, the chosen ones and one's own, with names and counts at the right.

    Returns the numbers, missing where a point has none.
    """
    far = rows[(rows["outside"] == "99.8") & ~rows["own"]]
    far = far.loc[far["z"].abs().sort_values(ascending=False, kind="stable").index[:NAMED]]
    ringed = rows["report_id"].isin(chosen) & ~rows["own"]
    picked = rows[rows.index.isin(far.index) | ringed | rows["own"]]
    picked = picked.sort_values(["value", "report_id"], ascending=[False, True])
    numbers = pd.Series(range(1, len(picked) + 1), picked.index, dtype="Int64")
    lines = []
    for index, row in picked.iterrows():
        at = (row["denominator"], 100 * row["value"])
        ax.annotate(str(numbers[index]), at, xytext=(5, 3), textcoords="offset points", fontsize=7.5)
        if ringed[index]:
            ax.plot(*at, ls="", **RING)
        star = "★ " if row["own"] else ""
        name = f"{star}{row['name']}".replace("\n", "\n    ")
        lines.append(f"{numbers[index]}  {name}  {counted(row['numerator'], row['denominator'])}")
    ax.annotate(
        "\n".join(lines), (1, 1), (34, 0), "axes fraction", "offset points", va="top", fontsize=7.5, linespacing=1.5
    )
    return numbers.reindex(rows.index)


def _funnel_note(found, lang):
    fill = {"target": shown(found.target, True), "phi": "" if found.phi is None else f"{found.phi:.2f}"}
    if found.method == "exact":
        phi = words("funnel_phi", lang, phi=fill["phi"]) if found.phi is not None else ""
        return words("funnel_exact", lang, target=fill["target"], phi=phi)
    return words(f"funnel_{found.method}", lang, tau=shown(found.tau, True), **fill)


@figure
def shrinkage(measured, reports, indicator: str = "disclosure_rate", lang: str = "zh", ax=None, mixed: bool = False):
    """Raw rates beside shrunk ones, and the check of the fit behind them. `ax`: two axes. At least 20 reports."""
    one = indicators()[indicator]
    rows = named(compare.comparable(measured, reports, indicator, mixed=mixed), lang)
    fit = shrinkages.fit_beta_binomial(rows["numerator"], rows["denominator"])
    drawn = shrinkages.shrink(rows["numerator"], rows["denominator"], fit)
    fig, (left, right) = canvas(ax, 4.2, panels=2)
    widths = 0.3 + 1.7 * drawn["weight"]
    for raw, shrunk, width in zip(100 * drawn["raw"], 100 * drawn["shrunk"], widths, strict=True):
        left.plot([0, 1], [raw, shrunk], color=SOFT, lw=width, alpha=0.6)
    left.plot(np.zeros(len(drawn)), 100 * drawn["raw"], ls="", marker="o", mfc="white", mec=SOFT, ms=4)
    left.plot(np.ones(len(drawn)), 100 * drawn["shrunk"], ls="", marker="o", color=ACCENT, ms=4)
    remember(fig, left, rows.assign(value=drawn["raw"].to_numpy()), np.zeros(len(drawn)), 100 * drawn["raw"], True)
    left.set_xticks([0, 1], [words("raw", lang), words("shrunk", lang)])
    left.set_xlim(-0.3, 1.3)
    percent_axis(left.yaxis, True)
    _fit_check(right, shrinkages.tail_positions(rows["numerator"], rows["denominator"], fit), lang)
    fill = {"mean": shown(fit.mean, True), "rho": f"{fit.correlation:.3f}", "gain": f"{fit.gain:.1f}"}
    caption(fig, left, one.label[lang], f"{foot(rows, lang)}\n{words('shrink_note', lang, **fill)}")
    ends = {
        "raw_low": drawn["raw"].min(),
        "raw_high": drawn["raw"].max(),
        "low": drawn["shrunk"].min(),
        "high": drawn["shrunk"].max(),
    }
    ends = {name: shown(value, True) for name, value in ends.items()}
    return fig, words("alt_shrinkage", lang, label=one.label[lang], n=len(rows), **ends)


def _fit_check(ax, positions, lang):
    """Cumulative share of reports against their position in the fitted distribution; 95 % band of Kolmogorov's test."""
    from scipy.stats import kstwo

    positions, steps = np.sort(positions), np.arange(1, len(positions) + 1) / len(positions)
    line, band = np.linspace(0, 1, 101), kstwo.ppf(0.95, len(positions))
    ax.fill_between(line, np.clip(line - band, 0, 1), np.clip(line + band, 0, 1), color=PALE, lw=0)
    ax.plot(line, line, color=SOFT, ls="--", lw=0.9)
    ax.step(positions, steps, where="post", color=ACCENT, lw=1.4)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=words("fit_x", lang), ylabel=words("fit_y", lang))
    ax.set_title(words("fit_key", lang), fontsize=8, loc="left")
