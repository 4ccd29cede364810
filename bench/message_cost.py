"""What a clean message costs Porter's processor, beside a bare discord.py bot that ignores it: on the same loopback,
one after the other, the same messages.

The loopback's own work for one message is in both figures and is measured alone as well, with nobody listening.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import discord as library

from bot.platforms.discord.connection import intents, point_at
from tests.tour import discord as tour
from tests.wire.discord import Channel, Discord, Member

MESSAGES = 1_500
SAID = "Board three is free on Friday, who is coming along? Move {}"


async def on_discord(folder: Path) -> dict[str, float]:
    """Microseconds of processor for a message: the loopback alone, with a bare bot, with Porter, and the ratio of what
    the bots add to the loopback."""
    async with Discord() as world:
        alone = await spent(*await people(world))
    async with bare() as (speaker, channel):
        ignoring = await spent(speaker, channel)
    async with tour.at_the_lodge(folder) as lodge:
        porter = await spent(lodge.alice, lodge.general, lodge.settled)
    return {
        "loopback, µs": alone,
        "bare bot, µs": ignoring,
        "Porter, µs": porter,
        "times the bare bot": porter / ignoring,
    }


async def people(world: Discord) -> tuple[Member, Channel]:
    """A server with somebody who speaks."""
    chess = world.server("Chess Society", owner=world.user("Una"))
    return await chess.join(world.user("Alice")), chess.channel("general")


@asynccontextmanager
async def bare() -> AsyncIterator[tuple[Member, Channel]]:
    """A bot that hears everything Porter hears, and does nothing."""
    async with Discord() as world:
        speaker, channel = await people(world)
        application = world.application("bare")
        assert channel.server is not None
        await channel.server.install(application)
        undo = point_at(world.api_url, world.gateway_url)
        client = library.Client(intents=intents())
        task = asyncio.create_task(client.start(application.token))
        await world.connected(application)
        await client.wait_until_ready()
        try:
            yield speaker, channel
        finally:
            await client.close()
            await asyncio.gather(task, return_exceptions=True)
            undo()


async def spent(speaker: Member, channel: Channel, settled: Callable[[], Awaitable[None]] | None = None) -> float:
    """Microseconds of processor for each message, everything that follows from it done."""
    begun = time.process_time()
    for number in range(MESSAGES):
        await speaker.say(channel, SAID.format(number))
        await asyncio.sleep(0)
    await asyncio.sleep(1.0)
    if settled is not None:
        await settled()
    return 1e6 * (time.process_time() - begun) / MESSAGES
