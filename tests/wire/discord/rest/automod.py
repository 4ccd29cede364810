"""AutoMod's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.discord import events
from tests.wire.discord.automod import BLOCK, KEYWORD, MENTION_SPAM, PRESET, SPAM, TIME_OUT
from tests.wire.discord.flags import AuditAction, Permission
from tests.wire.discord.permissions import require_on
from tests.wire.discord.refusals import bad_choice, bad_form, bad_length, missing, refuse, too_long
from tests.wire.discord.rest.asking import DONE, Ask, Reply

if TYPE_CHECKING:
    from tests.wire.discord.components import Json
    from tests.wire.discord.servers import Server

MOST = {KEYWORD: 6, SPAM: 1, PRESET: 1, MENTION_SPAM: 1}
LISTS = {"keyword_filter": (1000, 60), "regex_patterns": (10, 260), "allow_list": (100, 60)}


def listing(ask: Ask) -> Reply:
    return 200, list(ask.server(Permission.MANAGE_GUILD).automod.values())


def show(ask: Ask) -> Reply:
    return 200, _rule(ask, ask.server(Permission.MANAGE_GUILD))


def _rule(ask: Ask, server: Server) -> Json:
    found = server.automod.get(ask.id("rule_id"))
    if found is None:
        raise refuse(10066)
    return found


def make(ask: Ask) -> Reply:
    server, body = ask.server(Permission.MANAGE_GUILD), ask.body
    for name in ("name", "event_type", "trigger_type", "actions"):
        if body.get(name) in (None, ""):
            raise missing(name)
    kind = body["trigger_type"]
    if kind not in MOST:
        raise bad_choice("trigger_type", tuple(MOST))
    if sum(1 for each in server.automod.values() if each["trigger_type"] == kind) >= MOST[kind]:
        message = "You have reached the maximum number of rules for this trigger type"
        raise bad_form("trigger_type", "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", message)
    _check(ask, server, kind, body)
    rule: Json = {
        "id": str(ask.world.ids.next()),
        "guild_id": str(server.id),
        "creator_id": str(ask.bot.id),
        "name": body["name"],
        "event_type": body["event_type"],
        "trigger_type": kind,
        "trigger_metadata": _metadata(kind, body.get("trigger_metadata") or {}),
        "actions": [_action(each) for each in body["actions"]],
        "enabled": bool(body.get("enabled")),
        "exempt_roles": [str(each) for each in body.get("exempt_roles") or ()],
        "exempt_channels": [str(each) for each in body.get("exempt_channels") or ()],
    }
    server.automod[int(rule["id"])] = rule
    server.audit(AuditAction.AUTOMOD_RULE_CREATE, ask.bot, int(rule["id"]), ask.reason)
    events.automod_rule_told("AUTO_MODERATION_RULE_CREATE", server, rule)
    return 200, rule


def change(ask: Ask) -> Reply:
    server, body = ask.server(Permission.MANAGE_GUILD), ask.body
    rule = _rule(ask, server)
    kind = rule["trigger_type"]
    _check(ask, server, kind, body)
    for name in ("name", "event_type", "enabled"):
        if body.get(name) is not None:
            rule[name] = body[name]
    for name in ("exempt_roles", "exempt_channels"):
        if body.get(name) is not None:
            rule[name] = [str(each) for each in body[name]]
    if body.get("trigger_metadata") is not None:
        rule["trigger_metadata"] = _metadata(kind, body["trigger_metadata"])
    if body.get("actions") is not None:
        rule["actions"] = [_action(each) for each in body["actions"]]
    server.audit(AuditAction.AUTOMOD_RULE_UPDATE, ask.bot, int(rule["id"]), ask.reason)
    events.automod_rule_told("AUTO_MODERATION_RULE_UPDATE", server, rule)
    return 200, rule


def remove(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_GUILD)
    rule = _rule(ask, server)
    del server.automod[int(rule["id"])]
    server.audit(AuditAction.AUTOMOD_RULE_DELETE, ask.bot, int(rule["id"]), ask.reason)
    events.automod_rule_told("AUTO_MODERATION_RULE_DELETE", server, rule)
    return DONE


def _check(ask: Ask, server: Server, kind: int, body: Json) -> None:
    metadata = body.get("trigger_metadata") or {}
    for name, (most, longest) in LISTS.items():
        words = metadata.get(name) or ()
        if len(words) > most:
            raise bad_length(f"trigger_metadata.{name}", 0, most)
        for at, word in enumerate(words):
            if len(word) > longest:
                raise too_long(f"trigger_metadata.{name}.{at}", longest)
    for name, most in (("exempt_roles", 20), ("exempt_channels", 50)):
        if len(body.get(name) or ()) > most:
            raise bad_length(name, 0, most)
    _check_actions(ask, server, kind, body)


def _check_actions(ask: Ask, server: Server, kind: int, body: Json) -> None:
    for at, action in enumerate(body.get("actions") or ()):
        words = (action.get("metadata") or {}).get("custom_message") or ""
        if len(words) > 150:
            raise too_long(f"actions.{at}.metadata.custom_message", 150)
        if action["type"] == TIME_OUT:
            require_on(server, ask.bot, Permission.MODERATE_MEMBERS)
            if kind not in (KEYWORD, MENTION_SPAM):
                raise bad_choice(f"actions.{at}.type", (1, 2))


def _metadata(kind: int, given: Json) -> Json:
    if kind == KEYWORD:
        return {name: list(given.get(name) or ()) for name in LISTS}
    if kind == PRESET:
        return {"presets": list(given.get("presets") or ()), "allow_list": list(given.get("allow_list") or ())}
    if kind == MENTION_SPAM:
        raid = bool(given.get("mention_raid_protection_enabled"))
        return {"mention_total_limit": given.get("mention_total_limit") or 0, "mention_raid_protection_enabled": raid}
    return {}


def _action(given: Json) -> Json:
    metadata = {key: value for key, value in (given.get("metadata") or {}).items() if value is not None}
    if "channel_id" in metadata:
        metadata["channel_id"] = str(metadata["channel_id"])
    return {"type": given["type"], "metadata": metadata if given["type"] != BLOCK or metadata else {}}
