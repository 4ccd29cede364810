"""SUMS member pages (Nottingham, Imperial): student id · name · member type · subscription purchased · date joined.

The date is `YYYY-MM-DD`; there is neither an end nor an address. Read from a saved page, or pasted.
"""

import re
from collections.abc import Iterator, Sequence

from bot.model.roster import Column, RosterField, Row, Sheet
from bot.rosters.document import rows_within
from bot.rosters.opened import Opened

COLUMNS = (
    Column("Student ID", RosterField.MEMBER_KEY),
    Column("Name", RosterField.NAME),
    Column("Member type", RosterField.MEMBER_TYPE),
    Column("Subscription purchased", RosterField.GROUP),
    Column("Date joined", RosterField.JOINED_ON),
)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00)?")


class Sums:
    """The member page of a SUMS site."""

    name = "sums"
    title = "SUMS member page"

    def recognises(self, opened: Opened) -> bool:
        """Five columns that end in a day, titled as SUMS titles them or full of "Student"."""
        return any(_is_list(rows) for rows in _candidates(opened))

    def read(self, opened: Opened) -> Sheet:
        """The members. Raises `RosterError` where there is no such table."""
        found = next((rows for rows in _candidates(opened) if _is_list(rows)), None)
        if found is None:
            opened.document.refuse("there is no table of members as SUMS shows it (five columns, the last a date).")
        grid = opened.grid
        return Sheet(
            file=opened.document.name,
            source=self.name,
            sha256=opened.document.sha256,
            rows=rows_within(opened.document, (row for row in found if not _is_title(row.cells))),
            columns=COLUMNS,
            encoding=opened.document.encoding,
            delimiter=grid.delimiter if grid else "",
            made_at=grid.made_at if grid else None,
            remarks=grid.remarks if grid else (),
        )


def _candidates(opened: Opened) -> Iterator[Sequence[Row]]:
    if opened.grid is not None:
        yield opened.grid.rows
    for table in opened.tables:
        yield [Row(line, tuple(cells)) for line, cells in enumerate((*table.titles, *table.rows), 1)]


def _is_list(rows: Sequence[Row]) -> bool:
    members = [row.cells for row in rows if _is_member(row.cells)]
    titled = any(_is_title(row.cells) for row in rows[:30])
    students = sum(cells[2].casefold() == "student" for cells in members)
    even = len(members) * 2 >= sum(len(row.cells) > 1 for row in rows)
    return bool(members) and even and (titled or students * 2 >= len(members))


def _is_member(cells: Sequence[str]) -> bool:
    return len(cells) == 5 and bool(DAY.fullmatch(cells[4])) and "@" not in cells[2] + cells[3]


def _is_title(cells: Sequence[str]) -> bool:
    titles = [cell.casefold() for cell in cells]
    return len(titles) == 5 and "subscription" in titles[3] and "joined" in titles[4]
