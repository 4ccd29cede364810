"""How commands print: tables, moments, marks. What people have named themselves cannot steer the terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import typer

GAP = "  "


def visible(text: str) -> str:
    """Text with everything that a terminal would obey, not show, replaced by a dot."""
    return "".join(char if char.isprintable() else "·" for char in text)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]], nothing: str) -> None:
    """Print rows below their titles, or the sentence `nothing` if there are none."""
    cells = [tuple(visible(str(cell)) for cell in row) for row in rows]
    if not cells:
        typer.echo(nothing)
        return
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    for row in (tuple(title.upper() for title in titles), *cells):
        line = GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo(line.rstrip())


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A moment in the Union's zone: 23 November 2026, 12:04."""
    there = at.astimezone(zone)
    return f"{there.day} {there:%B %Y, %H:%M}"


def mark(ok: bool) -> str:
    """A tick or a cross; in colour where the terminal has it."""
    return typer.style("✓", fg="green") if ok else typer.style("✗", fg="red", bold=True)


def count(number: int, one: str, several: str = "") -> str:
    """`1 member`, `12 members`."""
    return f"{number} {one if number == 1 else several or one + 's'}"
