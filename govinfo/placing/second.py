"""The second reading: figures placed by label baselines and header centres, not by any table engine's cells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

from govinfo.certainty import threshold
from govinfo.document import Box
from govinfo.form import VERSIONS, Block, Line, load_form
from govinfo.placing.bands import Band
from govinfo.placing.columns import assign, figure_columns, header_columns, header_words, stacks
from govinfo.placing.entries import entries, line_distance
from govinfo.placing.geometry import Piece, is_entry, lines, text_of
from govinfo.placing.labels import body, similarity
from govinfo.placing.merged import GROUPS_AS_ROWS, with_merged_rows
from govinfo.placing.overleaf import opening, rest_overleaf, row_of
from govinfo.placing.placement import Leftover, Placed, Placement
from govinfo.placing.results_row import ROOM, place_results
from govinfo.placing.row_labels import first_value, label_rows, without_page_numbers
from govinfo.placing.setting import Rows, set_at
from govinfo.placing.strays import CUT, doubt_broken_sums, doubt_neighbours, doubt_page_breaks, is_stray
from govinfo.placing.watermark import large_words
from govinfo.readers.words import Word

BETWEEN = "stands between two headers, under neither"


def place_words(words: Sequence[Word]) -> Placement:
    """Read the tables of the form from words alone.

    Returns the same kind of result as `match.place`, so that the two readings can be compared cell by cell. The version
    of 二 is the one whose headers fit best; （六） is read by the rows printed.
    """
    large = set(large_words(words))
    page_lines = without_page_numbers(lines([word for word in words if word not in large]))
    edge = first_value(page_lines)
    rows = label_rows(page_lines, edge)
    result = Placement()
    pages, labels_at = _pages(page_lines, rows), cache(partial(Rows, rows))
    options = [_place_section(pages, rows, version, edge, labels_at) for version in VERSIONS]
    result.add(max(options, key=lambda option: option.score))
    result.add(_place_block(pages, load_form(VERSIONS[-1]).block("t3"), rows, edge, labels_at))
    result.add(place_results(page_lines))
    doubt_neighbours(result)
    doubt_page_breaks(result)
    doubt_broken_sums(result, lines_known=all(page.apart for page in pages.values()))
    return result


@dataclass(frozen=True)
class _Page:
    """The lines of one page, and the figures and marks among its words, joined over the lines of their cells.

    Lines of one cell are no further `apart`; 0 where that is not known.
    """

    lines: list[list[Word]]
    entries: list[Word]
    apart: float

    @cached_property
    def _by_height(self) -> tuple[list[float], list[Word]]:
        words = sorted(self.entries, key=lambda w: w.box.y)
        return [w.box.y for w in words], words

    @cached_property
    def unread(self) -> list[Word]:
        """Words that hold digits without being (part of) a figure."""
        return [word for line in self.lines for word in line if _unread(word, self.entries)]

    def within(self, top: float, bottom: float) -> list[Word]:
        """The entries whose middle lies between two heights."""
        heights, words = self._by_height
        return words[bisect_left(heights, top) : bisect_right(heights, bottom)]


def _pages(page_lines: list[list[Word]], rows: list[Band]) -> dict[int, _Page]:
    by_page: dict[int, list[list[Word]]] = {}
    for line in page_lines:
        by_page.setdefault(line[0].box.page, []).append(line)
    apart = line_distance(rows, page_lines)
    return {page: _Page(own, entries(own, apart), apart) for page, own in by_page.items()}


# ------------------------------------------------------------------ 二 and 三


def _place_section(pages, rows: list[Band], version: str, edge: float, labels_at: Callable[[str], Rows]) -> Placement:
    """二 in one version; the score tells how well the printed headers fit it."""
    result = Placement(score=-1.0)
    for block in (b for b in load_form(version).blocks if b.section == "t2"):
        result.add(_place_block(pages, block, rows, edge, labels_at))
    return result


def _place_block(pages, block: Block, rows: list[Band], edge: float, labels_at: Callable[[str], Rows]) -> Placement:
    """One block: on each page its header, then the entries beside its labels, column by column."""
    ids = {line.id for line in (*block.rows, *block.group_lines)}
    mine = [band for band in rows if band.block and band.block.section == block.section and band.line.id in ids]
    result, cells, centres, seen, odd = Placement(versions={}), {}, {}, {}, []
    settings = _settings(pages, mine, edge)
    labelled = labels_at(settings[0])
    for page in sorted({box.page for band in mine for box in band.boxes}):
        labels = [box for band in mine for box in band.boxes if box.page == page]
        top = _ceiling(rows, mine, page)
        header = _header(_between(pages, page, top, min(b.y0 for b in labels)), block)
        if not centres and len(header) < len(block.columns):
            header = _header_over_page(pages, page, rows, block) or header
        centres = {name: piece.box.x for name, piece in header.items()} or centres
        seen |= {name: piece.box for name, piece in header.items()}
        result.score += _header_fit(header, block)
        left = edge if block.section == "t3" else max(box.x1 for box in labels)
        own = [w for w in pages[page].entries if w.box.x > left]
        begins = opening(mine, header, page)
        beside = [(w, row_of(w, labelled, begins, pages[page].apart)) for w in own]
        placed = [(w, band) for w, band in beside if band in mine]
        rest = rest_overleaf(pages, page, rows, mine, placed)
        if len(rest) == 1:  # or the number of that page
            result.leftovers += [Leftover("", "", w.text, w.box) for w, _ in rest]
        _put(result, cells, block, placed + rest if len(rest) > 1 else placed, centres, seen)
        above = [p.box for p in header.values() if p.box.page == page]  # a header may stand on the page before
        result.leftovers += _strays(beside, labels, max(top, min((box.y0 for box in above), default=top)))
        odd += [w for w in pages[page].unread if w.box.x > left]
        if placed:
            result.areas.append(_around([*labels, *above, *(w.box for w, _ in placed)]))
    result.placed = {cell: _joined(cell, items) for cell, items in cells.items()}
    if result.placed or len(seen) == len(block.columns):  # a table may hold nothing but blanks
        result.versions[block.section] = _version_of(block)
        unsure = with_merged_rows(result, block, mine, settings)
        _with_blanks(result, block, mine, seen, unsure, odd)
    return result


def _unread(word: Word, found: Sequence[Word]) -> bool:
    """Whether a word holds digits without being (part of) a figure, such as half of an annotation."""
    if not any(c.isdigit() for c in word.text) or is_entry(word):
        return False
    x, y = word.box.x, word.box.y
    return not any(e.box.y0 <= y <= e.box.y1 and e.box.x0 <= x <= e.box.x1 for e in found)


def _with_blanks(
    result: Placement, block: Block, mine: list[Band], seen: dict, unsure: set[str], odd: list[Word]
) -> None:
    """Cells without an entry in rows and columns that are printed: blank, not missing.

    `seen` holds the headers' boxes, `unsure` the rows that may share one row of figures, `odd` words that hold digits but
    are no figure: a cell with one of them is in doubt.
    """
    strays = [item for item in result.leftovers if is_stray(item)]
    between = {line.id for line in block.rows if any(_is_between(result, block, line, c) for c in block.columns)}
    boxes = {cell: placed.box for cell, placed in result.placed.items()}
    merged = {
        line.id for line in block.group_lines if any(block.cell_id(line.id, c.id) in boxes for c in block.columns)
    }
    for column in block.columns:
        across = seen.get(column.id) or next(
            (box for row in block.rows if (box := boxes.get(block.cell_id(row.id, column.id)))), None
        )
        for band in mine if across else ():
            row = band.line.group if band.line.group in merged else band.line.id
            cell, along = block.cell_id(row, column.id), band.boxes[0]
            box = Box(along.page, across.x0, along.y0, across.x1, along.y1)
            near = row in unsure or any(_next_to(band, item.box, mine) for item in strays)
            inside = any(w.box.page == box.page and _meets(w.box, box) for w in odd)
            doubt = "text with digits that is no figure" if inside else BETWEEN if row in between else ""
            certainty = threshold("row.unsure") if near else band.certainty
            result.placed.setdefault(cell, Placed(cell, "", box, certainty, doubt=doubt, margin=band.margin))


def _is_between(result: Placement, block: Block, row: Line, column: Line) -> bool:
    placed = result.placed.get(block.cell_id(row.id, column.id))
    return placed is not None and placed.doubt == BETWEEN


def _meets(word: Box, cell: Box) -> bool:
    high = word.y1 - word.y0
    return word.x0 < cell.x1 and cell.x0 < word.x1 and word.y0 < cell.y1 + high and cell.y0 - high < word.y1


def _next_to(band: Band, stray: Box, mine: list[Band]) -> bool:
    """Whether a row is the nearest above or below a figure that found no row: a blank there may be that figure's place."""
    heights = sorted((label.y, b is band) for b in mine for label in b.boxes if label.page == stray.page)
    above = [own for y, own in heights if y <= stray.y]
    below = [own for y, own in heights if y > stray.y]
    return bool((above and above[-1]) or (below and below[0]))


