"""Write what in README.md and README.zh.md is not prose: measured results, codebook, notebooks, and their picture.

    python tools/readme.py              the parts between <!-- name --> and <!-- /name -->
    python tools/readme.py --picture    notebooks/images/overview.png too (needs data/processed: run `govinfo build`)

Results come from benchmarks/*.json (`make bench`; layouts.py, scans.py, glued.py, fuzz.py, kills.py and
scale.py beside it), columns from govinfo/codebook.toml, notebooks from their opening
cells: no number of these parts is typed by hand, and a test fails while they are out of date.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from readme_endurance import endurance
from readme_formats import formats
from readme_layouts import layouts

import notebooks

ROOT = Path(__file__).resolve().parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
RESULTS = ROOT / "benchmarks" / "results.json"
CHECKS = {name: ROOT / "benchmarks" / f"{name}.json" for name in ("injected_errors", "costs")}
PICTURE = ROOT / "notebooks" / "images" / "overview.png"
WORDS = {
    "en": {
        "originals": "original PDFs",
        "facsimiles": "facsimiles",
        "reports": "reports",
        "exact": "cells exact",
        "silent": "silent errors",
        "doubt": "cells in doubt",
        "ruled": "ruled pages read by Camelot",
        "seconds": "seconds a report: {}",
        "ratio": "govinfo's time as a share of {}",
        "memory": "Peak memory: {} MB. Measured with {}.",
        "column": "column",
        "meaning": "meaning",
        "none": "Not measured yet: run `make bench`.",
        "kind": "table, and what was put in",
        "cases": "cases",
        "found": "true cells among the smallest sets",
        "valued": "and with their true values",
        "single": "as the only set",
        "costs": "Evaluating all rules takes {rules:.1%} of the time of reading a report, localising {localise:.1%} where sums "
        "fail; the identities of {n:,} reports in one pass take {pass_:.3%} of it a report.",
    },
    "zh": {
        "originals": "原件 PDF",
        "facsimiles": "摹本",
        "reports": "报告数",
        "exact": "完全正确的单元",
        "silent": "未提示的错误",
        "doubt": "存疑的单元",
        "ruled": "由 Camelot 读取的有线页",
        "seconds": "每份报告用时（秒）：{}",
        "ratio": "govinfo 用时占 {} 的比例",
        "memory": "内存峰值：{} MB。测量环境：{}。",
        "column": "列",
        "meaning": "含义",
        "none": "尚未测量：请运行 `make bench`。",
        "kind": "表格与植入的差错",
        "cases": "例数",
        "found": "真正出错的格在最小集合之中",
        "valued": "且给出正确数值",
        "single": "且是唯一的集合",
        "costs": "检查全部规则用时为读取一份报告的 {rules:.1%}；合计不成立时，定位差错为 {localise:.1%}；"
        "{n:,} 份报告的勾稽关系一次算完，每份为 {pass_:.3%}。",
    },
}


KINDS = {  # of benchmarks/injected_errors.py, in Chinese
    "三, one wrong": "三，一格错",
    "三, two wrong": "三，两格错",
    "四, one wrong": "四，一格错",
    "三, zeros left blank": "三，零留作空白，一格错",
    "三, （六） one row": "三，（六）为一行，一格错",
    "三, one cell missing": "三，缺一格，另一格错",
    "三, misread, two readings": "三，读错一位，两次读取不同",
}


def results(lang: str) -> str:
    """The table of measured results, originals and facsimiles in separate columns."""
    words = WORDS[lang]
    if not RESULTS.is_file():
        return words["none"]
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    kinds = list(found["exactness"])
    lines = ["| | " + " | ".join(words[kind] for kind in kinds) + " |", "|---|" + "---:|" * len(kinds)]
    columns = [_measured(found["exactness"][kind], found["time"][kind], words) for kind in kinds]
    lines += [f"| {name} | " + " | ".join(column[name] for column in columns) + " |" for name in columns[0]]
    versions = ", ".join(f"{name} {version}" for name, version in found["environment"].items())
    return "\n".join([*lines, "", words["memory"].format(found["memory"]["peak_mb"], versions)])


def _measured(exact: dict, time: dict, words: dict) -> dict[str, str]:
    rows = {
        words["reports"]: f"{exact['reports']}",
        words["exact"]: f"{exact['exact']:,} / {exact['cells']:,}",
        words["silent"]: f"{exact['silent_errors']}",
        words["doubt"]: f"{exact['in_doubt']}",
        words["ruled"]: f"{exact['ruled_pages_by_camelot']} / {exact['ruled_pages']}",
    }
    rows |= {words["seconds"].format(name): f"{value:.2f}" for name, value in time["seconds"].items()}
    return rows | {words["ratio"].format(name): f"{value:.3f}" for name, value in time["ratio"].items()}


def checks(lang: str) -> str:
    """How surely injected errors are found, and what checking costs beside reading."""
    words = WORDS[lang]
    if not all(path.is_file() for path in CHECKS.values()):
        return words["none"]
    errors, costs = (json.loads(path.read_text(encoding="utf-8")) for path in CHECKS.values())
    columns = {"found": "found", "valued": "exact", "single": "single"}
    lines = [f"| {' | '.join(words[name] for name in ('kind', 'cases', *columns))} |", "|---|---:|---:|---:|---:|"]
    for kind, row in errors["tables"].items():
        name = KINDS[kind] if lang == "zh" else kind
        lines.append(f"| {name} | {row['cases']:.0f} | {' | '.join(f'{row[c]:.1%}' for c in columns.values())} |")
    ratio = costs["ratio"]
    said = {"rules": ratio["rules"], "localise": ratio["localise"], "pass_": ratio["one pass"]}
    return "\n".join([*lines, "", words["costs"].format(n=costs["one_pass"]["reports"], **said)])


def codebook(lang: str) -> str:
    """Every table with its columns; the codebook of the form's cells is a table of its own."""
    from govinfo.tables import codebook as tables

    words, lines = WORDS[lang], []
    for name, table in tables().items():
        lines += ["<details>", f"<summary><code>{name}.csv</code>: {table[lang]}</summary>", ""]
        lines += [f"| {words['column']} | {words['meaning']} |", "|---|---|"]
        lines += [f"| `{column['name']}` | {column[lang]} |" for column in table["columns"]] + ["", "</details>", ""]
    return "\n".join(lines).strip()


