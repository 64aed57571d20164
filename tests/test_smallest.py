"""The smallest sets of cells: exact and complete against brute force and against HiGHS."""

import random
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import figures

from govinfo.checks.identities import identities
from govinfo.checks.localise import localise, matrix_of
from govinfo.checks.smallest import fewest, smallest_sets


@dataclass(frozen=True)
class Sum:
    """An identity with nothing but what localisation needs."""

    id: str
    left: tuple[str, ...]
    right: tuple[str, ...]


def sets(values, rules, **options):
    return [frozenset(s.cells) for s in localise(values, rules, **options).sets]


@cache
def tries(size):
    """All values for `size` cells, up to what six cells of at most 2 in sums of +1 and -1 can ask for (Cramer's rule)."""
    most = (0, 10, 20, 60)[size]
    return np.array(list(product(range(most + 1), repeat=size)), dtype=np.int16).reshape((most + 1) ** size, size)


def brute_force(values, rules):
    """All smallest sets of up to three cells, by trying every value of every set."""
    cells = sorted({cell for rule in rules for cell in rule.left + rule.right})
    matrix = np.array([[r.left.count(c) - r.right.count(c) for c in cells] for r in rules], dtype=np.int16)
    for size in range(4):
        found = set()
        for columns in map(list, combinations(range(len(cells)), size)):
            rest = np.array([0 if k in columns else values[c] for k, c in enumerate(cells)], dtype=np.int16)
            if (tries(size) @ matrix[:, columns].T == -matrix @ rest).all(axis=1).any():
                found.add(frozenset(cells[k] for k in columns))
        if found:
            return found
    return None


@st.composite
def small_systems(draw):
    cells = "abcdef"[: draw(st.integers(3, 6))]
    values = {c: draw(st.integers(0, 2)) for c in cells}
    rules = []
    for k in range(draw(st.integers(1, 4))):
        sides = draw(st.lists(st.sampled_from("LR-"), min_size=len(cells), max_size=len(cells)))
        left, right = (tuple(c for c, side in zip(cells, sides, strict=True) if side == s) for s in "LR")
        if left and right:
            rules.append(Sum(f"i{k}", left, right))
    return values, rules or [Sum("i", ("a",), ("b",))]


@settings(max_examples=150, deadline=None)
@given(small_systems())
def test_the_sets_are_those_of_a_brute_force_search(system):
    values, rules = system
    expected = brute_force(values, rules)
    found = localise(values, rules, max_cells=3, max_sets=10_000)
    if expected is None:
        assert found.status == "too many cells"
    elif expected == {frozenset()}:
        assert found.status == "consistent" and not found.parts
    else:
        assert len(found.sets) == len(expected)
        assert {frozenset(s.cells) for s in found.sets} == expected


@settings(max_examples=60, deadline=None)
@given(small_systems())
def test_every_suggestion_makes_every_identity_hold(system):
    values, rules = system
    for suspects in localise(values, rules, max_sets=10_000).sets:
        if None not in suspects.values:
            after = {**values, **suspects.changes}
            assert all(sum(after[c] for c in r.left) == sum(after[c] for c in r.right) for r in rules)
            assert all(values[c] != v >= 0 for c, v in suspects.changes.items())


@settings(max_examples=40, deadline=None)
@given(small_systems(), st.randoms(use_true_random=False))
def test_the_order_of_identities_does_not_matter(system, rng):
    values, rules = system
    shuffled = rng.sample(rules, len(rules))
    assert set(sets(values, rules, max_sets=10_000)) == set(sets(values, shuffled, max_sets=10_000))


@pytest.mark.parametrize("seed", range(4))
def test_highs_needs_as_many_cells_on_the_whole_form(seed):
    rng = random.Random(seed)
    values = {cell: int(v) for cell, v in figures(rng, "2021", "small").items() if cell.startswith("t3")}
    for cell in rng.sample(list(values), 3):
        values[cell] += rng.randint(1, 3)
    (part,) = localise(values, identities(values)).parts
    found = fewest(matrix_of(part.cells, part.identities), [values[c] for c in part.cells], np.ones(len(values), bool))
    assert tuple(part.cells[k] for k in found) in [s.cells for s in part.sets]


def test_a_solution_in_halves_is_none():
    triangle = np.array([[1, 1, 0, -1, 0, 0], [0, 1, 1, 0, -1, 0], [1, 0, 1, 0, 0, -1]])
    only = np.array([True, True, True, False, False, False])
    options = {"open_": only, "max_cells": 3, "max_sets": 9}
    assert smallest_sets(triangle, [0, 0, 0, 1, 1, 1], **options) is None
    assert smallest_sets(triangle, [0, 0, 0, 1, 1, 2], **options) == [((0, 2), (1, 1))]
