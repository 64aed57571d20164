"""The automatic checks of the assignments: each recomputes the answer from the data and tells typical mistakes by name.

A check passes silently or raises `Mistake`, whose message says in English and Chinese what was done and what to look at
again. The mistakes are rows of mistakes.toml. Nothing here knows an answer: reports are read again, definitions are those
of govinfo, and the planted error is known only by its fingerprint.
"""

from __future__ import annotations

import math
import numbers
import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

import govinfo


class Mistake(AssertionError):
    """An answer that is not right; `id` is the row of mistakes.toml."""

    def __init__(self, id: str, **words):
        self.id = id
        said = _mistakes()[id]
        super().__init__(f"{said['en'].format(**words)}. · {said['zh'].format(**words)}。")


@cache
def _mistakes() -> dict:
    return tomllib.loads((Path(__file__).parent / "mistakes.toml").read_text(encoding="utf-8"))


def expect(answer, right, where: str = "", tolerance: float = 5e-4, **wrong) -> None:
    """Pass where `answer` is `right`; otherwise name the first of the `wrong` values (mistake=value) that it is.

    Numbers are equal within `tolerance`; dicts, tuples and Series are compared entry by entry. A mistake that can be made
    in several ways has a list of values.
    """
    given, right = plain(answer), plain(right)
    if given is None and right is not None:
        raise Mistake("not_answered", answer=answer)
    if same(given, right, tolerance):
        return
    for mistake, value in wrong.items():
        if any(same(given, plain(v), tolerance) for v in (value if isinstance(value, list) else [value])):
            raise Mistake(mistake, answer=answer, key=where)
    raise Mistake("other", answer=short(answer), where=f" ({where})" if where else "")


def plain(answer):
    """An answer without the types of pandas and numpy; NaN, NA and `...` are None."""
    if isinstance(answer, pd.Series):
        answer = answer.to_dict()
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items()}
    if isinstance(answer, (list, tuple)):
        return tuple(map(plain, answer))
    if answer is None or answer is ... or answer is pd.NA:
        return None
    if isinstance(answer, (str, bool)):
        return answer
    if hasattr(answer, "tolist"):
        return plain(answer.tolist())
    return None if isinstance(answer, numbers.Real) and math.isnan(answer) else answer


def same(one, other, tolerance: float) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k], tolerance) for k in one)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b, tolerance) for a, b in zip(one, other, strict=True))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, numbers.Real) and isinstance(other, numbers.Real):
        return abs(one - other) <= tolerance
    return one == other


def short(answer, width: int = 80) -> str:
    text = " ".join(str(answer).split())
    return text if len(text) <= width else text[:width] + " …"


# ---------------------------------------------------------------- what was published
@cache
def report(path: str):
    """The report as govinfo reads it, fresh from the file: what a notebook did to its own copy does not count."""
    return govinfo.read_report(path)


def values(path: str) -> dict[str, float]:
    """The value of every cell of the report."""
    return report(path).cells.set_index("cell")["value"].to_dict()


def grid(path: str) -> pd.DataFrame:
    """Section 三 of the report: rows by their ids, the six kinds of applicants and the total as columns."""
    cells = report(path).cells
    cells = cells[cells["cell"].str.startswith("t3.")]
    parts = cells["cell"].str.rsplit(".", n=1, expand=True)
    table = cells.assign(row=parts[0], column=parts[1]).pivot(index="row", columns="column", values="value")
    return table.loc[parts[0].unique(), parts[1].unique()]
