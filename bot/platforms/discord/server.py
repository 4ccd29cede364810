"""A server as it stands, freshly fetched, and what `/setup` wants to know of it. The questions are pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import discord
from discord import Permissions

from bot.platforms.discord import rights
from bot.platforms.discord.errors import asking

Json = Mapping[str, Any]
VIEW = Permissions(view_channel=True).value
SEND = Permissions(send_messages=True).value
HISTORY = Permissions(read_message_history=True).value
ROLE: Literal[0] = 0  # whom an overwrite is for
MEMBER: Literal[1] = 1
OURS = Permissions(view_channel=True, send_messages=True, attach_files=True, read_message_history=True).value


@dataclass(frozen=True, slots=True)
class Server:
    """The server, its channels, ourselves in it, its onboarding, the application's flags; all Discord's JSON."""

    guild: Json
    channels: Sequence[Json]
    me: Json
    onboarding: Json = field(default_factory=dict)
    flags: int = 0

    @property
    def everyone(self) -> str:
        """The id of the role that everybody has."""
        return str(self.guild["id"])

    def role(self, role_id: str) -> Json | None:
        """One of its roles."""
        return next((role for role in self.guild["roles"] if str(role["id"]) == role_id), None)

    def channel(self, channel_id: str) -> Json | None:
        """One of its channels."""
        return next((channel for channel in self.channels if str(channel["id"]) == channel_id), None)


async def fetched(client: discord.Client, guild_id: str, title: str) -> Server:
    """A server as it stands now."""
    assert client.user is not None
    with asking(where=title):
        guild: Any = await client.http.get_guild(int(guild_id), with_counts=False)
        channels: Any = await client.http.get_all_guild_channels(int(guild_id))
        me: Any = await client.http.get_member(int(guild_id), client.user.id)
        welcomed: Any = {}
        if "COMMUNITY" in guild.get("features", ()):
            welcomed = await client.http.get_guild_onboarding(int(guild_id))
    return Server(guild, channels, me, welcomed, client.application_flags.value)


def overwrite(channel: Json, target: str) -> tuple[int, int]:
    """What a channel allows and denies a role or member."""
    for one in channel.get("permission_overwrites") or ():
        if str(one["id"]) == target:
            return int(one["allow"]), int(one["deny"])
    return 0, 0


def lacking(server: Server) -> list[str]:
    """What our own roles lack of what we need; what @everyone gives does not count, since we take some of it away."""
    own = Permissions(0)
    for role in rights.roles_of(server.guild, server.me):
        if str(role["id"]) != server.everyone:
            own |= Permissions(int(role["permissions"]))
    if own.administrator or str(server.me["user"]["id"]) == str(server.guild["owner_id"]):
        return []
    return rights.missing(own)


def may_manage(server: Server) -> bool:
    """Whether we have the right “Manage Server”, which only Discord's own AutoMod asks for."""
    return rights.base_rights(server.guild, server.me).manage_guild


def outranks(server: Server, role_id: str) -> bool:
    """Whether our highest role stands above a role."""
    role = server.role(role_id)
    return role is None or rights.rank(server.guild, server.me)[0] > int(role["position"])


def is_welcome(server: Server, channel_id: str) -> bool:
    """Whether a channel is one that everybody sees and in which nobody but us writes."""
    channel = server.channel(channel_id)
    if channel is None:
        return False
    allow, deny = overwrite(channel, server.everyone)
    return bool(allow & VIEW and allow & HISTORY and deny & SEND) and is_open_to_us(server, channel)


def is_committees(server: Server, channel_id: str) -> bool:
    """Whether a channel is closed to everybody who is not let in by name."""
    channel = server.channel(channel_id)
    return (
        channel is not None and bool(overwrite(channel, server.everyone)[1] & VIEW) and is_open_to_us(server, channel)
    )


def is_open_to_us(server: Server, channel: Json) -> bool:
    """Whether we may read and write in a channel."""
    allowed = rights.channel_rights(server.guild, server.me, channel.get("permission_overwrites") or ())
    return allowed.view_channel and allowed.send_messages


def committee_is_let_in(server: Server, channel_id: str) -> bool:
    """Whether somebody besides us is let into the committee's channel."""
    channel = server.channel(channel_id)
    ours = {str(role) for role in server.me["roles"]} | {str(server.me["user"]["id"]), server.everyone}
    overwrites = (channel or {}).get("permission_overwrites") or ()
    return any(int(one["allow"]) & VIEW and str(one["id"]) not in ours for one in overwrites)


def open_channels(server: Server, welcome: str) -> list[Json]:
    """Channels besides the welcome channel that say themselves that everybody sees them."""
    others = [channel for channel in server.channels if str(channel["id"]) != welcome]
    return [channel for channel in others if overwrite(channel, server.everyone)[0] & VIEW]


def is_closed(server: Server, welcome: str, member_role: str) -> bool:
    """Whether the welcome channel is the only one that everybody sees, and the member role opens the rest."""
    everyone, member = server.role(server.everyone), server.role(member_role)
    if everyone is None or member is None or int(everyone["permissions"]) & VIEW:
        return False
    return bool(int(member["permissions"]) & VIEW) and not open_channels(server, welcome)


def roles_that_see(server: Server, member_role: str) -> list[str]:
    """Names of other roles whose holders see the channels without the member role. Bots' own roles do not count."""
    skipped = {server.everyone, member_role}
    found = [role for role in server.guild["roles"] if str(role["id"]) not in skipped and not role.get("managed")]
    return [
        str(role["name"]) for role in found if int(role["permissions"]) & (VIEW | Permissions(administrator=True).value)
    ]


def onboarding_gives(server: Server, member_role: str) -> bool:
    """Whether newcomers can pick the member role themselves in Discord's onboarding."""
    options = [option for prompt in server.onboarding.get("prompts") or () for option in prompt.get("options") or ()]
    given = {str(role) for option in options for role in option.get("role_ids") or ()}
    return bool(server.onboarding.get("enabled")) and member_role in given


def intents_are_on(server: Server) -> bool:
    """Whether the application has both privileged intents."""
    flags = discord.ApplicationFlags()
    flags.value = server.flags
    members = flags.gateway_guild_members or flags.gateway_guild_members_limited
    return members and (flags.gateway_message_content or flags.gateway_message_content_limited)
