"""CSV, TSV and text pasted out of a spreadsheet or a page, whatever its delimiter."""

import csv
import re
from collections import Counter
from collections.abc import Iterator

from bot.model.roster import Row, Sheet
from bot.rosters.document import Document, rows_within

# The rarer in names and other words, the earlier.
DELIMITERS = {"\t": "tab", ";": "semicolon", "|": "vertical bar", ",": "comma"}
SAMPLE_CHARS = 65_536
SAMPLE_ROWS = 200
NEARLY_ALL = 0.8
LINES_IN_A_CELL = 20
# One by one: a copy of the text for reading would take four bytes a character.
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
QUOTES = "a quotation mark opens here that is not closed properly. Correct it, or export the list again."


def text_grid(document: Document) -> Sheet:
    """The rows of a text as they stand. Raises `RosterError` for quotation marks that never close, and beyond the
    caps."""
    delimiter = delimiter_of(document.text)
    return Sheet(
        file=document.name,
        source="csv",
        sha256=document.sha256,
        rows=rows_within(document, _records(document, delimiter)),
        encoding=document.encoding,
        delimiter=DELIMITERS.get(delimiter, ""),
    )


def delimiter_of(text: str) -> str:
    """The first delimiter that cuts nearly all lines of a text evenly, else the one that does most; empty for none."""
    lines = [line for line in text[:SAMPLE_CHARS].splitlines()[:SAMPLE_ROWS] if line.strip()]
    cuts = {delimiter: _evenness(lines, delimiter) for delimiter in DELIMITERS}
    even = (delimiter for delimiter, (seen, _) in cuts.items() if seen and seen >= NEARLY_ALL * len(lines))
    best = max(cuts, key=lambda delimiter: cuts[delimiter][0] * cuts[delimiter][1])
    return next(even, best if cuts[best][0] else "")


def _evenness(lines: list[str], delimiter: str) -> tuple[int, int]:
    """How many lines share one number of cells, and how many cuts each has."""
    counts = Counter(len(cells) - 1 for cells in csv.reader(lines, delimiter=delimiter) if len(cells) > 1)
    return max(((seen, width) for width, seen in counts.items()), default=(0, 0))


def _records(document: Document, delimiter: str) -> Iterator[Row]:
    # A delimiter that cannot occur keeps one-column lists whole.
    lines = (found[0] for found in LINE.finditer(document.text))
    reader = csv.reader(lines, delimiter=delimiter or "\x1f", strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.count("\n") > LINES_IN_A_CELL for cell in cells):
                document.refuse(QUOTES, line)
            yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        document.refuse(QUOTES, line, error)
