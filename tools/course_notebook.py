"""The nbgrader format of an assignment's notebook: the student version of a source, and what is wrong with a source.

nbgrader does the same (tests/test_course_nbgrader.py holds the two side by side); it is not asked for here, so that the
bundles can be made and tried without its server extensions.
"""

from __future__ import annotations

import copy
import re

STUBS = {"code": "# YOUR CODE HERE · 在此作答\nraise NotImplementedError()", "markdown": "YOUR ANSWER HERE · 在此作答"}
KIND = {  # (grade, solution, locked) -> kind of cell
    (False, True, False): "answer",
    (True, False, True): "check",
    (True, True, False): "essay",
    (False, False, True): "read-only",
}
KEYS = {"grade", "grade_id", "locked", "points", "schema_version", "solution", "task"}
SOLUTION, HIDDEN = ((f"### BEGIN {what}", f"### END {what}") for what in ("SOLUTION", "HIDDEN TESTS"))


def kind(cell: dict) -> str:
    """The nbgrader kind of a cell: answer, check, essay, read-only, or "" for one that nbgrader does not know.

    >>> kind({"metadata": {"nbgrader": {"grade": True, "solution": False, "locked": True}}}), kind({"metadata": {}})
    ('check', '')
    """
    own = cell["metadata"].get("nbgrader")
    return KIND[own["grade"], own["solution"], own["locked"]] if own else ""


def text(cell: dict) -> str:
    return "".join(cell["source"])


def regions(source: str, marks: tuple[str, str]) -> tuple[list[str], list[tuple[int, str]]]:
    """The lines outside the marked regions, and for each region its place among them and its indent.

    ValueError where a region is opened twice, not opened, or not closed.
    """
    kept, places, inside = [], [], False
    for line in source.splitlines():
        if line.strip() in marks:
            if inside == (line.strip() == marks[0]):
                raise ValueError(f"{line.strip()!r} in the wrong place of:\n{source}")
            inside = not inside
            if inside:
                places.append((len(kept), line[: len(line) - len(line.lstrip())]))
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError(f"{marks[1]!r} is lacking in:\n{source}")
    return kept, places


def student_version(notebook: dict) -> dict:
    """A source without solutions, hidden tests and outputs; KeyError or ValueError as `problems` would tell."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        source = text(cell)
        if kind(cell) in ("answer", "essay"):
            source = _without_solution(source, STUBS[cell["cell_type"]])
        if kind(cell) == "check":
            source = "\n".join(regions(source, HIDDEN)[0])
        cell["source"] = source.splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
        if kind(cell):
            cell["metadata"]["deletable"] = False
        if kind(cell) in ("check", "read-only"):
            cell["metadata"]["editable"] = False
    return notebook


def _without_solution(source: str, stub: str) -> str:
    """The stub in place of every solution; a cell without a marked region is a solution as a whole."""
    kept, places = regions(source, SOLUTION)
    if not places:
        return stub
    for at, indent in reversed(places):
        kept[at:at] = [indent + line for line in stub.splitlines()]
    return "\n".join(kept)


def problems(notebook: dict) -> list[str]:
    """What a source lacks to be an nbgrader assignment; empty where it lacks nothing."""
    own = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    ids = [cell["metadata"]["nbgrader"].get("grade_id") for cell in own]
    found = [f"grade_id {i!r} stands twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    for cell in own:
        found += [f"{cell['metadata']['nbgrader'].get('grade_id')}: {problem}" for problem in _problems(cell)]
    return found


def _problems(cell: dict) -> list[str]:
    own = cell["metadata"]["nbgrader"]
    wanted = KEYS if own.get("grade") else KEYS - {"points"}
    if set(own) != wanted or own["schema_version"] != 3 or own["task"]:
        return [f"metadata {own}: expected the keys {sorted(wanted)} of schema version 3"]
    if not re.fullmatch(r"[a-zA-Z0-9_\-]+", own["grade_id"]):
        return ["grade_id: expected letters, digits, - and _"]
    if (own["grade"], own["solution"], own["locked"]) not in KIND:
        return ["grade, solution and locked do not go together"]
    if kind(cell) == "answer" and not regions(text(cell), SOLUTION)[1]:
        return ["an answer without ### BEGIN SOLUTION"]
    return ["a check that is no code"] if kind(cell) == "check" and cell["cell_type"] != "code" else []


def with_answers(source: dict, submitted: dict) -> dict:
    """The source with the cells that a student may fill in taken from a submission; one that is gone is not answered."""
    own = [cell for cell in submitted["cells"] if "nbgrader" in cell["metadata"]]
    given = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in own}
    merged = copy.deepcopy(source)
    for cell in merged["cells"]:
        if kind(cell) in ("answer", "essay"):
            own = given.get(cell["metadata"]["nbgrader"]["grade_id"])
            cell["source"] = own["source"] if own else [STUBS[cell["cell_type"]]]
    return merged
