"""A flood on loopback: 5,000 messages in one channel within a minute, with reports in between.

Measured are the time from a member's click to Porter's thanks, how late the event loop comes to its turns, and memory.
The messages come as a gateway brings them; the members' side of the loopback server shares the processor.
"""

import asyncio
import time
from collections.abc import Awaitable
from pathlib import Path

from bench.message_cost import clean
from bench.start import most_memory
from tests.stories.discord.lodge import Lodge
from tests.tour import discord
from tests.wire.discord import Answer

MESSAGES, SECONDS, REPORTS = 5_000, 60.0, 60
TICK = 0.02  # seconds between two looks at the loop


async def lateness(found: list[float]) -> None:
    """Note by how many milliseconds the loop is late, again and again."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(TICK)
        found.append(1_000 * (time.perf_counter() - begun - TICK))


async def on_discord(folder: Path) -> dict[str, float]:
    """What the flood cost."""
    async with discord.at_the_lodge(folder) as lodge:
        late: list[float] = []
        watch = asyncio.create_task(lateness(late))
        begun = time.perf_counter()
        told = await flood(lodge)
        took = time.perf_counter() - begun
        watch.cancel()
        await lodge.settled()
    taken = sorted(seconds for seconds, thanked in told if thanked)
    return {
        "messages a minute": 60 * MESSAGES / took,
        "reports": len(told),
        "reports shed": len(told) - len(taken),
        "thanks p95, s": taken[int(0.95 * len(taken))],
        "loop late p99, ms": sorted(late)[int(0.99 * len(late))],
        "most memory, MB": most_memory(),
    }


async def flood(lodge: Lodge) -> list[tuple[float, bool]]:
    """Say everything in its time; for every report the seconds until thanks, and whether there were any."""
    people = [await lodge.chess.join(lodge.world.user(f"Flooder{number}")) for number in range(REPORTS)]
    reporters = [await lodge.chess.join(lodge.world.user(f"Reporter{number}")) for number in range(REPORTS // 10)]
    texts = clean(MESSAGES)
    asked: list[asyncio.Task[tuple[float, bool]]] = []
    begun = time.perf_counter()
    for number in range(MESSAGES):
        message = await people[number % REPORTS].say(lodge.general, texts[number])
        if number % (MESSAGES // REPORTS) == 0 and len(asked) < REPORTS:
            reporter = reporters[len(asked) % len(reporters)]
            asked.append(asyncio.create_task(timed(reporter.menu("Flag to committee", message, patience=30.0))))
        ahead = number * SECONDS / MESSAGES - (time.perf_counter() - begun)
        await asyncio.sleep(max(0.0, ahead))
    return await asyncio.gather(*asked)


async def timed(answer: Awaitable[Answer]) -> tuple[float, bool]:
    """Seconds until an answer, and whether it thanks."""
    begun = time.perf_counter()
    said = await answer
    return time.perf_counter() - begun, said.text.startswith("Thank you")
