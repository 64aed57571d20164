"""Invented but consistent reports: agencies, figures for which all identities hold, labels and figures as agencies print them."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

from govinfo.form import Block, load_form

PLACES = (
    "云溪",
    "安泽",
    "柳河",
    "宁岭",
    "东湖",
    "石桥",
    "平川",
    "长亭",
    "丰水",
    "金岭",
    "北塘",
    "白沙",
    "青坪",
    "龙口",
)
ORGANS = (
    "教育局",
    "财政局",
    "民政局",
    "水利局",
    "交通运输局",
    "市场监督管理局",
    "司法局",
    "农业农村局",
    "卫生健康委员会",
)
TOWNS = ("柳林镇", "新庄镇", "河西乡", "东关街道办事处", "石门镇")
WHOLE, FULL_WIDTH = "0123456789.-+", "０１２３４５６７８９．－＋"
MARKS = {"zero": "0", "blank": "", "slash": "/", "hyphen": "-", "dash": "—", "none": "无", "double_dash": "——"}
SCALES = {"small": (0.1, 9), "medium": (0.3, 120), "large": (0.6, 9000)}  # share of cells above 0, largest of them


def agency(rng: Random) -> tuple[str, str]:
    """A name and its level."""
    place, kind = rng.choice(PLACES), rng.choice(("city", "county", "department", "township"))
    if kind == "city":
        return f"{place}市人民政府", kind
    if kind == "county":
        return f"{place}{rng.choice('县区')}人民政府", kind
    if kind == "department":
        return f"{place}{rng.choice('市县区')}{rng.choice(ORGANS)}", kind
    town = rng.choice(TOWNS)
    return f"{place}{rng.choice('县区')}{town}{'' if town.endswith('处') else '人民政府'}", kind


# ---------------------------------------------------------------- figures
def figures(rng: Random, version: str, scale: str) -> dict[str, Decimal]:
    """A figure for every cell of the form; every identity of 三 and 四 holds."""
    form = load_form(version)
    values = {**_applications(rng, form.block("t3"), scale), **_disputes(rng, form.block("t4"), scale)}
    for block in form.blocks:
        if block.section == "t2":
            values |= _disclosed(rng, block, scale)
    return {cell.id: values[cell.id] for cell in form.cells}


def _count(rng: Random, scale: str, boost: float = 1.0) -> int:
    share, most = SCALES[scale]
    return int(most ** rng.random()) if rng.random() < min(1.0, share * boost) else 0


def _applications(rng: Random, block: Block, scale: str) -> dict[str, Decimal]:
    values: dict[str, Decimal] = {}
    outcomes = [r for r in block.rows if r.role == "outcome"]
    for column in (c for c in block.columns if c.role != "total"):
        boost = 1.5 if column.id == "natural" else 0.4
        own = {row.id: _count(rng, scale, boost) for row in outcomes}
        own["total"], own["carried_out"] = sum(own.values()), _count(rng, scale, boost * 0.5)
        own["carried_in"] = rng.randint(0, own["total"] + own["carried_out"]) // 8
        own["new"] = own["total"] + own["carried_out"] - own["carried_in"]
        values |= {block.cell_id(row, column.id): Decimal(n) for row, n in own.items()}
    for row in block.rows:
        total = sum(values[block.cell_id(row.id, c.id)] for c in block.columns if c.role != "total")
        values[block.cell_id(row.id, "total")] = Decimal(total)
    return values


def _disputes(rng: Random, block: Block, scale: str) -> dict[str, Decimal]:
    values: dict[str, Decimal] = {}
    for group in ("review", "direct", "after_review"):
        parts = [c for c in block.columns if c.group == group and c.role != "total"]
        values |= {block.cell_id("", c.id): Decimal(_count(rng, scale) // 3) for c in parts}
        values[block.cell_id("", f"{group}.total")] = sum(values[block.cell_id("", c.id)] for c in parts)
    return values


def _disclosed(rng: Random, block: Block, scale: str) -> dict[str, Decimal]:
    values = {}
    for row in block.rows:
        for column in block.columns:
            number = Decimal(_count(rng, scale, 3.0))
            if column.id == "amount" or (row.id == "fees" and column.unit != "项" and not column.signed):
                number = number * Decimal(rng.choice(("1", "1.5", "3.27", "6.58214")))
            values[block.cell_id(row.id, column.id)] = -number if column.signed and rng.random() < 0.4 else number
    return values


# ---------------------------------------------------------------- figures as printed
def printed(rng: Random, values: dict[str, Decimal], version: str, style: dict[str, str]) -> dict[str, str]:
    """The text of every cell; `style` names the knobs zero, zero_scope and number."""
    form = load_form(version)
    texts = {}
    for cell_id, value in values.items():
        if value == 0 and _marked(cell_id, values, style["zero_scope"]):
            texts[cell_id] = MARKS[style["zero"]]
        else:
            texts[cell_id] = _number(value, style["number"], form.cell(cell_id))
    if style["number"] == "annotated":
        _annotate(rng, values, texts)
    return texts


def _marked(cell_id: str, values: dict[str, Decimal], scope: str) -> bool:
    """Does the agency write its mark for nothing into this cell."""
    if scope == "all":
        return True
    if scope == "t3_outcomes":
        return cell_id.startswith("t3.") and cell_id.split(".")[1] not in ("new", "carried_in", "total", "carried_out")
    column = cell_id.rsplit(".", 1)[-1]  # a column of organisations that is empty from top to bottom
    if not cell_id.startswith("t3.") or column in ("natural", "total"):
        return False
    return all(v == 0 for c, v in values.items() if c.startswith("t3.") and c.endswith(f".{column}"))


def _number(value: Decimal, style: str, cell) -> str:
    text = f"{value.normalize():f}" if value % 1 else f"{int(value)}"
    if cell.signed and style == "signed":
        return f"+{text}" if value > 0 else text.replace("-", "减")
    if style in ("comma", "wide_comma", "space") and abs(value) >= 1000:
        grouped = f"{Decimal(text):,}"
        return grouped.replace(",", {"comma": ",", "wide_comma": "，", "space": " "}[style])
    if style == "wide_digits":
        return text.translate(str.maketrans(WHOLE, FULL_WIDTH))
    if style == "unit" and value > 0 and len(cell.unit) <= 2:
        return f"{text}{cell.unit}"
    if style == "leading_zero" and value < 10 and cell.id.endswith("natural"):
        return f"0{text}"
    return text


def _annotate(rng: Random, values: dict[str, Decimal], texts: dict[str, str]) -> None:
    possible = [c for c in values if c.startswith("t2.normative") and values[c] > 1 and texts[c].isdigit()]
    for cell in possible[:2]:
        texts[cell] += f"（其中修订{rng.randint(1, int(values[cell]))}件）"


# ---------------------------------------------------------------- labels as printed
def places(version: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every label of the form: the typesetter's key -> (official wording, known variants)."""
    found = {}
    for block in load_form(version).blocks:
        section, head = block.section, block.section if block.section != "t2" else block.id
        found |= {f"{section}.{r.id}": (r.label.zh, r.label.variants) for r in block.rows if r.id}
        found |= {f"{head}.column.{c.id}": (c.label.zh, c.label.variants) for c in block.columns}
        found |= {f"{head}.group.{g.id}": (g.label.zh, g.label.variants) for g in block.row_groups}
        found |= {f"{head}.column_group.{g.id}": (g.label.zh, ()) for g in block.column_groups}
        found |= {f"{head}.heading": (block.label.zh, ()), f"{head}.corner": (block.corner.zh, ())}
    return found


