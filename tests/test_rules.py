"""Identities and rules: what must hold, what is worth asking, across a report, its years and its government."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govinfo.checks import rules
from govinfo.checks.cross import across_levels, across_years, previous_reports
from govinfo.checks.findings import COLUMNS, form_cell
from govinfo.checks.identities import rule_table
from govinfo.checks.rules import differences, evaluate, identities
from govinfo.form import load_form
from govinfo.placing.values import clean, resolve_marks

FACTS = Path(__file__).resolve().parents[2] / "shared" / "facts"
factual = pytest.mark.skipif(not FACTS.exists(), reason="the published figures are not at hand")


def table(figures, report="r", form="2021", default="0"):
    """All cells of a form, `default` but for the figures given by cell id (None: missing)."""
    rows = []
    for cell in load_form(form).cells:
        raw = figures.get(cell.id, default)
        cleaned = clean(raw or "", cell)
        flag = "missing" if raw is None else cleaned.flag
        rows.append((report, cell.id, cleaned.value, cell.unit, raw or "", flag, cleaned.note))
    names = ["report_id", "cell", "value", "unit", "raw", "flag", "note"]
    return resolve_marks(pd.DataFrame(rows, columns=names).astype({"value": float}))


def fails(findings, outcome="fail"):
    return findings.loc[findings["outcome"] == outcome, "rule"].tolist()


def one_case(column="natural", row="granted"):
    """One application received and handled, counted everywhere it belongs."""
    return {f"t3.{r}.{c}": "1" for r in ("new", row, "total") for c in (column, "total")}


# ------------------------------------------------------------------------------------------ identities


@pytest.mark.parametrize(("form", "count"), [("2021", 25 + 7 + 7 + 3), ("2019", 23 + 7 + 7 + 3)])
def test_a_form_has_an_identity_for_every_row_column_and_block(form, count):
    found = identities(cell.id for cell in load_form(form).cells)
    assert len({identity.id for identity in found}) == len(found) == count


def test_an_identity_lists_parts_left_and_total_right():
    by_id = {i.id: i for i in identities(cell.id for cell in load_form("2021").cells)}
    assert by_id["t3.row.granted"].right == ("t3.granted.total",)
    assert len(by_id["t3.row.granted"].left) == 6
    assert len(by_id["t3.outcomes.legal"].left) == 21
    assert by_id["t3.balance.total"].left == ("t3.new.total", "t3.carried_in.total")
    assert by_id["t3.balance.total"].right == ("t3.total.total", "t3.carried_out.total")
    assert by_id["t4.direct"].right == ("t4.direct.total",)


def test_every_identity_speaks_two_languages_and_gives_its_reason():
    for identity in identities(cell.id for cell in load_form("2021").cells):
        assert identity.statement.zh, identity.id
        assert identity.statement.en, identity.id
        assert identity.reason, identity.id
        assert "{" not in identity.statement.zh + identity.statement.en


def test_a_group_printed_as_one_row_stands_for_its_items():
    ids = [c.id for c in load_form("2021").cells]
    ids += [c.id for c in load_form("2021").group_cells if c.row == "other"]
    by_id = {i.id: i for i in identities(ids)}
    assert "t3.other.natural" in by_id["t3.outcomes.natural"].left
    assert not any(cell.startswith("t3.other.other.") for i in by_id.values() for cell in i.cells)
    assert by_id["t3.row.other"].right == ("t3.other.total",)


def test_the_order_of_cells_does_not_matter():
    ids = [cell.id for cell in load_form("2021").cells]
    assert identities(ids) == identities(reversed(ids))


def test_a_sum_that_fails_by_a_figure_in_doubt_is_a_question_and_by_certain_ones_an_error():
    cells = table(one_case() | {"t3.new.natural": "7"})
    assert set(evaluate(cells)["severity"]) == {"error"}
    doubted = cells.assign(flag=cells["flag"].mask(cells["cell"] == "t3.new.natural", "doubt"))
    found = evaluate(doubted)
    assert set(found["rule"]) == {"t3.row.new", "t3.balance.natural"} and set(found["severity"]) == {"question"}
    elsewhere = cells.assign(flag=cells["flag"].mask(cells["cell"] == "t3.granted.other", "doubt"))
    assert set(evaluate(elsewhere)["severity"]) == {"error"}


def test_a_figure_carried_over_in_doubt_makes_a_question_of_both_years():
    cells = pd.concat([table({"t3.carried_out.total": "3"}, "a"), table({}, "b")], ignore_index=True)
    doubted = cells.assign(flag=cells["flag"].mask(cells["cell"].eq("t3.carried_out.total"), "doubt"))
    years = pd.DataFrame({"report_id": ["a", "b"], "agency_id": ["x", "x"], "year": [2023, 2024]})
    for one, severity in ((cells, "error"), (doubted, "question")):
        found = across_years(one, years)
        assert found.loc[found["rule"] == "years.carry.total", "severity"].tolist() == [severity]


def test_what_a_report_lacks_is_listed_all_the_same():
    (identity,) = identities(["t4.review.total"])
    assert len(identity.cells) == 5


def test_sections_that_are_not_there_have_no_identity():
    assert identities(["t2.fees"]) == []


def test_differences_of_many_reports_come_in_one_pass():
    ids = ("t4.review.upheld", "t4.review.corrected", "t4.review.other", "t4.review.pending", "t4.review.total")
    values = np.array([[1, 2, 3, 4, 10], [1, 2, 3, 4, 9], [1, 2, np.nan, 4, 10]])
    np.testing.assert_array_equal(differences(values, ids), [[0], [1], [np.nan]])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.sampled_from([0, 0, 0, 1, 2, None]), min_size=7, max_size=7), min_size=1, max_size=4))
def test_many_reports_in_one_pass_give_what_each_report_gives_alone(columns):
    ids = tuple(c.id for c in load_form("2021").cells if c.section != "t2")
    shown = [f"t3.{row}.natural" for row in ("new", "granted", "total")] + ["t3.new.total", "t3.granted.total"]
    shown += ["t4.review.upheld", "t4.review.total"]
    figures = [dict(zip(shown, values, strict=True)) for values in columns]
    raw = [{cell: None if v is None else str(v) for cell, v in one.items()} for one in figures]
    values = np.array([[float("nan") if v is None else v for v in (f.get(i, 0) for i in ids)] for f in figures])
    names = [identity.id for identity in identities(ids)]
    for one, gaps in zip(raw, differences(values.astype(float), ids), strict=True):
        alone = evaluate(table(one))
        alone = alone[alone["severity"] == "error"]
        assert fails(alone) == [n for n, gap in zip(names, gaps, strict=True) if gap and not np.isnan(gap)]
        assert fails(alone, "cannot_tell") == [n for n, gap in zip(names, gaps, strict=True) if np.isnan(gap)]


def test_the_identities_of_three_leave_every_cell_its_own_signature():
    ids = tuple(c.id for c in load_form("2021").cells if c.section == "t3")
    changes = differences(np.eye(len(ids)), ids)
    assert np.linalg.matrix_rank(changes) == 37
    assert len(np.unique(changes, axis=0)) == len(ids) == 175


# ------------------------------------------------------------------------------------------ one report


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_consistent_report_has_no_finding(form):
    findings = evaluate(table(one_case(), form=form))
    assert findings.empty
    assert list(findings.columns) == list(COLUMNS)


def test_no_report_has_no_finding():
    assert evaluate(table({}).iloc[:0]).empty


def test_a_wrong_total_fails_its_row_and_its_column_with_the_arithmetic():
    findings = evaluate(table(one_case() | {"t3.granted.total": "3"})).set_index("rule")
    assert list(findings.index) == ["t3.row.granted", "t3.outcomes.total"]
    assert findings.loc["t3.row.granted", ["expected", "found"]].tolist() == ["1", "3"]
    assert findings.loc["t3.outcomes.total", ["expected", "found"]].tolist() == ["3", "1"]
    assert (findings[["outcome", "severity", "verdict"]] == ["fail", "error", "open"]).all(axis=None)


def test_the_message_tells_the_sum_in_english_and_chinese():
    figures = {"t3.new.total": "30", "t3.carried_in.total": "4", "t3.total.total": "33"}
    findings = evaluate(table(figures, default="0")).set_index("rule")
    english, chinese = findings.loc["t3.balance.total", "message"].split(" | ")
    assert english == "三 Total: items 1 + 2 add to 30 + 4 = 34, but items 3 + 4 add to 33"
    assert chinese == "表三“总计”列：第一项加第二项 30 + 4 = 34，第三项加第四项 33"


def test_a_missing_cell_cannot_tell_and_never_counts_as_zero():
    findings = evaluate(table(one_case() | {"t3.new.legal": None}))
    assert fails(findings) == []
    assert fails(findings, "cannot_tell") == ["t3.row.new", "t3.balance.legal"]
    assert "missing t3.new.legal" in findings["message"].iloc[0]
    assert (findings[["expected", "found"]] == "").all(axis=None)


def test_a_mark_never_turns_a_failure_into_cannot_tell():
    figures = {f"t4.review.{part}": "" for part in ("upheld", "corrected", "other", "pending")}
    findings = evaluate(table(figures | {"t4.review.total": "3"}))
    assert fails(findings) == ["t4.review"]
    assert findings.loc[0, ["expected", "found"]].tolist() == ["0", "3"]


def test_a_forced_mark_counts_as_forced():
    assert fails(evaluate(table(one_case() | {"t3.granted.natural": ""}))) == ["blank"]  # a question, and no sum fails


def test_a_blank_that_takes_up_a_difference_breaks_no_sum_and_is_asked_about():
    figures = {f"t4.review.{part}": "2" for part in ("upheld", "corrected", "other")}
    (row,) = evaluate(table(figures | {"t4.review.pending": "", "t4.review.total": "9"})).to_dict("records")
    assert (row["rule"], row["severity"], row["cells"]) == ("blank", "question", "t4.review.pending")
    assert "四 Administrative review / Pending = 3" in row["message"] and "尚未审结”= 3" in row["message"].replace(
        "” =", "”="
    )


def test_blanks_that_stand_for_nought_are_not_asked_about():
    assert evaluate(table({f"t4.review.{part}": "" for part in ("upheld", "corrected", "other", "pending")})).empty


def test_a_doubtful_reading_counts_as_read():
    cells = table(one_case())
    cells.loc[cells["cell"] == "t3.granted.total", ["value", "flag"]] = [7, "doubt"]
    assert fails(evaluate(cells)) == ["t3.row.granted", "t3.outcomes.total"]


def test_items_of_a_group_printed_as_one_row_are_not_missed():
    cells = table(one_case(row="other.other"))
    items = cells["cell"].str.startswith("t3.other.")
    cells.loc[items, ["value", "flag", "note"]] = [np.nan, "missing", "in group t3.other"]
    groups = [cell for cell in load_form("2021").group_cells if cell.row == "other"]
    values = [1.0 if cell.column in ("natural", "total") else 0.0 for cell in groups]
    merged = pd.DataFrame({"cell": [cell.id for cell in groups], "value": values, "raw": [f"{v:.0f}" for v in values]})
    cells = pd.concat([cells, merged.assign(report_id="r", unit="件", flag="ok", note="")], ignore_index=True)
    assert evaluate(cells).empty
    cells.loc[cells["cell"] == "t3.other.total", "value"] = 0
    assert fails(evaluate(cells)) == ["t3.row.other", "t3.outcomes.total"]


def test_sections_of_different_versions_are_each_judged_by_their_own():
    old, new = table(one_case(), form="2019"), table(one_case())
    mixed = pd.concat(
        [old[old["cell"].str.startswith("t2")], new[~new["cell"].str.startswith("t2")]], ignore_index=True
    )
    assert evaluate(mixed).empty


def test_several_reports_are_judged_each_by_itself_in_their_order():
    wrong = {"t4.direct.total": "3"}
    cells = pd.concat([table(wrong, "z"), table(one_case(), "m", "2019"), table(wrong, "a")], ignore_index=True)
    assert evaluate(cells)["report_id"].tolist() == ["z", "a"]


def test_a_negative_count_fails_but_a_negative_change_does_not():
    assert fails(evaluate(table({"t2.licensing": "-3"}))) == ["nonnegative"]
    assert fails(evaluate(table({"t2.licensing.items_change": "-3"}, form="2019"))) == []


def test_counts_are_whole_but_fees_and_procurement_are_not():
    findings = evaluate(table({"t2.licensing": "12.5", "t2.fees": "75.9260"}))
    assert (fails(findings), findings["cells"].tolist()) == (["whole"], ["t2.licensing"])
    assert fails(evaluate(table({"t2.procurement.amount": "47.9659万元"}, form="2019"))) == []


def test_repeals_above_the_stock_are_a_question():
    figures = {"t2.normative.made": "5", "t2.normative.repealed": "12", "t2.normative.valid": "8"}
    findings = evaluate(table(figures))
    assert fails(findings) == ["t2.normative.repeals"]
    assert findings.loc[0, ["severity", "expected", "found"]].tolist() == ["question", "8", "12"]
    assert findings.loc[0, "cells"] == "t2.normative.repealed t2.normative.valid"


def test_more_made_than_in_force_is_a_question_unless_repealed():
    assert fails(evaluate(table({"t2.normative.made": "7"}))) == ["t2.normative.stock"]
    assert "t2.normative.stock" not in fails(evaluate(table({"t2.normative.made": "7", "t2.normative.repealed": "7"})))


def test_a_rule_of_section_two_cannot_tell_without_its_cells():
    findings = evaluate(table({"t2.rules.valid": None, "t2.rules.repealed": None}))
    assert fails(findings, "cannot_tell") == ["t2.rules.repeals", "t2.rules.stock"]


@pytest.mark.parametrize(
    ("level", "asked"), [("township", True), ("county", True), ("department", True), ("city", False)]
)
def test_rules_reported_without_the_power_to_make_them_are_a_question(level, asked):
    reports = pd.DataFrame({"report_id": ["r"], "level": [level]})
    findings = evaluate(table({"t2.rules.valid": "6"}), reports)
    assert fails(findings) == ["t2.rules.power"] * asked
    assert (findings["severity"] == "question").all()


def test_without_metadata_nothing_is_asked_about_powers():
    assert evaluate(table({"t2.rules.valid": "6"})).empty


def test_a_broken_rule_is_reported_and_stops_no_other(monkeypatch):
    broken = {"id": "broken", "kind": "at_most", "severity": "error"}
    monkeypatch.setitem(rules.rule_table(), "rule", [broken, *rule_table()["rule"]])
    findings = evaluate(table({"t2.licensing": "-3"}))
    assert findings[["rule", "outcome"]].values.tolist() == [["broken", "rule_error"], ["nonnegative", "fail"]]
    assert "KeyError: 'rows'" in findings["message"].iloc[0]


def test_the_key_stays_while_the_figures_stay():
    def key(cells):
        return evaluate(cells).set_index("rule").loc["t4.direct", "key"]

    wrong = table({"t4.direct.total": "3"})
    elsewhere = pd.concat([table({"t4.direct.total": "3", "t2.fees": "9"}), table({}, "s")], ignore_index=True)
    assert key(wrong) == key(elsewhere) == key(wrong.iloc[::-1])
    assert key(wrong) != key(table({"t4.direct.total": "4"}))
    assert key(wrong) != key(table({"t4.direct.total": "3", "t4.direct.other": "00"}))
    assert key(wrong) != key(table({"t4.direct.total": "3"}, "s"))


def test_every_rule_is_documented():
    for rule in (rule for kind in ("identity", "rule", "cross", "text") for rule in rule_table()[kind]):
        assert all(rule[key] for key in ("id", "zh", "en", "reason", "message_zh", "message_en")), rule["id"]
        assert rule["severity"] in ("error", "question")


@given(st.integers(0, 174), st.integers(1, 9))
def test_any_single_wrong_cell_of_three_is_found_at_that_cell(number, error):
    cells = table(one_case())
    at = cells.index[cells["cell"].str.startswith("t3")][number]
    cells.loc[at, "value"] += error
    findings = evaluate(cells)
    assert not findings.empty
    assert all(cells.loc[at, "cell"] in named.split() for named in findings["cells"])


# ------------------------------------------------------------------------------------------ across years


def years(first, second, **more):
    """Two years of one agency and their metadata."""
    cells = pd.concat([table(first, "a"), table(second, "b")], ignore_index=True)
    reports = {"report_id": ["a", "b"], "agency_id": ["x", "x"], "year": [2023, 2024], "scope": ["own organ"] * 2}
    return cells, pd.DataFrame(reports | more)


def test_what_one_year_carries_out_the_next_carries_in():
    assert across_years(*years({"t3.carried_out.natural": "5"}, {"t3.carried_in.natural": "5"})).empty
    findings = across_years(*years({"t3.carried_out.natural": "5"}, {"t3.carried_in.natural": "4"}))
    assert findings.loc[0, ["report_id", "rule", "severity"]].tolist() == ["b", "years.carry.natural", "error"]
    assert findings.loc[0, ["expected", "found"]].tolist() == ["5", "4"]
    assert findings.loc[0, "cells"] == "a:t3.carried_out.natural t3.carried_in.natural"


def test_a_carry_that_fails_has_suspects_in_both_reports():
    first = {f"t3.{row}.{c}": "5" for row in ("new", "carried_out") for c in ("natural", "total")}
    second = {f"t3.{row}.{c}": "5" for row in ("carried_in", "granted", "total") for c in ("natural", "total")}
    assert across_years(*years(first, second)).empty
    wrong = second | {"t3.carried_in.natural": "3"}
    (row,) = across_years(*years(first, wrong)).to_dict("records")
    assert (row["suspects"], row["suggestion"]) == ("t3.carried_in.natural", "t3.carried_in.natural=5")
    wrong = first | {"t3.carried_out.natural": "3"}
    (row,) = across_years(*years(wrong, second)).to_dict("records")
    assert (row["suspects"], row["suggestion"]) == ("a:t3.carried_out.natural", "a:t3.carried_out.natural=5")
    assert row["verdict"] == "publisher"


def test_a_carry_between_different_scopes_is_a_question():
    case = years({"t3.carried_out.natural": "5"}, {}, scope=["own organ", "whole government"])
    assert across_years(*case)["severity"].tolist() == ["question"]


def test_a_carry_from_a_missing_cell_cannot_tell():
    findings = across_years(*years({"t3.carried_out.legal": None}, {}))
    assert fails(findings, "cannot_tell") == ["years.carry.legal"]


def test_stock_and_flow_is_a_question():
    flow = {"t2.normative.made": "61", "t2.normative.repealed": "59", "t2.normative.valid": "422"}
    assert across_years(*years({"t2.normative.valid": "420"}, flow)).empty
    findings = across_years(*years({"t2.normative.valid": "430"}, flow))
    assert findings.loc[0, ["rule", "severity", "expected", "found"]].tolist() == [
        "years.stock.normative",
        "question",
        "432",
        "422",
    ]
    assert "430 + 61 - 59 = 432" in findings.loc[0, "message"]


def test_repeals_are_asked_about_once_last_year_is_known():
    cells, reports = years({"t2.normative.valid": "1"}, {"t2.normative.repealed": "1"})
    reports = reports.assign(level="department")
    assert fails(evaluate(cells)) == ["t2.normative.repeals"]
    assert evaluate(cells, reports).empty
    assert across_years(cells, reports).empty
    cells, reports = years({"t2.normative.valid": "1"}, {"t2.normative.repealed": "3"})
    assert "years.repeals.normative" in fails(across_years(cells, reports))


def test_two_reports_of_one_year_are_a_question_and_compared_with_none():
    cells, reports = years({"t3.carried_out.natural": "5"}, {}, year=[2024, 2024])
    assert fails(across_years(cells, reports)) == ["years.same"] * 2
    assert previous_reports(reports.assign(year=[2024, 2024])) == {}


def test_years_apart_and_agencies_without_a_name_are_no_pair():
    reports = years({}, {}, year=[2022, 2024])[1]
    assert previous_reports(reports) == {}
    assert previous_reports(years({}, {}, agency_id=["", ""])[1]) == {}


def test_the_stock_of_a_form_that_does_not_ask_for_it_is_passed_over():
    cells = pd.concat([table({}, "a", "2019"), table({"t2.normative.valid": "9"}, "b")], ignore_index=True)
    assert across_years(cells, years({}, {})[1]).empty


def test_metadata_without_the_columns_needed_is_refused():
    with pytest.raises(ValueError, match="lacking agency_id year"):
        across_years(table({}), pd.DataFrame({"report_id": ["r"]}))


# ------------------------------------------------------------------------------------------ across levels


def family(parent, *children):
    """A whole government and its organs in one year."""
    names = ["p", *(f"c{i}" for i in range(len(children)))]
    forms = ["2021", *("2019" if any(".decisions" in cell for cell in child) else "2021" for child in children)]
    tables = [table(f, n, form) for f, n, form in zip((parent, *children), names, forms, strict=True)]
    reports = pd.DataFrame({"report_id": names, "agency_id": names, "agency": names, "year": 2024})
    reports["scope"] = ["whole government"] + ["own organ"] * len(children)
    reports["parent"] = [""] + ["p"] * len(children)
    return pd.concat(tables, ignore_index=True), reports


def test_a_government_counts_at_least_what_its_organs_count():
    assert across_levels(*family({"t3.new.total": "5"}, {"t3.new.total": "3"}, {"t3.new.total": "1"})).empty
    findings = across_levels(*family({"t3.new.total": "3"}, {"t3.new.total": "3"}, {"t3.new.total": "1"}))
    assert findings.loc[0, ["report_id", "rule", "severity"]].tolist() == ["p", "levels.t3.new.total", "question"]
    assert findings.loc[0, ["expected", "found"]].tolist() == ["4", "3"]
    assert findings.loc[0, "cells"] == "c0:t3.new.total c1:t3.new.total t3.new.total"


def test_organs_that_are_not_known_are_left_out_since_they_may_be_one_twice():
    cells, reports = family({"t3.new.total": "3"}, {"t3.new.total": "3"}, {"t3.new.total": "3"}, {"t3.new.total": "2"})
    assert across_levels(cells, reports).loc[0, "expected"] == "8"
    unknown = reports.assign(agency_id=["p", "", "", "c2"])
    assert across_levels(cells, unknown).empty


def test_organs_on_the_other_form_are_compared_in_the_common_vocabulary():
    findings = across_levels(*family({"t2.penalty": "7"}, {"t2.penalty.decisions": "8"}))
    assert findings.loc[0, "cells"] == "c0:t2.penalty.decisions t2.penalty"


def test_amounts_may_differ_by_their_rounding():
    assert across_levels(*family({"t2.fees": "18651.06"}, {"t2.fees": "18651.064104"})).empty
    assert not across_levels(*family({"t2.fees": "18651.06"}, {"t2.fees": "18651.08"})).empty


def test_an_organ_that_covers_only_itself_is_no_parent():
    cells, reports = family({}, {"t3.new.total": "3"})
    assert across_levels(cells, reports.assign(scope="own organ")).empty


# ------------------------------------------------------------------------------------------ real reports


@cache
def facts(tier):
    """The published figures as cells tables, cleaned and resolved."""
    rows = []
    with (FACTS / "cells.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cell = form_cell(row["cell"])
            if row["tier"] == tier and cell:
                cleaned = clean(row["raw"] or ("" if tier == "A" else row["value"]), cell)
                rows.append(
                    (row["report_id"], cell.id, cleaned.value, row["raw"], cleaned.flag, cleaned.note, row["value"])
                )
    names = ["report_id", "cell", "value", "raw", "flag", "note", "truth"]
    return resolve_marks(pd.DataFrame(rows, columns=names).astype({"value": float}))


@cache
def metadata():
    reports = pd.read_csv(FACTS / "reports.csv", dtype=str, keep_default_na=False)
    stem = reports["report_id"].str.replace(r"-\d{4}(-fixture)?$", "", regex=True)
    return reports.assign(agency=reports["agency_zh"], agency_id=stem, year=reports["year"].astype(int))


def listed():
    """failing_identities.csv as (report, rule) -> (left, right)."""
    with (FACTS / "failing_identities.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind, name = row["identity"].split(" ")
            rule = f"t4.{name}" if kind == "t4" else f"t3.{kind}.{name}"
            yield (row["report_id"], rule), (row["left_value"], row["right_value"])


@factual
def test_every_published_figure_is_read_as_it_stands():
    cells = facts("A")
    printed = cells[cells["flag"] != "zero_mark"]
    assert set(printed["flag"]) == {"ok", "cleaned"}
    assert (printed["value"] == printed["truth"].astype(float)).all()
    assert set(cells.loc[cells["flag"] == "zero_mark", "truth"]) == {""}


@factual
def test_the_sums_that_fail_as_published_all_come_out_with_their_arithmetic():
    findings = evaluate(facts("A")).set_index(["report_id", "rule"])
    for key, arithmetic in listed():
        assert tuple(findings.loc[key, ["outcome", "severity"]]) == ("fail", "error"), key
        assert tuple(findings.loc[key, ["expected", "found"]]) == arithmetic, key


@factual
def test_the_sums_that_fail_beyond_the_list_are_those_checked_by_hand():
    findings = evaluate(facts("A"))
    errors = findings[findings["severity"].eq("error") & findings["outcome"].eq("fail")]
    beyond = {*zip(errors["report_id"], errors["rule"], strict=True)} - {key for key, _ in listed()}
    assert beyond == {
        ("pingtan-2020", "t3.outcomes.natural"),  # 6 + 6 + 4 + 3 + 3 + 4 = 26, printed 20
        ("pingtan-2020", "t3.outcomes.total"),  # 7 + 6 + 4 + 3 + 3 + 4 = 27, printed 21
        ("pingtan-gaj-2021", "t3.balance.natural"),  # 1 received, 1 handled and 1 carried out
        ("pingtan-gaj-2021", "t3.balance.total"),
        ("pingtan-jsp-2022", "t3.outcomes.natural"),  # 3 outcomes, printed 0
        ("pingtan-jsp-2022", "t3.outcomes.other"),  # 2 outcomes, printed 0
        ("pingtan-jsp-2022", "t3.outcomes.total"),  # 5 outcomes, printed 0
        ("pingtan-nyn-2023", "t3.row.new"),  # 6 + 1 = 7, printed 0: the total stands one row lower
        ("pingtan-nyn-2023", "t3.row.carried_in"),  # 0, printed 7
    }
    assert (len(errors), errors["report_id"].nunique()) == (65, 20)


@factual
def test_as_many_identities_are_evaluated_as_the_list_says():
    cells = facts("A")
    printed = cells[cells["flag"] != "zero_mark"].groupby("report_id")["cell"].agg(set)
    found = {report: identities(ids) for report, ids in cells.groupby("report_id")["cell"]}
    assert sum(set(i.cells) <= printed[report] for report, group in found.items() for i in group) == 4954


@factual
def test_blanks_of_real_reports_are_forced_as_their_sums_say():
    notes = facts("A").set_index(["report_id", "cell"])["note"]
    assert notes["shbgt-2019", "t3.granted.total"] == "forced 272"
    assert notes["shkw-2024", "t3.carried_out.total"] == "forced 1"
    assert set(notes["shuyang-fgj-2023"]) == {"", "forced 0"}
    assert notes["pingtan-jjf-2021"].str.startswith("forced 0").sum() == 2


@factual
def test_questions_on_stocks_come_out_as_listed():
    assert "t2.normative.repeals" in fails(evaluate(facts("B").query("report_id == 'hanyang-office-2022'")))
    across = across_years(facts("A"), metadata())
    assert not across["report_id"].isin(["suqian-2024", "hongze-2024"]).any()
    assert {"pingtan-2023", "pingtan-jjf-2025"} <= set(
        across.loc[across["rule"] == "years.stock.normative", "report_id"]
    )


@factual
def test_carries_of_real_reports_hold_but_for_two():
    cells = pd.concat([facts("A"), facts("B")], ignore_index=True)
    across = across_years(cells, metadata())
    carry = across[across["rule"].str.startswith("years.carry") & across["outcome"].eq("fail")]
    assert set(carry["report_id"]) == {"pingtan-nyn-2023", "jiangning-2022"}


@factual
def test_no_identity_fails_without_reason_in_reports_known_in_part():
    findings = evaluate(facts("B"))
    errors = findings[findings["severity"].eq("error") & findings["outcome"].eq("fail")]
    assert {*zip(errors["report_id"], errors["rule"], strict=True)} == {
        ("jiangning-2022", "t3.balance.total"),  # 783 + 8 = 791, but 788 + 2 = 790
        ("dachuan-2023", "t3.balance.total"),  # 10 received, nothing handled or carried out
    }


@factual
def test_the_zone_and_its_organs_are_compared_over_seven_years():
    across = across_levels(facts("A"), metadata())
    asked = across.set_index(["report_id", "rule"])
    assert asked.loc[("pingtan-2020", "levels.t2.licensing"), ["expected", "found"]].tolist() == ["1306", "278"]
    assert (across["severity"] == "question").all()
    assert "pingtan-2024" not in set(across["report_id"])
