"""The numbers by which a reading is certain or in doubt: one table (certainty.toml), referred to by id."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources


@cache
def thresholds() -> dict[str, dict]:
    """The rows of certainty.toml by id, in their order.

    >>> thresholds()["label.weak"]["unit"]
    'likeness, 0 to 1'
    """
    text = (resources.files("govinfo") / "certainty.toml").read_text(encoding="utf-8")
    return {row["id"]: row for row in tomllib.loads(text)["threshold"]}


@cache
def _values() -> dict[str, float]:
    return {name: row["value"] for name, row in thresholds().items()}


def threshold(name: str) -> float:
    """The value of a threshold by its id; KeyError for an id that is not in the table.

    >>> 0 < threshold("label.weak") < 1
    True
    """
    return _values()[name]


@contextmanager
def at(name: str, value: float) -> Iterator[None]:
    """Read with another value of one threshold, as calibration does; the table's value is back afterwards.

    >>> with at("label.weak", 0.8):
    ...     threshold("label.weak")
    0.8
    """
    kept = threshold(name)
    _values()[name] = value
    try:
        yield
    finally:
        _values()[name] = kept