def series(lang: str) -> str:
    """The notebooks, each with its purpose in one language."""
    lines = []
    for path in notebooks.series():
        notebook = notebooks.load(path)
        title = notebooks.title(notebook).split(" · ")
        purpose = notebooks.in_language(notebooks.facts(notebook)["Purpose"], lang)
        number = title[0][:3] if title[0][:2].isdigit() else ""
        name = title[0] if lang == "en" else number + title[1]
        lines.append(f"- [{name}](notebooks/{path.name}): {purpose}")
    return "\n".join(lines)


PARTS = {
    "results": results,
    "layouts": layouts,
    "formats": formats,
    "checks": checks,
    "endurance": endurance,
    "codebook": codebook,
    "notebooks": series,
}


def written(text: str, lang: str) -> str:
    """A README with its generated parts as they should be; ValueError where a part has no place in it."""
    for name, part in PARTS.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"expected <!-- {name} --> and <!-- /{name} --> in the {lang} README, found none")
        text = pattern.sub(lambda match: match[1] + part(lang) + match[2], text)  # noqa: B023
    return text


def picture():
    """From left to right: a page with its found cells, a wrong total with its finding, rates with their n."""
    import matplotlib.pyplot as plt

    from govinfo import read_report
    from govinfo.figures import plots
    from govinfo.figures.style import font_families
    from govinfo.tables import read_table

    measured, reports = (read_table(ROOT / "data" / "processed", name) for name in ("indicators", "reports"))
    wrong = read_report(ROOT / "data" / "raw" / "hongze-2023.pdf")
    finding = wrong.findings.set_index("rule").loc["t4.review", "message"].split(" | 表")[0]
    with plt.rc_context({"font.family": font_families(), "font.size": 9}):
        fig = plt.figure(figsize=(12, 5.2), layout="constrained")
        axes = fig.subplot_mosaic("AB;AC", width_ratios=(1.05, 1), height_ratios=(1, 4))
        page = read_report(ROOT / "data" / "raw" / "gz-xzb-2025.pdf").page(2)
        axes["A"].imshow(page.crop((90, 90, 1400, 1110)))
        axes["B"].imshow(wrong.show("t4.review.total").image)
        axes["B"].set_title(f"{wrong.agency} {wrong.year}\n{finding}", loc="left", fontsize=9)
        for name in "AB":
            axes[name].axis("off")
        plots.rates(measured, reports[reports["scope"] == "whole government"], lang="zh", ax=axes["C"])
        axes["C"].spines[["top", "right"]].set_visible(False)
        axes["C"].get_legend().set(loc="lower right", bbox_to_anchor=(1, 1))
    plt.close(fig)
    PICTURE.parent.mkdir(exist_ok=True)
    plots.save(fig, PICTURE, dpi=110)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--picture", action="store_true", help="draw the picture as well")
    if parser.parse_args(argv).picture:
        picture()
    for lang, path in READMES.items():
        text = path.read_text(encoding="utf-8")
        path.write_text(written(text, lang), encoding="utf-8", newline="\n")
    print("README.md, README.zh.md")


if __name__ == "__main__":
    main()
