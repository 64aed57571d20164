"""The command line: what it writes, what it says, its exit status."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from one_line_reports import write

from govinfo.cli import main
from govinfo.tables import read_table

TABLES = ["cells", "claims", "codebook", "findings", "indicators", "reports", "unplaced"]
ONE = ["--jobs", "1"]
RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
REAL = ["gz-xzb-2025", "pingtan-2019", "pingtan-htp-2024", "shbgt-2019"]


def test_build_writes_every_table_and_says_what_it_read(tmp_path, reader, capsys):
    write(tmp_path / "raw", a="甲 2024 5 0 1", b="乙 2024 5 0 1")
    assert main(["build", str(tmp_path / "raw"), str(tmp_path / "out"), *ONE]) == 0
    assert sorted(p.stem for p in (tmp_path / "out").glob("*.csv")) == TABLES
    said = capsys.readouterr()
    assert said.out.startswith("2 reports: 2 read, 0 partial, 0 failed") and said.err == ""


def test_build_reads_data_raw_into_data_processed_unless_told_otherwise(tmp_path, reader, monkeypatch):
    write(tmp_path / "data" / "raw", a="甲 2024 5 0 1")
    monkeypatch.chdir(tmp_path)
    assert main(["build"]) == 0
    assert read_table("data/processed", "reports")["source"].tolist() == ["data/raw/a.pdf"]


def test_extract_writes_the_same_tables_for_the_files_named(tmp_path, reader):
    write(tmp_path, a="甲 2024 5 0 1", b="乙 2024 5 0 1")
    assert (
        main(["extract", str(tmp_path / "b.pdf"), str(tmp_path / "a.pdf"), "--out", str(tmp_path / "out"), *ONE]) == 0
    )
    assert read_table(tmp_path / "out", "reports")["report_id"].tolist() == ["b", "a"]


def test_one_bad_file_gives_status_1_its_reason_and_all_the_others(tmp_path, reader, capsys):
    write(tmp_path / "raw", bad="nonsense", good="甲 2024 5 0 1")
    assert main(["build", str(tmp_path / "raw"), str(tmp_path / "out"), *ONE]) == 1
    said = capsys.readouterr().err
    assert said == f"govinfo: failed: {tmp_path.as_posix()}/raw/bad.pdf: expected a table of the form, found none.\n"
    reports = read_table(tmp_path / "out", "reports")
    assert reports["status"].tolist() == ["failed", "read"]
    assert reports["message"][0] == "bad.pdf: expected a table of the form, found none."


def test_a_file_named_that_is_not_there_is_failed_and_the_others_are_written(tmp_path, reader, capsys):
    write(tmp_path, a="甲 2024 5 0 1")
    assert (
        main(["extract", str(tmp_path / "gone.pdf"), str(tmp_path / "a.pdf"), "--out", str(tmp_path / "out"), *ONE])
        == 1
    )
    assert "gone.pdf: expected a file that can be read" in capsys.readouterr().err
    assert read_table(tmp_path / "out", "reports")["status"].tolist() == ["failed", "read"]


def test_a_rebuild_gives_the_same_bytes_with_or_without_the_cache(tmp_path, reader, own_cache):
    write(tmp_path / "raw", a="甲 2024 5 0 1", b="甲 2023 5 0 1")
    build = ["build", str(tmp_path / "raw"), str(tmp_path / "out"), *ONE]
    states = []
    for clean in (False, False, True):
        (tmp_path / "out" / "cells.csv").unlink(missing_ok=True)
        for entry in own_cache.rglob("*.gz") if clean else ():
            entry.unlink()
        assert main(build) == 0
        states.append({p.name: p.read_bytes() for p in (tmp_path / "out").glob("*.*")})
    assert states[0] == states[1] == states[2] and len(reader) == 4


def test_where_nothing_has_changed_nothing_is_done_and_the_same_is_said(tmp_path, reader, monkeypatch, capsys):
    write(tmp_path / "raw", a="甲 2024 5 0 1", bad="nonsense")
    build = ["build", str(tmp_path / "raw"), str(tmp_path / "out"), *ONE]
    status, said = main(build), capsys.readouterr()
    written = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "out").iterdir()}
    monkeypatch.setattr("govinfo.builds.build.read_all", None)  # not even asked
    assert (main(build), capsys.readouterr()) == (status, said) and status == 1
    assert written == {p.name: p.stat().st_mtime_ns for p in (tmp_path / "out").iterdir()}


@pytest.mark.parametrize("change", ["a file", "sources.csv", "review.csv", "an output", "an option", "the program"])
def test_whatever_the_tables_depend_on_makes_a_build_write_anew(tmp_path, reader, monkeypatch, change):
    write(tmp_path / "raw", a="甲 2024 5 0 1")
    build = ["build", str(tmp_path / "raw"), str(tmp_path / "out"), *ONE]
    main(build)
    before = (tmp_path / "out" / ".built.json").stat().st_ino
    if change == "a file":
        write(tmp_path / "raw", a="甲 2024 6 0 1")
    elif change == "sources.csv":
        (tmp_path / "raw" / "sources.csv").write_text("file,url\na.pdf,https://example.org\n")
    elif change == "review.csv":
        (tmp_path / "raw" / "review.csv").write_text("key,decision,note\n" + "0" * 16 + ",dismissed,why\n")
    elif change == "an output":
        (tmp_path / "out" / "cells.csv").write_text("spoilt")
    elif change == "an option":
        build.append("--excel-safe")
    else:
        monkeypatch.setattr("govinfo.builds.cache.program", lambda: "another")
    main(build)
    assert (tmp_path / "out" / ".built.json").stat().st_ino != before
    assert (tmp_path / "out" / "cells.csv").read_text(encoding="utf-8").startswith("report_id,")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ([], "required"),
        (["build", "nowhere", "out"], "nowhere: expected a folder of reports"),
        (["build", "empty", "out"], "empty: expected a folder with reports (.pdf"),
        (["build", "raw", "file"], "file: expected a folder to write to, found a file"),
        (["build", "raw", "file/below/out"], "govinfo: file: expected a folder to write to, found a file"),
        (["add", "raw/a.pdf", "--to", "file/out"], "govinfo: file: expected a folder to add to, found a file"),
        (["extract", "nope.pdf", "--out", "out"], "nope.pdf: expected a folder of reports or a report, found nothing"),
        (["extract", "a.pdf", "b.pdf", "--out", "out"], "a.pdf, b.pdf: expected a folder of reports or a report"),
        (["build", "raw", "out", "--jobs", "0"], "expected a whole number from 1, found '0'"),
        (["extract", "raw/a.pdf"], "--out"),
        (["extract", "--out", "out"], "FILE"),
        (["build", "twice", "out"], "expected each file once, found x.pdf twice"),
    ],
)
def test_a_wrong_call_is_status_2_says_what_was_expected_and_writes_nothing(
    tmp_path, monkeypatch, reader, capsys, call, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    write(tmp_path / "raw", a="甲 2024 5 0 1")
    write(tmp_path / "twice", x="甲 2024 5 0 1")
    (tmp_path / "twice" / "sources.csv").write_text("file\nx.pdf\nx.pdf\n")
    try:
        status = main(call)
    except SystemExit as exit_:
        status = exit_.code
    assert status == 2 and said in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_files_with_other_endings_are_named_once_and_change_nothing_else(tmp_path, reader, capsys):
    write(tmp_path / "raw", a="甲 2024 5 0 1")
    (tmp_path / "raw" / "page_files").mkdir()
    names = (
        "b.odt",
        "c.PNG",
        "page_files/d.png",
        "sources.csv",
        "e.css",
        ".hidden.odt",
        *(f"x{n}.odt" for n in range(5)),
    )
    for name in names:
        (tmp_path / "raw" / name).write_text("file\n" if name == "sources.csv" else "x")
    for _ in range(2):  # also where nothing is built anew
        assert main(["build", str(tmp_path / "raw"), str(tmp_path / "out"), *ONE]) == 0
        raw = (tmp_path / "raw").as_posix()
        first = ", ".join(f"{raw}/{name}" for name in ("b.odt", "c.PNG", "x0.odt", "x1.odt", "x2.odt"))
        said = f"govinfo: not tried because of their ending: {first} and 2 more. If one is a report: govinfo extract FILE --out DIR\n"
        assert capsys.readouterr().err == said


@pytest.mark.parametrize(("option", "written"), [([], "=1+1"), (["--excel-safe"], "'=1+1")])
def test_texts_that_a_spreadsheet_would_run_get_an_apostrophe_on_request(tmp_path, reader, option, written):
    write(tmp_path / "raw", a="=1+1 2024 5 0 1")
    assert main(["build", str(tmp_path / "raw"), str(tmp_path / "out"), *ONE, *option]) == 0
    assert read_table(tmp_path / "out", "reports")["agency"].tolist() == [written]


@contextmanager
def files_of_at_most(size):
    """No file of this process can grow beyond `size` bytes, as on a disk that is full."""
    resource = pytest.importorskip("resource", reason="POSIX only")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 1000, 4000, 10_000])
@pytest.mark.parametrize("form", [[], ["--parquet"]], ids=["csv", "parquet"])
def test_a_full_disk_leaves_the_tables_as_they_were_and_says_what_to_do(tmp_path, reader, capsys, form, size):
    if form:
        pytest.importorskip("pyarrow", reason="needs the extra parquet")
    call = ["build", str(tmp_path / "raw"), str(tmp_path / "out"), *ONE, *form]
    write(tmp_path / "raw", a="甲 2024 5 0 1")
    assert main(call) == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    write(tmp_path / "raw", b="乙 2024 6 0 1")
    assert main(["build", str(tmp_path / "raw"), str(tmp_path / "other"), *ONE]) == 0  # its reading is in the cache
    capsys.readouterr()
    with files_of_at_most(size):
        assert main(call) == 1
    said = capsys.readouterr().err
    assert "nothing was written" in said and "too large" in said and "run again" in said and "Traceback" not in said
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before


def test_python_m_govinfo_is_the_same_program():
    run = [sys.executable, "-m", "govinfo", "--version"]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "govinfo 0.1.0\n"


def test_the_help_names_both_commands_and_the_exit_status(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    told = capsys.readouterr().out
    assert exit_.value.code == 0 and all(word in told for word in ("build", "extract", "exit status", "GOVINFO_CACHE"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Real facsimiles of both forms, with blanks and failing sums, read one by one and by two workers."""
    folder = tmp_path_factory.mktemp("built")
    files = [str(RAW / f"{stem}.pdf") for stem in REAL]
    for name, jobs in (("one", "1"), ("two", "2")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GOVINFO_CACHE", str(folder / f"cache-{name}"))
            assert main(["extract", *files, "--out", str(folder / name), "--jobs", jobs]) == 0
    return folder


def test_real_reports_give_the_same_bytes_with_one_worker_or_two(built):
    for path in (built / "one").glob("*.*"):
        assert path.read_bytes() == (built / "two" / path.name).read_bytes(), path.name


def test_real_reports_have_every_cell_of_their_form_and_their_failing_sums_as_findings(built):
    cells, findings = read_table(built / "one", "cells"), read_table(built / "one", "findings")
    assert cells["report_id"].unique().tolist() == REAL
    assert cells.groupby("report_id").size().min() >= 198
    failing = findings[(findings["outcome"] == "fail") & (findings["severity"] == "error")]
    assert "t3.outcomes.natural" in failing.loc[failing["report_id"] == "pingtan-htp-2024", "rule"].tolist()
    assert "gz-xzb-2025" not in failing["report_id"].tolist()


def test_a_package_of_real_reports_is_valid(built):
    frictionless = pytest.importorskip("frictionless")
    assert frictionless.validate(str(built / "one" / "datapackage.json")).flatten() == []
