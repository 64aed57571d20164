"""How a report shows itself in JupyterLab: a short card, a cell cut out of its page, a page with its found cells."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import pandas as pd

from govinfo.builds.escaped import escape
from govinfo.checks.findings import cell_name
from govinfo.checks.problems import say
from govinfo.form import load_form

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
    """The picture of one cell, with its row, and the heads of its columns above where they are on that page.

    The caption names the place in full, and a blank or a mark is said in words. Raises KeyError for a cell the report's
    form has not, ValueError where the cell has no place on a page (it is missing, or the format has no pages).
    """
    found = report.cells[report.cells["cell"] == cell]
    if found.empty:
        raise KeyError(f"{report.report_id} (form {report.form}) has no cell {cell!r}")
    row = found.iloc[0]
    if pd.isna(row["page"]):
        raise ValueError(
            f"{report.report_id}, {cell}: no place on a page to show ({row['flag']} {row['note']})".strip()
        )
    page = report.cells[report.cells["page"] == row["page"]]
    beside = page[abs(page["y0"] - row["y0"]) < 2]
    strips = [*_heads(report, page, row), (row["y0"] - MARGIN, row["y1"] + MARGIN)]
    image = _strips(_marked(report, int(row["page"]), found), strips, beside["x1"].max() + MARGIN)
    place = say("shown.page", lang, page=row["page"])
    return CutOut(image, f"{report.report_id} · {cell_name(cell)[lang]} · {place}", _read(row, lang))


def _heads(report, page: pd.DataFrame, row: pd.Series) -> list[tuple[float, float]]:
    """Top and bottom of the column heads above a cell, on its page: from the block before, or the table's top, down to
    the block's first row; none where the head stands on the page before."""
    form = load_form(report.versions[row["cell"][:2]])
    block = form.cell(row["cell"]).block
    own = page["cell"].map(lambda cell: cell in form and form.cell(cell).block == block).astype(bool)
    bottom = page.loc[own, "y0"].min()
    boxes = [c.box for grid in report.document.grids if grid.page == row["page"] for c in grid.cells if c.box]
    others = page.loc[~own & (page["y1"] <= bottom + 2), "y1"].max()
    heads = [box for box in boxes if box.y1 <= bottom + 2 and (pd.isna(others) or box.y0 >= others - 2)]
    tops = [box.y0 for box in heads if box.x1 > row["x0"] and box.x0 < row["x1"]]
    if not tops:
        return []
    top = min(tops)  # and up to where no head beside it is cut through
    while cut := [box.y0 for box in heads if box.y0 < top - 2 < box.y1 - 4]:
        top = min(cut)
    return [(top - 2, bottom)]


def _strips(image, strips: list[tuple[float, float]], right: float):
    """Parts of a page one below the other; parts that touch are one."""
    from PIL import Image

    (top, bottom), row = strips[0], strips[-1]
    strips = [(top, max(bottom, row[1]))] if row[0] <= bottom else strips
    parts = [image.crop((int(SCALE * MARGIN), int(SCALE * a), int(SCALE * right), int(SCALE * b))) for a, b in strips]
    whole = Image.new("RGB", (parts[0].width, sum(part.height + 6 for part in parts) - 6), "#bbbbbb")
    for k, part in enumerate(parts):
        whole.paste(part, (0, sum(other.height + 6 for other in parts[:k])))
    return whole


def _read(row: pd.Series, lang: str) -> str:
    """What was read in a cell: the text and its number, or in words why a blank or a mark has the value it has."""
    if row["flag"] != "zero_mark":
        return f"{row['raw']!r} → {_number(row['value'])} {row['unit']} ({row['flag']}) {row['note']}".rstrip()
    printed = say("shown.mark", lang, raw=row["raw"]) if row["raw"].strip() else say("shown.blank", lang)
    forced = row["note"].removeprefix("forced ") if row["note"].startswith("forced ") else ""
    kind = {"": "undetermined", "0": "forced_0"}.get(forced, "forced")
    return say(f"shown.{kind}", lang, printed=printed, value=f"{forced} {row['unit']}")


def page_picture(report, number: int, width: int | None = None):
    """A page's picture (PIL image) with every cell found on it outlined in the colour of its flag.

    `width` in pixels, the height in proportion; None gives two and a half pixels a point.
    """
    found = report.cells[report.cells["page"] == number]
    if not 1 <= number <= report.document.n_pages:
        raise ValueError(f"{report.report_id} has {report.document.n_pages} pages, not a page {number}")
    image = _marked(report, number, found)
    return image.resize((width, round(image.height * width / image.width))) if width else image


def _marked(report, number: int, found: pd.DataFrame):
    from PIL import ImageDraw

    from govinfo.readers.pictures import shown

    image = shown(report.document.path, number, SCALE)
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
