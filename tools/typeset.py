"""Set an annual report as a PDF: content -> tables with spans -> measured rows -> pages -> drawing.

What is said (`Report`) and how it is laid out (`Layout`) are apart, so that one report can be set in any layout.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from typeset_draw import draw
from typeset_layout import Layout
from typeset_page import Composer, Paragraph, StartAt
from typeset_table import Table, Tables, section_tables


@dataclass(frozen=True)
class Part:
    """One of the report's numbered parts: heading, prose, then the tables of `section`, then notes."""

    heading: str
    prose: tuple[str, ...] = ()
    section: str = ""
    notes: tuple[str, ...] = ()
    other_tables: tuple[Table, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a report says; `title` may hold a line break."""

    title: str
    parts: tuple[Part, ...]
    tables: Tables
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Typeset:
    """The PDF, and of each cell of the form its place and lines.

    A place is (page, x0, y0, x1, y1) from the page's top left. A cell cut by a page break has the box of its first
    piece with text; `cut` holds the cells whose text stands on both sides of the break.
    """

    pdf: bytes
    boxes: dict[str, tuple[int, float, float, float, float]] = field(default_factory=dict)
    printed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cut: frozenset[str] = frozenset()


def typeset(report: Report, layout: Layout) -> Typeset:
    """Set `report` in `layout`; the same input gives the same bytes."""
    composer = Composer(layout)
    for item in flow(report, layout):
        composer.add(item)
    pdf = draw(composer.pages, layout, report.title.replace("\n", ""))
    return Typeset(pdf, composer.boxes, composer.printed, frozenset(composer.cut))


def flow(report: Report, layout: Layout) -> list[Paragraph | Table | StartAt]:
    """The report as paragraphs and tables, one below the other."""
    items: list = [Paragraph(report.title, "title"), *map(Paragraph, report.opening)]
    starts = dict(layout.section_start)
    for part in report.parts:
        if part.section in starts:
            items.append(StartAt(starts[part.section]))
        items.append(Paragraph(part.heading, "heading"))
        items += map(Paragraph, part.prose)
        if part.section:
            items += section_tables(report.tables, part.section, layout)
        items += [Paragraph(note, "note") for note in part.notes]
        items += part.other_tables
        items += map(Paragraph, part.after)
    return [*items, *[Paragraph(line, "end") for line in report.closing]]
