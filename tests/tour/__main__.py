"""Play the tour on both platforms; ends with 1 and a sentence when something did not happen."""

import asyncio
import sys
import tempfile
import traceback
import warnings
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bot import logs
from tests.tour import discord, telegram
from tests.tour.sights import MissingError, Tour

BUILD = Path("build/tour")
PATIENCE = 180.0  # seconds for one platform
PLATFORMS: Mapping[str, Callable[[Tour, Path], Awaitable[None]]] = {"Discord": discord.play, "Telegram": telegram.play}


async def play() -> None:
    """Both platforms, one after the other. Raises `MissingError`."""
    for platform, story in PLATFORMS.items():
        print(platform)
        tour = Tour(platform, BUILD)
        with tempfile.TemporaryDirectory() as folder:
            await within_patience(tour, story(tour, Path(folder)))
        print(f"  Left in {tour.folder}: {', '.join(sorted(one.name for one in tour.folder.iterdir()))}")


async def within_patience(tour: Tour, story: Awaitable[None]) -> None:
    """A story to its end. Raises `MissingError`, with what broke as its cause where something did."""
    try:
        async with asyncio.timeout(PATIENCE):
            await story
    except MissingError:
        raise
    except Exception as error:
        raise MissingError(f"{tour.platform}: the tour broke off ({type(error).__name__}: {error}).") from error


def main() -> int:
    """0 when all of it happened."""
    warnings.filterwarnings("ignore", message="'audioop' is deprecated", category=DeprecationWarning)
    logs.configure("error")
    try:
        asyncio.run(play())
    except MissingError as error:
        if error.__cause__ is not None:
            traceback.print_exception(error.__cause__)
        print(f"✗ {error}", file=sys.stderr)
        return 1
    print("✓ All of it happened.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
