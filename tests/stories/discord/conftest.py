"""A Discord of its own for every story; every story leaves it without a complaint."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.discord.lodge import Lodge
from tests.wire.discord import MODERATION, Discord, Member, Permission, User
from tests.wire.discord import Role as ServerRole
from tests.wire.mail import Mailbox


@pytest.fixture
async def world() -> AsyncIterator[Discord]:
    """A Discord that nobody misused in the end, and in which Porter pinged nobody. It has more patience than the real
    one, for a machine busy with many tests; what Porter does when it is late has tests of its own."""
    async with Discord() as world:
        world.answer_within = timedelta(seconds=20)
        yield world
        assert world.problems == []
        assert world.pings == []


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """Where Porter's e-mails arrive."""
    async with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
async def empty(world: Discord, mailbox: Mailbox, database: str, tmp_path: Path) -> AsyncIterator[Lodge]:
    """The server with Porter in it and everybody seated, but bound to no society, and Porter not yet at work."""
    chess = world.server("Chess Society", owner=world.user("Una"))
    general = chess.channel("general")
    bot = world.application("porter")
    await chess.install(bot, MODERATION & ~Permission.MANAGE_GUILD)  # not every society gives that right
    role = chess.role("Committee", Permission.MANAGE_MESSAGES)  # to such people Discord shows the committee's commands
    see = Permission.VIEW_CHANNEL
    private: dict[ServerRole | Member | User, tuple[Permission, Permission]] = {
        chess.everyone: (Permission(0), see),
        role: (see, Permission(0)),
        bot.user: (see, Permission(0)),
    }
    committee = chess.channel("committee", overwrites=private)
    mona, lena = [await chess.join(world.user(name), roles=(role,)) for name in ("Mona", "Lena")]
    olu, alice, mallory = [await chess.join(world.user(name)) for name in ("Olu", "Alice", "Mallory")]
    people = (mona, lena, olu, alice, mallory)
    lodge = Lodge(world, mailbox, tmp_path, chess, general, committee, bot, role, *people, database)
    try:
        await lodge.build()
        await lodge.seat_everybody()
        yield lodge
    finally:
        await lodge.close()


@pytest.fixture
async def lodge(empty: Lodge) -> Lodge:
    """The same, bound to the Chess Society, with Porter at work."""
    await empty.bind()
    await empty.work()
    return empty
