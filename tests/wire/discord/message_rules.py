"""What Discord demands of a message, and how a request's body becomes a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.wire.discord.component_rules import check_message_components
from tests.wire.discord.components import walk
from tests.wire.discord.flags import SETTABLE_FLAGS, ChannelKind, MessageFlag, Permission
from tests.wire.discord.mentions import understand
from tests.wire.discord.messages import File, Poll
from tests.wire.discord.permissions import require_in
from tests.wire.discord.posting import Draft
from tests.wire.discord.refusals import bad_form, bad_length, missing, refuse, too_long

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.people import User

LONGEST, FILES, EMBEDS, FIELDS, EMBED_TOTAL = 2000, 10, 10, 25, 6000
UPLOAD_LIMIT = 10 * 1024 * 1024
_EMBED_LIMITS = {"title": 256, "description": 4096}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A part `files[n]` of a request."""

    index: int
    file: File


def may_speak(channel: Channel, user: User, has_files: bool = False, has_poll: bool = False) -> None:
    """50001, 50013, 50008 or 50083 when that person cannot post that there."""
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.kind.is_thread else Permission.SEND_MESSAGES
    if has_files:
        needed |= Permission.ATTACH_FILES
    if has_poll:
        needed |= Permission.SEND_POLLS
    held = require_in(channel, user, needed)
    if channel.kind in (ChannelKind.CATEGORY, ChannelKind.FORUM):
        raise refuse(50008)
    thread = channel.thread
    if thread is not None and thread.locked and Permission.MANAGE_THREADS not in held:
        raise refuse(50083)


def draft_of(body: Json, uploads: Sequence[Uploaded], channel: Channel, path: str = "") -> Draft:
    """A draft of what the body says; 50006, 50035 or 40005 when Discord would not take it."""
    check_parts(body, uploads, path)
    flags = MessageFlag(body.get("flags") or 0)
    reply_to, forward = _references(body, channel)
    poll = _poll(body.get("poll"))
    content = body.get("content") or ""
    speaks = [content, body.get("embeds"), uploads, body.get("sticker_ids"), poll, forward]
    if not any((*speaks, body.get("components"))) or (body.get("components") and not is_v2(body) and not any(speaks)):
        raise refuse(50006)
    return Draft(
        content=content,
        files=files_of(body, uploads, path),
        embeds=body.get("embeds") or (),
        components=body.get("components") or (),
        flags=flags & (SETTABLE_FLAGS | MessageFlag.EPHEMERAL),
        poll=poll,
        reply_to=reply_to,
        forward=forward,
        nonce=str(body["nonce"]) if body.get("nonce") is not None else None,
        allowed=understand(body.get("allowed_mentions")),
    )


def is_v2(body: Json) -> bool:
    return bool((body.get("flags") or 0) & MessageFlag.COMPONENTS_V2)


def check_parts(body: Json, uploads: Sequence[Uploaded], path: str = "", v2: bool | None = None) -> None:
    """The limits on each part, for posting and editing alike."""
    at = f"{path}." if path else ""
    v2 = is_v2(body) if v2 is None else v2
    content = body.get("content")
    if content and len(content) > LONGEST:
        raise too_long(f"{at}content", LONGEST)
    if v2 and (content or body.get("embeds") or body.get("poll") or body.get("sticker_ids")):
        message = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        raise bad_form(f"{at}content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    nonce = body.get("nonce")
    if isinstance(nonce, str) and len(nonce) > 25:
        raise too_long(f"{at}nonce", 25)
    _check_embeds(body.get("embeds") or (), f"{at}embeds")
    check_message_components(body.get("components") or (), v2, f"{at}components")
    if len(uploads) > FILES:
        raise bad_length(f"{at}attachments", 0, FILES)
    if any(len(upload.file.data) > UPLOAD_LIMIT for upload in uploads):
        raise refuse(40005)


def files_of(body: Json, uploads: Sequence[Uploaded], path: str = "") -> list[File]:
    """The uploaded files under the names and with the descriptions that `attachments` gives them."""
    said = {int(each["id"]): each for each in body.get("attachments") or () if int(each["id"]) < FILES}
    files = []
    for upload in uploads:
        about = said.pop(upload.index, {})
        name = about.get("filename") or upload.file.filename
        files.append(File(name, upload.file.data, None, about.get("description") or ""))
    if said:
        prefix = f"{path}." if path else ""
        raise bad_form(f"{prefix}attachments.{min(said)}", "ATTACHMENT_NOT_FOUND", "The attachment could not be found.")
    _check_media(body, [file.filename for file in files])
    return files


def _check_media(body: Json, names: list[str]) -> None:
    """`attachment://name` must name a file sent along."""
    for component in walk(body.get("components") or ()):
        url = (component.get("file") or {}).get("url", "")
        if url.startswith("attachment://") and url.removeprefix("attachment://") not in names:
            raise bad_form("components", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f"{url} was not found")


def _check_embeds(embeds: Sequence[Json], path: str) -> None:
    if len(embeds) > EMBEDS:
        raise bad_length(path, 0, EMBEDS)
    total = 0
    for at, embed in enumerate(embeds):
        total += _check_embed(embed, f"{path}.{at}")
    if total > EMBED_TOTAL:
        raise bad_form(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_TOTAL}")


def _check_embed(embed: Json, path: str) -> int:
    """Its length in characters, of what counts."""
    fields = embed.get("fields") or []
    if len(fields) > FIELDS:
        raise bad_length(f"{path}.fields", 0, FIELDS)
    parts = [(embed.get(name), most, f"{path}.{name}") for name, most in _EMBED_LIMITS.items()]
    parts.append(((embed.get("footer") or {}).get("text"), 2048, f"{path}.footer.text"))
    parts.append(((embed.get("author") or {}).get("name"), 256, f"{path}.author.name"))
    for at, field in enumerate(fields):
        for name, most in (("name", 256), ("value", 1024)):
            if not field.get(name):
                raise missing(f"{path}.fields.{at}.{name}")
            parts.append((field[name], most, f"{path}.fields.{at}.{name}"))
    for text, most, where in parts:
        if text and len(text) > most:
            raise too_long(where, most)
    return sum(len(text or "") for text, _, _ in parts)


def _references(body: Json, channel: Channel) -> tuple[Any, Any]:
    """(the message replied to, the message forwarded)."""
    reference = body.get("message_reference")
    if not reference:
        return None, None
    is_forward = reference.get("type") == 1
    world = channel.world
    place = world.channels.get(int(reference.get("channel_id") or channel.id)) if is_forward else channel
    target = place.find(int(reference["message_id"])) if place else None
    if target is None:
        if not is_forward and not reference.get("fail_if_not_exists", True):
            return None, None
        raise bad_form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return (None, target) if is_forward else (target, None)


def _poll(body: Json | None) -> Poll | None:
    if body is None:
        return None
    answers = [each["poll_media"].get("text", "") for each in body["answers"]]
    if not 1 <= len(answers) <= 10:
        raise bad_length("poll.answers", 1, 10)
    several = bool(body.get("allow_multiselect"))
    return Poll(body["question"].get("text", ""), answers, int(body.get("duration") or 24), several)
