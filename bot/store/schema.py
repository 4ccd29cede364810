"""Bringing the database to the newest revision, through Alembic, in the running loop."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import ConfigError
from bot.redact import redact
from bot.resources import migrations
from bot.store.change import Store

UPGRADING = 0x506F7276  # any number, the same in every process


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def check_reachable(store: Store, named: str = "[database] url") -> None:
    """Raises `ConfigError`, with the database's own words, when it cannot be opened."""
    try:
        async with store.reader.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")
    except (DBAPIError, OSError) as error:
        why = redact(str(getattr(error, "orig", error)))
        raise ConfigError(f"The database cannot be opened: {why}. Look at {named}.") from error


async def begin_at(store: Store, revision: str) -> None:
    """Give a database without rows the tables of that revision. Raises `ConfigError` for one that is not of ours."""

    def work(connection: Connection) -> None:
        if MigrationContext.configure(connection).get_current_revision() is not None:
            command.downgrade(_config(connection), "base")
        try:
            command.upgrade(_config(connection), revision)
        except CommandError as error:
            raise ConfigError(f"The copy is not of this Porter, perhaps of a newer one ({error}).") from error

    await _migrated(store, work)


async def upgrade(store: Store) -> None:
    """Create or upgrade the tables. Raises `ConfigError` when the database cannot be opened."""
    await _migrated(store, _upgrade)


async def _migrated(store: Store, work: Callable[[Connection], None]) -> None:
    await check_reachable(store)
    async with changing(store) as connection:
        await connection.run_sync(work)


@asynccontextmanager
async def changing(store: Store) -> AsyncIterator[AsyncConnection]:
    """A connection to run revisions on, alone, in one transaction. On SQLite foreign keys are off meanwhile and checked
    after: with them on, a batch migration that rebuilds a table deletes the rows that refer to it."""
    async with store.writer.connect() as connection:
        if store.sqlite:
            await _foreign_keys(connection, on=False)
        else:  # of several processes that begin together one makes the tables
            await connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
        try:
            yield connection
            await connection.commit()
        finally:
            await connection.rollback()
            if store.sqlite:
                await _foreign_keys(connection, on=True)


async def _foreign_keys(connection: AsyncConnection, *, on: bool) -> None:
    """Switch the check of references; SQLite ignores this inside a transaction, so it goes past the engine's BEGIN."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    await driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _upgrade(connection: Connection) -> None:
    try:
        command.upgrade(_config(connection), "head")
    except CommandError as error:  # a revision that is not among ours
        raise ConfigError(f"The database is not of this Porter, perhaps of a newer one ({error}).") from error


def newest() -> str:
    """The revision the program expects."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


async def current(store: Store) -> str:
    """The revision the database is at; empty when it has no tables."""
    async with store.reader.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision() or "")
