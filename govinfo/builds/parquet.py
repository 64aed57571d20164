"""The tables as a Parquet dataset: a folder for each table, partitioned by year, put together from pieces."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import pandas as pd

from govinfo.builds.whole import LAST
from govinfo.tables import codebook, columns, described, field, form_codebook, neutral, tidy

GROUP = 8_000_000  # bytes of the rows of a group: fewer make slow files, more cost memory
PART = "part-0.parquet"
ARROW = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool_"}
NO_YEAR = "__HIVE_DEFAULT_PARTITION__"  # how Hive, DuckDB and Arrow write a partition without a value


class ParquetMissing(ValueError):
    """Parquet was asked for, and pyarrow is not there."""


def arrow():
    """pyarrow, or in words how to get it."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ParquetMissing(f'--parquet needs pyarrow ({error}): pip install "govinfo[parquet]"') from error
    return pyarrow


def write_parts(tables: Mapping[str, pd.DataFrame], years: Mapping[str, int | None], folder: Path) -> None:
    """The rows of a piece of a corpus as `folder/<table>/<year>.parquet`; `years` has the year of each report in them."""
    for name, table in tables.items():
        table = tidy(table, name)
        (folder / name).mkdir(exist_ok=True)
        year = table["report_id"].map(lambda report: _partition(years[report]))
        for part, rows in table.groupby(year, sort=True):
            arrow().parquet.write_table(_to_arrow(rows, name, partitioned=True), folder / name / f"{part}.parquet")


def write_dataset(folder: Path, pieces: Sequence[Path], excel_safe: bool = False) -> None:
    """A dataset from the parts of pieces: every table as `folder/<table>/year=<year>/part-0.parquet`, in bounded memory.

    The rows stand in the order of the pieces, in groups of about GROUP bytes. The year is that of the report, and stands in the
    path alone, as usual for such datasets: it is a column again when the dataset is read. Types are the codebook's; text
    has no missing value. `codebook` is one file without partitions. The parts are removed as they are read.
    """
    for name in (name for name in codebook() if name != "codebook"):
        parts = defaultdict(list)
        for path in chain.from_iterable(sorted((piece / name).glob("*.parquet")) for piece in pieces):
            parts[path.stem].append(path)
        for year in sorted(parts) or [NO_YEAR]:  # no rows, but a table
            _write(folder / name / f"year={year}", name, parts[year], excel_safe)
    (folder / "codebook").mkdir()
    table = _to_arrow(form_codebook(), "codebook", partitioned=False)
    arrow().parquet.write_table(table, folder / "codebook" / PART, compression="zstd")
    package = described([_resource(name, _paths(folder, name)) for name in codebook()])
    (folder / LAST).write_bytes((json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode())


def _write(folder: Path, name: str, parts: Iterable[Path], excel_safe: bool) -> None:
    schema, parquet = _schema(name, partitioned=True), arrow().parquet
    folder.mkdir(parents=True)
    with parquet.ParquetWriter(folder / PART, schema, compression="zstd") as writer:
        for rows in _groups(parts):
            writer.write_table(_neutral(rows, schema) if excel_safe else rows)
    arrow().default_memory_pool().release_unused()  # which Arrow would keep for what may never come


def _groups(parts: Iterable[Path]) -> Iterator:
    """The rows of some files in their order, put together until they fill a group."""
    waiting = []
    for path in parts:
        with arrow().parquet.ParquetFile(path) as file:
            waiting.append(file.read(use_threads=False))  # threads would each keep memory of their own
        path.unlink()
        if sum(table.nbytes for table in waiting) >= GROUP:
            yield arrow().concat_tables(waiting)
            waiting = []
    if waiting:
        yield arrow().concat_tables(waiting)


def _neutral(rows, schema):
    """Texts as a spreadsheet does not run them."""
    texts = [field.name for field in schema if field.type == arrow().string()]
    for name in texts:
        values = arrow().array([neutral(value) for value in rows[name].to_pylist()], arrow().string())
        rows = rows.set_column(schema.get_field_index(name), name, values)
    return rows


def _paths(folder: Path, name: str) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in (folder / name).rglob("*.parquet"))


def _partition(year) -> str:
    return NO_YEAR if year is None or pd.isna(year) else str(int(year))


def _schema(name: str, partitioned: bool):
    fields = [(c["name"], getattr(arrow(), ARROW[c["type"]])()) for c in codebook()[name]["columns"]]
    return arrow().schema([field for field in fields if not (partitioned and field[0] == "year")])


def _to_arrow(table: pd.DataFrame, name: str, partitioned: bool):
    schema = _schema(name, partitioned)
    found = arrow().Table.from_pandas(table[schema.names], schema=schema, preserve_index=False)
    return found.replace_schema_metadata(None)


def _resource(name: str, paths: list[str]) -> dict:
    table = codebook()[name]
    return {
        "name": name,
        "path": paths,
        "title": table["en"],
        "description": table["zh"],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {"fields": [field(column) for column in table["columns"]]},
    }


def read_dataset(folder: str | Path, name: str, years: list[int] | None = None) -> pd.DataFrame:
    """One table of a dataset as the codebook has it, all years or those named; rows by year, then as written."""
    pyarrow = arrow()
    import pyarrow.dataset as datasets

    table = _partitioned(datasets, Path(folder) / name)
    wanted = None if years is None else datasets.field("year").isin(years)
    frame = table.to_table(filter=wanted).to_pandas(types_mapper=_pandas_types(pyarrow))
    return tidy(frame.reindex(columns=columns(name)), name)


def _partitioned(datasets, folder: Path):
    schema = arrow().schema([("year", arrow().int64())])
    return datasets.dataset(folder, format="parquet", partitioning=datasets.partitioning(schema, flavor="hive"))


def _pandas_types(pyarrow):
    return {pyarrow.int64(): pd.Int64Dtype(), pyarrow.bool_(): pd.BooleanDtype()}.get
