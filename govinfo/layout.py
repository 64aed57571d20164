"""Sections in the official layout: rows and columns in the form's order, under its labels."""

from __future__ import annotations

import pandas as pd

from govinfo.form import Block, Line, load_form


def official_table(report, section: str, lang: str = "zh") -> pd.DataFrame:
    """One section of a report as it is printed: texts as published, labels in Chinese or English.

    `section` is "t2", "t3" or "t4". The index holds the group of a row and the row, the columns the group and the column;
    a cell that the report does not print is "". A group printed as one row stands in its items' place. Raises KeyError
    for another section and ValueError for another language.

    Returns a DataFrame of strings.
    """
    if section not in report.versions:
        raise KeyError(f"section {section!r}: expected one of 二, 三, 四 (or {', '.join(report.versions)})")
    blocks = [b for b in load_form(report.versions[section]).blocks if b.section == section]
    raw = dict(zip(report.cells["cell"], report.cells["raw"], strict=True))
    parts = [block_table(block, raw, lang) for block in blocks]
    return parts[0] if len(parts) == 1 else pd.concat(parts).fillna("")


def block_table(block: Block, texts: dict[str, str], lang: str) -> pd.DataFrame:
    """One block of a section with the given text (cell id -> text) in each cell; rows without a cell are left out."""
    rows = [line for line in printed_lines(block, texts)]
    data = [[texts.get(block.cell_id(row.id, column.id), "") for column in block.columns] for row in rows]
    index = pd.MultiIndex.from_tuples([(_group(block, row, "rows", lang), row.label[lang]) for row in rows])
    columns = pd.MultiIndex.from_tuples([(_group(block, c, "columns", lang), c.label[lang]) for c in block.columns])
    return pd.DataFrame(data, index=index, columns=columns, dtype="str")


def printed_lines(block: Block, texts) -> list[Line]:
    """The rows of a block in order, a group in place of its items where a report prints it as one row."""
    groups = {g.id: g for g in block.group_lines if block.cell_id(g.id, block.columns[-1].id) in texts}
    lines: list[Line] = []
    for line in block.rows:
        if line.group not in groups:
            lines.append(line)
        elif groups[line.group] not in lines:
            lines.append(groups[line.group])
    return lines


def _group(block: Block, line: Line, axis: str, lang: str) -> str:
    path = block.group_path(line, axis)
    if path:
        return path[-1].label[lang]
    return block.label[lang] if block.section == "t2" and axis == "rows" else ""
