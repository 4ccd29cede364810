"""Servers: themselves, their channels and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire.discord import events, layout, payloads
from tests.wire.discord.channels import Overwrite
from tests.wire.discord.flags import EVERY_PERMISSION, AuditAction, ChannelKind, Permission
from tests.wire.discord.permissions import above, of_member, top_role
from tests.wire.discord.refusals import bad_choice, bad_form, missing, refuse
from tests.wire.discord.rest.asking import DONE, Ask, Reply, check_length, snowflake

if TYPE_CHECKING:
    from tests.wire.discord.components import Json
    from tests.wire.discord.servers import Role, Server

MAKEABLE = (ChannelKind.TEXT, ChannelKind.VOICE, ChannelKind.CATEGORY, ChannelKind.ANNOUNCEMENT, ChannelKind.FORUM)
ROLES = 250


def show(ask: Ask) -> Reply:
    server = ask.server()
    body = payloads.server_json(server)
    if ask.query.get("with_counts") in ("1", "true"):
        body |= {"approximate_member_count": len(server.members), "approximate_presence_count": 0}
    return 200, body


def change(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_GUILD)
    if "name" in ask.body:
        check_length(ask.body, "name", 2, 100)
        server.name = ask.body["name"]
    if "verification_level" in ask.body:
        server.verification_level = ask.body["verification_level"]
    if "system_channel_id" in ask.body:
        wanted = ask.body["system_channel_id"]
        server.system_channel = server.channels[int(wanted)] if wanted else None
    events.server_updated(server)
    return 200, payloads.server_json(server)


def channels(ask: Ask) -> Reply:
    server = ask.server()
    return 200, [payloads.channel_json(each) for each in server.channels.values() if not each.kind.is_thread]


def make_channel(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_CHANNELS)
    if not ask.body.get("name"):
        raise missing("name")
    check_length(ask.body, "name", 1, 100)
    kind = ask.body.get("type") or 0
    if kind not in MAKEABLE:
        raise bad_choice("type", tuple(int(each) for each in MAKEABLE))
    rows = [overwrite_of(each, server, ask) for each in ask.body.get("permission_overwrites") or ()]
    parent_id = ask.body.get("parent_id")
    parent = server.channels.get(snowflake(parent_id, "parent_id")) if parent_id else None
    if parent_id and (parent is None or parent.kind is not ChannelKind.CATEGORY):
        raise bad_form("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
    name = ask.body["name"] if kind in (ChannelKind.VOICE, ChannelKind.CATEGORY) else text_name(ask.body["name"])
    channel = layout.make_channel(server, name, ChannelKind(kind), rows, parent, ask.body.get("topic"))
    channel.nsfw, channel.slow_mode = bool(ask.body.get("nsfw")), ask.body.get("rate_limit_per_user") or 0
    server.audit(AuditAction.CHANNEL_CREATE, ask.bot, channel.id, ask.reason)
    return 201, payloads.channel_json(channel)


def text_name(name: str) -> str:
    """Text channels are named in small letters, with hyphens for spaces."""
    return "-".join(name.lower().split())


def overwrite_of(body: Json, server: Server, ask: Ask) -> Overwrite:
    """50013 when the bot gives or takes a right it has not itself."""
    allow, deny = Permission(int(body.get("allow") or 0)), Permission(int(body.get("deny") or 0))
    held = of_member(ask.me(server))
    if (allow | deny) & ~held & EVERY_PERMISSION:
        raise refuse(50013)
    kind = body.get("type", 0)
    if str(kind) not in ("0", "1"):
        raise bad_choice("type", (0, 1))
    target = snowflake(body.get("id"), "id")
    if str(kind) == "0" and target not in server.roles:
        raise refuse(10011)
    if str(kind) == "1" and target not in ask.world.users:
        raise refuse(10013)
    return Overwrite(target, str(kind) == "1", allow, deny)


def move_channels(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_CHANNELS)
    for row in ask.body:
        channel = server.channels.get(snowflake(row["id"], "id"))
        if channel is None:
            raise refuse(10003)
        if row.get("position") is not None:
            channel.position = row["position"]
        if "parent_id" in row:
            channel.parent = server.channels.get(int(row["parent_id"])) if row["parent_id"] else None
        layout.changed_channel(channel)
    return DONE


def roles(ask: Ask) -> Reply:
    return 200, [payloads.role_json(role) for role in ask.server().roles.values()]


def role(ask: Ask) -> Reply:
    return 200, payloads.role_json(ask.role(ask.server()))


def make_role(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_ROLES)
    if len(server.roles) >= ROLES:
        raise bad_form("name", "GUILD_ROLES_MAX", f"Maximum number of server roles reached ({ROLES})")
    body = ask.body or {}
    check_length(body, "name", 1, 100)
    given = body.get("permissions")
    permissions = server.everyone.permissions if given is None else Permission(int(given))
    _check_grant(ask, server, permissions)
    made = layout.make_role(
        server, body.get("name") or "new role", permissions, mentionable=bool(body.get("mentionable"))
    )
    _paint(made, body)
    server.audit(AuditAction.ROLE_CREATE, ask.bot, made.id, ask.reason)
    return 200, payloads.role_json(made)


def change_role(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_ROLES)
    found = ask.role(server)
    _check_above(ask, server, found)
    check_length(ask.body, "name", 1, 100)
    if ask.body.get("permissions") is not None:
        wanted = Permission(int(ask.body["permissions"]))
        _check_grant(ask, server, wanted & ~found.permissions)
        found.permissions = wanted
    if ask.body.get("name"):
        found.name = ask.body["name"]
    if ask.body.get("mentionable") is not None:
        found.mentionable = ask.body["mentionable"]
    _paint(found, ask.body)
    server.audit(AuditAction.ROLE_UPDATE, ask.bot, found.id, ask.reason)
    events.role_told("GUILD_ROLE_UPDATE", found)
    return 200, payloads.role_json(found)


def _paint(found: Role, body: Json) -> None:
    colours = body.get("colors") or {}
    colour: Any = colours.get("primary_color", body.get("color"))
    if colour is not None:
        found.colour = colour
    if body.get("hoist") is not None:
        found.hoist = body["hoist"]


def _check_grant(ask: Ask, server: Server, permissions: Permission) -> None:
    """Nobody gives a right they have not."""
    if permissions & ~of_member(ask.me(server)):
        raise refuse(50013)


def _check_above(ask: Ask, server: Server, found: Role) -> None:
    if not above(ask.me(server), found):
        raise refuse(50013)


def move_roles(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_ROLES)
    wanted = {}
    for row in ask.body:
        found = server.roles.get(snowflake(row["id"], "id"))
        if found is None:
            raise refuse(10011)
        position = row.get("position")
        if position is not None and position != found.position:
            _check_move(ask, server, found, position)
            wanted[found.id] = position
    layout.move_roles(server, wanted)
    return 200, [payloads.role_json(each) for each in server.roles.values()]


def _check_move(ask: Ask, server: Server, found: Role, position: int) -> None:
    """Neither a role above one's own, nor one's own or higher places."""
    me = ask.me(server)
    _check_above(ask, server, found)
    if found is server.everyone or (me.user is not server.owner and position >= top_role(me).position):
        raise refuse(50013)


def remove_role(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_ROLES)
    found = ask.role(server)
    _check_above(ask, server, found)
    if found.bot_id is not None or found is server.everyone:
        raise refuse(50028)
    layout.remove_role(found, ask.bot, ask.reason)
    return DONE


def audit_log(ask: Ask) -> Reply:
    server = ask.server(Permission.VIEW_AUDIT_LOG)
    user_id, target_id, before = ask.page("user_id"), ask.page("target_id"), ask.page("before")
    action = ask.query.get("action_type")
    rows = [
        entry
        for entry in reversed(server.audit_log)
        if (user_id is None or entry.by.id == user_id)
        and (target_id is None or entry.target_id == target_id)
        and (before is None or entry.id < before)
        and (action in (None, "0") or int(entry.action) == int(action or 0))
    ][: ask.number("limit", 50, 1, 100)]
    people = {entry.by.id: entry.by for entry in rows}
    empty = ("integrations", "webhooks", "guild_scheduled_events", "threads", "application_commands")
    body: Json = {name: [] for name in empty}
    body["auto_moderation_rules"] = list(server.automod.values())
    body["audit_log_entries"] = [entry.json() for entry in rows]
    body["users"] = [payloads.user_json(each) for each in people.values()]
    return 200, body
