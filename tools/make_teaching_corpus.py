"""Make the invented teaching corpus: 200 agencies x 3 years, with a known truth, planted differences and planted errors.

    python tools/make_teaching_corpus.py [FOLDER]        (default: data/raw/teaching)

Writes `reports.csv`, `cells.csv` (one row a report, one column a cell), `truth.csv` (the chances behind each report) and
`errors.csv` (the slips planted). No agency in it exists. Seeded with numpy's frozen RandomState: the same bytes for ever.

How a report comes about: an agency has a size, a mix of applicants and chances of the six outcomes; chances vary between
agencies like a Dirichlet distribution around the mean of their scope. Cases are drawn year by year, what is carried out
of one year is carried into the next, and all sums are true - until the slips are planted.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from govinfo.form import form_year, load_form

SEED = 711
YEARS = (2020, 2021, 2022)
KINDS = ("natural", "enterprise", "research", "welfare", "legal", "other")
CATEGORIES = ("granted", "partial", "denied", "unable", "not_processed", "other")
MEAN = {"whole government": (0.46, 0.10, 0.08, 0.24, 0.04, 0.08), "own organ": (0.42, 0.08, 0.09, 0.31, 0.04, 0.06)}
CONCENTRATION = 12  # of the Dirichlet: the smaller, the more agencies differ
CARRIED = 0.06  # chance that a case stays open at the year's end
CITIES = "甲乙丙丁戊己庚辛"
COUNTIES = "子丑寅卯"
ORGANS = {
    "教育局": "Education Bureau", "财政局": "Finance Bureau", "公安局": "Public Security Bureau",
    "民政局": "Civil Affairs Bureau", "住房和城乡建设局": "Housing and Construction Bureau",
    "交通运输局": "Transport Bureau", "农业农村局": "Agriculture Bureau", "卫生健康委员会": "Health Commission",
    "市场监督管理局": "Market Regulation Bureau", "生态环境局": "Ecology and Environment Bureau",
    "自然资源局": "Natural Resources Bureau", "司法局": "Justice Bureau", "文化和旅游局": "Culture and Tourism Bureau",
    "审计局": "Audit Bureau", "统计局": "Statistics Bureau",
}  # fmt: skip
PLANTED = {"odds x3": 3.0, "odds /3": 1 / 3}


def agencies() -> pd.DataFrame:
    """8 cities, 4 counties in each, 15 departments of each city, 5 townships in each: 40 governments and 160 organs."""
    rows = []
    for i, city in enumerate(CITIES):
        name, en = f"虚构省{city}市", f"City {chr(65 + i)} (invented)"
        government = f"T{i + 1:02d}000"
        rows.append((government, f"{name}人民政府", f"Government of {en}", "city", "whole government", ""))
        for j, county in enumerate(COUNTIES):
            full, short = f"{name}{county}县人民政府", f"Government of County {j + 1}, {en}"
            rows.append((f"T{i + 1:02d}{j + 1:01d}00", full, short, "county", "whole government", government))
        for j, (organ, organ_en) in enumerate(ORGANS.items()):
            code = f"T{i + 1:02d}0{j + 1:02d}"
            rows.append((code, f"{name}{organ}", f"{organ_en}, {en}", "department", "own organ", government))
        for j in range(5):
            code, town = f"T{i + 1:02d}9{j + 1:02d}", f"{name}第{'一二三四五'[j]}镇人民政府"
            rows.append((code, town, f"Town {j + 1}, {en}", "township", "own organ", government))
    names = ["agency_id", "agency", "agency_en", "level", "scope", "parent"]
    return pd.DataFrame(rows, columns=names).assign(province="虚构省")


def truths(table: pd.DataFrame, rng) -> pd.DataFrame:
    """Each agency's size, chances of the outcomes, and what was planted in it."""
    sizes = {"city": 1500, "county": 180, "department": 30, "township": 9}
    rows = []
    for agency in table.itertuples():
        size = sizes[agency.level] * rng.lognormal(0, 0.6)
        rows.append((agency.agency_id, size, *rng.dirichlet(np.array(MEAN[agency.scope]) * CONCENTRATION)))
    truth = pd.DataFrame(rows, columns=["agency_id", "size", *CATEGORIES]).assign(planted="")
    organs = table.index[table["level"] == "department"]
    chosen = rng.choice(organs, 9, replace=False)
    for planted, places in zip(["odds x3", "odds /3", "repeat applicant"], np.split(chosen, 3), strict=True):
        truth.loc[places, "planted"] = planted
    for place in truth.index[truth["planted"].isin(list(PLANTED))]:
        mean = np.array(MEAN["own organ"])  # from the mean, so that nothing but the planted odds is unusual
        truth.loc[place, list(CATEGORIES)] = _with_odds(mean, PLANTED[truth.loc[place, "planted"]])
        truth.loc[place, "size"] = 200.0
    truth.loc[truth["planted"] == "repeat applicant", "size"] = 60.0
    truth.loc[table.index[table["level"] == "county"][0], "planted"] = "simpson"
    return truth


