"""A Telegram of its own for every story; every story leaves it without a complaint."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.telegram.club import RIGHTS, Club
from tests.wire.mail import Mailbox
from tests.wire.telegram import Telegram


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """A Telegram whose published description nobody broke in the end."""
    async with Telegram() as telegram:
        yield telegram
        assert telegram.problems == []


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """Where Porter's e-mails arrive."""
    async with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
async def empty(telegram: Telegram, mailbox: Mailbox, database: str, tmp_path: Path) -> AsyncIterator[Club]:
    """Two groups with Porter in them and everybody seated, but bound to no society, and Porter not yet at work."""
    una, mona, lena, olu, alice, mallory = map(telegram.user, ("Una", "Mona", "Lena", "Olu", "Alice", "Mallory"))
    porter = telegram.bot("porter_bot")
    chess = telegram.supergroup("Chess Society", creator=una)
    committee = telegram.supergroup("Chess committee", creator=una)
    chess.promote(porter, *RIGHTS)
    committee.add(porter)
    for person in (mona, lena, alice, mallory):
        chess.add(person)
    for person in (mona, lena):
        committee.add(person)
    porter.updates.drop()  # the groups were there before the story begins
    people = (una, mona, lena, olu, alice, mallory)
    club = Club(telegram, mailbox, tmp_path, porter, chess, committee, *people, database)
    try:
        await club.build()
        await club.seat_everybody()
        yield club
    finally:
        await club.close()


@pytest.fixture
async def club(empty: Club) -> Club:
    """The same, bound to the Chess Society, with Porter at work."""
    await empty.bind()
    await empty.work()
    await empty.settled()
    return empty
