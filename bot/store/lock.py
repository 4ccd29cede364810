"""One running program at a time per database: two of them would both answer every button.

On SQLite a lock on a file beside the database, on PostgreSQL an advisory lock; either ends with the process, however
that ends.
"""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import func, make_url, select

from bot.errors import ConfigError
from bot.store.change import Store

RUNNING = 0x506F7275  # any number, the same in every process
BUSY = "Porter is running on this database already. End that one first, or give this one a database of its own."


@asynccontextmanager
async def only_one(store: Store) -> AsyncIterator[None]:
    """Hold the database for this process; raises `ConfigError` when another one holds it."""
    if store.sqlite:
        async with _file_lock(Path(f"{make_url(store.url).database}.lock")):
            yield
    else:
        async with store.writer.connect() as connection:
            if not (await connection.execute(select(func.pg_try_advisory_lock(RUNNING)))).scalar():
                raise ConfigError(BUSY)
            yield


@asynccontextmanager
async def _file_lock(path: Path) -> AsyncIterator[None]:
    file = await asyncio.to_thread(path.open, "w")
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError(BUSY) from error
        yield
    finally:
        file.close()
