"""What a reviewer decided about findings: review.csv beside the reports, read by every build and never written."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

REVIEW = "review.csv"
NEEDED = ("key", "decision")
DECISIONS = ("confirmed", "dismissed")


class ReviewError(ValueError):
    """A review.csv that cannot be read as one; the message names file and line, what was expected and what was found."""


@dataclass(frozen=True)
class Decision:
    """One row of a review.csv. `about` repeats what its columns report_id and rule say, where it has them."""

    key: str
    decision: str
    note: str
    path: str
    line: int
    about: str = ""
    whole: bool = True


def read_reviews(folders: Iterable[str | Path], whole: Iterable[str | Path] = ()) -> list[Decision]:
    """Every decision in the review.csv of each folder, in order; folders without one add nothing.

    Columns: key (as in findings.csv), decision (confirmed or dismissed), note; others, such as reviewer, report_id and
    rule, are the reviewer's own. `whole` names the folders that are read with all their reports: only there can it be
    told that a finding is gone. Raises ReviewError for a row that is not as expected, and for a key decided twice.

    >>> read_reviews(["no such folder"])
    []
    """
    whole = {Path(folder) for folder in whole}
    found: dict[str, Decision] = {}
    for path in (folder / REVIEW for folder in dict.fromkeys(map(Path, folders))):
        for one in _decisions(path, path.parent in whole) if path.is_file() else ():
            if one.key in found:
                first = found[one.key]
                raise _error(path, one.line, "each key once", f"{one.key} as in {first.path}, line {first.line}")
            found[one.key] = one
    return list(found.values())


def _decisions(path: Path, whole: bool) -> Iterable[Decision]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            names = [name.strip() for name in next(reader, [])]
            if not set(NEEDED) <= set(names) or len(set(names)) < len(names):
                raise _error(path, 1, "the columns key, decision, note, each once", ", ".join(names) or "an empty file")
            for fields in reader:
                if any(field.strip() for field in fields):
                    yield _decision(path, reader.line_num, names, [field.strip() for field in fields], whole)
    except UnicodeDecodeError as error:
        raise _error(path, None, "text in UTF-8 (save as 'CSV UTF-8')", f"the byte {error.object[error.start]:#04x}")
    except csv.Error as error:
        raise _error(path, reader.line_num, "comma-separated values", str(error)) from None


def _decision(path: Path, line: int, names: list[str], fields: list[str], whole: bool) -> Decision:
    if len(fields) > len(names):
        raise _error(path, line, f"{len(names)} fields (a note with a comma in quotes)", f"{len(fields)}")
    row = dict(zip(names, fields, strict=False))
    if not re.fullmatch("[0-9a-f]{16}", row["key"]):
        raise _error(path, line, "a key of findings.csv (16 digits and letters a-f)", repr(row["key"]))
    if row.get("decision") not in DECISIONS:
        raise _error(path, line, f"the decision {' or '.join(DECISIONS)}", repr(row.get("decision", "")))
    about = " ".join(row[name] for name in ("report_id", "rule") if row.get(name))
    return Decision(row["key"], row["decision"], row.get("note", ""), path.as_posix(), line, about, whole)


def _error(path: Path, line: int | None, expected: str, found: str) -> ReviewError:
    where = f"{path.as_posix()}, line {line}" if line else path.as_posix()
    return ReviewError(f"{where}: expected {expected}, found {found}. Correct {REVIEW}; nothing was written.")


def reviewed(findings: pd.DataFrame, decisions: Iterable[Decision]) -> pd.DataFrame:
    """The findings with `review` and `review_note` by key; both are "" where nobody has decided.

    >>> findings = pd.DataFrame({"key": ["0" * 16, "f" * 16]})
    >>> reviewed(findings, [Decision("f" * 16, "dismissed", "lapsed", "review.csv", 2)])["review"].tolist()
    ['', 'dismissed']
    """
    of = {one.key: one for one in decisions}
    keys = [of.get(key) for key in findings["key"]]
    text = {
        "review": [one.decision if one else "" for one in keys],
        "review_note": [one.note if one else "" for one in keys],
    }
    return findings.assign(**{name: pd.Series(said, findings.index, dtype="str") for name, said in text.items()})


def stale(findings: pd.DataFrame, decisions: Iterable[Decision]) -> list[str]:
    """For each decision whose finding is gone: a message that asks the reviewer again.

    A key is gone when a figure behind its finding, or the file, has changed. Decisions of folders of which only some files
    were read are not judged.
    """
    keys = set(findings["key"])
    return [
        f"{one.path}, line {one.line}: {one.decision} {one.key}{f' ({one.about})' if one.about else ''}, which is no "
        "finding any more: the figures behind it have changed or were not read. Look again, then correct or delete the row."
        for one in decisions
        if one.whole and one.key not in keys
    ]


def standing(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings that count against figures: those dismissed left out, those confirmed as errors of the publisher."""
    kept = findings[findings["review"] != "dismissed"]
    confirmed = (kept["review"] == "confirmed") & (kept["outcome"] == "fail")
    return kept.assign(
        severity=kept["severity"].mask(confirmed, "error"), verdict=kept["verdict"].mask(confirmed, "publisher")
    )
