"""The tables on disk: columns and types by codebook.toml, CSV and datapackage.json, a whole set or nothing."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd

from govinfo.builds.whole import whole_set
from govinfo.form import VERSIONS, load_form

DTYPES = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}
PACKAGE = "datapackage.json"


@cache
def codebook() -> dict[str, dict]:
    """Every table by name: its title, key and columns, as codebook.toml has them.

    >>> [column["name"] for column in codebook()["claims"]["columns"]]
    ['report_id', 'claim', 'figure', 'unit', 'page', 'quote', 'note']
    """
    text = (resources.files("govinfo") / "codebook.toml").read_text(encoding="utf-8")
    return {table["name"]: table for table in tomllib.loads(text)["table"]}


def columns(name: str) -> list[str]:
    """The columns of a table, in the order in which they are written."""
    return [column["name"] for column in codebook()[name]["columns"]]


def frame(name: str, rows: Iterable[Sequence], names: Sequence[str] = ()) -> pd.DataFrame:
    """Rows as a table of the codebook: each a value for every one of its columns (or of `names`), None where missing.

    The columns are made with their types at once: letting pandas guess them first and convert them then takes five times
    as long, and every report has a handful of tables.

    >>> frame("claims", [("received", 3, None)], ["claim", "figure", "page"]).dtypes.astype(str).tolist()
    ['str', 'float64', 'Int64']
    """
    names = names or columns(name)
    kinds = {column["name"]: column["type"] for column in codebook()[name]["columns"]}
    values = list(zip(*rows, strict=True)) or [()] * len(names)
    return pd.DataFrame({n: _array(column, kinds[n]) for n, column in zip(names, values, strict=True)}, copy=False)


def _array(values: Sequence, kind: str):
    if kind == "number":
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    return pd.array(list(values), dtype=DTYPES[kind])


def tidy(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with the codebook's columns in their order and types; the rows stay as they are.

    Text has no missing value: it is "". Columns beyond the contract's may be absent from `frame` and are then empty.
    Raises ValueError where a column of the contract is absent, or one that the codebook does not describe is there.
    """
    specs = codebook()[name]["columns"]
    lacking = [c["name"] for c in specs if c["name"] not in frame and not c.get("more")]
    unknown = [str(c) for c in frame.columns if c not in columns(name)]
    if lacking or unknown:
        raise ValueError(f"table {name}: lacking {lacking or 'nothing'}, not in codebook.toml: {unknown or 'nothing'}")
    return pd.DataFrame({c["name"]: _typed(frame, c) for c in specs})


def _typed(frame: pd.DataFrame, column: Mapping) -> pd.Series:
    values = frame.get(column["name"], pd.Series([None] * len(frame), index=frame.index, dtype="object"))
    if column["type"] == "string":
        return values.astype("str").where(values.notna(), "").astype("str")
    if column["type"] == "number":
        values = pd.to_numeric(values).astype("float64")
        return values.round(column["decimals"]) if "decimals" in column else values
    return values.astype("object").where(values.notna(), None).astype(DTYPES[column["type"]])


def number(value: float) -> str:
    """A number in its shortest exact writing, without exponent; "" for a missing one.

    >>> number(34.0), number(75.926), number(1e16), number(-0.0), number(float("nan"))
    ('34', '75.926', '10000000000000000', '0', '')
    """
    if pd.isna(value):
        return ""
    value = float(value)
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


def _texts(values: pd.Series, kind: str) -> list[str]:
    if kind == "number":
        return [number(value) for value in values]
    if kind == "string":
        return [_quoted(value) for value in values]
    return ["" if pd.isna(value) else str(value).lower() for value in values]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")  # how a text begins that a spreadsheet may run
