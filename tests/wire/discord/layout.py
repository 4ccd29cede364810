"""Making, changing and removing channels, threads and roles. Rights are checked by those who call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.discord import events, posting
from tests.wire.discord.channels import Channel, Overwrite, ThreadState
from tests.wire.discord.flags import AuditAction, ChannelKind, MessageFlag, MessageKind, Permission
from tests.wire.discord.messages import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.wire.discord.messages import Message
    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import Role, Server


def overwrite_for(target: Role | Member | User, allow: Permission, deny: Permission) -> Overwrite:
    is_member = not hasattr(target, "permissions")
    return Overwrite(target.id, is_member, Permission(allow), Permission(deny))


def make_channel(
    server: Server,
    name: str,
    kind: ChannelKind,
    overwrites: Iterable[Overwrite] = (),
    parent: Channel | None = None,
    topic: str | None = None,
) -> Channel:
    """A channel at the end of the list; without overwrites of its own it takes its category's."""
    world = server.world
    position = sum(1 for each in server.channels.values() if not each.kind.is_thread)
    rows = {each.target_id: each for each in overwrites}
    if not rows and parent is not None:
        rows = dict(parent.overwrites)
    channel = Channel(world, world.ids.next(), name, kind, server, topic, position, parent, overwrites=rows)
    _keep(channel)
    events.channel_told("CHANNEL_CREATE", channel)
    return channel


def _keep(channel: Channel) -> None:
    channel.world.channels[channel.id] = channel
    if channel.server is not None:
        channel.server.channels[channel.id] = channel


def remove_channel(channel: Channel, by: User, reason: str = "") -> None:
    """With its threads and all that was said there."""
    for thread in [each for each in channel.world.channels.values() if each.parent is channel and each.kind.is_thread]:
        remove_channel(thread, by)
    for message in channel.messages:
        message.deleted = True
        for attachment in message.attachments:
            attachment.removed = True
    del channel.world.channels[channel.id]
    if channel.server is None:
        return
    del channel.server.channels[channel.id]
    channel.server.audit(AuditAction.CHANNEL_DELETE, by, channel.id, reason)
    events.channel_told("THREAD_DELETE" if channel.kind.is_thread else "CHANNEL_DELETE", channel)


def changed_channel(channel: Channel) -> None:
    events.channel_told("THREAD_UPDATE" if channel.kind.is_thread else "CHANNEL_UPDATE", channel)


def start_thread(parent: Channel, name: str, owner: User, kind: ChannelKind, minutes: int = 1440) -> Channel:
    """A thread under a text channel, or a post in a forum."""
    world = parent.world
    state = ThreadState(owner.id, minutes, changed_at=world.clock.now(), member_ids={owner.id})
    thread = Channel(world, world.ids.next(), name, kind, parent.server, parent=parent, thread=state)
    _keep(thread)
    events.channel_told("THREAD_CREATE", thread)
    if parent.kind is not ChannelKind.FORUM and kind is ChannelKind.PUBLIC_THREAD:
        guild_id = parent.server.id if parent.server else None
        reference = Reference(thread.id, thread.id, guild_id)
        posting.post(parent, posting.Draft(name, kind=MessageKind.THREAD_CREATED, reference=reference), owner)
    return thread


def start_thread_from(message: Message, name: str, owner: User, minutes: int = 1440) -> Channel:
    """A thread that hangs on a message has that message's id."""
    parent = message.channel
    world = parent.world
    state = ThreadState(owner.id, minutes, changed_at=world.clock.now(), member_ids={owner.id})
    thread = Channel(world, message.id, name, ChannelKind.PUBLIC_THREAD, parent.server, parent=parent, thread=state)
    message.thread = thread
    message.flags |= MessageFlag.HAS_THREAD
    _keep(thread)
    events.channel_told("THREAD_CREATE", thread)
    events.message_updated(message)
    return thread


def make_role(
    server: Server,
    name: str,
    permissions: Permission,
    position: int = 1,
    mentionable: bool = False,
    bot_id: int | None = None,
) -> Role:
    """A role begins just above @everyone, all others moving up, and is then moved to `position`."""
    for other in server.roles.values():
        if other is not server.everyone:
            other.position += 1
    role = server.new_role(name, permissions, mentionable, bot_id)
    server.roles[role.id] = role
    events.role_told("GUILD_ROLE_CREATE", role)
    if position > 1:
        move_roles(server, {role.id: position})
    return role


def remove_role(role: Role, by: User, reason: str = "") -> None:
    """Nobody has it any longer."""
    server = role.server
    del server.roles[role.id]
    for member in server.members.values():
        if role in member.roles:
            member.roles.remove(role)
    for other in server.roles.values():
        if other.position > role.position:
            other.position -= 1
    server.audit(AuditAction.ROLE_DELETE, by, role.id, reason)
    events.role_deleted(role)


def move_roles(server: Server, wanted: Mapping[int, int]) -> None:
    """Roles by id to places in the order; the others close up. Those whose place changed are told of."""

    def place(role: Role) -> tuple[float, int]:
        to = wanted.get(role.id, role.position)
        return to + 0.5 * ((to > role.position) - (to < role.position)), role.position

    others = [role for role in server.roles.values() if role is not server.everyone]
    for at, role in enumerate(sorted(others, key=place), start=1):
        if role.position != at:
            role.position = at
            events.role_told("GUILD_ROLE_UPDATE", role)


def set_overwrite(channel: Channel, overwrite: Overwrite, by: User, reason: str = "") -> None:
    """Add one, or replace the one for the same role or person."""
    existed = overwrite.target_id in channel.overwrites
    channel.overwrites[overwrite.target_id] = overwrite
    action = AuditAction.OVERWRITE_UPDATE if existed else AuditAction.OVERWRITE_CREATE
    _overwrite_changed(channel, overwrite, action, by, reason)


def remove_overwrite(channel: Channel, target_id: int, by: User, reason: str = "") -> None:
    """The role or person is back to what the server as a whole allows."""
    gone = channel.overwrites.pop(target_id)
    _overwrite_changed(channel, gone, AuditAction.OVERWRITE_DELETE, by, reason)


def _overwrite_changed(channel: Channel, overwrite: Overwrite, action: AuditAction, by: User, reason: str) -> None:
    options = {"id": str(overwrite.target_id), "type": str(int(overwrite.is_member))}
    if channel.server is not None:
        role = channel.server.roles.get(overwrite.target_id)
        named = {"role_name": role.name} if role else {}
        channel.server.audit(action, by, channel.id, reason, options={**options, **named})
    changed_channel(channel)
