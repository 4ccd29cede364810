"""What a clean message costs Porter's processor, beside a bare discord.py bot that ignores it: each in a process of its
own on the same loopback, one after the other, the same messages."""

import asyncio
import itertools
import statistics
import time
from pathlib import Path

from bench.apart import bare, porter
from bench.train_model import chat, said
from bench.used import worked
from bot import resources
from bot.model import Level
from bot.screening import load
from tests.wire.discord import Channel, Member

MESSAGES, ROUNDS = 3_000, 3
# Fewer people than make a raid by joining. After so many messages a breath: nobody talks a line full.
SPEAKERS, AT_ONCE, PAUSE = 15, 50, 0.1
REST = 4.0  # seconds in which nobody speaks
STILL = 0.05  # of a second's processor, which a program with nothing to do does not use up
LONGEST = 30  # seconds to wait until it has nothing to do


async def on_discord(folder: Path) -> dict[str, float]:
    """Microseconds of processor for a message in a bare bot and in Porter, and how many times the bare bot's Porter's
    is. The middle of some rounds, each of which measures both."""
    texts = clean(MESSAGES)
    rounds = [await one_round(texts, folder / str(number)) for number in range(ROUNDS)]
    times = statistics.median(ours / theirs for theirs, ours in rounds)
    theirs, ours = (statistics.median(one) for one in zip(*rounds, strict=True))
    return {"bare bot, µs": theirs, "Porter, µs": ours, "times the bare bot": times}


async def one_round(texts: list[str], folder: Path) -> tuple[float, float]:
    """A bare bot's microseconds, and Porter's."""
    folder.mkdir()  # noqa: ASYNC240  nobody waits here yet
    async with bare(SPEAKERS) as (speakers, process):
        theirs = await spent(texts, speakers, speakers[0].server.text("general"), process)
    async with porter(folder) as (lodge, process):
        speakers = [await lodge.chess.join(lodge.world.user(f"Member{number}")) for number in range(SPEAKERS)]
        ours = await spent(texts, speakers, lodge.general, process)
        assert not lodge.committee.messages, "a message that was to be clean made a card"
    return theirs, ours


def clean(count: int) -> list[str]:
    """Ordinary messages of students' chats in which no rule finds anything; a number makes each one new."""
    ordinary = [row.text for row in chat() if not row.flag]
    screen = load([resources.rules()], check=False)
    texts = (f"{ordinary[number % len(ordinary)]} {number}" for number in itertools.count())
    return list(itertools.islice((one for one in texts if screen.screen(said(one)).level is Level.NONE), count))


async def still(process: int) -> None:
    """Wait until what follows from everybody's coming is done, or for a while that should do."""
    for _ in range(LONGEST):
        begun = worked(process)
        await asyncio.sleep(1.0)
        if worked(process) - begun < STILL:
            return


async def spent(texts: list[str], speakers: list[Member], channel: Channel, process: int) -> float:
    """Microseconds of processor that each message adds, everything that follows from it done, to what the time costs
    the process in which nobody speaks."""
    await still(process)
    begun = worked(process)
    await asyncio.sleep(REST)
    resting = (worked(process) - begun) / REST
    begun, since = worked(process), time.perf_counter()
    for number, text in enumerate(texts):
        await speakers[number % SPEAKERS].say(channel, text)
        if number % AT_ONCE == 0:
            await asyncio.sleep(PAUSE)
    await asyncio.sleep(1.0)
    return 1e6 * (worked(process) - begun - resting * (time.perf_counter() - since)) / len(texts)
