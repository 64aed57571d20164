"""Reports of one line each, in place of PDFs, for tests of what happens around the reading."""

from types import SimpleNamespace

import pandas as pd

from govinfo import tables
from govinfo.document import ReadError


def a_cell(report_id, cell, value):
    place = {"page": 1, "x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0}
    figure = {"value": value, "unit": "件", "raw": f"{value:g}", "flag": "ok", "note": ""}
    return {"report_id": report_id, "cell": cell, **figure, **place}


def fake_read(path, sources_row=None, report_id=None):
    """A report of the form 'agency year new carried_in carried_out', "-" for an agency or year that is not known; other
    text is refused as a reader refuses it."""
    words = path.read_text(encoding="utf-8").split()
    if words[:1] == ["defect"]:
        raise ZeroDivisionError("division by zero")
    if len(words) != 5:
        raise ReadError(path, expected="a table of the form", found="none")
    agency, year, *figures = (word.replace("-", "") for word in words)
    ids = ["t3.new.total", "t3.carried_in.total", "t3.carried_out.total"]
    cells = pd.DataFrame([a_cell(report_id, i, float(v)) for i, v in zip(ids, figures, strict=True)])
    about = {
        "agency": agency,
        "agency_id": agency,
        "year": int(year) if year else None,
        "form": "2021",
        "level": "county",
    }
    about |= {"province": "", "parent": "", "scope": "own organ", "status": "read", "message": ""}
    empty = {name: pd.DataFrame(columns=tables.columns(name)) for name in ("unplaced", "claims", "findings")}
    document = SimpleNamespace(beside=False, prose=[])
    return SimpleNamespace(
        report_id=report_id, versions={"t3": "2021"}, cells=cells, document=document, **about, **empty
    )


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for stem, text in files.items():
        (folder / f"{stem}.pdf").write_text(text, encoding="utf-8")
    return folder
