"""A flood on loopback: 5,000 messages in one channel within a minute, with reports in between.

Measured are the time from a member's click to Porter's thanks, and the memory of Porter's process. The messages come as
a gateway brings them; the loopback server has a process of its own.
"""

import asyncio
import time
from collections.abc import Awaitable
from pathlib import Path

from bench.apart import porter
from bench.message_cost import clean
from bench.used import most_memory
from tests.stories.discord.lodge import Lodge
from tests.wire.discord import Answer

MESSAGES, SECONDS, REPORTS = 5_000, 60.0, 60


async def on_discord(folder: Path) -> dict[str, float]:
    """What the flood cost."""
    async with porter(folder) as (lodge, process):
        begun = time.perf_counter()
        told = await flood(lodge)
        took = time.perf_counter() - begun
        memory = most_memory(process)
    taken = sorted(seconds for seconds, thanked in told if thanked)
    return {
        "messages a minute": 60 * MESSAGES / took,
        "reports": len(told),
        "reports shed": len(told) - len(taken),
        "thanks p50, s": taken[len(taken) // 2],
        "thanks p95, s": taken[int(0.95 * len(taken))],
        "most memory, MB": memory,
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
