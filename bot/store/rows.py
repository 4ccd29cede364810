"""Every row of every table as JSON, and back into an empty database. The same on SQLite and PostgreSQL, so that what
was copied from one can be put into the other."""

import base64
import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import ConfigError, Refusal
from bot.store.change import Read, Store
from bot.store.tables import metadata

VERSIONS = "alembic_version"
AT_ONCE, BYTES_AT_ONCE = 200, 8_000_000


async def dump(read: Read) -> AsyncGenerator[tuple[str, str], None]:
    """(table, row as JSON) for every row, each table after those it refers to."""
    for table in metadata.sorted_tables:
        async with read.connection.stream(select(table).order_by(*table.primary_key)) as result:
            async for row in result.mappings():
                yield table.name, json.dumps({name: _out(value) for name, value in row.items()}, ensure_ascii=False)


def _out(value: Any) -> Any:
    """A value as JSON; what JSON has no form for carries its kind."""
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    return {"$json": value} if isinstance(value, dict | list) else value


def _in(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, inner)] = value.items()
    if kind == "$bytes":
        return base64.b64decode(inner)
    if kind == "$time":
        return datetime.fromisoformat(inner)
    return date.fromisoformat(inner) if kind == "$date" else inner


async def count_all(read: Read) -> dict[str, int]:
    """How many rows each table has."""
    return {one.name: int(await read.scalar(select(func.count()).select_from(one))) for one in metadata.sorted_tables}


async def check_empty(store: Store) -> None:
    """Raises `Refusal` when there is a row in any table: nothing is ever written over."""
    async with store.reader.connect() as connection:
        there = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        for name in sorted(set(there) - {VERSIONS}):
            found = await connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1'))  # noqa: S608 - a table's own name
            if found.first() is not None:
                raise Refusal(
                    "This database is in use: there are rows in it, and a restore never writes over anything. "
                    "Name another one in [database] url (or move the file away), then restore."
                )


class Loader:
    """Puts rows into a database as it is now, whatever its revision, within one transaction."""

    def __init__(self, connection: AsyncConnection, tables: dict[str, Table]) -> None:
        self._connection, self._tables = connection, tables
        self._table, self._bytes = "", 0
        self._rows: list[dict[str, Any]] = []
        self.counts: dict[str, int] = {}

    async def add(self, table: str, row: dict[str, Any], size: int) -> None:
        """Put a row in; `size` is about how many bytes it has."""
        if table not in self._tables:
            raise ConfigError(f"The copy has a table “{table}” that this Porter does not know.")
        if table != self._table or len(self._rows) >= AT_ONCE or self._bytes > BYTES_AT_ONCE:
            await self.flush()
        self._table, self._bytes = table, self._bytes + size
        self._rows.append({name: _in(value) for name, value in row.items()})

    async def flush(self) -> None:
        """Write what waits."""
        if self._rows:
            await self._connection.execute(self._tables[self._table].insert(), self._rows)
            self.counts[self._table] = self.counts.get(self._table, 0) + len(self._rows)
        self._rows, self._bytes = [], 0

    async def end(self) -> None:
        """Write the rest, and let PostgreSQL go on counting ids after the last one."""
        await self.flush()
        if self._connection.dialect.name == "postgresql":
            for name in self._tables:
                if "id" in self._tables[name].c:
                    await self._connection.execute(text(_go_on(name)))


def _go_on(table: str) -> str:
    sequence = f"pg_get_serial_sequence('\"{table}\"', 'id')"
    return f'SELECT setval({sequence}, (SELECT max(id) FROM "{table}")) WHERE EXISTS (SELECT 1 FROM "{table}")'  # noqa: S608


async def loader(connection: AsyncConnection) -> Loader:
    """For a connection on which a transaction is open."""
    return Loader(connection, await connection.run_sync(_reflected))


def _reflected(connection: Connection) -> dict[str, Table]:
    """The tables as they are in the database: a copy of an older revision has older ones than the program."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.c:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return {name: table for name, table in found.tables.items() if name != VERSIONS}


async def damage(store: Store) -> Sequence[str]:
    """What the database itself finds wrong with its file; PostgreSQL has checked what it took."""
    if not store.sqlite:
        return ()
    async with store.reader.connect() as connection:
        found: list[Iterable[Any]] = [
            row for row in await connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"
        ]
        found += list(await connection.execute(text("PRAGMA foreign_key_check")))
    return [" ".join(map(str, row)) for row in found]
