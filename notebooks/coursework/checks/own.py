"""05: a report of the student's own choice; whatever file it is, the same questions are asked of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from . import Mistake, expect, report, values
from .compare import fit_to_print

AT_LEAST = 6  # cells read by eye
SECTIONS = {"t2": "二", "t3": "三", "t4": "四"}


def source(answer: dict, path: str) -> None:
    """Where the report comes from: agency, year, url and the file's sha256."""
    lacking = {"agency", "year", "url", "sha256"} - set(answer or ())
    if lacking:
        raise Mistake("shape", why=f"no {', '.join(sorted(lacking))}")
    own = report(path)
    name = str(answer["agency"])
    if name != own.agency and not (len(name) >= 4 and any(name in line for line in _lines(own))):
        raise Mistake("other_agency")
    if own.year:
        expect(answer["year"], own.year, "year", publication_year=own.year + 1)
    if not str(answer["url"]).startswith(("https://", "http://")):
        raise Mistake("no_address")
    if answer["sha256"] != hashlib.sha256(Path(path).read_bytes()).hexdigest():
        raise Mistake("other_file")


def _lines(own) -> list[str]:
    """The lines of the report's prose, where a name may stand that the program did not take for the agency's."""
    return [line.text.strip() for line in own.document.prose]


def seen(answer: dict, path: str) -> None:
    """What a person read on the page: cell -> (text, page), of all three sections."""
    cells = report(path).cells.set_index("cell")
    if len(answer or ()) < AT_LEAST:
        raise Mistake("too_few", n=len(answer or ()), least=AT_LEAST)
    for section, name in SECTIONS.items():
        if not any(cell.startswith(section) for cell in answer or ()):
            raise Mistake("section_left_out", section=name)
    for cell, (text, page) in answer.items():
        if cell not in cells.index:
            raise Mistake("shape", why=f"{cell!r}: no such cell")
        _seen_text(cell, "".join(str(text).split()), cells["raw"].fillna(""))
        right = cells.at[cell, "page"]
        if not pd.isna(right):  # web pages and Word documents have no pages
            expect(page, int(right), cell, page_from_zero=int(right) - 1)


def _seen_text(cell: str, text: str, raw: pd.Series) -> None:
    """Raise the mistake that a wrong text comes from: a blank, the row or column beside it, or none that is known."""
    raw = raw.map(lambda printed: "".join(printed.split()))
    if text == raw[cell]:
        return
    if raw[cell] == "" and text == "0":
        raise Mistake("blank_as_zero", text=raw[cell])
    for mistake, neighbours in _neighbours(cell, list(raw.index)).items():
        for neighbour in neighbours:
            if text == raw[neighbour]:
                raise Mistake(mistake, cell=cell, neighbour=neighbour)
    raise Mistake("other", answer=text, where=f" ({cell})")


def _neighbours(cell: str, ids: list[str]) -> dict[str, list[str]]:
    """The cells above and below in the same column, left and right in the same row."""
    row, column = cell.rsplit(".", 1)
    same_column = [c for c in ids if c[:2] == cell[:2] and c.rsplit(".", 1)[1] == column]
    same_row = [c for c in ids if c.rsplit(".", 1)[0] == row]
    lines = {"neighbour_row": same_column, "neighbour_column": same_row}
    return {mistake: _beside(cell, line) for mistake, line in lines.items()}


def _beside(cell: str, line: list[str]) -> list[str]:
    at = line.index(cell)
    return line[max(at - 1, 0) : at] + line[at + 1 : at + 2]


def result(table: pd.DataFrame, paths: list[str]) -> None:
    """The comparison: for each report its rate with n and interval; reports of one scope only."""
    if len({report(path).scope for path in paths}) > 1:
        raise Mistake("scope_mixed")
    fit_to_print(table, pd.DataFrame([_counts(path) for path in paths], index=[Path(path).stem for path in paths]))


def _counts(path: str) -> dict[str, float]:
    """What a disclosure rate is made of, and what is mistaken for it."""
    names = {"granted": "granted", "partial": "partial", "n": "total", "new": "new", "carried_out": "carried_out"}
    counts = {name: values(path)[f"t3.{row}.total"] for name, row in names.items()}
    if not counts["n"] > 0:
        raise Mistake("shape", why=f"{Path(path).stem}: no application was answered, or the total is not known")
    return counts | {"k": counts["granted"] + counts["partial"]}
