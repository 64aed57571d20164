"""The invented teaching corpus: made anew byte for byte, its planted slips and differences are found."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from govinfo.checks import rules
from govinfo.comparison import compare, teaching
from govinfo.comparison.indicators import measure

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def corpus():
    return teaching.read_teaching(ROOT / "data" / "raw" / "teaching")


def test_the_generator_makes_the_shipped_files_again(tmp_path):
    spec = importlib.util.spec_from_file_location("make_teaching_corpus", ROOT / "tools" / "make_teaching_corpus.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.main(tmp_path)
    for name in teaching.FILES:
        assert (tmp_path / name).read_bytes() == (ROOT / "data" / "raw" / "teaching" / name).read_bytes(), name


def test_it_has_200_agencies_in_three_years_and_says_that_it_is_invented(corpus):
    assert corpus["reports"].groupby("year").size().to_dict() == {2020: 200, 2021: 200, 2022: 200}
    assert set(corpus["reports"]["kind"]) == {"teaching"}
    assert corpus["reports"]["agency"].str.startswith("虚构省").all()
    assert corpus["reports"]["agency_en"].str.contains("invented").all()


def test_the_rules_find_the_reports_with_a_planted_slip_and_no_other(corpus):
    findings = rules.evaluate(corpus["cells"])
    failing = findings[(findings["outcome"] == "fail") & (findings["severity"] == "error")]
    assert set(failing["report_id"]) == set(corpus["errors"]["report_id"])


def test_simpsons_paradox_is_where_it_was_planted(corpus):
    planted = corpus["truth"].query("planted == 'simpson'")["agency_id"].iloc[0]
    strata = compare.by_applicant(corpus["cells"], "disclosure_rate", f"{planted}-2021", f"{planted}-2022")
    found = compare.decompose(strata)
    assert found.simpson and found.difference < 0 < found.rates
    every = compare.neighbours(corpus["cells"], corpus["reports"].query("level == 'county'"))
    assert f"{planted}-2022" in set(every.loc[every["simpson"], "report_id_1"])
    assert len(every) > 50 and every["simpson"].mean() < 0.05


def test_what_is_carried_out_of_a_year_is_carried_into_the_next(corpus):
    sound = ~corpus["reports"]["report_id"].isin(corpus["errors"]["report_id"])
    reports = corpus["reports"][sound]
    wide = corpus["cells"].pivot(index="report_id", columns="cell", values="value").loc[reports["report_id"]]
    table = reports.set_index("report_id").join(wide[["t3.carried_in.total", "t3.carried_out.total"]])
    later = table.assign(year=table["year"] - 1).set_index(["agency_id", "year"])["t3.carried_in.total"]
    both = table.set_index(["agency_id", "year"])["t3.carried_out.total"].to_frame().join(later, how="inner").dropna()
    assert len(both) > 300 and (both["t3.carried_out.total"] == both["t3.carried_in.total"]).all()


def test_planted_odds_stand_out_of_the_funnel(corpus):
    from govinfo.comparison.funnel import funnel

    departments = corpus["reports"].query("level == 'department' and year == 2021")
    rows = compare.comparable(
        measure(corpus["cells"], departments, only=["disclosure_rate"]), departments, "disclosure_rate"
    )
    outside = funnel(rows["numerator"], rows["denominator"]).table["outside"]
    planted = rows["agency_id"].map(corpus["truth"].set_index("agency_id")["planted"]).isin(["odds x3", "odds /3"])
    assert (outside[planted] != "").mean() >= 0.8 and (outside[~planted] != "").mean() < 0.12


def test_a_corpus_that_is_not_there_is_named_with_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"reports\.csv: not there; run python tools/make_teaching_corpus\.py"):
        teaching.read_teaching(tmp_path)


def test_its_cells_have_the_contracts_columns(corpus):
    wanted = ["report_id", "cell", "value", "unit", "raw", "flag", "note", "page", "x0", "y0", "x1", "y1"]
    assert list(corpus["cells"].columns) == wanted and corpus["cells"]["value"].notna().all()
    assert isinstance(corpus["cells"], pd.DataFrame) and corpus["cells"]["unit"].notna().all()
