"""A build as a Parquet dataset, on a cluster, in pieces: the same tables as the CSVs of one run."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from one_line_reports import write

from govinfo import tables
from govinfo.builds import cache, gathering
from govinfo.builds.build import Options, build
from govinfo.builds.families import Known, pieces
from govinfo.builds.inputs import find_inputs
from govinfo.builds.packed import unpack
from govinfo.builds.parquet import read_dataset
from govinfo.builds.pool import ClusterError, read_files
from govinfo.cli import main

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
NAMES = ("reports", "cells", "unplaced", "claims", "findings", "indicators")


def same_tables(folder, dataset):
    """Every table of a folder of CSVs is that of the dataset, but for the order of the reports."""
    order = {report: i for i, report in enumerate(tables.read_table(folder, "reports")["report_id"])}
    for name in NAMES:
        found = read_dataset(dataset, name)
        found = found.sort_values("report_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True)
        pd.testing.assert_frame_equal(tables.read_table(folder, name), found)
    pd.testing.assert_frame_equal(tables.read_table(folder, "codebook"), read_dataset(dataset, "codebook"))


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def pyarrow():
    return pytest.importorskip("pyarrow", reason="needs the extra parquet")


def test_a_dataset_holds_the_tables_of_the_csvs_by_year(tmp_path, reader, pyarrow):
    write(tmp_path / "raw", a="甲 2023 5 0 2", b="甲 2024 6 3 0", c="乙 2024 5 0 1", bad="nonsense")
    csv = build(tmp_path / "raw", tmp_path / "csv", Options(jobs=1))
    assert build(tmp_path / "raw", tmp_path / "dataset", Options(jobs=1, parquet=True)) == csv
    same_tables(tmp_path / "csv", tmp_path / "dataset")
    parts = sorted(p.parent.name for p in (tmp_path / "dataset" / "cells").rglob("*.parquet"))
    assert parts == ["year=2023", "year=2024"]


def test_real_reports_in_small_pieces_have_the_findings_across_years_and_levels(tmp_path, monkeypatch, pyarrow):
    """Each piece is gathered by a process; where that ends before it is done, nothing is lost."""
    stems = ("pingtan-gaj-2021", "pingtan-2021", "pingtan-gaj-2022", "pingtan-2022", "shkw-2024")
    files = [RAW / f"{stem}.pdf" for stem in stems]
    build(files, tmp_path / "csv", Options(jobs=2))
    found = tables.read_table(tmp_path / "csv", "findings")
    assert found["cells"].str.contains(":").any()  # there is something to be lost between pieces
    monkeypatch.setattr("govinfo.builds.build.pieces", lambda known: pieces(known, size=1))
    monkeypatch.setattr("govinfo.builds.parquet.GROUP", 1)  # every part of a piece a group of its own
    build(files, tmp_path / "usual", Options(jobs=2, parquet=True))
    build(files, tmp_path / "one", Options(jobs=1, parquet=True))
    same_tables(tmp_path / "csv", tmp_path / "usual")
    assert contents(tmp_path / "usual") == contents(tmp_path / "one")
    for deed in ("end", "refuse"):
        monkeypatch.setattr(gathering, "GATHER", f"odd_readers:{deed}")
        with pytest.warns(UserWarning, match="gathered by the build itself"):
            build(files, tmp_path / deed, Options(jobs=2, parquet=True))
        same_tables(tmp_path / "csv", tmp_path / deed)


def test_a_report_is_the_same_in_a_piece_as_in_the_whole_corpus(tmp_path, reader, monkeypatch, pyarrow):
    """Also one whose agency or year is not known, alone in its piece or beside others of its kind."""
    write(tmp_path / "raw", a="甲 2023 5 0 2", b="甲 2024 6 3 0", x="- 2023 5 0 1", y="- 2024 5 0 1", z="乙 - 5 0 1")
    monkeypatch.setattr("govinfo.builds.build.pieces", lambda known: pieces(known, size=1))
    build(tmp_path / "raw", tmp_path / "csv", Options(jobs=1))
    build(tmp_path / "raw", tmp_path / "dataset", Options(jobs=1, parquet=True))
    same_tables(tmp_path / "csv", tmp_path / "dataset")


def test_a_dataset_does_not_depend_on_how_many_gather_it_and_leaves_nothing_behind(
    tmp_path, reader, monkeypatch, pyarrow
):
    write(tmp_path / "raw", **{f"r{n}": f"{'甲乙丙丁'[n % 4]} {2021 + n // 4} {n} 1 2" for n in range(12)})
    monkeypatch.setattr("govinfo.builds.build.pieces", lambda known: pieces(known, size=1))
    for jobs in (1, 3):
        build(tmp_path / "raw", tmp_path / str(jobs), Options(jobs=jobs, parquet=True))
    assert contents(tmp_path / "1") == contents(tmp_path / "3")
    assert not [path for path in (tmp_path / "3").glob(".*") if path.is_dir()]


@pytest.mark.parametrize("parquet", [False, True])
def test_what_a_killed_build_left_is_removed_by_the_next_also_where_nothing_has_changed(
    tmp_path, reader, pyarrow, parquet
):
    write(tmp_path / "raw", a="甲 2024 5 0 1")
    for _ in range(2):
        for name in (".pieces-left", ".partial-set"):
            (tmp_path / "out" / name / "00001").mkdir(parents=True)
        build(tmp_path / "raw", tmp_path / "out", Options(jobs=1, parquet=parquet))
        assert not [p for p in (tmp_path / "out").glob(".*") if p.is_dir()]


def test_a_disk_that_is_full_while_the_cache_is_written_loses_no_reading(tmp_path, reader, monkeypatch, pyarrow):
    def full(place, data):
        if next(number) > 2:
            raise OSError(28, "No space left on device")
        to_disk(place, data)

    write(tmp_path / "raw", **{f"r{n}": f"甲 {2021 + n} {n} 1 2" for n in range(4)})
    number, to_disk = itertools.count(1), cache._write
    monkeypatch.setattr(cache, "_write", full)
    for form in (True, False):
        with pytest.warns(UserWarning, match="No space left"):
            done = build(tmp_path / "raw", tmp_path / "out", Options(jobs=1, parquet=form))
        assert done.unread == [] and done.summary.startswith("4 reports: 4 read")


def test_what_is_said_of_a_file_name_does_not_depend_on_the_locale():
    code = "from govinfo.builds.inputs import text_of_name; print(ascii(text_of_name('\\u5e74.pdf')))"
    plain = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    run = subprocess.run([sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == r"'\u5e74.pdf'"


def test_a_file_name_that_is_no_unicode_is_said_in_escapes(tmp_path, reader, pyarrow):
    try:
        write(tmp_path / "raw", a="甲 2024 5 0 1")
        (tmp_path / "raw" / os.fsdecode(b"\xc4\xea.pdf")).write_text("nonsense")
    except OSError as error:
        pytest.skip(f"no such name can be given here: {error}")
    for form in (True, False):
        ((status, message, source),) = build(tmp_path / "raw", tmp_path / "out", Options(jobs=1, parquet=form)).unread
        assert status == "failed" and r"\xc4\xea.pdf" in message and source.endswith(r"\xc4\xea.pdf")


def test_a_reading_that_vanishes_before_it_is_gathered_is_said_and_read_again_by_the_next_run(
    tmp_path, reader, monkeypatch, pyarrow, own_cache
):
    def without_cache(known):
        for entry in own_cache.rglob("*.gz"):
            entry.unlink()
        return pieces(known)

    write(tmp_path / "raw", a="甲 2023 5 0 2")
    with monkeypatch.context() as emptied:
        emptied.setattr("govinfo.builds.build.pieces", without_cache)
        ((status, message, _),) = build(tmp_path / "raw", tmp_path / "out", Options(jobs=1, parquet=True)).unread
    assert status == "failed" and "vanished during the run. Run again." in message
    assert build(tmp_path / "raw", tmp_path / "out", Options(jobs=1, parquet=True)).unread == []


def test_texts_of_a_dataset_that_a_spreadsheet_would_run_get_an_apostrophe_on_request(tmp_path, reader, pyarrow):
    write(tmp_path / "raw", a="=1+1 2024 5 0 1")
    build(tmp_path / "raw", tmp_path / "out", Options(jobs=1, parquet=True, excel_safe=True))
    found = read_dataset(tmp_path / "out", "reports")
    assert found["agency"].tolist() == ["'=1+1"] and found["year"].tolist() == [2024]


def test_one_form_of_output_replaces_the_other_and_leaves_other_files_alone(tmp_path, reader, pyarrow):
    write(tmp_path / "raw", a="甲 2023 5 0 2")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    seen = []
    for parquet in (False, True, False):
        build(tmp_path / "raw", tmp_path / "out", Options(jobs=1, parquet=parquet))
        seen.append((len(list((tmp_path / "out").glob("*.csv"))), (tmp_path / "out" / "cells").is_dir()))
    assert seen == [(7, False), (0, True), (7, False)] and (tmp_path / "out" / "mine.txt").read_text() == "mine"


def test_pieces_keep_an_agency_together_and_hold_each_report_once():
    known = [Known(f"a{i % 7}" if i % 5 else "", "", "a1" if i % 3 else "", "", 2024) for i in range(60)]
    found = list(pieces(known, size=4))
    assert sorted(n for piece in found for n in piece.own) == list(range(60))
    for agency in {one.agency_id for one in known} - {""}:
        assert sum(any(known[n].agency_id == agency for n in piece.own) for piece in found) == 1


@pytest.mark.parametrize(("option", "package"), [("--parquet", "pyarrow"), ("--cluster=local", "distributed")])
def test_an_option_whose_package_is_missing_says_how_to_get_it(tmp_path, reader, monkeypatch, capsys, option, package):
    write(tmp_path / "raw", a="甲 2023 5 0 2")
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["build", str(tmp_path / "raw"), str(tmp_path / "out"), option]) == 2
    said = capsys.readouterr().err
    assert (
        'pip install "govinfo[' in said and "Traceback" not in said and not (tmp_path / "out" / "reports.csv").exists()
    )


def test_a_cluster_that_is_not_there_is_said(tmp_path, capsys):
    pytest.importorskip("distributed", reason="needs the extra cluster")
    write(tmp_path / "raw", a="甲 2023 5 0 2")
    call = ["build", str(tmp_path / "raw"), str(tmp_path / "out"), "--cluster"]
    assert main([*call, "nonsense"]) == 2
    assert "expected a Dask scheduler" in capsys.readouterr().err


def test_a_cluster_gives_the_readings_in_order_and_a_worker_killed_on_the_way_changes_nothing(tmp_path):
    distributed = pytest.importorskip("distributed", reason="needs the extra cluster")
    psutil = pytest.importorskip("psutil")
    write(tmp_path, **{f"slow-{i:02}": str(i) for i in range(12)})
    files = find_inputs(tmp_path)
    own = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with own, distributed.Client(own, set_as_default=False) as client:
        (first, *_) = client.run(lambda: __import__("os").getpid()).values()
        found = []
        for packed in read_files(files, cluster=own.scheduler_address, call="odd_readers:read"):
            found.append(unpack(packed.data)["report"]["message"])
            if len(found) == 2:
                psutil.Process(first).kill()
    assert found == [one.path.stem for one in files]


def test_the_same_program_is_asked_of_a_cluster(monkeypatch, tmp_path):
    distributed = pytest.importorskip("distributed", reason="needs the extra cluster")
    from govinfo.builds import pool

    own = distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, processes=False)
    with own, distributed.Client(own, set_as_default=False) as client:
        pool._same_program(client)
        client.run = lambda call: {"tcp://elsewhere": "another"}
        with pytest.raises(ClusterError, match="found another: tcp://elsewhere"):
            pool._same_program(client)
