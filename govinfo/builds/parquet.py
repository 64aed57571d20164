"""The tables as a Parquet dataset: a folder for each table, partitioned by year, written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from govinfo.builds.whole import LAST
from govinfo.tables import codebook, columns, described, field, neutral, tidy

ROWS = 50_000  # rows of all tables and years kept back until some are written: fewer make slow files, more cost memory
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


class Dataset:
    """Writes every table but the codebook into `folder/<table>/year=<year>/part-0.parquet`, in the order given, in bounded memory.

    The year is that of the report, and stands in the path alone, as usual for such datasets: it is a column again when the
    dataset is read. Types are the codebook's; text has no missing value.
    """

    def __init__(self, folder: Path, excel_safe: bool = False):
        self.folder, self.excel_safe = folder, excel_safe
        self._waiting: dict[tuple[str, str], list[pd.DataFrame]] = {}
        self._writers: dict[tuple[str, str], object] = {}

    def add(self, name: str, table: pd.DataFrame, years: dict[str, int | None]) -> None:
        """Rows of one table; `years` has the year of each report in them."""
        table = tidy(table, name)
        if self.excel_safe:
            table = table.apply(lambda values: values.map(neutral) if values.dtype == "str" else values)
        year = table["report_id"].map(lambda report: _partition(years[report]))
        for part, rows in table.groupby(year, sort=True):
            self._waiting.setdefault((name, part), []).append(rows)
        sizes = {place: sum(map(len, rows)) for place, rows in self._waiting.items()}
        while sum(sizes.values()) >= ROWS:  # however many years there are: the largest group first
            largest = max(sizes, key=lambda place: (sizes[place], place))
            self._flush(largest)
            del sizes[largest]

    def close(self) -> None:
        """Write what waits, the codebook of the form, and the description."""
        for place in list(self._waiting):
            self._flush(place)
        for name in {*codebook()} - {"codebook"} - {name for name, _ in self._writers}:
            self._waiting[name, NO_YEAR] = [tidy(pd.DataFrame(columns=columns(name)), name)]  # no rows, but a table
            self._flush((name, NO_YEAR))
        for writer in self._writers.values():
            writer.close()
        described = json.dumps(self._package(), ensure_ascii=False, indent=1) + "\n"
        (self.folder / LAST).write_bytes(described.encode())

    def _flush(self, place: tuple[str, str]) -> None:
        rows, (name, part) = self._waiting.pop(place), place
        table = _to_arrow(pd.concat(rows, ignore_index=True), name, partitioned=True)
        if place not in self._writers:
            target = self.folder / name / f"year={part}"
            target.mkdir(parents=True)
            self._writers[place] = arrow().parquet.ParquetWriter(
                target / "part-0.parquet", table.schema, compression="zstd"
            )
        self._writers[place].write_table(table)

    def _package(self) -> dict:
        return described([_resource(name, sorted(self._paths(name))) for name in codebook() if any(self._paths(name))])

    def _paths(self, name: str) -> Iterator[str]:
        return (path.relative_to(self.folder).as_posix() for path in (self.folder / name).rglob("*.parquet"))


def write_codebook(folder: Path) -> None:
    """The codebook of both forms: one small file, no partitions."""
    from govinfo.tables import form_codebook

    (folder / "codebook").mkdir()
    table = _to_arrow(form_codebook(), "codebook", partitioned=False)
    arrow().parquet.write_table(table, folder / "codebook" / "part-0.parquet", compression="zstd")


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
