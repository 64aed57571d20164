"""Which published figures are to blame: the smallest sets of cells whose change makes every identity hold at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod

import numpy as np
import pandas as pd

from govinfo.checks.identities import Identity
from govinfo.checks.slips import Context, Pattern, explain, pattern_of, slip_table, text
from govinfo.checks.smallest import fewest, smallest_sets
from govinfo.form import Label
from govinfo.placing.labels import plain
from govinfo.placing.marks import effective

MAX_CELLS, MAX_SETS = 4, 50
FOUND, TOO_MANY_SETS, TOO_MANY_CELLS, CONSISTENT = "found", "too many sets", "too many cells", "consistent"


@dataclass(frozen=True)
class Suspects:
    """Cells that together explain all failures, and the value of each that would do; None where several would."""

    cells: tuple[str, ...]
    values: tuple[int | None, ...]

    @property
    def changes(self) -> dict[str, int | None]:
        return dict(zip(self.cells, self.values, strict=True))


@dataclass(frozen=True)
class Part:
    """Identities that share cells, directly or through others, and independent of all other parts of the report.

    `failed`: ids of the identities that do not hold. `sets`: empty unless `status` is "found". `size`: cells in a
    smallest set, None where it is not known.
    """

    cells: tuple[str, ...]
    identities: tuple[Identity, ...]
    failed: tuple[str, ...]
    status: str
    sets: tuple[Suspects, ...]
    size: int | None


@dataclass(frozen=True)
class Localisation:
    """The parts of a report in which something fails, each with its smallest sets of suspects."""

    parts: tuple[Part, ...]
    max_sets: int = MAX_SETS

    @property
    def status(self) -> str:
        """ "consistent", "found", "too many cells" or "too many sets" (a part's, or in the report as a whole)."""
        statuses = {part.status for part in self.parts}
        if not statuses <= {FOUND}:
            return TOO_MANY_CELLS if TOO_MANY_CELLS in statuses else TOO_MANY_SETS
        if prod(len(part.sets) for part in self.parts) > self.max_sets:
            return TOO_MANY_SETS
        return FOUND if self.parts else CONSISTENT

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(identity for part in self.parts for identity in part.failed)

    @property
    def sets(self) -> tuple[Suspects, ...]:
        """The smallest sets for the report as a whole: one set from each part, in every combination."""
        if self.status != FOUND:
            return ()
        combined = product(*(part.sets for part in self.parts))
        return tuple(Suspects(sum((s.cells for s in c), ()), sum((s.values for s in c), ())) for c in combined)

    def part(self, identity: str) -> Part | None:
        """The part in which this identity fails, None if it does not fail."""
        return next((part for part in self.parts if identity in part.failed), None)


def localise(
    values: Mapping[str, int | Decimal | None],
    identities: Iterable[Identity],
    *,
    trust: Mapping[str, float] | None = None,
    frozen: Iterable[str] = (),
    free: Iterable[str] = (),
    max_cells: int = MAX_CELLS,
    max_sets: int = MAX_SETS,
    beyond: bool = False,
) -> Localisation:
    """The smallest sets of cells whose change satisfies every identity at once, all ties (Fellegi and Holt 1976).

    Changed values are whole numbers from 0 up; a value that is none (negative, 2.5) is a suspect in itself. Fewest cells
    decides, nothing else; `trust` (1 for cells not named) only orders sets of equal size, the least trusted first, then
    the order of the form. Identities with a cell that is None or absent cannot tell and are left out. `frozen` cells are
    never blamed, `free` cells change at no cost and are not listed.

    Identities that share no cell are independent, so suspects are sought part by part: 三 is one part, each group of 四
    another. Up to `max_cells` in a part the search is integer algebra, exact and complete (`govinfo.checks.smallest`, a few
    milliseconds); past that, or with more than `max_sets` ties, the part says so in `status` and has no sets. With `beyond`,
    a mixed-integer program (SciPy's HiGHS, seconds) then gives the size of a smallest set, its answer rechecked in integers.
    HiGHS is not asked below that: it gives one set and the choice among ties is the solver's. That both ask for as many
    cells is measured (`benchmarks/injected_errors.py --highs`), that the sets are all there are is tested by brute force.

    Fellegi, I. P. and Holt, D. (1976), A systematic approach to automatic edit and imputation, JASA 71, 17-35.

    >>> from govinfo.checks.identities import identities
    >>> values = {"upheld": 10, "corrected": 0, "other": 0, "pending": 1, "total": 0}
    >>> values = {f"t4.review.{k}": v for k, v in values.items()}
    >>> localise(values, identities(values)).sets
    (Suspects(cells=('t4.review.total',), values=(11,)),)
    """
    told = [i for i in identities if all(values.get(cell) is not None for cell in i.left + i.right)]
    trust, closed, free = trust or {}, frozenset(frozen), frozenset(free)
    parts = [
        _part(cells, own, values, trust, closed, free, max_cells, max_sets, beyond)
        for cells, own in _components(told, values)
    ]
    return Localisation(tuple(part for part in parts if part), max_sets)


def _components(identities: Sequence[Identity], values: Mapping) -> list[tuple[tuple[str, ...], tuple[Identity, ...]]]:
    """Identities connected through shared cells, with these cells in the order of `values`."""
    leader: dict[str, str] = {}

    def find(cell: str) -> str:
        while leader.setdefault(cell, cell) != cell:
            cell = leader[cell]
        return cell

    for identity in identities:
        first, *others = identity.left + identity.right
        for cell in others:
            leader[find(cell)] = find(first)
    groups: dict[str, list[Identity]] = {}
    for identity in identities:
        groups.setdefault(find((identity.left + identity.right)[0]), []).append(identity)
    members: dict[str, list[str]] = {}
    for cell in values:
        if cell in leader:
            members.setdefault(find(cell), []).append(cell)
    return [(tuple(members[key]), tuple(own)) for key, own in groups.items()]


def _part(cells, identities, values, trust, frozen, free, max_cells, max_sets, beyond) -> Part | None:
    failed = tuple(i.id for i in identities if _gap(i, values))
    invalid = [k for k, cell in enumerate(cells) if not _is_count(values[cell])]
    if not failed and not invalid:
        return None
    matrix = matrix_of(cells, identities)
    x = [0 if k in invalid else int(values[cell]) for k, cell in enumerate(cells)]
    open_ = np.array([cell not in frozen for cell in cells])
    loose = [k for k, cell in enumerate(cells) if cell in free]
    must = [k for k in invalid if k not in loose]
    found = smallest_sets(matrix, x, open_=open_, must=must, free=loose, max_cells=max_cells, max_sets=max_sets)
    if found is None:
        example = fewest(matrix, x, open_, must, loose) if beyond else None
        return Part(cells, identities, failed, TOO_MANY_CELLS, (), None if example is None else len(example))
    size = len(found[0][0])
    if len(found) > max_sets:
        return Part(cells, identities, failed, TOO_MANY_SETS, (), size)
    found.sort(key=lambda item: sum(trust.get(cells[k], 1.0) for k in item[0]))  # stable: the form's order stays
    sets = tuple(Suspects(tuple(cells[k] for k in columns), answer) for columns, answer in found)
    return Part(cells, identities, failed, FOUND, sets, size)


def _gap(identity: Identity, values: Mapping) -> int | Decimal:
    return sum(values[cell] for cell in identity.left) - sum(values[cell] for cell in identity.right)


def _is_count(value: int | Decimal) -> bool:
    return value >= 0 and value == int(value)


def matrix_of(cells: Sequence[str], identities: Sequence[Identity]) -> np.ndarray:
    """Identities x cells: how often a cell stands on the left, less how often on the right."""
    place = {cell: k for k, cell in enumerate(cells)}
    matrix = np.zeros((len(identities), len(cells)), dtype=np.int64)
    for row, identity in enumerate(identities):
        for sign, side in ((1, identity.left), (-1, identity.right)):
            for cell in side:
                matrix[row, place[cell]] += sign
    return matrix


def verdict(part: Part, doubts: Mapping[str, Sequence[int]]) -> str:
    """Whom the failures point to: `reading`, `publisher` or `open`.

    `doubts` names the cells read with doubt, each with the other numbers that reading offers (none: no second reading).
    `reading`: a suspect was read with doubt, and another reading is the very number that makes everything hold, or no
    other reading is known. `open`: doubted, but no reading explains it; or too many suspects, some of them doubted.
    `publisher`: every suspect was read without doubt (with too many to list: every cell of the failed identities).
    """
    if part.status != FOUND:
        cells = {cell for i in part.identities if i.id in part.failed for cell in i.left + i.right}
        return "open" if cells & set(doubts) else "publisher"
    doubted = [(cell, value) for suspects in part.sets for cell, value in suspects.changes.items() if cell in doubts]
    if not doubted:
        return "publisher"
    return "reading" if any(not doubts[cell] or value in doubts[cell] for cell, value in doubted) else "open"


def doubts_of(cells: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """The cells of one report read with doubt, each with the numbers its note quotes as readings (a blank or mark is 0).

    Where the note has a reason that quotes none as well (a low score, a weak label), any number may be the true one: none
    is given.

    >>> row = {"cell": "t4.review.total", "flag": "doubt", "note": "two readings: grid '1 2', words '72'"}
    >>> doubts_of(pd.DataFrame([row]))
    {'t4.review.total': (12, 72)}
    """
    rows = cells[cells["flag"] == "doubt"]
    return {cell: _readings(plain(note)) for cell, note in zip(rows["cell"], rows["note"], strict=True)}


def _readings(note: str) -> tuple[int, ...]:
    texts, reasons = re.findall("'([^']*)'", note), re.sub("'[^']*'", "''", note).split(";")
    if not all("''" in reason for reason in reasons):
        return ()
    return tuple(int("0" + re.sub("[^0-9]", "", text)) for text in texts)


def trust_of(
    cells: pd.DataFrame, prose: Mapping[str, int] | None = None, neighbours: Mapping[str, int] | None = None
) -> dict[str, float]:
    """How far each cell is to be believed, for the order of sets: reading first, then prose, then neighbouring years.

    `prose` and `neighbours` say what the text, or the report of the year before or after, gives for a cell. 0 for a cell
    read with doubt, 1 otherwise; a tenth more where prose agrees, a tenth less where it differs; a hundredth for
    neighbouring years.

    >>> cells = pd.DataFrame({"cell": ["a", "b", "c"], "flag": ["ok", "doubt", "ok"], "value": [3.0, 1.0, 0.0]})
    >>> trust_of(cells, prose={"a": 3, "c": 1})
    {'a': 1.1, 'b': 0.0, 'c': 0.9}
    """
    trust = {}
    for cell, flag, value in zip(cells["cell"], cells["flag"], cells["value"], strict=True):
        score = 0.0 if flag == "doubt" else 1.0
        for weight, said in ((0.1, prose or {}), (0.01, neighbours or {})):
            score += weight * (1 if said[cell] == value else -1) if cell in said else 0
        trust[cell] = score
    return trust


def attach(
    findings: pd.DataFrame,
    cells: pd.DataFrame,
    identities: Sequence[Identity],
    *,
    trust: Mapping[str, float] | None = None,
    previous: Mapping[str, int] | None = None,
    doubts: Mapping[str, Sequence[int]] | None = None,
) -> pd.DataFrame:
    """One report's findings with suspects, suggestion, slip and verdict filled for each failed identity.

    `cells` is the report's cells table after `resolve_marks`: undetermined marks count as 0, forced ones as forced. The
    sets of a finding are those of its part, which explain all failures among identities connected to it. `suggestion`
    and `slip` follow the order of `suspects`; a value that is not determined is written `cell=?`. Where there are too
    many sets or cells these stay empty, `slip` names the row or column of totals that would explain most, and `message`
    says so and lists what fails. Other findings stay as they are; nothing is changed in `cells`.

    `trust` (by default `trust_of(cells)`) orders the sets, `previous` are last year's figures, by which a repeated one is
    recognised, `doubts` (by default `doubts_of(cells)`) are other readings. Raises ValueError for more than one report.
    """
    if not findings["outcome"].eq("fail").any():
        return findings
    values = {cell: value if value is None else _number(value) for cell, value in effective(cells).items()}
    found = localise(values, identities, trust=trust_of(cells) if trust is None else trust)
    doubts = doubts_of(cells) if doubts is None else doubts
    filled = {}
    for part in found.parts:
        answer = _answer(part, Context(values, part.identities, previous or {}), doubts)
        filled |= dict.fromkeys(part.failed, answer)
    rows = [_filled(row, filled) for row in findings.to_dict("records")]
    told = sorted({name for answer in filled.values() for name in answer} - {"words"} | {"message"})
    texts = {name: pd.Series([row[name] for row in rows], findings.index, dtype="str") for name in told}
    return findings.assign(**texts)


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == int(value) else value


def _filled(row: dict, answers: Mapping[str, dict]) -> dict:
    if row["outcome"] != "fail" or row["rule"] not in answers:
        return row
    answer = dict(answers[row["rule"]])
    words = answer.pop("words")
    if words:
        en, bar, zh = row["message"].partition(" | ")
        answer["message"] = f"{en}. {words.en}{bar}{zh}。{words.zh}"
    return row | answer


def _answer(part: Part, context: Context, doubts: Mapping[str, Sequence[int]]) -> dict:
    """What the findings of one part have in common."""
    pattern = None if part.sets else pattern_of(context)
    slips = [explain(suspects.changes, context) for suspects in part.sets]
    return {
        "suspects": " | ".join(" ".join(suspects.cells) for suspects in part.sets),
        "suggestion": " | ".join(written(suspects.changes) for suspects in part.sets),
        "slip": " | ".join(slips) if part.sets else pattern.slip if pattern else "",
        "verdict": verdict(part, doubts),
        "words": None if part.sets else _words(part, context, pattern),
    }


def written(changes: Mapping[str, int | None]) -> str:
    """Changes as the contract writes them.

    >>> written({"t4.review.total": 11, "t4.review.upheld": None})
    't4.review.total=11 t4.review.upheld=?'
    """
    return " ".join(f"{cell}={'?' if value is None else value}" for cell, value in changes.items())


def _words(part: Part, context: Context, pattern: Pattern | None) -> Label:
    """Why there are no suspects, and what a row or column of totals would explain."""
    failed = ", ".join(part.failed)
    if part.status == TOO_MANY_SETS:
        said = text("too_many_sets", size=part.size, max_sets=MAX_SETS, failed=failed)
    else:
        said = text("too_many_cells", max_cells=MAX_CELLS, failed=failed)
    if pattern is None:
        return said
    also = _pattern_words(pattern, context)
    return Label(f"{said.zh}。{also.zh}", f"{said.en}. {also.en}")


def _pattern_words(pattern: Pattern, context: Context) -> Label:
    """The pattern in words, with the smallest sets that explain what it leaves open, its own cells being free."""
    statement, changes = slip_table()[pattern.slip].statement, written(pattern.changes)
    if not pattern.left:
        return text("pattern", statement=statement, changes=changes)
    values = {**context.values, **pattern.changes}
    rest = localise(values, context.identities, free=pattern.changes)
    sets = " | ".join(written(suspects.changes) for suspects in rest.sets)
    return text("pattern_rest", statement=statement, changes=changes, rest=sets or ", ".join(pattern.left))
