"""How a report shows itself in JupyterLab: a short card, a cell cut out of its page, a page with its found cells."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from html import escape

import pandas as pd

SCALE = 2.5  # pixels a point
MARGIN = 14  # points of the page shown around a cell
FLAG_COLOURS = {"ok": "#4c78a8", "cleaned": "#2f9e77", "zero_mark": "#9a9a9a", "doubt": "#d95f02"}
STYLE = "font-family:sans-serif;font-size:13px;border:1px solid #bbb;border-radius:6px;padding:10px 14px;max-width:46em"


@dataclass(frozen=True)
class CutOut:
    """A part of a page's picture and, in words, what was read there."""

    image: object
    caption: str
    value: str

    def _repr_html_(self) -> str:
        data = base64.b64encode(_png(self.image)).decode("ascii")
        return (
            f'<figure style="{STYLE}"><img alt="{escape(self.caption)}" style="max-width:100%" '
            f'src="data:image/png;base64,{data}"/><figcaption>{escape(self.caption)}<br/>'
            f"<b>{escape(self.value)}</b></figcaption></figure>"
        )


def cutout(report, cell: str, lang: str = "zh") -> CutOut:
    """The picture of one cell, with the row it stands in, and the value read there.

    Raises KeyError for a cell the report's form has not, ValueError where the cell has no place on a page (it is missing,
    or the format has no pages).
    """
    from .form import load_form

    found = report.cells[report.cells["cell"] == cell]
    if found.empty:
        raise KeyError(f"{report.report_id} (form {report.form}) has no cell {cell!r}")
    row = found.iloc[0]
    if pd.isna(row["page"]):
        raise ValueError(
            f"{report.report_id}, {cell}: no place on a page to show ({row['flag']} {row['note']})".strip()
        )
    image = _marked(report, int(row["page"]), found)
    beside = report.cells[(report.cells["page"] == row["page"]) & (abs(report.cells["y0"] - row["y0"]) < 2)]
    top, bottom = row["y0"] - MARGIN, row["y1"] + MARGIN
    image = image.crop(
        (int(SCALE * MARGIN), int(SCALE * top), int(SCALE * (beside["x1"].max() + MARGIN)), int(SCALE * bottom))
    )
    labels = load_form(report.versions[cell[:2]]).cell(cell)
    place = {"zh": f"第{row['page']}页", "en": f"page {row['page']}"}[lang]
    caption = f"{report.report_id} · {labels.row_label[lang]} × {labels.column_label[lang]} · {place}"
    return CutOut(
        image, caption, f"{row['raw']!r} → {_number(row['value'])} {row['unit']} ({row['flag']}) {row['note']}".rstrip()
    )


def page_picture(report, number: int):
    """A page's picture (PIL image) with every cell found on it outlined in the colour of its flag."""
    found = report.cells[report.cells["page"] == number]
    if not 1 <= number <= report.document.n_pages:
        raise ValueError(f"{report.report_id} has {report.document.n_pages} pages, not a page {number}")
    return _marked(report, number, found)


def _marked(report, number: int, found: pd.DataFrame):
    import pypdfium2
    from PIL import ImageDraw

    with pypdfium2.PdfDocument(report.document.path) as pdf:
        image = pdf[number - 1].render(scale=SCALE).to_pil().convert("RGB")
    draw = ImageDraw.Draw(image)
    for row in found.itertuples():
        sides = [SCALE * side for side in (row.x0, row.y0, row.x1, row.y1)]
        draw.rectangle(sides, outline=FLAG_COLOURS.get(row.flag, "#444444"), width=2)
    return image


def card(report) -> str:
    """A report in a few lines of HTML: who, when, which form, how well it was read, what fails in it."""
    flags = report.cells["flag"].value_counts()
    counts = ", ".join(
        f"{flags[name]} {name}" for name in ("ok", "cleaned", "zero_mark", "doubt", "missing") if name in flags
    )
    fails = report.findings[report.findings["outcome"] == "fail"] if len(report.findings) else report.findings
    items = "".join(f"<li>{escape(message)}</li>" for message in fails.get("message", [])[:5])
    more = f"<li>… {len(fails) - 5} more in <code>r.findings</code></li>" if len(fails) > 5 else ""
    lines = [
        f"<b>{escape(str(report.agency))}</b> · {report.year} · {escape(report.report_id)}",
        f"form {escape(report.form)}, {escape(report.level or 'level unknown')}, {escape(report.scope or 'scope unknown')}",
        f"{escape(report.status)}: {counts}" + (f" — {escape(report.message)}" if report.message else ""),
        f"{len(fails)} findings" + (f"<ul style='margin:4px 0'>{items}{more}</ul>" if len(fails) else ""),
    ]
    return f'<div style="{STYLE}">' + "<br/>".join(lines) + "</div>"


def _number(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.15g}"


def _png(image) -> bytes:
    data = io.BytesIO()
    image.save(data, format="PNG")
    return data.getvalue()
