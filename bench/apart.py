"""Porter, and a bare bot, each in a process of its own on loopback Discord."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.processes import alone
from tests.stories.discord.lodge import Lodge
from tests.tour.discord import the_lodge
from tests.wire.discord import Discord, Member

PATIENCE = 60.0  # seconds until commands that were told must be there


@asynccontextmanager
async def porter(folder: Path) -> AsyncIterator[tuple[Lodge, int]]:
    """The Chess Society's server with `porter run` at work in it, and the program's process id."""
    async with the_lodge(folder) as lodge:
        await lodge.close()
        async with alone(folder, lodge.environ) as process:
            await lodge.world.until(
                lambda: "Flag to committee" in lodge.alice.commands(lodge.general), seconds=PATIENCE
            )
            yield lodge, process.running.pid


@asynccontextmanager
async def bare(speakers: int) -> AsyncIterator[tuple[list[Member], int]]:
    """A server with people, and a bot that hears everything Porter hears and does nothing: its process id."""
    async with Discord() as world:
        chess = world.server("Chess Society", owner=world.user("Una"))
        chess.channel("general")
        members = [await chess.join(world.user(f"Member{number}")) for number in range(speakers)]
        application = world.application("bare")
        await chess.install(application)
        command = (sys.executable, "-m", "bench.bare", application.token, world.api_url, world.gateway_url)
        process = await asyncio.create_subprocess_exec(*command)
        try:
            await world.connected(application)
            yield members, process.pid
        finally:
            process.terminate()
            await process.wait()
