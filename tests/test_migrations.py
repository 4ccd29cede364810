"""The revisions: up and down with rows in every table, on both databases, and nothing lost or left over."""

import asyncio
import hashlib
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, func, insert, inspect, select

from bot.errors import ConfigError
from bot.resources import migrations
from bot.store import schema, tables
from bot.store.change import Store
from tests.postgres import on_both
from tests.rows import row


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """An empty database at the newest revision."""
    store = Store(database)
    yield store
    await store.close()


async def driver_ended() -> None:
    """The driver's threads are gone. One whose database could not be opened ends on its own, and answers the loop."""
    for thread in threading.enumerate():
        if thread.name.endswith("(_connection_worker_thread)"):
            await asyncio.to_thread(thread.join)


async def on(store: Store, work: Any) -> Any:
    """Something done with a connection of Alembic's kind, and committed."""
    async with store.writer.begin() as connection:
        return await connection.run_sync(work)


def names(connection: Connection) -> set[str]:
    """The tables there are."""
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[Any]:
    """What a new revision would have to change."""
    return list(compare_metadata(MigrationContext.configure(connection), tables.metadata))


def config(connection: Connection) -> Config:
    """Alembic on that connection."""
    found = Config()
    found.set_main_option("script_location", str(migrations()))
    found.attributes["connection"] = connection
    return found


@on_both
async def test_an_empty_database_is_brought_to_the_newest_revision(store: Store) -> None:
    revision = await schema.current(store)

    assert revision == schema.newest() != ""
    assert set(tables.metadata.tables) <= await on(store, names)


@on_both
async def test_upgrading_twice_changes_nothing(store: Store) -> None:
    before = await on(store, differences)

    await schema.upgrade(store)

    assert (before, await on(store, differences)) == ([], [])


@on_both
async def test_the_revisions_make_the_tables_that_the_program_expects(store: Store) -> None:
    found = await on(store, differences)

    assert found == []


@on_both
async def test_a_column_without_a_revision_would_be_found(store: Store) -> None:
    await on(store, lambda connection: connection.exec_driver_sql("ALTER TABLE seats DROP COLUMN title"))

    found = await on(store, differences)

    assert [one[0] for one in found] == ["add_column"]


@on_both
async def test_the_revisions_go_down_to_nothing_and_up_again(store: Store) -> None:
    async with schema.changing(store) as connection:
        await connection.run_sync(lambda sync: command.downgrade(config(sync), "base"))
    left = await on(store, names)

    await schema.upgrade(store)

    assert left == {"alembic_version"}
    assert await on(store, differences) == []


async def test_a_database_that_cannot_be_opened_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "porter.db").mkdir()
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/porter.db")

    with pytest.raises(ConfigError, match=r"The database cannot be opened: .* Look at \[database\] url"):
        await schema.upgrade(store)

    await store.close()
    await driver_ended()


def revisions() -> list[str]:
    """Every revision, oldest first."""
    scripts = ScriptDirectory(str(migrations()))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has that there is now."""
    found = MetaData()
    found.reflect(connection)
    counted = {one.name: connection.scalar(select(func.count()).select_from(one)) for one in found.sorted_tables}
    return {name: number or 0 for name, number in counted.items() if name != "alembic_version"}


def fill(connection: Connection) -> None:
    """A row in every table that has none, as the tables are at this revision."""
    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if not connection.scalar(select(func.count()).select_from(table)):
            first = {"previous": "0" * 64} if table.name == "audit" else {}
            values = {**row(table, 1), **first}
            connection.execute(insert(table).values(values | ({"hash": chained(values)} if first else {})))


def chained(line: dict[str, Any]) -> str:
    """The hash of the first line of an audit, as it was made before lines had commitments."""
    content = [
        line["previous"],
        line["at"].isoformat(),
        *(line[name] for name in ("by", "verb", "about", "society_id")),
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


async def step(store: Store, revision: str, *, down: bool = False) -> tuple[dict[str, int], dict[str, int]]:
    """One revision up or down, and a row in every table after it; the rows before and after the revision."""
    before = await on(store, rows)
    async with schema.changing(store) as connection:
        run = command.downgrade if down else command.upgrade
        await connection.run_sync(lambda sync: run(config(sync), revision))
    after = await on(store, rows)
    await on(store, fill)
    return before, after


def kept(before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether every table that is still there has the rows that it had; a revision may add some."""
    return all(after[name] >= number for name, number in before.items() if name in after)


@on_both
async def test_no_revision_loses_a_row_on_the_way_up_down_or_up_again(bare_database: str) -> None:
    store = Store(bare_database)
    ways = revisions()
    below = [*reversed(ways[:-1]), "base"]

    first = [await step(store, one) for one in ways]
    down = [await step(store, one, down=True) for one in below[:-1]]
    again = [await step(store, one) for one in ways]
    everything = await on(store, rows)
    last = [await step(store, one, down=True) for one in below]
    await store.close()

    assert all(kept(*one) for one in [*first, *down, *again, *last])
    assert set(everything) == set(tables.metadata.tables)
    assert min(everything.values()) >= 1
    assert last[-1][1] == {}
