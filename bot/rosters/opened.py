"""A document with its rows or tables read once, whichever source then makes sense of them."""

from dataclasses import dataclass
from functools import cached_property

from bot.model.roster import Sheet
from bot.rosters.delimited import text_grid
from bot.rosters.document import Document, Kind
from bot.rosters.page import Table, read_tables
from bot.rosters.xlsx import book_grid


@dataclass(frozen=True)
class Opened:
    """What a source looks at."""

    document: Document

    @cached_property
    def grid(self) -> Sheet | None:
        """The rows of a text or workbook, None for anything else. Raises `RosterError`."""
        if self.document.kind is Kind.WORKBOOK:
            return book_grid(self.document)
        return text_grid(self.document) if self.document.kind is Kind.TEXT else None

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables of a page, none for anything else. Raises `RosterError`."""
        return tuple(read_tables(self.document)) if self.document.kind is Kind.PAGE else ()
