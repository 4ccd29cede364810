"""People, roles, places and servers as Discord writes them in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.discord.clock import iso, moment_of
from tests.wire.discord.flags import ChannelKind
from tests.wire.discord.permissions import of_member

if TYPE_CHECKING:
    from tests.wire.discord.channels import Channel, Overwrite
    from tests.wire.discord.components import Json
    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import Ban, Invite, Role, Server


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.username,
        "avatar": None,
        "discriminator": user.discriminator,
        "public_flags": 0,
        "flags": 0,
        "banner": None,
        "accent_color": None,
        "global_name": None if user.bot else user.name,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        **({"bot": True} if user.bot else {}),
    }


def own_user_json(user: User) -> Json:
    """`/users/@me`."""
    return {**user_json(user), "mfa_enabled": False, "locale": "en-GB", "verified": True, "email": None}


def member_json(member: Member, with_user: bool = True) -> Json:
    body = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": iso(member.timed_out_until),
        "flags": member.flags,
        "joined_at": iso(member.joined_at),
        "nick": member.nick,
        "pending": member.pending,
        "premium_since": None,
        "roles": [str(role.id) for role in member.roles],
        "mute": False,
        "deaf": False,
    }
    return {**body, "user": user_json(member.user)} if with_user else body


def role_json(role: Role) -> Json:
    tags = {"tags": {"bot_id": str(role.bot_id)}} if role.bot_id else {}
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": role.colour,
        "colors": {"primary_color": role.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": role.hoist,
        "managed": role.bot_id is not None,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
        **tags,
    }


def overwrite_json(overwrite: Overwrite) -> Json:
    return {
        "id": str(overwrite.target_id),
        "type": int(overwrite.is_member),
        "allow": str(int(overwrite.allow)),
        "deny": str(int(overwrite.deny)),
    }


def channel_json(channel: Channel) -> Json:
    """Any kind of place."""
    if channel.is_private:
        return _private_json(channel)
    return thread_json(channel) if channel.kind.is_thread else _guild_channel_json(channel)


def _place_json(channel: Channel) -> Json:
    return {
        "id": str(channel.id),
        "type": int(channel.kind),
        "flags": 0,
        "last_message_id": str(channel.last_message_id) if channel.last_message_id else None,
        "last_pin_timestamp": iso(channel.last_pin_at),
    }


def _private_json(channel: Channel) -> Json:
    humans = [user_json(user) for user in channel.recipients if not user.bot]
    return {**_place_json(channel), "recipients": humans}


def _guild_channel_json(channel: Channel) -> Json:
    body = {
        **_place_json(channel),
        "guild_id": str(channel.server.id) if channel.server else None,
        "name": channel.name,
        "parent_id": str(channel.parent.id) if channel.parent else None,
        "position": channel.position,
        "permission_overwrites": [overwrite_json(each) for each in channel.overwrites.values()],
        "nsfw": channel.nsfw,
        "rate_limit_per_user": channel.slow_mode,
    }
    if channel.kind in (ChannelKind.VOICE, ChannelKind.STAGE):
        return {**body, "bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if channel.kind is ChannelKind.FORUM:
        forum: Json = {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
        return {**body, **forum, "topic": channel.topic}
    return {**body, "topic": channel.topic}


def thread_json(channel: Channel) -> Json:
    state = channel.thread
    if state is None or channel.server is None:
        raise ValueError(f"{channel.name} is no thread")
    return {
        **_place_json(channel),
        "guild_id": str(channel.server.id),
        "name": channel.name,
        "parent_id": str(channel.parent.id) if channel.parent else None,
        "rate_limit_per_user": channel.slow_mode,
        "owner_id": str(state.owner_id),
        "thread_metadata": {
            "archived": state.archived,
            "archive_timestamp": iso(state.changed_at or moment_of(channel.id)),
            "auto_archive_duration": state.auto_archive_minutes,
            "locked": state.locked,
            "create_timestamp": iso(moment_of(channel.id)),
        },
        "message_count": len(channel.messages),
        "member_count": min(len(state.member_ids), 50),
        "total_message_sent": state.total_sent,
    }


def thread_member_json(channel: Channel, user_id: int) -> Json:
    joined = iso(moment_of(channel.id))
    return {"id": str(channel.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


def server_json(server: Server) -> Json:
    """A server as REST gives it."""
    return {
        "id": str(server.id),
        "name": server.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": sorted(server.features),
        "banner": None,
        "owner_id": str(server.owner.id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": str(server.system_channel.id) if server.system_channel else None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": server.verification_level,
        "roles": [role_json(role) for role in server.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": server.mfa_level,
        "explicit_content_filter": 2,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-GB",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def my_server_json(server: Server, member: Member) -> Json:
    """A row of `/users/@me/guilds`."""
    body = {
        key: value for key, value in server_json(server).items() if key in ("id", "name", "icon", "banner", "features")
    }
    permissions = str(int(of_member(member)))
    return {**body, "owner": member.user is server.owner, "permissions": permissions}


def ban_json(ban: Ban) -> Json:
    return {"user": user_json(ban.user), "reason": ban.reason or None}


def invite_json(invite: Invite) -> Json:
    server = invite.channel.server
    if server is None:
        raise ValueError("an invite leads to a server's channel")
    guild = {key: value for key, value in server_json(server).items() if key in _INVITE_KEYS}
    return {
        "type": 0,
        "code": invite.code,
        "inviter": user_json(invite.inviter),
        "max_age": invite.max_age,
        "created_at": iso(invite.made_at),
        "expires_at": iso(invite.expires_at),
        "guild": guild,
        "guild_id": str(server.id),
        "channel": {"id": str(invite.channel.id), "type": int(invite.channel.kind), "name": invite.channel.name},
        "uses": invite.uses,
        "max_uses": invite.max_uses,
        "temporary": False,
        **({"roles": [_invite_role_json(role) for role in invite.roles]} if invite.roles else {}),
    }


def _invite_role_json(role: Role) -> Json:
    body = role_json(role)
    return {
        key: body[key] for key in ("id", "name", "position", "color", "colors", "icon", "unicode_emoji", "permissions")
    }


_INVITE_KEYS = frozenset(
    {"id", "name", "splash", "banner", "description", "icon", "features", "verification_level", "vanity_url_code"}
    | {"nsfw_level", "nsfw", "premium_subscription_count"}
)
