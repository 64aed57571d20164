"""What a folder was built from: a note beside the tables, so that nothing is done again where nothing has changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from govinfo.builds.cache import key
from govinfo.builds.inputs import Input
from govinfo.builds.registry import sha256_of
from govinfo.checks.review import Decision

NAME = ".built.json"


def fingerprint(inputs: list[Input], decisions: list[Decision], parquet: bool, excel_safe: bool) -> str:
    """All that the tables depend on: the files, what is said of them, the decisions, the program, the form of output."""
    digest = hashlib.sha256(
        key(decisions=[str(one) for one in decisions], parquet=parquet, excel_safe=excel_safe).encode()
    )
    for one in inputs:
        about = [one.source, one.report_id, one.sha256, one.also, one.problem, one.row]
        digest.update(json.dumps(about).encode("ascii"))
    return digest.hexdigest()


def note(folder: Path, print_: str, outcome) -> None:
    """Write the note into a set that is staged: its last file. Where reading again may give another result, it has no effect."""
    files = {name: sha256_of(folder / name) for name in _files(folder)}
    about = asdict(outcome) | {"fingerprint": print_ if outcome.lasting else "", "files": files}
    (folder / NAME).write_bytes((json.dumps(about, indent=1) + "\n").encode("ascii"))


def _files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found if not path.name.startswith("."))


def unchanged(folder: Path, print_: str) -> dict | None:
    """The outcome noted in `folder`, where it holds just what would be built now; None where there is anything to do."""
    try:
        about = json.loads((folder / NAME).read_bytes())
        files = about.pop("files")
        same = about.pop("fingerprint") == print_ and all(sha256_of(folder / name) == files[name] for name in files)
    except (OSError, ValueError, KeyError, TypeError):  # no note, or none of ours: build
        return None
    return about | {"unread": [tuple(one) for one in about["unread"]]} if same else None
