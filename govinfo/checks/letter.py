"""A letter to the agency: what does not agree in its report, each in a sentence, politely and with the arithmetic."""

from __future__ import annotations

import pandas as pd

from govinfo.checks.problems import SHOWN_SETS, cell_words, in_language, joined, say, suggested


def letter(report, lang: str = "zh") -> str:
    """The text of a letter to the agency of a report: a numbered sentence for each finding, errors before questions.

    Left out is what must not be laid at the agency's door: findings whose verdict is the reading, those that rest on a
    cell read with doubt (unless every suspect was read without), those a reviewer dismissed, and rules that cannot tell.
    A suggestion follows once, after the last of the sentences that it explains. Nothing to ask gives one line that says so,
    and how many rules fail all the same, by figures that were read with doubt or by what a reviewer dismissed.

    Plain text, not HTML; lines end in "\\n".
    """
    asked = addressed(report.findings, report.cells)
    if asked.empty:
        left = int((report.findings["outcome"] == "fail").sum()) if len(report.findings) else 0
        unsure = say("letter.unsure", lang, count=left) if left else ""
        return say("letter.nothing", lang, agency=report.agency or report.report_id) + unsure + "\n"
    errors, questions = (asked[asked["severity"] == severity] for severity in ("error", "question"))
    year = "" if pd.isna(report.year) else say("letter.year", lang, year=report.year)
    lines = [say("letter.opening", lang, agency=report.agency or report.report_id)]
    if len(errors):
        lines += [say("letter.about", lang, year=year), *_numbered(errors, report.cells, lang)]
    if len(questions):
        heading = "letter.asks" if len(errors) else "letter.only_asks"
        lines += [say(heading, lang, year=year), *_numbered(questions, report.cells, lang)]
    return "\n".join([*lines, say("letter.closing", lang)]) + "\n"


def addressed(findings: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The findings that the agency, and nobody else, can answer."""
    if findings.empty:
        return findings
    doubted = set(cells.loc[cells["flag"] == "doubt", "cell"])
    unsure = findings["cells"].map(lambda text: not doubted.isdisjoint(text.split())).astype(bool)
    ours = (findings["verdict"] == "open") & unsure
    kept = (findings["outcome"] == "fail") & (findings["verdict"] != "reading") & ~ours
    return findings[kept & (findings["review"] != "dismissed")] if "review" in findings else findings[kept]


def _numbered(findings: pd.DataFrame, cells: pd.DataFrame, lang: str) -> list[str]:
    rows = findings.to_dict("records")
    last = {row["suggestion"]: k for k, row in enumerate(rows)}
    sentences = [sentence(row, cells, lang, advice=last[row["suggestion"]] == k) for k, row in enumerate(rows)]
    return [f"{k}. {text}" for k, text in enumerate(sentences, 1)]


def sentence(finding: dict, cells: pd.DataFrame, lang: str = "zh", advice: bool = True) -> str:
    """One finding as a sentence with its page, and, if `advice`, the change that would make the figures agree."""
    said = in_language(finding["message"], lang).rstrip("。.")
    page = "" if finding["rule"].startswith("claim.") else _page(finding, cells, lang)
    end, gap = {"zh": ("。", ""), "en": (".", " ")}[lang]
    text = f"{said[:1].upper()}{said[1:]}{page}{end}"
    return f"{text}{gap}{_advice(finding, cells, lang)}".rstrip() if advice else text


def _page(finding: dict, cells: pd.DataFrame, lang: str) -> str:
    pages = cells.loc[cells["cell"].isin(finding["cells"].split()), "page"].dropna().unique()
    joint = {"zh": "、", "en": ", "}[lang].join(str(int(page)) for page in sorted(pages))
    return say("letter.page", lang, page=joint) if joint else ""


def _advice(finding: dict, cells: pd.DataFrame, lang: str) -> str:
    sets = [one for one in suggested(finding) if "?" not in one.values()]
    if not sets or len(sets) < len(suggested(finding)) or len(sets) > SHOWN_SETS:
        return ""
    raw = dict(zip(cells["cell"], cells["raw"], strict=True))
    words = [[_change(cell, value, raw.get(cell), lang) for cell, value in one.items()] for one in sets]
    return say("letter.one" if len(sets) == 1 else "letter.several", lang, changes=joined(words, lang))


def _change(cell: str, value: str, raw: str | None, lang: str) -> str:
    """A change in words, with what is printed; a cell of another report stands without it."""
    if raw is None:
        return say("letter.change_elsewhere", lang, cell=cell_words(cell, lang), value=value)
    return say("letter.change", lang, cell=cell_words(cell, lang), value=value, found=raw or say("shown.blank", lang))
