"""Grids of ruled pages, from Camelot: cells with spans, text, page and box."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from govinfo.document import Box, Grid, GridCell, ReadError

from .words import upright

# Only lines of text are wanted, not their reading order as paragraphs: boxes_flow=None halves the time.
OPTIONS = {
    "split_text": True,
    "suppress_stdout": True,
    "layout_kwargs": {"boxes_flow": None},
}

# Dots per inch of the picture in which Camelot looks for rules. At its own 300 a page takes twice the memory and time,
# and 200 layouts (120 of all kinds, 8 of each crossing) are read no better.
RESOLUTION = 200
THIN = 3.0  # points: a path thinner than this is a rule
STICKS_OUT = 60.0  # points by which an upright rule may be longer than the text beside it


def grids(path: Path, pages: Iterable[int], heights: dict[int, float], engine: str) -> list[Grid]:
    """The ruled tables on some pages, top to bottom.

    `heights` gives each page's height in points, to turn Camelot's bottom-left origin into top-left.
    `engine` is Camelot's: "vector" for pages with vector rules, "combined" for the others. Raises ReadError where a
    page is too damaged for Camelot.
    """
    wanted = sorted(pages)
    calls = (
        [[page] for page in wanted] if engine == "combined" else [wanted]
    )  # it keeps the pictures of all pages of a call
    found = [
        _grid(table, heights[table.page], engine) for some in calls if some for table in _tables(path, some, engine)
    ]
    return sorted(found, key=lambda grid: (grid.page, min(c.box.y0 for c in grid.cells)))


def grids_in(path: Path, areas: Iterable[Box], heights: dict[int, float]) -> list[Grid]:
    """The ruled tables inside given areas: for parts with too few crossing rules for Camelot to notice them by itself."""
    by_page: dict[int, list[str]] = {}
    for area in _widened(path, areas):
        height = heights[area.page]
        by_page.setdefault(area.page, []).append(f"{area.x0},{height - area.y0},{area.x1},{height - area.y1}")
    found = []
    for page, corners in sorted(by_page.items()):
        tables = _tables(path, [page], "vector", table_areas=corners)
        found += [_grid(table, heights[page], "vector, area") for table in tables]
    return found


def _tables(path: Path, pages: list[int], engine: str, **options) -> Iterable:
    """Camelot's tables; whatever breaks inside it on a damaged page is said of the page.

    The path is absolute: a relative one may look like a web address, and Camelot would fetch it.
    """
    from camelot.handlers import PDFHandler

    handler = PDFHandler(path.absolute(), pages=",".join(map(str, pages)))
    try:
        with warnings.catch_warnings(), without_logs("playa", "camelot"):
            warnings.simplefilter("ignore")  # "no tables found": an empty result says so already
            return handler.parse(flavor=_flavor(), engine=engine, backend=_renderer(), **OPTIONS, **options)
    except MemoryError:
        raise
    except Exception as error:  # it reads a page as it finds it, and breaks in many ways on one that is broken
        found = " ".join(f"damaged content that Camelot cannot read ({type(error).__name__}: {error})".split())[:200]
        do = "Open it, print it to a new PDF, and read that."
        raise ReadError(path, page=min(pages), expected="a page whose content is whole", found=found, do=do) from error


@cache
def _flavor() -> str:
    """Camelot's lattice without what is not needed of a table: its data frame and the list of all text on the page."""
    from camelot.handlers import PARSERS
    from camelot.parsers import Lattice
    from camelot.utils import compute_whitespace

    class Cells(Lattice):
        def record_parse_metadata(self, table):
            if table._bbox in self.table_bbox_parses:
                self.compute_parse_errors(table)  # this also puts the text into the cells
            table.whitespace = compute_whitespace(table.data)  # decides whether it is a table at all

    PARSERS["cells"] = Cells
    return "cells"


@cache
def _renderer():
    """Camelot's renderer at our resolution, without the copies of the picture that it makes on the way."""
    from camelot.backends.pdfium_backend import PdfiumBackend
    from pypdfium2 import PdfDocument

    class Renderer(PdfiumBackend):
        def to_array(self, pdf_path, resolution=RESOLUTION, page=1):
            with PdfDocument(pdf_path) as pdf:
                pdf.init_forms()
                return pdf[page - 1].render(scale=resolution / 72).to_numpy()[:, :, :3]

    return Renderer()


@contextmanager
def without_logs(*names: str) -> Iterator[None]:
    """Keep libraries from telling the user about every oddity of a damaged file."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _widened(path: Path, areas: Iterable[Box]) -> list[Box]:
    """Areas as large as the rules that cross them: Camelot drops a rule that sticks out of its area."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    with pypdfium2.PdfDocument(path) as pdf:
        found = []
        for area in areas:
            page = pdf[area.page - 1]
            shown = upright(page)
            bounds = [rule.get_bounds() for rule in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])]
            rules = [Box(area.page, *shown(x0, x1, bottom, top)) for x0, bottom, x1, top in bounds]
            found.append(_around(area, [rule for rule in rules if _crosses(rule, area)]))
        return found


def _crosses(rule: Box, area: Box) -> bool:
    """Whether a thin path is a rule of the area: flat and at a height within it, or upright and no longer than it."""
    wide, high = rule.x1 - rule.x0, rule.y1 - rule.y0
    flat = high < THIN < wide and area.y0 <= rule.y <= area.y1
    upright = wide < THIN < high and area.y0 <= rule.y <= area.y1 and high < (area.y1 - area.y0) + STICKS_OUT
    return flat or upright


def _around(area: Box, rules: list[Box]) -> Box:
    for rule in rules:
        area = area.union(Box(area.page, rule.x0 - 1, rule.y0 - 1, rule.x1 + 1, rule.y1 + 1))
    return area


def _grid(table, height: float, engine: str) -> Grid:
    return Grid(cells=tuple(_merged(table, table.page, height)), source=f"camelot lattice {engine}", page=table.page)


def _merged(table, page: int, height: float):
    """Camelot's elementary cells joined where no rule stands between them."""
    cells, seen = table.cells, set()
    for r, row in enumerate(cells):
        for c, cell in enumerate(row):
            if (r, c) in seen:
                continue
            region = _region(cells, r, c, seen)
            parts, columns = [cells[a][b] for a, b in region], [b for _, b in region]
            yield GridCell(
                row=r,
                column=min(columns),
                text="\n".join(t for part in parts if (t := part.text.strip("\n"))),
                rowspan=region[-1][0] - r + 1,
                colspan=max(columns) - min(columns) + 1,
                box=Box(
                    page,
                    min(part.x1 for part in parts),
                    height - max(part.y2 for part in parts),
                    max(part.x2 for part in parts),
                    height - min(part.y1 for part in parts),
                ),
            )


def _region(cells, r: int, c: int, seen: set) -> list[tuple[int, int]]:
    stack, region = [(r, c)], []
    seen.add((r, c))
    while stack:
        a, b = stack.pop()
        region.append((a, b))
        cell = cells[a][b]
        for da, db, closed in ((0, 1, cell.right), (1, 0, cell.bottom), (0, -1, cell.left), (-1, 0, cell.top)):
            place = (a + da, b + db)
            inside = 0 <= place[0] < len(cells) and 0 <= place[1] < len(cells[0])
            if inside and not closed and place not in seen:
                seen.add(place)
                stack.append(place)
    return sorted(region)