def labels(rng: Random, version: str, style: str) -> dict[str, str]:
    """The labels that the report words otherwise than the form."""
    official = places(version)
    if style in ("lost", "doubled"):
        long = sorted(key for key, (text, _) in official.items() if len(text) >= 6)
        return {key: _slip(rng, official[key][0], style) for key in rng.sample(long, 8)}
    reworded = {key: _restyle(rng, text, variants, style) for key, (text, variants) in official.items()}
    return {key: text for key, text in reworded.items() if text != official[key][0]}


def _slip(rng: Random, text: str, style: str) -> str:
    at = rng.choice([k for k, c in enumerate(text) if "\u4e00" <= c <= "\u9fff" and k > 2])
    return text[:at] + ("" if style == "lost" else text[at]) + text[at + (style == "lost") :]


def _restyle(rng: Random, text: str, variants: tuple[str, ...], style: str) -> str:
    if style == "variant":
        return rng.choice((text, *variants))
    if style == "spaced":
        return rng.choice((" ", "　")).join(text) if 2 <= len(text) <= 4 else text
    if style == "half_width":
        return text.translate(str.maketrans("（）：，、“”", '():,,""'))
    if style == "total_word":
        return text.replace("总计", "合计")
    number = {"comma_number": r"\1、", "bracket_number": r"（\1）", "half_bracket_number": r"\1）"}.get(style)
    return re.sub(r"^(\d)\.", number, text) if number else text
