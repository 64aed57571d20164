"""Printed grids to the form's cells: stitched by meaning, one order-preserving alignment of rows a section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from govinfo.certainty import threshold
from govinfo.document import Box, Grid, GridCell
from govinfo.form import VERSIONS, Block, Line, load_form
from govinfo.placing.labels import align, align_runs, body, once, opens_label, row_similarity, similarity
from govinfo.placing.placement import Leftover, Placed, Placement
from govinfo.placing.printed import Leaf, PrintedRow, Segment, doubt_of, extent, is_figure, overlap, segments

ROW_PIECES = 4  # a printed row may be cut into this many pieces by page breaks and stray rules
JOINED = "put together from two printed rows, and no box tells that they are one"
FOREIGN = "put together from two printed rows, and the label beside the figures is no part of this row's"
UNPAIRED = "the cells of this row and the columns of the header do not go together one to one"


def place(grids: Sequence[Grid]) -> Placement:
    """All grids of a document to cells of the form, each section in its own version.

    Grids without any row of the form are passed over: their figures are not the form's.
    """
    parts = segments(grids)
    result = Placement()
    options = [_place_rows(parts, "t2", version) for version in VERSIONS]
    result.add(max(options, key=lambda option: option.score))
    result.add(_place_rows(parts, "t3", VERSIONS[-1]))
    result.add(_place_columns(parts))
    return result


# ------------------------------------------------------------------ sections with one row a line: 二, 三


@dataclass(frozen=True)
class _Expected:
    """A row of the form to be found, with its block."""

    block: Block
    line: Line
    optional: bool


def _expected(section: str, version: str) -> list[_Expected]:
    blocks = next(s for s in load_form(version).sections if s.id == section).blocks
    return [_Expected(block, line, optional) for block in blocks for line, optional in block.lines]


def _place_rows(parts: Sequence[Segment], section: str, version: str) -> Placement:
    parts = [part for part in parts if part.section == section]
    printed = [(part, row) for part in parts for row in part.rows]
    expected, least = _expected(section, version), threshold("label.match")
    columns = {
        (id(part), block.id): match_columns(part, block)
        for part in parts
        for block in {e.block.id: e.block for e in expected}.values()
    }

    def gains(start: int, k: int) -> list[float | None]:
        pieces = printed[start : start + k]
        part, row = pieces[0]
        label = once([piece.label for _, piece in pieces])
        fits = [columns[id(part), wanted.block.id] for wanted in expected]
        if not body(label):
            alone = k == 1 and row.has_figures
            return [
                0.1 if alone and f.columns and not e.optional else None for e, f in zip(expected, fits, strict=True)
            ]
        alike = [
            row_similarity(label, wanted.line.label.wordings) if f.columns else 0.0
            for wanted, f in zip(expected, fits, strict=True)
        ]
        return [2 * a - 0.7 + f.score - 0.1 * (k - 1) if a >= least else None for a, f in zip(alike, fits, strict=True)]

    matches = align_runs(
        len(printed),
        len(expected),
        {run: gains(*run) for run in _runs(printed)},
        skip_printed=lambda i: -0.8 if printed[i][1].has_figures else -0.02 * bool(printed[i][1].label),
        skip_expected=lambda j: 0.0 if expected[j].optional else -0.2,
        margins=True,
    )
    result = Placement(versions={section: version} if matches else {}, score=sum(m.score for m in matches))
    _collect(result, matches, printed, expected, columns)
    return result


def _runs(printed) -> list[tuple[int, int]]:
    """(first row, number of rows) of all printed rows, alone and together, that can be one row of the form."""
    runs = []
    for start in range(len(printed)):
        runs.append((start, 1))
        for k in range(2, min(ROW_PIECES, len(printed) - start) + 1):
            above = next((one for one in printed[start + k - 2 : start : -1] if one[1].has_figures), printed[start])
            if not (
                _one_row(printed[start + k - 2], printed[start + k - 1]) and _one_row(above, printed[start + k - 1])
            ):
                break
            runs.append((start, k))
    return runs


def _one_row(upper, lower) -> bool:
    """Whether two printed rows can be pieces of one: cut by a page, or not both with figures."""
    (part, row), (next_part, next_row) = upper, lower
    if row.label and opens_label(next_row.label, row.label):
        return False
    if row.page != next_row.page:
        return True
    return part is next_part and not (row.has_figures and next_row.has_figures)


def _collect(result: Placement, matches, printed, expected, columns) -> None:
    matches = _without_groups_beside_items(matches, printed, expected)
    used, groups = set(), _groups_printed_once(matches, printed, expected)
    for index, match in enumerate(matches):
        wanted = expected[match.expected]
        pieces = printed[match.start : match.stop]
        used.update(range(match.start, match.stop))
        line = groups.get(index, wanted.line)
        label = once([row.label for _, row in pieces])
        alike = row_similarity(label, wanted.line.label.wordings) if body(label) else 0.3
        fits = columns[id(pieces[0][0]), wanted.block.id]
        found = _row_values(pieces, wanted.block, fits, columns)
        paired = all(_is_paired(part, row, columns[id(part), wanted.block.id], wanted.block) for part, row in pieces)
        foreign = FOREIGN if _is_foreign(pieces, wanted.line.label.wordings, alike) else ""
        for column, (text, box, certainty, note, doubt) in found.items():
            cell = wanted.block.cell_id(line.id, column)
            unsure = doubt or foreign or ("" if paired or not is_figure(text) else UNPAIRED)
            placed = Placed(cell, text, box, min(alike, certainty), len(pieces), note, unsure, match.margin)
            before = result.placed.get(cell)
            if before is None or not before.text.strip():
                result.placed[cell] = placed
            elif index in groups and text.strip():  # the other part of merged cells that a page break cuts
                torn = before.doubt or ("" if box else JOINED)
                result.placed[cell] = replace(before, text=before.text + text, doubt=torn)
        result.leftovers += _strays(pieces, wanted.block, columns)
    alive = {id(printed[i][0].grid) for i in used}
    for i, (part, row) in enumerate(printed):
        if i not in used and id(part.grid) in alive:
            result.leftovers += [
                Leftover(row.label, part.column_label(cell), cell.text, cell.box)
                for cell in row.values
                if is_figure(cell.text)
            ]


def _is_foreign(pieces, wordings: Sequence[str], alike: float) -> bool:
    """Whether pieces are more like the form's row without the label of one that has figures: they may be another row's."""
    labels = [row.label for _, row in pieces]
    others = [
        once(labels[:n] + labels[n + 1 :]) for n, (_, row) in enumerate(pieces) if row.has_figures and body(row.label)
    ]
    return any(body(other) and row_similarity(other, wordings) > alike for other in others)


def _without_groups_beside_items(matches, printed, expected) -> list:
    """Matches without a group as a row of its own where a row is at least as surely one of its items."""

    def alike(match) -> float:
        label = once([row.label for _, row in printed[match.start : match.stop]])
        return row_similarity(label, expected[match.expected].line.label.wordings)

    items: dict[str, float] = {}
    for match in matches:
        line = expected[match.expected].line
        items[line.group] = max(items.get(line.group, 0.0), alike(match))
    lines = {id(match): expected[match.expected] for match in matches}
    return [m for m in matches if not (lines[id(m)].optional and alike(m) <= items.get(lines[id(m)].line.id, 0.0))]


def _groups_printed_once(matches, printed, expected) -> dict[int, Line]:
    """Matched rows whose value cells span all labels of a group: index in `matches` -> the group's line."""
    found = {}
    for index, match in enumerate(matches):
        wanted = expected[match.expected]
        groups = {line.id: line for line in wanted.block.group_lines}
        if wanted.line.group in groups and any(_is_tall(row) for _, row in printed[match.start : match.stop]):
            found[index] = groups[wanted.line.group]
    printed_once = {line.id: line for line in found.values()}  # a page break may leave one label's part of the cells
    return {
        index: printed_once[line.group]
        for index, match in enumerate(matches)
        if (line := expected[match.expected].line).group in printed_once
    }


