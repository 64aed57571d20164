"""The part of the READMEs on formats: scans, run-together text, time by format, each as its benchmark wrote it."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
WORDS = {
    "en": {
        "scans": "Scans (image-only pages, skewed and noisy; half of them generated layouts): `python benchmarks/scans.py`",
        "dpi": "{} dpi",
        "count": "scans",
        "cells": "cells",
        "exact": "cells exact",
        "doubt": "cells in doubt",
        "silent": "silent errors",
        "section": "{} of section 二 alone",
        "page": "seconds a page",
        "glued": "Run-together text, against what the sums alone determine: `python benchmarks/glued.py`",
        "real": "published reports",
        "broken": "published, with broken sums or blanks",
        "invented": "invented reports",
        "planted": "invented, 1-3 figures made wrong or blank",
        "reports": "reports",
        "determined": "cells that the sums determine",
        "exact of these": "exact of these",
        "others": "other cells",
        "in doubt of these": "in doubt of these",
        "exact and certain of these": "exact and certain of these",
        "formats": "Seconds a report by format (as a share of digital PDF): `python benchmarks/formats.py`",
        "time": "{name} {seconds:.3f} ({share:.2f})",
        "scan": "A scanned page takes {seconds:.1f} s ({processor:.1f} s of processor time).",
    },
    "zh": {
        "scans": "扫描件（纯图像页面，有倾斜和噪点；一半为随机生成的版式）：`python benchmarks/scans.py`",
        "dpi": "{} dpi",
        "count": "扫描件数",
        "cells": "单元数",
        "exact": "读取正确的单元",
        "doubt": "存疑的单元",
        "silent": "未提示的错误",
        "section": "其中第二部分：{}",
        "page": "每页用时（秒）",
        "glued": "单元格粘连的文本，与仅凭勾稽关系可确定的结果相比：`python benchmarks/glued.py`",
        "real": "已公布的报告",
        "broken": "已公布、勾稽不符或有空格的报告",
        "invented": "虚构的报告",
        "planted": "虚构、植入 1 至 3 处错误或空格",
        "reports": "报告数",
        "determined": "勾稽关系可确定的单元",
        "exact of these": "其中正确",
        "others": "其余单元",
        "in doubt of these": "其中存疑",
        "exact and certain of these": "其中正确且确定",
        "formats": "各格式每份报告用时（秒；括号内为与数字版 PDF 之比）：`python benchmarks/formats.py`",
        "time": "{name} {seconds:.3f}（{share:.2f}）",
        "scan": "扫描件每页用时 {seconds:.1f} 秒（处理器时间 {processor:.1f} 秒）。",
    },
}


def formats(lang: str) -> str:
    """The parts that have been measured, one below the other."""
    parts = (("scans", _scans), ("glued", _glued), ("formats", _times))
    shown = []
    for name, part in parts:
        path = FOLDER / f"{name}.json"
        if path.is_file():
            found = json.loads(path.read_text(encoding="utf-8"))
            shown.append(f"{WORDS[lang][name]}\n\n{part(found, WORDS[lang])}")
    return "\n\n".join(shown)


def _table(heads: list[str], rows: dict[str, list[str]]) -> str:
    lines = ["| | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    return "\n".join([*lines, *(f"| {name} | " + " | ".join(values) + " |" for name, values in rows.items())])


def _scans(found: dict, words: dict) -> str:
    both = [row for row in found["sets"] if row["kind"] == "both"]
    whole, second = ([row for row in both if row["part"] == part] for part in ("all", "二"))
    rows = {
        words["count"]: [f"{row['scans']}" for row in whole],
        words["cells"]: [f"{row['cells']:,}" for row in whole],
    }
    for part, label in ((whole, "{}"), (second, words["section"])):
        rows[label.format(words["exact"])] = [f"{row['exact %']:.2f} %" for row in part]
        rows[label.format(words["doubt"])] = [f"{row['doubt %']:.2f} %" for row in part]
        rows[label.format(words["silent"])] = [f"{row['silent']}" for row in part]
    rows[words["page"]] = [f"{row['s a page']:.1f}" for row in whole]
    return _table([words["dpi"].format(row["dpi"]) for row in whole], rows)


def _glued(found: dict, words: dict) -> str:
    kinds = list(dict.fromkeys(row["kind"] for row in found["sets"]))
    own = {kind: [row for row in found["sets"] if row["kind"] == kind] for kind in kinds}
    rows = {words["reports"]: [f"{own[kind][0]['reports']}" for kind in kinds]}
    for name in ("determined", "exact of these", "others", "in doubt of these", "exact and certain of these", "silent"):
        rows[words[name]] = [f"{sum(row[name] for row in own[kind]):,}" for kind in kinds]
    return _table([words[kind] for kind in kinds], rows)


def _times(found: dict, words: dict) -> str:
    pdf = found["seconds"]["pdf"]
    shown = [words["time"].format(name=n, seconds=s, share=s / pdf) for n, s in found["seconds"].items()]
    text = ", ".join(shown) + "."
    if found["scan"]:
        text += " " + words["scan"].format(seconds=found["scan"]["a page"], processor=found["scan"]["processor"])
    return text
