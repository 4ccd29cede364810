"""Channels: themselves, who sees them, invites and threads."""

from __future__ import annotations

import csv
import io
import secrets
from typing import TYPE_CHECKING

from tests.wire.discord import events, layout, payloads, posting
from tests.wire.discord.flags import AuditAction, ChannelKind, Permission
from tests.wire.discord.message_rules import draft_of, may_speak
from tests.wire.discord.permissions import above, permissions_in, require_in
from tests.wire.discord.refusals import bad_choice, bad_form, missing, refuse
from tests.wire.discord.rest.asking import DONE, Ask, Reply, check_length, snowflake
from tests.wire.discord.rest.servers import overwrite_of, text_name
from tests.wire.discord.servers import Invite

if TYPE_CHECKING:
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.servers import Role, Server

ARCHIVE_AFTER = (60, 1440, 4320, 10080)


def show(ask: Ask) -> Reply:
    return 200, payloads.channel_json(ask.channel())


def change(ask: Ask) -> Reply:
    channel = ask.channel()
    if channel.server is None:
        raise refuse(50003)
    return _change_thread(ask, channel) if channel.thread else _change_place(ask, channel, channel.server)


def _change_place(ask: Ask, channel: Channel, server: Server) -> Reply:
    require_in(channel, ask.bot, Permission.MANAGE_CHANNELS)
    body = ask.body
    check_length(body, "name", 1, 100)
    if body.get("permission_overwrites") is not None:
        require_in(channel, ask.bot, Permission.MANAGE_ROLES)
        rows = [overwrite_of(each, server, ask) for each in body["permission_overwrites"]]
        channel.overwrites = {each.target_id: each for each in rows}
    if body.get("name"):
        channel.name = body["name"] if channel.kind is ChannelKind.CATEGORY else text_name(body["name"])
    if "topic" in body:
        channel.topic = body["topic"]
    if body.get("position") is not None:
        channel.position = body["position"]
    if body.get("nsfw") is not None:
        channel.nsfw = body["nsfw"]
    if body.get("rate_limit_per_user") is not None:
        channel.slow_mode = body["rate_limit_per_user"]
    if "parent_id" in body:
        channel.parent = server.channels.get(int(body["parent_id"])) if body["parent_id"] else None
    server.audit(AuditAction.CHANNEL_UPDATE, ask.bot, channel.id, ask.reason)
    layout.changed_channel(channel)
    return 200, payloads.channel_json(channel)


def _change_thread(ask: Ask, channel: Channel) -> Reply:
    state = channel.thread
    if state is None:
        raise refuse(10003)
    owns = state.owner_id == ask.bot.id and set(ask.body) <= {"name", "archived", "auto_archive_duration"}
    require_in(channel, ask.bot, Permission(0) if owns else Permission.MANAGE_THREADS)
    check_length(ask.body, "name", 1, 100)
    channel.name = ask.body.get("name") or channel.name
    for name in ("archived", "locked"):
        if ask.body.get(name) is not None:
            setattr(state, name, ask.body[name])
    state.changed_at = ask.world.clock.now()
    layout.changed_channel(channel)
    return 200, payloads.channel_json(channel)


def remove(ask: Ask) -> Reply:
    channel = ask.channel()
    body = payloads.channel_json(channel)
    if channel.server is None:
        return 200, body
    require_in(channel, ask.bot, Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS)
    layout.remove_channel(channel, ask.bot, ask.reason)
    return 200, body


def set_overwrite(ask: Ask) -> Reply:
    channel = ask.channel(Permission.MANAGE_ROLES)
    if channel.server is None or channel.thread:
        raise refuse(50003)
    body = {**ask.body, "id": ask.args["overwrite_id"]}
    layout.set_overwrite(channel, overwrite_of(body, channel.server, ask), ask.bot, ask.reason)
    return DONE


def remove_overwrite(ask: Ask) -> Reply:
    channel = ask.channel(Permission.MANAGE_ROLES)
    if ask.id("overwrite_id") not in channel.overwrites:
        raise refuse(10009)
    layout.remove_overwrite(channel, ask.id("overwrite_id"), ask.bot, ask.reason)
    return DONE


# ── invites


def make_invite(ask: Ask) -> Reply:
    """`role_ids` are given on joining; a CSV of `user_id`s says who alone may join."""
    channel = ask.channel(Permission.CREATE_INSTANT_INVITE)
    if channel.server is None:
        raise refuse(50003)
    body = ask.body or {}
    max_age, max_uses = body.get("max_age"), int(body.get("max_uses") or 0)
    invite = Invite(
        code=secrets.token_urlsafe(6),
        channel=channel,
        inviter=ask.bot,
        made_at=ask.world.clock.now(),
        max_age=86_400 if max_age is None else int(max_age),
        max_uses=max_uses,
        roles=_invite_roles(ask, channel.server, body),
        user_ids=_targets(ask),
    )
    channel.server.invites[invite.code] = invite
    channel.server.audit(AuditAction.INVITE_CREATE, ask.bot, None, ask.reason)
    events.invite_made(channel.server, invite)
    return 200, payloads.invite_json(invite)


def _invite_roles(ask: Ask, server: Server, body: Json) -> list[Role]:
    roles = []
    for each in body.get("role_ids") or ():
        role = server.roles.get(snowflake(each, "role_ids"))
        if role is None:
            raise refuse(10011)
        require_in(ask.channel(), ask.bot, Permission.MANAGE_ROLES)
        if not above(ask.me(server), role):
            raise refuse(50013)
        roles.append(role)
    return roles


