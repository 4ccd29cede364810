"""PostgreSQL: the program is killed on it, its connection is ended, changes get into each other's way."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.store import audit
from bot.store.change import Change, Store
from bot.store.tables import marks
from tests.faults.cycle import account, cycle
from tests.faults.evening import chance
from tests.faults.lives import Nursery
from tests.faults.town import town
from tests.postgres import on_postgres

PLACES = ("store.committing:report", "outbox.performed:notice", "telegram.handled#2")


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@on_postgres
async def test_a_crash_on_postgresql_loses_nothing_and_repeats_nothing(
    lives: Nursery, tmp_path: Path, database: str
) -> None:
    async with town(tmp_path, database, lives, "telegram") as union:
        await union.start()
        await union.connected()

        for place in PLACES:
            tally = await cycle(union, chance(place), [place])

            assert tally.wrong == [], f"{place}: {account(tally, union)}"
            assert tally.reached, f"the program never came to {place}"


@on_postgres
async def test_a_change_whose_connection_is_ended_leaves_nothing_and_the_next_one_works(database: str) -> None:
    store = Store(database)

    with pytest.raises(DBAPIError):
        await interrupted(store)
    async with store.change("test", "write", now()) as change:
        await change.put(marks, {"key": "third"}, value="3")
    found, chain = await kept(store)
    await store.close()

    assert found == {"third": "3"}
    assert chain == ""


async def interrupted(store: Store) -> None:
    """A change whose connection is ended from another one, as a restart of the server would."""
    async with store.change("test", "write", now()) as change:
        await change.put(marks, {"key": "first"}, value="1")
        backend = await change.scalar(text("SELECT pg_backend_pid()"))
        async with store.writer.connect() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
        await change.put(marks, {"key": "second"}, value="2")


@on_postgres
async def test_changes_that_get_into_each_others_way_are_done_wholly_or_not_at_all(database: str) -> None:
    store = Store(database)
    async with store.change("test", "write", now()) as change:
        for key in ("a", "b"):
            await change.put(marks, {"key": key}, value="0")

    async def both(first: str, second: str) -> None:
        async with store.change("test", "write", now()) as change:
            await add_one(change, first)
            await asyncio.sleep(0.05)
            await add_one(change, second)

    outcomes = await asyncio.gather(*(both(*order) for order in [("a", "b"), ("b", "a")] * 4), return_exceptions=True)
    done = sum(outcome is None for outcome in outcomes)
    found, chain = await kept(store)
    await store.close()

    assert done >= 1
    assert all(outcome is None or isinstance(outcome, DBAPIError) for outcome in outcomes)
    assert found == {"a": str(done), "b": str(done)}
    assert chain == ""


async def add_one(change: Change, key: str) -> None:
    """Read a number and write the next, as the database alone can keep from being lost."""
    statement = text("UPDATE marks SET value = CAST(CAST(value AS integer) + 1 AS text) WHERE key = :key")
    await change.connection.execute(statement, {"key": key})


async def kept(store: Store) -> tuple[dict[str, str], str]:
    """The marks, and what is wrong with the audit."""
    async with store.read() as read:
        found = {str(row["key"]): str(row["value"]) for row in await read.rows(select(marks))}
        return found, audit.verify(await audit.lines(read))
