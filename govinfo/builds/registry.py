"""The register of a folder of reports: sources.csv says of each file what it is, where it is from, and its check sum."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

REGISTER = "sources.csv"
COLUMNS = (
    "file",
    "report_id",
    "agency",
    "agency_en",
    "agency_id",
    "year",
    "form",
    "level",
    "province",
    "parent",
    "scope",
    "url",
    "published",
    "sha256",
    "kind",
    "notes",
)
KINDS = ("facsimile", "original")
READABLE = (".pdf", ".html", ".htm", ".mht", ".mhtml", ".docx", ".txt", ".md")


class RegistryError(ValueError):
    """A folder whose files are not those that its sources.csv lists."""


def sha256_of(path: str | Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits.

    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "empty.pdf"); _ = file.write_bytes(b"")
    >>> sha256_of(file)[:12]
    'e3b0c44298fc'
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_sources(folder: str | Path) -> pd.DataFrame:
    """What sources.csv says of the files in `folder`: one row a file, every field text, "" where nothing is stated.

    An empty frame with the same columns where the folder has no sources.csv. Columns that the file adds are kept,
    columns that it lacks are "". A file listed twice raises RegistryError.

    >>> list(load_sources("no such folder").columns)[:3]
    ['file', 'report_id', 'agency']
    """
    path = Path(folder) / REGISTER
    if not path.is_file():
        return pd.DataFrame({column: pd.Series(dtype="str") for column in COLUMNS})
    sources = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    if "file" not in sources:
        found = ", ".join(sources.columns)
        raise RegistryError(f"{path.name}: expected a column named file, found {found}. Add it: one file name a row.")
    twice = sources.loc[sources["file"].duplicated(), "file"]
    if len(twice):
        raise RegistryError(
            f"{path.name}: expected each file once, found {twice.iloc[0]} twice. Delete one of its rows."
        )
    return sources.reindex(columns=[*COLUMNS, *[c for c in sources if c not in COLUMNS]], fill_value="")


def check_registry(folder: str | Path, strict: bool = False) -> None:
    """Compare the files of `folder` with its sources.csv; return nothing if they agree.

    Raises RegistryError that names every file altered or missing, the check sum expected and found, and what to do.
    A row without a check sum asks only that the file be there. A file that is not listed is a user's own and allowed,
    unless `strict`. A folder without sources.csv has nothing to check.

    >>> check_registry("no such folder")
    """
    folder = Path(folder)
    sources = load_sources(folder)
    problems = [p for row in sources.itertuples() if (p := _problem(folder, row.file, row.sha256))]
    if strict:
        problems += [f"{name}: expected a row in {REGISTER}, found none" for name in _unlisted(folder, sources)]
    if problems:
        raise RegistryError(
            "\n".join(problems) + f"\nRestore the files (git checkout -- {folder.name}), or, if the change is meant, "
            f"write the new check sums into {folder.name}/{REGISTER} and say why in its notes."
        )


def _problem(folder: Path, name: str, expected: str) -> str:
    path = folder / name
    if not path.is_file():
        return f"{name}: expected a file with sha256 {expected or '(any)'}, found no file"
    found = sha256_of(path)
    return f"{name}: expected sha256 {expected}, found {found}" if expected and found != expected.lower() else ""


def _unlisted(folder: Path, sources: pd.DataFrame) -> list[str]:
    listed = set(sources["file"])
    return sorted(
        p.name for p in folder.iterdir() if p.suffix.lower() in READABLE and p.name not in {*listed, "README.md"}
    )
