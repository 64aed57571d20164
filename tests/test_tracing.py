"""From a result to what was printed: the cells, their boxes, their pictures; and words where there is no picture."""

from collections import namedtuple
from pathlib import Path

import pandas as pd
import pytest

import govinfo as gi
from govinfo.figures import plots

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"


@pytest.fixture(scope="module")
def corpus():
    return gi.read_corpus(
        [RAW / "hongze-2023.pdf", RAW / "huaian-2024.pdf", RAW / "gz-xzb-2025.pdf"], jobs=1, cache=False
    )


def row(corpus, report, indicator):
    table = corpus.indicators
    return table[(table["report_id"] == report) & (table["indicator"] == indicator)].iloc[0]


def test_a_rate_leads_to_its_cells_their_boxes_and_their_pictures(corpus):
    found = gi.trace(row(corpus, "huaian-2024", "disclosure_rate"), corpus, lang="en")
    assert found.cells["cell"].tolist() == ["t3.granted.total", "t3.partial.total", "t3.total.total"]
    assert found.cells["part"].tolist() == ["numerator", "numerator", "denominator"]
    assert found.cells[["page", "x0", "y0", "x1", "y1"]].notna().all(axis=None)
    assert len(found.pictures) == 3 and not found.without_picture
    assert found.title == "huaian-2024 · Disclosure rate (granted in full or in part): 1816/3050 = 59.5%"
    assert found._repr_html_().count("<img") == 3


def test_a_finding_leads_to_its_cells_the_suspects_first(corpus):
    finding = corpus.findings[corpus.findings["rule"] == "t4.review"].iloc[0]
    found = gi.trace(finding, corpus, lang="zh")
    assert found.cells["cell"].iloc[0] == "t4.review.total" and found.cells["part"].iloc[0] == "嫌疑"
    assert set(found.cells["cell"]) == set(finding["cells"].split())
    assert len(found.pictures) == len(found.cells)


def test_a_cell_of_another_report_is_shown_from_that_report(corpus):
    finding = {"report_id": "huaian-2024", "rule": "years.x", "cells": "hongze-2023:t3.new.total t3.new.total"}
    found = gi.trace(finding, corpus)
    assert found.cells["report_id"].tolist() == ["hongze-2023", "huaian-2024"] and len(found.pictures) == 2


def test_a_point_of_a_figure_leads_to_the_same_cells_as_its_row(corpus):
    fig = plots.rates(corpus.indicators, corpus.reports, lang="en")
    by_point = gi.trace(plots.points(fig).loc["huaian-2024"], corpus)
    by_row = gi.trace(row(corpus, "huaian-2024", "disclosure_rate"), corpus)
    assert by_point.title == by_row.title and by_point.cells.equals(by_row.cells)


def test_a_bar_of_a_composition_leads_to_the_cells_of_every_part(corpus):
    fig = plots.composition(corpus.cells, corpus.reports, lang="en")
    found = gi.trace(plots.points(fig).loc["huaian-2024"], corpus, lang="en")
    assert found.cells["value"].sum() == 3050 and found.cells["part"].iloc[0] == "Granted"


def test_what_only_the_prose_states_comes_with_its_words(corpus):
    found = gi.trace(row(corpus, "gz-xzb-2025", "withdrawn_rate"), corpus, lang="en")
    assert "申请人撤销申请2件" in found.cells["raw"].iloc[0] and found.cells["value"].iloc[0] == 2
    assert len(found.pictures) == 1 and "prose" in found.without_picture[0]


def test_a_finding_about_the_prose_comes_with_what_is_stated_before_the_cells(corpus):
    finding = {"report_id": "gz-xzb-2025", "rule": "claim.received", "cells": "t3.new.total", "message": "a | 甲"}
    found = gi.trace(finding, corpus, lang="en")
    assert found.cells["part"].tolist() == ["prose", "concerned"] and found.cells["value"].tolist() == [4, 4]
    assert found.title == "gz-xzb-2025 · claim.received: a" and "受理" in found.cells["raw"].iloc[0]


def test_a_date_comes_from_the_list_of_reports(corpus):
    found = gi.trace(row(corpus, "huaian-2024", "publication_days"), corpus)
    assert found.cells["raw"].tolist() == ["2025-02-25"] and not found.pictures


def test_a_figure_that_is_not_printed_says_so_in_place_of_a_picture(corpus):
    found = gi.trace({"report_id": "gz-xzb-2025", "cell": "t3.nowhere.total"}, corpus, lang="en")
    assert found.cells["flag"].tolist() == ["missing"] and "no place on a page" in found.without_picture[0]


def test_a_single_report_will_do_and_so_will_any_kind_of_row(corpus):
    report = corpus["huaian-2024"]
    Row = namedtuple("Row", "report_id cell")
    for one in (Row("huaian-2024", "t3.new.total"), {"report_id": "huaian-2024", "cell": "t3.new.total"},
                pd.Series({"report_id": "huaian-2024", "cell": "t3.new.total"})):  # fmt: skip
        assert len(gi.trace(one, report).pictures) == 1


@pytest.mark.parametrize("nothing", [{}, {"report_id": "a"}, {"cell": "t3.new.total"}])
def test_a_row_that_names_no_result_is_refused(nothing, corpus):
    with pytest.raises(ValueError, match="expected a row with report_id and indicator, rule, claim"):
        gi.trace(nothing, corpus)
