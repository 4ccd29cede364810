"""About the bot itself: who it is, its servers, its gateway, its private conversations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.wire.discord import events, payloads
from tests.wire.discord.gateway import STARTS_A_DAY
from tests.wire.discord.membership import leave
from tests.wire.discord.refusals import refuse
from tests.wire.discord.rest.asking import DONE, Ask, Reply, check_length, snowflake

if TYPE_CHECKING:
    from tests.wire.discord.components import Json
    from tests.wire.discord.servers import Server


def me(ask: Ask) -> Reply:
    return 200, payloads.own_user_json(ask.bot)


def change_me(ask: Ask) -> Reply:
    check_length(ask.body, "username", 2, 32)
    if "username" in ask.body:
        ask.bot.name = ask.body["username"]
    return 200, payloads.own_user_json(ask.bot)


def application(ask: Ask) -> Reply:
    found = ask.application
    body: Json = {
        "id": str(found.id),
        "name": found.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": payloads.user_json(found.user),
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": f"{found.id:064x}",
        "flags": found.flags,
        "flags_new": str(found.flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": payloads.user_json(found.owner or found.user),
        "approximate_guild_count": len(_servers(ask)),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }
    return 200, body


def gateway(ask: Ask) -> Reply:
    return 200, {"url": ask.world.gateway_url}


def gateway_for_bots(ask: Ask) -> Reply:
    """With what is left of today's thousand starts."""
    now = ask.world.clock.now()
    recent = [at for at in ask.application.identified if at > now - timedelta(days=1)]
    reset = recent[0] + timedelta(days=1) - now if recent else timedelta()
    limit = {
        "total": STARTS_A_DAY,
        "remaining": max(0, STARTS_A_DAY - len(recent)),
        "reset_after": int(reset.total_seconds() * 1000),
        "max_concurrency": 1,
    }
    return 200, {"url": ask.world.gateway_url, "shards": 1, "session_start_limit": limit}


def user(ask: Ask) -> Reply:
    return 200, payloads.user_json(ask.user())


def my_servers(ask: Ask) -> Reply:
    after, before = ask.page("after") or 0, ask.page("before")
    rows = [each for each in _servers(ask) if each.id > after and (before is None or each.id < before)]
    rows = rows[: ask.number("limit", 200, 1, 200)]
    return 200, [payloads.my_server_json(each, ask.me(each)) for each in rows]


def leave_server(ask: Ask) -> Reply:
    server = ask.server()
    leave(ask.me(server))
    events.server_left(server, ask.application)
    return DONE


def open_private(ask: Ask) -> Reply:
    """A conversation can always be opened; whether anything may be said there is another matter."""
    other = ask.world.users.get(snowflake(ask.body.get("recipient_id"), "recipient_id"))
    if other is None:
        raise refuse(10013)
    if other is ask.bot or other.bot:
        raise refuse(50007)
    known = other.id in ask.bot.private
    if not known and not ask.world.may_open_private(ask.application):
        raise refuse(40003)
    return 200, payloads.channel_json(ask.bot.private_with(other))


def _servers(ask: Ask) -> list[Server]:
    return [each for each in ask.world.servers.values() if ask.bot.id in each.members]
