"""XLSX workbooks, read as a stream. Formulas are never evaluated: the value the workbook last showed is taken."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook

from bot.errors import RosterError
from bot.model.roster import Row, Sheet
from bot.rosters.document import MAX_COLUMNS, SAVE_AS, Document, printable, rows_within
from bot.rosters.slim import slim

SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 256
LIKELY_NAME = re.compile(r"member|roster|list|report", re.IGNORECASE)
# What zipfile, zlib, expat (ParseError is a SyntaxError) and openpyxl raise when a workbook is damaged.
DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def book_grid(document: Document) -> Sheet:
    """The rows of a workbook's first visible sheet with anything on it, one that is named after members first.
    Raises `RosterError` for damaged and hostile workbooks, and beyond the caps."""
    try:
        data, made_at = slim(document)
        # openpyxl warns of styles and extensions that have no bearing on the cells.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with closing(load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)) as book:
                rows, remarks = _choose(document, book)
    except RosterError:
        raise
    except DAMAGE as error:
        document.refuse(f"the workbook is damaged or locked. {SAVE_AS}", cause=error)
    return Sheet(document.name, "xlsx", document.sha256, rows, made_at=made_at, remarks=remarks)


def _choose(document: Document, book: Workbook) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    visible.sort(key=lambda sheet: not LIKELY_NAME.search(sheet.title))
    filled = [sheet for sheet in visible if next(_rows(document, sheet), None)]
    if not filled:
        return (), ()
    rows = rows_within(document, _rows(document, filled[0]))
    if len(filled) == 1:
        return rows, ()
    read, *others = (f"“{printable(sheet.title)}”" for sheet in filled)
    return rows, (f"Only the worksheet {read} was read, not {', '.join(others)}.",)


def _rows(document: Document, sheet: Any) -> Iterator[Row]:
    if (sheet.max_column or 0) > SHEET_COLUMNS:
        document.refuse(f"the worksheet “{printable(sheet.title)}” has more than {MAX_COLUMNS} columns.")
    gap = None
    for line, cells in enumerate(sheet.iter_rows(max_row=SHEET_ROWS, max_col=SHEET_COLUMNS), 1):
        # openpyxl gives one and the same tuple for all rows of a gap: a million of them must cost nothing.
        if cells is not gap and any(cell.value is not None for cell in cells):
            yield Row(line, tuple(_text(cell) for cell in cells))
        gap = cells


def _text(cell: Any) -> str:
    """A cell as its reader saw it, where that is the safer reading: ids keep zeros that only the format shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        width = len(cell.number_format) if re.fullmatch("0+", str(cell.number_format)) else 0
        return str(value).zfill(width)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
