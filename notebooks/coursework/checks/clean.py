"""02: from text to number, and what a blank may mean."""

from __future__ import annotations

import pandas as pd

import govinfo
from govinfo.placing.values import clean

from . import Mistake, expect, grid, plain, report, same


def to_number(function, texts, cell: str = "t3.new.total") -> None:
    """The function's answer for each of the texts against what govinfo makes of it."""
    known = govinfo.load_form("2021").cell(cell)
    for text in texts:
        found = clean(text, known)
        right = None if found.flag in ("zero_mark", "doubt") else found.value
        try:
            answer = plain(function(text))
        except NotImplementedError:
            raise Mistake("not_answered", answer="raise NotImplementedError()") from None
        except Exception as error:
            raise Mistake("function_fails", text=text, why=f"{type(error).__name__}: {error}") from error
        if not same(answer, plain(right), 1e-9):
            raise Mistake(_misread(text, answer, right, found.flag), text=text, answer=answer, where=f" ({text!r})")


def _misread(text: str, answer, right, flag: str) -> str:
    digits = "".join(filter(str.isdigit, text))
    if right is None:
        return "blank_as_zero" if flag == "zero_mark" and answer == 0 else "guessed"
    if answer is None:
        return "certain_refused"
    if answer == -right:
        return "sign_lost"
    return "digits_glued" if str(answer).removesuffix(".0") == digits else "other"


def rest(answer, row: str, path: str) -> None:
    """What the printed total of a row leaves over for its blank cells."""
    line = _printed(path).loc[row]
    expect(
        answer, line["total"] - line.drop("total").sum(), row, sign_reversed=line.drop("total").sum() - line["total"]
    )


def zeros(answer, row: str, path: str) -> None:
    """The blank cells of a row that can only be zero."""
    line = _printed(path).loc[row]
    blank = {f"{row}.{column}" for column in line.index[line.isna()]}
    given = plain(answer)
    if not isinstance(given, (list, tuple, set)):
        raise Mistake("shape", why=f"list, not {type(answer).__name__}")
    if set(given) - blank:
        raise Mistake("printed_called_blank")
    if set(given) != blank:
        raise Mistake("forced_not_seen")


def published(value, suggestion, row: str, path: str) -> None:
    """What is published as a blank total, and what its row adds up to."""
    right = _printed(path).loc[row].drop("total").sum()
    if plain(value) == 0:
        raise Mistake("blank_as_zero", text="")
    if same(plain(value), right, 0):
        raise Mistake("suggestion_as_value")
    if plain(value) is not None:
        raise Mistake("other", answer=value, where=" (value)")
    expect(suggestion, right, "suggestion")


def _printed(path: str) -> pd.DataFrame:
    """Section 三 with what is printed only: blanks are missing, also those that govinfo has proved to be zero."""
    cells = report(path).cells.set_index("cell")
    blank = cells.index[cells["flag"] == "zero_mark"]
    table = grid(path)
    return table.mask([[f"{row}.{column}" in blank for column in table] for row in table.index])


def yuan(answer, path: str) -> None:
    """Amounts of money in yuan, by report, from their published texts."""
    raw = pd.read_csv(path).set_index("report_id")["raw"]
    number = raw.str.replace(r"[^\d.]", "", regex=True).astype(float)
    right = number.where(~raw.str.contains("万"), number * 10_000)
    given = plain(answer)
    if not isinstance(given, dict) or set(given) != set(right.index):
        raise Mistake("shape", why=f"{list(right.index)} -> yuan")
    for key in right.index:
        wrong = {"unit_ignored": number[key], "unit_everywhere": number[key] * 10_000}
        expect(given[key], right[key], key, tolerance=0.01, **wrong)
