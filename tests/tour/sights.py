"""What a tour says, checks and leaves behind for people to look at."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.model import CaseState, ExhibitKind
from bot.store import audit, cases
from bot.store.audit import AuditLine
from tests.stories.house import House
from tests.wire.mail import Mail

UNKIND = "You play like a potato. Take up draughts before we vote on it."  # people mind it; no rule knows it
STEPS = ("1 · Public notice", "2 · Private word", "3 · Delete", "4 · Report to the Union")
OFFICERS_BUTTONS = ("Acknowledge", "Take over", "Ask the committee", "Close with outcome")
OUTCOME = "Informal advice"
NINAS_ADDRESS, NINAS_NUMBER = "nina@student.example.org", "20260001"


class MissingError(Exception):
    """Something did not happen; the text says what."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as somebody sees it: its words, the pictures with it by name, the labels of its buttons by row."""

    text: str
    pictures: Sequence[tuple[str, bytes]]
    rows: Sequence[Sequence[str]]


class Tour:
    """One platform's tour: `stop` names what is played, `holds` ends the tour when it did not happen."""

    def __init__(self, platform: str, build: Path) -> None:
        self.platform, self.folder = platform, build / platform.lower()
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()

    def stop(self, words: str) -> None:
        """Say what happens now."""
        print(f"  {words}", flush=True)

    def holds(self, truth: object, what: str) -> None:
        """Raises `MissingError` when something that should have happened did not."""
        if not truth:
            raise MissingError(f"{self.platform}: it did not happen that {what}.")

    def leave(self, name: str, data: bytes) -> None:
        """Leave a file."""
        (self.folder / name).write_bytes(data)

    def officer_has(self, shown: Sequence[Shown], mail: Mail, reference: str) -> None:
        """The officer has the case twice, with the same picture; leaves what they see."""
        pictures = [data for one in shown for _, data in one.pictures]
        text = "\n".join(one.text for one in shown)
        labels = [label for one in shown for row in one.rows for label in row]
        self.holds(reference in text and UNKIND in text, "the officer's direct message tells the case")
        self.holds(sorted(labels) == sorted(OFFICERS_BUTTONS), "the officer has the four buttons")
        self.holds(len(pictures) == 1 and readable(pictures[0]), "the officer has one picture that can be opened")
        self.holds(reference in mail.subject and UNKIND in mail.text, "the e-mail tells the case")
        self.holds(list(mail.files.values()) == pictures, "the e-mail has the same picture")
        self.leave("officer-dm.txt", "\n".join(lines for one in shown for lines in seen(one)).encode() + b"\n")
        self.leave("evidence.png", pictures[0])
        self.leave("email.eml", mail.raw)

    async def record_holds(self, house: House, reference: str, said: str) -> None:
        """The case is closed, its words and picture are sealed and unchanged, and the audit is whole; leaves it."""
        async with house.app.store.read() as read:
            case = await cases.case_by_ref(read, reference)
            exhibits = [] if case is None else await cases.exhibits_of(read, case.id)
            lines = await audit.lines(read)
        self.holds(case is not None and case.state is CaseState.CLOSED, f"{reference} is closed")
        sealed = {one.sha256 for one in exhibits if one.kind is ExhibitKind.PICTURE}
        picture = hashlib.sha256((self.folder / "evidence.png").read_bytes()).hexdigest()
        self.holds(picture in sealed, "the picture that was sent is the picture that is sealed")
        self.holds(any(one.kind is ExhibitKind.MESSAGE for one in exhibits), "the message itself is sealed")
        self.holds(lines and not audit.verify(lines), "the audit is unbroken")
        written = "\n".join(readably(lines, house)) + "\n"
        self.holds(said not in written and "Mallory" not in written, "the audit names things, never people or words")
        self.leave("audit.txt", written.encode())


def readable(data: bytes) -> bool:
    """Whether a picture can be opened and is large enough to be read."""
    with Image.open(BytesIO(data)) as image:
        image.load()
        return image.format == "PNG" and min(image.size) >= 200


def seen(shown: Shown) -> Iterable[str]:
    """A message in lines: pictures, words, buttons."""
    for name, data in shown.pictures:
        with Image.open(BytesIO(data)) as image:
            yield f"[picture: {name}, {image.width} × {image.height}, {len(data) // 1000} kB]"
    if shown.text:
        yield shown.text.rstrip()
    for row in shown.rows:
        yield " ".join(f"[ {label} ]" for label in row)
    yield ""


def readably(lines: Sequence[AuditLine], house: House) -> Iterable[str]:
    """The audit in columns: number, when, who, did what, about what, and how its hash begins."""
    rows = [
        (str(one.id), f"{one.at.astimezone(house.app.zone):%H:%M:%S}", one.by, one.verb, one.about) for one in lines
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row, line in zip(rows, lines, strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + f"  {line.hash[:12]}"
    yield f"{len(lines)} lines, unbroken; the last hash is {lines[-1].hash}"
