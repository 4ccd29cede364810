"""Telegram's messages, accounts and places as our nouns. Nothing here asks Telegram anything."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import telegram
from telegram.constants import ChatType

from bot.model import AccountRef, Attachment, AuthorKind, Message, MessageRef, Place
from bot.platforms.telegram import NAME, rich
from bot.platforms.telegram.words import RICH, entities, marks, texts

# The accounts that stand for everybody who is hidden: of administrators, of channels, of linked channels.
ANONYMOUS_ADMIN, AS_CHANNEL, SERVICE = 1087968824, 136817688, 777000
Album = Callable[[telegram.Message], tuple[str, ...]]


def no_album(_message: telegram.Message) -> tuple[str, ...]:
    """For those who know of no other messages of an album."""
    return ()


def message(found: telegram.Message, raw: Mapping[str, Any], album: Album = no_album) -> Message:
    """A message as it stands. `raw` is Telegram's own JSON of it; `album` answers the ids sent as one with it."""
    replied = reply(found)
    there = place(found)
    return Message(
        ref=message_ref(found, album),
        author=author(found),
        sent_at=found.date,
        texts=texts(found),
        marks=marks(found),
        attachments=tuple(attachments(found)),
        reply_to=None if replied is None else MessageRef(there, str(replied.message_id), album(replied)),
        reply_author=None if replied is None else author(replied),
        mentions=tuple(account(one.user) for one in entities(found) if one.user is not None),
        edited_at=found.edit_date,
        raw=json.dumps(raw, ensure_ascii=False, separators=(",", ":")),
    )


def reply(found: telegram.Message) -> telegram.Message | None:
    """The message that one replies to. In a topic everything “replies” to the topic's beginning; that is none."""
    replied = found.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else replied


def place(found: telegram.Message) -> Place:
    """Where it was said. Only a topic's messages have a channel: General has none, and a thread of replies is none."""
    topic = str(found.message_thread_id) if found.is_topic_message and found.message_thread_id else ""
    return chat_place(found.chat, topic)


def message_ref(found: telegram.Message, album: Album = no_album) -> MessageRef:
    """Where a message stands."""
    return MessageRef(place(found), str(found.message_id), album(found))


def chat_place(chat: telegram.Chat, topic: str = "") -> Place:
    """A chat as a place."""
    return Place(NAME, str(chat.id), topic, chat.type == ChatType.PRIVATE, chat.title or chat.full_name or "")


def account(user: telegram.User) -> AccountRef:
    """A user as an account."""
    kind = AuthorKind.BOT if user.is_bot else AuthorKind.PERSON
    return AccountRef(NAME, str(user.id), user.full_name, user.username or "", kind)


def author(found: telegram.Message) -> AccountRef:
    """Who said it, as far as Telegram tells. An anonymous administrator has the chat's id: there is no other."""
    if found.sender_chat is not None:
        return _hidden(found, found.sender_chat)
    user = found.from_user
    if user is None:
        return AccountRef(NAME, str(found.chat.id), found.chat.title or "", kind=AuthorKind.SYSTEM)
    kinds = {ANONYMOUS_ADMIN: AuthorKind.ANONYMOUS, AS_CHANNEL: AuthorKind.CHANNEL, SERVICE: AuthorKind.SYSTEM}
    known = account(user)
    return AccountRef(NAME, known.id, known.name, known.handle, kinds.get(user.id, known.kind))


def _hidden(found: telegram.Message, chat: telegram.Chat) -> AccountRef:
    kind = AuthorKind.ANONYMOUS if chat.id == found.chat.id else AuthorKind.CHANNEL
    return AccountRef(NAME, str(chat.id), chat.title or chat.full_name or "", chat.username or "", kind)


def attachments(found: telegram.Message) -> Iterator[Attachment]:
    """The files of a message; of a picture the largest size."""
    if found.photo:
        largest = max(found.photo, key=lambda size: size.width * size.height)
        yield _file(largest, f"photo-{found.message_id}.jpg", "image/jpeg")
    if found.live_photo is not None:
        yield _file(found.live_photo, f"live-photo-{found.message_id}.mp4", "video/mp4")
    for media, kind, extension in (
        (found.animation or found.document, "application/octet-stream", "bin"),
        (found.video, "video/mp4", "mp4"),
        (found.audio, "audio/mpeg", "mp3"),
        (found.voice, "audio/ogg", "ogg"),
        (found.video_note, "video/mp4", "mp4"),
    ):
        if media is not None:
            yield _file(media, f"file-{found.message_id}.{extension}", kind)
    if found.sticker is not None:
        yield _sticker(found.sticker, found.message_id)
    for node in rich.files(found.api_kwargs.get(RICH)):
        yield _rich_file(node, found.message_id)


def _file(media: Any, name: str, kind: str) -> Attachment:
    given = getattr(media, "file_name", None) or name
    return Attachment(media.file_id, given, getattr(media, "mime_type", None) or kind, media.file_size or 0)


def _sticker(sticker: telegram.Sticker, message_id: int) -> Attachment:
    kind, extension = ("application/gzip", "tgs") if sticker.is_animated else ("image/webp", "webp")
    if sticker.is_video:
        kind, extension = "video/webm", "webm"
    return Attachment(sticker.file_id, f"sticker-{message_id}.{extension}", kind, sticker.file_size or 0)


def _rich_file(node: Mapping[str, Any], message_id: int) -> Attachment:
    picture = "width" in node and "mime_type" not in node
    name = f"photo-{message_id}.jpg" if picture else f"file-{message_id}.bin"
    kind = "image/jpeg" if picture else "application/octet-stream"
    size = int(node.get("file_size") or 0)
    return Attachment(
        str(node["file_id"]), str(node.get("file_name") or name), str(node.get("mime_type") or kind), size
    )


def is_service(found: telegram.Message) -> bool:
    """Whether a message only tells that somebody came or went, or what was pinned: nothing anybody said."""
    return bool(found.new_chat_members or found.left_chat_member or found.pinned_message or found.group_chat_created)


class Albums:
    """Which messages were sent as one, as far as they were seen: Telegram hands over every picture by itself."""

    def __init__(self, room: int = 1000) -> None:
        self._room = room
        self._seen: dict[tuple[int, str], list[str]] = {}

    def see(self, found: telegram.Message) -> bool:
        """Note a message; answers whether it is the first of its album, or alone."""
        if found.media_group_id is None:
            return True
        key = (found.chat.id, found.media_group_id)
        ids = self._seen.pop(key, [])
        first = not ids
        if str(found.message_id) not in ids:
            ids.append(str(found.message_id))
        self._seen[key] = ids
        while len(self._seen) > self._room:
            del self._seen[next(iter(self._seen))]
        return first

    def others(self, found: telegram.Message) -> tuple[str, ...]:
        """The ids of the other messages seen of its album."""
        if found.media_group_id is None:
            return ()
        ids = self._seen.get((found.chat.id, found.media_group_id), [])
        return tuple(one for one in ids if one != str(found.message_id))
