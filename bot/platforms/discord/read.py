"""Discord's message JSON read into our nouns. Pure: what else it must know comes as arguments."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.model import AccountRef, Attachment, AuthorKind, Mark, Message, MessageRef, Place, Text, View
from bot.platforms.discord.text import Names, readable

NAME = "discord"
Json = Mapping[str, Any]

# Message types in which a person speaks: default, reply; the others that carry a person's words are names.
SPOKEN = frozenset({0, 19})
BY_COMMAND = frozenset({20, 23})
NAMING = frozenset({4, 18})  # a channel or thread renamed, a thread opened: the content is the name
REPLY, FORWARD_REFERENCE = 19, 1
CROSSPOST = 1 << 1  # a message flag: an announcement channel of another server speaks here
TEXT_DISPLAY = 10
written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode  # always the same way


def account(user: Json, nick: str = "", kind: AuthorKind | None = None) -> AccountRef:
    """A user object as an account; `nick` is the name used in the server, where there is one."""
    name = nick or user.get("global_name") or user.get("username") or ""
    if kind is None:
        kind = AuthorKind.SYSTEM if user.get("system") else AuthorKind.BOT if user.get("bot") else AuthorKind.PERSON
    return AccountRef(NAME, str(user["id"]), str(name), str(user.get("username") or ""), kind)


def author_kind(data: Json) -> AuthorKind:
    """Who speaks in a message: a person, a bot or webhook, another server's announcements, or Discord itself."""
    if int(data.get("type", 0)) not in SPOKEN | BY_COMMAND | NAMING or data["author"].get("system"):
        return AuthorKind.SYSTEM
    if int(data.get("flags") or 0) & CROSSPOST:
        return AuthorKind.CHANNEL
    return AuthorKind.BOT if data.get("webhook_id") or data["author"].get("bot") else AuthorKind.PERSON


def place_in(guild: str, channel: str, names: Names) -> Place:
    """A channel or thread of a server."""
    name = names.channel(channel)
    return Place(NAME, guild, channel, title=f"#{name}" if name else "")


def message(data: Json, names: Names, place: Place, new_name: str = "") -> Message:
    """A message object that stands in `place`, which REST answers do not tell whole. `new_name` is the author's name
    where it is new to the server and so part of what they say."""
    author = _author(data, names)
    texts, marks = _texts(data, names)
    if new_name:
        texts.append(Text(View.NAME, new_name))
    return Message(
        ref=MessageRef(place, str(data["id"])),
        author=author,
        sent_at=datetime.fromisoformat(data["timestamp"]),
        texts=tuple(texts),
        marks=marks,
        attachments=tuple(_attachments(data)),
        reply_to=_reply_to(data, place),
        reply_author=_reply_author(data, names),
        mentions=tuple(account(user, _nick(user, names)) for user in data.get("mentions") or ()),
        edited_at=datetime.fromisoformat(data["edited_timestamp"]) if data.get("edited_timestamp") else None,
        raw=written(data),
    )


def _nick(user: Json, names: Names) -> str:
    return str((user.get("member") or {}).get("nick") or names.nick(str(user["id"])))


def _author(data: Json, names: Names) -> AccountRef:
    user = data["author"]
    nick = "" if data.get("webhook_id") else (data.get("member") or {}).get("nick") or names.nick(str(user["id"]))
    return account(user, nick, author_kind(data))


def _texts(data: Json, names: Names) -> tuple[list[Text], tuple[Mark, ...]]:
    body = readable(str(data.get("content") or ""), names, _mentioned(data))
    naming = int(data.get("type", 0)) in NAMING
    texts = [Text(View.NAME if naming else View.TEXT, body.text)] if body.text else []
    texts += [Text(View.LINK, link) for link in body.links]
    texts += [Text(View.NAME, name) for name in _thread_name(data, names)]
    texts += [Text(View.STICKER, sticker["name"]) for sticker in data.get("sticker_items") or ()]
    texts += [Text(View.FILE_NAME, words) for words in _file_words(data)]
    texts += [Text(View.POLL, words) for words in _poll_words(data.get("poll") or {})]
    texts += [Text(View.EMBED, words) for words in _embed_words(data)]
    texts += [Text(View.FORWARD, words) for words in _forwarded_words(data, names)]
    return texts, () if naming else body.marks


