"""The coursework's checks: each typical wrong answer fails with a message that names the mistake, in both languages."""

import re
import tomllib

import pandas as pd
import pytest
from checks import Mistake, expect, own
from coursework import NAMES, SOURCES, course_data, kind, made, states, text
from hypothesis import given
from hypothesis import strategies as st

# check: code that goes wrong after the solution, and the mistake that its message must name
WRONG = {
    "01_read": [
        ("read-find-check", "received = None", "not_answered"),
        ("read-find-check", "received += carried_in", "carried_in_added"),
        ("read-find-check", "received = report.value('t3.new.natural')", "natural_only"),
        ("read-find-check", "received = report.value('t3.total.total')", "outcomes_for_received"),
        ("read-find-check", "received = report.value('t4.review.total')", "other_section"),
        ("read-find-check", "carried_in = report.value('t3.carried_out.total')", "carried_out_for_in"),
        ("read-find-check", "page = 1", "page_from_zero"),
        ("read-row-check", "row_sum = row.sum()", "total_in_sum"),
        ("read-row-check", "row_sum -= row['t3.granted.natural']", "natural_left_out"),
        ("read-row-check", "printed = row['t3.granted.natural']", "natural_only"),
        ("read-balance-check", "arrived = total['new']", "carried_in_left_out"),
        ("read-balance-check", "accounted = total['total']", "carried_out_left_out"),
        ("read-balance-check", "accounted = 1", "other"),
    ],
    "02_clean": [
        ("clean-number-check", "ok = to_number; to_number = lambda t: ok(t) or 0", "blank_as_zero"),
        ("clean-number-check", "ok = to_number; to_number = lambda t: ok(t.replace('12,34', '1234'))", "guessed"),
        ("clean-number-check", "ok = to_number; to_number = lambda t: ok(t.strip('约'))", "guessed"),
        ("clean-number-check", "ok = to_number; to_number = lambda t: ok(t.strip('减'))", "sign_lost"),
        (
            "clean-number-check",
            "ok = to_number; to_number = lambda t: int(re.sub(r'\\D', '', t)) if '（' in t else ok(t)",
            "digits_glued",
        ),
        (
            "clean-number-check",
            "to_number = lambda t: int(t) if t.isascii() and t.isdigit() else None",
            "certain_refused",
        ),
        ("clean-number-check", "to_number = int", "function_fails"),
        ("clean-number-check", "def to_number(text):\n    raise NotImplementedError()", "not_answered"),
        ("clean-forced-check", "zeros = []", "forced_not_seen"),
        ("clean-forced-check", "zeros += ['t3.new.legal']", "printed_called_blank"),
        ("clean-forced-check", "zeros = 't3.new.research'", "shape"),
        ("clean-suggest-check", "value = suggestion", "suggestion_as_value"),
        ("clean-suggest-check", "value = 0", "blank_as_zero"),
        ("clean-units-check", "yuan = parts[0].astype(float)", "unit_ignored"),
        ("clean-units-check", "yuan = parts[0].astype(float) * 10_000", "unit_everywhere"),
    ],
    "03_error": [
        ("error-rows-check", "row_gaps = table.sum(axis=1) - table['total']", "total_in_sum"),
        ("error-rows-check", "row_gaps = -row_gaps", "sign_reversed"),
        (
            "error-columns-check",
            "column_gaps = table.drop('t3.total').sum() - table.loc['t3.total']",
            "rows_beyond_outcomes",
        ),
        ("error-columns-check", "balance_gaps = balance_gaps - table.loc['t3.carried_in']", "carried_in_left_out"),
        ("error-columns-check", "balance_gaps = balance_gaps + table.loc['t3.carried_out']", "carried_out_left_out"),
        ("error-suspect-check", "table = table.copy(); table.loc[row, column] = suggestion", "changed_in_place"),
        ("error-suspect-check", "suggestion = table.loc[row, column]", "published_again"),
        ("error-suspect-check", "suspect, suggestion = 't3.partial.research', abs(change)", "gap_for_value"),
        ("error-suspect-check", "suspect, suggestion = 't3.total.legal', 999", "total_blamed"),
        ("error-suspect-check", "suspect, suggestion = 't3.granted.legal', 999", "mends_one_sum"),
        ("error-suspect-check", "suspect = 't4.review.total'", "other_section"),
        ("error-suspect-check", "suspect = 't3.granted'", "shape"),
        ("error-suspect-check", "mended = table", "still_fails"),
    ],
    "04_compare": [
        ("compare-rates-check", "rates = k / year['new']", "new_as_denominator"),
        ("compare-rates-check", "rates = k / (year['new'] + year['carried_in'])", "pending_counted"),
        ("compare-rates-check", "rates = 100 * rates", "percent_for_fraction"),
        ("compare-rates-check", "rates = year['granted'] / n", "partial_left_out"),
        ("compare-rates-check", "rates = k[:1] / n[:1]", "shape"),
        (
            "compare-pooled-check",
            "one = (once['granted'] + once['partial']) / once['answered']; pooled = one.groupby(once['agency_id']).mean()",
            "mean_of_rates",
        ),
        (
            "compare-pooled-check",
            "s = counts.groupby('agency_id')[['granted', 'partial', 'answered']].sum()\n"
            "pooled = (s['granted'] + s['partial']) / s['answered']",
            "counted_twice",
        ),
        (
            "compare-wilson-check",
            "wilson = lambda k, n: tuple(k / n + s * 1.96 * sqrt(k * (n - k) / n**3) for s in (-1, 1))",
            "wald_for_wilson",
        ),
        ("compare-wilson-check", "ok = wilson; wilson = lambda k, n: ok(k, n, 1.645)", "level_of_90"),
        (
            "compare-wilson-check",
            "ok = wilson; wilson = lambda k, n: [100 * x for x in ok(k, n)]",
            "percent_for_fraction",
        ),
        ("compare-difference-check", "difference = d, l1 - u2, u1 - l2", "ends_subtracted"),
        (
            "compare-difference-check",
            "half = 1.96 * sqrt(sum(k[a] * (n[a] - k[a]) / n[a]**3 for a in (FIRST, SECOND)))\n"
            "difference = d, d - half, d + half",
            "wald_difference",
        ),
        (
            "compare-difference-check",
            "difference = tuple(-x for x in (d, difference[2], difference[1]))",
            "order_reversed",
        ),
        ("compare-difference-check", "can_tell = True", "interval_ignored"),
        ("compare-fit-check", "fit = fit[['rate']].assign(rank=fit['rate'].rank())", "ranking_without_n"),
        ("compare-fit-check", "fit = fit[['rate', 'n']]", "interval_left_out"),
        ("compare-fit-check", "fit = fit.assign(n=year['new'])", "new_as_denominator"),
        ("compare-fit-check", "fit = fit * [100, 100, 100, 1]", "percent_for_fraction"),
    ],
    "05_own_agency": [
        ("own-source-check", "source['year'] += 1", "publication_year"),
        ("own-source-check", "source['sha256'] = '0' * 64", "other_file"),
        ("own-source-check", "source['agency'] = '别处'", "other_agency"),
        ("own-source-check", "source['url'] = 'a friend'", "no_address"),
        ("own-seen-check", "seen['t2.normative.made'] = ('45', 1)", "neighbour_column"),
        ("own-seen-check", "seen['t3.partial.total'] = ('33', 2)", "neighbour_row"),
        ("own-seen-check", "seen['t3.total.total'] = ('148', 1)", "page_from_zero"),
        ("own-seen-check", "seen = {'t3.new.total': ('154', 1)}", "too_few"),
        ("own-seen-check", "seen['t3.granted.total'] = seen.pop('t4.review.total')", "section_left_out"),
        ("own-sums-check", "arrived = v['t3.new.total']; accounted = v['t3.total.total']", "carried_out_left_out"),
        ("own-sums-check", "row_sum += v['t3.new.total']", "total_in_sum"),
        ("own-result-check", "result = result[['report', 'rate']]", "ranking_without_n"),
        ("own-result-check", "result['rate'] *= 100", "percent_for_fraction"),
        ("own-result-check", "result['n'] = [reports[i].value('t3.new.total') for i in (0, 1)]", "new_as_denominator"),
        (
            "own-result-check",
            "result['low'] = result['rate'] - 1.96 * (result['rate'] * (1 - result['rate']) / result['n']) ** 0.5\n"
            "result['high'] = 2 * result['rate'] - result['low']",
            "wald_for_wilson",
        ),
    ],
}
CASES = [(name, *case) for name in NAMES for case in WRONG[name]]


