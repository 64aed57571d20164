"""What one reading of a document found: a text for each cell of the form, and the figures that no cell fits."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from govinfo.document import Box


@dataclass(frozen=True)
class Placed:
    """A published text with the cell id it belongs to; `certainty` is the similarity of the weakest label used.

    `note` and `doubt` are what the reader said of the grid's cell, `margin` is what the alignment of all labels would lose by
    another place for the row.
    """

    cell: str
    text: str
    box: Box | None
    certainty: float = 1.0
    pieces: int = 1
    note: str = ""
    doubt: str = ""
    margin: float = math.inf


@dataclass(frozen=True)
class Leftover:
    """A figure printed inside a table of the form that no cell id fits."""

    row_label: str
    column_label: str
    text: str
    box: Box | None


@dataclass
class Placement:
    """What one reading found: a text for each cell, the figures left over, the version of each section.

    `rejected` holds the texts of another engine's grids where they differ and the form's sums chose.
    """

    placed: dict[str, Placed] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    score: float = 0.0
    areas: list[Box] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)

    def add(self, other: Placement) -> None:
        """Take over another part's findings; a cell found twice keeps the first, the second is left over."""
        for cell, item in other.placed.items():
            if cell in self.placed:
                self.leftovers.append(Leftover(cell, "", item.text, item.box))
            else:
                self.placed[cell] = item
        self.leftovers += other.leftovers
        self.versions |= other.versions
        self.score += other.score
        self.areas += other.areas


def row_of(cell: str) -> str:
    """The row of the form that a cell stands in; of an item's row, its group.

    >>> row_of("t3.denied.process.other"), row_of("t3.denied.process"), row_of("t3.new.total")
    ('t3.denied.process', 't3.denied', 't3.new')
    """
    return cell.rsplit(".", 1)[0]
