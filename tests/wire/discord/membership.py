"""Coming, going, and what is done to members. Rights are checked by those who call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.wire.discord import events, posting
from tests.wire.discord.flags import AuditAction, MessageKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import Role, Server


def arrive(server: Server, member: Member) -> Member:
    """Enter; the server's join notice is posted where it has a place for it."""
    server.members[member.id] = member
    events.member_joined(member)
    if server.system_channel is not None and not member.user.bot:
        posting.post(server.system_channel, posting.Draft(kind=MessageKind.JOINED), member.user)
    return member


def leave(member: Member) -> None:
    del member.server.members[member.id]
    member.present = False
    events.member_left(member)


def kick(member: Member, by: User, reason: str = "") -> None:
    member.server.audit(AuditAction.MEMBER_KICK, by, member.id, reason)
    leave(member)


def ban(server: Server, user: User, by: User, reason: str = "", purge: timedelta = timedelta()) -> None:
    """Ban, present or not; `purge` is how far back their messages go as well."""
    found = server.bans[user.id] = server.new_ban(user, reason)
    server.audit(AuditAction.MEMBER_BAN_ADD, by, user.id, reason)
    if user.id in server.members:
        leave(server.members[user.id])
    events.banned(server, found)
    if purge:
        _purge(server, user, server.world.clock.now() - purge)


def _purge(server: Server, user: User, since: datetime) -> None:
    for channel in server.channels.values():
        told = [one for one in channel.messages if one.author is user and one.said_at >= since]
        if told:
            posting.remove(told, in_bulk=len(told) > 1)


def unban(server: Server, user: User, by: User, reason: str = "") -> None:
    found = server.bans.pop(user.id)
    server.audit(AuditAction.MEMBER_BAN_REMOVE, by, user.id, reason)
    events.unbanned(server, found)


def change(member: Member, **fields: object) -> None:
    """Set `nick`, `roles`, `timed_out_until`, `pending` or `flags`, and tell."""
    for name, value in fields.items():
        setattr(member, name, value)
    events.member_updated(member)


def set_roles(member: Member, roles: Sequence[Role], by: User, reason: str = "") -> None:
    if {role.id for role in roles} == {role.id for role in member.roles}:
        return
    member.server.audit(AuditAction.MEMBER_ROLE_UPDATE, by, member.id, reason)
    change(member, roles=list(roles))


def time_out(member: Member, until: datetime | None, by: User, reason: str = "") -> None:
    changes = [{"key": "communication_disabled_until", "new_value": until.isoformat() if until else None}]
    member.server.audit(AuditAction.MEMBER_UPDATE, by, member.id, reason, changes=changes)
    change(member, timed_out_until=until)
