"""From pages to a PDF: the same pages give the same bytes."""

from __future__ import annotations

import io

from typeset_layout import Layout
from typeset_measure import han_font, runs, width_of
from typeset_page import Page, Rule

HEAVY, LIGHT = 2.2, 1.0  # widths of rules, in the layout's own width
DRAWN = {  # which rules a style draws: (role, is it horizontal)
    "horizontal": lambda role, across: across,
    "three_line": lambda role, across: across and role in ("outer", "header"),
    "none": lambda role, across: False,
    "no_outer": lambda role, across: role in ("inner", "header"),
    "open_sides": lambda role, across: role != "side",
}
DASHES = {"dotted": (1.0, 1.6), "dashed": (4.0, 2.5)}


def draw(pages: list[Page], layout: Layout, title: str) -> bytes:
    """Draw `pages` and return the PDF."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=layout.page_size, invariant=1, pageCompression=1)  # as shown: it turns the sheet
    canvas.setTitle(title)
    canvas.setProducer("govinfo tools/typeset.py")
    for number, page in enumerate(pages, start=1):
        _turn(canvas, layout)
        _page(canvas, page, layout)
        _furniture(canvas, layout, number, len(pages))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _turn(canvas, layout: Layout) -> None:
    """Turn the content against /Rotate, so that the page is shown upright."""
    width, height = layout.page_size
    if layout.rotate:
        canvas.setPageRotation(layout.rotate)
        matrix = {90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, width)}
        canvas.transform(*matrix[layout.rotate])


def _page(canvas, page: Page, layout: Layout) -> None:
    height = layout.page_size[1]
    if layout.watermark:
        _watermark(canvas, layout)
    canvas.setFillGray(0.86)
    for x0, y0, x1, y1 in page.shades:
        canvas.rect(x0, height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
    canvas.setFillGray(0)
    for rule in page.rules:
        wanted = DRAWN.get(layout.rules)
        if wanted is None or wanted(rule.role, rule.y0 == rule.y1):
            _rule(canvas, rule, layout, height)
    canvas.setFillGray(0)
    for text in page.texts:
        _text(canvas, text.x, height - text.y, text.text, text.size, layout)


def _text(canvas, x: float, y: float, text: str, size: float, layout: Layout) -> None:
    for name, run in runs(text, layout.font):
        canvas.setFont(name, size)
        canvas.drawString(x, y, run)
        x += width_of(run, layout.font, size)


def _rule(canvas, rule: Rule, layout: Layout, height: float) -> None:
    heavy = layout.rules == "thick" or (layout.rules in ("boxed", "three_line") and rule.role in ("outer", "side"))
    width = layout.rule_width * (HEAVY if heavy else LIGHT)
    across = rule.y0 == rule.y1
    offsets = (-layout.rule_width, layout.rule_width) if layout.rules == "double" else (0.0,)
    for offset in offsets:
        dx, dy = (0.0, offset) if across else (offset, 0.0)
        line = (rule.x0 + dx, height - rule.y0 + dy, rule.x1 + dx, height - rule.y1 + dy)
        _line(canvas, line, width, layout)


def _line(canvas, line: tuple, width: float, layout: Layout) -> None:
    grey = 0.65 if layout.rules == "grey" else 0.0
    dash = DASHES.get(layout.rules)
    if layout.rules_as == "stroke":
        canvas.setStrokeGray(grey)
        canvas.setLineWidth(width)
        canvas.setDash(*([dash] if dash else [[], 0]))
        canvas.line(*line)
        return
    canvas.setFillGray(grey)
    (x0, y0, x1, y1), half = line, width / 2
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    for a, b in _dashes(max(x1 - x0, y1 - y0), dash):
        if y0 == y1:
            canvas.rect(x0 + a, y0 - half, b - a, width, stroke=0, fill=1)
        else:
            canvas.rect(x0 - half, y0 + a, width, b - a, stroke=0, fill=1)


def _dashes(length: float, dash: tuple[float, float] | None) -> list[tuple[float, float]]:
    if dash is None:
        return [(0.0, length)]
    on, off = dash
    return [(k * (on + off), min(k * (on + off) + on, length)) for k in range(int(length // (on + off)) + 1)]


def _furniture(canvas, layout: Layout, number: int, total: int) -> None:
    """Page number and footer, in the lower margin."""
    font, width = layout.font, layout.page_size[0]
    if layout.page_number:
        text = layout.page_number.format(page=number, pages=total)
        _text(canvas, (width - width_of(text, font, 9)) / 2, layout.margin * 0.55, text, 9, layout)
    if layout.footer:
        size = min(6.5, 6.5 * (width - 40) / width_of(layout.footer, font, 6.5))
        canvas.setFillGray(0.35)
        _text(
            canvas, (width - width_of(layout.footer, font, size)) / 2, layout.margin * 0.28, layout.footer, size, layout
        )
        canvas.setFillGray(0)


def _watermark(canvas, layout: Layout) -> None:
    width, height = layout.page_size
    canvas.saveState()
    canvas.setFillGray(0.93)
    canvas.setFont(han_font(layout.font), 48)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(40)
    canvas.drawCentredString(0, 0, layout.watermark)
    canvas.restoreState()
