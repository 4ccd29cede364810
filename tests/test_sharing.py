"""Who shares a database, who has to himself what only one may have, and what they tell each other."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.errors import ConfigError
from bot.model import ChatPurpose
from bot.store import chats, lock, people
from bot.store.change import Store
from tests.postgres import Cluster, on_postgres
from tests.rows import AT


@dataclass
class Member:
    """One of those at work: whether it was the first, and what it heard."""

    store: Store
    was_first: bool = False
    heard: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def first(self) -> None:
        """Nobody else is there."""
        self.was_first = True

    async def hears(self) -> str:
        """What it hears next."""
        return await asyncio.wait_for(self.heard.get(), 120)


@pytest.fixture
async def two(database: str) -> AsyncIterator[tuple[Member, Member]]:
    """Two at work on one database, the first of them earlier."""
    one, other = Member(Store(database)), Member(Store(database))
    async with (
        lock.at_work(one.store, one.first, one.heard.put_nowait),
        lock.at_work(other.store, other.first, other.heard.put_nowait),
    ):
        yield one, other
    await one.store.close()
    await other.store.close()


@on_postgres
async def test_only_who_comes_first_takes_up_what_was_left(two: tuple[Member, Member]) -> None:
    assert [member.was_first for member in two] == [True, False]


@on_postgres
async def test_what_one_changes_the_other_is_told_when_it_is_true(two: tuple[Member, Member]) -> None:
    one, other = two

    async with one.store.change("test", "bind", AT) as change:
        society_id = await people.add_society(change, "chess", "Chess Society")
        assert society_id is not None
        await chats.bind(change, society_id, "discord", "1", "Chess", ChatPurpose.MEMBERS)
        assert other.heard.empty()
    told = await other.hears()

    async with other.store.read() as read:
        assert [chat.title for chat in await chats.bound(read)] == ["Chess"]
    assert told == "chats"


@on_postgres
async def test_a_change_that_fails_tells_nobody(two: tuple[Member, Member]) -> None:
    one, other = two

    async def half() -> None:
        async with one.store.work(AT) as work:
            work.tell("chats")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await half()
    async with one.store.work(AT) as work:
        work.tell("effects")

    assert await other.hears() == "effects"


@on_postgres
async def test_who_lost_the_connection_joins_again_and_knows_that_it_may_have_missed_something(
    two: tuple[Member, Member], cluster: Cluster
) -> None:
    one, _ = two

    await cluster.end_all(one.store.url)

    assert await one.hears() == ""
    with pytest.raises(ConfigError, match="is running on this database already"):
        async with lock.alone(one.store):
            pass


@on_postgres
async def test_one_has_a_token_and_the_next_gets_it_when_the_connection_ends(database: str, cluster: Cluster) -> None:
    store, waits = Store(database), asyncio.Event()

    async def next_one() -> asyncio.Event:
        async with lock.owned(store, "telegram:1", waits.set) as lost:
            return lost

    async with lock.owned(store, "telegram:1", print) as lost:
        async with lock.owned(store, "telegram:2", print):
            another = True
        waiting = asyncio.create_task(next_one())
        await asyncio.wait_for(waits.wait(), 120)
        await cluster.end_all(store.url)
        await asyncio.wait_for(lost.wait(), 120)
        broken = await asyncio.gather(waiting, return_exceptions=True)
    await next_one()
    await store.close()

    assert another
    assert isinstance(broken[0], Exception)


@on_postgres
async def test_who_is_moving_the_database_is_left_alone(database: str) -> None:
    store = Store(database)

    async with lock.alone(store):
        with pytest.raises(ConfigError, match="being moved"):
            async with lock.at_work(store, nothing, print, patience=0.2):
                pass
    await store.close()


async def nothing() -> None:
    """Nothing has to be done first."""
