"""The one way to write: a transaction that leaves one line in the audit.

    async with store.change("seat:3", "escalate", now) as change:
        change.about("case:12", society_id=4)
        ...

The line names things, never people or words. Each line's hash covers the line before it (see `chain`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Executable, RowMapping, Table, event, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import failpoints
from bot.store import chain, tables
from bot.store.engine import engines, is_sqlite
from bot.store.line import CHANNEL

Noun = TypeVar("Noun")
AUDIT_LOCK = 0x506F7274  # any number, the same in every process


def noun(kind: type[Noun], row: RowMapping) -> Noun:
    """A row as the noun whose fields are named like its columns."""
    return kind(**{field.name: row[field.name] for field in fields(kind)})  # type: ignore[arg-type]  # kinds are dataclasses


class Read:
    """A connection that may look."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def rows(self, statement: Executable) -> list[RowMapping]:
        """All rows."""
        return list((await self.connection.execute(statement)).mappings())

    async def all(self, kind: type[Noun], statement: Executable) -> list[Noun]:
        """All rows as nouns."""
        return [noun(kind, row) for row in await self.rows(statement)]

    async def one(self, kind: type[Noun], statement: Executable) -> Noun | None:
        """The first row as a noun, if any."""
        row = (await self.connection.execute(statement)).mappings().first()
        return None if row is None else noun(kind, row)

    async def scalar(self, statement: Executable) -> Any:
        """The first column of the first row, or None."""
        return (await self.connection.execute(statement)).scalar()


