"""People: accounts, and their memberships of servers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.wire.discord import membership
from tests.wire.discord.channels import Channel
from tests.wire.discord.deeds import Speaking
from tests.wire.discord.flags import ChannelKind
from tests.wire.discord.hands import Pressing
from tests.wire.discord.permissions import permissions_in

if TYPE_CHECKING:
    from datetime import datetime

    from tests.wire.discord.applications import Application
    from tests.wire.discord.flags import Permission
    from tests.wire.discord.messages import File, Message
    from tests.wire.discord.servers import Role, Server
    from tests.wire.discord.world import Discord

_NOT_IN_USERNAMES = re.compile(r"[^a-z0-9_.]+")
REJOINED = 1 << 0
COMPLETED_SCREENING = 1 << 1


@dataclass(eq=False)
class User(Speaking, Pressing):
    """An account. `dms_closed`: bots' private messages are refused (50007)."""

    world: Discord = field(repr=False)
    id: int
    name: str
    bot: bool = False
    dms_closed: bool = False
    private: dict[int, Channel] = field(default_factory=dict, repr=False)

    @property
    def account(self) -> User:
        return self

    @property
    def username(self) -> str:
        return _NOT_IN_USERNAMES.sub("_", self.name.lower()).strip("_") or f"user{self.id}"

    @property
    def discriminator(self) -> str:
        return f"{self.id % 9999 + 1:04}" if self.bot else "0"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @property
    def inbox(self) -> list[Message]:
        """What bots wrote to this person, oldest first."""
        received = [one for channel in self.private.values() for one in channel.messages if one.author.bot]
        return sorted(received, key=lambda message: message.id)

    def dm(self, application: Application) -> Channel:
        """The private conversation with that bot (made when there is none)."""
        return self.private_with(application.user)

    def private_with(self, other: User) -> Channel:
        if other.id not in self.private:
            channel = Channel(self.world, self.world.ids.next(), "", ChannelKind.DM, recipients=[self, other])
            self.world.channels[channel.id] = channel
            self.private[other.id] = other.private[self.id] = channel
        return self.private[other.id]

    async def write(self, application: Application, text: str = "", files: tuple[File, ...] = ()) -> Message:
        """Write to a bot in private."""
        return await self.say(self.dm(application), text, files=files)

    def shares_a_server_with(self, other: User) -> bool:
        servers = self.world.servers.values()
        return any(self.id in server.members and other.id in server.members for server in servers)


@dataclass(eq=False)
class Member(Speaking, Pressing):
    """Somebody's place in a server. `present` is false once they left."""

    server: Server = field(repr=False)
    user: User
    joined_at: datetime
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None
    pending: bool = False
    timed_out_until: datetime | None = None
    flags: int = 0
    present: bool = True

    @property
    def account(self) -> User:
        return self.user

    @property
    def world(self) -> Discord:
        return self.server.world

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.nick or self.user.name

    @property
    def mention(self) -> str:
        return self.user.mention

    @property
    def inbox(self) -> list[Message]:
        """What bots wrote to this person in private, oldest first."""
        return self.user.inbox

    @property
    def dms_closed(self) -> bool:
        return self.user.dms_closed

    @dms_closed.setter
    def dms_closed(self, closed: bool) -> None:
        self.user.dms_closed = closed

    @property
    def is_timed_out(self) -> bool:
        return self.timed_out_until is not None and self.timed_out_until > self.world.clock.now()

    def dm(self, application: Application) -> Channel:
        return self.user.dm(application)

    async def write(self, application: Application, text: str = "", files: tuple[File, ...] = ()) -> Message:
        """Write to a bot in private."""
        return await self.user.write(application, text, files)

    def permissions_in(self, channel: Channel) -> Permission:
        return permissions_in(channel, self.user)

    async def leave(self) -> None:
        membership.leave(self)

    async def rename(self, nick: str | None) -> None:
        """Change their nickname here."""
        membership.change(self, nick=nick)

    async def pass_screening(self) -> None:
        """Accept the server's rules: no longer pending."""
        membership.change(self, pending=False, flags=self.flags | COMPLETED_SCREENING)
