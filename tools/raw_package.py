"""Write data/raw/datapackage.json, the codebook of the files that everything starts from: python tools/raw_package.py"""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

from govinfo.form import VERSIONS, load_form

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
COLUMNS = Path(__file__).with_name("raw_columns.toml")


def package() -> dict:
    """The Frictionless data package of data/raw; ValueError names columns without a description, or the reverse."""
    files = tomllib.loads(COLUMNS.read_text(encoding="utf-8"))["file"]
    return {
        "profile": "tabular-data-package",
        "name": "govinfo-raw",
        "title": "Published figures of annual reports on government information disclosure (政府信息公开工作年度报告)",
        "licenses": [{"name": "CC0-1.0", "title": "CC0 1.0 Universal"}],
        "resources": [_resource(file) for file in files],
    }


def _resource(file: dict) -> dict:
    with (RAW / file["path"]).open(encoding="utf-8", newline="") as text:
        columns = next(csv.reader(text))
    known = file["columns"] | (_cells() if file.get("cells") else {})
    unknown, gone = [c for c in columns if c not in known], [c for c in file["columns"] if c not in columns]
    if unknown or gone:
        raise ValueError(f"{file['path']}: columns without a description: {unknown}; described and not there: {gone}")
    schema = {"fields": [_field(name, *known[name]) for name in columns], "missingValues": [""]}
    return {
        "profile": "tabular-data-resource",
        "name": file["path"].removesuffix(".csv").replace("/", "-"),
        "path": file["path"],
        "title": file["en"],
        "description": file["zh"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema | ({"primaryKey": file["key"]} if "key" in file else {}),
    }


def _field(name: str, en: str, zh: str, kind: str = "string") -> dict:
    return {"name": name, "type": kind, "description": f"{en} | {zh}"}


def _cells() -> dict[str, tuple[str, str, str]]:
    """A description of every cell of both forms."""
    cells = [cell for version in VERSIONS for form in [load_form(version)] for cell in (*form.cells, *form.group_cells)]
    return {c.id: (*(" · ".join(filter(None, (getattr(c.row_label, x), getattr(c.column_label, x), c.unit)))
                     for x in ("en", "zh")), "number") for c in cells}  # fmt: skip


def as_text() -> str:
    return json.dumps(package(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (RAW / "datapackage.json").write_text(as_text(), encoding="utf-8", newline="\n")
    print("data/raw/datapackage.json")
