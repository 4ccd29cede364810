"""What people put into a message: pictures, files, polls; and the buttons bots put under theirs."""

import io
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from tests.wire.telegram.errors import JSON


@dataclass(frozen=True, slots=True)
class File:
    """A document to send, or one that was sent."""

    name: str
    data: bytes
    mime: str = ""

    @property
    def kind(self) -> str:
        """The MIME type, guessed from the name when it was not given."""
        return self.mime or mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll to send."""

    question: str
    options: Sequence[str]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it either calls back with `data` (at most 64 bytes) or opens `url`."""

    text: str
    data: str | None = None
    url: str | None = None


def picture(width: int = 64, height: int = 48, colour: tuple[int, int, int] = (40, 90, 160)) -> bytes:
    """A small real PNG of one colour, for those who need some picture."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(made, "PNG")
    return made.getvalue()


def rich_message(paragraphs: Sequence[str]) -> JSON:
    """A `RichMessage` of plain paragraphs."""
    return {"blocks": [{"type": "paragraph", "text": text} for text in paragraphs]}


def poll_json(poll: Poll, identity: str) -> JSON:
    """A running anonymous `Poll` nobody has answered yet."""
    options = [
        {"persistent_id": str(number), "text": text, "voter_count": 0} for number, text in enumerate(poll.options)
    ]
    return {
        "id": identity,
        "question": poll.question,
        "options": options,
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
