"""Where membership lists come from.

`read` tells the source by content and gives a `Sheet`; `bot.desk.roster` makes sense of it. To add a source: one file
with a class that fits `RosterSource`, and one line in `SOURCES`. They are asked in that order; the plain ones, which
take anything of their kind, come last.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from bot.errors import RosterError
from bot.model.roster import Sheet
from bot.rosters.document import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, open_document, shown
from bot.rosters.eactivities import EActivities
from bot.rosters.msl import Msl
from bot.rosters.opened import Opened
from bot.rosters.plain import Page, Text, Workbook
from bot.rosters.sums import Sums
from bot.rosters.warwick import Warwick

__all__ = ["MAX_BYTES", "MAX_COLUMNS", "MAX_ROWS", "SOURCES", "RosterSource", "load", "read"]


class RosterSource(Protocol):
    """A system or format that membership lists come from. `name` is its short name, `title` what people call it."""

    name: str
    title: str

    def recognises(self, opened: Opened) -> bool:
        """Whether the content is of this source."""

    def read(self, opened: Opened) -> Sheet:
        """What the file gives. Raises `RosterError`: what is wrong, where, and what to do."""


SOURCES: Mapping[str, RosterSource] = {
    "eactivities": EActivities(),
    "warwick": Warwick(),
    "msl": Msl(),
    "sums": Sums(),
    "page": Page(),
    "xlsx": Workbook(),
    "csv": Text(),
}


def read(name: str, data: bytes, source: str | None = None) -> Sheet:
    """Read a list. `name` is only ever shown; `source`, where given, is not guessed. Raises `RosterError`."""
    if source is not None and source not in SOURCES:
        raise RosterError(f"There is no source “{shown(source)}”. There are: {', '.join(SOURCES)}.")
    opened = Opened(open_document(name, data))
    if source is not None:
        return SOURCES[source].read(opened)
    found = next((one for one in SOURCES.values() if one.recognises(opened)), None)
    if found is None:
        opened.document.refuse("the content is of no kind that is known here.")
    return found.read(opened)


def load(path: Path, source: str | None = None) -> Sheet:
    """Read a list from a file, of which no more than the cap is ever held in memory. Raises `RosterError`."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise RosterError(
            f"{shown(path.name or str(path))}: the file cannot be read ({why}). Give the file that was exported."
        ) from error
    return read(path.name, data, source)
