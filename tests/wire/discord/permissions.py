"""Who may do what, worked out from roles and overwrites as Discord does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.discord.flags import EVERY_PERMISSION, WHILE_TIMED_OUT, ChannelKind, Permission
from tests.wire.discord.refusals import refuse

if TYPE_CHECKING:
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import Role, Server

NONE = Permission(0)
IN_PRIVATE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_POLLS
    | Permission.PIN_MESSAGES
)


def of_member(member: Member) -> Permission:
    """In the server as a whole; a timeout leaves only looking."""
    server = member.server
    if member.user is server.owner:
        return EVERY_PERMISSION
    total = server.everyone.permissions
    for role in member.roles:
        total |= role.permissions
    if Permission.ADMINISTRATOR in total:
        return EVERY_PERMISSION
    return total & WHILE_TIMED_OUT if member.is_timed_out else total


def permissions_in(channel: Channel, user: User) -> Permission:
    """In that channel. Without VIEW_CHANNEL there is nothing; a thread has its parent's."""
    if channel.server is None:
        return IN_PRIVATE if user in channel.recipients else NONE
    member = channel.server.members.get(user.id)
    if member is None:
        return NONE
    base = of_member(member)
    if base == EVERY_PERMISSION:
        return base
    if channel.kind is ChannelKind.PRIVATE_THREAD and not _in_thread(channel, member, base):
        return NONE
    place = channel.parent if channel.kind.is_thread and channel.parent else channel
    total = _with_overwrites(base, place, member)
    if Permission.VIEW_CHANNEL not in total:
        return NONE
    return total & WHILE_TIMED_OUT if member.is_timed_out else total


def _in_thread(thread: Channel, member: Member, base: Permission) -> bool:
    """A private thread shows itself to those in it and to those who manage threads."""
    inside = thread.thread is not None and member.id in thread.thread.member_ids
    return inside or Permission.MANAGE_THREADS in base


def _with_overwrites(base: Permission, channel: Channel, member: Member) -> Permission:
    """@everyone first, then all roles together, then the person."""
    overwrites = channel.overwrites
    total = base
    general = overwrites.get(member.server.everyone.id)
    if general is not None:
        total = (total & ~general.deny) | general.allow
    allow = deny = NONE
    for role in member.roles:
        if role.id in overwrites:
            allow |= overwrites[role.id].allow
            deny |= overwrites[role.id].deny
    total = (total & ~deny) | allow
    own = overwrites.get(member.id)
    return (total & ~own.deny) | own.allow if own else total


def top_role(member: Member) -> Role:
    return max((*member.roles, member.server.everyone), key=lambda role: (role.position, -role.id))


def outranks(actor: Member, target: Member) -> bool:
    """May `actor` act on `target` at all? The owner on everyone, nobody on the owner."""
    if target.user is target.server.owner:
        return False
    return actor.user is actor.server.owner or above(actor, top_role(target))


def above(actor: Member, role: Role) -> bool:
    """Is the actor's highest role strictly above that role?"""
    return actor.user is actor.server.owner or top_role(actor).position > role.position


def member_of(server: Server, user: User) -> Member:
    """The acting member; outside the server there is no access (50001)."""
    member = server.members.get(user.id)
    if member is None:
        raise refuse(50001)
    return member


def require_on(server: Server, user: User, needed: Permission = NONE) -> Member:
    """The acting member; 50001 from outside the server, 50013 when a right is missing."""
    member = member_of(server, user)
    if needed & ~of_member(member):
        raise refuse(50013)
    return member


def require_in(channel: Channel, user: User, needed: Permission = NONE) -> Permission:
    """What the user may there; 50001 when the channel is out of sight, 50013 when a right is missing."""
    held = permissions_in(channel, user)
    if Permission.VIEW_CHANNEL not in held:
        raise refuse(50001)
    if needed & ~held:
        raise refuse(50013)
    return held


def require_rank(actor: Member, target: Member) -> None:
    """50013 unless the actor stands above the target."""
    if not outranks(actor, target):
        raise refuse(50013)
