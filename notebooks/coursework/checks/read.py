"""01: what is printed where, and two of the sums that hold in every report."""

from __future__ import annotations

from . import expect, grid, report, values


def received(answer, path: str) -> None:
    """The number of new applications."""
    v = values(path)
    expect(
        answer,
        v["t3.new.total"],
        carried_in_added=v["t3.new.total"] + v["t3.carried_in.total"],
        natural_only=v["t3.new.natural"],
        outcomes_for_received=v["t3.total.total"],
        other_section=v["t4.review.total"],
    )


def carried_in(answer, path: str) -> None:
    """The number of applications that last year left open."""
    v = values(path)
    expect(answer, v["t3.carried_in.total"], carried_out_for_in=v["t3.carried_out.total"])


def page(answer, cell: str, path: str) -> None:
    """The page that a cell is printed on."""
    right = report(path).cells.set_index("cell").at[cell, "page"]
    expect(answer, int(right), page_from_zero=int(right) - 1)


def row_sum(answer, row: str, path: str) -> None:
    """The sum of the six kinds of applicants in a row."""
    line = grid(path).loc[row]
    right = line.drop("total").sum()
    expect(
        answer,
        right,
        row,
        total_in_sum=right + line["total"],
        natural_left_out=right - line["natural"],
        natural_only=line["natural"],
    )


def printed(answer, cell: str, path: str) -> None:
    """The number printed in one cell."""
    v = values(path)
    expect(answer, v[cell], cell, natural_only=v[cell.rsplit(".", 1)[0] + ".natural"])


def balance(arrived, accounted, path: str) -> None:
    """Both sides of the balance, column 总计: new and carried in, answered and carried out."""
    v = values(path)
    new, came, done, left = (v[f"t3.{row}.total"] for row in ("new", "carried_in", "total", "carried_out"))
    expect(arrived, new + came, "arrived", carried_in_left_out=new)
    expect(accounted, done + left, "accounted", carried_out_left_out=done)
