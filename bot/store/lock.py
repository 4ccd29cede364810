"""Which processes are at work on a database, and which of them listens to a chat service.

On SQLite there is one: a lock on a file beside the database sees to that. On PostgreSQL there may be many. Each holds a
shared advisory lock, so that what must be alone (moving the database) can tell; and who listens with a token holds a
lock of that token's, while the others wait to take over. All of these end with the process, however that ends.
"""

import asyncio
import fcntl
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from bot.errors import ConfigError
from bot.store import line
from bot.store.change import Store
from bot.store.engine import file_of
from bot.store.line import Line

RUNNING = 0x506F7275  # any number, the same in every process
AGAIN = 1.0  # seconds after which what is not to be had is asked for again
TURN = 10.0  # seconds in which a process that begins at the same time is done with beginning
BUSY = "Porter is running on this database already. End that one first, or give this one a database of its own."
MOVING = "This database is being moved, or otherwise kept to itself by another command. Wait until that has ended."
log = structlog.get_logger()

Heard = Callable[[str], None]


@asynccontextmanager
async def alone(store: Store) -> AsyncIterator[None]:
    """Nobody else is at work, or begins to. Raises `ConfigError` when somebody is."""
    file = file_of(store.url)
    if file is not None:
        async with _file_lock(file.with_name(f"{file.name}.lock")):
            yield
        return
    found = await line.opened(store.url)
    try:
        if not await found.ask("SELECT pg_try_advisory_lock($1)", RUNNING):
            raise ConfigError(BUSY)
        yield
    finally:
        await found.close()


@asynccontextmanager
async def at_work(
    store: Store, first: Callable[[], Awaitable[None]], heard: Heard, *, patience: float = TURN
) -> AsyncIterator[None]:
    """Be one of those at work on a database. `first` is done when there is no other, before another can begin. `heard`
    is given what others tell, and an empty word when something may have been missed. Raises `ConfigError` when somebody
    keeps the database to himself for more than `patience` seconds."""
    if store.sqlite:
        async with alone(store):
            await first()
            yield
        return
    joined = await _joined(store, first, heard, patience)
    staying = asyncio.create_task(_stay(store, joined, heard), name="at work")
    try:
        yield
    finally:
        staying.cancel()
        await asyncio.gather(staying, return_exceptions=True)


async def _joined(store: Store, first: Callable[[], Awaitable[None]], heard: Heard, patience: float) -> Line:
    found = await line.opened(store.url)
    try:
        if await found.ask("SELECT pg_try_advisory_lock($1)", RUNNING):
            await first()
            await found.ask("SELECT pg_advisory_lock_shared($1)", RUNNING)
            await found.ask("SELECT pg_advisory_unlock($1)", RUNNING)
        else:
            await _share(found, patience)
        await found.hear(heard)
    except BaseException:
        await found.close()
        raise
    return found


async def _share(found: Line, patience: float = TURN) -> None:
    """Join those at work; one that is just beginning keeps us waiting for a moment."""
    try:
        async with asyncio.timeout(patience):
            while True:
                if await found.ask("SELECT pg_try_advisory_lock_shared($1)", RUNNING):
                    return
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise ConfigError(MOVING) from error


async def _stay(store: Store, joined: Line, heard: Heard) -> None:
    """Join again whenever the connection was lost."""
    try:
        while True:
            await joined.lost.wait()
            log.warning("database.line_lost", note="it is opened again")
            await joined.close()
            joined = await _again(store, heard)
            heard("")
    finally:
        await joined.close()


async def _again(store: Store, heard: Heard) -> Line:
    while True:
        try:
            found = await line.opened(store.url)
            try:
                await _share(found)
                await found.hear(heard)
            except BaseException:
                await found.close()
                raise
        except Exception as error:  # noqa: BLE001 - the database may be away for long; the program outlives it
            log.warning("database.away", error=type(error).__name__)
            await asyncio.sleep(AGAIN)
        else:
            return found


@asynccontextmanager
async def owned(store: Store, name: str, waiting: Callable[[], None] = lambda: None) -> AsyncIterator[asyncio.Event]:
    """Have something that only one process may have, such as listening with a token; waits until it is free, and says
    by `waiting` that it has to. The event is set when it was lost. `name` may be secret: only its digest leaves us."""
    if store.sqlite:
        yield asyncio.Event()
        return
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    found = await line.opened(store.url)
    try:
        while not await found.ask("SELECT pg_try_advisory_lock($1)", key):
            waiting()
            await asyncio.sleep(AGAIN)
        yield found.lost
    finally:
        await found.close()


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
