"""What `porter check` says of Telegram: the token, privacy mode, and the rights in every bound chat."""

from collections.abc import Iterator, Sequence

import telegram

from bot.errors import PlatformError
from bot.model import Chat
from bot.platforms.telegram import NAME, setup
from bot.platforms.telegram.connection import Connection
from bot.ports import Finding, SetupBy
from bot.wording import Wording


async def check(connection: Connection) -> Sequence[Finding]:
    """Everything that can be found out without changing anything."""
    wording = connection.app.wording
    try:
        me = await connection.open()
    except PlatformError as error:
        return [Finding(ok=False, text=str(error))]
    found = [
        Finding(ok=True, text=wording.text("platform.telegram.check.token", username=me.username or "")),
        *about(wording, me),
    ]
    for (platform, _), chat in sorted(connection.app.chats.items()):
        if platform == NAME:
            found.extend(await _chat(connection, chat))
    return found


def about(wording: Wording, me: telegram.User) -> Iterator[Finding]:
    """What BotFather decides: whether the bot may be added to groups, and whether privacy mode hides from it what is
    said where it is no administrator."""
    for name, good in (("groups", me.can_join_groups), ("privacy", me.can_read_all_group_messages)):
        yield Finding(bool(good), wording.text(f"platform.telegram.check.{name}_{'good' if good else 'bad'}"))


async def _chat(connection: Connection, chat: Chat) -> list[Finding]:
    wording = connection.app.wording
    try:
        seen = await setup.look(connection, chat)
    except PlatformError as error:
        return [Finding(ok=False, text=f"“{chat.title}”: {error}")]
    good = Finding(ok=True, text=wording.text("platform.telegram.check.chat_good", chat=chat.title))
    return list(_missing(wording, chat, seen)) or [good]


def _missing(wording: Wording, chat: Chat, seen: setup.Seen) -> Iterator[Finding]:
    for step in setup.steps(wording, chat, seen):
        if not step.done:
            name = "owner" if step.by is SetupBy.OWNER else "porter"
            words = wording.text(f"platform.telegram.check.missing_{name}", chat=chat.title, step=step.text)
            yield Finding(ok=False, text=words)
