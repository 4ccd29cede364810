"""Messages: reading, sending, editing, deleting, pinning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.wire.discord import events, posting
from tests.wire.discord.clock import iso, moment_of
from tests.wire.discord.component_shapes import shown_components
from tests.wire.discord.flags import SETTABLE_FLAGS, AuditAction, MessageFlag, MessageKind, Permission
from tests.wire.discord.mentions import understand
from tests.wire.discord.message_rules import check_parts, draft_of, files_of, may_speak
from tests.wire.discord.permissions import permissions_in, require_in
from tests.wire.discord.refusals import bad_form, refuse
from tests.wire.discord.rest.asking import DONE, Ask, Reply, snowflake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.message_rules import Uploaded
    from tests.wire.discord.messages import Attachment, Message

BULK_AGE = timedelta(days=14)
PINS = 250
ERASABLE = frozenset(set(MessageKind) - {MessageKind.THREAD_STARTER})


def listing(ask: Ask) -> Reply:
    """Newest first. Without READ_MESSAGE_HISTORY there is nothing to read."""
    channel = ask.channel()
    limit = ask.number("limit", 50, 1, 100)
    if Permission.READ_MESSAGE_HISTORY not in permissions_in(channel, ask.bot):
        return 200, []
    rows = _page(ask, channel.messages, limit)
    return 200, [ask.shown(each) for each in sorted(rows, key=lambda each: each.id, reverse=True)]


def _page(ask: Ask, rows: list[Message], limit: int) -> list[Message]:
    before, after, around = ask.page("before"), ask.page("after"), ask.page("around")
    if around is not None:
        older = [each for each in rows if each.id <= around][-(limit // 2 + 1) :]
        newer = [each for each in rows if each.id > around][: limit // 2]
        return [*older, *newer][:limit]
    if after is not None:
        return [each for each in rows if each.id > after][:limit]
    return [each for each in rows if before is None or each.id < before][-limit:]


def show(ask: Ask) -> Reply:
    return 200, ask.shown(ask.message(ask.channel(Permission.READ_MESSAGE_HISTORY)))


def send(ask: Ask) -> Reply:
    """With `enforce_nonce` a message sent twice within minutes is given back instead of being posted again."""
    channel, body = ask.channel(), ask.body or {}
    ask.world.check_reachable(channel, ask.bot)
    may_speak(channel, ask.bot, has_files=bool(ask.uploads), has_poll=bool(body.get("poll")))
    draft = draft_of(body, ask.uploads, channel)
    draft.flags &= SETTABLE_FLAGS
    if draft.reply_to is not None and Permission.READ_MESSAGE_HISTORY not in permissions_in(channel, ask.bot):
        raise refuse(160002)
    if draft.forward is not None:
        _check_forward(ask, draft.forward)
    if draft.nonce is not None and body.get("enforce_nonce"):
        known = posting.same_nonce(channel, ask.bot, draft.nonce)
        if known is not None:
            return 200, ask.shown(known)
    return 200, ask.shown(posting.post(channel, draft, ask.bot))


def _check_forward(ask: Ask, message: Message) -> None:
    require_in(message.channel, ask.bot, Permission.READ_MESSAGE_HISTORY)
    if not ask.world.reader(ask.application).may_read(message):
        raise refuse(160014)


def edit(ask: Ask) -> Reply:
    channel = ask.channel()
    message = ask.message(channel)
    if message.author is not ask.bot:
        if set(ask.body or {}) - {"flags"}:
            raise refuse(50005)
        require_in(channel, ask.bot, Permission.MANAGE_MESSAGES)
    apply_edit(message, ask.body or {}, ask.uploads)
    return 200, ask.shown(message)


def apply_edit(message: Message, body: Json, uploads: Sequence[Uploaded], path: str = "") -> None:
    """Change the parts that the body names; what would leave nothing to see is refused (50006)."""
    flags = MessageFlag(body["flags"]) if body.get("flags") is not None else message.flags
    v2 = MessageFlag.COMPONENTS_V2 in (message.flags | flags)
    check_parts(body, uploads, path, v2=v2)
    once_v2 = message.flags & MessageFlag.COMPONENTS_V2
    changes: dict[str, object] = {"flags": (message.flags & ~SETTABLE_FLAGS) | (flags & SETTABLE_FLAGS) | once_v2}
    if "content" in body:
        changes["content"] = body["content"] or ""
    if "embeds" in body:
        changes["embeds"] = [posting.shown_embed(each) for each in body["embeds"] or ()]
    files = _attachments(message, body, uploads, path) if "attachments" in body or uploads else message.attachments
    changes["attachments"] = files
    if "components" in body:
        changes["components"] = shown_components(body["components"] or (), files)
    if not _says_something(message, changes):
        raise refuse(50006)
    allowed = understand(body.get("allowed_mentions"))
    posting.amend(message, allowed, **changes)


def _attachments(message: Message, body: Json, uploads: Sequence[Uploaded], path: str) -> list[Attachment]:
    """Those kept, then the new ones; what is dropped leaves the CDN."""
    said = body.get("attachments")
    ids = {int(each["id"]) for each in said or ()}
    kept = [each for each in message.attachments if said is None or each.id in ids]
    for attachment in message.attachments:
        if attachment not in kept:
            attachment.removed = True
    known = {str(each.id) for each in message.attachments}
    fresh = {**body, "attachments": [each for each in said or () if str(each["id"]) not in known]}
    added = [posting.keep(message.channel, each, message.ephemeral) for each in files_of(fresh, uploads, path)]
    return [*kept, *added]


def _says_something(message: Message, changes: dict[str, object]) -> bool:
    parts = [changes.get(name, getattr(message, name)) for name in ("content", "embeds", "components", "attachments")]
    return any((*parts, message.stickers, message.poll, message.forwarded))


def remove(ask: Ask) -> Reply:
    channel = ask.channel()
    message = ask.message(channel)
    if message.author is not ask.bot:
        if channel.is_private:
            raise refuse(50003)
        require_in(channel, ask.bot, Permission.MANAGE_MESSAGES)
        if message.kind not in ERASABLE:
            raise refuse(50021)
        _audit(ask, channel, AuditAction.MESSAGE_DELETE, message.author.id, 1)
    posting.remove([message])
    return DONE


def remove_many(ask: Ask) -> Reply:
    """2 to 100 different ids, none older than two weeks; ids of nothing are passed over."""
    channel = ask.channel(Permission.MANAGE_MESSAGES)
    if channel.is_private:
        raise refuse(50003)
    ids = [snowflake(each, "messages") for each in ask.body.get("messages") or ()]
    if not 2 <= len(ids) <= 100:
        raise refuse(50016)
    if len(set(ids)) != len(ids):
        raise bad_form("messages", "SET_TYPE_ALREADY_CONTAINS_VALUE", "The list contains a value twice.")
    now = ask.world.clock.now()
    if any(now - moment_of(each) > BULK_AGE for each in ids):
        raise refuse(50034)
    found = [each for each in channel.messages if each.id in set(ids)]
    _audit(ask, channel, AuditAction.MESSAGE_BULK_DELETE, channel.id, len(found))
    posting.remove(found, in_bulk=True)
    return DONE


def _audit(ask: Ask, channel: Channel, action: AuditAction, target_id: int, count: int) -> None:
    options = {"channel_id": str(channel.id), "count": str(count)}
    if channel.server is not None:
        channel.server.audit(action, ask.bot, target_id, ask.reason, options=options)


def pin(ask: Ask) -> Reply:
    channel = ask.channel(Permission.PIN_MESSAGES)
    message = ask.message(channel)
    if message.pinned:
        return DONE
    if len(channel.pins) >= PINS:
        raise refuse(30003)
    posting.pin(message, ask.bot, ask.reason)
    return DONE


def unpin(ask: Ask) -> Reply:
    channel = ask.channel(Permission.PIN_MESSAGES)
    message = ask.message(channel)
    if message.pinned:
        posting.unpin(message, ask.bot, ask.reason)
    return DONE


def pins(ask: Ask) -> Reply:
    """The newest pin first, by the page."""
    channel = ask.channel()
    if Permission.READ_MESSAGE_HISTORY not in permissions_in(channel, ask.bot):
        return 200, {"items": [], "has_more": False}
    limit, before = ask.number("limit", 50, 1, 50), ask.query.get("before")
    ends = datetime.fromisoformat(before) if before else None
    rows = [each for each in channel.pins if ends is None or (each.pinned_at and each.pinned_at < ends)]
    items = [{"pinned_at": iso(each.pinned_at), "message": ask.shown(each)} for each in rows[:limit]]
    return 200, {"items": items, "has_more": len(rows) > limit}


def old_pins(ask: Ask) -> Reply:
    """The older route gives the fifty newest."""
    return 200, [ask.shown(each) for each in ask.channel(Permission.READ_MESSAGE_HISTORY).pins[:50]]


def typing(ask: Ask) -> Reply:
    channel = ask.channel(Permission.SEND_MESSAGES)
    events.typing_started(channel, ask.bot)
    return DONE