_HARMLESS = re.compile(r"[+\-＋－]?[\d０-９.,，．%％]*|[\-－—]+")  # a number or a mark for nothing


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula; numbers and marks stay.

    >>> neutral("=1+1"), neutral("-3"), neutral("—"), neutral("@SUM(A1)")
    ("'=1+1", '-3', '—', "'@SUM(A1)")
    """
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def to_csv(frame: pd.DataFrame, name: str, excel_safe: bool = False) -> str:
    r"""The table as CSV (RFC 4180 with LF): the same table is always the same text.

    >>> cell = {"report_id": "a", "claim": "received", "figure": 34.0, "unit": "件", "page": 2, "quote": "收到,34"}
    >>> to_csv(pd.DataFrame([cell]), "claims").splitlines()[1]
    'a,received,34,件,2,"收到,34",'
    """
    table = tidy(frame, name)
    if excel_safe:
        table = table.apply(lambda values: values.map(neutral) if values.dtype == "str" else values)
    texts = [_texts(table[c["name"]], c["type"]) for c in codebook()[name]["columns"]]
    lines = [",".join(columns(name)), *map(",".join, zip(*texts, strict=True))]
    return "\n".join(lines) + "\n"


def read_table(folder: str | Path, name: str) -> pd.DataFrame:
    """A written table with the types it was written from: blank text is "", a blank number is missing."""
    path = Path(folder) / f"{name}.csv"
    text = pd.read_csv(path, dtype="str", keep_default_na=False, na_filter=False, encoding="utf-8")
    return pd.DataFrame({c["name"]: _from_text(text[c["name"]], c["type"]) for c in codebook()[name]["columns"]})


def _from_text(values: pd.Series, kind: str) -> pd.Series:
    if kind == "string":
        return values
    if kind == "boolean":
        return values.map({"true": True, "false": False}).astype("boolean")
    return pd.to_numeric(values.where(values != "", None)).astype(DTYPES[kind])


def form_codebook() -> pd.DataFrame:
    """Every cell of both forms with its labels, unit and statutory basis, in the order of the forms."""
    rows = []
    for form in map(load_form, VERSIONS):
        basis = {(b.id, line.id): line.basis for b in form.blocks for line in (*b.rows, *b.group_lines)}
        for cell in (*form.cells, *form.group_cells):
            labels = [cell.row_label.zh, cell.row_label.en, cell.column_label.zh, cell.column_label.en]
            about = [cell.unit, cell.group_cell, basis[cell.block, cell.row]]
            rows.append([form.version, cell.id, cell.section, *labels, *about])
    return tidy(pd.DataFrame(rows, columns=columns("codebook")), "codebook")


def describe(files: Mapping[str, bytes]) -> dict:
    """The Frictionless tabular data package of the tables in `files` (name -> CSV), with size and hash of each."""
    return {"profile": "tabular-data-package", **described([_resource(name, data) for name, data in files.items()])}


def described(resources: list[dict]) -> dict:
    """A data package of these resources."""
    return {
        "name": "govinfo",
        "title": "Annual reports on government information disclosure (政府信息公开工作年度报告)",
        "licenses": [{"name": "CC0-1.0", "title": "CC0 1.0 Universal"}],
        "resources": resources,
    }


def _resource(name: str, data: bytes) -> dict:
    table = codebook()[name]
    schema = {"fields": [field(c) for c in table["columns"]], "missingValues": [""]}
    if "key" in table:
        schema["primaryKey"] = table["key"]
    if name != "reports" and "report_id" in columns(name):
        to = {"resource": "reports", "fields": ["report_id"]}
        schema["foreignKeys"] = [{"fields": ["report_id"], "reference": to}]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "title": table["en"],
        "description": table["zh"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True},
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }


def field(column: Mapping) -> dict:
    """A column of the codebook as a Frictionless field."""
    found = {"name": column["name"], "type": column["type"], "description": f"{column['en']} | {column['zh']}"}
    return found | ({"constraints": {"enum": column["enum"]}} if "enum" in column else {})


def write_tables(tables: Mapping[str, pd.DataFrame], folder: str | Path, excel_safe: bool = False) -> list[Path]:
    """Write all tables of the codebook and datapackage.json into `folder`: the whole set or nothing (`whole_set`).

    `tables` holds every table of the codebook but `codebook` itself, which comes from the forms. Texts are as they are,
    unless `excel_safe`: see `neutral`. The same tables give the same bytes. Returns the files.
    """
    with whole_set(folder) as stage:
        return [Path(folder) / name for name in stage_tables(tables, stage, excel_safe)]


def stage_tables(tables: Mapping[str, pd.DataFrame], stage: Path, excel_safe: bool = False) -> list[str]:
    """Write the files of a set into the folder where it is staged; returns their names."""
    tables = {**tables, "codebook": form_codebook()}
    files = {name: to_csv(tables[name], name, excel_safe).encode("utf-8") for name in codebook()}
    contents = {f"{name}.csv": data for name, data in files.items()}
    contents[PACKAGE] = (json.dumps(describe(files), ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    for name, data in contents.items():
        (stage / name).write_bytes(data)
    return list(contents)
