"""REVIEW.md and CONTRIBUTING.md: every link leads somewhere, every point of both checklists is answered, changes are dated."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REVIEW = (ROOT / "REVIEW.md").read_text(encoding="utf-8")
JOSS = (
    "Repository", "License", "Contribution and authorship", "Substantial scholarly effort", "Data sharing", "Reproducibility",
    "Human and animal research", "Installation", "Functionality", "Performance", "Statement of need",
    "Installation instructions", "Example usage", "Functionality documentation", "Automated tests", "Community guidelines",
    "Summary", "State of the field", "Quality of writing", "references",
)  # fmt: skip
TIER = (
    "Read Me", "report", "Input data files", "Data sources guide", "codebooks", "Intermediate data", "Analysis data files",
    "Data appendix", "Processing scripts", "Data appendix scripts", "Analysis scripts", "Master script", "Results",
)  # fmt: skip


def answers(text):
    """First cell -> second cell of every table row."""
    return dict(re.findall(r"^\| (.+?) \| (.+) \|$", text, re.MULTILINE))


def anchors(path):
    """The places of a Markdown file that a link can lead to, as code hosts name them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", ["REVIEW.md", "CONTRIBUTING.md"])
def test_every_link_leads_to_a_file_and_a_place_in_it(name):
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    for link in links:
        path, _, anchor = link.partition("#")
        assert (ROOT / path).exists(), link
        assert not anchor or anchor in anchors(ROOT / path), link


@pytest.mark.parametrize("name", ["REVIEW.md", "CONTRIBUTING.md"])
def test_both_readmes_lead_to_it_and_every_make_target_in_it_exists(name):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for readme in ("README.md", "README.zh.md"):
        assert f"]({name})" in (ROOT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", (ROOT / name).read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("item", JOSS)
def test_every_item_of_the_joss_checklist_is_answered(item):
    assert any(item in head and len(answer) > 20 for head, answer in answers(REVIEW.split("## TIER")[0]).items())


@pytest.mark.parametrize("item", TIER)
def test_every_part_of_the_tier_protocol_is_answered(item):
    assert any(item.lower() in head.lower() for head in answers(REVIEW.split("## TIER")[1]))


@pytest.mark.parametrize(("name", "heading"), [("README.md", "## Changes in method"), ("README.zh.md", "## 方法变更")])
def test_changes_in_method_are_dated_in_order_and_name_the_version(name, heading):
    text = (ROOT / name).read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\S+) \| (.+?) \|$", text, re.MULTILINE)[1:]
    dates = [date.fromisoformat(day) for day, _ in rows]
    assert dates and dates == sorted(dates)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert any(version in change for _, change in rows)