def _is_tall(row) -> bool:
    """Whether most value cells of a printed row span further rows."""
    return sum(cell.rowspan > 1 for cell in row.values) >= 0.7 * max(len(row.values), 1)


def _row_values(pieces, block: Block, fits: Columns, columns) -> dict[str, tuple[str, Box | None, float, str, str]]:
    found: dict[str, tuple[str, Box | None, float, str, str]] = {}
    for part, row in pieces:
        part_fits = columns[id(part), block.id]
        for cell in row.values:
            column = part_fits.of(cell)
            if column is None:
                continue
            text, box, certainty, note, doubt = found.get(column.line.id, ("", None, 1.0, "", ""))
            joined = text + cell.text if text or cell.text else ""
            keep = box if (text and not cell.text) or (box and not cell.text) else cell.box
            sure = min(certainty, column.certainty)
            found[column.line.id] = (joined, keep, sure, note or cell.note, doubt or doubt_of(cell))
    return found


def _is_paired(part: Segment, row: PrintedRow, fits: Columns, block: Block, every: bool = False) -> bool:
    """Whether a row has a cell for each column of the header, in its order, and none besides: where a format has no boxes,
    a cell's place is only its number, and one too many or too few moves all behind it.

    Columns that the form does not have are passed over where the header shows all that it has; with `every` it must.
    """
    if not row.has_figures or row.values[0].box:
        return True
    own = [(cell, fits.of(cell)) for cell in row.values]
    whole = len(fits.columns) == len(block.columns)
    further = [leaf for leaf in part.leaves if all(leaf.left != column.left for column in fits.columns)]
    kept = [c for cell, c in own if c or not (_is_blank(cell) or (whole and _is_under(cell, further)))]
    return kept == list(fits.columns) and (whole or not every)


def _is_blank(cell: GridCell) -> bool:
    return not cell.text.strip()


