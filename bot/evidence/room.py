"""How much of a transcript fits: which messages, and how many rows of each. What is left out is always counted."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.evidence.hidden import hidden
from bot.evidence.transcript import Line

ROWS = 420  # of a whole picture: some five pages
ROWS_OF_ONE = 280  # a message of 4,096 emoji takes some 120
ROWS_OF_ANOTHER = 60
FILE_ROWS = 5
LEAST_ROWS = 3
LINES = 40
UNITS_IN_A_ROW = 84  # narrow letters that stand beside each other
WIDE, NOTE = 2.4, 9.0


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines of a transcript that are drawn, by number, each with the rows it may take."""

    rows: dict[int, int]
    total: int

    def gaps(self) -> list[tuple[int, int]]:
        """Before which line how many are left out; the number after the last line stands for the end."""
        edges = [-1, *self.rows, self.total]
        return [(after, after - before - 1) for before, after in pairwise(edges) if after > before + 1]


def share(lines: Sequence[Line], rows: int = ROWS) -> Shown:
    """Flagged lines first and in full as far as they go, then those nearest to them."""
    flagged = [number for number, line in enumerate(lines) if line.flagged]
    nearest = sorted(range(len(lines)), key=lambda number: (_distance(number, flagged), number))
    kept = nearest[: min(LINES, max(rows // LEAST_ROWS, 1))]
    room: dict[int, int] = {}
    for place, number in enumerate(kept):
        # Those after it keep at least their least; of the rest, flagged ones share alike.
        spare = rows - LEAST_ROWS * (len(kept) - place - 1)
        fair = spare // max(1, sum(other in flagged for other in kept[place:]))
        most = ROWS_OF_ONE if number in flagged else ROWS_OF_ANOTHER
        room[number] = max(LEAST_ROWS, min(needed(lines[number]), most, fair))
        rows -= room[number]
    return Shown({number: room[number] for number in sorted(room)}, len(lines))


def needed(line: Line) -> int:
    """About how many rows a line takes with all that belongs to it."""
    texts = [*(text.text for text in line.message.texts), *line.earlier]
    return sum(rows_of(text) + 1 for text in texts) + FILE_ROWS * len(line.message.attachments)


def _distance(number: int, flagged: Sequence[int]) -> int:
    return min((abs(number - other) for other in flagged), default=0)


def rows_of(text: str) -> int:
    """About how many rows a text takes."""
    return sum(max(1, -int(-_width(line) // UNITS_IN_A_ROW)) for line in text.split("\n"))


def fit(text: str, rows: int) -> tuple[str, int]:
    """As much of the text as takes `rows`, and how many characters are left out."""
    width = 0.0
    before = ""
    for place, character in enumerate(text):
        if character == "\n":
            width = (width // UNITS_IN_A_ROW + 1) * UNITS_IN_A_ROW
        else:
            width += _unit(character, before)
        if width > rows * UNITS_IN_A_ROW:
            return text[:place], len(text) - place
        before = character
    return text, 0


def _width(line: str) -> float:
    return sum(_unit(character, before) for before, character in zip(" " + line, line, strict=False))


def _unit(character: str, before: str) -> float:
    if character.isascii() and character.isprintable():
        return 1.0
    if hidden(character):
        return 0.0 if character == before else NOTE
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0.0
    return WIDE if unicodedata.east_asian_width(character) in ("W", "F") or character > "\u2190" else 1.2
