"""The knobs of the typesetter: how a report is laid out, never what it says."""

from __future__ import annotations

from dataclasses import dataclass, fields

PAPERS = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0), "B5": (498.9, 708.66), "A3": (841.89, 1190.55)}

LEVELS: dict[str, tuple] = {
    "paper": tuple(PAPERS),
    "landscape": (False, True),
    "rotate": (0, 90, 180, 270),
    "rules": (
        "full", "dotted", "dashed", "double", "grey", "thick", "boxed", "horizontal", "three_line", "none",
        "no_outer", "open_sides",
    ),
    "rules_as": ("stroke", "rectangles"),
    "align": ("left", "center", "right"),
    "label_align": ("left", "center"),
    "valign": ("top", "middle", "bottom"),
    "cut_label": ("flow", "centre", "first", "repeat"),
    "split_rows": (False, True),
    "split_header": (False, True),
    "repeat_header": (False, True),
    "t2_tables": ("one", "four"),
    "t4_tables": ("one", "two"),
    "t3_header": ("total_under_root", "total_beside_root"),
    "t4_header": ("high", "low"),
    "other_rows": ("one", "merged"),
    "vertical_label": (False, True),
    "shade_header": (False, True),
    "font": ("embedded", "times", "helvetica", "cid"),
    "page_number": ("", "- {page} -", "第 {page} 页 共 {pages} 页", "{page}", "{page}/{pages}"),
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """How a report is laid out; lengths in PDF points. `LEVELS` lists the values of the knobs that are not numbers.

    >>> Layout(rules="dotted").rules
    'dotted'
    """

    paper: str = "A4"
    landscape: bool = False
    rotate: int = 0  # /Rotate of every page; the content is turned back, so that it is shown upright
    margin: float = 64.0
    font: str = "embedded"  # the project's own; times, helvetica: Latin in that; cid: a font named but not embedded
    size: float = 12.0  # prose
    table_size: float = 9.0
    leading: float = 1.35  # line height, in sizes
    pad: float = 3.0  # between a rule and the text of its cell
    row_height: float = 0.0  # at least
    rules: str = "full"
    rules_as: str = "stroke"  # word processors often export rules as thin filled rectangles
    rule_width: float = 0.6
    align: str = "center"  # of figures
    label_align: str = "left"
    valign: str = "middle"
    label_share: float = 0.42  # of the table's width, for the label columns
    t4_table_size: float = 0.0  # 0: as table_size
    table_share: float = 1.0  # of the width between the margins
    t2_tables: str = "one"  # section 二 as one table, or one for each item of article 20
    t4_tables: str = "one"
    t3_header: str = "total_under_root"  # 总计 under 申请人情况, or beside it
    t4_header: str = "high"  # results of 行政复议 over two header rows, or 行政复议 itself
    other_rows: str = "one"  # a group printed with one row of figures: one label, or its items' labels beside it
    vertical_label: bool = False  # 三、本年度办理结果 one character a line
    repeat_header: bool = False
    split_header: bool = False  # may a page break fall inside a header
    split_rows: bool = False  # may a page break fall inside a row
    cut_label: str = "flow"  # what a label does where a page break cuts its cell
    cut_edges: bool = True  # are rules drawn where a page break cuts a table
    section_start: tuple[tuple[str, float], ...] = ()  # (section id, share of the page above its heading)
    break_before: tuple[str, ...] = ()  # rows that open a new page, e.g. "t3.denied.internal"
    shade_header: bool = False
    page_number: str = "- {page} -"
    watermark: str = ""
    footer: str = ""
    title_size: float = 18.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in LEVELS and value not in LEVELS[field.name]:
                raise ValueError(f"Layout.{field.name}: expected one of {LEVELS[field.name]}, got {value!r}")

    @property
    def page_size(self) -> tuple[float, float]:
        """Width and height of the page as shown."""
        width, height = PAPERS[self.paper]
        return (height, width) if self.landscape else (width, height)

    @property
    def text_width(self) -> float:
        return self.page_size[0] - 2 * self.margin
