"""`porter run` and `porter demo`: the two commands that work until they are told to stop."""

import asyncio
import errno
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.cli.running import Config, settings
from bot.errors import Refusal


class Role(StrEnum):
    """What of the work a process does."""

    ALL = "all"
    GATEWAY = "gateway"
    WORKER = "worker"


def run(
    role: Annotated[
        Role,
        typer.Option(
            help="What this process does, where several share one PostgreSQL: listen to the chats and answer "
            "(gateway), do what follows from it (worker), or both."
        ),
    ] = Role.ALL,
    config: Config = None,
) -> None:
    """Connect to Discord and Telegram and work until told to stop (Ctrl-C, or SIGTERM)."""
    found = settings(config, working=True)
    if not (found.discord.enabled or found.telegram.enabled):
        raise Refusal(
            "No chat service is set up, so there is nothing to work on. Put a token into [discord] or [telegram] of "
            "the configuration and name the file with --config, or look around first with  porter demo"
        )
    from bot.app import Part  # after the configuration: a mistake there should be told at once
    from bot.app import run as work

    asyncio.run(work(found, Part(role.value)))


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is; 0 for any free port.")] = 8765,
) -> None:
    """Open the playground: a society, its committee and the Union on one page of this machine. Needs nothing set up."""
    logs.configure("warning")
    from bot.app import demo as play

    try:
        asyncio.run(play(Path(tempfile.gettempdir()), port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise Refusal(f"Port {port} is taken. Choose another:  porter demo --port {port + 1}") from error
