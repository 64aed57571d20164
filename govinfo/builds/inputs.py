"""The files to read: found, hashed, named, with what a sources.csv beside them says."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from govinfo.builds.registry import READABLE, REGISTER, load_sources, sha256_of

# What a folder is searched for: formats that are read, and formats in which agencies publish that get a message instead.
# A file's content, not its name, decides how it is read.
DOCUMENTS = (*READABLE, ".doc", ".wps", ".ofd", ".rtf", ".xls", ".xlsx", ".zip", ".rar")
ASIDE = (".", "~$", "README", "LICENSE")  # how names begin that stand beside reports
# Endings of what else stands beside reports: registers and tables, and the parts of a saved web page.
COMPANIONS = ("", ".csv", ".json", ".css", ".js", ".gif", ".svg", ".ico", ".woff", ".woff2", ".toml", ".yml", ".py")


class NoReports(ValueError):
    """There is nothing to read where reports were expected."""


@dataclass(frozen=True)
class Input:
    """One file to read. `problem` says in words why it need not be tried; `also` are files with the same bytes."""

    path: Path
    report_id: str = ""
    sha256: str = ""
    row: dict | None = None
    also: tuple[str, ...] = ()
    problem: str = ""

    @property
    def source(self) -> str:
        """The path as given, with forward slashes on every system."""
        return text_of_name(self.path.as_posix())


def text_of_name(name: str) -> str:
    r"""What is said of a file name that need not be Unicode, as names unpacked from old archives are not.

    >>> text_of_name("年报.pdf"), text_of_name("\udcc4\udcea.pdf")
    ('年报.pdf', '\\xc4\\xea.pdf')
    """
    odd = (
        sys.getfilesystemencodeerrors()
    )  # how such names are held; UTF-8 always, so that no locale shows in the tables
    return name.encode("utf-8", odd).decode("utf-8", "backslashreplace")


def find_inputs(paths: str | Path | Iterable[str | Path]) -> list[Input]:
    """What to read, in the order given; a folder stands for the documents in it and below, sorted by path.

    The same bytes are read once, under the first path; `also` names the others. Files of one stem get the start of their
    hash appended to it. A file that is not there, cannot be opened, or differs from its hash in sources.csv carries a
    `problem`. Raises NoReports for a folder without documents, where nothing that was named is there, and for no path at all.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    if given and not any(Path(path).exists() for path in given):
        named = ", ".join(map(str, given))
        raise NoReports(f"{named}: expected a folder of reports or a report, found nothing there")
    found = [file for path in given for file in _files(Path(path))]
    if not found:
        raise NoReports("no file or folder was named")
    rows = {folder: _rows(folder) for folder in {path.parent for path in found}}
    return _named(_once([_hashed(path, rows[path.parent].get(path.name)) for path in dict.fromkeys(found)]))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = [p for p in _below(path) if p.suffix.lower() in DOCUMENTS]
    if not files:
        kinds = " ".join(DOCUMENTS)
        raise NoReports(f"{path}: expected a folder with reports ({kinds}), found none in it or below")
    return files


def _below(folder: Path) -> list[Path]:
    """The files in a folder and below, sorted by path, but for those that stand beside reports."""
    below = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in below if not any(part.startswith(ASIDE) for part in path.relative_to(folder).parts)]


def passed_over(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """The files in the folders given that are not tried because of their ending, and may be reports all the same.

    Files that were named are tried whatever their ending; what belongs to a saved web page (in `…_files`) is no report.
    """
    given = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    found = [path for folder in given if folder.is_dir() for path in _below(folder)]
    known = (*DOCUMENTS, *COMPANIONS)
    return [p for p in found if p.suffix.lower() not in known and not p.parent.name.endswith(("_files", ".files"))]


def _hashed(path: Path, row: dict | None) -> Input:
    try:
        digest = sha256_of(path)
    except OSError as error:
        return Input(path, problem=f"{path.name}: expected a file that can be read, found: {error.strerror or error}.")
    registered = (row or {}).get("sha256", "").lower()
    problem = _altered(path, registered, digest) if registered not in ("", digest) else ""
    return Input(path, sha256=digest, row=row, problem=problem)


def _altered(path: Path, registered: str, digest: str) -> str:
    return (
        f"{path.name}: expected sha256 {registered[:12]}… as {REGISTER} says, found {digest[:12]}…: the file was altered. "
        f"Restore it, or enter the new hash in {REGISTER} if the change is meant."
    )


def _rows(folder: Path) -> dict[str, dict]:
    """File name -> its row of the folder's sources.csv, where there is one."""
    return {row["file"]: row for row in load_sources(folder).to_dict("records")}


def _once(inputs: list[Input]) -> list[Input]:
    """The same bytes counted once: files that could not be opened have no hash and stand for themselves."""
    copies: dict[str, list[Input]] = {}
    for one in inputs:
        copies.setdefault(one.sha256 or one.source, []).append(one)
    return [replace(first, also=tuple(c.source for c in rest)) for first, *rest in copies.values()]


def _named(inputs: list[Input]) -> list[Input]:
    """Report ids: the stem alone where it is the only one; with as much of the hash as makes it unique otherwise."""
    ids = [text_of_name(one.path.stem) for one in inputs]
    for length in (8, 64):
        times = Counter(ids)
        ids = [f"{one.path.stem}-{(one.sha256 or _of(one.source))[:length]}" if times[name] > 1 else name
               for one, name in zip(inputs, ids, strict=True)]  # fmt: skip
    return [replace(one, report_id=name) for one, name in zip(inputs, ids, strict=True)]


def _of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
