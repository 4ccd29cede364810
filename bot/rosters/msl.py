"""MSL ("Membership Solutions") mini-sites: Birmingham, Edinburgh, Royal Holloway and sites like theirs.

Three shapes, each as a saved page, pasted into a text or spreadsheet, or as CSV:

- the grouped member list: a heading for each membership group, then `Surname, Forename` · student or card number ·
  joined · expires, with dates as `dd/MM/yyyy HH:mm`. The tables' ids change, so the heading names the group.
  External members have a blank number, and one group ("Mailing List") is not paid;
- the table of all members: two columns, name and number;
- the Customisations report: some lines of title (seven as a rule, fewer on some sites), a header of generated names,
  then `[product] name` · purchase · date · student number · question · answer, one row for each question. The answers
  are left where they are: they may be about health or diet, and no list needs them.
"""

import re
from collections.abc import Iterator, Sequence

from bot.model.roster import Column, RosterField, Row, Sheet
from bot.rosters.document import Kind, rows_within
from bot.rosters.opened import Opened
from bot.rosters.page import Table
from bot.rosters.plain import NO_RIGHT, NO_TABLE

ORIGIN = re.compile(r"/organisation/(?:memberlist|editmembers)/([0-9]{1,10})")
COUNT = re.compile(r"[0-9,]+ members?\.?", re.IGNORECASE)
MOMENT = re.compile(r"([0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?")
PRODUCT = re.compile(r"\[([0-9]{1,12})\]\s+(\S.*)")
LIST_COLUMNS = (
    Column("Name", RosterField.NAME),
    Column("ID", RosterField.MEMBER_KEY),
    Column("Joined", RosterField.JOINED_ON),
    Column("Expires", RosterField.EXPIRES_ON),
    Column("Group", RosterField.GROUP),
)
REPORT_COLUMNS = (
    Column("Product", RosterField.GROUP),
    Column("Purchase ID", RosterField.ORDER_NO),
    Column("Purchase date", RosterField.JOINED_ON),
    Column("Student ID", RosterField.MEMBER_KEY),
)


class Msl:
    """Member lists and the Customisations report of an MSL site."""

    name = "msl"
    title = "MSL member list"

    def recognises(self, opened: Opened) -> bool:
        """A page that says it is one, rows under group headings, or rows of purchases."""
        if opened.document.kind is Kind.PAGE:
            return bool(ORIGIN.search(opened.document.text)) or any(map(_is_list, opened.tables))
        rows = opened.grid.rows if opened.grid else ()
        return _is_report(rows) or _is_grouped(rows)

    def read(self, opened: Opened) -> Sheet:
        """The members with their group. Raises `RosterError` for a sign-in page, or none of the three shapes."""
        if opened.document.kind is Kind.PAGE:
            return self._page(opened)
        rows = opened.grid.rows if opened.grid else ()
        if _is_report(rows):
            return self._report(opened, rows)
        if not _is_grouped(rows):
            opened.document.refuse("this is neither a member list nor a Customisations report of an MSL site.")
        return self._sheet(opened, _grouped(rows))

    def _page(self, opened: Opened) -> Sheet:
        text = opened.document.text.casefold()
        tables = [table for table in opened.tables if _is_list(table)]
        if not tables and "do not have permission" in text:
            opened.document.refuse(NO_RIGHT)
        if not tables and ("student login" in text or "member_list" not in text):
            opened.document.refuse(NO_TABLE)
        return self._sheet(opened, _from_tables(tables))

    def _sheet(self, opened: Opened, rows: Iterator[Row]) -> Sheet:
        document, grid = opened.document, opened.grid
        origin = ORIGIN.search(document.text)
        return Sheet(
            file=document.name,
            source=self.name,
            sha256=document.sha256,
            rows=rows_within(document, rows),
            columns=LIST_COLUMNS,
            encoding=document.encoding,
            delimiter=grid.delimiter if grid else "",
            origin=f"msl:{origin[1]}" if origin else "",
            made_at=grid.made_at if grid else None,
            remarks=grid.remarks if grid else (),
        )

    def _report(self, opened: Opened, rows: Sequence[Row]) -> Sheet:
        assert opened.grid is not None
        first = next(index for index, row in enumerate(rows) if _is_purchase(row))
        purchases = tuple(_purchases(rows[first:]))
        left_out = f"Rows 1 to {rows[first].line - 1} are the report's title; the questions and answers were left out."
        return Sheet(
            file=opened.document.name,
            source=self.name,
            sha256=opened.document.sha256,
            rows=purchases,
            columns=REPORT_COLUMNS,
            encoding=opened.document.encoding,
            delimiter=opened.grid.delimiter,
            made_at=opened.grid.made_at,
            remarks=(*opened.grid.remarks, left_out),
        )


