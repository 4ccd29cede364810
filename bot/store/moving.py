"""Everything from one database to another: table by table, in one transaction, then compared row by row.

The comparison is by hash: SHA-256 over every row's values as the program reads them, in the order of the key, taken on
both sides after the copy. So what counts is what the program would find, not how a database keeps it.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Refusal
from bot.store import audit, schema
from bot.store.change import Read, Store
from bot.store.tables import metadata

BATCH = 500  # rows handed over at once


@dataclass(frozen=True, slots=True)
class Moved:
    """One table: how many rows, and the hash over all of them, the same on both sides."""

    table: str
    rows: int
    sha256: str


async def move(source: Store, target: Store) -> list[Moved]:
    """Copy every table, at the newest revision on both sides; the target is left empty unless all of it arrived. Raises
    `Refusal`: the target is not empty, something differs afterwards, or the audit's chain is broken."""
    await schema.upgrade(source)
    await schema.upgrade(target)
    async with source.read() as read, target.writer.begin() as connection:
        await _check_empty(connection)
        for table in _in_order():
            await _copy(read.connection, connection, table)
            await _set_counter(connection, table)
        moved = [await _compared(read.connection, connection, table) for table in _in_order()]
        broken = audit.verify(await audit.lines(Read(connection), limit=1_000_000_000))
        if broken:
            raise Refusal(f"The audit is not whole, so nothing was moved. {broken}")
    return moved


def _in_order() -> Sequence[Table]:
    """Tables, each after those it refers to."""
    return metadata.sorted_tables


async def _check_empty(connection: AsyncConnection) -> None:
    for table in _in_order():
        if (await connection.execute(select(func.count()).select_from(table))).scalar():
            raise Refusal(f"The database to move to is not empty: there are rows in “{table.name}”. Name an empty one.")


async def _copy(source: AsyncConnection, target: AsyncConnection, table: Table) -> None:
    """All rows of a table. Rows that refer to others of the same table come after them, as their ids are higher."""
    async for batch in _batches(source, table):
        await target.execute(insert(table), [dict(row) for row in batch])


async def _batches(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[RowMapping]]:
    result = await connection.stream(select(table).order_by(*table.primary_key.columns))
    async for batch in result.mappings().partitions(BATCH):
        yield batch


async def _set_counter(connection: AsyncConnection, table: Table) -> None:
    """Ids go on after the highest; SQLite sees to that by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.c:
        counter = func.pg_get_serial_sequence(table.name, "id")
        highest = select(func.max(table.c.id)).scalar_subquery()
        await connection.execute(select(func.setval(counter, func.coalesce(highest, 1), highest.is_not(None))))


async def _compared(source: AsyncConnection, target: AsyncConnection, table: Table) -> Moved:
    before, after = await _summed(source, table), await _summed(target, table)
    if before != after:
        raise Refusal(f"Not all of “{table.name}” arrived as it was, so nothing was moved. Try again.")
    return after


async def _summed(connection: AsyncConnection, table: Table) -> Moved:
    digest, rows = hashlib.sha256(), 0
    async for batch in _batches(connection, table):
        rows += len(batch)
        for row in batch:
            digest.update(json.dumps(list(_plain(row)), sort_keys=True).encode() + b"\n")
    return Moved(table.name, rows, digest.hexdigest())


def _plain(row: RowMapping) -> Iterator[Any]:
    """A row's values as JSON has them."""
    for value in row.values():
        if isinstance(value, bytes | memoryview):
            yield {"bytes": bytes(value).hex()}
        elif isinstance(value, datetime | date):
            yield {"time": value.isoformat()}
        else:
            yield value
