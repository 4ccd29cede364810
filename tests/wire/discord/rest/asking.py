"""A request as the answering functions see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.wire.discord.permissions import NONE, require_in, require_on
from tests.wire.discord.refusals import bad_form, bad_length, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.wire.discord.applications import Application
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.flags import Permission
    from tests.wire.discord.message_rules import Uploaded
    from tests.wire.discord.messages import Message
    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import Role, Server
    from tests.wire.discord.world import Discord

Reply = tuple[int, Any]
DONE: Reply = (204, None)


@dataclass(slots=True)
class Ask:
    """One request of a bot. `args` are the named parts of the path."""

    world: Discord
    application: Application
    args: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    uploads: Sequence[Uploaded]
    others: Mapping[str, bytes]
    reason: str

    @property
    def bot(self) -> User:
        return self.application.user

    def id(self, name: str) -> int:
        return snowflake(self.args[name], name)

    def server(self, needed: Permission = NONE) -> Server:
        """The server of the path; 10004, 50001 or 50013."""
        server = self.world.servers.get(self.id("guild_id"))
        if server is None:
            raise refuse(10004)
        require_on(server, self.bot, needed)
        return server

    def me(self, server: Server) -> Member:
        return server.members[self.bot.id]

    def member(self, server: Server, name: str = "user_id") -> Member:
        """10007 when nobody of that id is there."""
        member = server.members.get(self.id(name))
        if member is None:
            raise refuse(10007)
        return member

    def user(self, name: str = "user_id") -> User:
        user = self.world.users.get(self.id(name))
        if user is None:
            raise refuse(10013)
        return user

    def role(self, server: Server, name: str = "role_id") -> Role:
        role = server.roles.get(self.id(name))
        if role is None:
            raise refuse(10011)
        return role

    def channel(self, needed: Permission = NONE) -> Channel:
        """The channel of the path; 10003, 50001 or 50013."""
        channel = self.world.channels.get(self.id("channel_id"))
        if channel is None:
            raise refuse(10003)
        require_in(channel, self.bot, needed)
        return channel

    def message(self, channel: Channel) -> Message:
        """10008 when there is no such message, or the bot cannot know it."""
        found = channel.find(self.id("message_id"))
        if found is None or found.only_for is not None:
            raise refuse(10008)
        return found

    def shown(self, message: Message) -> Json:
        return self.world.message_json(message, self.application)

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number of the query within its bounds (50035 otherwise)."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdigit() or not least <= int(text) <= most:
            raise bad_form(name, "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")
        return int(text)

    def page(self, name: str) -> int | None:
        """A snowflake of the query, or None."""
        return snowflake(self.query[name], name) if name in self.query else None


def snowflake(text: Any, path: str) -> int:
    """An id given as text or number (50035 otherwise)."""
    if not str(text).isdigit():
        raise bad_form(path, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)


def check_length(body: Mapping[str, Any], name: str, least: int, most: int) -> None:
    value = body.get(name)
    if value is not None and not least <= len(value) <= most:
        raise bad_length(name, least, most)
