"""The invented teaching corpus: its tables in the shape of the real ones. No agency in it exists; every figure says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from govinfo.form import VERSIONS, load_form

FILES = ("reports.csv", "cells.csv", "truth.csv", "errors.csv")


def read_teaching(folder="data/raw/teaching") -> dict[str, pd.DataFrame]:
    """The teaching corpus as {"reports", "cells", "truth", "errors"}; cells in the contract's columns, without boxes.

    `reports` has `kind` = "teaching", which every figure shows. `truth`: the chances behind each agency and what was
    planted in it; `errors`: the slips planted. Raises FileNotFoundError that names the file and how to make it.
    """
    tables = {name.removesuffix(".csv"): _table(Path(folder) / name) for name in FILES}
    wide = tables["cells"].set_index("report_id")
    long = wide.stack().rename_axis(["report_id", "cell"]).rename("value").dropna().reset_index()
    unit = {cell.id: cell.unit for version in VERSIONS for cell in load_form(version).cells}
    raw = long["value"].map(lambda value: f"{value:g}")
    tables["cells"] = long.assign(unit=long["cell"].map(unit), raw=raw, flag="ok", note="", page=pd.NA)
    tables["cells"][["x0", "y0", "x1", "y1"]] = np.nan
    for name, column in (("reports", "parent"), ("truth", "planted")):
        tables[name][column] = tables[name][column].fillna("")
    return tables


def _table(path: Path) -> pd.DataFrame:
    if not path.exists():
        raise FileNotFoundError(
            f"{path}: not there; run python tools/make_teaching_corpus.py from the project's folder"
        )
    return pd.read_csv(path, dtype={"form": str})
