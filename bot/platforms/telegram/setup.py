"""What a Telegram group needs so that Porter can work there, what of it is there, and making what is ours to make."""

from collections.abc import Iterator
from dataclasses import dataclass

import telegram
from telegram import ChatPermissions

from bot.desk import committee
from bot.errors import Gone, PlatformError
from bot.model import Chat, ChatPurpose
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.joining import INVITE
from bot.platforms.telegram.members import RESTRICT, is_supergroup
from bot.ports import Need, SetupBy, SetupStep
from bot.wording import Wording

LINK_NAME = "Porter: members"
# The rights Porter needs where members are, and how Telegram's settings name them.
RIGHTS = {
    "can_delete_messages": "Delete messages",
    "can_restrict_members": RESTRICT,
    "can_invite_users": INVITE,
    "can_pin_messages": "Pin messages",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A chat as Telegram describes it to us now."""

    chat: telegram.ChatFullInfo
    mine: telegram.ChatMember
    link: str
    hears_all: bool


async def look(connection: Connection, chat: Chat) -> Seen:
    """Ask Telegram about a chat and about us in it."""
    me = connection.me or await connection.open()
    info = await connection.there(chat.external_id, lambda there: connection.bot.get_chat(there))
    mine = await connection.there(chat.external_id, lambda there: connection.bot.get_chat_member(there, me.id))
    link = await committee.published(connection.app, _mark(chat))
    return Seen(info, mine, link, bool(me.can_read_all_group_messages))


def _mark(chat: Chat) -> str:
    return f"telegram:link:{chat.id}"


def steps(wording: Wording, chat: Chat, seen: Seen) -> Iterator[SetupStep]:
    """What the chat needs, and whether it is so already."""

    def step(key: str, by: SetupBy, *, done: bool, need: Need = Need.NEEDED, **fillings: str) -> SetupStep:
        return SetupStep(key, wording.text(f"platform.telegram.setup.{key}", **fillings), by, done, need)

    yield step("supergroup", SetupBy.OWNER, done=is_supergroup(str(seen.chat.id)))
    yield step("private", SetupBy.OWNER, done=not seen.chat.username)
    yield step("writing", SetupBy.OWNER, done=may_write(seen))
    if chat.purpose is ChatPurpose.COMMITTEE:
        return
    administrator = isinstance(seen.mine, telegram.ChatMemberAdministrator)
    yield step("hearing", SetupBy.OWNER, done=administrator or seen.hears_all, need=Need.VITAL)
    yield step("administrator", SetupBy.OWNER, done=administrator, need=Need.VITAL)
    for right, called in RIGHTS.items():
        words = wording.text("platform.telegram.setup.right", right=called)
        need = Need.VITAL if right == "can_delete_messages" else Need.NEEDED
        yield SetupStep(right, words, SetupBy.OWNER, has_right(seen.mine, right), need)
    yield step("adding", SetupBy.PORTER, done=not members_may_add(seen.chat))
    if seen.link:
        yield step("link", SetupBy.PORTER, done=True, link=seen.link)
    else:
        yield step("no_link", SetupBy.PORTER, done=False)


def has_right(mine: telegram.ChatMember, right: str) -> bool:
    """Whether our standing has a right."""
    return isinstance(mine, telegram.ChatMemberAdministrator) and bool(getattr(mine, right))


def may_write(seen: Seen) -> bool:
    """Whether we may write there."""
    if isinstance(seen.mine, telegram.ChatMemberRestricted):
        return bool(seen.mine.can_send_messages)
    usual = seen.chat.permissions is None or bool(seen.chat.permissions.can_send_messages)
    return isinstance(seen.mine, telegram.ChatMemberAdministrator) or usual


def members_may_add(chat: telegram.ChatFullInfo) -> bool:
    """Whether any member may add people."""
    return chat.permissions is not None and bool(chat.permissions.can_invite_users)


async def plan(connection: Connection, chat: Chat) -> list[SetupStep]:
    """What the chat needs to work with us, and what of it is there."""
    return list(steps(connection.app.wording, chat, await look(connection, chat)))


async def apply(connection: Connection, chat: Chat) -> Chat:
    """Make what is ours to make; doing it again changes nothing more."""
    if chat.purpose is ChatPurpose.COMMITTEE:
        return chat
    seen = await look(connection, chat)
    if members_may_add(seen.chat):
        await _stop_adding(connection, chat, seen.chat)
    link = await _join_link(connection, chat, seen.link)
    if link != seen.link:
        await committee.set_published(connection.app, _mark(chat), link)
    return chat


async def _stop_adding(connection: Connection, chat: Chat, info: telegram.ChatFullInfo) -> None:
    """Take from members the permission to add people, and leave every other as it is."""
    now = {} if info.permissions is None else info.permissions.to_dict()
    permissions = ChatPermissions.de_json(now | {"can_invite_users": False}, connection.bot)
    await connection.there(
        chat.external_id,
        lambda there: connection.bot.set_chat_permissions(there, permissions, use_independent_chat_permissions=True),
        RESTRICT,
    )


async def _join_link(connection: Connection, chat: Chat, known: str) -> str:
    """The link at which everybody asks. The known one is set again, with every option, as Telegram forgets what is left
    out; one that is gone is made anew."""
    if known:
        try:
            return await _set_link(connection, chat, known)
        except Gone:
            pass
        except PlatformError as error:
            if "invite" not in error.code.lower():
                raise
    made = await connection.there(
        chat.external_id,
        lambda there: connection.bot.create_chat_invite_link(there, name=LINK_NAME, creates_join_request=True),
        INVITE,
    )
    return made.invite_link


async def _set_link(connection: Connection, chat: Chat, known: str) -> str:
    found = await connection.there(
        chat.external_id,
        lambda there: connection.bot.edit_chat_invite_link(there, known, name=LINK_NAME, creates_join_request=True),
        INVITE,
    )
    if found.is_revoked:
        raise Gone("The join link was revoked.")
    return found.invite_link