class Change(Read):
    """A transaction that may write. Leaving it commits; an exception rolls all of it back."""

    def __init__(
        self,
        connection: AsyncConnection,
        by: str,
        verb: str,
        now: datetime,
        *,
        sqlite_: bool,
        lines: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(connection)
        self.by, self.verb, self.now = by, verb, now
        self._lines = [] if lines is None else lines  # audit lines still to be written, shared within a transaction
        self._about: list[str] = []
        self._facts: list[str] = []
        self._society_id: int | None = None
        self._sqlite = sqlite_
        self._told: set[str] = set()
        self.after_commit: list[Callable[[], None]] = []

    def about(self, *things: str, society_id: int | None = None) -> None:
        """What this change is about, as `noun:id`; stands in the audit line."""
        self._about.extend(thing for thing in things if thing not in self._about)
        self._society_id = society_id if society_id is not None else self._society_id

    def fact(self, thing: str, state: str) -> None:
        """Put what became of evidence, or of an earlier line, into the audit line: `exhibit:12` and its SHA-256, or
        `destroyed`; `line:5` and `emptied`. `porter audit verify` holds the database against it."""
        self._facts.append(f"{thing} {state}")

    def check_no_facts(self) -> None:
        """What leaves no line cannot state a fact: evidence would look as if it had been put in past the record."""
        if self._facts:
            raise RuntimeError(f"this must be a change, not work: {self._facts[0]}")

    async def add(self, table: Table, **values: Any) -> int:
        """Insert a row; answers its id."""
        result = await self.connection.execute(insert(table).values(**values))
        key = result.inserted_primary_key
        return int(key[0]) if key is not None else 0

    async def add_new(self, table: Table, **values: Any) -> int | None:
        """Insert a row unless a unique key has it already; answers its id, or None."""
        dialect = sqlite if self._sqlite else postgresql
        statement = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
        found = await self.scalar(statement)
        return None if found is None else int(found)

    async def add_all_new(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert many rows, leaving out those that a unique key has already; all rows have the same columns."""
        if not rows:
            return
        statement = (sqlite if self._sqlite else postgresql).insert(table).on_conflict_do_nothing()
        await self.connection.execute(statement, list(rows))

    async def put(self, table: Table, key: dict[str, Any], **values: Any) -> None:
        """Insert a row, or set these values on the one that has the key."""
        dialect = sqlite if self._sqlite else postgresql
        statement = dialect.insert(table).values(**key, **values)
        await self.connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))

    async def put_all(self, table: Table, key: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
        """Insert many rows, or set their values on those that have the key; all rows have the same columns."""
        if not rows:
            return
        statement = (sqlite if self._sqlite else postgresql).insert(table)
        fresh = {name: statement.excluded[name] for name in rows[0] if name not in key}
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=fresh)
        await self.connection.execute(statement, list(rows))

    async def set(self, table: Table, row_id: int, **values: Any) -> bool:
        """Set values on one row by its id."""
        return await self.execute(update(table).where(table.c.id == row_id).values(**values)) == 1

    async def execute(self, statement: Executable) -> int:
        """Run a statement; answers how many rows it touched."""
        result = await self.connection.execute(statement)
        return int(getattr(result, "rowcount", 0))

    def tell(self, word: str) -> None:
        """Let the other processes at work on this database know, once it is true, that something of this kind changed:
        `effects`, `chats`. SQLite has no other processes at work."""
        self._told.add(word)

    async def take_turn(self) -> None:
        """On PostgreSQL changes could overlap. They wait for each other, as on SQLite: what a change read stays so
        until it is committed, and the audit's chain never forks."""
        if not self._sqlite:
            await self.connection.execute(select(func.pg_advisory_xact_lock(AUDIT_LOCK)))

    async def send_told(self) -> None:
        """Hand over what is to be told; the database delivers it with the commit."""
        for word in () if self._sqlite else sorted(self._told):
            await self.connection.execute(select(func.pg_notify(CHANNEL, word)))

    async def leave_line(self) -> None:
        """Add the audit line to those that are to be written; called once, before `write_lines`."""
        last = self._lines[-1] if self._lines else await self._last_line()
        content = (self.by, self.verb, " ".join(self._about)[:200], self._society_id, "\n".join(self._facts))
        columns = dict(zip(("by", "verb", "about", "society_id", "facts"), content, strict=True))
        salt, number, previous = chain.new_salt(), int(last["id"]) + 1, str(last["hash"])
        commitment = chain.commitment(salt, *content)
        hash_ = chain.line_hash(number, self.now, commitment, previous)
        link = {"id": number, "at": self.now, "commitment": commitment, "previous": previous, "hash": hash_}
        self._lines.append({**link, "salt": salt, **columns})

    async def write_lines(self) -> None:
        """Write the transaction's audit lines, in one statement; called once, last before commit."""
        if self._lines:
            await self.connection.execute(insert(tables.audit), self._lines)

    async def _last_line(self) -> Mapping[Any, Any]:
        query = select(tables.audit.c.id, tables.audit.c.hash).order_by(tables.audit.c.id.desc()).limit(1)
        found = await self.rows(query)
        return found[0] if found else {"id": 0, "hash": chain.GENESIS}


class Store:
    """The database: `read` to look, `change` to write. Errors of the driver pass through."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = is_sqlite(url)
        self.writer, self.reader = engines(url)
        # Changes of one process wait for each other before they take a connection: many that wait with one in hand
        # would leave none for what the first of them reads.
        self._turn = asyncio.Lock()
        self.errors = 0  # that the driver raised, a busy or lost database among them
        for engine in {self.writer, self.reader}:
            event.listen(engine.sync_engine, "handle_error", self._count)

    def _count(self, _error: object) -> None:
        self.errors += 1

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Read]:
        """A look at one consistent state."""
        async with self.reader.connect() as connection:
            yield Read(connection)

    @asynccontextmanager
    async def change(self, by: str, verb: str, now: datetime) -> AsyncIterator[Change]:
        """One transaction, one audit line. No network call belongs inside it, and no second change."""
        async with self._turn, self.writer.begin() as connection:
            change = Change(connection, by, verb, now, sqlite_=self.sqlite)
            await change.take_turn()
            yield change
            await change.leave_line()
            await change.write_lines()
            await change.send_told()
            failpoints.reach("store.committing", verb)
        failpoints.reach("store.committed", verb)
        for call in change.after_commit:
            call()

    @asynccontextmanager
    async def work(self, now: datetime) -> AsyncIterator[Change]:
        """A transaction for bookkeeping, which leaves no audit line: of the outbox and the inbox, of buttons offered
        and where a message was posted. The change that caused the work has a line, and so has what comes of it."""
        async with self.writer.begin() as connection:
            change = Change(connection, "", "", now, sqlite_=self.sqlite)
            yield change
            change.check_no_facts()
            await change.send_told()
        for call in change.after_commit:
            call()

    @asynccontextmanager
    async def together(self, now: datetime) -> AsyncIterator[Callable[[str, str], Change]]:
        """Several changes in one transaction: call what is yielded with (by, verb) for each. One with a verb leaves its
        own audit line; one without is bookkeeping, as in `work`."""
        changes: list[Change] = []
        lines: list[dict[str, Any]] = []
        async with self._turn, self.writer.begin() as connection:
            await Change(connection, "", "", now, sqlite_=self.sqlite).take_turn()

            def begin(by: str, verb: str) -> Change:
                changes.append(Change(connection, by, verb, now, sqlite_=self.sqlite, lines=lines))
                return changes[-1]

            yield begin
            for change in changes:
                if change.verb:
                    await change.leave_line()
                else:
                    change.check_no_facts()
            if changes:
                await changes[-1].write_lines()
            for change in changes:
                await change.send_told()
                failpoints.reach("store.committing", change.verb)
        for change in changes:
            failpoints.reach("store.committed", change.verb)
        for call in [call for change in changes for call in change.after_commit]:
            call()

    async def close(self) -> None:
        """Give the connections back."""
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()
