"""Places: channels, threads and private conversations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.wire.discord import posting
from tests.wire.discord.flags import ChannelKind, Permission
from tests.wire.discord.messages import Message, Webhook
from tests.wire.discord.permissions import permissions_in

if TYPE_CHECKING:
    from datetime import datetime

    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import Server
    from tests.wire.discord.world import Discord


@dataclass(slots=True)
class Overwrite:
    """What a channel allows and denies a role (`is_member` false) or one person."""

    target_id: int
    is_member: bool
    allow: Permission
    deny: Permission


@dataclass(slots=True)
class ThreadState:
    """What only threads have."""

    owner_id: int
    auto_archive_minutes: int = 1440
    archived: bool = False
    locked: bool = False
    changed_at: datetime | None = None
    member_ids: set[int] = field(default_factory=set)
    total_sent: int = 0


@dataclass(eq=False, repr=False)
class Channel:
    """A place where things are said. `server` is None for a private conversation, whose people are `recipients`."""

    world: Discord = field(repr=False)
    id: int
    name: str
    kind: ChannelKind
    server: Server | None = None
    topic: str | None = None
    position: int = 0
    parent: Channel | None = None
    nsfw: bool = False
    slow_mode: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: list[User] = field(default_factory=list, repr=False)
    thread: ThreadState | None = None
    messages: list[Message] = field(default_factory=list, repr=False)
    whispers: list[Message] = field(default_factory=list, repr=False)
    last_message_id: int | None = None
    last_pin_at: datetime | None = None

    def __repr__(self) -> str:
        return f"<{self.kind.name.lower()} channel {self.id} {self.name!r}>"

    @property
    def is_private(self) -> bool:
        return self.kind is ChannelKind.DM

    @property
    def pins(self) -> list[Message]:
        """Pinned messages, the newest pin first."""
        pinned = [(message.pinned_at, message.id, message) for message in self.messages if message.pinned_at]
        return [message for _, _, message in sorted(pinned, key=lambda each: each[:2], reverse=True)]

    def find(self, message_id: int) -> Message | None:
        """A standing message by id, one only some can see included."""
        found = (message for message in (*self.messages, *self.whispers) if message.id == message_id)
        return next(found, None)

    def visible_to(self, person: User | Member) -> list[Message]:
        """What `person` reads here, with what was said only to them."""
        user = person.account
        seen = list(self.messages) if permissions_in(self, user) & Permission.VIEW_CHANNEL else []
        mine = [message for message in self.whispers if message.only_for is user]
        return sorted([*seen, *mine], key=lambda message: message.id)

    async def webhook_says(self, name: str, text: str) -> Message:
        """A webhook of this channel posts `text` under `name`."""
        webhook = Webhook(self.world.ids.next(), name)
        return posting.post(self, posting.Draft(content=text, webhook=webhook), self.world.webhook_user(webhook))

    async def unfurl(
        self, message: Message, title: str, description: str = "", url: str = "https://example.org/"
    ) -> None:
        """Discord adds a link preview to a message some moments later. It is no edit: `edited_at` stays."""
        embed = {"type": "link", "url": url, "title": title, "description": description}
        posting.add_embeds(message, [embed])