def _is_under(cell: GridCell, leaves: Sequence[Leaf]) -> bool:
    return any(overlap(*extent(cell), leaf.left, leaf.right) > 0 for leaf in leaves)


def _strays(pieces, block: Block, columns) -> list[Leftover]:
    strays = []
    for part, row in pieces:
        fits = columns[id(part), block.id]
        strays += [
            Leftover(row.label, part.column_label(cell), cell.text, cell.box)
            for cell in row.values
            if is_figure(cell.text) and fits.of(cell) is None
        ]
    return strays


# ------------------------------------------------------------------ columns


@dataclass(frozen=True)
class Column:
    """A printed column that stands for a column of the form: where it lies, how sure that is."""

    line: Line
    left: float
    right: float
    certainty: float


@dataclass(frozen=True)
class Columns:
    """The columns of one block as a segment prints them."""

    columns: tuple[Column, ...]
    score: float
    # extent -> column: cells below each other share it
    _known: dict = field(default_factory=dict, repr=False, compare=False)

    def of(self, cell: GridCell) -> Column | None:
        """The column that holds most of a value cell; None where it lies outside all."""
        place = extent(cell)
        if place not in self._known:
            self._known[place] = self._find(*place)
        return self._known[place]

    def _find(self, left: float, right: float) -> Column | None:
        shares = [(overlap(left, right, c.left, c.right), c) for c in self.columns]
        best = max(shares, key=lambda share: share[0], default=(0, None))
        return best[1] if best[0] > 0.3 * min(right - left, best[1].right - best[1].left if best[1] else 1) else None


def match_columns(part: Segment, block: Block) -> Columns:
    """The printed header cells of a segment aligned with a block's columns; empty where they do not fit."""
    leaves = part.leaves
    if not leaves:
        return Columns((), 0.0)
    path = {line.id: _group_wordings(block, line) for line in block.columns}

    def alike(i: int, j: int) -> float:
        line = block.columns[j]
        score = similarity(leaves[i].text, line.label.wordings)
        if path[line.id] and leaves[i].above:
            score = 0.75 * score + 0.25 * similarity(leaves[i].above, path[line.id])
        return score

    def gain(i: int, k: int, j: int) -> float | None:
        if not body(leaves[i].text):
            return 0.05
        score = alike(i, j)
        return None if score < 0.4 else 2 * score - 0.6

    matches = align(len(leaves), len(block.columns), gain, lambda i: -0.3, lambda j: -0.3)
    columns = tuple(
        Column(block.columns[m.expected], leaves[m.start].left, leaves[m.start].right, alike(m.start, m.expected))
        for m in matches
    )
    if not columns or len(columns) * 2 < len(block.columns):
        return Columns((), 0.0)
    missed = len(block.columns) + len(leaves) - 2 * len(columns)
    return Columns(columns, sum(c.certainty for c in columns) / len(columns) - 0.3 * missed / len(block.columns))


def _group_wordings(block: Block, line: Line) -> tuple[str, ...]:
    path = block.group_path(line, "columns")
    return ("".join(group.label.zh for group in path), path[-1].label.zh) if path else ()


# ------------------------------------------------------------------ section 四: one line of figures under a header


def _place_columns(parts: Sequence[Segment]) -> Placement:
    block = load_form(VERSIONS[-1]).block("t4")
    result = Placement()
    for part in (p for p in parts if p.section == "t4"):
        fits = _columns_of_part(part, block, set(result.placed))
        named = {column.line.group for column in fits.columns}
        printed = replace(block, columns=tuple(line for line in block.columns if line.group in named))
        own, strays = {}, []
        for row in (row for row in part.rows if row.has_marks or row.has_figures):
            paired = _is_paired(part, row, fits, printed, every=True)
            for cell in row.values:
                column = fits.of(cell)
                cell_id = block.cell_id("", column.line.id) if column else ""
                if column and cell_id not in own:
                    doubt = doubt_of(cell) or ("" if paired or not is_figure(cell.text) else UNPAIRED)
                    own[cell_id] = Placed(cell_id, cell.text, cell.box, column.certainty, 1, cell.note, doubt)
                elif is_figure(cell.text):
                    strays.append(Leftover(row.label, part.column_label(cell), cell.text, cell.box))
        result.add(Placement(own, strays if own else []))
    if result.placed:
        result.versions["t4"] = VERSIONS[-1]
        result.score = float(len(result.placed))
    return result


def _columns_of_part(part: Segment, block: Block, taken: set[str]) -> Columns:
    """四 as one table of 15 columns or as two: only columns not found yet are looked for."""
    lines = tuple(line for line in block.columns if block.cell_id("", line.id) not in taken)
    best = Columns((), 0.0)
    starts = sorted({0, *(i for i, line in enumerate(lines) if i and line.group != lines[i - 1].group)})
    for start in starts:
        for stop in [*[s for s in starts if s > start], len(lines)]:
            option = match_columns(part, replace(block, columns=lines[start:stop]))
            better = (len(option.columns), option.score) > (len(best.columns), best.score)
            if option.columns and option.score > 0.5 and better:
                best = option
    return best
