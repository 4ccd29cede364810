"""Methods that change what is there: edits, deletions, pins, reactions, and the answer to a pressed button."""

from tests.wire.telegram import callbacks, posting
from tests.wire.telegram.call import Call
from tests.wire.telegram.callbacks import Toast
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.errors import JSON, bad
from tests.wire.telegram.message import Message
from tests.wire.telegram.methods.access import chat_of, message_of, require
from tests.wire.telegram.methods.drafting import attached, caption_content, keyboard_of, text_content
from tests.wire.telegram.robot import Robot
from tests.wire.telegram.world import World

DELETABLE_FOR = 48 * 3600
MOST_AT_ONCE = 100
CAPTION = ("caption", "caption_entities")
BIRTHS = frozenset({"supergroup_chat_created", "channel_chat_created", "forum_topic_created"})
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


def _own(world: World, call: Call) -> Message:
    message = message_of(chat_of(world, call), call.integer("message_id"), "message to edit")
    may_edit_all = message.chat.kind == "channel" and message.chat.standing(call.robot).may("can_edit_messages")
    if message.service or not (message.author is call.robot.account or may_edit_all):
        raise bad("message can't be edited")
    return message


def _changed(message: Message, content: JSON, call: Call) -> JSON:
    keyboard = keyboard_of(call)
    if content == message.content and keyboard == message.keyboard:
        raise bad(NOT_MODIFIED)
    return posting.edit(message, content, keyboard).as_json()


def edit_text(world: World, call: Call) -> JSON:
    """editMessageText; buttons that are not given again go."""
    message = _own(world, call)
    if not message.text:
        raise bad("there is no text in the message to edit")
    return _changed(message, text_content(call), call)


def edit_caption(world: World, call: Call) -> JSON:
    """editMessageCaption."""
    message = _own(world, call)
    if message.file is None:
        raise bad("there is no caption in the message to edit")
    kept = {name: held for name, held in message.content.items() if name not in CAPTION}
    return _changed(message, kept | caption_content(call), call)


def edit_markup(world: World, call: Call) -> JSON:
    """editMessageReplyMarkup."""
    message = _own(world, call)
    return _changed(message, message.content, call)


def edit_media(world: World, call: Call) -> JSON:
    """editMessageMedia: another photo or document with its own caption."""
    message, media = _own(world, call), call.mapping("media")
    if message.file is None or media.get("type") not in ("photo", "document"):
        raise bad("there is no media in the message to edit")
    return _changed(
        message, attached(world, call, media["type"], media.get("media")) | caption_content(call, media), call
    )


def delete_message(world: World, call: Call) -> bool:
    """deleteMessage."""
    chat = chat_of(world, call)
    message = message_of(chat, call.integer("message_id"), "message to delete")
    _check_deletable(message, call.robot)
    posting.erase(message)
    return True


def delete_messages(world: World, call: Call) -> bool:
    """deleteMessages: those that are gone are skipped; one that may not be deleted fails the whole call."""
    chat, numbers = chat_of(world, call), call.sequence("message_ids")
    if not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > MOST_AT_ONCE:
        raise bad("too many message identifiers specified")
    found = [message for message in chat.messages if message.id in numbers]
    for message in found:
        _check_deletable(message, call.robot)
    for message in found:
        posting.erase(message)
    return True


def _check_deletable(message: Message, robot: Robot) -> None:
    if not _may_delete(message.chat, message, robot) or message.service in BIRTHS:
        raise bad("message can't be deleted")
    if message.chat.world.clock.now() - message.date >= DELETABLE_FOR:
        raise bad("message can't be deleted for everyone")


def _may_delete(chat: Chat, message: Message, robot: Robot) -> bool:
    standing = chat.standing(robot)
    if chat.kind == "private" or (chat.kind == "group" and standing.in_charge):
        return True
    if message.author is robot.account and (chat.kind != "channel" or standing.may("can_post_messages")):
        return True
    return standing.may("can_delete_messages")


def _check_pinning(chat: Chat, robot: Robot) -> None:
    right = "can_edit_messages" if chat.kind == "channel" else "can_pin_messages"
    allowed = chat.kind != "channel" and right in chat.permissions and chat.standing(robot).present
    if not allowed:
        require(chat, robot, right, "not enough rights to manage pinned messages in the chat")


def pin_message(world: World, call: Call) -> bool:
    """pinChatMessage."""
    chat = chat_of(world, call)
    _check_pinning(chat, call.robot)
    message = message_of(chat, call.integer("message_id"), "message to pin")
    if message.service:
        raise bad("message can't be pinned")
    posting.pin(chat, message, call.robot.account, quiet=message in chat.pins)
    return True


def unpin_message(world: World, call: Call) -> bool:
    """unpinChatMessage; without an id the newest pin."""
    chat, number = chat_of(world, call), call.integer("message_id")
    _check_pinning(chat, call.robot)
    found = next((message for message in reversed(chat.pinned) if number in (0, message.id)), None)
    if found is None:
        raise bad("message to unpin not found")
    chat.pins.remove(found)
    return True


def unpin_all(world: World, call: Call) -> bool:
    """unpinAllChatMessages."""
    chat = chat_of(world, call)
    _check_pinning(chat, call.robot)
    chat.pins.clear()
    return True


def set_reaction(world: World, call: Call) -> bool:
    """setMessageReaction: one emoji at most."""
    message = message_of(chat_of(world, call), call.integer("message_id"), "message to react")
    given = call.sequence("reaction")
    if len(given) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if given and given[0].get("type") != "emoji":
        raise bad("REACTION_INVALID")
    posting.react(message, call.robot.account, given[0]["emoji"] if given else "")
    return True


def answer_callback(world: World, call: Call) -> bool:
    """answerCallbackQuery."""
    toast = Toast(call.text("text"), call.flag("show_alert"), call.text("url"))
    callbacks.answer(call.robot, world.presses.get(call.text("callback_query_id")), toast, world.clock.now())
    return True
