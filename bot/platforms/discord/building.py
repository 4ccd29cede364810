"""What `/setup` makes. It adds and closes; it never removes a channel, a role or a way into a private channel."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import discord

from bot.errors import Forbidden
from bot.model import Answer, Chat, ChatPurpose, Place
from bot.platforms.discord import planning, server, speaking
from bot.platforms.discord.errors import asking
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.planning import SAY, key
from bot.platforms.discord.read import NAME
from bot.platforms.discord.server import HISTORY, MEMBER, OURS, ROLE, SEND, VIEW, Server
from bot.platforms.discord.wall import Wall
from bot.wording import Wording

TEXT_CHANNEL: Literal[0] = 0
WELCOME = (VIEW | HISTORY, SEND)  # what the welcome channel allows and denies everybody
PRIVATE = (0, VIEW)

Verify = Callable[[], Awaitable[Answer]]


async def apply(wall: Wall, chat: Chat, verify: Verify) -> Chat:
    """Make what is ours to make; what is there already stays as it is. First what lets people in, then what keeps
    others out. Raises `Forbidden` before anything is changed when a right is missing."""
    wording, kept, client = wall.wording, wall.kept, wall.client
    chat = await planning.known(kept, chat)
    found = await server.fetched(client, chat.external_id, chat.title)
    missing = server.lacking(found)
    if missing:
        raise Forbidden(wording.text(SAY + "rights_missing", rights=", ".join(missing)))
    if chat.purpose is not ChatPurpose.MEMBERS:
        return chat
    site = Site(wording, kept, client, found)
    chat = await site.make(chat)
    if not await planning.verify_stands(kept, client, chat):
        await site.post(chat, await verify())
    await Site(wording, kept, client, await server.fetched(client, chat.external_id, chat.title)).close(chat)
    if wall.terms and server.may_manage(found):
        await wall.build(chat)
    return chat


@dataclass(frozen=True, slots=True)
class Site:
    """A server we build in, as it stood when we began."""

    wording: Wording
    kept: Kept
    client: discord.Client
    found: Server

    async def make(self, chat: Chat) -> Chat:
        """The member role and the two channels; answers the chat with their ids."""
        chat = replace(chat, member_role=await self._role(chat))
        chat = replace(chat, committee_channel=await self._committee(chat))
        return replace(chat, welcome_channel=await self._welcome(chat))

    async def _role(self, chat: Chat) -> str:
        if self.found.role(chat.member_role) is not None:
            return chat.member_role
        name = self.wording.text(SAY + "member_role_name")
        with asking("Manage Roles", chat.title):
            made: Any = await self.client.http.create_role(
                int(chat.external_id), name=name, permissions=str(VIEW), hoist=False, mentionable=False
            )
        await self.kept.save(key(chat, "role"), str(made["id"]))
        return str(made["id"])

    async def _committee(self, chat: Chat) -> str:
        if self.found.channel(chat.committee_channel) is None:
            return await self._channel(chat, "committee", *PRIVATE)
        if not server.is_committees(self.found, chat.committee_channel):
            await self._change(chat.committee_channel, *PRIVATE)
        return chat.committee_channel

    async def _welcome(self, chat: Chat) -> str:
        if self.found.channel(chat.welcome_channel) is None:
            return await self._channel(chat, "welcome", *WELCOME)
        if not server.is_welcome(self.found, chat.welcome_channel):
            await self._change(chat.welcome_channel, *WELCOME)
        return chat.welcome_channel

    async def _channel(self, chat: Chat, what: str, allow: int, deny: int) -> str:
        overwrites = [
            {"id": self.found.everyone, "type": ROLE, "allow": str(allow), "deny": str(deny)},
            {"id": str(self.found.me["user"]["id"]), "type": MEMBER, "allow": str(OURS), "deny": "0"},
        ]
        name, topic = self.wording.text(f"{SAY}{what}_name"), self.wording.text(f"{SAY}{what}_topic")
        with asking("Manage Channels", chat.title):
            made: Any = await self.client.http.create_channel(
                int(chat.external_id), TEXT_CHANNEL, name=name, topic=topic, permission_overwrites=overwrites
            )
        await self.kept.save(key(chat, what), str(made["id"]))
        return str(made["id"])

    async def _change(self, channel: str, allow: int, deny: int) -> None:
        """Change what a channel tells everybody in these rights alone; first let us in, or we would be shut out too."""
        await self._put(channel, str(self.found.me["user"]["id"]), MEMBER, OURS, 0)
        allowed, denied = server.overwrite(self.found.channel(channel) or {}, self.found.everyone)
        await self._put(channel, self.found.everyone, ROLE, allowed & ~deny | allow, denied & ~allow | deny)

    async def _put(self, channel: str, target: str, kind: Literal[0, 1], allow: int, deny: int) -> None:
        with asking("Manage Roles"):
            await self.client.http.edit_channel_permissions(int(channel), int(target), str(allow), str(deny), kind)

    async def close(self, chat: Chat) -> None:
        """Let the member role see, then take sight from everybody."""
        role, everyone = self.found.role(chat.member_role), self.found.role(self.found.everyone)
        assert role is not None
        assert everyone is not None
        seeing, blind = int(role["permissions"]) | VIEW, int(everyone["permissions"]) & ~VIEW
        await self._give(chat, role, seeing)
        await self._give(chat, everyone, blind)
        for channel in server.open_channels(self.found, chat.welcome_channel):
            allowed, denied = server.overwrite(channel, self.found.everyone)
            await self._put(str(channel["id"]), self.found.everyone, ROLE, allowed & ~VIEW, denied)

    async def _give(self, chat: Chat, role: server.Json, permissions: int) -> None:
        if int(role["permissions"]) != permissions:
            with asking("Manage Roles", chat.title):
                await self.client.http.edit_role(int(chat.external_id), int(role["id"]), permissions=str(permissions))

    async def post(self, chat: Chat, answer: Answer) -> None:
        """The message with the button, in the welcome channel. The nonce keeps a repeat from showing twice."""
        title = self.wording.text(SAY + "welcome_name")
        place = Place(NAME, chat.external_id, chat.welcome_channel, title=f"#{title}")
        sent = await speaking.say(self.client, place, answer, f"v:{chat.welcome_channel}", None)
        await self.kept.save(key(chat, "verify"), sent.id)
