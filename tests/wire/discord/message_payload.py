"""A message as Discord writes it, for a reader who may or may not be given its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.wire.discord.clock import iso
from tests.wire.discord.flags import MessageFlag, MessageKind
from tests.wire.discord.payloads import channel_json, user_json

if TYPE_CHECKING:
    from tests.wire.discord.components import Json
    from tests.wire.discord.messages import Attachment, Message, Poll, Reference, Snapshot, Sticker
    from tests.wire.discord.people import User

IMAGE_EDGE = 64


@dataclass(frozen=True, slots=True)
class Reader:
    """The bot a payload is for; `reads_content` says whether message content is switched on for it."""

    user: User
    reads_content: bool

    def may_read(self, message: Message) -> bool:
        """Content is given for their own messages, those that mention them and private ones in any case."""
        return (
            self.reads_content
            or message.channel.is_private
            or message.author is self.user
            or message.only_for is not None
            or self.user in message.mentions
        )


def message_json(message: Message, reader: Reader, full: bool = False, inner: bool = False) -> Json:
    """`full`: content in any case (targets of commands, answers). `inner`: without the message it replies to."""
    body = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": user_json(message.author),
        "timestamp": iso(message.said_at),
        "edited_timestamp": iso(message.edited_at),
        "type": int(message.kind),
        "tts": False,
        "flags": int(message.flags),
        "pinned": message.pinned,
        "mention_everyone": message.mention_everyone,
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [str(role_id) for role_id in message.mention_roles],
        **_content_json(message, full or reader.may_read(message)),
        **_origin_json(message),
        **_references_json(message, reader, full, inner),
    }
    if message.nonce is not None and message.author is reader.user:
        body["nonce"] = message.nonce
    return body


def _content_json(message: Message, readable: bool) -> Json:
    if not readable:
        return {"content": "", "attachments": [], "embeds": [], "components": []}
    body: Json = {
        "content": message.content,
        "attachments": [attachment_json(each) for each in message.attachments],
        "embeds": list(message.embeds),
        "components": list(message.components),
    }
    if message.poll:
        body["poll"] = _poll_json(message.poll, message)
    if message.forwarded:
        body["message_snapshots"] = [{"message": _snapshot_json(message.forwarded)}]
    return body


def _origin_json(message: Message) -> Json:
    body: Json = {}
    if message.stickers:
        body["sticker_items"] = [_sticker_json(each) for each in message.stickers]
    if message.webhook:
        body["webhook_id"] = str(message.webhook.id)
    if message.application_id:
        body["application_id"] = str(message.application_id)
    if message.interaction:
        body["interaction_metadata"] = message.interaction
        body["webhook_id"] = str(message.application_id)
    if message.thread:
        body["thread"] = channel_json(message.thread)
    return body


def _references_json(message: Message, reader: Reader, full: bool, inner: bool) -> Json:
    if message.reference is None:
        return {}
    body: Json = {"message_reference": _reference_json(message.reference)}
    if message.kind in (MessageKind.REPLY, MessageKind.THREAD_STARTER) and not inner:
        target = message.reply_to
        gone = target is None or target.deleted
        body["referenced_message"] = None if gone or target is None else message_json(target, reader, full, inner=True)
    return body


def _reference_json(reference: Reference) -> Json:
    body = {
        "type": reference.kind,
        "message_id": str(reference.message_id),
        "channel_id": str(reference.channel_id),
    }
    return {**body, "guild_id": str(reference.guild_id)} if reference.guild_id else body


def attachment_json(attachment: Attachment) -> Json:
    """With addresses signed just now."""
    body: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": attachment.size,
        "url": attachment.url,
        "proxy_url": attachment.url.replace("/attachments/", "/media/", 1),
    }
    if attachment.content_type:
        body["content_type"] = attachment.content_type
        if attachment.content_type.startswith("image/"):
            body |= {"width": IMAGE_EDGE, "height": IMAGE_EDGE}
    if attachment.description:
        body["description"] = attachment.description
    if attachment.ephemeral:
        body["ephemeral"] = True
    return body


def _sticker_json(sticker: Sticker) -> Json:
    return {"id": str(sticker.id), "name": sticker.name, "format_type": sticker.format}


def _poll_json(poll: Poll, message: Message) -> Json:
    answers = [{"answer_id": at, "poll_media": {"text": text}} for at, text in enumerate(poll.answers, start=1)]
    return {
        "question": {"text": poll.question},
        "answers": answers,
        "expiry": iso(message.said_at + timedelta(hours=poll.hours)),
        "allow_multiselect": poll.several,
        "layout_type": 1,
        "results": {"answer_counts": [], "is_finalized": False},
    }


def _snapshot_json(snapshot: Snapshot) -> Json:
    body: Json = {
        "type": int(snapshot.kind),
        "content": snapshot.content,
        "mentions": [],
        "mention_roles": [],
        "attachments": [attachment_json(each) for each in snapshot.attachments],
        "embeds": list(snapshot.embeds),
        "timestamp": iso(snapshot.said_at),
        "edited_timestamp": iso(snapshot.edited_at),
        "flags": int(snapshot.flags & ~MessageFlag.HAS_THREAD),
        "components": list(snapshot.components),
    }
    if snapshot.stickers:
        body["sticker_items"] = [_sticker_json(each) for each in snapshot.stickers]
    return body
