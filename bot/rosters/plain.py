"""Lists of no system in particular: any table with a column of ids. Its header is found when it is normalised."""

from bot.model.roster import Row, Sheet
from bot.rosters.document import Kind, rows_within
from bot.rosters.opened import Opened

NO_TABLE = "there is no table on this page. Open the list of members, sign in, and save that page."
NO_RIGHT = "the site says that this account may not see the members. Ask your Union for the right, then save it again."


class Text:
    """CSV, TSV and pasted text, with any delimiter and in any usual encoding."""

    name = "csv"
    title = "CSV or pasted text"

    def recognises(self, opened: Opened) -> bool:
        """Any text: the last resort."""
        return opened.document.kind is Kind.TEXT

    def read(self, opened: Opened) -> Sheet:
        """The rows as they stand. Raises `RosterError`."""
        return _grid(opened)


class Workbook:
    """An XLSX workbook."""

    name = "xlsx"
    title = "XLSX workbook"

    def recognises(self, opened: Opened) -> bool:
        """Any workbook; `read` says when it is another archive."""
        return opened.document.kind is Kind.WORKBOOK

    def read(self, opened: Opened) -> Sheet:
        """The rows as they stand. Raises `RosterError`."""
        return _grid(opened)


class Page:
    """A page of any system, such as a page that was named `.xls`: its largest table."""

    name = "page"
    title = "table of a saved page"

    def recognises(self, opened: Opened) -> bool:
        """Any page."""
        return opened.document.kind is Kind.PAGE

    def read(self, opened: Opened) -> Sheet:
        """The rows of the largest table as they stand. Raises `RosterError` where there is none."""
        document, tables = opened.document, opened.tables
        if "do not have permission" in document.text.casefold():
            document.refuse(NO_RIGHT)
        if not tables:
            document.refuse(NO_TABLE)
        table = max(tables, key=lambda one: len(one.rows))
        cells = [*table.titles, *table.rows]
        rows = rows_within(document, (Row(line, tuple(row)) for line, row in enumerate(cells, 1)))
        remarks = () if len(tables) == 1 else (f"The page has {len(tables)} tables; the largest was read.",)
        return Sheet(document.name, self.name, document.sha256, rows, encoding=document.encoding, remarks=remarks)


def _grid(opened: Opened) -> Sheet:
    if opened.grid is None:
        opened.document.refuse("this is a page or the answer of an API, not a table of text or a workbook.")
    return opened.grid
