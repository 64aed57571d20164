"""The tables on disk: contract columns, plain CSV, a described package, whole sets only."""

import csv
import io
import json
import os
from pathlib import Path
from threading import Event, Thread

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo import tables
from govinfo.builds.whole import whole_set

CONTRACT = {
    "reports": "report_id source sha256 agency agency_id year form level province parent scope status message",
    "cells": "report_id cell value unit raw flag note page x0 y0 x1 y1",
    "unplaced": "report_id page x0 y0 x1 y1 row_label column_label raw",
    "claims": "report_id claim figure unit page quote",
    "findings": "report_id rule outcome severity cells expected found suspects suggestion slip verdict key message",
    "indicators": "report_id indicator value low high method numerator denominator",
}
CLAIM = {"report_id": "a", "claim": "received", "figure": 34.0, "unit": "件", "page": 2, "quote": "收到申请34件"}


def empty(name):
    return pd.DataFrame(columns=tables.columns(name))


def a_set(**given_tables):
    report = {name: "" for name in tables.columns("reports")} | {"report_id": "a", "year": 2024, "comparable": True}
    report |= {"form": "2021", "status": "read", "source": "raw/甲.pdf"}
    base = {name: empty(name) for name in CONTRACT} | {"reports": pd.DataFrame([report])}
    return base | given_tables


@pytest.mark.parametrize("name", CONTRACT)
def test_the_columns_of_the_contract_come_first_and_in_its_order(name):
    wanted = CONTRACT[name].split()
    assert tables.columns(name)[: len(wanted)] == wanted
    assert all(c.get("more") for c in tables.codebook()[name]["columns"][len(wanted) :])


def test_every_column_is_described_in_both_languages():
    for table in tables.codebook().values():
        for column in [table, *table["columns"]]:
            assert column["zh"] and column["en"], column


def test_a_column_that_the_codebook_does_not_describe_is_refused_by_name():
    with pytest.raises(ValueError, match="table claims.*surprise"):
        tables.tidy(pd.DataFrame([CLAIM | {"surprise": 1}]), "claims")


def test_a_missing_column_of_the_contract_is_refused_by_name():
    with pytest.raises(ValueError, match="lacking.*quote"):
        tables.tidy(pd.DataFrame([CLAIM]).drop(columns="quote"), "claims")


def test_columns_beyond_the_contract_may_be_absent_and_are_then_empty():
    row = {name: 0.5 for name in CONTRACT["indicators"].split()} | {"report_id": "a", "indicator": "i", "method": "m"}
    assert tables.to_csv(pd.DataFrame([row]), "indicators").splitlines()[1] == "a,i,0.5,0.5,0.5,m,0.5,0.5,,"


def test_missing_is_an_empty_field_and_zero_is_zero():
    rows = pd.DataFrame([CLAIM | {"figure": None, "page": None, "unit": None}, CLAIM | {"figure": 0.0, "page": 0}])
    lines = tables.to_csv(rows, "claims").splitlines()
    assert lines[1:] == ["a,received,,,,收到申请34件,", "a,received,0,件,0,收到申请34件,"]


def test_boxes_are_written_to_a_hundredth_of_a_point():
    row = dict.fromkeys(CONTRACT["unplaced"].split(), "") | {"page": 1, "x0": 10.0, "y0": 20.126, "x1": 1 / 3, "y1": 5}
    assert tables.to_csv(pd.DataFrame([row]), "unplaced").splitlines()[1] == ",1,10,20.13,0.33,5,,,"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_so_that_it_reads_back_exactly(value):
    assert float(tables.number(value)) == value
    assert "e" not in tables.number(value)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1, max_size=4))
def test_any_text_survives_the_csv(quotes):
    rows = pd.DataFrame([CLAIM | {"quote": quote} for quote in quotes])
    read = list(csv.reader(io.StringIO(tables.to_csv(rows, "claims"), newline="")))
    assert [row[-2] for row in read[1:]] == quotes


def test_a_table_is_read_with_the_types_it_was_written_from(tmp_path):
    claims = pd.DataFrame([CLAIM, CLAIM | {"figure": None, "page": None, "quote": "NA"}])
    tables.write_tables(a_set(claims=claims), tmp_path)
    pd.testing.assert_frame_equal(tables.read_table(tmp_path, "claims"), tables.tidy(claims, "claims"))
    assert tables.read_table(tmp_path, "reports").loc[0, ["year", "comparable"]].tolist() == [2024, True]


def test_a_set_is_complete_and_names_nothing_else(tmp_path):
    written = tables.write_tables(a_set(), tmp_path)
    assert sorted(p.name for p in written) == sorted(
        [*(f"{n}.csv" for n in CONTRACT), "codebook.csv", "datapackage.json"]
    )
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith(".")) == sorted(p.name for p in written)


