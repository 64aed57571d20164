"""Tables whose cells have run together into text, as crawlers store pages: labels found, figures split by the sums."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import ratio

from ..document import Grid, GridCell
from ..form import VERSIONS, Block, Line, load_form
from ..labels import align, body
from ..printed import UNITS
from .splitting import TooMany, chain_splittings, row_splittings, splittings, summing_to_zero

SOURCE = "running text"
ALIKE = 0.8  # text before figures less alike than this to a row's label is no evidence for the row
MAX_TEXT = 2_000_000  # characters; a longer text is no report

_DIGIT = "[0-9０-９]"
_NUMBER = rf"[-+－减增]?{_DIGIT}+(?:[.．]{_DIGIT}+)?(?:{UNITS})?"
_RUN = re.compile(rf"(?<![（(0-9０-９.．第])(?:{_NUMBER})(?:\s+{_NUMBER})*")
_GAPS = re.compile(r"(\s+)")
_ORDINAL = re.compile(r"[.．、)）]")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
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


def running_grids(text: str, sections: Collection[str]) -> list[Grid]:
    """The tables of some sections ("t2", "t3", "t4") as grids under the form's own labels, read from running text.

    Figures that white space separates into as many as the row has columns are taken as they stand. Figures run together
    are split by exact search: in 三 and 四 a cell gets its text, with a note, where all splittings that satisfy every
    identity agree on it; otherwise the cell is empty, in doubt, and the figures stand beside the row. 二 has no identity:
    only figures that leave no choice, such as 000, are split there.
    """
    text = _COMMENT.sub("", text[:MAX_TEXT])
    found = pieces(text)
    rows = find_rows(found, text)
    grids = []
    for block in dict.fromkeys(row.block for row in rows if row.block.section in sections):
        grids.append(_grid(block, [row for row in rows if row.block is block]))
    if "t4" in sections:
        grids += _line_grids(found)
    return grids


def pieces(text: str) -> list[Piece]:
    """The text cut before every run of figures.

    >>> [(p.before, p.tokens) for p in pieces("1.属于国家秘密00000002.其他法律行政法规禁止公开10 0 0")]
    [('', ()), ('.属于国家秘密', ('0000000',)), ('.其他法律行政法规禁止公开', ('10', '0', '0'))]
    """
    found, start = [], 0
    for match in _RUN.finditer(text):
        found.append(Piece(text[max(start, match.start() - 400) : match.start()], match[0], text[match.end() : match.end() + 1]))
        start = match.end()
    return found


# ------------------------------------------------------------------ labels


def _tail(text: str, wording: str) -> float:
    """How alike the end of a text is to a label (both without punctuation)."""
    lengths = range(max(len(wording) - 1, 1), len(wording) + 2)
    return max(ratio(text[-n:], wording) for n in lengths) / 100 if text else 0.0


def _label_fit(before: str, line: Line, block: Block) -> float:
    """How well the text before some figures ends with a row's label.

    The short labels of 二 must stand alone or right after a column's label: prose holds them too.
    """
    best = 0.0
    for wording in map(body, line.label.wordings):
        alike = _tail(before, wording)
        if block.section == "t2" and alike >= ALIKE and len(before) > len(wording) + 1:
            over = before[: -len(wording)]
            heads = [body(w) for column in block.columns for w in column.label.wordings]
            alike = alike if max(_tail(over, head) for head in heads) >= ALIKE else 0.0
        best = max(best, alike)
    return best


def _expected(text: str) -> list[tuple[Block, Line, bool]]:
    """The rows to look for: 二 in the version whose column labels the text holds, then 三 with its groups as rows."""
    flat = body(text)

    def hits(version: str) -> int:
        blocks = [b for b in load_form(version).blocks if b.section == "t2"]
        return sum(body(c.label.zh) in flat for c in dict.fromkeys(c for b in blocks for c in b.columns))

    newest = VERSIONS[-1]
    t2 = max(reversed(VERSIONS), key=lambda version: hits(version) / (7 if version != newest else 5))
    blocks = [b for b in load_form(t2).blocks if b.section == "t2"] + [load_form(newest).block("t3")]
    rows: list[tuple[Block, Line, bool]] = []
    for block in blocks:
        groups = {line.id: line for line in block.group_lines}
        for line in block.rows:
            if line.group in groups:
                rows.append((block, groups.pop(line.group), True))
            rows.append((block, line, False))
    return rows


def find_rows(found: Sequence[Piece], text: str) -> list[Row]:
    """The rows of 二 and 三 in the form's order, by the labels before figures."""
    expected = _expected(text)
    befores = [body(piece.before) for piece in found]
    fits = [[_label_fit(before, line, block) for block, line, _ in expected] for before in befores]
    likely = [i for i, row in enumerate(fits) if max(row, default=0) >= ALIKE]

    def gain(start: int, k: int, j: int) -> float | None:
        index = likely[start]
        alike, wanted = fits[index][j], len(expected[j][0].columns)
        if alike < ALIKE or not found[index].tokens:
            return None
        enough = sum(map(len, found[index].tokens)) >= wanted
        return 2 * alike - 0.7 + 0.2 * enough + 0.1 * (len(befores[index]) < 90)

    matches = align(len(likely), len(expected), gain, lambda i: 0.0, lambda j: 0.0)
    return [Row(expected[m.expected][0], expected[m.expected][1], found[likely[m.start]]) for m in matches]


