"""Make the notebooks one series: contents in the first, links to next and back in each, nothing of one machine.

    python tools/run_notebooks.py --inplace && python tools/notebooks.py    after any change of a notebook

Cells tagged `contents` and `navigation` are written here and nowhere else; all others are left as they are.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
UNNUMBERED = ("own_reports", "glossary", "data_appendix")  # after the numbered ones
FACTS = ("Purpose", "Reads", "Writes", "Time to run")


def series(folder: Path = NOTEBOOKS) -> list[Path]:
    """The notebooks in their order: the numbered ones, then those to come back to."""
    paths = [folder / f"{name}.ipynb" for name in UNNUMBERED]
    return [*sorted(folder.glob("[0-9][0-9]_*.ipynb")), *(path for path in paths if path.is_file())]


def load(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def text(cell: dict) -> str:
    """A cell's source as one text (a notebook on disk has it as lines)."""
    return "".join(cell["source"])


def opening(notebook: dict) -> str:
    """The first cell that is not written here: title and facts."""
    return next(text(cell) for cell in notebook["cells"] if "navigation" not in tags(cell))


def title(notebook: dict) -> str:
    """The heading of a notebook, e.g. "00 Quickstart · 快速上手"."""
    return opening(notebook).splitlines()[0].removeprefix("# ")


def facts(notebook: dict) -> dict[str, str]:
    """What a notebook's opening table says under each of FACTS; KeyError where a row is lacking."""
    rows = dict(re.findall(r"^\| \*\*(.+?)\*\* · .+? \| (.+) \|$", opening(notebook), re.MULTILINE))
    return {name: rows[name] for name in FACTS}


def in_language(text: str, lang: str) -> str:
    """One language of a fact "English<br>中文"; the whole where both are the same.

    >>> in_language("Nothing.<br>无。", "zh"), in_language("`a.pdf`", "zh")
    ('无。', '`a.pdf`')
    """
    return text.split("<br>")[0 if lang == "en" else -1]


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def contents(notebooks: dict[str, dict]) -> str:
    """The table of the whole series."""
    rows = [f"| [{title(n)}]({name}) | " + " | ".join(facts(n).values()) + " |" for name, n in notebooks.items()]
    head = [
        "| Notebook · 篇目 | Purpose · 目的 | Reads · 读取 | Writes · 写出 | Time · 用时 |",
        "|---|---|---|---|---|",
    ]
    return "\n".join(["## The series · 全系列", "", *head, *rows])


def navigation(name: str, notebooks: dict[str, dict]) -> str:
    """Links to the notebooks before and after this one, and to the first."""
    names = list(notebooks)
    at = names.index(name)
    back = [f"[← {title(notebooks[names[at - 1]])}]({names[at - 1]})"] if at else []
    hub = [f"[Contents · 目录]({names[0]})"] if at else []
    following = [f"[{title(notebooks[names[at + 1]])} →]({names[at + 1]})"] if at + 1 < len(names) else []
    return " | ".join(back + hub + following)


def written(name: str, notebooks: dict[str, dict]) -> dict:
    """The notebook with its generated cells and metadata as they should be."""
    notebook = notebooks[name]
    links = navigation(name, notebooks)
    number = name.split("_")[0].removesuffix(".ipynb")
    own = [cell for cell in notebook["cells"] if "navigation" not in tags(cell)]
    for cell in own:
        if "contents" in tags(cell):
            cell["source"] = contents(notebooks).splitlines(keepends=True)
    ends = [_markdown(f"{number}-{place}", links) for place in ("top", "end")]
    for output in (output for cell in own for output in cell.get("outputs", ())):
        without_addresses(output)
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return {**notebook, "cells": [ends[0], *own, ends[1]], "metadata": metadata}


def without_addresses(output: dict) -> None:
    """Take the memory address out of an output such as `<Image at 0x7f...>`: it differs from run to run."""
    plain = output.get("data", {}).get("text/plain")
    if plain:
        lines = [plain] if isinstance(plain, str) else plain
        output["data"]["text/plain"] = [re.sub(r" at 0x[0-9a-fA-F]+", "", line) for line in lines]


def _markdown(cell_id: str, source: str) -> dict:
    metadata = {"tags": ["navigation"]}
    return {"cell_type": "markdown", "id": cell_id, "metadata": metadata, "source": source.splitlines(keepends=True)}


def results(notebook: dict) -> list[list]:
    """For each code cell what it shows: texts as they are, of pictures and HTML only that they are there."""
    return [[_shown(output) for output in cell["outputs"]] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _shown(output: dict) -> tuple[dict[str, str], list[str]]:
    data = output.get("data", {"text/plain": output.get("text", "")})
    texts = {kind: "".join(data[kind]) for kind in ("text/plain", "text/markdown") if kind in data}
    plain = {kind: re.sub(r" at 0x\w+", "", text) for kind, text in texts.items()}
    return plain, sorted(
        kind for kind in data if kind not in texts and not kind.startswith("application/x-figure-data")
    )


def as_text(notebook: dict) -> str:
    """A notebook as nbformat writes it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    paths = {path.name: path for path in series()}
    notebooks = {name: load(path) for name, path in paths.items()}
    for name, path in paths.items():
        path.write_text(as_text(written(name, notebooks)), encoding="utf-8", newline="\n")
    print(f"{len(paths)} notebooks linked")


if __name__ == "__main__":
    main()
