"""Text left over from another report: another year, another agency (rules.toml, [[text]]); all of it questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pandas as pd

from govinfo.checks.findings import message_of, placed, plain_finding, table_of
from govinfo.checks.identities import rule_table
from govinfo.document import Line
from govinfo.prose.sentences import Sentence, sentences

_QUOTED = re.compile("《[^》]*》?")  # titles of documents name years and agencies of their own
_CLAUSE = "[,，;；:：。]"


def left_over(prose: Iterable[Line], report) -> pd.DataFrame:
    """Years and agencies in the prose that are not the report's own, as findings: one for each rule, at its first place.

    `report` has report_id, agency, year, level and scope. What is compared with last year, quoted as a title or said of
    next year is passed over; where agency or year are not known, nothing is asked about them.

    >>> from types import SimpleNamespace
    >>> office = SimpleNamespace(report_id="r", agency="洪泽区审计局", year=2024, level="department", scope="own organ")
    >>> text = [Line("本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。我委高度重视。", 1)]
    >>> left_over(text, office)[["rule", "expected", "found"]].values.tolist()
    [['text.period', '2024', '2023'], ['text.we', '洪泽区审计局', '我委']]
    """
    said, rows = list(sentences(prose)), []
    for rule in rule_table()["text"]:
        places = [
            (one, match) for one in said for match in _matches(rule, one) if _KINDS[rule["kind"]](rule, match, report)
        ]
        if places:
            rows.append(_row(rule, report, *places[0]))
    return table_of(rows)


def _matches(rule: dict, sentence: Sentence) -> Iterator[re.Match]:
    """Places of a sentence where a pattern of the rule is found, unless its clauses hold what excuses it."""
    text = _QUOTED.sub(lambda match: "《" * len(match.group()), sentence.text)
    for pattern in rule["patterns"]:
        for match in _compiled(pattern).finditer(text):
            if "unless" not in rule or not _compiled(rule["unless"]).search(_clauses(text, match)):
                yield match


def _clauses(text: str, match: re.Match) -> str:
    """The clauses that a match lies in, from the punctuation before it to that after it."""
    before = [m.end() for m in re.finditer(_CLAUSE, text[: match.start()])]
    after = re.search(_CLAUSE, text[match.end() :])
    return text[before[-1] if before else 0 : match.end() + after.start() if after else len(text)]


@cache
def _compiled(pattern: str) -> re.Pattern:
    return re.compile(pattern)


def _other_year(rule: dict, match: re.Match, report) -> bool:
    """A year that the report is not on; `before` = only the year before, as most text is left over from there."""
    if pd.isna(report.year):
        return False
    year, own = int(match["year"]), int(report.year)
    return year == own - 1 if rule.get("only") == "before" else year != own


def _stale_plan(rule: dict, match: re.Match, report) -> bool:
    """What is planned for a year that is over when the report is published."""
    return not pd.isna(report.year) and int(match["year"]) <= int(report.year)


def _other_we(rule: dict, match: re.Match, report) -> bool:
    """我局, 我委 and the like in the report of an organ that is none."""
    return report.scope == "own organ" and bool(report.agency) and match["found"][1:] not in report.agency


def _other_name(rule: dict, match: re.Match, report) -> bool:
    """A name that has less than half of its characters from the agency's (short forms have all of them)."""
    name = match["found"]
    return bool(report.agency) and 2 * sum(letter in report.agency for letter in name) < len(name)


def _above(rule: dict, match: re.Match, report) -> bool:
    """A government above the organ."""
    return report.level in rule["levels"] and match["found"] not in report.agency


_KINDS: dict[str, Callable[[dict, re.Match, object], bool]] = {
    "year": _other_year,
    "plan": _stale_plan,
    "we": _other_we,
    "name": _other_name,
    "above": _above,
}


def _row(rule: dict, report, sentence: Sentence, match: re.Match) -> dict:
    of_year = rule["kind"] in ("year", "plan")
    found, expected = (match["year"], str(int(report.year))) if of_year else (match["found"], report.agency)
    start = max(match.start() - 20, 0)
    page = sentence.page(match.start())
    words = {"quote": sentence.printed[start : match.end() + 20], "page": str(page)}
    return plain_finding(
        report.report_id,
        rule["id"],
        rule["severity"],
        placed(message_of(rule), page),
        expected=expected,
        found=found,
        **words,
    )