# ------------------------------------------------------------------ figures


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
        return Split(list(row.piece.tokens))
    if row.block.section == "t2" and _is_digits(row.piece.tokens):
        return _split_alone(row)
    return None if _is_digits(row.piece.tokens) else _undetermined(row, "cannot be split")


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
    options, failing = _by_columns(rows, options)
    return [
        split or _from_options(row, ways, row.line.id in failing)
        for row, split, ways in zip(rows, plain, options, strict=True)
    ]


def _from_options(row: Row, ways: list[tuple[str, ...]], failing: bool) -> Split:
    if not ways:
        return _undetermined(row, "has no splitting that satisfies the sums")
    rigid = sum(map(len, row.piece.tokens)) == len(row.block.columns)
    if failing and not rigid:
        return _undetermined(row, "cannot be split surely: the sums of the columns fail")
    return _determined(row, [set(texts) for texts in zip(*ways, strict=True)], "the sums")


def _by_columns(rows: Sequence[Row], options: list[list]) -> tuple[list[list], set[str]]:
    """Options that no column sum excludes; and the rows of sums that no choice satisfies (as published they fail).

    The outcomes and the balance share only the row of totals: outcomes, balance, outcomes again is exact.
    """
    place = {row.line.id: i for i, row in enumerate(rows)}
    failing: set[str] = set()
    sums = _column_sums(rows[0].block, place)
    for terms in [*sums, *sums[:1]]:
        indices = [(sign, place[line]) for sign, line in terms if line in place]
        if len(indices) < len(terms) or not all(options[i] for _, i in indices):
            continue
        try:
            kept = summing_to_zero([(sign, options[i]) for sign, i in indices])
        except TooMany:
            kept = [options[i] for _, i in indices]
        if not all(kept):
            failing |= {line for _, line in terms}
            continue
        for (_, i), ways in zip(indices, kept, strict=True):
            options[i] = ways
    return options, failing


def _column_sums(block: Block, place: dict[str, int]) -> list[list[tuple[int, str]]]:
    """Signed rows that add to 0 in every column: outcomes less their total; inflow less total and outflow."""
    groups = {g.id for g in block.group_lines if g.id in place}
    lines = list({(row.group if row.group in groups else row.id): row.role for row in block.rows}.items())
    signs = ({"outcome": 1, "total": -1}, {"inflow": 1, "total": -1, "outflow": -1})
    return [[(sign[role], line) for line, role in lines if role in sign] for sign in signs]


# ------------------------------------------------------------------ grids


def _grid(block: Block, rows: Sequence[Row]) -> Grid:
    cells = [GridCell(0, 0, block.corner.zh)]
    cells += [GridCell(0, i, column.label.zh) for i, column in enumerate(block.columns, 1)]
    for r, (row, split) in enumerate(zip(rows, split_rows(rows), strict=True), 1):
        cells += [GridCell(r, 0, row.line.label.zh), *_cells(r, 1, split)]
    return Grid(tuple(cells), SOURCE)


def _cells(row: int, first: int, split: Split) -> list[GridCell]:
    """A row's value cells; figures that could not be split stand in one more cell, beyond all columns."""
    blank = [""] * len(split.texts)
    cells = [
        GridCell(row, first + i, text, note=note, doubt=doubt)
        for i, (text, note, doubt) in enumerate(
            zip(split.texts, split.notes or blank, split.doubts or blank, strict=True)
        )
    ]
    return cells + ([GridCell(row, first + len(cells), split.rest)] if split.rest else [])


def _line_grids(found: Sequence[Piece]) -> list[Grid]:
    """四: figures after one, two or three times its five result labels."""
    block = load_form(VERSIONS[-1]).block("t4")
    groups = [[c for c in block.columns if c.group == g] for g in dict.fromkeys(c.group for c in block.columns)]
    header = body("".join(column.label.zh for column in groups[0]))
    grids = []
    for piece in found:
        before = body(piece.before)
        times = next((k for k in range(len(groups), 0, -1) if _tail(before, header * k) >= ALIKE), 0)
        if times and piece.tokens:
            grids.append(_line_grid(block, groups[:times], piece))
            groups = groups[times:]
        if not groups:
            break
    return grids


def _line_grid(block: Block, groups: list[list[Line]], piece: Piece) -> Grid:
    columns = tuple(column for group in groups for column in group)
    cells, at = [], 0
    for group in groups:
        path = block.group_path(group[0], "columns")
        cells.append(GridCell(0, at, path[-1].label.zh, colspan=len(group)))
        cells += [GridCell(1, at + i, column.label.zh) for i, column in enumerate(group)]
        at += len(group)
    return Grid((*cells, *_cells(2, 0, _split_line(block, columns, len(groups), piece))), SOURCE)


def _split_line(block: Block, columns: tuple[Line, ...], groups: int, piece: Piece) -> Split:
    tokens, size = piece.tokens, len(columns) // groups
    row = Row(Block(block.id, block.section, block.label, block.corner, block.rows, columns), block.rows[0], piece)
    if not _is_digits(tokens):
        return Split(list(tokens)) if len(tokens) == len(columns) and piece.apart else _undetermined(row, "cannot be split")
    chunks = [tokens[i : i + size] for i in range(0, len(tokens), size)]
    if len(tokens) == len(columns) and (piece.apart or all(map(_sum_holds, chunks))):
        return Split(list(tokens))
    try:
        chain = chain_splittings(_ascii(tokens), groups, size)
    except TooMany:
        chain = []
    if not chain or not all(chain):
        return _undetermined(row, "has no splitting that satisfies the sums")
    return _determined(row, [set(texts) for ways in chain for texts in zip(*ways, strict=True)], "the sums")
