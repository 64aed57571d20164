"""Many reports at once: what counts as one, what fails, what the cache and the workers may change (nothing)."""

from pathlib import Path

import pandas as pd
import pytest
from one_line_reports import write

from govinfo import tables
from govinfo.builds import cache
from govinfo.builds.corpus import read_corpus
from govinfo.builds.inputs import NoReports, find_inputs

SOURCES = (
    "file,report_id,agency,agency_en,agency_id,year,form,level,province,parent,scope,url,published,sha256,kind,notes"
)


def test_a_folder_stands_for_the_documents_in_it_and_below_sorted_by_path(tmp_path):
    write(tmp_path / "b", x="1")
    write(tmp_path, c="2", a="3")
    for other in ("README.md", "figures.csv", ".hidden.pdf", "~$c.docx"):
        (tmp_path / other).write_text("not a report")
    assert [one.path.relative_to(tmp_path).as_posix() for one in find_inputs(tmp_path)] == ["a.pdf", "b/x.pdf", "c.pdf"]


def test_the_source_is_the_path_as_given(tmp_path, monkeypatch):
    write(tmp_path / "raw", a="3")
    monkeypatch.chdir(tmp_path)
    assert [one.source for one in find_inputs("raw")] == ["raw/a.pdf"]


@pytest.mark.parametrize("paths", ["empty", "nowhere", []])
def test_nothing_to_read_is_said_at_once(tmp_path, monkeypatch, paths):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoReports, match="expected a folder|no file"):
        find_inputs(paths)


