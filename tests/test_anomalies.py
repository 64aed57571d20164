"""The real oddities on record come out as expected, and what must pass passes."""

import csv
import sys
from functools import cache
from pathlib import Path

import pytest

from govinfo import read_corpus

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT.parent / "shared" / "facts" / "anomalies.csv"
sys.path.insert(0, str(ROOT / "benchmarks"))
BY_KIND = {"disclosed_items by kind": "claim.disclosed_items.parts", "shares": "claim.share"}


def recorded():
    if not RECORD.is_file():
        return []
    with RECORD.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def known_in_part():
    import findings

    return findings.tier_b()


@cache
def all_findings():
    """What fails in the reports on record: those known in full from their PDFs, the others from what is known of them."""
    import pandas as pd

    ids = {row["report_id"] for row in recorded()} | {"suqian-2023", "hongze-2023"}
    paths = [
        path for path in sorted([*ROOT.glob("data/raw/*.pdf"), *ROOT.glob("tests/data/*.pdf")]) if path.stem in ids
    ]
    found = pd.concat([read_corpus(paths, jobs=1, progress=False).findings, known_in_part()], ignore_index=True)
    return found[(found["outcome"] == "fail") & found["report_id"].isin(ids)].to_dict("records")


def about(row):
    """The findings that an entry of the record is about: of its claim, or with one of its cells."""
    own = [one for one in all_findings() if one["report_id"] == row["report_id"]]
    where = row["where"].removeprefix("claim ")
    if where != row["where"]:
        rule = "claim.share" if where.startswith("share of") else BY_KIND.get(where, f"claim.{where}")
        return [one for one in own if one["rule"] == rule]
    return [one for one in own if set(one["cells"].split()) & set(where.split(" and "))]


def same(said, figure):
    return abs(float(said) - float(figure)) < 0.051 if "." in figure else said == figure


@pytest.mark.skipif(not RECORD.is_file(), reason="the published figures are not at hand")
@pytest.mark.parametrize("row", recorded(), ids=lambda row: f"{row['report_id']} {row['where']}")
def test_an_oddity_on_record_comes_out_as_expected(row):
    found = [one for one in about(row) if same(one["found"], row["published"])]
    if row["expected"] == "pass":
        assert not found
    else:
        (one,) = found
        assert (one["outcome"], one["severity"]) == (row["expected"], row["severity"])
        assert same(one["expected"], row["recomputed"])


@pytest.mark.skipif(not RECORD.is_file(), reason="the published figures are not at hand")
def test_reports_whose_oddities_must_all_pass_have_no_error():
    passing = {row["report_id"] for row in recorded()} - {r["report_id"] for r in recorded() if r["expected"] == "fail"}
    errors = [one for one in all_findings() if one["report_id"] in passing and one["severity"] == "error"]
    assert passing and not errors


def test_every_failure_in_figures_known_in_part_is_judged_and_none_is_false():
    """Those in the prose are judged by `make bench`."""
    import findings

    table = known_in_part()
    table = table[(table["outcome"] == "fail") & ~table["rule"].str.startswith("claim.")]
    table = findings.judged(table.drop_duplicates(findings.KEY))
    assert set(table["judgement"]) == {"true", "ask"}
    assert (table["judgement"].eq("true") == table["severity"].eq("error")).all()
    assert table["why"].ne("").all()


def test_every_failed_sum_of_the_reports_known_in_full_is_judged():
    import findings
    import pandas as pd

    known = pd.read_csv(findings.JUDGED, dtype="str", keep_default_na=False)
    sums = known[(known["tier"] == "A") & known["rule"].str.match("t[34]") & (known["severity"] == "error")]
    assert (len(sums), sums["report_id"].nunique()) == (65, 20)
    assert set(known["judgement"]) == {"true", "ask"}
