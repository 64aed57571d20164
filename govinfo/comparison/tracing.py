"""From any result back to what was printed: the cells behind it, where they stand, and their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape

import pandas as pd

from govinfo.checks.findings import cell_name
from govinfo.checks.problems import in_language, say
from govinfo.comparison.composition import parts as parts_of
from govinfo.comparison.composition import title as composition_title
from govinfo.comparison.indicators import cells_behind, figures, indicators, parse, read
from govinfo.display import STYLE, CutOut
from govinfo.figures.style import counted, shown

COLUMNS = ["part", "report_id", "cell", "label", "raw", "value", "flag", "note", "page", "x0", "y0", "x1", "y1"]
SHOWN = ["part", "label", "raw", "value", "flag", "page"]
WIDTH, COLOURS = 1000, 24  # pixels and colours of a picture: legible, and some 20 KB
MAX_COVERAGE = 1  # Pillow's method that keeps rare colours: the frame around the cell is one


@dataclass(frozen=True)
class Trace:
    """What stands behind one result: `title` says the result, `cells` the figures with their places, `pictures` their looks.

    `cells` has the columns of `COLUMNS`; `without_picture` says of each figure without one why there is none.
    """

    title: str
    cells: pd.DataFrame
    pictures: list[CutOut] = field(repr=False, default_factory=list)
    without_picture: list[str] = field(default_factory=list)

    def _repr_html_(self) -> str:
        table = self.cells[SHOWN].to_html(index=False, border=0, na_rep="", float_format="{:.15g}".format)
        lacking = "".join(f"<li>{escape(text)}</li>" for text in self.without_picture)
        pictures = "".join(picture._repr_html_() for picture in self.pictures)
        return f'<div style="{STYLE}"><b>{escape(self.title)}</b>{table}<ul>{lacking}</ul></div>{pictures}'


def trace(result, corpus, lang: str = "zh") -> Trace:
    """The cells, boxes and cut-outs behind one result, in one call.

    `result` is one row (Series, dictionary or named tuple) with a `report_id` and an `indicator` (a row of `indicators`,
    a point of a figure: see `govinfo.figures.plots.points`), `rule` (a finding), `claim` (a figure of the prose) or `cell`. A row
    of `govinfo.comparison.compare.change` leads to both its years. `corpus` is the corpus or the single report that it comes from.

    A figure that is missing, or of a format without pages, comes without a picture and says so. Raises ValueError for a
    row that names no such thing.

    >>> import pandas as pd, govinfo as gi
    >>> class Invented:
    ...     cells = pd.DataFrame({"report_id": "a", "cell": ["t3.new.total"], "value": [4.0], "raw": "4", "flag": "ok"})
    >>> gi.trace({"report_id": "a", "indicator": "applications"}, Invented, lang="en").cells["label"].tolist()
    ['三 1. Applications received this year · Total']
    """
    if isinstance(result, str):  # a cell of a single report
        result = {"report_id": getattr(corpus, "report_id", ""), "cell": result}
    row = _plain(result)
    ids = [row[name] for name in ("report_id", "report_id_0", "report_id_1") if row.get(name)]
    kind = next((name for name in _WAYS if row.get(name)), None)
    if not ids or kind is None:
        raise ValueError(
            f"trace: expected a row with report_id and indicator, rule, claim or cell, found {', '.join(row) or 'nothing'}"
        )
    title, parts = _WAYS[kind](row, ids, corpus, lang)
    cells = pd.DataFrame([row for part in parts for row in _found(corpus, *part, lang)], columns=COLUMNS)
    return Trace(title, cells, *_pictures(cells, corpus, lang))


def _plain(result) -> dict:
    row = result._asdict() if hasattr(result, "_asdict") else dict(result)
    return {name: value for name, value in row.items() if isinstance(value, list | Mapping) or not pd.isna(value)}


def _of_indicator(row, ids, corpus, lang):
    """An indicator's formula with its figures, and the cells on both sides of the stroke."""
    one, parts = indicators()[row["indicator"]], []
    for report in ids:
        behind = cells_behind(one.id, corpus.cells, report, getattr(corpus, "claims", None))
        parts += [
            (say(f"trace.{part}", lang), report, cell)
            for part, cell in zip(behind["part"], behind["cell"], strict=True)
        ]
    title = f"{', '.join(ids)} · {one.label[lang]}"
    if "numerator" in row:
        cases = counted(row["numerator"], row.get("denominator", float("nan")))
        value = shown(row["value"], one.kind == "proportion") if "value" in row else "—"
        title += f": {cases} = {value}" if one.denominator else f": {value} {one.unit[lang]}"
    return title, parts


