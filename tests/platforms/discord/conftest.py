"""A small Discord, a server in it, and a connection of ours to it."""

import asyncio
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

with warnings.catch_warnings():
    # The library imports a module of Python's that is on its way out, and Python says so.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord

from bot.model import AccountRef, Chat, ChatPurpose, MessageRef, Place
from bot.platforms.discord.connection import options, point_at
from tests.wire.discord import Channel, Discord, Member, Message, Server

# What Discord takes and sends although its own description says otherwise: the library's `tts` in an edit, and the
# kind of reference by which a forward is told from a reply.
TAKEN = ("body.tts: undocumented", "message_reference.type: is not 0 (1)")


@dataclass
class Wire:
    """The loopback Discord with the Chess Society's server, and discord.py's client connected to it."""

    world: Discord
    chess: Server
    general: Channel
    client: discord.Client

    def place(self, channel: Channel) -> Place:
        """A channel as a place of ours."""
        return Place("discord", str(self.chess.id), str(channel.id), title=f"#{channel.name}")

    def ref(self, message: Message) -> MessageRef:
        """A message as a reference of ours."""
        return MessageRef(self.place(message.channel), str(message.id))

    def chat(self, member_role: str = "") -> Chat:
        """The server as a bound chat."""
        now = datetime.now(UTC)
        guild, members = str(self.chess.id), ChatPurpose.MEMBERS
        return Chat(1, 1, "discord", guild, "Chess Society", members, now, member_role=member_role)


class InMemory(dict[str, str]):
    """Values kept for as long as the test lasts."""

    async def load(self, key: str) -> str:
        """The value under a name."""
        return self.get(key, "")

    async def save(self, key: str, value: str) -> None:
        """Keep a value under a name."""
        self[key] = value


def account(member: Member) -> AccountRef:
    """A member as an account of ours."""
    return AccountRef("discord", str(member.id))


@pytest.fixture
async def world() -> AsyncIterator[Discord]:
    """A Discord of its own; every call to it must have been one that Discord knows, and nobody may be pinged."""
    async with Discord() as world:
        yield world
        assert [one for one in world.problems if not one.endswith(TAKEN)] == []
        assert world.pings == []


@pytest.fixture
async def lodge(world: Discord) -> AsyncIterator[Wire]:
    """A server with a channel, and a connected client."""
    chess = world.server("Chess Society", owner=world.user("Una"))
    general = chess.channel("general")
    application = world.application("porter")
    await chess.install(application)
    undo = point_at(world.api_url, world.gateway_url)
    client = discord.Client(**options() | {"guild_ready_timeout": 0.05})
    running = asyncio.create_task(client.start(application.token))
    await world.connected(application)
    await client.wait_until_ready()
    yield Wire(world, chess, general, client)
    await client.close()
    await asyncio.wait({running})
    undo()
