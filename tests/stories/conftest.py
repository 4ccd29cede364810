"""What the stories of both platforms begin with."""

import asyncio
from pathlib import Path

import pytest

from bot.app import opened
from bot.config import load


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program that was started once and did nothing: its tables need making but once."""
    folder = tmp_path_factory.mktemp("fresh")

    async def start_once() -> None:
        async with opened(load(None, {"PORTER_DATA__FOLDER": str(folder)})):
            pass

    asyncio.run(start_once())
    return folder
