"""Figures of a row of running text shared out among its cells, as far as the form's sums leave no choice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from govinfo.form import Block, Line

from .splitting import TooMany, chain_splittings, row_splittings, splittings, summing_to_zero

_GAPS = re.compile(r"(\s+)")
_ORDINAL = re.compile(r"[.．、)）]")
_ALIEN = "[A-Za-z\ufffd]"  # no label of the form ends or begins with one; the last is a byte that could not be decoded
TOUCHED = "a letter or an undecodable byte stands beside these figures: it may have been a digit"
_ASCII = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True)
class Piece:
    """Figures of the running text and the text before them; `next_char` follows them directly."""

    before: str
    figures: str
    next_char: str

    @property
    def tokens(self) -> tuple[str, ...]:
        """The figures as separated by white space, without the number of the label that follows (2. in 00000002.)."""
        figures = self.figures
        if _ORDINAL.match(self.next_char) and figures[-1:].isdigit():
            figures = figures[:-1]
        return tuple(figures.split())

    @property
    def apart(self) -> bool:
        """Whether line breaks, tabs or wide gaps, not single spaces, separate the figures."""
        return all(re.search(r"[\n\t]|\s{2}", gap) for gap in _GAPS.findall(self.figures))

    @property
    def touched(self) -> bool:
        """Whether something that is neither label nor space stands right before or after the figures."""
        return bool(re.search(_ALIEN + r"\Z", self.before) or re.match(_ALIEN, self.next_char))


@dataclass(frozen=True)
class Row:
    """A row of the form with the figures found after its label."""

    block: Block
    line: Line
    piece: Piece


@dataclass
class Split:
    """The texts of one row's cells, and why a cell has none or how it was reached."""

    texts: list[str]
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    rest: str = ""


