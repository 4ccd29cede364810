"""Acting on members: who they are in a chat, timeout and removal."""

from datetime import datetime, timedelta

import telegram
from telegram import ChatMember, ChatPermissions
from telegram.constants import ChatMemberStatus

from bot.desk import committee
from bot.errors import Forbidden, Gone, PlatformError, Uncertain
from bot.model import AccountRef, Chat
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.errors import Doing, meaning

RESTRICT = "Ban users"
SHORTEST, LONGEST = timedelta(minutes=2), timedelta(days=365)  # Telegram takes under 30 s or over 366 days as for ever
SUPERGROUP = -1_000_000_000_000  # ids of supergroups and channels lie below


def is_supergroup(chat: str) -> bool:
    """Whether an id is a supergroup's; a basic group's says so too, by being shorter."""
    return int(chat) < SUPERGROUP


def is_present(member: ChatMember) -> bool:
    """Whether somebody with that standing is in the chat."""
    if isinstance(member, telegram.ChatMemberRestricted):
        return member.is_member
    return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER)


async def standing(connection: Connection, chat: str, account: AccountRef) -> ChatMember:
    """How somebody stands in a chat, asked now. Raises `Gone` for an account never seen there."""
    return await connection.there(chat, lambda there: connection.bot.get_chat_member(there, int(account.id)))


async def in_chat(connection: Connection, chat: Chat, account: AccountRef) -> bool:
    """Whether somebody is in the chat now."""
    try:
        return is_present(await standing(connection, chat.external_id, account))
    except Gone:
        return False


async def _checked(connection: Connection, chat: Chat, account: AccountRef) -> ChatMember:
    """How they stand, once it is sure that somebody with that standing can be acted against there."""
    if not is_supergroup(chat.external_id):
        raise _told("method is available only for supergroups", chat)
    if int(account.id) < 0:
        raise Forbidden("A channel cannot be acted against as a member; its messages can be deleted.")
    member = await standing(connection, chat.external_id, account)
    if member.status == ChatMemberStatus.OWNER:
        raise _told("can't remove chat owner", chat)
    if member.status == ChatMemberStatus.ADMINISTRATOR:
        raise _told("user is an administrator of the chat", chat)
    return member


def _told(words: str, chat: Chat) -> Exception:
    """What Telegram would say, before it has to."""
    return meaning(words, Doing(where=chat.title)) or Forbidden(words)


async def timeout(connection: Connection, chat: Chat, account: AccountRef, until: datetime) -> None:
    """Keep a member from writing until then. A longer or lasting restriction by somebody else stays, and so does a ban,
    which a timeout would undo."""
    member = await _checked(connection, chat, account)
    now = connection.app.now()
    if isinstance(member, telegram.ChatMemberBanned):
        raise Gone("They are banned there already.")
    if until <= now or _is_restricted_until(member, until):
        return
    end = min(max(until, now + SHORTEST), now + LONGEST)
    await connection.there(
        chat.external_id,
        lambda there: connection.bot.restrict_chat_member(
            there,
            int(account.id),
            ChatPermissions.no_permissions(),
            until_date=end,
            use_independent_chat_permissions=True,
        ),
        RESTRICT,
    )


def _is_restricted_until(member: ChatMember, until: datetime) -> bool:
    if not isinstance(member, telegram.ChatMemberRestricted) or member.can_send_messages:
        return False
    return _is_for_ever(member.until_date) or member.until_date >= until


def _is_for_ever(until: datetime) -> bool:
    return until.timestamp() == 0


async def remove(connection: Connection, chat: Chat, account: AccountRef) -> None:
    """Take a member out: a ban and, at once, the lifting of it, which leaves them free to come back. A ban that was
    there before is somebody else's and stays; one of ours that a crash left behind is known by its mark and lifted."""
    member = await _checked(connection, chat, account)
    app, mark = connection.app, f"telegram:removing:{chat.id}:{account.id}"
    ours = await committee.published(app, mark) != ""
    if not is_present(member) and not ours:
        raise Gone("They are not in the group any more.")
    if is_present(member):
        await committee.set_published(app, mark, "ours")
        await _ban(connection, chat, account, mark)
    await _lift(connection, chat, account)
    await committee.set_published(app, mark, "")


async def readmit(connection: Connection, chat: Chat, account: AccountRef) -> None:
    """Lift a ban, whoever imposed it; a member who is there stays there."""
    if is_supergroup(chat.external_id):  # a basic group keeps no bans
        await _lift(connection, chat, account)


async def _ban(connection: Connection, chat: Chat, account: AccountRef, mark: str) -> None:
    user = int(account.id)
    try:
        await connection.there(chat.external_id, lambda there: connection.bot.ban_chat_member(there, user), RESTRICT)
    except Uncertain:
        raise
    except PlatformError:  # it surely did not happen: a ban found later is somebody else's
        await committee.set_published(connection.app, mark, "")
        raise


async def _lift(connection: Connection, chat: Chat, account: AccountRef) -> None:
    await connection.there(
        chat.external_id,
        lambda there: connection.bot.unban_chat_member(there, int(account.id), only_if_banned=True),
        RESTRICT,
    )
