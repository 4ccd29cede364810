"""Doing something again that the database broke off for reasons of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

Result = TypeVar("Result")
PAUSES = (0.05, 0.25, 1.0, 3.0)  # seconds before each further try
# What PostgreSQL says of a transaction that did nothing wrong: serialisation failure, deadlock, the server or somebody
# ended the connection, it is starting or has no room. Class 08 is a connection that broke.
PASSING = frozenset({"40001", "40P01", "57P01", "57P02", "57P03", "53300"})
log = structlog.get_logger()


def passes(error: BaseException) -> bool:
    """Whether the same may succeed when it is done again."""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", "") or "")
        return error.connection_invalidated or state in PASSING or state.startswith("08")
    return isinstance(error, ConnectionError)


async def steadily(work: Callable[[], Awaitable[Result]]) -> Result:
    """Do the work, again if its transaction was broken off. For work that may be repeated whole: what it writes is
    known by its keys, so that a commit whose answer was lost is not done twice."""
    for pause in PAUSES:
        try:
            return await work()
        except Exception as error:
            if not passes(error):
                raise
            log.warning("database.broke_off", error=type(error).__name__, again_in=pause)
            await asyncio.sleep(pause)
    return await work()
