"""Which bots are told of what: membership, privacy mode, and never one's own or another bot's words."""

from typing import TYPE_CHECKING

from tests.wire.telegram.account import Account
from tests.wire.telegram.errors import JSON
from tests.wire.telegram.message import Message
from tests.wire.telegram.text import part
from tests.wire.telegram.updates import A_DAY

if TYPE_CHECKING:
    from tests.wire.telegram.chat import Chat
    from tests.wire.telegram.robot import Robot

OWN_SERVICE = frozenset({"left_chat_member", "pinned_message", "new_chat_title", "forum_topic_created"})


def tell_message(message: Message) -> None:
    """A new message is there."""
    _tell(message, "channel_post" if message.chat.kind == "channel" else "message", message.date)


def tell_edit(message: Message) -> None:
    """A message was edited."""
    kind = "edited_channel_post" if message.chat.kind == "channel" else "edited_message"
    _tell(message, kind, message.edited_at or message.date)


def _tell(message: Message, kind: str, date: int) -> None:
    world = message.chat.world
    for robot in world.robots_in(message.chat):
        if gets(robot, message):
            robot.updates.push(kind, message.as_json(), date + A_DAY - world.clock.now())


def gets(robot: "Robot", message: Message) -> bool:
    """Whether a bot is told of a message."""
    chat, mine = message.chat, message.author is robot.account and not message.automatic
    if message.date < chat.joined.get(robot.id, 0) or (mine and message.service not in OWN_SERVICE):
        return False
    if message.author.is_bot and not message.automatic and not message.service:
        return False
    if chat.kind in ("private", "channel") or robot.id in chat.open_ears or chat.standing(robot).in_charge:
        return True
    if message.service:
        return True
    return addressed(robot, message)


def addressed(robot: "Robot", message: Message) -> bool:
    """Whether privacy mode lets a message through: a command not meant for another bot, a mention,
    or a reply to the bot."""
    if message.reply_to is not None and message.reply_to.author is robot.account:
        return True
    name = f"@{robot.username}".lower()
    for entity in message.entities:
        piece = part(message.words, entity["offset"], entity["length"]).lower()
        if entity["type"] == "bot_command" and ("@" not in piece or piece.endswith(name)):
            return True
        if (entity["type"] == "mention" and piece == name) or (entity.get("user") or {}).get("id") == robot.id:
            return True
    return False


def tell_member(chat: "Chat", account: Account, change: JSON) -> None:
    """Somebody's standing changed: the bot it is about always hears of it, others only as administrators."""
    for robot in chat.world.robots.values():
        if robot.account is account:
            robot.updates.push("my_chat_member", change)
        elif chat.robot is None and chat.standing(robot).in_charge:
            robot.updates.push("chat_member", change)


def tell_reaction(message: Message, account: Account, before: str, after: str) -> None:
    """Somebody reacted: administrators hear of it, and nobody of a bot's reactions."""
    chat = message.chat
    reaction: JSON = {
        "chat": chat.as_json(),
        "message_id": message.id,
        "user": account.as_json(),
        "date": chat.world.date(),
        "old_reaction": _reactions(before),
        "new_reaction": _reactions(after),
    }
    for robot in chat.world.robots_in(chat):
        if not account.is_bot and (chat.robot is robot or chat.standing(robot).in_charge):
            robot.updates.push("message_reaction", reaction)


def _reactions(emoji: str) -> list[JSON]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []
