"""The published figures set as web page, DOCX and run-together text: tables of (text, rowspan, colspan), as agencies do."""

import csv
import io
import zipfile
from collections import defaultdict
from html import escape
from pathlib import Path

from govinfo.form import VERSIONS, load_form

ROOT = Path(__file__).resolve().parents[1]
TITLE = "示例市示例局2024年政府信息公开工作年度报告"


def figures():
    """report_id -> {cell: raw} of all facsimiles' figures."""
    found = defaultdict(dict)
    with open(ROOT / "data" / "raw" / "figures.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["report_id"]][row["cell"]] = row["raw"]
    return dict(found)


def _t2(raws):
    version = max(VERSIONS, key=lambda v: sum(c.id in raws for c in load_form(v).cells if c.section == "t2"))
    rows = []
    for block in (b for b in load_form(version).blocks if b.section == "t2"):
        width = 3 // len(block.columns) if len(block.columns) != 2 else 1
        lines = [[(block.label.zh, 1, 4)]]
        lines.append([(block.corner.zh, 1, 1), *((c.label.zh, 1, width) for c in block.columns)])
        printed = [r for r in block.rows if any(block.cell_id(r.id, c.id) in raws for c in block.columns)]
        for row in printed:
            cells = [(raws.get(block.cell_id(row.id, c.id), ""), 1, width) for c in block.columns]
            lines.append([(row.label.zh, 1, 1), *cells])
        rows += lines if printed else []
    return rows


def _t3(raws):
    block = load_form("2021").block("t3")
    names = [c.label.zh for c in block.columns]
    rows = [
        [(block.corner.zh, 3, 3), ("申请人情况", 1, 7)],
        [(names[0], 2, 1), ("法人或其他组织", 1, 5), (names[6], 2, 1)],
        [(name, 1, 1) for name in names[1:6]],
    ]
    done = [(line, path) for line, path in t3_lines(block, raws) if path]
    for line, path in t3_lines(block, raws):
        cells = []
        for depth, group in enumerate(path):
            same = [other for other, p in done if len(p) > depth and p[depth] is group]
            if same[0] is line:
                cells.append((group.label.zh, len(same), 1))
        cells.append((line.label.zh, 1, 3 - len(path)))
        rows.append(cells + [(raws.get(block.cell_id(line.id, c.id), ""), 1, 1) for c in block.columns])
    return rows


def t3_lines(block, raws):
    """The rows printed, each with the groups above it; a group with figures of its own is one row."""
    groups = {g.id: g for g in block.group_lines if any(block.cell_id(g.id, c.id) in raws for c in block.columns)}
    lines = {}
    for row in block.rows:
        line = groups.get(row.group, row)
        if any(block.cell_id(line.id, c.id) in raws for c in block.columns):
            path = block.group_path(line, "rows")
            lines.setdefault(line.id, (line, path))
    return list(lines.values())


def _t4(raws):
    block = load_form("2021").block("t4")
    five = [c.label.zh for c in block.columns[:5]]
    return [
        [("行政复议", 1, 5), ("行政诉讼", 1, 10)],
        [*((name, 2, 1) for name in five), ("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [(name, 1, 1) for name in five * 2],
        [(raws.get(block.cell_id("", c.id), ""), 1, 1) for c in block.columns],
    ]


def tables(raws):
    """The sections with tables: heading and rows."""
    return [
        ("二、主动公开政府信息情况", _t2(raws)),
        ("三、收到和处理政府信息公开申请情况", _t3(raws)),
        ("四、政府信息公开行政复议、行政诉讼情况", _t4(raws)),
    ]


def as_html(raws, cell="<p><span>{}</span></p>"):
    """A plain web page with the site around the report."""
    parts = []
    for heading, rows in tables(raws):
        lines = [
            "<tr>"
            + "".join(f'<td rowspan="{r}" colspan="{c}">{cell.format(escape(t))}</td>' for t, r, c in row)
            + "</tr>"
            for row in rows
        ]
        parts.append(f"<p>{heading}</p><table border=1><tbody>{''.join(lines)}</tbody></table>")
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{TITLE}_示例市人民政府</title></head><body>"
        "<ul><li><a href='/'>首页</a></li></ul><script>var a='<td>1</td>';</script>"
        "<table><tr><td>天气</td><td>12</td></tr></table>"
        f"<div><p>一、总体情况</p><p>全年主动公开信息&nbsp;12&nbsp;条。</p>{''.join(parts)}"
        "<p>五、存在的主要问题及改进情况</p><p>六、其他需要报告的事项</p><p>无。</p></div>"
        "<table><tr><td>网站访问量</td><td>123456</td></tr></table></body></html>"
    )


def as_docx(raws, pictures=None):
    """The bytes of a DOCX with merged cells, sections without figures left out; `pictures`: name -> content."""
    others = {f"word__media__{name}": content for name, content in (pictures or {}).items()}
    return docx(as_docx_body(raws), **others)


def as_docx_body(raws):
    """What stands in the body of that DOCX."""
    paragraphs = [TITLE, "一、总体情况", "全年主动公开信息12条。"]
    body = "".join(map(_paragraph, paragraphs))
    for heading, rows in tables(raws):
        body += _paragraph(heading)
        body += f"<w:tbl>{''.join(_docx_rows(rows))}</w:tbl>" if _has_figures(heading, raws) else ""
    return body + _paragraph("六、其他需要报告的事项")


def _has_figures(heading, raws):
    section = {"二": "t2.", "三": "t3.", "四": "t4."}[heading[0]]
    return any(cell.startswith(section) for cell in raws)


def docx(body, **others):
    """A DOCX file with this body."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>')
        for name, content in others.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def _paragraph(text):
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _docx_rows(rows):
    """Rows in which merged cells are repeated with vMerge, as Word writes them."""
    hanging = {}  # column -> (rows left, colspan)
    for row in rows:
        cells, column, items, next_hanging = [], 0, list(row), {}
        while items or column in hanging:
            if column in hanging:
                left, span = hanging[column]
                text, merge = "", "<w:vMerge/>"
            else:
                text, down, span = items.pop(0)
                left, merge = down, '<w:vMerge w:val="restart"/>' if down > 1 else ""
            if left > 1:
                next_hanging[column] = (left - 1, span)
            cells.append(_docx_cell(text, span, merge))
            column += span
        hanging = next_hanging
        yield "<w:tr>" + "".join(cells) + "</w:tr>"


def _docx_cell(text, span, merge):
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merge}</w:tcPr>{_paragraph(text)}</w:tc>'


def as_tabs(raws):
    """The tables as tab-separated text, merged cells collapsed."""
    return "\n\n".join("\n".join("\t".join(text for text, _, _ in row) for row in rows) for _, rows in tables(raws))


def as_running_text(raws, gap=""):
    """All cells of all tables in a row, nothing (or `gap`) between them, prose around."""
    text = f"{TITLE}\n一、总体情况2024年，主动公开规章3件，受理申请12件。"
    for heading, rows in tables(raws):
        text += heading + gap.join(cell for row in rows for cell, _, _ in row)
    return text + "五、存在的主要问题及改进情况（一）存在问题。1.不够细致。六、其他需要报告的事项无。"


def invented(seed):
    """A consistent report of 2021 with invented figures: busier ones with higher seeds modulo 5."""
    import random

    rng = random.Random(seed)
    block = load_form("2021").block("t3")
    size, names = (1, 9, 40, 300, 3000)[seed % 5], [c.id for c in block.columns[:-1]]
    rows = {r.id: [_count(rng, size) if c < 2 else _count(rng, size // 8) for c in range(6)] for r in block.rows}
    outcomes = [r.id for r in block.rows if r.role == "outcome"]
    rows["total"] = [sum(rows[r][c] for r in outcomes) for c in range(6)]
    rows["carried_out"] = [rng.randint(0, max(1, total // 9)) for total in rows["total"]]
    closed = [a + b for a, b in zip(rows["total"], rows["carried_out"], strict=True)]
    rows["carried_in"] = [rng.randint(0, n // 5) for n in closed]
    rows["new"] = [a - b for a, b in zip(closed, rows["carried_in"], strict=True)]
    raws = {f"t3.{r}.{name}": str(n) for r, row in rows.items() for name, n in zip(names, row, strict=True)}
    raws |= {f"t3.{r}.total": str(sum(row)) for r, row in rows.items()}
    for group in ("review", "direct", "after_review"):
        parts = [_count(rng, size // 4) for _ in range(4)]
        kinds = ("upheld", "corrected", "other", "pending", "total")
        raws |= {f"t4.{group}.{k}": str(n) for k, n in zip(kinds, [*parts, sum(parts)], strict=True)}
    t2 = [c.id for c in load_form("2021").cells if c.section == "t2"]
    return raws | {cell: str(_count(rng, 500)) for cell in t2}


def _count(rng, most):
    return rng.randint(0, most) if most > 0 and rng.random() < 0.45 else 0
