"""One invented report for each student, with one figure of section 三 printed wrong, from the teacher's secret alone.

The same secret and student number give the same report, error and PDF, whoever else is in the class; without the secret
neither can be worked out. The true figures stand in no other file, so nobody can look them up in the teaching corpus.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from types import SimpleNamespace

import make_teaching_corpus as teaching
import numpy as np
import pandas as pd
from make_facsimiles import design, layout_of, quirks_of, report_of
from typeset import typeset

STUDENT = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True)
class Planted:
    """A student's report: its figures as true and as published, and the one cell that differs."""

    student: str
    agency: str
    true: dict[str, int]
    cell: str
    published: int
    slip: str

    @property
    def figures(self) -> dict[str, int]:
        """The figures as published."""
        return self.true | {self.cell: self.published}

    @property
    def answer(self) -> dict:
        """What the teacher's list says."""
        return {
            "student": self.student,
            "cell": self.cell,
            "published": self.published,
            "true": self.true[self.cell],
            "slip": self.slip,
        }


def plant(secret: str, student: str, settings: dict) -> Planted:
    """The report of one student; ValueError where the number cannot be a file's name or the secret is empty.

    >>> settings = {"year": 2022, "size": 90.0}
    >>> plant("s", "1", settings) == plant("s", "1", settings)
    True
    >>> plant("s", "1", settings) == plant("s", "2", settings), plant("s", "1", settings) == plant("t", "1", settings)
    (False, False)
    """
    if not secret or not STUDENT.fullmatch(student):
        raise ValueError(
            f"student number {student!r}: expected letters, digits, - or _, and a secret that is not empty"
        )
    rng = np.random.RandomState(np.frombuffer(_digest(secret, student), dtype="<u4"))
    agency = f"虚构省{teaching.CITIES[rng.randint(len(teaching.CITIES))]}市{list(teaching.ORGANS)[rng.randint(15)]}"
    true = _figures(rng, settings["year"], settings["size"])
    slip = teaching.SLIPS[rng.randint(len(teaching.SLIPS))]
    cells = [c for c in true if c.startswith("t3.") and teaching.may_slip(c, slip)]
    fitting = [c for c in cells if teaching.slipped(true[c], slip) != true[c]]
    cell = fitting[rng.randint(len(fitting))]
    return Planted(student, agency, true, cell, teaching.slipped(true[cell], slip), slip)


def _digest(secret: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), "sha256")


def _figures(rng, year: int, size: float) -> dict[str, int]:
    """All cells of an invented report, all sums true; a year before it fills what is carried in."""
    chances = rng.dirichlet(np.array(teaching.MEAN["own organ"]) * teaching.CONCENTRATION)
    truth = SimpleNamespace(size=size, planted="", **dict(zip(teaching.CATEGORIES, chances, strict=True)))
    carried, stock = {}, {"normative": int(rng.poisson(30))}
    for each in (year - 1, year):
        cells = teaching.documents(each, stock, rng) | teaching.applications(None, truth, each, carried, rng)
    return cells | teaching.disputes(cells["t3.total.total"], rng)


def pdf(planted: Planted, settings: dict) -> bytes:
    """The report as a PDF, in a layout chosen by the student number; its foot says what it is."""
    book = design()
    book["footer"] = settings["footer"]
    source = {"report_id": planted.student, "agency": planted.agency, "agency_id": "invented", "published": ""}
    source |= {"year": str(settings["year"]), "form": "2021"}
    names = settings["layouts"]
    name = names[int(hashlib.sha256(planted.student.encode()).hexdigest(), 16) % len(names)]
    quirks = quirks_of("", book) | {"layout": name}
    claims = pd.DataFrame(columns=["claim", "stated"])
    texts = {cell: str(value) for cell, value in planted.figures.items()}
    report = report_of(pd.Series(source), texts, claims, book, quirks)
    return typeset(report, layout_of(planted.student, book, quirks)).pdf


def tag(planted: Planted, secret: str) -> str:
    """The fingerprint of the right answer, for the checks; JSON."""
    from checks.error import fingerprint

    salt = _digest(secret, f"salt of {planted.student}").hex()
    mark = fingerprint(planted.cell, planted.true[planted.cell], salt)
    return json.dumps({"salt": salt, "tag": mark}, indent=1) + "\n"
