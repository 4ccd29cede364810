"""A workbook cut down to what a list needs, before any parser builds objects of it.

Merged cells, validations, links and the like come after a worksheet's rows and are left out: a hundred kilobytes of
them were measured to take a gigabyte. What is kept has bounds on its bytes and tags. All of it streams.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import IO, NoReturn

from bot.rosters.document import SAVE_AS, Document, printable

MAX_PARTS = 500
MAX_UNPACKED = 40_000_000
MAX_ROW_TAGS = 120_000
# A row of 16,384 cells with a value each is the widest there is, a list's is a hundredth of that.
MAX_TAGS_OF_A_ROW = 16_384
MAX_OTHER_TAGS = 20_000
CHUNK = 65_536
SHEETS = "xl/worksheets/"
LEFT_OUT = re.compile(
    r"xl/(media|drawings|charts|chartsheets|pivot[a-z]+|externallinks|comments|threadedcomments|persons|ctrlprops|"
    r"tables|printersettings|embeddings|worksheets/_rels|vba)|customxml/",
    re.IGNORECASE,
)
TAG = re.compile(rb"<(/?)(?:[A-Za-z_][A-Za-z0-9_.-]{0,30}:)?([A-Za-z]+)[^<>]*>")
LONG_TAG = re.compile(rb"<[^<>]{8000}")
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)|\0")
SHEET_END = re.compile(rb"</(?P<closed>(?:\w{1,30}:)?)sheetData\s{0,9}>|<(?P<empty>(?:\w{1,30}:)?)sheetData\s{0,9}/>")
MODIFIED = re.compile(rb"<dcterms:modified[^>]{0,200}>([0-9T:.Z+-]{10,40})<")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What all parts of one kind may have together."""

    bytes: int
    tags: int


STRINGS = Bounds(12_000_000, 1_000_000)
OTHERS = Bounds(2_000_000, 60_000)


def slim(document: Document) -> tuple[bytes, datetime | None]:
    """The workbook without what no list needs, and when it was saved.

    Raises `RosterError` for other archives, zip bombs, entity declarations and parts beyond the bounds; what `zipfile`
    raises for damage and locks is left to the caller.
    """
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(document.data)) as archive:
        parts = archive.infolist()
        if "[Content_Types].xml" not in archive.namelist():
            document.refuse("this is an archive, not a workbook. Unpack it and hand in the list itself.")
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            document.refuse(f"the workbook unpacks to far more than a list of members. {SAVE_AS}")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept:
            copier = _Copier(document, archive, kept)
            for part in parts:
                if not LEFT_OUT.match(part.filename):
                    copier.copy(part)
    return out.getvalue(), copier.made_at


class _Copier:
    """Copies parts from one archive to another within the bounds."""

    def __init__(self, document: Document, archive: zipfile.ZipFile, kept: zipfile.ZipFile) -> None:
        self.document, self.archive, self.kept = document, archive, kept
        self.used = {STRINGS: [0, 0], OTHERS: [0, 0]}
        self.made_at: datetime | None = None

    def copy(self, part: zipfile.ZipInfo) -> None:
        """Copy one part; worksheets up to their last row."""
        name = part.filename
        with self.archive.open(part) as source, self.kept.open(name, "w") as target:
            chunks = self._chunks(name, source)
            if name.lower().startswith(SHEETS):
                chunks = self._sheet(name, chunks)
            else:
                chunks = self._bounded(name, chunks, STRINGS if "sharedstrings" in name.lower() else OTHERS)
            for chunk in chunks:
                target.write(chunk)

    def _chunks(self, name: str, source: IO[bytes]) -> Iterator[bytes]:
        """The part in pieces that never cut a tag in two."""
        rest = b""
        while chunk := source.read(CHUNK):
            whole = rest + chunk
            if DECLARATION.search(whole) or LONG_TAG.search(whole):
                self._refuse(name)
            last = whole.rfind(b"<")
            cut = last if last >= 0 and whole.find(b">", last) < 0 else len(whole)
            yield whole[:cut]
            rest = whole[cut:]
        yield rest

    def _bounded(self, name: str, chunks: Iterator[bytes], bounds: Bounds) -> Iterator[bytes]:
        used = self.used[bounds]
        for chunk in chunks:
            used[0] += len(chunk)
            used[1] += chunk.count(b"<")
            if used[0] > bounds.bytes or used[1] > bounds.tags:
                self._refuse(name)
            if name == "docProps/core.xml" and (found := MODIFIED.search(chunk)):
                self.made_at = _moment(found[1])
            yield chunk

    def _sheet(self, name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """A worksheet up to the end of its rows."""
        tally = _Tally()
        for chunk in chunks:
            end = SHEET_END.search(chunk)
            for tag in TAG.finditer(chunk, 0, end.start() if end else len(chunk)):
                tally.count(tag)
            if tally.rows > MAX_ROW_TAGS or tally.widest > MAX_TAGS_OF_A_ROW or tally.others > MAX_OTHER_TAGS:
                self._refuse(name)
            if end:
                prefix = end["empty"] if end["closed"] is None else end["closed"]
                yield chunk[: end.end()] + b"</" + prefix + b"worksheet>"
                return
            yield chunk

    def _refuse(self, name: str) -> NoReturn:
        self.document.refuse(f"the workbook holds what no list of members needs ({printable(name)}). {SAVE_AS}")


@dataclass(slots=True)
class _Tally:
    """Tags of a worksheet: rows, the most tags of one row, and everything that is neither."""

    rows: int = 0
    widest: int = 0
    others: int = 0
    of_row: int = 0
    in_row: bool = False

    def count(self, tag: re.Match[bytes]) -> None:
        """Count one tag. What stands outside a row stays in a parser's memory, whatever it is called."""
        if tag[2] == b"row":
            self.rows += not tag[1]
            # A quotation mark left open hides whether the tag closes itself: then nothing counts as in a row.
            self.in_row = not tag[1] and not tag[0].endswith(b"/>") and tag[0].count(b'"') % 2 == 0
            self.of_row = 0
        elif tag[1]:
            return
        elif not self.in_row:
            self.others += 1
        else:
            self.of_row += 1
            self.widest = max(self.widest, self.of_row)


def _moment(text: bytes) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.decode())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