def _settings(pages: dict[int, _Page], mine: list[Band], edge: float) -> tuple[str, ...]:
    """How figures are set beside labels, by the rows that can not be merged."""
    plain = [band for band in mine if band.line.group not in GROUPS_AS_ROWS]
    near = {
        id(w): w
        for band in plain
        for box in band.boxes
        for w in pages[box.page].within(box.y0 - band.size, box.y1 + band.size)
        if w.box.x > edge
    }
    return set_at(plain, list(near.values()))


def _strays(beside: list[tuple[Word, Band | None]], labels: list[Box], top: float) -> list[Leftover]:
    """Entries of a table that stand beside no row of the form."""
    lowest = max(box.y1 for box in labels)
    return [
        Leftover(band.line.label.zh if band else "", "", w.text, w.box)
        for w, band in beside
        if (band is None and top < w.box.y <= lowest)
        or (band and band.block is None and top < w.box.y <= lowest + 3 * w.size)
    ]


def _around(boxes: Sequence[Box]) -> Box:
    """The area of a block on one page: its labels, header and entries, and room for the rules around them."""
    area = boxes[0]
    for box in boxes[1:]:
        area = area.union(box)
    return Box(area.page, area.x0 - ROOM, area.y0 - ROOM, area.x1 + ROOM, area.y1 + ROOM)