def _with_odds(chances, times):
    """The chances with the odds of disclosure (granted or partial) multiplied; the ratios within either side are kept."""
    disclosed = chances[:2].sum()
    odds = times * disclosed / (1 - disclosed)
    return np.concatenate([chances[:2] / disclosed * odds, chances[2:] / (1 - disclosed)]) / (1 + odds)


def applications(agency, truth, year: int, carried: dict, rng) -> dict[str, int]:
    """Section 三 of one report, all sums true. `carried`: kind -> cases open since last year; updated to this year's."""
    form = load_form(form_year(year))
    rows = [row for row in form.block("t3").rows if row.role == "outcome"]
    cells = {}
    mix = np.array([0.80, 0.08, 0.01, 0.03, 0.06, 0.02])
    new = rng.multinomial(rng.poisson(truth.size), mix)
    for kind, count in zip(KINDS, new, strict=True):
        inflow = int(count) + carried.get(kind, 0)
        open_ = int(rng.binomial(inflow, CARRIED * (truth.planted != "simpson")))
        chances = np.array([getattr(truth, c) for c in CATEGORIES])
        counts = rng.multinomial(inflow - open_, chances / chances.sum())
        if truth.planted == "repeat applicant" and kind == "natural":
            counts = _repeated(counts, rng)
        column = {"new": int(count), "carried_in": carried.get(kind, 0), "carried_out": open_}
        column |= _rows(counts, rows, rng) | {"total": inflow - open_}
        cells |= {f"t3.{row}.{kind}": value for row, value in column.items()}
        carried[kind] = open_
    for row in form.block("t3").rows:
        cells[f"t3.{row.id}.total"] = sum(cells[f"t3.{row.id}.{kind}"] for kind in KINDS)
    return cells


