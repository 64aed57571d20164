"""Every finding on the real figures, with its arithmetic and a person's judgement.

    python benchmarks/findings.py [--write]

Tier A: the 120 reports of data/raw and the two of tests/data, read from their PDFs. Tier B: the 260 reports known in part
(data/raw/stated.csv), their cells through the same rules, and sentences written from what is known of their prose
(benchmarks/stated_prose.csv; own words, the figures are the reports') through the same claims and comparison.

benchmarks/findings_judged.csv holds one row a failure: `judgement` is "true" (the figures cannot all be right), "ask" (a
question well put) or "false", `why` says it as a person would. Failures that nobody has judged, judged ones that do not come
out any more, and false ones are listed, and then the exit status is 1. --write adds new failures, to be judged, and brings
the other columns up to date; judgements are kept.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from govinfo import read_corpus
from govinfo.checks.cross import across_levels, across_years, previous_reports
from govinfo.checks.findings import form_cell
from govinfo.checks.problems import in_language
from govinfo.document import Line
from govinfo.form import form_year, load_form
from govinfo.placing.values import clean, resolve_marks
from govinfo.prose.claims import find_claims
from govinfo.prose.copied import left_over
from govinfo.report import find

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
JUDGED = HERE / "findings_judged.csv"
ABOUT = ["report_id", "agency", "agency_id", "year", "level", "province", "scope"]
KEY = ["report_id", "rule", "expected", "found"]
SHOWN = [*KEY, "tier", "severity", "arithmetic", "suggestion", "slip", "verdict"]
SAID = {  # cells of stated.csv that only the prose has
    "t3.received_ambiguous.total": "受理政府信息公开申请{}件。",
    "t3.new_plus_carried_in.total": "受理政府信息公开申请{}件。",
    "t3.granted_or_partial.total": "予以公开及部分公开{}件。",
    "t4.litigation.total": "行政诉讼{}件。",
}


def tier_a() -> pd.DataFrame:
    """The findings of all reports known in full."""
    return read_corpus([ROOT / "data" / "raw", ROOT / "tests" / "data"], progress=False).findings


def tier_b() -> pd.DataFrame:
    """The findings of all reports known in part."""
    stated = pd.read_csv(ROOT / "data" / "raw" / "stated.csv", dtype="str", keep_default_na=False)
    reports = stated[ABOUT].drop_duplicates("report_id").astype({"year": int}).assign(parent="")
    cells = _cells(stated)
    kept = reports[reports["report_id"].isin(cells["report_id"])]
    across = [across_years(cells, kept), across_levels(cells, kept)]
    return pd.concat([_within(cells, reports, _sentences(stated)), *across], ignore_index=True)


def _cells(stated: pd.DataFrame) -> pd.DataFrame:
    """What is known of each report's cells; the others of its form are missing, or stand in a group that is known."""
    rows = []
    for (report_id, year), own in stated.groupby(["report_id", "year"], sort=False):
        known = {row["cell"]: row for row in own.to_dict("records") if form_cell(row["cell"])}
        for cell, row in known.items():
            read = clean(row["raw"] or row["value"], form_cell(cell))
            rows.append((report_id, cell, read.value, form_cell(cell).unit, row["raw"], read.flag, read.note))
        for cell in load_form(form_year(int(year))).cells:
            group = f"{cell.section}.{cell.row.split('.')[0]}"
            note = f"in group {group}" if f"{group}.{cell.column}" in known and "." in cell.row else ""
            if cell.id not in known:
                rows.append((report_id, cell.id, None, cell.unit, "", "missing", note))
    columns = ["report_id", "cell", "value", "unit", "raw", "flag", "note"]
    return resolve_marks(pd.DataFrame(rows, columns=columns).astype({"value": float}))


def _sentences(stated: pd.DataFrame) -> dict[str, list[str]]:
    written = pd.read_csv(HERE / "stated_prose.csv", dtype="str")
    found = written.groupby("report_id")["sentence"].agg(list).to_dict()
    for row in stated[stated["cell"].isin(SAID)].to_dict("records"):
        found.setdefault(row["report_id"], []).append(SAID[row["cell"]].format(row["value"]))
    return found


def _within(cells: pd.DataFrame, reports: pd.DataFrame, sentences: dict[str, list[str]]) -> pd.DataFrame:
    of, known = dict(list(cells.groupby("report_id", sort=False))), {}
    for row in reports.to_dict("records"):
        prose = [Line(sentence, 1) for sentence in sentences.get(row["report_id"], [])]
        claims = find_claims(prose, row["year"], row["agency"])
        own = of.get(row["report_id"], cells.iloc[:0])
        known[row["report_id"]] = SimpleNamespace(**row, cells=own, claims=claims, prose=prose)
    before = previous_reports(reports)
    parts = [find(one, known.get(before.get(name, ""))) for name, one in known.items()]
    return pd.concat([*parts, *(left_over(one.prose, one) for one in known.values())], ignore_index=True)


def failures() -> pd.DataFrame:
    """All that fails, one row each, with what a person needs to judge it."""
    found = pd.concat([tier_a().assign(tier="A"), tier_b().assign(tier="B")], ignore_index=True)
    found = found[found["outcome"] == "fail"]
    found = found.assign(arithmetic=[in_language(message, "en") for message in found["message"]])
    return found[SHOWN].drop_duplicates(KEY, ignore_index=True)


def judged(found: pd.DataFrame) -> pd.DataFrame:
    """The failures beside the judgements on file; `judgement` is "" where there is none."""
    known = pd.read_csv(JUDGED, dtype="str", keep_default_na=False) if JUDGED.is_file() else pd.DataFrame()
    if known.empty:
        return found.assign(judgement="", why="")
    return found.merge(known[[*KEY, "judgement", "why"]], on=KEY, how="left").fillna("")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    table = judged(failures())
    known = pd.read_csv(JUDGED, dtype="str", keep_default_na=False) if JUDGED.is_file() else table.iloc[:0]
    gone = known.merge(table[KEY], on=KEY, how="left", indicator=True).query("_merge == 'left_only'")
    if options.write:
        table.to_csv(JUDGED, index=False, lineterminator="\n", encoding="utf-8")
    counts = table.groupby(["tier", "severity", "judgement"]).size()
    print(counts.rename("failures").to_frame().to_string())
    open_, false = table[table["judgement"] == ""], table[table["judgement"] == "false"]
    for title, rows in (("not judged", open_), ("false", false), ("judged, but gone", gone)):
        print(f"\n{title}: {len(rows)}")
        for row in rows.to_dict("records"):
            print("  ", *(row[name] for name in ("tier", "severity", "report_id", "rule", "arithmetic")), sep=" | ")
    return int(bool(len(open_) + len(false) + len(gone)))


if __name__ == "__main__":
    sys.exit(main())
