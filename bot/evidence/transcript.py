"""What a picture shows: messages as captured, and what is known about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.evidence.hidden import hidden
from bot.model import Message

LABEL = "Rendered by Porter from captured data; not a phone screenshot."
ALT_LIMIT = 1000  # Discord takes 1,024 characters


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the picture.

    `deleted_by` says by whom as far as it is known ("its author"); `earlier` are its texts before edits, oldest first;
    `words` are spans of the body, in code points, that a rule matched; `provenance` is the record's A or B.
    `thumbnails` are safe JPEGs by attachment handle (from `images`); for the others `why` says, by handle, why there is
    none.
    """

    message: Message
    flagged: bool = False
    deleted: bool = False
    deleted_by: str = ""
    earlier: tuple[str, ...] = ()
    words: tuple[tuple[int, int], ...] = ()
    provenance: str = ""
    thumbnails: Mapping[str, bytes] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a picture shows, lines oldest first. `sha256` is of the captured record, in hex; `timezone` an IANA name."""

    reference: str
    society: str
    place: str
    platform: str
    captured_at: datetime
    timezone: str
    sha256: str
    lines: tuple[Line, ...]
    label: str = LABEL

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.timezone)

    @property
    def channel(self) -> str:
        """The place, unless it is called like its society: then that one name says it."""
        return "" if self.place == self.society else self.place

    @property
    def alt(self) -> str:
        """The picture in words, for those who cannot see it; at most 1,000 characters."""
        flagged = [line for line in self.lines if line.flagged]
        others = len(self.lines) - len(flagged)
        said = " ".join(f"{self._said(line)}" for line in flagged)
        where = self.platform.title() + (f", {self.channel}" if self.channel else "")
        start = f"Case {self.reference}: a chat of {self.society} on {where}."
        text = f"{start} {said} {others} other {'message' if others == 1 else 'messages'} around it. {self.label}"
        seen = "".join(character for character in text if character == "\n" or not hidden(character))
        return seen if len(seen) <= ALT_LIMIT else f"{seen[: ALT_LIMIT - 1]}…"

    def _said(self, line: Line) -> str:
        author, at = line.message.author, exact(line.message.sent_at, self.zone)
        return f"Flagged: {author.name or author.id} wrote on {at}: “{line.message.body[:400]}”."


def exact(moment: datetime, zone: ZoneInfo) -> str:
    """`Sunday 22 November 2026, 20:14:03 GMT`."""
    return f"{day(moment, zone)}, {clock(moment, zone)}"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """`Sunday 22 November 2026`."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """`20:14:03 GMT`."""
    return f"{moment.astimezone(zone):%H:%M:%S %Z}"
