"""Methods that send: text, pictures, documents, albums, forwards and copies."""

from tests.wire.telegram import posting
from tests.wire.telegram.call import Call
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.content import rich_message
from tests.wire.telegram.errors import JSON, bad
from tests.wire.telegram.message import Message
from tests.wire.telegram.methods.access import chat_of, message_of
from tests.wire.telegram.methods.drafting import (
    attached,
    caption_content,
    check_may_send,
    draft,
    keyboard_of,
    reply_of,
    text_content,
    topic_of,
)
from tests.wire.telegram.posting import Draft
from tests.wire.telegram.world import World

MOST_IN_ALBUM = 10
MOST_AT_ONCE = 100
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def _said(world: World, call: Call, content: JSON) -> JSON:
    chat, made = draft(world, call, content)
    return posting.post(chat, made).as_json()


def send_message(world: World, call: Call) -> JSON:
    """sendMessage."""
    chat_of(world, call)
    return _said(world, call, text_content(call))


def send_photo(world: World, call: Call) -> JSON:
    """sendPhoto."""
    chat_of(world, call)
    return _said(world, call, attached(world, call, "photo", call.get("photo")) | caption_content(call))


def send_document(world: World, call: Call) -> JSON:
    """sendDocument."""
    chat_of(world, call)
    return _said(world, call, attached(world, call, "document", call.get("document")) | caption_content(call))


def send_rich_message(world: World, call: Call) -> JSON:
    """sendRichMessage, with paragraphs given as blocks."""
    chat_of(world, call)
    blocks = call.mapping("rich_message").get("blocks")
    if not blocks:
        call.notes.append("sendRichMessage: only blocks of paragraphs are modelled here")
    return _said(world, call, {"rich_message": rich_message([str(block.get("text", "")) for block in blocks or []])})


def send_media_group(world: World, call: Call) -> list[JSON]:
    """sendMediaGroup: all of one kind, photos or documents, as one album."""
    chat, items = chat_of(world, call), call.sequence("media")
    if not items:
        raise bad("there are no messages to send")
    if len(items) > MOST_IN_ALBUM:
        raise bad("too many messages to send as an album")
    if len(items) == 1:
        call.notes.append("sendMediaGroup: an album has 2-10 items")
    if {item.get("type") for item in items} not in ({"photo"}, {"document"}):
        raise bad("document can't be mixed with other media types")
    contents = [attached(world, call, item["type"], item.get("media")) | caption_content(call, item) for item in items]
    check_may_send(chat, call, contents[0])
    (reply_to, quote), topic = reply_of(world, call, chat), topic_of(call, chat)
    album = str(world.number("album", 13_000_000_000_000))
    drafts = [
        Draft(call.robot.account, content, reply_to=reply_to, quote=quote, topic=topic, album=album)
        for content in contents
    ]
    return [posting.post(chat, one).as_json() for one in drafts]


def _source(world: World, call: Call) -> Chat:
    return chat_of(world, call, "from_chat_id", write=False)


def _carriable(message: Message, verb: str) -> Message:
    if (
        message.service
        or message.chat.protected
        or (verb == "forwarded" and message.content.get("has_protected_content"))
    ):
        raise bad(f"message can't be {verb}")
    return message


def forward_message(world: World, call: Call) -> JSON:
    """forwardMessage."""
    chat, source = chat_of(world, call), _source(world, call)
    message = _carriable(message_of(source, call.integer("message_id"), "message to forward"), "forwarded")
    return _forward(call, chat, message).as_json()


def _forward(call: Call, chat: Chat, message: Message) -> Message:
    check_may_send(chat, call, message.content)
    return posting.post(chat, posting.forwarded(message, call.robot.account, topic=topic_of(call, chat)))


def forward_messages(world: World, call: Call) -> list[JSON]:
    """forwardMessages; messages that are gone are left out."""
    chat = chat_of(world, call)
    return [
        {"message_id": _forward(call, chat, _carriable(one, "forwarded")).id}
        for one in _several(_source(world, call), call, "forward")
    ]


def copy_message(world: World, call: Call) -> JSON:
    """copyMessage: the same content without its origin; another caption and buttons if given."""
    chat, source = chat_of(world, call), _source(world, call)
    message = _carriable(message_of(source, call.integer("message_id"), "message to copy"), "copied")
    content = dict(message.content)
    if call.get("caption") is not None:
        content = {name: held for name, held in content.items() if not name.startswith("caption")} | caption_content(
            call
        )
    check_may_send(chat, call, content)
    (reply_to, quote), keyboard = reply_of(world, call, chat), tuple(tuple(row) for row in keyboard_of(call))
    made = Draft(
        call.robot.account, content, reply_to=reply_to, quote=quote, topic=topic_of(call, chat), keyboard=keyboard
    )
    return {"message_id": posting.post(chat, made).id}


def copy_messages(world: World, call: Call) -> list[JSON]:
    """copyMessages; messages that are gone are left out."""
    chat, bare, made = chat_of(world, call), call.flag("remove_caption"), []
    for message in _several(_source(world, call), call, "copy"):
        content = {
            name: held
            for name, held in _carriable(message, "copied").content.items()
            if not (bare and name.startswith("caption"))
        }
        check_may_send(chat, call, content)
        made.append(
            {"message_id": posting.post(chat, Draft(call.robot.account, content, topic=topic_of(call, chat))).id}
        )
    return made


def _several(source: Chat, call: Call, verb: str) -> list[Message]:
    numbers = call.sequence("message_ids")
    if len(numbers) > MOST_AT_ONCE:
        raise bad("too many message identifiers specified")
    if numbers != sorted(set(numbers)):
        raise bad("message identifiers must be in a strictly increasing order")
    found = [message for message in source.messages if message.id in numbers]
    if not found:
        raise bad(f"there are no messages to {verb}")
    return found


def send_chat_action(world: World, call: Call) -> bool:
    """sendChatAction."""
    chat_of(world, call)
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    call.get("message_thread_id")
    return True
