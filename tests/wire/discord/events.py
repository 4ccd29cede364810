"""What the gateway tells, to whom, and under which intent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.wire.discord import payloads
from tests.wire.discord.clock import iso
from tests.wire.discord.flags import ChannelKind, Intent, Permission
from tests.wire.discord.message_payload import Reader, message_json
from tests.wire.discord.permissions import NONE, of_member, permissions_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.wire.discord.applications import Application
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.messages import Message
    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import AuditEntry, Ban, Invite, Role, Server


NO_INTENT = Intent(0)


@dataclass(frozen=True, slots=True)
class Notice:
    """One event before it is addressed. `data` makes the payload for one reader."""

    name: str
    data: Callable[[Reader], Json]
    intent: Intent = NO_INTENT
    server: Server | None = None
    channel: Channel | None = None
    needs: Permission = NONE
    only: Application | None = None
    own: User | None = None

    def concerns(self, application: Application, intents: Intent) -> bool:
        """Does a session of that application with those intents get it?"""
        if self.only is not None and self.only is not application:
            return False
        if self.intent & ~intents and self.own is not application.user:
            return False
        if self.channel is not None and not permissions_in(self.channel, application.user):
            return False
        if self.server is None:
            return True
        member = self.server.members.get(application.user.id)
        return member is not None and not self.needs & ~of_member(member)


def _in_server(server: Server, body: Json) -> Json:
    return {**body, "guild_id": str(server.id)}


def _tell(server: Server, name: str, body: Json, intent: Intent, needs: Permission = NONE) -> None:
    server.world.gateway.tell(Notice(name, lambda _: _in_server(server, body), intent, server, needs=needs))


def message_created(message: Message) -> None:
    if message.only_for is None:
        _message_told("MESSAGE_CREATE", message)


def message_updated(message: Message) -> None:
    if message.only_for is None:
        _message_told("MESSAGE_UPDATE", message)


def _message_told(name: str, message: Message) -> None:
    channel = message.channel
    intent = Intent.DIRECT_MESSAGES if channel.is_private else Intent.GUILD_MESSAGES
    notice = Notice(name, lambda reader: _message_body(message, reader), intent, channel.server, channel)
    channel.world.gateway.tell(notice)


def _message_body(message: Message, reader: Reader) -> Json:
    body = message_json(message, reader)
    server = message.channel.server
    if server is None:
        return {**body, "channel_type": int(ChannelKind.DM)}
    member = server.members.get(message.author.id)
    if member is not None and message.webhook is None:
        body["member"] = payloads.member_json(member, with_user=False)
    for mentioned in body["mentions"]:
        present = server.members.get(int(mentioned["id"]))
        if present:
            mentioned["member"] = payloads.member_json(present, with_user=False)
    return {**_in_server(server, body), "channel_type": int(message.channel.kind)}


def messages_deleted(messages: Sequence[Message], in_bulk: bool) -> None:
    told = [message for message in messages if message.only_for is None]
    if not told:
        return
    channel = told[0].channel
    body: Json = {"channel_id": str(channel.id)}
    if channel.server is not None:
        body["guild_id"] = str(channel.server.id)
    intent = Intent.DIRECT_MESSAGES if channel.is_private else Intent.GUILD_MESSAGES
    if in_bulk:
        ids = [str(message.id) for message in told]
        rows = [("MESSAGE_DELETE_BULK", {**body, "ids": ids})]
    else:
        rows = [("MESSAGE_DELETE", {**body, "id": str(message.id)}) for message in told]
    for name, data in rows:
        _body_told(name, data, channel, intent)


def _body_told(name: str, body: Json, channel: Channel, intent: Intent) -> None:
    channel.world.gateway.tell(Notice(name, lambda _: body, intent, channel.server, channel))


def pins_updated(channel: Channel) -> None:
    body: Json = {"channel_id": str(channel.id), "last_pin_timestamp": iso(channel.last_pin_at)}
    if channel.server is not None:
        body["guild_id"] = str(channel.server.id)
    intent = Intent.DIRECT_MESSAGES if channel.is_private else Intent.GUILDS
    notice = Notice("CHANNEL_PINS_UPDATE", lambda _: body, intent, channel.server, channel)
    channel.world.gateway.tell(notice)


def member_joined(member: Member) -> None:
    _tell(member.server, "GUILD_MEMBER_ADD", payloads.member_json(member), Intent.GUILD_MEMBERS)


def member_updated(member: Member) -> None:
    """A bot hears of changes to itself without the intent."""
    server = member.server
    body = _in_server(server, payloads.member_json(member))
    notice = Notice("GUILD_MEMBER_UPDATE", lambda _: body, Intent.GUILD_MEMBERS, server, own=member.user)
    server.world.gateway.tell(notice)


def member_left(member: Member) -> None:
    body = {"user": payloads.user_json(member.user)}
    _tell(member.server, "GUILD_MEMBER_REMOVE", body, Intent.GUILD_MEMBERS)


def banned(server: Server, ban: Ban) -> None:
    _ban_told("GUILD_BAN_ADD", server, ban)


def unbanned(server: Server, ban: Ban) -> None:
    _ban_told("GUILD_BAN_REMOVE", server, ban)


def _ban_told(name: str, server: Server, ban: Ban) -> None:
    _tell(server, name, {"user": payloads.user_json(ban.user)}, Intent.GUILD_MODERATION)


def role_told(name: str, role: Role) -> None:
    """`name`: GUILD_ROLE_CREATE or GUILD_ROLE_UPDATE."""
    _tell(role.server, name, {"role": payloads.role_json(role)}, Intent.GUILDS)


def role_deleted(role: Role) -> None:
    _tell(role.server, "GUILD_ROLE_DELETE", {"role_id": str(role.id)}, Intent.GUILDS)


def channel_told(name: str, channel: Channel) -> None:
    """`name`: CHANNEL_ or THREAD_ with CREATE, UPDATE or DELETE."""
    if channel.server is not None:
        _tell(channel.server, name, payloads.channel_json(channel), Intent.GUILDS)


def server_updated(server: Server) -> None:
    body = payloads.server_json(server)
    server.world.gateway.tell(Notice("GUILD_UPDATE", lambda _: body, Intent.GUILDS, server))


def server_left(server: Server, application: Application) -> None:
    body = {"id": str(server.id)}
    server.world.gateway.tell(Notice("GUILD_DELETE", lambda _: body, Intent.GUILDS, only=application))


def invite_made(server: Server, invite: Invite) -> None:
    body = payloads.invite_json(invite)
    told = {key: body[key] for key in ("code", "inviter", "max_age", "max_uses", "temporary", "uses", "created_at")}
    told["channel_id"] = body["channel"]["id"]
    _tell(server, "INVITE_CREATE", told, Intent.GUILD_INVITES, Permission.MANAGE_CHANNELS)


def audited(server: Server, entry: AuditEntry) -> None:
    _tell(server, "GUILD_AUDIT_LOG_ENTRY_CREATE", entry.json(), Intent.GUILD_MODERATION, Permission.VIEW_AUDIT_LOG)


def automod_rule_told(name: str, server: Server, body: Json) -> None:
    _tell(server, name, body, Intent.AUTO_MODERATION_CONFIGURATION, Permission.MANAGE_GUILD)


def automod_acted(server: Server, body: Json) -> None:
    _tell(server, "AUTO_MODERATION_ACTION_EXECUTION", body, Intent.AUTO_MODERATION_EXECUTION, Permission.MANAGE_GUILD)


def typing_started(channel: Channel, user: User) -> None:
    body: Json = {"channel_id": str(channel.id), "user_id": str(user.id)}
    body["timestamp"] = int(channel.world.clock.now().timestamp())
    if channel.server is not None:
        body["guild_id"] = str(channel.server.id)
    intent = Intent.DIRECT_MESSAGE_TYPING if channel.is_private else Intent.GUILD_MESSAGE_TYPING
    channel.world.gateway.tell(Notice("TYPING_START", lambda _: body, intent, channel.server, channel))


def interaction_made(application: Application, body: Json) -> None:
    application.world.gateway.tell(Notice("INTERACTION_CREATE", lambda _: body, only=application))
