"""The data behind a figure: what is drawn where, in the units of its axes, so that figures can be compared without pixels.

In a kernel, `register()` makes each figure that is shown come with its data, under MIME.
"""

from __future__ import annotations

import json

MIME = "application/x-figure-data+json"
DIGITS = 6  # significant; the last bits of a float may depend on the platform's libraries


def data_of(figure) -> str:
    """Every line, marker, bar and text of every axes of a matplotlib figure, as JSON; sizes and colours are left out."""
    return json.dumps([_axes(axes) for axes in figure.axes], ensure_ascii=False, indent=1) + "\n"


def _axes(axes) -> dict:
    lines = [
        {"label": _label(line), "x": _numbers(line.get_xdata()), "y": _numbers(line.get_ydata())} for line in axes.lines
    ]
    points = [{"label": _label(c), "points": [_numbers(p) for p in c.get_offsets()]} for c in axes.collections]
    segments = [
        [_numbers(p) for p in part]
        for c in axes.collections if hasattr(c, "get_segments") for part in c.get_segments()
    ]  # fmt: skip
    bars = [_numbers(p.get_bbox().bounds) for p in axes.patches if hasattr(p, "get_bbox")]
    images = [
        [_numbers(row) for row in image.get_array().tolist()] for image in axes.images if image.get_array().ndim == 2
    ]
    words = [t.get_text() for t in (axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts) if t.get_text()]
    ticks = [t.get_text() for axis in (axes.xaxis, axes.yaxis) for t in axis.get_ticklabels() if t.get_text()]
    found = {"words": words, "ticks": ticks, "lines": lines, "points": points, "segments": segments, "bars": bars}
    return found | {"images": images}


def _label(artist) -> str:
    """An artist's own label; those that matplotlib numbers by itself say nothing."""
    label = str(artist.get_label())
    return "" if label.startswith("_") else label


def _numbers(values) -> list:
    return [_number(value) for value in values]


def _number(value):
    try:
        return float(f"{float(value):.{DIGITS}g}") + 0.0  # no negative zero
    except (TypeError, ValueError):
        return str(value)


def register() -> None:
    """From now on, in this kernel, each figure shown comes with its data."""
    from IPython import get_ipython
    from IPython.core.formatters import BaseFormatter
    from matplotlib.figure import Figure
    from traitlets import ObjectName, Unicode

    class FigureData(BaseFormatter):
        format_type = Unicode(MIME)
        print_method = ObjectName("_figure_data_")

    Figure._figure_data_ = data_of  # a function registered for the type is thrown out when the first figure is shown
    shown = get_ipython().display_formatter
    shown.formatters[MIME] = FigureData(parent=shown)