def _repeated(counts, rng):
    """Half of the cases come from one applicant and share one outcome."""
    half = counts // 2
    half[rng.randint(len(counts))] += (counts - counts // 2).sum()
    return half


def _rows(counts, rows, rng) -> dict[str, int]:
    """The six categories' counts spread over the form's rows."""
    cells = {}
    for category, count in zip(CATEGORIES, counts, strict=True):
        members = [row.id for row in rows if row.id == category or row.id.startswith(f"{category}.")]
        weights = np.arange(len(members), 0, -1.0)
        cells |= dict(zip(members, rng.multinomial(count, weights / weights.sum()).tolist(), strict=True))
    return cells


def disputes(decided: int, rng) -> dict[str, int]:
    """Section 四 of one report, all sums true."""
    cells = {}
    for group, rate in (("review", 0.03), ("direct", 0.006), ("after_review", 0.008)):
        counts = rng.multinomial(rng.poisson(rate * decided), [0.6, 0.12, 0.16, 0.12]).tolist()
        cells |= {
            f"t4.{group}.{r}": c for r, c in zip(("upheld", "corrected", "other", "pending"), counts, strict=True)
        }
        cells[f"t4.{group}.total"] = sum(counts)
    return cells


def documents(year: int, stock: dict, rng) -> dict[str, float]:
    """Section 二 of one report. `stock`: normative documents in force, carried from year to year."""
    cells = {}
    for cell in load_form(form_year(year)).cells:
        if cell.section == "t2":
            cells[cell.id] = 0 if ".rules" in cell.id else int(rng.poisson(20)) - 20 * cell.signed
    made, repealed = int(rng.poisson(3)), int(min(rng.poisson(2), stock["normative"]))
    stock["normative"] += made - repealed
    if form_year(year) == "2021":
        return cells | dict(
            zip(_of("t2.normative", "made repealed valid"), (made, repealed, stock["normative"]), strict=True)
        )
    return cells | dict(
        zip(_of("t2.normative", "new newly_public total_public"), (made, made, stock["normative"]), strict=True)
    )


def _of(row: str, columns: str) -> list[str]:
    return [f"{row}.{column}" for column in columns.split()]


def published(agency, year: int, rng) -> str:
    """The day of publication: mostly within the statutory time, one in ten late."""
    last = {"department": 31, "township": 40}.get(agency.level, 90)
    day = rng.randint(5, last) if rng.uniform() > 0.1 else last + rng.randint(1, 60)
    return (datetime.date(year, 12, 31) + datetime.timedelta(days=int(day))).isoformat()


def simpson(cells: pd.DataFrame, agency_id: str) -> None:
    """Plant Simpson's paradox: every kind of applicant gets more in 2022 than in 2021, and yet the whole gets less.

    The rates are those of Julious & Mullee 1994 (kidney stones), for natural persons and enterprises.
    """
    counts = {
        2021: {"natural": (192, 263), "enterprise": (81, 87)},
        2022: {"natural": (192, 263), "enterprise": (81, 87)},
    }
    counts[2021] = {"natural": (55, 80), "enterprise": (234, 270)}
    for year, kinds in counts.items():
        report = f"{agency_id}-{year}"
        cells.loc[report, [c for c in cells if c.startswith("t3.") and not pd.isna(cells.loc[report, c])]] = 0
        for kind in kinds:
            yes, n = kinds[kind]
            filled = {"new": n, "granted": yes, "unable.not_held": n - yes, "total": n}
            cells.loc[report, [f"t3.{row}.{kind}" for row in filled]] = list(filled.values())
        for row in ("new", "granted", "unable.not_held", "total"):
            cells.loc[report, f"t3.{row}.total"] = sum(cells.loc[report, f"t3.{row}.{kind}"] for kind in KINDS)


SLIPS = ("off by one", "digits swapped", "digit dropped", "total not filled in")


def plant_errors(cells: pd.DataFrame, allowed, rng, count: int = 40) -> pd.DataFrame:
    """One slip in each of `count` reports among those `allowed`, in a cell of 三; the list of what was planted where."""
    rows = []
    for place in rng.permutation(np.flatnonzero(allowed)):
        report, slip = cells.index[place], SLIPS[len(rows) % len(SLIPS)]
        known = cells.loc[report, [c for c in cells if c.startswith("t3.") and may_slip(c, slip)]].dropna()
        fitting = [cell for cell, value in known.items() if slipped(value, slip) != value]
        if fitting and len(rows) < count:
            cell = fitting[rng.randint(len(fitting))]
            rows.append((report, cell, int(known[cell]), slipped(known[cell], slip), slip))
            cells.loc[report, cell] = rows[-1][3]
    return pd.DataFrame(rows, columns=["report_id", "cell", "true", "published", "slip"]).sort_values("report_id")


def may_slip(cell: str, slip: str) -> bool:
    return slip != "total not filled in" or cell.endswith(".total")


def slipped(value: float, slip: str) -> int:
    text = str(int(value))
    changed = {
        "off by one": int(value) + 1,
        "digits swapped": int(text[:-2] + text[-1] + text[-2]) if len(text) > 1 else int(value),
        "digit dropped": int(text[:-1]) if len(text) > 1 else int(value),
        "total not filled in": 0,
    }
    return changed[slip]


def corpus(seed: int = SEED):
    """The four tables: reports, cells (index report_id), truth, errors."""
    rng = np.random.RandomState(seed)
    table = agencies()
    truth = truths(table, rng)
    reports, rows = [], {}
    for agency, chances in zip(table.itertuples(), truth.itertuples(), strict=True):
        carried, stock = {}, {"normative": int(rng.poisson(30))}
        for year in YEARS:
            report = f"{agency.agency_id}-{year}"
            cells = documents(year, stock, rng) | applications(agency, chances, year, carried, rng)
            rows[report] = cells | disputes(cells["t3.total.total"], rng)
            reports.append((report, agency.agency_id, year, form_year(year), published(agency, year, rng)))
    form_cells = list(dict.fromkeys(cell.id for v in ("2021", "2019") for cell in load_form(v).cells))
    cells = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=form_cells).rename_axis("report_id")
    simpson(cells, truth["agency_id"][truth["planted"] == "simpson"].iloc[0])
    names = ["report_id", "agency_id", "year", "form", "published"]
    reports = pd.DataFrame(reports, columns=names).merge(table, on="agency_id").assign(kind="teaching")
    plain = truth["agency_id"][truth["planted"] == ""]
    return reports, cells, truth.round(6), plant_errors(cells, reports["agency_id"].isin(plain).to_numpy(), rng)


def main(folder: str = "data/raw/teaching") -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    reports, cells, truth, errors = corpus()
    reports.to_csv(target / "reports.csv", index=False, lineterminator="\n")
    cells.astype("Int64").to_csv(target / "cells.csv", lineterminator="\n")
    truth.to_csv(target / "truth.csv", index=False, lineterminator="\n")
    errors.to_csv(target / "errors.csv", index=False, lineterminator="\n")
    print(f"{len(reports)} invented reports of {len(truth)} agencies, {len(errors)} slips planted: {target}")


if __name__ == "__main__":
    main(*sys.argv[1:])
