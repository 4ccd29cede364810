"""The real discord.py, pointed at a Discord of ours, remembering what it was told."""

from __future__ import annotations

import asyncio
import warnings
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yarl

from tests.wire.discord.world import Discord

with warnings.catch_warnings():
    # The library imports a module of Python's that is on its way out, and Python says so.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord
    from discord import app_commands, gateway, http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.wire.discord.applications import Application
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.people import Member
    from tests.wire.discord.servers import Server

__all__ = [
    "Stage",
    "Visitor",
    "app_commands",
    "discord",
    "pointed_at",
    "staged",
    "visiting",
    "wanted_intents",
]
GUILD_READY = 0.05


def wanted_intents() -> discord.Intents:
    """Everything but presences."""
    intents = discord.Intents.all()
    intents.presences = False
    return intents


class Visitor(discord.Client):
    """A plain bot. `heard`: (event, arguments) for every event that discord.py dispatched, in order;
    `ended`: the error with which its connection ended for good."""

    def __init__(self, world: Discord, intents: discord.Intents, max_messages: int) -> None:
        super().__init__(intents=intents, guild_ready_timeout=GUILD_READY, max_messages=max_messages)
        self.world = world
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self.ended: BaseException | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library waits five seconds before it identifies again; here there is nobody to spare."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.heard.append((event, args))
        self.world.bell.ring()
        super().dispatch(event, *args, **kwargs)

    def all_heard(self, event: str) -> list[Any]:
        """The arguments of each event of that name; the argument itself where there is one."""
        return [args[0] if len(args) == 1 else args for name, args in self.heard if name == event]

    async def hears(self, event: str, nth: int = 1, seconds: float = 5.0) -> Any:
        """Wait for the nth event of that name."""
        await self.world.until(lambda: len(self.all_heard(event)) >= nth, seconds, f"{event} number {nth}")
        return self.all_heard(event)[nth - 1]

    def text_channel(self, channel_id: int) -> discord.TextChannel:
        channel = self.get_channel(channel_id)
        if not isinstance(channel, discord.TextChannel):
            raise LookupError(f"{channel_id} is no text channel")
        return channel


@asynccontextmanager
async def pointed_at(world: Discord) -> AsyncIterator[None]:
    """discord.py keeps its addresses on classes: they are ours until the block ends."""
    before = http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY
    http.Route.BASE = world.api_url
    gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(world.gateway_url)
    try:
        yield
    finally:
        http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def visiting(
    world: Discord,
    application: Application,
    intents: discord.Intents | None = None,
    max_messages: int = 100,
    prepare: Callable[[Visitor], None] | None = None,
) -> AsyncIterator[Visitor]:
    """A ready client until the block ends; `prepare` may add commands before it connects."""
    async with pointed_at(world):
        visitor = Visitor(world, intents or wanted_intents(), max_messages)
        if prepare is not None:
            prepare(visitor)
        running = asyncio.create_task(_run(visitor, application.token))
        try:
            await world.until(lambda: visitor.all_heard("ready") or visitor.ended, 10.0, "a ready client")
            if visitor.ended is not None:
                raise visitor.ended
            yield visitor
        finally:
            await visitor.close()
            await running


async def _run(visitor: Visitor, token: str) -> None:
    try:
        await visitor.start(token)
    except (discord.DiscordException, OSError) as error:
        visitor.ended = error
        visitor.world.bell.ring()


@dataclass(slots=True)
class Stage:
    """A Chess Society with one channel and one member, and a bot in it that is ready."""

    world: Discord
    chess: Server
    general: Channel
    alice: Member
    application: Application
    bot: Visitor

    @property
    def place(self) -> discord.TextChannel:
        """The channel as the bot has it."""
        return self.bot.text_channel(self.general.id)

    @property
    def guild(self) -> discord.Guild:
        """The server as the bot has it."""
        return self.bot.guilds[0]

    def seen(self, member: Member) -> discord.Member:
        """A member as the bot has them."""
        found = self.guild.get_member(member.id)
        if found is None:
            raise LookupError(f"the bot does not know {member.name}")
        return found


@asynccontextmanager
async def staged(
    prepare: Callable[[Visitor], None] | None = None, intents: discord.Intents | None = None, max_messages: int = 100
) -> AsyncIterator[Stage]:
    """Set the stage, until the block ends."""
    async with Discord() as world:
        chess = world.server("Chess Society", owner=world.user("Una"))
        general = chess.channel("general")
        application = world.application("porter")
        await chess.install(application)
        alice = await chess.join(world.user("Alice"))
        async with visiting(world, application, intents, max_messages, prepare) as bot:
            yield Stage(world, chess, general, alice, application, bot)