def _targets(ask: Ask) -> frozenset[int] | None:
    data = ask.others.get("target_users_file")
    if data is None:
        return None
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    if not rows or "user_id" not in rows[0]:
        raise bad_form("target_users_file", "INVALID_CSV", "A CSV with the header user_id is needed.")
    return frozenset(int(row["user_id"]) for row in rows)


def _invite(ask: Ask) -> Invite:
    for server in ask.world.servers.values():
        if ask.args["code"] in server.invites:
            return server.invites[ask.args["code"]]
    raise refuse(10006)


def show_invite(ask: Ask) -> Reply:
    body = payloads.invite_json(_invite(ask))
    shown = {
        key: value
        for key, value in body.items()
        if key not in ("max_age", "created_at", "uses", "max_uses", "temporary")
    }
    return 200, shown


def remove_invite(ask: Ask) -> Reply:
    invite = _invite(ask)
    require_in(invite.channel, ask.bot, Permission.MANAGE_CHANNELS)
    if invite.channel.server is not None:
        del invite.channel.server.invites[invite.code]
    return 200, payloads.invite_json(invite)


def server_invites(ask: Ask) -> Reply:
    server = ask.server(Permission.MANAGE_GUILD)
    return 200, [payloads.invite_json(each) for each in server.invites.values()]


def channel_invites(ask: Ask) -> Reply:
    channel = ask.channel(Permission.MANAGE_CHANNELS)
    found = channel.server.invites.values() if channel.server else ()
    return 200, [payloads.invite_json(each) for each in found if each.channel is channel]


# ── threads


def start_thread(ask: Ask) -> Reply:
    """In a forum the body carries the first message too."""
    channel = ask.channel()
    if not ask.body.get("name"):
        raise missing("name")
    check_length(ask.body, "name", 1, 100)
    minutes = ask.body.get("auto_archive_duration") or 1440
    if minutes not in ARCHIVE_AFTER:
        raise bad_choice("auto_archive_duration", ARCHIVE_AFTER)
    if channel.kind is ChannelKind.FORUM:
        return _post_in_forum(ask, channel, minutes)
    kind = ChannelKind(ask.body.get("type") or ChannelKind.PRIVATE_THREAD)
    private = kind is ChannelKind.PRIVATE_THREAD
    require_in(channel, ask.bot, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS)
    thread = layout.start_thread(channel, ask.body["name"], ask.bot, kind, minutes)
    return 201, {**payloads.thread_json(thread), "member": payloads.thread_member_json(thread, ask.bot.id)}


def _post_in_forum(ask: Ask, channel: Channel, minutes: int) -> Reply:
    require_in(channel, ask.bot, Permission.SEND_MESSAGES)
    if "message" not in ask.body:
        raise missing("message")
    draft = draft_of(ask.body["message"], ask.uploads, channel, "message")
    thread = layout.start_thread(channel, ask.body["name"], ask.bot, ChannelKind.PUBLIC_THREAD, minutes)
    first = posting.post(thread, draft, ask.bot)
    member = payloads.thread_member_json(thread, ask.bot.id)
    return 201, {**payloads.thread_json(thread), "member": member, "message": ask.shown(first)}


def start_thread_from(ask: Ask) -> Reply:
    channel = ask.channel(Permission.CREATE_PUBLIC_THREADS)
    message = ask.message(channel)
    check_length(ask.body, "name", 1, 100)
    if message.thread is not None:
        raise bad_form("message_id", "THREAD_ALREADY_CREATED", "A thread has already been created for this message")
    thread = layout.start_thread_from(message, ask.body["name"], ask.bot)
    return 201, {**payloads.thread_json(thread), "member": payloads.thread_member_json(thread, ask.bot.id)}


def join_thread(ask: Ask) -> Reply:
    thread = ask.channel()
    if thread.thread is None:
        raise refuse(10003)
    thread.thread.member_ids.add(ask.bot.id)
    return DONE


def leave_thread(ask: Ask) -> Reply:
    thread = ask.channel()
    if thread.thread is None:
        raise refuse(10003)
    thread.thread.member_ids.discard(ask.bot.id)
    return DONE


def add_to_thread(ask: Ask) -> Reply:
    thread = ask.channel()
    user = ask.user()
    if thread.thread is None:
        raise refuse(10003)
    may_speak(thread, ask.bot)
    thread.thread.member_ids.add(user.id)
    return DONE


def active_threads(ask: Ask) -> Reply:
    server = ask.server()
    threads = [each for each in server.channels.values() if each.thread and not each.thread.archived]
    return 200, _threads(ask, threads)


def archived_threads(ask: Ask) -> Reply:
    channel = ask.channel(Permission.READ_MESSAGE_HISTORY)
    everything = channel.server.channels.values() if channel.server else ()
    found = [each for each in everything if each.parent is channel and each.thread and each.thread.archived]
    return 200, _threads(ask, [each for each in found if each.kind is ChannelKind.PUBLIC_THREAD])


def _threads(ask: Ask, threads: list[Channel]) -> Json:
    seen = [each for each in threads if Permission.VIEW_CHANNEL in permissions_in(each, ask.bot)]
    mine = [each for each in seen if each.thread and ask.bot.id in each.thread.member_ids]
    return {
        "threads": [payloads.thread_json(each) for each in seen],
        "members": [payloads.thread_member_json(each, ask.bot.id) for each in mine],
        "has_more": False,
    }
