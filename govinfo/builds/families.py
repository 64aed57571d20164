"""A large corpus in pieces: agencies with all their years, and what must be at hand to check them against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from govinfo.builds.inputs import Input

SIZE = 100  # reports in a piece: fewer cost time, more cost memory


@dataclass(frozen=True, slots=True)
class Known:
    """What grouping needs to know of one reading."""

    agency_id: str
    agency: str
    parent: str
    scope: str
    year: int | None

    @classmethod
    def of(cls, reading: dict) -> Known:
        about = reading["report"]
        return cls(*(about.get(name) or "" for name in ("agency_id", "agency", "parent", "scope")), about.get("year"))


@dataclass(frozen=True)
class Piece:
    """Inputs that are written together, and further ones that are only compared with; both by their number."""

    own: tuple[int, ...]
    beside: tuple[int, ...]


def pieces(known: Sequence[Known], size: int = SIZE) -> Iterator[Piece]:
    """All reports in pieces of about `size`, each agency whole, in the order of its first file.

    A report whose agency is unknown stands alone. Beside a whole government stand all reports of the organs that name it
    as their parent: what is found in a piece is what would be found in the whole corpus.

    >>> city, office = Known("c", "市", "", "whole government", 2024), Known("o", "局", "c", "own organ", 2024)
    >>> [(piece.own, piece.beside) for piece in pieces([city, office, city], size=1)]
    [((0, 2), (1,)), ((1,), ())]
    """
    agencies: dict[object, list[int]] = defaultdict(list)
    under: dict[str, set[str]] = defaultdict(set)
    for number, one in enumerate(known):
        agencies[one.agency_id or number].append(number)
        if one.parent and one.agency_id:
            under[one.parent].add(one.agency_id)
    own: list[int] = []
    for group in agencies.values():
        own += group
        if len(own) >= size:
            yield _piece(own, known, agencies, under)
            own = []
    if own:
        yield _piece(own, known, agencies, under)


def _piece(own: list[int], known: Sequence[Known], agencies: dict, under: dict) -> Piece:
    names = {name for n in own for name in (known[n].agency_id, known[n].agency) if name}
    organs = {organ for name in names for organ in under.get(name, ())}
    beside = {n for organ in organs for n in agencies[organ]} - set(own)
    return Piece(tuple(sorted(own)), tuple(sorted(beside)))


def chosen(piece: Piece, inputs: Sequence[Input]) -> list[Input]:
    """The inputs of a piece in their order, its own and those beside."""
    return [inputs[n] for n in sorted((*piece.own, *piece.beside))]
