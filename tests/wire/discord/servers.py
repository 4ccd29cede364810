"""Servers (guilds) with their roles, bans, invites and audit log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.wire.discord import events, layout, membership, posting
from tests.wire.discord.flags import MODERATION, ORDINARY, AuditAction, ChannelKind, Permission
from tests.wire.discord.people import REJOINED, Member
from tests.wire.discord.permissions import NONE
from tests.wire.discord.refusals import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tests.wire.discord.applications import Application
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.messages import Message
    from tests.wire.discord.people import User
    from tests.wire.discord.world import Discord


@dataclass(eq=False)
class Role:
    """A role; @everyone has the server's id and position 0."""

    server: Server = field(repr=False)
    id: int
    name: str
    permissions: Permission = NONE
    position: int = 1
    colour: int = 0
    hoist: bool = False
    mentionable: bool = False
    bot_id: int | None = None

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody who may not come back."""

    user: User
    reason: str


@dataclass(slots=True)
class Invite:
    """A way in. `roles` are given on joining; `user_ids` (when set) are the only ones who may use it."""

    code: str
    channel: Channel
    inviter: User
    made_at: datetime
    max_age: int
    max_uses: int
    uses: int = 0
    roles: Sequence[Role] = ()
    user_ids: frozenset[int] | None = None

    @property
    def expires_at(self) -> datetime | None:
        return self.made_at + timedelta(seconds=self.max_age) if self.max_age else None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit log; `reason` is what `X-Audit-Log-Reason` said."""

    id: int
    action: AuditAction
    by: User
    target_id: int | None
    reason: str
    at: datetime
    changes: Sequence[Json] = ()
    options: Json | None = None

    def json(self) -> Json:
        body: Json = {"id": str(self.id), "action_type": int(self.action), "user_id": str(self.by.id)}
        body["target_id"] = str(self.target_id) if self.target_id else None
        if self.changes:
            body["changes"] = list(self.changes)
        if self.options:
            body["options"] = self.options
        if self.reason:
            body["reason"] = self.reason
        return body


@dataclass(eq=False)
class Server:
    """A server and everything in it."""

    world: Discord = field(repr=False)
    id: int
    name: str
    owner: User
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    channels: dict[int, Channel] = field(default_factory=dict, repr=False)
    bans: dict[int, Ban] = field(default_factory=dict, repr=False)
    invites: dict[str, Invite] = field(default_factory=dict, repr=False)
    automod: dict[int, Json] = field(default_factory=dict, repr=False)
    audit_log: list[AuditEntry] = field(default_factory=list, repr=False)
    features: set[str] = field(default_factory=set)
    verification_level: int = 1
    mfa_level: int = 0
    system_channel: Channel | None = None
    _joined_before: set[int] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        self.roles[self.id] = Role(self, self.id, "@everyone", ORDINARY, position=0)
        self.members[self.owner.id] = Member(self, self.owner, self.world.clock.now())

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    def text(self, name: str) -> Channel:
        """The channel of that name."""
        return next(channel for channel in self.channels.values() if channel.name == name)

    def member(self, user: User) -> Member:
        return self.members[user.id]

    def channel(
        self,
        name: str,
        kind: ChannelKind = ChannelKind.TEXT,
        overwrites: Mapping[Role | Member | User, tuple[Permission, Permission]] | None = None,
        parent: Channel | None = None,
    ) -> Channel:
        """Make a channel. `overwrites`: whom → (allowed, denied)."""
        rows = [layout.overwrite_for(target, allow, deny) for target, (allow, deny) in (overwrites or {}).items()]
        return layout.make_channel(self, name, kind, rows, parent=parent)

    def role(
        self,
        name: str,
        permissions: Permission = NONE,
        below: Role | None = None,
        above: Role | None = None,
        mentionable: bool = False,
    ) -> Role:
        """Make a role: just above @everyone, or next to another."""
        position = below.position if below else above.position + 1 if above else 1
        return layout.make_role(self, name, permissions, position, mentionable=mentionable)

    async def install(
        self, application: Application, permissions: Permission = MODERATION, below: Role | None = None
    ) -> Member:
        """A bot joins with a managed role, at the top of the list or under another role."""
        position = below.position if below else max(role.position for role in self.roles.values()) + 1
        role = layout.make_role(self, application.user.name, permissions, position, bot_id=application.user.id)
        member = Member(self, application.user, self.world.clock.now(), [role])
        membership.arrive(self, member)
        self.world.gateway.introduce(self, application)
        return member

    async def uninstall(self, application: Application) -> None:
        """Throw the bot out."""
        membership.leave(self.members[application.user.id])
        events.server_left(self, application)

    async def join(
        self, user: User, pending: bool = False, roles: Sequence[Role] = (), invite: Invite | None = None
    ) -> Member:
        """Somebody comes in; 40007 when they are banned, 10006 when the invite is not for them."""
        if user.id in self.bans:
            raise refuse(40007)
        given = list(roles)
        if invite is not None:
            if invite.user_ids is not None and user.id not in invite.user_ids:
                raise refuse(10006)
            invite.uses += 1
            given += invite.roles
        flags = REJOINED if user.id in self._joined_before else 0
        self._joined_before.add(user.id)
        member = Member(self, user, self.world.clock.now(), given, pending=pending, flags=flags)
        return membership.arrive(self, member)

    async def give(self, member: Member, role: Role, by: Member | None = None) -> None:
        membership.set_roles(member, [*member.roles, role], self._human(by))

    async def take(self, member: Member, role: Role, by: Member | None = None) -> None:
        membership.set_roles(member, [each for each in member.roles if each is not role], self._human(by))

    async def kick(self, member: Member, by: Member | None = None, reason: str = "") -> None:
        membership.kick(member, self._human(by), reason)

    async def ban(self, user: User, by: Member | None = None, reason: str = "") -> None:
        membership.ban(self, user, self._human(by), reason)

    async def unban(self, user: User, by: Member | None = None) -> None:
        membership.unban(self, user, self._human(by))

    async def time_out(self, member: Member, seconds: float, by: Member | None = None) -> None:
        until = self.world.clock.now() + timedelta(seconds=seconds)
        membership.time_out(member, until, self._human(by))

    async def remove_channel(self, channel: Channel) -> None:
        layout.remove_channel(channel, self.owner)

    async def remove_role(self, role: Role) -> None:
        layout.remove_role(role, self.owner)

    async def permit(self, role: Role, permissions: Permission) -> None:
        """Give a role these rights and no others."""
        role.permissions = permissions
        events.role_told("GUILD_ROLE_UPDATE", role)

    async def purge(self, messages: Sequence[Message]) -> None:
        """Another bot of the server's takes messages of one channel away at once."""
        posting.remove(messages, in_bulk=True)

    def _human(self, by: Member | None) -> User:
        return by.user if by else self.owner

    def new_role(self, name: str, permissions: Permission, mentionable: bool, bot_id: int | None) -> Role:
        return Role(self, self.world.ids.next(), name, permissions, mentionable=mentionable, bot_id=bot_id)

    def new_ban(self, user: User, reason: str) -> Ban:
        return Ban(user, reason)

    def audit(
        self,
        action: AuditAction,
        by: User,
        target_id: int | None,
        reason: str = "",
        changes: Sequence[Json] = (),
        options: Json | None = None,
    ) -> None:
        """Write a line of the audit log and tell those who may read it."""
        now = self.world.clock.now()
        entry = AuditEntry(self.world.ids.next(), action, by, target_id, reason, now, changes, options)
        self.audit_log.append(entry)
        events.audited(self, entry)
