"""What is said: messages, the files with them, polls and stickers."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.wire.discord.components import Button, Json, buttons, embed_texts, texts
from tests.wire.discord.flags import NO_FLAGS, MessageFlag, MessageKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tests.wire.discord.cdn import Cdn
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.people import User


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody gives. The type is told from the name unless said."""

    filename: str
    data: bytes
    content_type: str | None = None
    description: str = ""

    @property
    def kind(self) -> str | None:
        return self.content_type or mimetypes.guess_type(self.filename)[0]


@dataclass(eq=False, slots=True)
class Attachment:
    """A file Discord keeps. `status`: what the CDN answers; `pretended_size`: how many bytes it pours out instead;
    `said_size`: what payloads claim."""

    id: int
    filename: str
    data: bytes
    content_type: str | None
    description: str
    channel_id: int
    cdn: Cdn = field(repr=False)
    ephemeral: bool = False
    removed: bool = False
    status: int = 200
    pretended_size: int | None = None
    said_size: int | None = None
    edition: int = 0

    @property
    def url(self) -> str:
        """A freshly signed address, good for a day."""
        return self.cdn.address(self)

    @property
    def size(self) -> int:
        """What the payloads say of its size, in bytes."""
        return len(self.data) if self.said_size is None else self.said_size

    def expire(self) -> None:
        """Every address given out so far stops working."""
        self.edition += 1


@dataclass(frozen=True, slots=True)
class Poll:
    """A question put to a channel, open for `hours`."""

    question: str
    answers: Sequence[str]
    hours: int = 24
    several: bool = False


@dataclass(frozen=True, slots=True)
class Sticker:
    """A sticker as sent; `format` 1 is PNG."""

    name: str
    id: int = 749_054_660_769_218_631
    format: int = 1


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook that spoke: its id and the name it spoke under."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a message points at. `kind` 0 is a reply (or a notice about it), 1 a forward."""

    message_id: int
    channel_id: int
    guild_id: int | None
    kind: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The copy a forward carries: what was said, without who said it."""

    kind: MessageKind
    content: str
    embeds: Sequence[Json]
    attachments: Sequence[Attachment]
    components: Sequence[Json]
    stickers: Sequence[Sticker]
    flags: MessageFlag
    said_at: datetime
    edited_at: datetime | None


@dataclass(eq=False, slots=True, repr=False)
class Message:
    """Something said in a channel, as it stands now."""

    id: int
    channel: Channel
    author: User
    said_at: datetime
    content: str = ""
    kind: MessageKind = MessageKind.DEFAULT
    flags: MessageFlag = NO_FLAGS
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    stickers: Sequence[Sticker] = ()
    poll: Poll | None = None
    reference: Reference | None = None
    reply_to: Message | None = None
    forwarded: Snapshot | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pinged: set[int] = field(default_factory=set)
    nonce: str | None = None
    webhook: Webhook | None = None
    application_id: int | None = None
    interaction: Json | None = None
    only_for: User | None = None
    edited_at: datetime | None = None
    pinned_at: datetime | None = None
    deleted: bool = False
    thread: Channel | None = None

    def __repr__(self) -> str:
        return f"<message {self.id} by {self.author.name}: {self.text[:60]!r}>"

    @property
    def pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def ephemeral(self) -> bool:
        return MessageFlag.EPHEMERAL in self.flags

    @property
    def text(self) -> str:
        """Everything a person can read in it, but for the labels of its buttons."""
        parts = [self.content, *embed_texts(self.embeds), *texts(self.components)]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> list[Button]:
        return buttons(self.components)

    def button(self, label: str) -> Button:
        """The button with that label."""
        for button in self.buttons:
            if button.label == label:
                return button
        raise LookupError(f"no button {label!r} among {[button.label for button in self.buttons]}")

    def attachment(self, attachment_id: int) -> Attachment | None:
        return next((one for one in self.attachments if one.id == attachment_id), None)

    def snapshot(self) -> Snapshot:
        """What a forward of it would carry."""
        return Snapshot(
            kind=self.kind,
            content=self.content,
            embeds=tuple(self.embeds),
            attachments=tuple(self.attachments),
            components=tuple(self.components),
            stickers=tuple(self.stickers),
            flags=self.flags,
            said_at=self.said_at,
            edited_at=self.edited_at,
        )
