"""What speaks for or against a figure beside the sums: the prose, and the reports of the years before and after."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from govinfo.form import VERSIONS, load_form
from govinfo.placing.marks import effective
from govinfo.prose.stated import readings

Said = dict[str, float]  # cell: what another source gives for it
TURN = ("t3.carried_out", "t3.carried_in")  # the same applications at the turn of the year, in one report and the next


def stated_cells(claims: pd.DataFrame, values: Mapping[str, Decimal | None]) -> Said:
    """The figures that the prose states for single cells.

    A claim counts where a reading of it is one cell (stated.toml), unless it is approximate, the prose states two different
    figures, or the figure fits a reading that is a sum of several cells: then it says nothing of the one.

    >>> row = {"claim": "carried_out", "figure": 3.0, "note": ""}
    >>> stated_cells(pd.DataFrame([row]), {"t3.carried_out.total": Decimal(5)})
    {'t3.carried_out.total': 3.0}
    """
    if not len(claims):
        return {}
    said: Said = {}
    exact = claims[claims["note"] != "approximate"] if "note" in claims else claims
    for claim, figures in exact.groupby("claim", sort=False)["figure"]:
        known = readings(str(claim), values)
        cells = [text for text, _ in known if text in values]
        sums = [value for text, value in known if text not in values]
        if figures.nunique() == 1 and cells and figures.iloc[0] not in sums:
            said[cells[0]] = float(figures.iloc[0])
    return said


def neighbouring_cells(before: pd.DataFrame | None, after: pd.DataFrame | None) -> Said:
    """What the year before carries out is what this year carries in, and so on: cells tables of the neighbours, or None."""
    said: Said = {}
    for cells, (theirs, own) in ((before, TURN), (after, TURN[::-1])):
        values = effective(cells) if cells is not None and len(cells) else {}
        for column in load_form(VERSIONS[-1]).block("t3").columns:
            value = values.get(f"{theirs}.{column.id}")
            if value is not None:
                said[f"{own}.{column.id}"] = float(value)
    return said
