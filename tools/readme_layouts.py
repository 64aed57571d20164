"""The part of the READMEs on generated layouts, as `python benchmarks/layouts.py --json` wrote it."""

from __future__ import annotations

import json
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "benchmarks" / "layouts.json"
WORDS = {
    "en": {
        "set": "reports",
        "fixed": "fixed seeds",
        "fresh": "fresh seeds",
        "holdout": "part of the space never looked at while building",
        "documents": "number",
        "cells": "cells",
        "exact": "exact",
        "silent": "silent errors",
        "doubt": "exact cells in doubt",
        "second": "exact in 二",
        "findings": "false findings",
        "wrong": "agency, year or form wrong",
        "crossings": "hard combinations of layouts",
        "none": "Not measured yet: run `python benchmarks/layouts.py --json`.",
    },
    "zh": {
        "set": "报告",
        "fixed": "固定种子",
        "fresh": "新种子",
        "holdout": "开发时从未查看的部分",
        "documents": "份数",
        "cells": "单元数",
        "exact": "读取正确",
        "silent": "未提示的错误",
        "doubt": "正确而存疑",
        "second": "第二部分读取正确",
        "findings": "误报的问题",
        "wrong": "机关、年度或版本有误",
        "crossings": "版式的困难组合",
        "none": "尚未测量：请运行 `python benchmarks/layouts.py --json`。",
    },
}


def layouts(lang: str) -> str:
    """One row for each set of generated reports, and one for all hard combinations together."""
    words = WORDS[lang]
    if not RESULTS.is_file():
        return words["none"]
    sets = json.loads(RESULTS.read_text(encoding="utf-8"))["sets"]
    plain = [name for name in ("fixed", "fresh", "holdout") if name in sets]
    rows = [(words[name], [sets[name]]) for name in plain]
    crossings = [found for name, found in sets.items() if name not in plain]
    rows += [(words["crossings"], crossings)] if crossings else []
    columns = ("documents", "cells", "exact", "silent", "doubt", "second", "findings", "wrong")
    lines = ["| " + " | ".join(words[name] for name in ("set", *columns)) + " |", "|---|" + "---:|" * len(columns)]
    return "\n".join([*lines, *(f"| {name} | " + " | ".join(_row(found)) + " |" for name, found in rows)])


def _row(sets: list[dict]) -> list[str]:
    wrong = sum(found[f"{what} wrong"] for found in sets for what in ("agency", "year", "form"))
    return [
        f"{sum(found['documents'] for found in sets)}",
        f"{sum(found['cells']['cells'] for found in sets):,}",
        f"{_share(sets, 'cells', 'exact %'):.3f} %",
        f"{sum(found['cells']['silent'] for found in sets)}",
        f"{_share(sets, 'cells', 'doubt %'):.3f} %",
        f"{_share(sets, '二', 'exact %'):.3f} %",
        f"{sum(found['false error findings'] for found in sets)}",
        f"{wrong}",
    ]


def _share(sets: list[dict], part: str, name: str) -> float:
    """The share over several sets, each weighted by its cells."""
    return sum(found[part][name] * found[part]["cells"] for found in sets) / sum(f[part]["cells"] for f in sets)
