"""The part of both READMEs on files that harm and on very many files: benchmarks/soak.json, kills.json, scale.json."""

from __future__ import annotations

import json
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
COLUMNS = ("files", "refused with a reason", "overran", "values", "equal", "as the mutated file shows", "unexplained")
WORDS = {
    "en": {
        "none": "Not measured yet.",
        "soak": "Mutated reports, each read within limits by a process of its own; a certain value must equal that of the "
        "unmutated file, or be what an independent reading of the mutated file shows: `python benchmarks/fuzz.py`",
        "format": "format",
        "columns": ("files", "refused in words", "ended by a limit", "certain values", "as in the unmutated file",
                    "as the mutated file shows", "neither"),
        "kinds": {"pdf": "PDF", "html": "web page", "archive": "web archive", "docx": "DOCX", "text": "text",
                  "running": "run-together text"},
        "crashed": "Files that ended the batch or met an error no reader foresaw: {n}.",
        "kills": "Builds killed at a place of their own, over the whole run and at every writing step: {n}; after the last "
        "restart the outputs {equal} those of an undisturbed build (`python benchmarks/kills.py`).",
        "equal": ("differ from", "equal"),
        "scale": "{reports:,} generated reports (`python benchmarks/scale.py`): two workers {two:.2f} times as fast as one; "
        "a rebuild with nothing changed {again:.2%} of the first; peak memory of a worker {few:.0f} MB with {small:,} reports "
        "and {many:.0f} MB with all, of the build itself {own_few:.0f} and {own_many:.0f} MB; on a two-worker Dask cluster of which one was killed, {same}.",
        "same": ("tables that differ", "the same tables"),
    },
    "zh": {
        "none": "尚未测量。",
        "soak": "将报告随机改坏后读取，每份由单独的进程在限额内读取；未存疑的数值须与原文件相同，或与另一独立方法在改坏的文件中所读相同："
        "`python benchmarks/fuzz.py`",
        "format": "格式",
        "columns": ("文件", "说明原因后拒读", "超限而终止", "确定的数值", "与原文件相同", "与改坏的文件所示相同", "皆不相同"),
        "kinds": {"pdf": "PDF", "html": "网页", "archive": "网页存档", "docx": "DOCX", "text": "文本", "running": "连写文本"},
        "crashed": "使批处理中断或发生未预见错误的文件：{n}。",
        "kills": "在运行全程与每个写入步骤中强行终止的构建：{n} 次；最后一次重启后，结果与未受干扰的构建{equal}"
        "（`python benchmarks/kills.py`）。",
        "equal": ("不同", "相同"),
        "scale": "{reports:,} 份生成的报告（`python benchmarks/scale.py`）：两个进程的速度为一个的 {two:.2f} 倍；无改动时重新构建用时为"
        "首次的 {again:.2%}；单个进程的内存峰值，{small:,} 份时 {few:.0f} MB，全部时 {many:.0f} MB，主进程为 {own_few:.0f} MB 与 {own_many:.0f} MB；在两个进程的 Dask 集群上"
        "终止其一，{same}。",
        "same": ("所得表格不同", "所得表格相同"),
    },
}  # fmt: skip


def endurance(lang: str) -> str:
    """Mutated files by format, kills, and a build of thousands of reports."""
    parts = []
    for name, part in (("soak", _soak), ("kills", _kills), ("scale", _scale)):
        path = BENCHMARKS / f"{name}.json"
        parts += [part(json.loads(path.read_text(encoding="utf-8")), WORDS[lang])] if path.is_file() else []
    return "\n\n".join(parts) or WORDS[lang]["none"]


def _soak(found: dict, words: dict) -> str:
    lines = [
        words["soak"],
        "",
        f"| {' | '.join((words['format'], *words['columns']))} |",
        "|---|" + "---:|" * len(COLUMNS),
    ]
    for kind, name in words["kinds"].items():
        if kind in found:
            lines.append(f"| {name} | {' | '.join(f'{found[kind].get(column, 0):,}' for column in COLUMNS)} |")
    crashed = sum(found["all"].get(name, 0) for name in ("ended", "unforeseen"))
    return "\n".join([*lines, "", words["crashed"].format(n=crashed)])


def _kills(found: dict, words: dict) -> str:
    number = sum(n for name, n in found["kills"].items() if name != "came too late")
    return words["kills"].format(n=number, equal=words["equal"][all(found["outputs equal"].values())])


def _scale(found: dict, words: dict) -> str:
    peaks = found["peak memory"]
    return words["scale"].format(
        reports=found["reports"],
        small=found["few"],
        two=found["two workers"]["ratio of the sums"],
        again=found["build"]["share"],
        few=peaks["few"]["worker, MB"],
        many=peaks["many"]["worker, MB"],
        own_few=peaks["few"]["build, MB"],
        own_many=peaks["many"]["build, MB"],
        same=words["same"][found["cluster"]["same tables"]],
    )
