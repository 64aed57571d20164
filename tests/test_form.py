"""The official form as data."""

import csv
from pathlib import Path

import pytest

from govinfo.form import VERSIONS, cells_of, form_year, load_form

SPEC = Path(__file__).resolve().parents[2] / "shared" / "spec" / "cells.csv"
specified = pytest.mark.skipif(not SPEC.exists(), reason="the list of cells of the contract is not at hand")


def spec(version):
    with SPEC.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["form"] == version]


@specified
@pytest.mark.parametrize("version", VERSIONS)
def test_cells_are_those_of_the_contract_in_its_order(version):
    own = [row["cell"] for row in spec(version) if not row["note"]]
    assert [cell.id for cell in load_form(version).cells] == own


@specified
@pytest.mark.parametrize("version", VERSIONS)
def test_group_cells_are_those_of_the_contract(version):
    groups = {row["cell"] for row in spec(version) if row["note"]}
    assert {cell.id for cell in load_form(version).group_cells} == groups


@specified
@pytest.mark.parametrize("version", VERSIONS)
def test_units_and_column_labels_are_those_of_the_contract(version):
    form = load_form(version)
    for row in spec(version):
        cell = form.cell(row["cell"])
        assert cell.unit == row["unit"], row
        assert cell.column_label.zh.endswith(row["column"]), row


@specified
@pytest.mark.parametrize("version", VERSIONS)
def test_row_labels_of_sections_two_and_three_are_those_of_the_contract(version):
    form = load_form(version)
    for row in spec(version):
        if row["section"] != "四":
            assert form.cell(row["cell"]).row_label.zh == row["row"]


@pytest.mark.parametrize(("version", "sizes"), [("2021", (10, 175, 15)), ("2019", (22, 161, 15))])
def test_sections_have_as_many_cells_as_the_form(version, sizes):
    cells = load_form(version).cells
    assert tuple(sum(cell.section == section for cell in cells) for section in ("t2", "t3", "t4")) == sizes


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_are_unique_and_every_label_has_two_languages(version):
    form = load_form(version)
    cells = (*form.cells, *form.group_cells)
    assert len({cell.id for cell in cells}) == len(cells)
    assert all(cell.column_label.zh and cell.column_label.en for cell in cells)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_row_of_three_names_its_basis(version):
    assert all(row.basis for row in load_form(version).block("t3").rows)


@pytest.mark.parametrize("version", VERSIONS)
def test_only_changes_of_the_form_of_2019_are_signed(version):
    signed = {cell.column for cell in load_form(version).cells if cell.signed}
    assert signed == ({"items_change"} if version == "2019" else set())


def test_a_group_path_runs_from_the_outside_in():
    block = load_form("2021").block("t3")
    row = next(row for row in block.rows if row.id == "denied.process")
    assert [group.id for group in block.group_path(row, "rows")] == ["done", "denied"]


def test_the_items_of_a_group_are_its_members():
    block = load_form("2021").block("t3")
    assert [row.id for row in block.members("other")] == ["other.no_correction", "other.unpaid_fee", "other.other"]


def test_sections_of_one_report_may_follow_different_versions():
    cells = cells_of({"t2": "2019", "t3": "2021", "t4": "2021"})
    assert len(cells) == 22 + 175 + 15


@pytest.mark.parametrize(("year", "version"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2030, "2021")])
def test_the_year_tells_the_version(year, version):
    assert form_year(year) == version


def test_a_year_without_a_common_form_is_refused():
    with pytest.raises(ValueError, match="2018.*no common form"):
        form_year(2018)


def test_an_unknown_form_is_refused_by_name():
    with pytest.raises(ValueError, match="no form '2014': the known versions are 2019, 2021"):
        load_form("2014")


def test_an_unknown_cell_is_refused_with_the_form_named():
    with pytest.raises(KeyError, match="form 2021 has no cell 't9.x'"):
        load_form("2021").cell("t9.x")


def test_a_label_speaks_two_languages_only():
    label = load_form("2021").cell("t3.new.natural").column_label
    assert (label["zh"], label["en"]) == ("自然人", "Natural persons")
    with pytest.raises(ValueError, match="lang must be one of"):
        label["fr"]
