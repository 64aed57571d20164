"""make originals, against a server on the loopback that has the published figures as web pages."""

import csv
import sys
from pathlib import Path

import pytest
from loopback import serving
from typeset_formats import as_html, figures

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import originals

CHOSEN = ("suqian-2024", "pingtan-jtj-2024")


@pytest.fixture
def site():
    with serving() as site:
        yield site


@pytest.fixture
def raw(site, tmp_path):
    """A data/raw of some reports whose addresses are on the loopback, and one that has none."""
    facts, folder = figures(), tmp_path / "raw"
    folder.mkdir()
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictReader((ROOT / "data" / "raw" / "figures.csv").open(encoding="utf-8", newline=""))
        writer = csv.DictWriter(file, rows.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if row["report_id"] in CHOSEN)
    lines = [f"{name}.pdf,{name},{site.url(f'/{name}.html')}\n" for name in CHOSEN]
    (folder / "sources.csv").write_text("file,report_id,url\n" + "".join(lines) + "x.pdf,x,\n", encoding="utf-8")
    for name in CHOSEN:
        site[f"/{name}.html"] = (200, {}, as_html(facts[name]).encode())
    return folder


def run(raw, *reports):
    to = raw.parent / "originals"
    status = originals.main([*reports, "--raw", str(raw), "--to", str(to), "--allow-private"])
    with (to / "differences.csv").open(encoding="utf-8", newline="") as file:
        return status, list(csv.DictReader(file))


def test_originals_with_the_transcribed_figures_agree(raw, capsys):
    assert run(raw) == (0, [])
    assert capsys.readouterr().out.endswith(
        "2 of 2 originals compared, 0 figures differ, 0 unsure; 1 reports have no address\n"
    )


def test_one_figure_that_differs_is_named_with_both_texts(raw, site, capsys):
    altered = {**figures()["suqian-2024"], "t3.granted.natural": "7"}
    site["/suqian-2024.html"] = (200, {}, as_html(altered).encode())
    status, rows = run(raw)
    assert status == 1 and [(row["cell"], row["original"], row["verdict"]) for row in rows] == [
        ("t3.granted.natural", "7", "differs")
    ]
    assert rows[0]["transcribed"] == figures()["suqian-2024"]["t3.granted.natural"]
    assert "suqian-2024: 1 figures differ, 0 unsure" in capsys.readouterr().out


def test_a_page_that_is_gone_is_said_and_the_others_are_compared(raw, site, capsys):
    site["/suqian-2024.html"] = (404, {}, b"gone")
    assert run(raw) == (1, [])
    said = capsys.readouterr().out
    assert "suqian-2024: not compared" in said and "status 404" in said and "1 of 2 originals compared" in said


def test_only_the_reports_named_are_fetched(raw, site):
    assert run(raw, "suqian-2024")[0] == 0
    assert [path for path, _ in site.asked] == ["/suqian-2024.html"]
    assert originals.main(["x", "--raw", str(raw), "--to", str(raw.parent / "none")]) == 2


def test_a_row_that_the_original_has_not_is_unsure_and_no_agreement(raw, site):
    lacking = {cell: text for cell, text in figures()["suqian-2024"].items() if not cell.startswith("t3.carried_out")}
    site["/suqian-2024.html"] = (200, {}, as_html(lacking).encode())
    status, rows = run(raw, "suqian-2024")
    assert status == 1 and {row["verdict"] for row in rows} == {"unsure"} and len(rows) == 7
