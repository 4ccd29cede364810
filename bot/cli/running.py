"""What every command shares: `--config`, the settings, and the parts of the program opened around its work."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot import config, logs
from bot.config import Settings
from bot.parts import App

BY = "cli"  # who changed something, in the audit
Result = TypeVar("Result")
LARGEST = 2**63 - 1  # what a number in a database holds

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="PORTER_CONFIG",
        metavar="FILE",
        help="The configuration, such as config.toml. Without one, everything has its default.",
        show_default=False,
    ),
]


def day(text: str) -> date:
    """A day as typed. Raises `BadParameter` with how one is written."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise typer.BadParameter(f"“{text}” is no day. Write year, month and day, such as 2027-02-22.") from error


def settings(file: Path | None, *, working: bool = False) -> Settings:
    """The configuration, with logs set up as it says. A command that ends at once leaves out what only tells that all
    goes as it should; `working` is for those that run on. Raises `ConfigError`."""
    found = config.load(file, os.environ)
    quiet = found.log.level == "info" and not working
    logs.configure("warning" if quiet else found.log.level, found.log.format, found.secrets)
    return found


def with_app(file: Path | None, work: Callable[[App], Awaitable[Result]]) -> Result:
    """Open every part, do the work, close them; answers what the work answers."""
    return asyncio.run(_opened(settings(file), work))


async def _opened(found: Settings, work: Callable[[App], Awaitable[Result]]) -> Result:
    # Chat libraries take a second to load, and half of the commands need none of the parts.
    from bot.app import opened

    async with opened(found) as app:
        return await work(app)
