"""What we say, before a platform gives it a form. Text of people is only ever the plain text of a run."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Style(StrEnum):
    """How a run is set. LINK carries its address in `target`."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    QUOTE = "quote"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style."""

    text: str
    style: Style = Style.PLAIN
    target: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said: runs in order."""

    runs: tuple[Run, ...] = ()

    @property
    def plain(self) -> str:
        """The words alone; a link's address follows in brackets where the words do not show it."""
        return "".join(
            f"{run.text} ({run.target})" if run.target and run.target != run.text else run.text for run in self.runs
        )

    def __add__(self, other: "Speech") -> "Speech":
        return Speech(self.runs + other.runs)


class ButtonStyle(StrEnum):
    """How much a button asks for: PRIMARY is the step proposed, DANGER cannot be taken back."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `token` names the row that says what a press does; a LINK button has its address there."""

    label: str
    token: str
    style: ButtonStyle = ButtonStyle.PLAIN


class FieldKind(StrEnum):
    """What a form asks for."""

    LINE = "line"
    TEXT = "text"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form asks for; `limit` is characters, or files."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    required: bool = True
    limit: int = 200
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Something to fill in. It is opened and sent back under the same token, so it survives a restart."""

    token: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file we send, or one a person handed in. `alt` describes it to those who cannot see it."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one person or place: words, rows of buttons, files; or a form to fill in first.

    `private`: only the person who asked may see it. `form` opens at once where the platform can, else behind a button.
    """

    speech: Speech = Speech()
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[Upload, ...] = ()
    form: Form | None = None
    private: bool = True


@dataclass(frozen=True, slots=True)
class Press:
    """What a token stands for: the row behind a button or form. `data` is what the deed needs, `uses` how often it
    may still be pressed (None: no limit)."""

    token: str
    deed: str
    society_id: int | None
    case_id: int | None
    data: dict[str, Any]
    expires_at: datetime
    uses: int | None = None
    actor_id: int | None = None
