"""Every route there is, by method and documented path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.wire.discord.rest import about, automod, channels, commands, interactions, members, messages, servers
from tests.wire.discord.rest.asking import Ask, Reply

Answering = Callable[[Ask], Reply]

_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
_RULES = "/guilds/{guild_id}/auto-moderation/rules"
_MEMBER = "/guilds/{guild_id}/members/{user_id}"
_MESSAGES = "/channels/{channel_id}/messages"
_HOOK = "/webhooks/{webhook_id}/{webhook_token}"

ROUTES: dict[tuple[str, str], Answering] = {
    ("GET", "/users/@me"): about.me,
    ("PATCH", "/users/@me"): about.change_me,
    ("GET", "/users/@me/guilds"): about.my_servers,
    ("DELETE", "/users/@me/guilds/{guild_id}"): about.leave_server,
    ("POST", "/users/@me/channels"): about.open_private,
    ("GET", "/users/{user_id}"): about.user,
    ("GET", "/applications/@me"): about.application,
    ("GET", "/oauth2/applications/@me"): about.application,
    ("GET", "/gateway"): about.gateway,
    ("GET", "/gateway/bot"): about.gateway_for_bots,
    ("GET", "/guilds/{guild_id}"): servers.show,
    ("PATCH", "/guilds/{guild_id}"): servers.change,
    ("GET", "/guilds/{guild_id}/channels"): servers.channels,
    ("POST", "/guilds/{guild_id}/channels"): servers.make_channel,
    ("PATCH", "/guilds/{guild_id}/channels"): servers.move_channels,
    ("GET", "/guilds/{guild_id}/roles"): servers.roles,
    ("POST", "/guilds/{guild_id}/roles"): servers.make_role,
    ("PATCH", "/guilds/{guild_id}/roles"): servers.move_roles,
    ("GET", "/guilds/{guild_id}/roles/{role_id}"): servers.role,
    ("PATCH", "/guilds/{guild_id}/roles/{role_id}"): servers.change_role,
    ("DELETE", "/guilds/{guild_id}/roles/{role_id}"): servers.remove_role,
    ("GET", "/guilds/{guild_id}/audit-logs"): servers.audit_log,
    ("GET", "/guilds/{guild_id}/invites"): channels.server_invites,
    ("GET", "/guilds/{guild_id}/threads/active"): channels.active_threads,
    ("GET", "/guilds/{guild_id}/members"): members.listing,
    ("GET", "/guilds/{guild_id}/members/search"): members.search,
    ("PATCH", "/guilds/{guild_id}/members/@me"): members.change_me,
    ("GET", _MEMBER): members.show,
    ("PATCH", _MEMBER): members.change,
    ("DELETE", _MEMBER): members.kick,
    ("PUT", f"{_MEMBER}/roles/{{role_id}}"): members.give_role,
    ("DELETE", f"{_MEMBER}/roles/{{role_id}}"): members.take_role,
    ("GET", "/guilds/{guild_id}/bans"): members.bans,
    ("GET", "/guilds/{guild_id}/bans/{user_id}"): members.show_ban,
    ("PUT", "/guilds/{guild_id}/bans/{user_id}"): members.ban,
    ("DELETE", "/guilds/{guild_id}/bans/{user_id}"): members.unban,
    ("POST", "/guilds/{guild_id}/bulk-ban"): members.bulk_ban,
    ("GET", _RULES): automod.listing,
    ("POST", _RULES): automod.make,
    ("GET", f"{_RULES}/{{rule_id}}"): automod.show,
    ("PATCH", f"{_RULES}/{{rule_id}}"): automod.change,
    ("DELETE", f"{_RULES}/{{rule_id}}"): automod.remove,
    ("GET", "/channels/{channel_id}"): channels.show,
    ("PATCH", "/channels/{channel_id}"): channels.change,
    ("DELETE", "/channels/{channel_id}"): channels.remove,
    ("PUT", "/channels/{channel_id}/permissions/{overwrite_id}"): channels.set_overwrite,
    ("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}"): channels.remove_overwrite,
    ("GET", "/channels/{channel_id}/invites"): channels.channel_invites,
    ("POST", "/channels/{channel_id}/invites"): channels.make_invite,
    ("GET", "/invites/{code}"): channels.show_invite,
    ("DELETE", "/invites/{code}"): channels.remove_invite,
    ("POST", "/channels/{channel_id}/threads"): channels.start_thread,
    ("GET", "/channels/{channel_id}/threads/archived/public"): channels.archived_threads,
    ("PUT", "/channels/{channel_id}/thread-members/@me"): channels.join_thread,
    ("DELETE", "/channels/{channel_id}/thread-members/@me"): channels.leave_thread,
    ("PUT", "/channels/{channel_id}/thread-members/{user_id}"): channels.add_to_thread,
    ("POST", "/channels/{channel_id}/typing"): messages.typing,
    ("GET", _MESSAGES): messages.listing,
    ("POST", _MESSAGES): messages.send,
    ("POST", f"{_MESSAGES}/bulk-delete"): messages.remove_many,
    ("GET", f"{_MESSAGES}/{{message_id}}"): messages.show,
    ("PATCH", f"{_MESSAGES}/{{message_id}}"): messages.edit,
    ("DELETE", f"{_MESSAGES}/{{message_id}}"): messages.remove,
    ("POST", f"{_MESSAGES}/{{message_id}}/threads"): channels.start_thread_from,
    ("GET", f"{_MESSAGES}/pins"): messages.pins,
    ("PUT", f"{_MESSAGES}/pins/{{message_id}}"): messages.pin,
    ("DELETE", f"{_MESSAGES}/pins/{{message_id}}"): messages.unpin,
    ("GET", "/channels/{channel_id}/pins"): messages.old_pins,
    ("PUT", "/channels/{channel_id}/pins/{message_id}"): messages.pin,
    ("DELETE", "/channels/{channel_id}/pins/{message_id}"): messages.unpin,
    ("GET", _COMMANDS): commands.listing,
    ("PUT", _COMMANDS): commands.overwrite,
    ("POST", _COMMANDS): commands.make,
    ("GET", f"{_COMMANDS}/{{command_id}}"): commands.show,
    ("DELETE", f"{_COMMANDS}/{{command_id}}"): commands.remove,
    ("GET", _GUILD_COMMANDS): commands.listing,
    ("PUT", _GUILD_COMMANDS): commands.overwrite,
    ("POST", _GUILD_COMMANDS): commands.make,
    ("GET", f"{_GUILD_COMMANDS}/{{command_id}}"): commands.show,
    ("DELETE", f"{_GUILD_COMMANDS}/{{command_id}}"): commands.remove,
}

BY_TOKEN: dict[tuple[str, str], Answering] = {
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback"): interactions.callback,
    ("POST", _HOOK): interactions.follow_up,
    ("GET", f"{_HOOK}/messages/@original"): interactions.original,
    ("PATCH", f"{_HOOK}/messages/@original"): interactions.edit_original,
    ("DELETE", f"{_HOOK}/messages/@original"): interactions.remove_original,
    ("GET", f"{_HOOK}/messages/{{message_id}}"): interactions.followup,
    ("PATCH", f"{_HOOK}/messages/{{message_id}}"): interactions.edit_followup,
    ("DELETE", f"{_HOOK}/messages/{{message_id}}"): interactions.remove_followup,
}
"""Those that need no bot token: the path carries one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A route and the named parts of the path."""

    template: str
    args: dict[str, str]
    answering: Answering
    by_token: bool


def find(method: str, path: str) -> Found | None:
    """The most literal route that fits."""
    parts = path.strip("/").split("/")
    fits = [
        Found(template, args, answering, by_token)
        for table, by_token in ((ROUTES, False), (BY_TOKEN, True))
        for (verb, template), answering in table.items()
        if verb == method and (args := _fit(template, parts)) is not None
    ]
    return min(fits, key=lambda found: len(found.args), default=None)


def _fit(template: str, parts: list[str]) -> dict[str, str] | None:
    wanted = template.strip("/").split("/")
    if len(wanted) != len(parts):
        return None
    args = {}
    for want, have in zip(wanted, parts, strict=True):
        if want.startswith("{"):
            args[want.strip("{}")] = have
        elif want != have:
            return None
    return args
