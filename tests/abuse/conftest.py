"""The desk on a database of its own; the Discord and Telegram of the stories where an attack needs a platform."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

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


@pytest.fixture
async def office(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Office]:
    """A Union's desk with everybody seated and nothing connected."""
    shutil.copy(sqlite_template, tmp_path / "porter.db")
    few = {"PORTER_MODERATION__REPORTS_PER_HOUR": "6", "PORTER_MODERATION__REPORTS_PER_DAY": "12"}
    async with Mailbox() as mailbox, built(tmp_path, mailbox, few, clock) as house:
        office = Office(house)
        await office.open()
        yield office
