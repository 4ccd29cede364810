"""The command menu that Telegram shows, by where it is opened. It shows and hides; it allows nothing."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from bot.desk import committee
from bot.model import Role
from bot.platforms.telegram.called import theirs
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.errors import asking
from bot.ports import CommandSpec

MARK = "telegram:commands"
DESCRIPTION = 256
Menu = tuple[BotCommandScope, list[BotCommand]]


def menus(specs: Sequence[CommandSpec]) -> Iterator[Menu]:
    """What is shown in private chats, to members of groups, and to administrators of groups."""
    yield BotCommandScopeAllPrivateChats(), [_shown(one) for one in specs if one.in_private and not one.staff]
    yield BotCommandScopeAllGroupChats(), [_shown(one) for one in specs if not one.staff]
    yield BotCommandScopeAllChatAdministrators(), [_shown(one) for one in specs]


def _shown(spec: CommandSpec) -> BotCommand:
    return BotCommand(theirs(spec.name), spec.description[:DESCRIPTION])


async def publish(connection: Connection, specs: Sequence[CommandSpec]) -> None:
    """Set the menus, unless they were set like this before."""
    wanted = list(menus(specs))
    digest = _digest(wanted)
    if await committee.published(connection.app, MARK) == digest:
        return
    for scope, shown in wanted:
        with asking():
            await connection.bot.set_my_commands(shown, scope=scope)
    await committee.set_published(connection.app, MARK, digest)


async def show(connection: Connection, chat: int, specs: Sequence[CommandSpec], roles: Collection[Role]) -> None:
    """In somebody's private chat, show what their seats let them do there; without a seat, what everybody is shown.
    Raises `PlatformError`."""
    everybody = [one for one in specs if one.in_private and not one.staff]
    theirs_ = [one for one in specs if one.in_private and (not one.staff or one.roles & set(roles))]
    scope, mark = BotCommandScopeChat(chat), f"{MARK}:{chat}"
    digest = _digest([(scope, [_shown(one) for one in theirs_])]) if theirs_ != everybody else ""
    if await committee.published(connection.app, mark) == digest:
        return
    with asking():
        if digest:
            await connection.bot.set_my_commands([_shown(one) for one in theirs_], scope=scope)
        else:
            await connection.bot.delete_my_commands(scope)
    await committee.set_published(connection.app, mark, digest)


def _digest(wanted: Sequence[Menu]) -> str:
    rows = [[scope.type, [[one.command, one.description] for one in shown]] for scope, shown in wanted]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
