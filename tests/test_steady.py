"""PostgreSQL breaks a transaction off: nothing of it is there, and it is done again as if nothing had been."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.store import audit, chats, people, tables
from bot.store.change import Store
from bot.store.steady import passes, steadily
from tests.postgres import Cluster, on_postgres
from tests.rows import AT

pytestmark = on_postgres


async def test_a_change_whose_connection_was_ended_is_done_again_and_once(database: str, cluster: Cluster) -> None:
    store, tries = Store(database), 0

    async def add() -> None:
        nonlocal tries
        tries += 1
        async with store.change("test", "add", AT) as change:
            await people.add_society(change, f"try-{tries}", "Chess Society")
            if tries < 3:
                await cluster.end_all(store.url)

    await steadily(add)

    async with store.read() as read:
        found, lines = await people.all_societies(read), await audit.lines(read)
    await store.close()
    assert [one.slug for one in found] == ["try-3"]
    assert len(lines) == 1


async def test_of_two_that_wait_for_each_other_one_is_done_again(database: str) -> None:
    store, both = Store(database), asyncio.Barrier(2)
    async with store.work(AT) as work:
        for key in ("one", "two"):
            await chats.set_mark(work, key, "")

    async def write(first: str, second: str) -> None:
        async with store.work(AT) as work:
            await chats.set_mark(work, first, "written")
            if both.n_waiting or not met.is_set():
                met.set()
                await both.wait()
            await chats.set_mark(work, second, "written")

    met = asyncio.Event()
    async with asyncio.timeout(120):
        await asyncio.gather(steadily(lambda: write("one", "two")), steadily(lambda: write("two", "one")))

    async with store.read() as read:
        values = [row["value"] for row in await read.rows(select(tables.marks.c.value))]
    await store.close()
    assert values == ["written", "written"]


async def test_what_is_wrong_in_itself_is_not_done_again(database: str) -> None:
    store, tries = Store(database), 0

    async def wrong() -> None:
        nonlocal tries
        tries += 1
        async with store.work(AT) as work:
            await work.connection.execute(text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError) as raised:
        await steadily(wrong)
    await store.close()

    assert (tries, passes(raised.value)) == (1, False)


async def test_a_serialisation_failure_passes(database: str) -> None:
    store = Store(database)
    raised = "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$"

    with pytest.raises(DBAPIError) as failure:
        async with store.work(AT) as work:
            await work.connection.execute(text(raised))
    await store.close()

    assert passes(failure.value)
    assert isinstance(failure.value.orig.__cause__, asyncpg.SerializationError)  # type: ignore[union-attr]  # it has one
