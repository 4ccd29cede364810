"""Where sealed bytes rest, which key sealed them, and putting them back sealed anew."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Table, func, select, update

from bot.model import EffectKind
from bot.store.change import Change, Read
from bot.store.tables import case_keys, effects, exhibits, heard, inbox, memberships

KEY_BYTES = (2, 4)  # where the id of the key stands in sealed bytes: from the second byte on, four of them


class Shelf(StrEnum):
    """The columns of sealed bytes, by what they hold."""

    CASE_KEYS = "keys of cases"
    EXHIBITS = "exhibits"
    ADDRESSES = "addresses of members"
    HEARD = "messages held for a while"
    UPDATES = "updates not handled yet"


TABLES: dict[Shelf, tuple[Table, str]] = {
    Shelf.CASE_KEYS: (case_keys, "sealed"),
    Shelf.EXHIBITS: (exhibits, "sealed"),
    Shelf.ADDRESSES: (memberships, "email_sealed"),
    Shelf.HEARD: (heard, "sealed"),
    Shelf.UPDATES: (inbox, "sealed"),
}


def _bytes(shelf: Shelf, first: int, count: int) -> ColumnElement[bytes]:
    table, column = TABLES[shelf]
    return func.substr(table.c[column], first, count, type_=LargeBinary)


async def others(read: Read, shelf: Shelf, head: bytes, after: int, limit: int) -> list[dict[str, Any]]:
    """Rows after that id whose sealed bytes begin otherwise, oldest first, each with all its columns."""
    table, column = TABLES[shelf]
    query = select(table).where(table.c[column].is_not(None), table.c.id > after)
    query = query.where(_bytes(shelf, 1, len(head)) != head)
    return [dict(row) for row in await read.rows(query.order_by(table.c.id).limit(limit))]


async def page(read: Read, shelf: Shelf, after: int, limit: int) -> list[dict[str, Any]]:
    """Rows with sealed bytes after that id, oldest first, each with all its columns."""
    table, column = TABLES[shelf]
    query = select(table).where(table.c[column].is_not(None), table.c.id > after).order_by(table.c.id).limit(limit)
    return [dict(row) for row in await read.rows(query)]


async def replace(change: Change, shelf: Shelf, row_id: int, old: bytes, new: bytes) -> bool:
    """Put new sealed bytes in the place of the old; False when these are gone or were changed meanwhile."""
    table, column = TABLES[shelf]
    statement = update(table).where(table.c.id == row_id, table.c[column] == old)
    return await change.execute(statement.values({column: new})) == 1


async def uses(read: Read, version: bytes, shelves: Sequence[Shelf]) -> dict[str, int]:
    """How much each key has sealed there of what begins with that version, by the key's id in hex."""
    found: dict[str, int] = {}
    for shelf in shelves:
        table, column = TABLES[shelf]
        key = _bytes(shelf, *KEY_BYTES)
        query = select(key.label("key"), func.count().label("count")).where(table.c[column].is_not(None))
        query = query.where(_bytes(shelf, 1, len(version)) == version).group_by(key)
        for row in await read.rows(query):
            found[bytes(row["key"]).hex()] = found.get(bytes(row["key"]).hex(), 0) + int(row["count"])
    for code in await codes(read):
        key_id = str(code["payload"]["sealed"])[2 : 2 + 2 * KEY_BYTES[1]]
        found[key_id] = found.get(key_id, 0) + 1
    return found


async def codes(read: Read) -> list[dict[str, Any]]:
    """The e-mails with a code that may still be sent: id and payload, in which the code is sealed as hex."""
    query = select(effects.c.id, effects.c.payload).where(effects.c.kind == EffectKind.CODE_MAIL)
    return [dict(row) for row in await read.rows(query) if row["payload"].get("sealed")]


async def set_payload(change: Change, effect_id: int, payload: dict[str, Any]) -> None:
    """Give an effect another payload."""
    await change.set(effects, effect_id, payload=payload)