def _is_list(table: Table) -> bool:
    """Whether a table is one of members: by its class or id, or by its dates."""
    return "msl_table" in table.css or "gvMemberships" in table.css or any(map(_is_member, table.rows))


def _is_member(cells: Sequence[str]) -> bool:
    """Whether cells are `Surname, Forename` · number or blank · joined · expires."""
    return len(cells) == 4 and "," in cells[0] and all(MOMENT.fullmatch(cell) for cell in cells[2:])


def _is_name_and_number(cells: Sequence[str]) -> bool:
    return len(cells) == 2 and "," in cells[0] and bool(re.fullmatch(r"[A-Za-z-]{0,4}[0-9]{3,20}", cells[1]))


def _is_heading(cells: Sequence[str]) -> bool:
    return len(cells) == 1 and not COUNT.fullmatch(cells[0]) and any(char.isalpha() for char in cells[0])


def _is_grouped(rows: Sequence[Row]) -> bool:
    """Whether a heading is followed by members, and most rows of more than one cell are members."""
    heading, wide, members = False, 0, 0
    for row in rows:
        heading = heading or (not members and _is_heading(row.cells))
        wide += len(row.cells) > 1
        members += heading and (_is_member(row.cells) or _is_name_and_number(row.cells))
    return members > 0 and members * 2 >= wide


def _grouped(rows: Sequence[Row]) -> Iterator[Row]:
    """Members with the heading above them. What is no member is handed on, to be looked at by a person."""
    group = ""
    for row, after in zip(rows, (*rows[1:], None), strict=True):
        if COUNT.fullmatch(row.cells[0]) and len(row.cells) == 1:
            continue
        if _is_heading(row.cells) and after is not None:
            group = row.cells[0]
        elif not _is_title(row.cells):
            yield _member(row.line, row.cells, group)


def _is_title(cells: Sequence[str]) -> bool:
    """Whether cells are the columns' titles: a number's column without any digit."""
    return len(cells) > 1 and bool(cells[1]) and not any(char.isdigit() for char in "".join(cells))


def _from_tables(tables: Sequence[Table]) -> Iterator[Row]:
    line = 0
    for table in tables:
        for cells in table.rows:
            if not _is_title(cells):
                line += 1
                yield _member(line, cells, table.heading)


def _member(line: int, cells: Sequence[str], group: str) -> Row:
    name, number, joined, expires = (*cells, "", "", "", "")[:4]
    return Row(line, (name, number, joined, expires, group))


def _is_purchase(row: Row) -> bool:
    return len(row.cells) >= 5 and bool(PRODUCT.fullmatch(row.cells[0]) and MOMENT.match(row.cells[2]))


def _is_report(rows: Sequence[Row]) -> bool:
    return any(map(_is_purchase, rows))


def _purchases(rows: Sequence[Row]) -> Iterator[Row]:
    """One row for each purchase, without the questions. A row of no product keeps its other cells, for a person."""
    seen = set()
    for row in rows:
        product, purchase, bought, student = (*row.cells, "", "", "", "")[:4]
        found = PRODUCT.fullmatch(product)
        cells = (found[2] if found else "", purchase, bought, student)
        if cells not in seen:
            yield Row(row.line, cells)
        seen.add(cells)
