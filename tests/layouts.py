"""A seeded generator of annual reports in any layout: `make(seed)` gives a PDF, what its cells print, and how it was laid out.

Every report is consistent (all identities hold) and invented. A part of the space, `holdout=True`, draws other numbers
and has levels of its own: it is meant for the last measurement, not for building.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import invented
from typeset import Part, Report, typeset
from typeset_layout import Layout
from typeset_table import ExtraRow, Tables, plain_table

from govinfo.form import load_form

KNOBS = {  # level -> weight, of the knobs that are drawn one by one
    "rules": {
        "full": 3, "dotted": 1, "dashed": 1, "double": 1, "grey": 1, "thick": 1, "boxed": 1, "horizontal": 1,
        "three_line": 1, "none": 2, "no_outer": 1, "open_sides": 1,
    },
    "rules_as": {"stroke": 2, "rectangles": 1},
    "paper": {"A4": 6, "A3": 1},
    "landscape": {False: 3, True: 1},
    "rotate": {0: 7, 90: 1, 180: 1},
    "font": {"embedded": 2, "times": 1, "helvetica": 1},
    "align": {"left": 1, "center": 2, "right": 1},
    "label_align": {"left": 3, "center": 1},
    "valign": {"top": 1, "middle": 3, "bottom": 1},
    "cut_label": {"flow": 2, "centre": 1, "first": 1, "repeat": 1},
    "cut_edges": {True: 3, False: 1},
    "split_rows": {False: 1, True: 1},
    "split_header": {False: 4, True: 1},
    "repeat_header": {False: 1, True: 1},
    "t2_tables": {"one": 1, "four": 1},
    "t4_tables": {"one": 2, "two": 1},
    "t3_header": {"total_under_root": 2, "total_beside_root": 1},
    "t4_header": {"high": 1, "low": 1},
    "vertical_label": {False: 1, True: 1},
    "shade_header": {False: 3, True: 1},
    "page_number": {"- {page} -": 2, "": 1, "第 {page} 页 共 {pages} 页": 1, "{page}": 1},
    "watermark": {"": 5, "内部资料": 1},
    "form": {"2019": 1, "2021": 2, "mixed": 1},  # mixed: 二 of 2019, 三 and 四 of 2021
    "other": {"items": 2, "one": 1, "merged": 1},
    "scale": {"small": 2, "medium": 2, "large": 2},
    "zero": {"zero": 5, "blank": 2, "slash": 1, "hyphen": 1, "dash": 1, "none": 1},
    "zero_scope": {"all": 2, "t3_outcomes": 1, "empty_columns": 1},
    "number": {"plain": 4, "comma": 1, "wide_comma": 1, "space": 1, "wide_digits": 1, "unit": 1, "annotated": 1,
               "signed": 1, "leading_zero": 1},
    "labels": {"official": 4, "variant": 1, "lost": 1, "doubled": 1, "spaced": 1, "half_width": 1, "total_word": 1,
               "comma_number": 1, "bracket_number": 1, "half_bracket_number": 1},
    "repeat_words": {"same": 2, "other": 1},
    "left_out": {"nothing": 4, "rules": 1, "outcome": 1},
    "extra_row": {"nothing": 5, "t2": 1, "t3": 1},
    "parts": {"usual": 3, "shifted": 1, "restart": 1},
    "break": {"natural": 2, "forced": 1, "low_start": 1},
    "other_table": {"nothing": 3, "fees": 1},
    "notes": {"nothing": 3, "below": 1},
    "prose": {"short": 1, "long": 1},
}  # fmt: skip
LATER_KNOBS = {  # each drawn by itself, so that adding one leaves the others' levels as they are
    "year": {"of_form": 3, "late": 1},  # late: the form of 2019 still used in 2022 and 2023
    "notes_all": {False: 4, True: 1},  # numbered notes under the tables of 二 and 四 too
}
HOLDOUT_LEVELS = {"paper": {"B5": 1, "Letter": 1, "A4": 2}, "rotate": {0: 4, 270: 1}, "zero": {"double_dash": 1}}
SIZES = {
    "table_size": ((6.5, 7.5, 8.5, 9.0, 10.5, 12.0), (7.0, 8.2, 9.7, 11.0)),
    "size": ((10.5, 12.0, 15.0), (11.0, 14.0)),
    "label_share": ((0.3, 0.42, 0.55), (0.26, 0.36, 0.48)),
    "pad": ((2.0, 3.0, 5.0), (2.5, 4.0)),
    "margin": ((40.0, 64.0, 80.0), (52.0, 70.0)),
    "row_height": ((0.0, 18.0, 26.0), (14.0, 22.0)),
    "leading": ((1.2, 1.35, 1.6), (1.28, 1.45)),
    "rule_width": ((0.25, 0.6, 1.0), (0.4, 0.8)),
    "table_share": ((1.0, 0.85), (0.93,)),
}
LAYOUT_KNOBS = tuple(knob for knob in KNOBS if knob in Layout.__dataclass_fields__)
FILLER = "全面落实政务公开工作要点，细化公开事项，完善工作机制，回应群众关切，公开质量不断提高。"
NUMBERS = "一二三四五六七八九十"


def make(seed: int, holdout: bool = False, **pinned) -> tuple[bytes, dict[str, str], dict]:
    """One report: its PDF, the text each printed cell of the form holds (line breaks removed), and how it was made.

    `pinned` sets knobs to levels, e.g. `make(1, rules="none", zero="blank")`. The third part holds `agency`, `level`,
    `year`, `versions` (section -> form), `values` (cell -> its number, marks for nothing as 0), `unplaced` (row label,
    figures printed in rows that the form does not have), `claims`, `boxes` (cell -> page and box), `levels` (knob ->
    level, with three found after setting: `broken_numbers`, any over several lines; `cut_numbers`, any over two pages;
    `t3_pages`, the pages that 三 stands on).
    """
    rng = Random(f"govinfo story {seed} {holdout}")
    levels = {**levels_of(seed, holdout), **pinned}
    story = _story(rng, levels)
    done = typeset(_report(rng, levels, story), _fitting(_layout(rng, levels)))
    truth = {cell: "".join(lines) for cell, lines in done.printed.items()}
    levels |= {
        "broken_numbers": any(len(lines) > 1 for lines in done.printed.values()),
        "cut_numbers": bool(done.cut),
        "t3_pages": len({box[0] for cell, box in done.boxes.items() if cell.startswith("t3.")}),
    }
    values = {cell: story["values"][cell] for cell in truth}
    return done.pdf, truth, {**story, "values": values, "boxes": done.boxes, "levels": levels}


def levels_of(seed: int, holdout: bool = False) -> dict:
    """The level of every knob, and every size, that a seed draws."""
    rng, levels = Random(f"govinfo layout {seed} {holdout}"), {}
    for knob, weights in KNOBS.items():
        chosen = HOLDOUT_LEVELS.get(knob, weights) if holdout and rng.random() < 0.5 else weights
        levels[knob] = rng.choices(list(chosen), list(chosen.values()))[0]
    levels |= {knob: rng.choice(numbers[holdout]) for knob, numbers in SIZES.items()}
    for knob, weights in LATER_KNOBS.items():
        own = Random(f"govinfo layout {seed} {holdout} {knob}")
        levels[knob] = own.choices(list(weights), list(weights.values()))[0]
    return levels


# ---------------------------------------------------------------- what the report says
def _story(rng: Random, levels: dict) -> dict:
    """Agency, year, forms and figures."""
    name, level = invented.agency(rng)
    t2, t3 = {"2019": ("2019", "2019"), "2021": ("2021", "2021"), "mixed": ("2019", "2021")}[levels["form"]]
    values = {}
    for version, sections in ((t2, ("t2",)), (t3, ("t3", "t4"))):
        own = invented.figures(rng, version, levels["scale"])
        values |= {cell: value for cell, value in own.items() if cell.split(".")[0] in sections}
    year = rng.randint(2019, 2020) if levels["form"] == "2019" else rng.randint(2021, 2025)
    if levels["form"] == "2019" and levels["year"] == "late":
        year += 3
    versions = {"t2": t2, "t3": t3, "t4": t3}
    values = _grouped(values, t3, levels)
    return {"agency": name, "level": level, "year": year, "versions": versions, "values": values, "unplaced": []}


def _grouped(values: dict, version: str, levels: dict) -> dict:
    """（六）其他处理 as one row of figures, where the level asks for it and the form has three."""
    block = load_form(version).block("t3")
    items = [row.id for row in block.members("other")]
    if levels["other"] == "items" or not items:
        return values
    for column in block.columns:
        values[f"t3.other.{column.id}"] = sum(values.pop(f"t3.{row}.{column.id}") for row in items)
    return values


def _report(rng: Random, levels: dict, story: dict) -> Report:
    style = {k: levels[k] for k in ("zero", "zero_scope", "number")}
    texts = {}
    for section, version in story["versions"].items():
        own = {c: v for c, v in story["values"].items() if c.startswith(section)}
        texts |= invented.printed(rng, own, version, style)
    for row in _left_out(rng, levels, story):
        texts = {cell: text for cell, text in texts.items() if not cell.startswith(f"{row}.")}
    words = {**invented.labels(rng, story["versions"]["t2"], levels["labels"])}
    words = {k: v for k, v in words.items() if k.startswith("t2")}
    late = invented.labels(rng, story["versions"]["t3"], levels["labels"])
    words |= {k: v for k, v in late.items() if not k.startswith("t2")}
    again = {"t3.column.welfare": "社会组织", "t3.corner": ""} if levels["repeat_words"] == "other" else {}
    tables = Tables(story["versions"], texts, words, again, _extra(rng, levels, story))
    return Report(_title(rng, story), _parts(rng, levels, story), tables, closing=_closing(story))


def _left_out(rng: Random, levels: dict, story: dict) -> list[str]:
    """Rows that the report does not print; only such as hold no applications, so that identities still hold."""
    if levels["left_out"] == "rules":
        return ["t2.rules"]
    if levels["left_out"] == "outcome":
        block = load_form(story["versions"]["t3"]).block("t3")
        rows = [f"t3.{r.id}" for r in block.rows if r.role == "outcome" and r.group in ("denied", "not_processed")]
        empty = [r for r in rows if all(v == 0 for c, v in story["values"].items() if c.startswith(f"{r}."))]
        return [rng.choice(empty)] if empty else []
    return []


def _extra(rng: Random, levels: dict, story: dict) -> tuple[ExtraRow, ...]:
    """A row that the form does not have; in 三 it holds zeros, so that identities still hold."""
    if levels["extra_row"] == "nothing":
        return ()
    if levels["extra_row"] == "t2":
        row = ExtraRow("t2.item1", "normative", "其他主动公开文件", tuple(str(rng.randint(1, 99)) for _ in range(3)))
    else:
        row = ExtraRow("t3", "not_processed.confirm", "6.其他不予处理情形", ("0",) * 7)
    story["unplaced"] = [(row.label, row.values)]
    return (row,)


def _title(rng: Random, story: dict) -> str:
    patterns = (
        "{agency}{year}年政府信息公开工作年度报告",
        "{agency}{year}年度\n政府信息公开工作年度报告",
        "{agency}\n{year}年政府信息公开工作年度报告",
    )
    return rng.choice(patterns).format(**story)


def _closing(story: dict) -> tuple[str, ...]:
    return story["agency"], f"{story['year'] + 1}年1月20日"


def _parts(rng: Random, levels: dict, story: dict) -> tuple[Part, ...]:
    notes = ("注：表内数字含上年结转的案件，统计截至12月31日。",) if levels["notes"] == "below" else ()
    more = ("注：1.本表数字以件计；2.上一年项目数量为2018年数。",) if levels["notes_all"] else ()
    fees = (
        plain_table([["通知收取件数", "通知收取金额（元）"], ["3", "120"]]) if levels["other_table"] == "fees" else None
    )
    parts = [
        Part("总体情况", _prose(levels, story)),
        Part("主动公开政府信息情况", section="t2", notes=more),
        Part("收到和处理政府信息公开申请情况", section="t3", notes=notes),
        Part("政府信息公开行政复议、行政诉讼情况", section="t4", notes=more),
        Part("存在的主要问题及改进情况", (FILLER,)),
        Part("其他需要报告的事项", ("本年度未收取信息处理费。",), other_tables=(fees,) if fees else ()),
    ]
    if levels["parts"] == "shifted":
        parts.insert(1, Part("重点领域信息公开情况", (FILLER,)))
    if levels["parts"] == "restart":
        parts = [parts[0], *parts[4:], *parts[1:4]]
    start = 3 if levels["parts"] == "restart" else len(parts)
    return tuple(replace(p, heading=f"{NUMBERS[k % start]}、{p.heading}") for k, p in enumerate(parts))


def _prose(levels: dict, story: dict) -> tuple[str, ...]:
    values = story["values"]
    story["claims"] = [("received", str(values["t3.new.total"])), ("carried_out", str(values["t3.carried_out.total"]))]
    text = (
        f"{story['year']}年，本机关新收政府信息公开申请{values['t3.new.total']}件，"
        f"结转下年度继续办理{values['t3.carried_out.total']}件。"
    )
    opening = f"本报告所列数据的统计期限自{story['year']}年1月1日起至12月31日止。"
    return opening, text, *((FILLER * 3,) * 4 if levels["prose"] == "long" else (FILLER,))


# ---------------------------------------------------------------- how it is laid out
def _layout(rng: Random, levels: dict) -> Layout:
    knobs = {knob: levels[knob] for knob in (*LAYOUT_KNOBS, *SIZES)}
    if levels["break"] == "forced":
        rows = [f"t3.{row.id}" for row in load_form("2019").block("t3").rows]
        knobs["break_before"] = tuple(rng.sample(rows, 2))
    if levels["break"] == "low_start":
        knobs["section_start"] = tuple((s, rng.uniform(0.3, 0.9)) for s in ("t2", "t3", "t4"))
    other = levels["other"] if levels["other"] != "items" else "one"
    return Layout(**knobs, other_rows=other)


def _fitting(layout: Layout) -> Layout:
    """Smaller type in 四 where fifteen columns of the size drawn do not fit."""
    room = layout.text_width * layout.table_share / 15 - 2 * layout.pad - 1
    return replace(layout, t4_table_size=min(layout.table_size, round(room, 1)))
