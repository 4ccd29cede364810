"""A file as it was handed in: its kind by content, its text, its rows. All caps on size stand here.

The kind is told from the bytes alone, never from the name: a page saved as `.xls` is a page.
"""

import codecs
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NoReturn

from bot.errors import RosterError
from bot.model.roster import Row

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 50
# Titles, preambles and footers come on top of the members.
MAX_GRID_ROWS = MAX_ROWS + 100
MAX_SAME = 5_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ARCHIVES = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"MSCF")
PICTURES_AND_PAPERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
# All but white space and the end of file of old systems.
CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1a")))
EMPTY = "the file is empty. Export the list again."
SAVE_AS = "Open it in a spreadsheet program and save it as XLSX or as CSV UTF-8."


class Kind(StrEnum):
    """What the bytes are."""

    TEXT = "text"
    PAGE = "page"
    JSON = "json"
    XML = "xml"
    WORKBOOK = "workbook"


@dataclass(frozen=True)
class Document:
    """A file within the caps. `text` is empty for a workbook; `encoding` is said as people know it ("UTF-8")."""

    name: str
    data: bytes = field(repr=False)
    kind: Kind
    text: str = field(default="", repr=False)
    encoding: str = ""

    @cached_property
    def sha256(self) -> str:
        """The file's fingerprint, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    def refuse(self, why: str, line: int | None = None, cause: Exception | None = None) -> NoReturn:
        """Raise `RosterError`: the file, the row where known, what is wrong and what to do."""
        place = f"{self.name}, row {line}" if line else self.name
        raise RosterError(f"{place}: {why}") from cause


def open_document(name: str, data: bytes) -> Document:
    """Tell what a file is. Raises `RosterError` for what is empty, too large, binary, locked or an archive."""
    paper = Document(shown(name), data, Kind.TEXT)
    if len(data) > MAX_BYTES:
        paper.refuse(f"the file is larger than {MAX_BYTES // 1_000_000} MB. Export the members of one society only.")
    if not data.strip():
        paper.refuse(EMPTY)
    if data.startswith(b"PK"):
        return Document(paper.name, data, Kind.WORKBOOK)
    _refuse_binary(paper)
    text, encoding = _decode(paper)
    return Document(paper.name, data, _kind(text), text, encoding)


def shown(name: str) -> str:
    """A file's name without its folders and without characters that could disturb a line of text."""
    return printable(re.split(r"[\\/]", name)[-1]) or "list"


def printable(text: str) -> str:
    """The start of a text, fit to stand in a line of a message."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:120]).strip()


def rows_within(document: Document, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows without trailing blanks and without blank rows, as long as the caps allow; `RosterError` beyond them."""
    kept: list[Row] = []
    same: dict[str, str] = {}
    for row in rows:
        cells = tuple(_once(cell, same) for cell in trimmed(row.cells))
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            document.refuse(f"there are more than {MAX_COLUMNS} columns. Keep the members' columns only.", row.line)
        if len(kept) == MAX_GRID_ROWS:
            document.refuse(f"there are more than {MAX_ROWS:,} rows. Export the members of one society only.", row.line)
        kept.append(Row(row.line, cells))
    return tuple(kept)


def trimmed(cells: Iterable[str]) -> tuple[str, ...]:
    """Cells stripped of outer white space, and without the blank ones at the end."""
    kept = [cell.strip() for cell in cells]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _once(cell: str, same: dict[str, str]) -> str:
    """The cell, or an equal one met before: groups and dates repeat, and then take their memory once."""
    return same.setdefault(cell, cell) if len(same) < MAX_SAME else same.get(cell, cell)


def _refuse_binary(paper: Document) -> None:
    data = paper.data
    if data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        paper.refuse("the workbook is locked with a password. Save a copy without the password.")
    if data.startswith(OLE):
        paper.refuse(f"this is a workbook of the old XLS kind. {SAVE_AS}")
    if data.startswith(ARCHIVES):
        paper.refuse("this is an archive. Unpack it and hand in the list itself.")
    if data.startswith(PICTURES_AND_PAPERS):
        paper.refuse("this is a picture or a printed document, not a list. Export the list as CSV or XLSX.")


def _decode(paper: Document) -> tuple[str, str]:
    codec, encoding = _encoding(paper.data)
    if encoding != "UTF-16" and _is_binary(paper.data):
        paper.refuse(f"this is not a text but some binary file. {SAVE_AS}")
    try:
        text = paper.data.decode(codec)
    except UnicodeDecodeError as error:
        if encoding == "UTF-16":
            paper.refuse(f"the text began as UTF-16 and is damaged or cut off. {SAVE_AS}", cause=error)
        line = paper.data.count(b"\n", 0, error.start) + 1
        paper.refuse(f"the text is neither in UTF-8 nor in UTF-16 nor in Windows-1252. {SAVE_AS}", line, error)
    if not text.strip():
        paper.refuse(EMPTY)
    if "\0" in text:
        paper.refuse(f"this is not a text but some binary file. {SAVE_AS}")
    if text.startswith("From: <Saved by"):
        paper.refuse("this is a page saved with all its pictures. Save it again as “web page, HTML only”.")
    return text, encoding


def _is_binary(data: bytes) -> bool:
    """Whether bytes of one-byte text have zeros, or more control characters than an accident explains."""
    return b"\0" in data or len(data) - len(data.translate(None, CONTROLS)) > max(10, len(data) // 100)


def _encoding(data: bytes) -> tuple[str, str]:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", "UTF-8 with BOM"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "UTF-16"
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    if max(even, odd) * 5 > min(len(data), 4096):
        return ("utf-16-be", "UTF-16") if even > odd else ("utf-16-le", "UTF-16")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252", "Windows-1252"
    return "utf-8", "UTF-8"


def _kind(text: str) -> Kind:
    head = text[:4096].lstrip().casefold()
    if head.startswith(("<member", "<arrayofmember")) or (head.startswith("<?xml") and "<html" not in head):
        return Kind.XML
    if re.match("<[a-z!?]", head):
        return Kind.PAGE
    # "[" alone is no proof: sales reports put product numbers into brackets.
    if re.match(r"\{|\[\s*(?:\{|\]\s*$)", head):
        return Kind.JSON
    return Kind.TEXT
