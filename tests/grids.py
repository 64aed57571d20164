"""Grids for tests, from rows of texts: `None` is covered by the cell to its left, "^" by the cell above."""

from govinfo.document import Box, Grid, GridCell

WIDTH, HEIGHT = 40.0, 20.0


def grid(rows, page=1, top=0.0, boxes=True):
    """A grid whose cells are 40 x 20 points, from rows of texts of equal length."""
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text is None or text == "^":
                continue
            colspan, rowspan = 1, 1
            while c + colspan < len(row) and row[c + colspan] is None:
                colspan += 1
            while r + rowspan < len(rows) and rows[r + rowspan][c] == "^":
                rowspan += 1
            sides = (c * WIDTH, top + r * HEIGHT, (c + colspan) * WIDTH, top + (r + rowspan) * HEIGHT)
            cells.append(GridCell(r, c, text, rowspan, colspan, Box(page, *sides) if boxes else None))
    return Grid(tuple(cells), "test", page)


HEADER = [
    ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", None, None, "申请人情况", *[None] * 6],
    ["^", None, None, "自然人", "法人或其他组织", *[None] * 4, "总计"],
    ["^", None, None, "^", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "^"],
]
