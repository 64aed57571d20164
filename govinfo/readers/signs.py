"""Signs of the form in any text: which tables and which part of a file can belong to the report."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from govinfo.document import Grid
from govinfo.form import VERSIONS, load_form
from govinfo.placing.labels import body
from govinfo.placing.printed import is_figure, is_mark


@cache
def signs() -> tuple[str, ...]:
    """Labels of the form long enough that other text hardly ever holds two of them, without punctuation."""
    blocks = [block for version in VERSIONS for block in load_form(version).blocks]
    labels = {line.label.zh for b in blocks for line in (*b.rows, *b.columns, *b.row_groups, *b.column_groups)}
    labels |= {b.label.zh for b in blocks if b.section == "t2"} | {"信息内容", "申请人情况"}
    return tuple(sorted({body(label)[:12] for label in labels if len(body(label)) >= 4}))


def count_signs(text: str) -> int:
    """How many of the form's labels a text holds.

    >>> count_signs("一、本年新收政府信息公开申请数量 0 （一）予以公开 0"), count_signs("今日天气")
    (2, 0)
    """
    flat = body(text)
    return sum(sign in flat for sign in signs())


def form_grids(grids: Sequence[Grid]) -> list[Grid]:
    """The grids with a sign of the form, and those of bare figures that follow one; all other tables are left out."""
    found, open_ = [], False
    for grid in grids:
        texts = [cell.text for cell in grid.cells]
        bare = any(is_figure(t) for t in texts) and all(is_figure(t) or is_mark(t) for t in texts)
        open_ = count_signs("\n".join(texts)) > 0 or (open_ and bare)
        if open_:
            found.append(grid)
    return found
