"""The tables of a saved page.

The scanner walks the text once, so that five hostile megabytes cost seconds; the standard library's parser was
measured to need time that grows with the square of an unclosed tag's length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from bot.rosters.document import MAX_COLUMNS, MAX_GRID_ROWS, Document

MARKUP = re.compile(r"<(?=/?[a-zA-Z]|[!?])")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
QUOTE_OR_END = re.compile(r"=\s*([\"'])|>")
ATTRIBUTE = re.compile(r"""\b(class|id|colspan)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
ATTRIBUTE_CHARS = 2_000
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend"})
UNREAD = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea", "template")}
BREAKS = frozenset({"br", "p", "div", "li"})
ROW_EDGES = frozenset({"tr", "/tr", "/table", "thead", "tbody", "tfoot"})
CUT = "!cut"
MAX_PIECES = 1_000_000
MAX_TABLES = 500
MAX_CELLS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A tag or a run of text. `tag` is "" for text, "td" for a start, "/td" for an end, CUT where the page stops."""

    tag: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """A table under the nearest heading above it. `titles` are rows of header cells above the others; `css` its class
    and id."""

    heading: str
    css: str = ""
    titles: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def read_tables(document: Document) -> list[Table]:
    """The tables of a page, in order of their start. Raises `RosterError` where the page stops half-way through one,
    and beyond the caps."""
    reader = _Reader(document)
    for count, piece in enumerate(pieces(document.text)):
        if count > MAX_PIECES:
            document.refuse("the page is far larger than a list of members.")
        reader.take(piece)
    if reader.open:
        document.refuse("the page stops half-way through a table. Let it load to its end and save it again.")
    return reader.tables


def pieces(text: str) -> Iterator[Piece]:
    """Tags and text in order, without comments, scripts and styles."""
    at = 0
    while at < len(text):
        found = MARKUP.search(text, at)
        start = found.start() if found else len(text)
        if start > at:
            yield Piece("", _plain(text[at:start]))
        if found is None:
            return
        piece, at = _markup(text, start)
        yield piece
        if piece.tag in UNREAD:
            closing = UNREAD[piece.tag].search(text, at)
            at = closing.start() if closing else len(text)


def _markup(text: str, start: int) -> tuple[Piece, int]:
    """The tag, or as an empty text the comment, that starts there, and where it is over."""
    tag = TAG.match(text, start)
    if tag is None:
        mark = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(mark, start + 2)
        return (Piece(""), end + len(mark)) if end >= 0 else (Piece(CUT), len(text))
    end = _end_of_tag(text, tag.end())
    if end < 0:
        return Piece(CUT), len(text)
    attributes = _attributes(text[tag.end() : min(end, tag.end() + ATTRIBUTE_CHARS)])
    return Piece(tag[1] + tag[2].lower(), "", attributes), end + 1


def _end_of_tag(text: str, at: int) -> int:
    """Where the tag ends, quoted values skipped; -1 when it never does."""
    while found := QUOTE_OR_END.search(text, at):
        if found[1] is None:
            return found.start()
        closing = text.find(found[1], found.end())
        if closing < 0:
            return -1
        at = closing + 1
    return -1


def _attributes(body: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(body)
    return {name.lower(): double or single or bare for name, double, single, bare in found}


def _plain(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a numeric reference of thousands of digits
        return text


@dataclass(slots=True)
class _Open:
    """A table being read."""

    table: Table
    row: list[str] | None = None
    cell: list[str] | None = None
    header: bool = False
    span: int = 1


class _Reader:
    """Puts the pieces of a page together; tables may stand inside cells of other tables."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tables: list[Table] = []
        self.open: list[_Open] = []
        self.heading = ""
        self.words: list[str] | None = None
        self.rows = 0

    def take(self, piece: Piece) -> None:
        """Take the next piece."""
        if not piece.tag:
            self._text(piece.text)
        elif piece.tag == "table":
            self._start_table(piece)
        elif piece.tag.lstrip("/") in HEADINGS:
            self._heading(piece.tag)
        elif piece.tag in BREAKS:
            self._text(" ")
        elif self.open:
            self._in_table(self.open[-1], piece)

    def _text(self, text: str) -> None:
        if self.words is not None:
            self.words.append(text)
        elif self.open and (cell := self.open[-1].cell) is not None:
            cell.append(text)

    def _heading(self, tag: str) -> None:
        if not tag.startswith("/"):
            self.words = []
        elif self.words is not None:
            self.heading, self.words = _joined(self.words), None
            if tag == "/caption" and self.open:
                self.open[-1].table.heading = self.heading

    def _start_table(self, piece: Piece) -> None:
        if len(self.tables) == MAX_TABLES:
            self.document.refuse(f"the page has more than {MAX_TABLES} tables: it is no list of members.")
        table = Table(self.heading, " ".join(piece.attributes.get(name, "") for name in ("class", "id")))
        self.tables.append(table)
        self.open.append(_Open(table))
        self.words = None

    def _in_table(self, table: _Open, piece: Piece) -> None:
        if piece.tag in ("td", "th"):
            self._end_cell(table)
            _start_cell(table, piece)
        elif piece.tag in ("/td", "/th"):
            self._end_cell(table)
        elif piece.tag in ROW_EDGES:
            self._end_row(table)
        if piece.tag == "/table":
            self.open.pop()

    def _end_cell(self, table: _Open) -> None:
        if table.cell is None or table.row is None:
            return
        table.row += [_joined(table.cell), *[""] * (table.span - 1)]
        table.cell = None
        if len(table.row) > MAX_CELLS:
            self.document.refuse(f"a table on the page has more than {MAX_COLUMNS} columns.")

    def _end_row(self, table: _Open) -> None:
        self._end_cell(table)
        if table.row is not None and any(table.row):
            (table.table.titles if table.header and not table.table.rows else table.table.rows).append(table.row)
            self.rows += 1
        if self.rows > MAX_GRID_ROWS:
            self.document.refuse(f"the page has more than {MAX_GRID_ROWS:,} rows. Save the list of one society only.")
        table.row = None


def _start_cell(table: _Open, piece: Piece) -> None:
    if table.row is None:
        table.row, table.header = [], True
    table.cell = []
    table.header = table.header and piece.tag == "th"
    span = piece.attributes.get("colspan", "1")
    table.span = min(int(span), MAX_COLUMNS) if re.fullmatch("[1-9][0-9]{0,3}", span) else 1


def _joined(words: list[str]) -> str:
    return " ".join("".join(words).split())
