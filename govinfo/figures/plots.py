"""Figures for a paper: one function each, Chinese or English, readable in grey, each with its n and its words.

Those of indicators take `measured` (from `govinfo.comparison.indicators.measure`) and `reports`, a language, and optionally the axes
to draw into; all return a matplotlib Figure. `alt(fig)` is its alternative text, `save(fig, path)` writes SVG or PNG,
`points(fig)` lists its marks for `govinfo.trace`, `hover(fig)` shows their words under the pointer. What refuses to draw
raises `govinfo.comparison.intervals.Refused`; within `refusals_shown()` a notebook shows the reason instead.
"""

from govinfo.comparison.points import hover, points
from govinfo.comparison.spread import funnel, shrinkage
from govinfo.figures.forest import change, ranks, rates
from govinfo.figures.overview import composition, corpus_heatmap, over_years
from govinfo.figures.style import alt, refusals_shown, save

__all__ = [
    "alt",
    "change",
    "composition",
    "corpus_heatmap",
    "funnel",
    "hover",
    "over_years",
    "points",
    "ranks",
    "rates",
    "refusals_shown",
    "save",
    "shrinkage",
]
