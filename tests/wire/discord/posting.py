"""Saying, editing, removing and pinning, whoever does it. Rights are checked by those who call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.wire.discord import events
from tests.wire.discord.component_shapes import shown_components
from tests.wire.discord.components import Json, texts
from tests.wire.discord.flags import NO_FLAGS, AuditAction, ChannelKind, MessageFlag, MessageKind
from tests.wire.discord.mentions import Allowed, Mentions, Ping, resolve
from tests.wire.discord.messages import Attachment, File, Message, Poll, Reference, Sticker, Webhook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.discord.channels import Channel
    from tests.wire.discord.people import User

NONCE_LIFE = timedelta(minutes=5)


@dataclass(slots=True)
class Draft:
    """What somebody is about to say."""

    content: str = ""
    files: Sequence[File] = ()
    embeds: Sequence[Json] = ()
    components: Sequence[Json] = ()
    flags: MessageFlag = NO_FLAGS
    stickers: Sequence[Sticker] = ()
    poll: Poll | None = None
    reply_to: Message | None = None
    forward: Message | None = None
    nonce: str | None = None
    webhook: Webhook | None = None
    allowed: Allowed | None = None
    application_id: int | None = None
    interaction: Json | None = None
    only_for: User | None = None
    kind: MessageKind = MessageKind.DEFAULT
    reference: Reference | None = None


def post(channel: Channel, draft: Draft, author: User) -> Message:
    """Put it there and tell everybody who may know."""
    message = _compose(channel, draft, author)
    for file in draft.files:
        message.attachments.append(keep(channel, file, ephemeral=message.ephemeral))
    message.components = shown_components(draft.components, message.attachments)
    found = _mentions(message, draft.allowed or Allowed())
    if draft.only_for is None:
        channel.messages.append(message)
        channel.last_message_id = message.id
        if channel.thread:
            channel.thread.total_sent += 1
    else:
        channel.whispers.append(message)
    _record_pings(message, found)
    events.message_created(message)
    return message


def _compose(channel: Channel, draft: Draft, author: User) -> Message:
    world = channel.world
    flags = draft.flags | (MessageFlag.HAS_SNAPSHOT if draft.forward else MessageFlag(0))
    opens = channel.parent is not None and channel.parent.kind is ChannelKind.FORUM and not channel.messages
    return Message(
        id=channel.id if opens else world.ids.next(),  # a post's first message has the post's own id
        channel=channel,
        author=author,
        said_at=world.clock.now(),
        content=draft.content,
        kind=MessageKind.REPLY if draft.reply_to and draft.kind is MessageKind.DEFAULT else draft.kind,
        flags=flags,
        embeds=[shown_embed(embed) for embed in draft.embeds],
        stickers=tuple(draft.stickers),
        poll=draft.poll,
        reference=_reference(draft),
        reply_to=draft.reply_to,
        forwarded=draft.forward.snapshot() if draft.forward else None,
        nonce=draft.nonce,
        webhook=draft.webhook,
        application_id=draft.application_id,
        interaction=draft.interaction,
        only_for=draft.only_for,
    )


def _reference(draft: Draft) -> Reference | None:
    target = draft.reply_to or draft.forward
    if target is None:
        return draft.reference
    guild_id = target.channel.server.id if target.channel.server else None
    return Reference(target.id, target.channel.id, guild_id, kind=1 if draft.forward else 0)


def shown_embed(embed: Json) -> Json:
    """An embed as Discord gives it back."""
    shown = {"type": "rich", **{key: value for key, value in embed.items() if value is not None}}
    if "fields" in shown:
        shown["fields"] = [{"inline": False, **each} for each in shown["fields"]]
    return shown


def keep(channel: Channel, file: File, ephemeral: bool = False) -> Attachment:
    """Store a file on the CDN."""
    world = channel.world
    attachment = Attachment(
        id=world.ids.next(),
        filename=file.filename,
        data=file.data,
        content_type=file.kind,
        description=file.description,
        channel_id=channel.id,
        cdn=world.cdn,
        ephemeral=ephemeral,
    )
    return world.cdn.keep(attachment)


def _mentions(message: Message, allowed: Allowed) -> Mentions:
    words = "\n".join([message.content, *texts(message.components)])
    reply_to = message.reply_to if message.kind is MessageKind.REPLY else None
    found = resolve(words, message.channel, message.author, allowed, reply_to)
    message.mentions, message.mention_roles, message.mention_everyone = found.users, found.roles, found.everyone
    return found


def _record_pings(message: Message, found: Mentions) -> None:
    message.pinged = {target for _, target in found.pings}
    spoken_by_bot = any(each.user is message.author for each in message.channel.world.applications)
    if spoken_by_bot and message.only_for is None and message.channel.server is not None:
        message.channel.world.pings += [Ping(message, kind, target) for kind, target in found.pings]


def amend(message: Message, allowed: Allowed | None = None, **changes: object) -> None:
    """Change what is said (`content`, `embeds`, `components`, `attachments`, `flags`). An edit pings nobody."""
    for name, value in changes.items():
        setattr(message, name, value)
    _mentions(message, allowed or Allowed())
    message.edited_at = message.channel.world.clock.now()
    events.message_updated(message)


def add_embeds(message: Message, embeds: Sequence[Json]) -> None:
    """Link previews arrive after the message."""
    message.embeds = [*message.embeds, *embeds]
    events.message_updated(message)


def remove(messages: Sequence[Message], in_bulk: bool = False) -> None:
    """Take messages of one channel away, their files with them."""
    for message in messages:
        message.deleted = True
        standing = message.channel.whispers if message.only_for else message.channel.messages
        standing.remove(message)
        for attachment in message.attachments:
            attachment.removed = True
    events.messages_deleted(messages, in_bulk)


def pin(message: Message, by: User, reason: str = "") -> None:
    """Pin it; Discord posts a notice about that."""
    now = message.channel.world.clock.now()
    message.pinned_at = message.channel.last_pin_at = now
    _pins_changed(message, AuditAction.MESSAGE_PIN, by, reason)
    guild_id = message.channel.server.id if message.channel.server else None
    reference = Reference(message.id, message.channel.id, guild_id)
    post(message.channel, Draft(kind=MessageKind.PINNED, reference=reference), by)


def unpin(message: Message, by: User, reason: str = "") -> None:
    """Take the pin away."""
    message.pinned_at = None
    _pins_changed(message, AuditAction.MESSAGE_UNPIN, by, reason)


def _pins_changed(message: Message, action: AuditAction, by: User, reason: str) -> None:
    channel = message.channel
    events.message_updated(message)
    events.pins_updated(channel)
    options = {"channel_id": str(channel.id), "message_id": str(message.id)}
    if channel.server is not None:
        channel.server.audit(action, by, message.author.id, reason, options=options)


def same_nonce(channel: Channel, author: User, nonce: str) -> Message | None:
    """A message with that nonce by the same author in the last few minutes."""
    since = channel.world.clock.now() - NONCE_LIFE
    for message in reversed(channel.messages):
        if message.said_at < since:
            return None
        if message.nonce == nonce and message.author is author:
            return message
    return None