def _ascii(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(token.translate(_ASCII) for token in tokens)


def _is_digits(tokens: Sequence[str]) -> bool:
    return all(re.fullmatch("[0-9]+", token) for token in _ascii(tokens))


def _sum_holds(tokens: Sequence[str]) -> bool:
    numbers = [int(token) for token in _ascii(tokens)]
    return sum(numbers[:-1]) == numbers[-1]


def _separate(row: Row) -> bool:
    """Whether white space alone tells the cells of a row apart."""
    tokens = row.piece.tokens
    if len(tokens) != len(row.block.columns):
        return False
    return row.piece.apart or row.block.section == "t2" or (_is_digits(tokens) and _sum_holds(tokens))


def _plain(row: Row) -> Split | None:
    """A row that needs no splitting, or whose figures cannot be split at all."""
    if _separate(row):
        return _as_they_stand(row)
    if row.block.section == "t2" and _is_digits(row.piece.tokens):
        return _split_alone(row)
    return None if _is_digits(row.piece.tokens) else _undetermined(row, "cannot be split")


def _as_they_stand(row: Row) -> Split:
    tokens = list(row.piece.tokens)
    return Split(tokens, doubts=[TOUCHED if row.piece.touched else ""] * len(tokens))


def _split_alone(row: Row) -> Split:
    """A row of 二: split only where there is one way, blank cells included."""
    columns = len(row.block.columns)
    try:
        ways = splittings(_ascii(row.piece.tokens), columns)
    except TooMany:
        ways = []
    if len(ways) == 1 and len(ways[0]) == columns:
        return _determined(row, [{text} for text in ways[0]], "the only way")
    return _undetermined(row, "cannot be split: no sum decides")


def _undetermined(row: Row, reason: str) -> Split:
    figures = " ".join(row.piece.tokens)
    count = len(row.block.columns)
    return Split([""] * count, [""] * count, [f"{figures!r} {reason}"] * count, figures)


def _likeliest(split: Split, row: Row, no_blanks: bool) -> Split:
    """A split in doubt with its likeliest reading: a digit a cell, where there are as many and no row shows blank cells."""
    digits = "".join(row.piece.tokens)
    if split.rest and no_blanks and len(digits) == len(split.texts) and _is_digits(row.piece.tokens):
        return Split(list(digits), split.notes, split.doubts)
    return split


def has_no_blanks(rows: Sequence[Row]) -> bool:
    """Whether every row of 三 that was found prints at least as many digits as it has cells."""
    own = [row for row in rows if row.block.section == "t3"]
    return bool(own) and all(len("".join(row.piece.tokens)) >= len(row.block.columns) for row in own)


def _determined(row: Row, options: Sequence[set[str]], by: str) -> Split:
    """The cells on which all splittings agree; the others in doubt."""
    figures = " ".join(row.piece.tokens)
    sure = [len(texts) == 1 for texts in options]
    return Split(
        [next(iter(texts)) if one else "" for texts, one in zip(options, sure, strict=True)],
        [f"split from {figures!r} by {by}" if one else "" for one in sure],
        ["" if one else f"{figures!r} can be split in several ways" for one in sure],
        "" if all(sure) else figures,
    )


def _options(row: Row) -> list[tuple[str, ...]]:
    if not _is_digits(row.piece.tokens):
        return []
    try:
        return row_splittings(_ascii(row.piece.tokens), len(row.block.columns))
    except TooMany:
        return []


def split_rows(rows: Sequence[Row]) -> list[Split]:
    """The cells of one block's rows. In 三 all rows are split together, by the sums of rows and of columns."""
    plain = [_plain(row) for row in rows]
    if rows[0].block.section == "t2":
        return [split or _undetermined(row, "cannot be split") for split, row in zip(plain, rows, strict=True)]
    options = [
        [_ascii(row.piece.tokens)] if _separate(row) else [] if split else _options(row)
        for row, split in zip(rows, plain, strict=True)
    ]
    options, confirmed = _by_columns(rows, options)
    no_blanks = has_no_blanks(rows)
    return [
        _likeliest(split or _from_options(row, ways, row.line.id in confirmed), row, no_blanks)
        for row, split, ways in zip(rows, plain, options, strict=True)
    ]


def _only_zeros(tokens: Sequence[str], columns: int) -> bool:
    """As many zeros as cells: no number begins with 0, so no sum is needed to split them."""
    return "".join(_ascii(tokens)) == "0" * columns


def _from_options(row: Row, ways: list[tuple[str, ...]], confirmed: bool) -> Split:
    """A splitting that the row's own sum allows counts only if the sums of its columns confirm it.

    One wrong or blank cell as published may leave another splitting that satisfies the row's sum by chance.
    """
    if not ways:
        return _undetermined(row, "has no splitting that satisfies the sums")
    if not confirmed and not _only_zeros(row.piece.tokens, len(row.block.columns)):
        return _undetermined(row, "cannot be split surely: the sums of the columns do not confirm it")
    return _determined(row, [set(texts) for texts in zip(*ways, strict=True)], "the sums")


def _by_columns(rows: Sequence[Row], options: list[list]) -> tuple[list[list], set[str]]:
    """Options that no column sum excludes; and the rows whose column sums all can be reached.

    The outcomes and the balance share only the row of totals: outcomes, balance, outcomes again is exact.
    """
    place = {row.line.id: i for i, row in enumerate(rows)}
    sums = _column_sums(rows[0].block, place)
    unsure: set[str] = set()
    for terms in [*sums, *sums[:1]]:
        kept = _reachable(terms, place, options)
        if not kept:
            unsure |= {line for _, line in terms}
        for (_, line), ways in zip(terms, kept, strict=False):
            options[place[line]] = ways
    return options, set(place) - unsure


def _reachable(terms: list[tuple[int, str]], place: dict[str, int], options: list[list]) -> list[list]:
    """Of each row's options those that satisfy one sum in all columns; [] where it cannot be told or none do."""
    if any(line not in place or not options[place[line]] for _, line in terms):
        return []
    try:
        kept = summing_to_zero([(sign, options[place[line]]) for sign, line in terms])
    except TooMany:
        return []
    return kept if all(kept) else []


def _column_sums(block: Block, place: dict[str, int]) -> list[list[tuple[int, str]]]:
    """Signed rows that add to 0 in every column: outcomes less their total; inflow less total and outflow."""
    groups = {g.id for g in block.group_lines if g.id in place}
    lines = list({(row.group if row.group in groups else row.id): row.role for row in block.rows}.items())
    signs = ({"outcome": 1, "total": -1}, {"inflow": 1, "total": -1, "outflow": -1})
    return [[(sign[role], line) for line, role in lines if role in sign] for sign in signs]


def is_sound(rows: Sequence[Row]) -> bool:
    """Whether every row of 三 that was found can be split: then the report has no blank cells and its sums hold."""
    own = [row for row in rows if row.block.section == "t3"]
    return all(_separate(row) or _only_zeros(row.piece.tokens, len(row.block.columns)) or _options(row) for row in own)


def split_line(block: Block, columns: tuple[Line, ...], groups: int, piece: Piece, rows: Sequence[Row]) -> Split:
    """The cells of 四, group by group; the rows of 三 tell whether the report has blank cells and sums that hold."""
    row = Row(Block(block.id, block.section, block.label, block.corner, block.rows, columns), block.rows[0], piece)
    return _likeliest(_chained(row, groups, is_sound(rows)), row, has_no_blanks(rows))


def _chained(row: Row, groups: int, sound: bool) -> Split:
    piece, columns = row.piece, row.block.columns
    tokens, size = piece.tokens, len(columns) // groups
    whole, digits = len(tokens) == len(columns), _is_digits(tokens)
    chunks = [tokens[i : i + size] for i in range(0, len(tokens), size)]
    if whole and (piece.apart or (digits and all(map(_sum_holds, chunks)))):
        return _as_they_stand(row)
    if not digits:
        return _undetermined(row, "cannot be split")
    if not sound and not _only_zeros(tokens, len(columns)):
        return _undetermined(row, "cannot be split surely: other rows of the report have blank cells or wrong sums")
    try:
        chain = chain_splittings(_ascii(tokens), groups, size)
    except TooMany:
        chain = []
    if not chain or not all(chain):
        return _undetermined(row, "has no splitting that satisfies the sums")
    return _determined(row, [set(texts) for ways in chain for texts in zip(*ways, strict=True)], "the sums")
