"""What a clean message costs Porter's processor, beside a bare discord.py bot that ignores it: on the same loopback,
one after the other, the same messages.

The loopback's own work for one message is in both figures and is measured alone as well, with nobody listening.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import discord as library

from bench.train_model import chat, said
from bot import resources
from bot.model import Level
from bot.platforms.discord.connection import intents, point_at
from bot.screening import load
from tests.tour import discord as tour
from tests.wire.discord import Channel, Discord, Member

MESSAGES, ROUNDS = 1_500, 3
# Fewer people than make a raid by joining. After so many messages a breath: nobody talks a line full.
SPEAKERS, AT_ONCE, PAUSE = 15, 50, 0.1
REST = 2.0  # seconds in which nobody speaks


async def on_discord(folder: Path) -> dict[str, float]:
    """Microseconds of processor for a message: the loopback alone, with a bare bot, with Porter; and how many times the
    bare bot's Porter's is. The middle of some rounds, each of which measures all three."""
    texts = clean(MESSAGES)
    rounds = [await one_round(texts, folder / str(number)) for number in range(ROUNDS)]
    ratios = [porter / ignoring for _, ignoring, porter in rounds]
    alone, ignoring, porter = (statistics.median(one) for one in zip(*rounds, strict=True))
    named = {"loopback, µs": alone, "bare bot, µs": ignoring, "Porter, µs": porter}
    return named | {"times the bare bot": statistics.median(ratios)}


async def one_round(texts: list[str], folder: Path) -> tuple[float, float, float]:
    """The loopback alone, with a bare bot, with Porter."""
    folder.mkdir()  # noqa: ASYNC240  nobody waits here yet
    async with Discord() as world:
        alone = await spent(texts, *await people(world))
    async with bare() as (speakers, channel):
        ignoring = await spent(texts, speakers, channel)
    async with tour.at_the_lodge(folder) as lodge:
        speakers = [await lodge.chess.join(lodge.world.user(f"Member{number}")) for number in range(SPEAKERS)]
        await lodge.settled()
        porter = await spent(texts, speakers, lodge.general)
        await lodge.settled()
        assert not lodge.committee.messages, "a message that was to be clean made a card"
    return alone, ignoring, porter


def clean(count: int) -> list[str]:
    """Ordinary messages of students' chats in which no rule finds anything; a number makes each one new."""
    ordinary = [row.text for row in chat() if not row.flag]
    screen = load([resources.rules()], check=False)  # not the program's: what it has read helps nobody later
    texts = (f"{ordinary[number % len(ordinary)]} {number}" for number in itertools.count())
    return list(itertools.islice((one for one in texts if screen.screen(said(one)).level is Level.NONE), count))


async def people(world: Discord) -> tuple[list[Member], Channel]:
    """A server with people who speak."""
    chess = world.server("Chess Society", owner=world.user("Una"))
    return [await chess.join(world.user(f"Member{number}")) for number in range(SPEAKERS)], chess.channel("general")


@asynccontextmanager
async def bare() -> AsyncIterator[tuple[list[Member], Channel]]:
    """A bot that hears everything Porter hears, and does nothing."""
    async with Discord() as world:
        speakers, channel = await people(world)
        application = world.application("bare")
        assert channel.server is not None
        await channel.server.install(application)
        undo = point_at(world.api_url, world.gateway_url)
        client = library.Client(intents=intents())
        task = asyncio.create_task(client.start(application.token))
        await world.connected(application)
        await client.wait_until_ready()
        try:
            yield speakers, channel
        finally:
            await client.close()
            await asyncio.gather(task, return_exceptions=True)
            undo()


async def spent(texts: list[str], speakers: list[Member], channel: Channel) -> float:
    """Microseconds of processor that each message adds, everything that follows from it done, to what the time costs
    in which nobody speaks."""
    begun = time.process_time()
    await asyncio.sleep(REST)
    resting = (time.process_time() - begun) / REST
    begun, since = time.process_time(), time.perf_counter()
    for number, text in enumerate(texts):
        await speakers[number % SPEAKERS].say(channel, text)
        if number % AT_ONCE == 0:
            await asyncio.sleep(PAUSE)
    await asyncio.sleep(1.0)
    return 1e6 * (time.process_time() - begun - resting * (time.perf_counter() - since)) / len(texts)
