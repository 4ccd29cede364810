"""The rolling buffer of what was said: sealed, one row for every version, gone after its hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update

from bot.model import MessageRef, Place
from bot.store.change import Change, Read, noun
from bot.store.tables import heard


@dataclass(frozen=True, slots=True)
class Heard:
    """One version of one message, sealed."""

    message: str
    edition: int
    sealed: bytes
    sent_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class First:
    """A message as it was first said, to be kept."""

    ref: MessageRef
    sealed: bytes
    sent_at: datetime
    unscreened: bool


def _there(place: Place) -> ColumnElement[bool]:
    return and_(heard.c.platform == place.platform, heard.c.chat == place.chat, heard.c.channel == place.channel)


async def keep(
    change: Change, ref: MessageRef, edition: int, sealed: bytes, sent_at: datetime, *, unscreened: bool
) -> bool:
    """Keep one version of a message; False when there is one of that number, which is left as it is."""
    place = ref.place
    row: dict[str, Any] = {"platform": place.platform, "chat": place.chat, "channel": place.channel, "message": ref.id}
    row |= {"sealed": sealed, "sent_at": sent_at, "heard_at": change.now, "unscreened": unscreened}
    return await change.add_new(heard, **row, edition=edition) is not None


async def keep_first(change: Change, group: Sequence[First]) -> None:
    """Keep messages that were never edited, all in one statement; one that is kept already is left as it is."""
    rows = [
        {
            "platform": one.ref.place.platform,
            "chat": one.ref.place.chat,
            "channel": one.ref.place.channel,
            "message": one.ref.id,
            "edition": 0,
            "sealed": one.sealed,
            "sent_at": one.sent_at,
            "heard_at": change.now,
            "unscreened": one.unscreened,
        }
        for one in group
    ]
    await change.add_all_new(heard, rows)


async def gone(change: Change, place: Place, ids: Sequence[str]) -> None:
    """Note that messages were deleted in the chat."""
    statement = update(heard).where(_there(place), heard.c.message.in_(list(ids)), heard.c.deleted_at.is_(None))
    await change.execute(statement.values(deleted_at=change.now))


async def version(read: Read, ref: MessageRef, edition: int) -> Heard | None:
    """One version of a message."""
    query = select(heard).where(_there(ref.place), heard.c.message == ref.id, heard.c.edition == edition)
    return await read.one(Heard, query)


async def versions(read: Read, ref: MessageRef) -> list[Heard]:
    """Every version of one message, oldest first."""
    query = select(heard).where(_there(ref.place), heard.c.message == ref.id).order_by(heard.c.edition)
    return await read.all(Heard, query)


async def around(read: Read, ref: MessageRef, sent_at: datetime, before: int, after: int) -> list[Heard]:
    """The versions of the messages around one in the same place, oldest first, that one not included."""
    other = and_(_there(ref.place), heard.c.message != ref.id)
    earlier = select(heard).where(other, heard.c.sent_at <= sent_at).order_by(heard.c.sent_at.desc(), heard.c.id.desc())
    later = select(heard).where(other, heard.c.sent_at > sent_at).order_by(heard.c.sent_at, heard.c.id)
    first = await read.all(Heard, earlier.limit(before * 3))
    second = await read.all(Heard, later.limit(after * 3))
    return _whole(first, before)[::-1] + _whole(second, after)


def _whole(found: Sequence[Heard], count: int) -> list[Heard]:
    """The rows of the first `count` messages among them."""
    wanted = list(dict.fromkeys(one.message for one in found))[:count]
    return [one for one in found if one.message in wanted]


async def drop(change: Change, place: Place, ids: Sequence[str]) -> None:
    """Drop every version of these messages."""
    await change.execute(delete(heard).where(_there(place), heard.c.message.in_(list(ids))))


async def forget(change: Change, before: datetime) -> int:
    """Drop what was heard before then; answers how many rows."""
    return await change.execute(delete(heard).where(heard.c.heard_at < before))


async def unscreened(read: Read, limit: int) -> list[tuple[Place, Heard]]:
    """Versions that no screening could judge, with the places where they were said, oldest first."""
    query = select(heard).where(heard.c.unscreened).order_by(heard.c.id).limit(limit)
    rows = await read.rows(query)
    return [(Place(row["platform"], row["chat"], row["channel"]), noun(Heard, row)) for row in rows]


async def judged(change: Change, ref: MessageRef, edition: int) -> None:
    """This version has been screened."""
    one = and_(_there(ref.place), heard.c.message == ref.id, heard.c.edition == edition)
    await change.execute(update(heard).where(one).values(unscreened=False))
