"""Files that want to harm: what the user is told, and that nothing else happens."""

from html.parser import HTMLParser

import pandas as pd
import pytest
from hostile import CONTENT, RAWS, bomb, page_with, pdf
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typeset_formats import TITLE

import govinfo as gi
from govinfo.builds.corpus import Corpus
from govinfo.builds.inputs import Input, find_inputs
from govinfo.builds.limits import Limits, Readers
from govinfo.builds.packed import unpack
from govinfo.comparison.tracing import SHOWN, Trace
from govinfo.display import CutOut
from govinfo.tables import neutral, to_csv

BAD = "<script>alert(1)</script>\u202e"
LIMITS = Limits(seconds=45, megabytes=700)


@pytest.fixture(scope="module")
def readers():
    with Readers(LIMITS) as readers:
        yield readers


def told(readers, folder, content, ending):
    path = folder / f"file{ending}"
    path.write_bytes(content)
    return unpack(readers(find_inputs([path])[0]).data)


@pytest.mark.parametrize("name", CONTENT)
def test_a_hostile_file_is_read_or_refused_in_words(readers, tmp_path, name):
    content, ending, said = CONTENT[name]
    reading = told(readers, tmp_path, content, ending)
    message = reading["report"]["message"] or ""
    assert said in message and "Traceback" not in message and "Please report" not in message, message
    if said:
        assert reading["report"]["status"] == "failed" and message.startswith(f"file{ending}"), message
    else:
        found = dict(zip(reading["cells"]["cell"], reading["cells"]["raw"], strict=True))
        assert {cell: found.get(cell) for cell in RAWS} == RAWS


def test_a_stream_that_unpacks_to_too_much_is_ended_and_said(tmp_path):
    with Readers(Limits(seconds=20, megabytes=350)) as readers:
        message = told(readers, tmp_path, pdf(stream=bomb(1500)), ".pdf")["report"]["message"]
    assert message.startswith("file.pdf: expected") and any(
        said in message
        for said in ("350 MB of memory, found that it takes more", "within 20 seconds", "found none on 1")
    )


def test_nothing_is_fetched_for_a_page_that_asks(readers, tmp_path, monkeypatch):
    content, ending, _ = CONTENT["external references in a page"]
    path = tmp_path / f"file{ending}"
    path.write_bytes(content)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection was opened"))
    assert "root:" not in "".join(line.text for line in gi.read_report(path).document.prose)


def test_a_path_that_looks_like_an_address_is_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "http:" / "127.0.0.1").mkdir(parents=True)
    (tmp_path / "http:" / "127.0.0.1" / "a.pdf").write_bytes(pdf())
    with pytest.raises(gi.ReadError, match="found none on 1 pages"):
        gi.read_report("http:/127.0.0.1/a.pdf")


# ------------------------------------------------------------------ what is shown


class Tags(HTMLParser):
    """The elements of a piece of HTML and their attributes."""

    def __init__(self, html):
        super().__init__()
        self.names, self.attributes = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """A report in which every text that the agency wrote would run as a script."""
    path = tmp_path_factory.mktemp("poisoned") / "report.html"
    path.write_bytes(page_with(""))
    report = gi.read_report(path, report_id=BAD)
    report.agency = report.agency_id = report.message = report.level = report.scope = report.source = BAD
    for column in ("raw", "note"):
        report.cells[column] = report.cells[column].where(
            report.cells["flag"] == "missing", f'"{BAD}<img src=x onerror=y>'
        )
    failed = {
        "rule": "t3.row.new",
        "outcome": "fail",
        "severity": "error",
        "cells": "t3.new.total",
        "suspects": "t3.new.total",
    }
    failed |= {"suggestion": "t3.new.total=1", "message": BAD, "slip": "", "verdict": "open", "key": BAD, "review": ""}
    report.findings = pd.DataFrame([failed | {"report_id": BAD, "expected": BAD, "found": BAD}])
    return report


def a_corpus(report):
    about = {"report_id": BAD, "agency": BAD, "year": 2024, "form": BAD, "status": BAD}
    tables = {name: getattr(report, name) for name in ("cells", "unplaced", "claims", "findings")}
    return Corpus(pd.DataFrame([about]), indicators=pd.DataFrame(), **tables)


def a_trace(report):
    cells = pd.DataFrame([dict.fromkeys((*SHOWN, "cell"), BAD)])
    return Trace(BAD, cells, [CutOut(Image.new("RGB", (2, 2)), BAD, BAD)], [BAD])


@pytest.mark.parametrize("shown", ["card", "marked", "table", "problems", "corpus", "trace"])
def test_what_is_shown_as_html_runs_nothing_of_what_an_agency_wrote(poisoned, shown):
    made = {
        "card": lambda: poisoned._repr_html_(),
        "marked": lambda: poisoned.marked("三")._repr_html_(),
        "table": lambda: poisoned.table("三")._repr_html_(),
        "problems": lambda: poisoned.problems()._repr_html_(),
        "corpus": lambda: a_corpus(poisoned)._repr_html_(),
        "trace": lambda: a_trace(poisoned)._repr_html_(),
    }[shown]()
    found = Tags(made.replace('src="data:image/png;base64,', 'own="'))
    assert "alert(1)" in made
    assert not found.names & {"script", "iframe"} and not any(name.startswith("on") for name in found.attributes)
    assert "src" not in found.attributes  # no picture but our own, which stands in the page itself


def test_a_card_writes_in_its_own_direction(poisoned):
    assert "\u202e" not in poisoned._repr_html_()


# ------------------------------------------------------------------ spreadsheets


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("x")']
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe_on_request_alone(text):
    claim = {"report_id": "a", "claim": "received", "figure": 34.0, "unit": "件", "page": 2, "quote": text}
    frame = pd.DataFrame([claim])
    assert f"'{text}".replace('"', '""') in to_csv(frame, "claims", excel_safe=True)
    assert "'" + text.replace('"', '""') not in to_csv(frame, "claims")


@pytest.mark.parametrize("text", ["-3", "+1036", "—", "-", "75.9260", "３４", "", "无", "/"])
def test_published_figures_and_marks_stay_as_they_are(text):
    assert neutral(text) == text


@given(st.text(max_size=20))
def test_no_text_runs_and_each_can_be_had_back(text):
    safe = neutral(text)
    assert safe.removeprefix("'") == text.removeprefix("'") or safe == f"'{text}"
    assert not safe.startswith(("=", "@", "\t", "\r", "\n"))


def test_direction_marks_are_no_part_of_a_text_that_is_read(readers, tmp_path):
    page = page_with("").decode().replace(TITLE, f"\u202e{TITLE}\u202c").encode()
    reading = told(readers, tmp_path, page, ".html")
    assert reading["report"]["agency"] == "示例市示例局"


def test_a_file_that_vanishes_or_changes_while_it_is_read_is_said_and_not_kept(readers, tmp_path):
    path = tmp_path / "file.html"
    path.write_bytes(page_with(""))
    (one,) = find_inputs([path])
    for deed in (lambda: path.write_bytes(page_with("<p>x</p>")), path.unlink):
        deed()
        packed = readers(Input(one.path, one.report_id, one.sha256))
        message = unpack(packed.data)["report"]["message"]
        assert (
            message
            == "file.html: expected the file to stay as it was, found that it changed or vanished while it was read. Run again."
        )
        assert not packed.lasting
