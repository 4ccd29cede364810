"""A row for every table there is, made from the tables' own description, so that a table added later has one too."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, LargeBinary, String, Table, insert

from bot.store.change import Store
from bot.store.columns import Choice, UtcTime
from bot.store.tables import audit, metadata

AT = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
WORDS = "Zoë’s ♟ Society \N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"


def value(column: Column[Any], number: int) -> Any:
    """Something that fits a column, different in every row."""
    kind = column.type
    if column.foreign_keys:
        return 1
    if isinstance(kind, Choice):
        members = tuple(member for member in kind.choices)
        return members[number % len(members)]
    if isinstance(kind, UtcTime | DateTime):
        return AT.replace(hour=number)
    if isinstance(kind, Boolean):
        return bool(number % 2)
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, Date):
        return date(2026, 11, number)
    if isinstance(kind, LargeBinary):
        return bytes([0, 255, number])
    if isinstance(kind, JSON):
        return {"a": [1, 2.5, None, True, WORDS], "b": number}  # in the order in which PostgreSQL keeps keys
    assert isinstance(kind, String), f"{column} has a type that is not known here"
    return f"{number} {WORDS}"[: kind.length]


def row(table: Table, number: int, **fixed: object) -> Mapping[str, Any]:
    """A row for a table. Every column has a value, also those that may be empty; references lead to the first row, and
    to themselves alone where one row may not refer to a later one."""
    columns = [one for one in table.c if one.name != "id" and not _is_own(table, one)]
    return {one.name: value(one, number) for one in columns} | fixed


def _is_own(table: Table, column: Column[Any]) -> bool:
    return any(key.column.table is table for key in column.foreign_keys)


async def fill(store: Store) -> None:
    """One row in every table, and a few lines in the audit."""
    async with store.change("test", "fill", AT) as change:
        for table in metadata.sorted_tables:
            if table is not audit:
                await change.execute(insert(table).values(row(table, 1)))
    async with store.change("test", "look", AT) as change:
        change.about("society:1", society_id=1)