def _mentioned(data: Json) -> dict[str, str]:
    users = data.get("mentions") or ()
    return {str(user["id"]): account(user, (user.get("member") or {}).get("nick") or "").name for user in users}


def _thread_name(data: Json, names: Names) -> Iterable[str]:
    """A forum post's title belongs to its first message, which has the thread's own id."""
    if str(data["id"]) == str(data["channel_id"]) and (name := names.channel(str(data["id"]))):
        yield name


def _file_words(data: Json) -> Iterable[str]:
    for file in data.get("attachments") or ():
        yield str(file.get("title") or file["filename"])
        if file.get("description"):
            yield str(file["description"])


def _poll_words(poll: Json) -> Iterable[str]:
    answers = [answer.get("poll_media") or {} for answer in poll.get("answers") or ()]
    for media in (poll.get("question") or {}, *answers):
        if media.get("text"):
            yield str(media["text"])


def _embed_words(data: Json) -> Iterable[str]:
    for embed in data.get("embeds") or ():
        named = [embed.get("author") or {}, embed.get("provider") or {}]
        footer = embed.get("footer") or {}
        found = [embed.get("title"), embed.get("description"), embed.get("url"), footer.get("text")]
        found += [one.get("name") for one in named]
        found += [embed_field.get(key) for embed_field in embed.get("fields") or () for key in ("name", "value")]
        yield from (str(words) for words in found if words)
    yield from _component_words(data.get("components") or ())


def _component_words(components: Iterable[Json]) -> Iterable[str]:
    """The words in a bot's layout: text displays and button labels, however deep."""
    for component in components:
        found = component.get("content") if component.get("type") == TEXT_DISPLAY else component.get("label")
        if found:
            yield str(found)
        yield from _component_words(component.get("components") or ())
        yield from _component_words([component["accessory"]] if component.get("accessory") else ())


def snapshots(data: Json) -> list[Json]:
    """The forwarded messages inside one; Discord does not tell who wrote them."""
    return [one["message"] for one in data.get("message_snapshots") or ()]


def _forwarded_words(data: Json, names: Names) -> Iterable[str]:
    for inner in snapshots(data):
        body = readable(str(inner.get("content") or ""), names, _mentioned(inner))
        found = [body.text, *body.links, *(sticker["name"] for sticker in inner.get("sticker_items") or ())]
        found += [*_file_words(inner), *_poll_words(inner.get("poll") or {}), *_embed_words(inner)]
        yield from (words for words in found if words)


def _attachments(data: Json) -> Iterable[Attachment]:
    for holder in (data, *snapshots(data)):
        for file in holder.get("attachments") or ():
            yield attachment(file, str(data["channel_id"]), str(data["id"]))


def attachment(file: Json, channel: str = "", message_id: str = "") -> Attachment:
    """A file. The handle is JSON: where its message stands (empty for a file handed in), its id, its address then."""
    handle = {"channel": channel, "message": message_id, "attachment": str(file["id"]), "url": file["url"]}
    media_type = str(file.get("content_type") or "application/octet-stream")
    return Attachment(json.dumps(handle), str(file["filename"]), media_type, int(file["size"]))


def _reply_to(data: Json, place: Place) -> MessageRef | None:
    reference = data.get("message_reference") or {}
    if data.get("type") != REPLY or reference.get("type", 0) == FORWARD_REFERENCE or not reference.get("message_id"):
        return None
    channel = str(reference.get("channel_id") or place.channel)
    title = place.title if channel == place.channel else ""
    return MessageRef(Place(NAME, place.chat, channel, place.private, title), str(reference["message_id"]))


def _reply_author(data: Json, names: Names) -> AccountRef | None:
    replied = data.get("referenced_message")
    return _author(replied, names) if replied and data.get("type") == REPLY else None
