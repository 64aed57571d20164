"""Tables whose cells have run together into text, as crawlers store pages: labels found, figures split by the sums."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from rapidfuzz.fuzz import partial_ratio, ratio

from govinfo.certainty import threshold
from govinfo.document import Grid, GridCell
from govinfo.form import VERSIONS, Block, Line, load_form
from govinfo.placing.labels import align, body
from govinfo.placing.printed import UNITS

from .shares import Piece, Row, Split, split_line, split_rows

SOURCE = "running text"
REST = "未拆分的数字"  # over figures that could not be split
MAX_TEXT = 2_000_000  # characters; a longer text is no report
MAX_PIECES = 20_000  # runs of figures

_DIGIT = "[0-9０-９]"
_NUMBER = rf"[-+－减增]?{_DIGIT}+(?:[.．]{_DIGIT}+)?(?:{UNITS})?"
_RUN = re.compile(rf"(?<![（(0-9０-９.．第])(?:{_NUMBER})(?:\s+{_NUMBER})*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def running_grids(text: str, sections: Collection[str]) -> list[Grid]:
    """The tables of some sections ("t2", "t3", "t4") as grids under the form's own labels, read from running text.

    Figures that white space separates into as many as the row has columns are taken as they stand. Figures run together
    are split by exact search: in 三 and 四 a cell gets its text, with a note, where all splittings that satisfy every
    identity agree on it; otherwise the cell is empty, in doubt, and the figures stand beside the row. 二 has no identity:
    only figures that leave no choice, such as 000, are split there.
    """
    if not sections:
        return []
    text = _COMMENT.sub("", text[:MAX_TEXT])
    found = pieces(text)[:MAX_PIECES]
    rows = find_rows(found, text)
    grids = []
    for block in dict.fromkeys(row.block for row in rows if row.block.section in sections):
        grids.append(_grid(block, [row for row in rows if row.block is block]))
    if "t4" in sections:
        grids += _line_grids(found, rows)
    return grids


def pieces(text: str) -> list[Piece]:
    """The text cut before every run of figures.

    >>> [(p.before, p.tokens) for p in pieces("1.属于国家秘密00000002.其他法律行政法规禁止公开10 0 0")]
    [('', ()), ('.属于国家秘密', ('0000000',)), ('.其他法律行政法规禁止公开', ('10', '0', '0'))]
    """
    found, start = [], 0
    for match in _RUN.finditer(text):
        found.append(
            Piece(text[max(start, match.start() - 400) : match.start()], match[0], text[match.end() : match.end() + 1])
        )
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
        if block.section == "t2" and alike >= threshold("glued.label") and len(before) > len(wording) + 1:
            over = before[: -len(wording)]
            heads = [body(w) for column in block.columns for w in column.label.wordings]
            alike = alike if max(_tail(over, head) for head in heads) >= threshold("glued.label") else 0.0
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
    return [(block, line, optional) for block in blocks for line, optional in block.lines]


def find_rows(found: Sequence[Piece], text: str) -> list[Row]:
    """The rows of 二 and 三 in the form's order, by the labels before figures."""
    expected = _expected(text)
    befores = [body(piece.before) for piece in found]
    fits = [[_label_fit(before, line, block) for block, line, _ in expected] for before in befores]
    likely = [i for i, row in enumerate(fits) if max(row, default=0) >= threshold("glued.label")]

    def gain(start: int, k: int, j: int) -> float | None:
        index = likely[start]
        alike, wanted = fits[index][j], len(expected[j][0].columns)
        nearest = alike == max(fits[index])  # 反复申请 is like 重复申请, but the label of another row
        if alike < threshold("glued.label") or not nearest or not found[index].tokens:
            return None
        enough = sum(map(len, found[index].tokens)) >= wanted
        return 2 * alike - 0.7 + 0.2 * enough + 0.1 * (len(befores[index]) < 90)

    matches = align(len(likely), len(expected), gain, lambda i: 0.0, lambda j: 0.0)
    places = [(likely[m.start], *expected[m.expected][:2]) for m in matches]
    ends = dict(pairwise(index for index, *_ in places))
    return [
        Row(
            block,
            _whole_group(block, line, "".join(befores[index + 1 : ends.get(index, len(found)) + 1])),
            found[index],
        )
        for index, block, line in places
    ]


def _whole_group(block: Block, line: Line, after: str) -> Line:
    """The group in place of its first row where the labels of all its other rows follow without figures.

    A page prints one merged row of figures beside the labels of a group; the text of the page has it after the first.
    """
    group = next((g for g in block.group_lines if g.id == line.group), None)
    first, *others = block.members(line.group) if group else (None,)
    if first != line or not others:
        return line
    labels = [body(other.label.zh) for other in others]
    return group if all(partial_ratio(label, after) >= 100 * threshold("glued.label") for label in labels) else line


# ------------------------------------------------------------------ grids


def _grid(block: Block, rows: Sequence[Row]) -> Grid:
    splits = split_rows(rows)
    heads = [column.label.zh for column in block.columns] + [REST] * any(split.rest for split in splits)
    cells = [GridCell(0, i, text) for i, text in enumerate((block.corner.zh, *heads))]
    for r, (row, split) in enumerate(zip(rows, splits, strict=True), 1):
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


def _line_grids(found: Sequence[Piece], rows: Sequence[Row]) -> list[Grid]:
    """四: figures after one, two or three times its five result labels."""
    block = load_form(VERSIONS[-1]).block("t4")
    groups = [[c for c in block.columns if c.group == g] for g in dict.fromkeys(c.group for c in block.columns)]
    header = body("".join(column.label.zh for column in groups[0]))
    grids = []
    for piece in found:
        before = body(piece.before)
        named = max(before.count(body(column.label.zh)) for column in block.columns[:4])
        times = min(named, len(groups)) if _tail(before, header) >= threshold("glued.label") else 0
        if times and piece.tokens:
            grids.append(_line_grid(block, groups[:times], piece, rows))
            groups = groups[times:]
        if not groups:
            break
    return grids


def _line_grid(block: Block, groups: list[list[Line]], piece: Piece, rows: Sequence[Row]) -> Grid:
    columns = tuple(column for group in groups for column in group)
    cells, at = [], 0
    for group in groups:
        path = block.group_path(group[0], "columns")
        cells.append(GridCell(0, at, path[-1].label.zh, colspan=len(group)))
        cells += [GridCell(1, at + i, column.label.zh) for i, column in enumerate(group)]
        at += len(group)
    split = split_line(block, columns, len(groups), piece, rows)
    cells += [GridCell(1, at, REST)] if split.rest else []
    return Grid((*cells, *_cells(2, 0, split)), SOURCE)