def test_the_same_bytes_are_read_once_and_the_row_names_the_other_file(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1", copy="甲 2024 5 0 1")
    corpus = read_corpus(tmp_path, jobs=1)
    assert reader == ["a.pdf"] and list(corpus) == ["a"]
    assert "counted once" in corpus.reports["message"][0] and "copy.pdf" in corpus.reports["message"][0]
    assert corpus.reports["status"][0] == "read" and corpus.reports["comparable"][0]


def test_files_of_one_stem_get_the_start_of_their_hash(tmp_path, reader):
    write(tmp_path / "x", a="甲 2024 5 0 1")
    write(tmp_path / "y", a="乙 2024 5 0 1", b="丙 2024 5 0 1")
    corpus = read_corpus(tmp_path, jobs=1)
    first = corpus.reports["sha256"][0][:8]
    assert list(corpus) == [f"a-{first}", f"a-{corpus.reports['sha256'][1][:8]}", "b"]
    assert corpus.cells["report_id"].unique().tolist() == list(corpus)


def test_two_files_of_one_agency_and_year_are_kept_with_a_question_and_not_compared(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1", b="甲 2024 6 0 1", other="乙 2024 7 0 1")
    corpus = read_corpus(tmp_path, jobs=1)
    assert corpus.reports["comparable"].tolist() == [False, False, True]
    asked = corpus.findings[corpus.findings["severity"] == "question"]
    assert asked["report_id"].tolist() == ["a", "b"]
    assert corpus.indicators["report_id"].unique().tolist() == ["other"]


def test_the_one_chosen_in_sources_csv_enters_comparisons_and_the_question_is_answered(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1", b="甲 2024 6 0 1")
    (tmp_path / "sources.csv").write_text("file,use\nb.pdf,yes\n", encoding="utf-8")
    corpus = read_corpus(tmp_path, jobs=1)
    assert corpus.reports["comparable"].tolist() == [False, True]
    assert corpus.findings.empty


def test_figures_of_two_years_are_held_against_each_other(tmp_path, reader):
    write(tmp_path, y2023="甲 2023 5 0 2", y2024="甲 2024 6 3 0")
    found = read_corpus(tmp_path, jobs=1).findings
    carried = found[found["cells"].str.contains("carried_in.total")]
    assert carried[["report_id", "expected", "found"]].values.tolist() == [["y2024", "2", "3"]]


def test_a_file_that_cannot_be_read_is_failed_with_its_reason_and_the_others_go_on(tmp_path, reader):
    write(tmp_path, bad="nonsense", defect="defect", good="甲 2024 5 0 1")
    corpus = read_corpus([tmp_path, tmp_path / "gone.pdf"], jobs=1)
    assert corpus.reports["status"].tolist() == ["failed", "failed", "read", "failed"]
    bad, defect, good, gone = corpus.reports["message"]
    assert bad == "bad.pdf: expected a table of the form, found none."
    assert "defect.pdf" in defect and "ZeroDivisionError: division by zero" in defect
    assert good == "" and gone.startswith("gone.pdf: expected a file that can be read, found")
    assert corpus.cells["report_id"].unique().tolist() == ["good"]


def test_a_corpus_of_failures_alone_still_has_all_tables(tmp_path, reader):
    write(tmp_path / "raw", bad="nonsense")
    corpus = read_corpus(tmp_path / "raw")
    assert {name: len(table) for name, table in corpus.tables.items()} == {"reports": 1} | dict.fromkeys(
        ("cells", "unplaced", "claims", "findings", "indicators"), 0
    )
    corpus.write(tmp_path / "out")
    assert pd.isna(tables.read_table(tmp_path / "out", "reports")["year"][0])


def test_an_altered_file_is_refused_before_it_is_read(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1")
    (tmp_path / "sources.csv").write_text(f"file,sha256\na.pdf,{'0' * 64}\n", encoding="utf-8")
    report = read_corpus(tmp_path, jobs=1).reports.iloc[0]
    assert reader == [] and report["status"] == "failed"
    assert "expected sha256 000000000000… as sources.csv says" in report["message"]


def test_what_was_read_before_is_not_read_again(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1", bad="nonsense")
    first, again = read_corpus(tmp_path, jobs=1), read_corpus(tmp_path, jobs=1)
    assert reader == ["a.pdf", "bad.pdf"]
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])


def test_only_what_changed_is_read_again(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1", b="乙 2024 5 0 1")
    read_corpus(tmp_path, jobs=1)
    write(tmp_path, b="乙 2024 9 0 1")
    assert read_corpus(tmp_path, jobs=1).cells["value"].tolist() == [5, 0, 1, 9, 0, 1]
    assert reader == ["a.pdf", "b.pdf", "b.pdf"]


def test_another_program_reads_everything_again(tmp_path, reader, monkeypatch):
    write(tmp_path, a="甲 2024 5 0 1")
    read_corpus(tmp_path, jobs=1)
    monkeypatch.setattr(cache, "program", lambda: "another")
    read_corpus(tmp_path, jobs=1)
    assert reader == ["a.pdf", "a.pdf"]


def test_a_damaged_cache_entry_is_read_again(tmp_path, reader, own_cache):
    write(tmp_path, a="甲 2024 5 0 1")
    read_corpus(tmp_path, jobs=1)
    (entry,) = own_cache.rglob("*.json.gz")
    for damage in (b"", entry.read_bytes()[:-9], b"not gzip at all"):
        entry.write_bytes(damage)
        assert read_corpus(tmp_path, jobs=1).cells["value"].tolist() == [5, 0, 1]
    assert reader == ["a.pdf"] * 4


def test_an_unforeseen_failure_is_tried_again_next_time(tmp_path, reader):
    write(tmp_path, defect="defect")
    read_corpus(tmp_path, jobs=1), read_corpus(tmp_path, jobs=1)
    assert reader == ["defect.pdf", "defect.pdf"]


def test_without_the_cache_nothing_is_kept(tmp_path, reader, own_cache):
    write(tmp_path, a="甲 2024 5 0 1")
    read_corpus(tmp_path, jobs=1, cache=False), read_corpus(tmp_path, jobs=1, cache=False)
    assert reader == ["a.pdf", "a.pdf"] and not list(own_cache.rglob("*.gz"))


def test_a_cache_that_cannot_be_written_is_said_and_stops_nothing(tmp_path, reader, monkeypatch):
    write(tmp_path, a="甲 2024 5 0 1")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GOVINFO_CACHE", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="cannot be written"):
        assert read_corpus(tmp_path / "a.pdf", jobs=1).reports["status"][0] == "read"


def test_a_report_of_the_corpus_is_read_by_its_id(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1")
    corpus = read_corpus(tmp_path, jobs=1)
    assert corpus["a"].agency == "甲"
    with pytest.raises(KeyError, match="no report 'b' among 1"):
        corpus["b"]


def test_the_card_names_what_is_there(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1", bad="<b>")
    corpus = read_corpus(tmp_path, jobs=1)
    assert corpus.summary == "2 reports: 1 read, 0 partial, 1 failed; 3 cells, 0 in doubt; 0 findings"
    assert corpus.summary in corpus._repr_html_()


def test_two_spellings_of_one_path_are_one_file(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1")
    corpus = read_corpus([tmp_path / "a.pdf", str(Path(tmp_path / "a.pdf"))], jobs=1)
    assert len(corpus) == 1 and corpus.reports["message"][0] == ""
