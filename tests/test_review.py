"""Review: what a person decided stands over re-runs, is never written, and asks again when figures change."""

import pandas as pd
import pytest
from one_line_reports import write

from govinfo.builds.corpus import read_corpus
from govinfo.checks.letter import letter
from govinfo.checks.review import Decision, ReviewError, read_reviews, reviewed, stale, standing
from govinfo.cli import main
from govinfo.comparison.indicators import measure
from govinfo.tables import read_table

KEYS = ["0" * 16, "a" * 16, "f" * 16]
ONE = ["--jobs", "1"]


def decided(folder, *rows, head="key,decision,note"):
    folder.mkdir(exist_ok=True)
    (folder / "review.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder


def carried_differently(folder):
    """Two years of one agency: 2 carried out, 3 carried in; the folder and the key of that finding."""
    write(folder, y2023="甲 2023 5 0 2", y2024="甲 2024 6 3 0")
    found = read_corpus(folder, jobs=1).findings
    return folder, found.loc[found["rule"].str.startswith("years.carry"), "key"].iloc[0]


def test_a_decision_reaches_its_finding_and_no_other():
    findings = pd.DataFrame({"key": KEYS})
    table = reviewed(findings, [Decision(KEYS[1], "dismissed", "lapsed", "review.csv", 2)])
    assert table["review"].tolist() == ["", "dismissed", ""]
    assert table["review_note"].tolist() == ["", "lapsed", ""]
    assert "review" not in findings


def test_columns_of_the_reviewers_own_and_a_byte_order_mark_are_allowed(tmp_path):
    (tmp_path / "review.csv").write_text(
        f'rule,key,decision,note,reviewer\r\nt4.review,{KEYS[0]},confirmed,"total, never filled",王\r\n\r\n',
        encoding="utf-8-sig",
        newline="",
    )
    (one,) = read_reviews([tmp_path, tmp_path])
    assert (one.key, one.decision, one.note, one.about, one.line) == (
        KEYS[0], "confirmed", "total, never filled", "t4.review", 2
    )  # fmt: skip


@pytest.mark.parametrize(
    "rows, says",
    [
        (["4.89748E+15,confirmed,"], r"line 2: expected a key of findings.csv .*, found '4.89748E\+15'"),
        ([f"{KEYS[0]},perhaps,"], "line 2: expected the decision confirmed or dismissed, found 'perhaps'"),
        ([f"{KEYS[0]}"], "line 2: expected the decision confirmed or dismissed, found ''"),
        ([f"{KEYS[0]},confirmed,a,b"], "line 2: expected 3 fields .*, found 4"),
        (
            [f"{KEYS[0]},confirmed,", "", f"{KEYS[0]},dismissed,"],
            "line 4: expected each key once, found 0+ as in .*line 2",
        ),
        ([f'{KEYS[0]},confirmed,"open'], "expected comma-separated values"),
    ],
)
def test_a_row_that_is_not_as_expected_is_named_by_file_and_line(tmp_path, rows, says):
    with pytest.raises(ReviewError, match=says) as error:
        read_reviews([decided(tmp_path, *rows)])
    assert "review.csv" in str(error.value)


def test_a_heading_that_is_not_there_is_asked_for(tmp_path):
    with pytest.raises(ReviewError, match="line 1: expected the columns key, decision, note, .*found key;decision"):
        read_reviews([decided(tmp_path, head="key;decision;note")])


def test_a_file_in_another_encoding_is_named(tmp_path):
    (tmp_path / "review.csv").write_bytes(f"key,decision,note\n{KEYS[0]},confirmed,总计\n".encode("gbk"))
    with pytest.raises(ReviewError, match="review.csv: expected text in UTF-8"):
        read_reviews([tmp_path])


def test_a_build_reads_the_decisions_writes_them_into_findings_and_leaves_the_file_alone(tmp_path, reader):
    raw, key = carried_differently(tmp_path / "raw")
    decided(raw, f'{key},confirmed,"asked, and they agreed"')
    before = (raw / "review.csv").read_bytes()
    for _ in range(2):
        assert main(["build", str(raw), str(tmp_path / "out"), *ONE]) == 0
        found = read_table(tmp_path / "out", "findings").set_index("key")
        assert found.loc[key, ["review", "review_note"]].tolist() == ["confirmed", "asked, and they agreed"]
        assert set(found.drop(key)["review"]) <= {""}
    assert (raw / "review.csv").read_bytes() == before


def test_a_reviewer_is_asked_again_when_a_figure_behind_the_finding_changes(tmp_path, reader, capsys):
    raw, key = carried_differently(tmp_path / "raw")
    decided(raw, f"{key},dismissed,rounding", head="key,decision,note")
    assert read_corpus(raw, jobs=1).review_stale == []
    write(raw, y2024="甲 2024 6 4 0")
    corpus = read_corpus(raw, jobs=1)
    assert set(corpus.findings["review"]) == {""}
    (message,) = corpus.review_stale
    assert f"review.csv, line 2: dismissed {key}" in message and "Look again" in message
    assert main(["build", str(raw), str(tmp_path / "out"), *ONE]) == 0
    assert f"govinfo: {message}\n" in capsys.readouterr().err


def test_nothing_is_called_gone_where_only_some_files_of_a_folder_are_read(tmp_path, reader):
    raw, key = carried_differently(tmp_path / "raw")
    decided(raw, f"{key},dismissed,")
    assert read_corpus([raw / "y2023.pdf"], jobs=1).review_stale == []


def test_a_review_above_the_files_of_a_folder_counts_too(tmp_path, reader):
    _, key = carried_differently(tmp_path / "raw" / "below")
    decided(tmp_path / "raw", f"{key},dismissed,")
    assert "dismissed" in set(read_corpus(tmp_path / "raw", jobs=1).findings["review"])


def test_a_report_of_the_corpus_has_the_findings_across_reports_and_what_was_decided_about_them(tmp_path, reader):
    raw, key = carried_differently(tmp_path / "raw")
    decided(raw, f"{key},confirmed,")
    report = read_corpus(raw, jobs=1)["y2024"]
    assert report.findings.set_index("key").loc[key, "review"] == "confirmed"
    assert "3 carried in, but last year's report carried out 2 (page 1)" in letter(report, "en")


def test_a_broken_review_ends_the_build_before_anything_is_read_or_written(tmp_path, reader, capsys):
    raw = decided(write(tmp_path / "raw", a="甲 2024 5 0 1"), "x,y,z")
    assert main(["build", str(raw), str(tmp_path / "out"), *ONE]) == 2
    assert reader == [] and not (tmp_path / "out").exists()
    assert "review.csv, line 2: expected a key" in capsys.readouterr().err


def test_a_gone_decision_names_what_it_was_about():
    gone = Decision(KEYS[0], "confirmed", "", "raw/review.csv", 7, about="hongze-2023 t4.review")
    (message,) = stale(pd.DataFrame({"key": KEYS[1:]}), [gone])
    assert message.startswith(f"raw/review.csv, line 7: confirmed {KEYS[0]} (hongze-2023 t4.review)")


@pytest.mark.parametrize(
    "severity, verdict, review, marked",
    [
        ("error", "publisher", "", True),
        ("error", "publisher", "dismissed", False),
        ("error", "publisher", "confirmed", True),
        ("error", "reading", "", False),
        ("error", "reading", "confirmed", True),
        ("question", "open", "", False),
        ("question", "open", "confirmed", True),
    ],
)
def test_dismissed_findings_do_not_mark_indicators_and_confirmed_ones_do(severity, verdict, review, marked):
    row = {"report_id": "r", "rule": "t3.row.new", "outcome": "fail", "cells": "t3.new.total", "suspects": ""}
    findings = pd.DataFrame([row | {"severity": severity, "verdict": verdict, "review": review}])
    cell = {"report_id": "r", "unit": "件", "flag": "ok", "note": "", "raw": "5", "value": 5.0}
    cells = pd.DataFrame([cell | {"cell": "t3.new.total"}])
    reports = pd.DataFrame([{"report_id": "r", "year": 2024, "form": "2021", "published": ""}])
    measured = measure(cells, reports, standing(findings))
    assert measured.loc[measured["value"].notna(), "marked"].any() == marked
