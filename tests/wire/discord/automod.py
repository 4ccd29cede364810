"""Discord's own AutoMod: rules that stop a message before anybody sees it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.wire.discord import events, membership, posting
from tests.wire.discord.flags import AuditAction, MessageKind, Permission
from tests.wire.discord.permissions import of_member
from tests.wire.discord.refusals import Blocked

if TYPE_CHECKING:
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import Server

KEYWORD, SPAM, PRESET, MENTION_SPAM, PROFILE = 1, 3, 4, 5, 6
BLOCK, ALERT, TIME_OUT = 1, 2, 3
_MENTION = re.compile(r"<@[!&]?\d+>")


def screen(channel: Channel, author: User, text: str) -> None:
    """Act on every rule that the text breaks; `Blocked` when one of them blocks."""
    server = channel.server
    member = server.members.get(author.id) if server else None
    if server is None or member is None or author.bot:
        return
    if of_member(member) & (Permission.ADMINISTRATOR | Permission.MANAGE_GUILD):
        return
    blocked = ""
    for rule in list(server.automod.values()):
        hit = _hit(rule, text) if _applies(rule, channel, member) else None
        if hit is None:
            continue
        for action in rule["actions"]:
            _act(action, rule, channel, member, text, hit)
            if action["type"] == BLOCK:
                words = action.get("metadata", {}).get("custom_message")
                blocked = words or "This message was blocked by AutoMod"
    if blocked:
        raise Blocked(blocked)


def _applies(rule: Json, channel: Channel, member: Member) -> bool:
    places = {str(channel.id), str(channel.parent.id) if channel.parent else ""}
    roles = {str(role.id) for role in member.roles}
    return rule["enabled"] and not places & set(rule["exempt_channels"]) and not roles & set(rule["exempt_roles"])


def _hit(rule: Json, text: str) -> tuple[str, str] | None:
    """(keyword, the words that matched) or None."""
    metadata = rule["trigger_metadata"]
    if rule["trigger_type"] == MENTION_SPAM:
        found = _MENTION.findall(text)
        return ("", " ".join(found)) if len(set(found)) > metadata["mention_total_limit"] else None
    if rule["trigger_type"] != KEYWORD:
        return None
    allowed = text
    for pattern in metadata.get("allow_list", ()):
        allowed = _keyword(pattern).sub(" ", allowed)
    for keyword in metadata.get("keyword_filter", ()):
        if match := _keyword(keyword).search(allowed):
            return keyword, match.group()
    for pattern in metadata.get("regex_patterns", ()):
        if match := re.search(pattern, allowed, re.IGNORECASE):
            return pattern, match.group()
    return None


def _keyword(keyword: str) -> re.Pattern[str]:
    """A whole word, unless an asterisk opens an end."""
    words = re.escape(keyword.strip("*"))
    before = "" if keyword.startswith("*") else r"(?<!\w)"
    after = "" if keyword.endswith("*") else r"(?!\w)"
    return re.compile(before + words + after, re.IGNORECASE)


def _act(action: Json, rule: Json, channel: Channel, member: Member, text: str, hit: tuple[str, str]) -> None:
    server = member.server
    alert_id = None
    if action["type"] == ALERT:
        alert_id = _alert(server, int(action["metadata"]["channel_id"]), rule, text)
    elif action["type"] == TIME_OUT:
        until = server.world.clock.now() + timedelta(seconds=action["metadata"]["duration_seconds"])
        membership.change(member, timed_out_until=until)
    logged = {BLOCK: AuditAction.AUTOMOD_BLOCKED, ALERT: AuditAction.AUTOMOD_FLAGGED}
    options = {
        "auto_moderation_rule_name": rule["name"],
        "auto_moderation_rule_trigger_type": str(rule["trigger_type"]),
        "channel_id": str(channel.id),
    }
    server.audit(logged.get(action["type"], AuditAction.AUTOMOD_TIMED_OUT), member.user, member.id, options=options)
    body: Json = {
        "action": action,
        "rule_id": rule["id"],
        "rule_trigger_type": rule["trigger_type"],
        "user_id": str(member.id),
        "channel_id": str(channel.id),
        "content": text,
        "matched_keyword": hit[0] or None,
        "matched_content": hit[1],
    }
    if alert_id is not None:
        body["alert_system_message_id"] = str(alert_id)
    events.automod_acted(server, body)


def _alert(server: Server, channel_id: int, rule: Json, text: str) -> int | None:
    channel = server.channels.get(channel_id)
    if channel is None:
        return None
    embed = {"type": "auto_moderation_message", "description": text, "fields": [], "author": {"name": rule["name"]}}
    draft = posting.Draft(embeds=[embed], kind=MessageKind.AUTOMOD_ALERT)
    return posting.post(channel, draft, server.world.webhook_user(None)).id
