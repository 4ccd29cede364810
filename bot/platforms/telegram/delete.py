"""Deleting messages, and telling for each what became of it."""

from collections.abc import Iterator, Mapping, Sequence

import telegram

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, TokenRevoked, Uncertain
from bot.model import Place
from bot.platforms.telegram.connection import Connection

AT_ONCE = 100
DELETED, GONE = "deleted", "gone"
RIGHT = "Delete messages"
TRY_AGAIN = (RateLimited, TokenRevoked, Uncertain)


async def delete(connection: Connection, place: Place, ids: Sequence[str]) -> Mapping[str, str]:
    """Delete messages, a hundred in one call; when Telegram refuses a call, each by itself to learn which it meant.
    One call says nothing of messages that were gone before: they count as deleted. Raises `Forbidden` when Porter lacks
    the right."""
    became: dict[str, str] = {}
    for group in _groups(list(dict.fromkeys(ids))):
        try:
            await _delete_all(connection, place.chat, group)
            became |= dict.fromkeys(group, DELETED)
        except TRY_AGAIN:
            raise
        except PlatformError:
            await _check_right(connection, place.chat)
            became |= {one: await _delete_one(connection, place.chat, one) for one in group}
    return became


def _groups(ids: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(ids), AT_ONCE):
        yield list(ids[at : at + AT_ONCE])


async def _delete_all(connection: Connection, chat: str, ids: Sequence[str]) -> None:
    numbers = [int(one) for one in ids]
    await connection.there(chat, lambda there: connection.bot.delete_messages(there, numbers), RIGHT)


async def _delete_one(connection: Connection, chat: str, message: str) -> str:
    try:
        await connection.there(chat, lambda there: connection.bot.delete_message(there, int(message)), RIGHT)
    except TRY_AGAIN:
        raise
    except Gone:
        return GONE
    except PlatformError as error:
        return str(error)
    return DELETED


async def _check_right(connection: Connection, chat: str) -> None:
    """Telegram says the same of a message that is too old and of a right we lack; our own standing tells them apart."""
    me = connection.me or await connection.open()
    mine = await connection.there(chat, lambda there: connection.bot.get_chat_member(there, me.id))
    if not isinstance(mine, telegram.ChatMemberAdministrator) or not mine.can_delete_messages:
        where = connection.title(chat)
        raise Forbidden(f"Porter lacks the right “{RIGHT}” in {f'“{where}”' if where else 'the group'}.")