def _of_finding(row, ids, corpus, lang):
    """A finding's words and its cells, the suspects first; what the prose states before them, where the rule is about it."""
    suspects = list(dict.fromkeys(str(row.get("suspects", "")).replace("|", " ").split()))
    others = [cell for cell in str(row.get("cells", "")).split() if cell not in suspects]
    named = [("suspect", cell) for cell in suspects] + [("other", cell) for cell in others]
    parts = [(say("trace.stated", lang), ids[0], row["rule"])] * row["rule"].startswith("claim.")
    parts += [(say(f"trace.{part}", lang), *_placed(cell, ids[0])) for part, cell in named]
    return f"{ids[0]} · {row['rule']}: {in_language(str(row.get('message', '')), lang)}", parts


def _placed(cell: str, report: str) -> tuple[str, str]:
    """Report and cell of a finding's cell; that of another report is written report:cell."""
    other, mark, own = cell.rpartition(":")
    return (other, own) if mark else (report, cell)


def _of_claim(row, ids, corpus, lang):
    return f"{ids[0]} · {row['claim']}", [(say("trace.stated", lang), ids[0], f"claim.{row['claim']}")]


def _of_cell(row, ids, corpus, lang):
    return f"{ids[0]} · {cell_name(row['cell'])[lang]}", [(say("trace.other", lang), ids[0], row["cell"])]


def _of_composition(row, ids, corpus, lang):
    """The parts of a composition, each with the cells it is made of."""
    known, found = figures(corpus.cells[corpus.cells["report_id"] == ids[0]]).get(ids[0], {}), []
    for part, label in parts_of(row["composition"]).items():
        found += [(label[lang], ids[0], cell) for cell in read(parse(part), known).used]
    return f"{ids[0]} · {composition_title(row['composition'])[lang]}", found


_WAYS = {
    "indicator": _of_indicator,
    "rule": _of_finding,
    "claim": _of_claim,
    "composition": _of_composition,
    "cell": _of_cell,
}


def _found(corpus, part: str, report: str, cell: str, lang: str) -> list[dict]:
    """One figure with all that is known of it: from the cells, the claims (as often as it is stated), or the report's
    description."""
    about = {"part": part, "report_id": report, "cell": cell, "label": cell_name(cell)[lang]}
    if cell.startswith("claim."):
        rows = _of(corpus.claims, report, claim=cell.removeprefix("claim."))
        found = [{"raw": row.quote, "value": row.figure, "page": row.page, "flag": "ok"} for row in rows.itertuples()]
    elif cell.startswith("report."):
        rows = _of(corpus.reports, report)
        found = [{"raw": str(row.get("published", ""))} for row in rows.to_dict("records")]
    else:
        rows = _of(corpus.cells, report, cell=cell)
        found = rows.drop(columns=["report_id", "cell"]).to_dict("records")
    return [about | one for one in found] or [about | {"flag": "missing"}]


def _of(table: pd.DataFrame, report: str, **like) -> pd.DataFrame:
    here = table["report_id"] == report
    for column, value in like.items():
        here &= table[column] == value
    return table[here]


def _pictures(cells: pd.DataFrame, corpus, lang: str) -> tuple[list[CutOut], list[str]]:
    """A cut-out of every figure that has a place on a page, each once, and in words why others have none."""
    pictures, lacking, reports = [], [], {}
    for row in cells.drop_duplicates(["report_id", "cell"]).itertuples():
        if pd.isna(row.page) or pd.isna(row.x0):
            why = row.cell.split(".")[0] if row.cell.startswith(("claim.", "report.")) else "no_place"
            lacking.append(f"{row.label}: {say(f'trace.{why}', lang)}")
            continue
        if row.report_id not in reports:
            reports[row.report_id] = _report(corpus, row.report_id)
        pictures.append(_light(reports[row.report_id].show(row.cell, lang)))
    return pictures, lacking


def _light(picture: CutOut) -> CutOut:
    """The same picture, small enough for many in one notebook."""
    image = picture.image.copy()
    image.thumbnail((WIDTH, image.height))
    return replace(picture, image=image.quantize(COLOURS, method=MAX_COVERAGE))


def _report(corpus, report_id: str):
    """The report itself: `corpus` where it is one already."""
    return corpus if getattr(corpus, "report_id", None) == report_id else corpus[report_id]
