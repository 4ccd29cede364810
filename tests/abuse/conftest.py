"""The desk on a database of its own; the Discord and Telegram of the stories where an attack needs a platform."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import opened
from bot.config import load
from tests.abuse.office import Office
from tests.stories.house import built
from tests.wire.mail import Mailbox


@dataclass
class Clock:
    """A clock that goes on only when told to."""

    at: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        """Time goes by."""
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    """The office's clock."""
    return Clock()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program that was started once: its tables need making but once."""
    folder = tmp_path_factory.mktemp("made")

    async def start_once() -> None:
        async with opened(load(None, {"PORTER_DATA__FOLDER": str(folder)})):
            pass

    asyncio.run(start_once())
    return folder


@pytest.fixture
async def office(made: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Office]:
    """A Union's desk with everybody seated and nothing connected."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    few = {"PORTER_MODERATION__REPORTS_PER_HOUR": "6", "PORTER_MODERATION__REPORTS_PER_DAY": "12"}
    async with Mailbox() as mailbox, built(tmp_path, mailbox, few, clock) as house:
        office = Office(house)
        await office.open()
        yield office
