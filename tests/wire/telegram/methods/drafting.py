"""Reading what a bot wants to say: text and captions, uploads, buttons, replies, topics;
and whether it may say it there."""

from typing import Any

from tests.wire.telegram.call import Call
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.content import File
from tests.wire.telegram.errors import JSON, RefusedError, bad
from tests.wire.telegram.files import UPLOAD_LIMIT
from tests.wire.telegram.message import Message, Topic
from tests.wire.telegram.methods.access import chat_of
from tests.wire.telegram.posting import Draft
from tests.wire.telegram.text import CAPTION_LIMIT, TEXT_LIMIT, checked_text
from tests.wire.telegram.world import World

BUTTON_BYTES = 64
BUTTONS_PER_ROW = 8
WHAT = {
    "photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"),
    "rich_message": ("can_send_messages", "text messages"),
}


def text_content(call: Call) -> JSON:
    """The content of a text. Raises `RefusedError` for an empty or too long one and for entities outside of it."""
    _no_parse_mode(call, call.text("parse_mode"))
    text, entities = checked_text(
        call.text("text"), call.sequence("entities"), limit=TEXT_LIMIT, too_long="message is too long"
    )
    if not text:
        raise bad("message text is empty")
    return {"text": text} | ({"entities": entities} if entities else {})


def caption_content(call: Call, given: JSON | None = None) -> JSON:
    """The caption of a picture or document, from the call or from one item of an album; empty when there is none."""
    if given is None:
        given = {name: call.get(name) for name in ("caption", "caption_entities", "parse_mode")}
    _no_parse_mode(call, str(given.get("parse_mode") or ""))
    caption, marks = given.get("caption") or "", given.get("caption_entities")
    text, entities = checked_text(caption, marks, limit=CAPTION_LIMIT, too_long="message caption is too long")
    return ({"caption": text} if text else {}) | ({"caption_entities": entities} if entities else {})


def _no_parse_mode(call: Call, mode: str) -> None:
    if mode:
        call.notes.append(f"{call.method}: parse_mode {mode} is not modelled here; give entities")


def attached(world: World, call: Call, kind: str, value: Any) -> JSON:
    """The photo or document of that parameter: an upload or a file_id.
    Raises `RefusedError` for anything else and for what is too big."""
    upload = call.files.get(str(value).removeprefix("attach://")) if value else call.files.get(kind)
    if upload is not None:
        return {kind: _uploaded(world, kind, upload)}
    stored = world.files.kept.get(str(value))
    if stored is None or (stored.folder == "photos") != (kind == "photo"):
        raise bad("wrong file identifier/HTTP URL specified" if value else f"there is no {kind} in the request")
    return {kind: [stored.as_size()] if kind == "photo" else stored.as_document()}


def _uploaded(world: World, kind: str, upload: File) -> Any:
    if len(upload.data) > UPLOAD_LIMIT:
        raise RefusedError(413, "")
    return world.files.keep_photo(upload.data) if kind == "photo" else world.files.keep_document(upload)


def keyboard_of(call: Call) -> list[list[JSON]]:
    """The rows of inline buttons. Raises `RefusedError` for data over 64 bytes,
    odd links and buttons that do nothing."""
    markup = call.mapping("reply_markup")
    if "keyboard" in markup:
        call.notes.append(f"{call.method}: reply keyboards are not modelled here; use inline buttons")
    rows: list[list[JSON]] = markup.get("inline_keyboard", [])
    for row in rows:
        if len(row) > BUTTONS_PER_ROW:
            call.notes.append(f"{call.method}: {len(row)} buttons in a row; clients show {BUTTONS_PER_ROW}")
        for button in row:
            _check_button(button)
    return [row for row in rows if row]


def _check_button(button: JSON) -> None:
    if not button.get("text"):
        raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if "callback_data" in button:
        if not 1 <= len(str(button["callback_data"]).encode()) <= BUTTON_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    elif "url" in button:
        if not str(button["url"]).startswith(("http://", "https://", "tg://", "t.me/")):
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    elif not set(button) - {"text", "style", "icon_custom_emoji_id"}:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def reply_of(world: World, call: Call, chat: Chat) -> tuple[Message | None, str | None]:
    """(the message replied to, the quote). Raises `RefusedError` when it is gone and sending without it was not
    allowed."""
    given = call.mapping("reply_parameters")
    if not given:
        return None, None
    elsewhere = given.get("chat_id", chat.id)
    source = chat if elsewhere == chat.id else world.chats.get(elsewhere)
    found = (
        next((one for one in source.messages if one.id == given.get("message_id")), None)
        if source is not None
        else None
    )
    if found is None:
        if given.get("allow_sending_without_reply"):
            return None, None
        raise bad("message to be replied not found")
    quote = given.get("quote")
    if quote and quote not in found.words:
        raise bad("QUOTE_TEXT_INVALID")
    return found, quote


def topic_of(call: Call, chat: Chat) -> Topic | None:
    """The topic of message_thread_id. Raises `RefusedError` for an unknown one;
    General has none, so its 1 fails too."""
    thread = call.integer("message_thread_id")
    if not thread:
        return None
    topic = next((one for one in chat.topics if one.id == thread), None)
    if topic is None:
        raise bad("message thread not found")
    return topic


def check_may_send(chat: Chat, call: Call, content: JSON) -> None:
    """Whether the bot may say such a thing there. Raises `RefusedError`."""
    standing = chat.standing(call.robot)
    if chat.kind == "private" or standing.status == "creator":
        return
    if chat.kind == "channel":
        if not standing.may("can_post_messages"):
            raise bad("need administrator rights in the channel chat")
        return
    needed, name = next(
        (pair for kind, pair in WHAT.items() if kind in content), ("can_send_messages", "text messages")
    )
    held = chat.permissions & standing.permissions if standing.status == "restricted" else chat.permissions
    if not standing.in_charge and needed not in held:
        raise bad(f"not enough rights to send {name} to the chat")


def draft(world: World, call: Call, content: JSON) -> tuple[Chat, Draft]:
    """Everything about a message a bot sends, checked in the order Telegram checks it."""
    chat = chat_of(world, call)
    check_may_send(chat, call, content)
    keyboard = tuple(tuple(row) for row in keyboard_of(call))
    reply_to, quote = reply_of(world, call, chat)
    topic = topic_of(call, chat) or (reply_to.topic if reply_to is not None and reply_to.chat is chat else None)
    protected = call.flag("protect_content")
    content = content | ({"has_protected_content": True} if protected else {})
    return chat, Draft(call.robot.account, content, reply_to=reply_to, quote=quote, topic=topic, keyboard=keyboard)
