"""The points of a figure: which report each one is, and the figure with words that appear under the pointer."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pandas as pd

from govinfo.figures.style import counted, shown, svg_style

TRACED = ["report_id", "report_id_0", "report_id_1", "indicator", "composition", "rule", "cells", "suspects", "message"]
REACH = 5  # points of the page around a mark within which its words appear


def remember(fig, ax, rows: pd.DataFrame, x, y, percent: bool = False) -> None:
    """Keep with a figure what its marks stand for: one row each, at `x`, `y` of `ax`, in what `govinfo.trace` needs.

    `rows` has `report_id` (or those of two years) and `name`; value, numerator, denominator, low and high where it has any.
    """
    kept = rows[[name for name in [*TRACED, "value", "numerator", "denominator", "number", "own"] if name in rows]]
    kept = kept.assign(words=[_said(row, percent) for row in rows.to_dict("records")], x=list(x), y=list(y))
    kept = kept.set_index(rows["report_id" if "report_id" in rows else "report_id_1"].rename(None))
    fig.points, fig.points_axes = kept, ax


def _said(row: dict, percent: bool) -> str:
    """A mark in words: whose it is, its cases, its value and its interval, as far as there are any."""
    text = str(row["name"]).replace("\n", " ")
    if not pd.isna(row.get("value", float("nan"))):
        cases = f"{counted(row['numerator'], row['denominator'])} = " if not pd.isna(row.get("numerator")) else ""
        text += f": {cases}{shown(row['value'], percent)}"
    if not pd.isna(row.get("low", float("nan"))):
        text += f" ({shown(row['low'], percent)} – {shown(row['high'], percent)})"
    return f"{text} · {row['rule']}" if "rule" in row else text


def points(fig) -> pd.DataFrame:
    """The marks of a figure of `govinfo.figures.plots`, by report id: a row each, ready for `govinfo.trace`.

    `words` is what `hover` shows. In a funnel, `number` is the number printed beside a mark, where it has one, and `own`
    tells the reports placed beside the others.
    """
    return fig.points.copy()


@dataclass(frozen=True)
class Hover:
    """A figure as SVG in which each mark says who it is when the pointer rests on it: no script, no network."""

    svg: str = field(repr=False)

    def _repr_html_(self) -> str:
        return f'<div style="max-width:100%">{self.svg}</div>'

    def save(self, path) -> Path:
        """Write it as an .svg that a browser opens, or as an .html; ValueError for another ending."""
        path = Path(path)
        if path.suffix not in (".svg", ".html"):
            raise ValueError(f"{path.name}: expected a name that ends in .svg or .html")
        page = f'<!DOCTYPE html><meta charset="utf-8">{self.svg}' if path.suffix == ".html" else self.svg
        path.write_text(page, encoding="utf-8", newline="\n")
        return path


def hover(fig) -> Hover:
    """The figure with its marks' words under the pointer (and for screen readers), for JupyterLab or a web page."""
    data = io.BytesIO()
    with svg_style():
        fig.savefig(data, format="svg", metadata={"Date": None, "Creator": None}, dpi=72)
        height, at = fig.get_figheight() * 72, fig.points_axes.transData
        dots = fig.points.assign(
            place=[tuple(at.transform(xy)) for xy in zip(fig.points["x"], fig.points["y"], strict=True)]
        )
    scale = 72 / fig.dpi
    marks = "".join(
        f'<circle cx="{x * scale:.1f}" cy="{height - y * scale:.1f}" r="{REACH}" fill="#000" fill-opacity="0">'
        f"<title>{escape(words)}</title></circle>"
        for (x, y), words in zip(dots["place"], dots["words"], strict=True)
    )
    svg = data.getvalue().decode("utf-8")
    svg = svg[svg.index("<svg") :].replace("<svg ", f'<svg role="img" aria-label="{escape(fig.alternative_text)}" ', 1)
    return Hover(svg.replace("</svg>", f"{marks}</svg>"))