@pytest.mark.parametrize(("name", "check", "code", "mistake"), CASES, ids=[f"{c[1]}-{c[3]}" for c in CASES])
def test_a_typical_wrong_answer_fails_with_its_name(name, check, code, mistake, monkeypatch):
    space, source = states(name)[check]
    monkeypatch.chdir(made() / "teacher" / "source" / name)
    space = {key: value.copy() if key in ("source", "seen", "result") else value for key, value in space.items()}
    exec(code, space)
    with pytest.raises(Mistake) as caught:
        exec(source, space)
    assert caught.value.id == mistake, str(caught.value)
    assert (
        re.search(r"[a-z]{3}.+ · .*[\u4e00-\u9fff]", str(caught.value)) and "{" not in str(caught.value).split(" · ")[0]
    )


def test_a_whole_government_is_not_compared_with_one_of_its_organs():
    raw = course_data.RAW
    with pytest.raises(Mistake, match="whole government .+ single organ"):
        own.result(pd.DataFrame(), [str(raw / "pingtan-2025.pdf"), str(raw / "pingtan-scj-2025.pdf")])


def test_a_report_without_an_answered_application_has_no_rate():
    with pytest.raises(Mistake, match="no application was answered"):
        own.result(pd.DataFrame(), [str(course_data.RAW / "pingtan-czj-2019.pdf")])


def test_missing_and_not_a_number_are_no_answer():
    for nothing in (None, ..., float("nan"), pd.NA):
        with pytest.raises(Mistake, match="Not answered yet"):
            expect(nothing, 1)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_only_the_right_number_passes(answer, right):
    if abs(answer - right) <= 5e-4:
        expect(answer, right)
    else:
        with pytest.raises(Mistake):
            expect(answer, right)


@pytest.mark.parametrize("name", NAMES)
def test_each_assignment_names_at_least_three_mistakes(name):
    assert len({mistake for _, _, mistake in WRONG[name]} - {"other", "shape", "not_answered"}) >= 3


def test_every_mistake_that_a_check_names_is_in_the_table_and_no_other():
    folder = course_data.SOURCES / "checks"
    table = tomllib.loads((folder / "mistakes.toml").read_text(encoding="utf-8"))
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    assert all(set(row) == {"en", "zh"} for row in table.values())
    assert not [mistake for mistake in table if not re.search(rf'"{mistake}"|\b{mistake}=', code)]
    assert not set(re.findall(r'Mistake\("(\w+)"', code)) - set(table)


def test_every_check_of_the_sources_has_a_wrong_answer_here():
    checks = {c["metadata"]["nbgrader"]["grade_id"] for n in NAMES for c in SOURCES[n]["cells"] if kind(c) == "check"}
    assert checks == {check for _, check, _, _ in CASES} and all(text(c) for n in NAMES for c in SOURCES[n]["cells"])