def _version_of(block: Block) -> str:
    return next(v for v in reversed(VERSIONS) if block in load_form(v).blocks)


def _ceiling(rows: list[Band], mine: list[Band], page: int) -> float:
    """Below which height a block's header can stand on a page: under the row of the form before it."""
    first = min(box.y0 for band in mine for box in band.boxes if box.page == page)
    above = [
        box.y1
        for band in rows
        if band.block and band not in mine
        for box in band.boxes
        if box.page == page and box.y1 <= first
    ]
    return max(above, default=0.0)


def _header_fit(header: dict[str, Piece], block: Block) -> float:
    """How well a printed header fits a version's block: its labels' similarity, less what is missing."""
    alike = [similarity(header[line.id].text, line.label.wordings) for line in block.columns if line.id in header]
    return sum(alike) / len(block.columns) - 0.5 * (len(block.columns) - len(alike)) / len(block.columns)


def _between(pages: dict[int, _Page], page: int, top: float, bottom: float) -> list[list[Word]]:
    return [line for line in pages[page].lines if top <= line[0].box.y < bottom]


def _header_over_page(pages: dict[int, _Page], page: int, rows: list[Band], block: Block) -> dict[str, Piece]:
    """The header of a block whose rows begin a page: at the end of the page before, below the last row there."""
    if page - 1 not in pages:
        return {}
    last = max((box.y1 for band in rows for box in band.boxes if box.page == page - 1), default=0.0)
    first = min(box.y0 for band in rows for box in band.boxes if box.page == page)
    above = _between(pages, page - 1, last, float("inf")) + _between(pages, page, 0.0, first)
    found = _header(above, block)
    return found if len(found) == len(block.columns) else {}


def _header(page_lines, block: Block) -> dict[str, Piece]:
    """The header cells on some lines, aligned with the block's columns."""
    wordings = tuple(body(w) for line in block.columns for w in line.label.wordings)
    spanning = tuple(g.label.zh for g in block.column_groups) + ((block.column_root.zh,) if block.column_root else ())
    found = []
    for line in page_lines:
        words = [w for w in line if not (spanning and similarity(w.text, spanning) > 0.7)]
        found += header_words(words, wordings)
    return header_columns(stacks(found), block.columns)


def _put(
    result: Placement, cells: dict, block: Block, placed: list[tuple[Word, Band]], centres: dict, seen: dict
) -> None:
    """Entries of one page into cells: columns of figures first, then each entry into its column."""
    order = [line.id for line in block.columns]
    spans = figure_columns([w for w, _ in placed])
    columns = dict(enumerate(order)) if len(order) == 1 and len(spans) == 1 else assign(spans, centres, order)
    sums_tell = block.section != "t2"
    for word, band in placed:
        index = next(i for i, (a, b) in enumerate(spans) if a <= word.box.x <= b)
        if index not in columns:
            result.leftovers.append(Leftover(band.line.label.zh, "", word.text, word.box))
            continue
        if not sums_tell and len(spans) < len(order) and _between_headers(spans[index], seen):
            word = replace(word, doubt=word.doubt or BETWEEN)
        cells.setdefault(block.cell_id(band.line.id, columns[index]), []).append((word, band))


def _between_headers(span: tuple[float, float], seen: dict[str, Box]) -> bool:
    """Whether a column of figures stands under no header, but between two: set left it is the right one's, set right the left's."""
    left, right = span
    return (
        any(box.x1 <= left for box in seen.values())
        and any(box.x0 >= right for box in seen.values())
        and not any(box.x0 < right and left < box.x1 for box in seen.values())
    )


def _joined(cell: str, items: list[tuple[Word, Band]]) -> Placed:
    """The entries of one cell, which may stand on several lines or pages, as one text.

    In doubt if one stands on a page without the row's label: it may belong to another row.
    """
    items = sorted(items, key=lambda item: (item[0].box.page, item[0].box.y, item[0].box.x0))
    words = [word for word, _ in items]
    overleaf = any(word.box.page not in {box.page for box in band.boxes} for word, band in items)
    doubt = next((word.doubt for word in words if word.doubt), CUT if overleaf else "")
    band = items[0][1]
    return Placed(cell, text_of(words), words[0].box, band.certainty, len(items), doubt=doubt, margin=band.margin)
