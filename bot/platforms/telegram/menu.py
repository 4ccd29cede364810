"""The command menu that Telegram shows, by where it is opened. It shows and hides; it allows nothing."""

import hashlib
import json
from collections.abc import Iterator, Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bot.desk import committee
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


def _digest(wanted: Sequence[Menu]) -> str:
    rows = [[scope.type, [[one.command, one.description] for one in shown]] for scope, shown in wanted]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