def test_the_same_tables_give_the_same_bytes(tmp_path):
    for folder in ("one", "two", "two"):
        tables.write_tables(a_set(claims=pd.DataFrame([CLAIM])), tmp_path / folder)
    for path in (tmp_path / "one").glob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_files_are_utf8_with_lf_and_no_mark_at_the_start(tmp_path):
    tables.write_tables(a_set(claims=pd.DataFrame([CLAIM])), tmp_path)
    data = (tmp_path / "claims.csv").read_bytes()
    assert data == "report_id,claim,figure,unit,page,quote,note\na,received,34,件,2,收到申请34件,\n".encode()


def test_a_table_that_cannot_be_written_leaves_the_old_set_untouched(tmp_path):
    tables.write_tables(a_set(claims=pd.DataFrame([CLAIM])), tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.glob("*.*")}
    with pytest.raises(ValueError):
        tables.write_tables(a_set(findings=pd.DataFrame({"wrong": [1]})), tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.glob("*.*")} == before


@pytest.mark.parametrize("step", range(28))
def test_a_run_killed_at_any_step_leaves_the_old_set_or_is_finished_by_the_next(tmp_path, monkeypatch, step):
    """Every write and rename is a step; the next run must end as if nothing had happened."""
    tables.write_tables(a_set(), tmp_path)
    old = {p.name: p.read_bytes() for p in tmp_path.glob("[a-z]*")}
    left = [step]

    def counting(work):
        def wrapped(*args):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return work(*args)

        return wrapped

    with monkeypatch.context() as killed:
        for owner, name in ((Path, "write_bytes"), (os, "fsync"), (os, "replace")):
            killed.setattr(owner, name, counting(getattr(owner, name)))
        try:
            tables.write_tables(a_set(claims=pd.DataFrame([CLAIM])), tmp_path)
        except KeyboardInterrupt:
            decided = (tmp_path / ".complete-set").is_dir()
            now = {p.name: p.read_bytes() for p in tmp_path.glob("[a-z]*")}
            assert decided or now == old
    tables.write_tables(a_set(claims=pd.DataFrame([CLAIM])), tmp_path)
    tables.write_tables(a_set(claims=pd.DataFrame([CLAIM])), tmp_path / "undisturbed")
    for path in (tmp_path / "undisturbed").glob("[a-z]*"):
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
    assert not [p for p in tmp_path.iterdir() if p.name.endswith("-set")]


def test_two_builds_on_one_folder_wait_for_each_other_and_neither_mixes_with_the_other(tmp_path):
    inside, told, order = Event(), Event(), []

    def slow():
        with whole_set(tmp_path) as stage:
            (stage / "a.csv").write_text("slow")
            inside.set()
            told.wait(30)
            (stage / "b.csv").write_text("slow")
            order.append("slow")

    def quick():
        with whole_set(tmp_path) as stage:
            order.append("quick")
            for name in ("a.csv", "b.csv"):
                (stage / name).write_text("quick")

    first, second = Thread(target=slow), Thread(target=quick)
    first.start()
    assert inside.wait(30)
    second.start()
    second.join(0.3)
    assert second.is_alive() and not (tmp_path / "a.csv").exists()  # it waits, and nothing of the first is there yet
    told.set()
    for build in (first, second):
        build.join(30)
    assert order == ["slow", "quick"]
    assert [(tmp_path / name).read_text() for name in ("a.csv", "b.csv")] == ["quick", "quick"]


def test_the_package_describes_every_table_with_its_size_and_hash(tmp_path):
    tables.write_tables(a_set(), tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert {r["path"] for r in package["resources"]} == {p.name for p in tmp_path.glob("*.csv")}
    for resource in package["resources"]:
        assert resource["bytes"] == (tmp_path / resource["path"]).stat().st_size


def test_frictionless_finds_the_package_valid_and_a_changed_figure_not(tmp_path):
    frictionless = pytest.importorskip("frictionless")
    tables.write_tables(a_set(claims=pd.DataFrame([CLAIM, CLAIM | {"figure": 75.926}])), tmp_path)
    assert frictionless.validate(str(tmp_path / "datapackage.json")).flatten() == []
    claims = tmp_path / "claims.csv"
    claims.write_bytes(claims.read_bytes().replace(b"75.926", b"75.927"))
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_the_codebook_lists_every_cell_of_both_forms_once():
    book = tables.form_codebook()
    assert book[~book["group"]].groupby("form").size().to_dict() == {"2019": 198, "2021": 200}
    assert not book.duplicated(["form", "cell"]).any()
    assert (book["row_zh"] + book["column_zh"] != "").all() and (book["unit"] != "").all()
