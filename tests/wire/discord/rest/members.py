"""Members and bans: looking them up, changing, removing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.wire.discord import membership, payloads
from tests.wire.discord.flags import Intent, Permission
from tests.wire.discord.permissions import above, of_member, outranks, require_on, require_rank
from tests.wire.discord.refusals import bad_form, bad_length, refuse
from tests.wire.discord.rest.asking import DONE, Ask, Reply, check_length, snowflake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.discord.people import Member, User
    from tests.wire.discord.servers import Role, Server

LONGEST_TIMEOUT = timedelta(days=28)
LONGEST_PURGE = 604_800


def show(ask: Ask) -> Reply:
    return 200, payloads.member_json(ask.member(ask.server()))


def listing(ask: Ask) -> Reply:
    """Needs the GUILD_MEMBERS intent switched on for the application (50001)."""
    server = ask.server()
    if Intent.GUILD_MEMBERS not in ask.application.privileged:
        raise refuse(50001)
    after = ask.page("after") or 0
    rows = sorted((each for each in server.members.values() if each.id > after), key=lambda each: each.id)
    return 200, [payloads.member_json(each) for each in rows[: ask.number("limit", 1, 1, 1000)]]


def search(ask: Ask) -> Reply:
    server, words = ask.server(), ask.query.get("query", "").lower()
    rows = [each for each in server.members.values() if _is_called(each, words)]
    return 200, [payloads.member_json(each) for each in rows[: ask.number("limit", 1, 1, 1000)]]


def _is_called(member: Member, words: str) -> bool:
    return any(name.lower().startswith(words) for name in (member.user.username, member.user.name, member.nick or ""))


def change(ask: Ask) -> Reply:
    """Nickname, roles and timeout, each with its own right."""
    server = ask.server()
    member, body = ask.member(server), ask.body
    until = body.get("communication_disabled_until")
    if "nick" in body:
        _check_nick(ask, server, member)
    if "communication_disabled_until" in body:
        _check_timeout(ask, server, member, until)
    roles = _check_roles(ask, server, member, body["roles"]) if body.get("roles") is not None else None
    if "nick" in body:
        membership.change(member, nick=body["nick"] or None)
    if "communication_disabled_until" in body:
        membership.time_out(member, datetime.fromisoformat(until) if until else None, ask.bot, ask.reason)
    if roles is not None:
        membership.set_roles(member, roles, ask.bot, ask.reason)
    return 200, payloads.member_json(member)


def _check_nick(ask: Ask, server: Server, member: Member) -> None:
    check_length(ask.body, "nick", 0, 32)
    if member.user is ask.bot:
        require_on(server, ask.bot, Permission.CHANGE_NICKNAME)
        return
    require_on(server, ask.bot, Permission.MANAGE_NICKNAMES)
    require_rank(ask.me(server), member)


def _check_timeout(ask: Ask, server: Server, member: Member, until: str | None) -> None:
    """Neither the owner, nor an administrator, nor anybody above; 28 days at most."""
    require_on(server, ask.bot, Permission.MODERATE_MEMBERS)
    if member.user is server.owner or Permission.ADMINISTRATOR in of_member(member):
        raise refuse(50013)
    require_rank(ask.me(server), member)
    if until and datetime.fromisoformat(until) > ask.world.clock.now() + LONGEST_TIMEOUT:
        message = "You cannot set a timeout longer than 28 days"
        raise bad_form("communication_disabled_until", "GUILD_COMMUNICATION_DISABLED_UNTIL_TOO_LONG", message)


def _check_roles(ask: Ask, server: Server, member: Member, wanted: Sequence[object]) -> list[Role]:
    require_on(server, ask.bot, Permission.MANAGE_ROLES)
    found = []
    for each in wanted:
        role = server.roles.get(snowflake(each, "roles"))
        if role is None:
            raise refuse(10011)
        found.append(role)
    changed = [role for role in (*found, *member.roles) if (role in found) != (role in member.roles)]
    for role in changed:
        _check_assignable(ask, server, role)
    return found


def _check_assignable(ask: Ask, server: Server, role: Role) -> None:
    if role.bot_id is not None or role is server.everyone:
        raise refuse(50028)
    if not above(ask.me(server), role):
        raise refuse(50013)


def change_me(ask: Ask) -> Reply:
    server = ask.server(Permission.CHANGE_NICKNAME)
    check_length(ask.body, "nick", 0, 32)
    me = ask.me(server)
    membership.change(me, nick=ask.body.get("nick") or None)
    return 200, payloads.member_json(me)


def give_role(ask: Ask) -> Reply:
    return _turn_role(ask, given=True)


def take_role(ask: Ask) -> Reply:
    return _turn_role(ask, given=False)


def _turn_role(ask: Ask, given: bool) -> Reply:
    server = ask.server(Permission.MANAGE_ROLES)
    member, role = ask.member(server), ask.role(server)
    _check_assignable(ask, server, role)
    others = [each for each in member.roles if each is not role]
    membership.set_roles(member, [*others, role] if given else others, ask.bot, ask.reason)
    return DONE


def kick(ask: Ask) -> Reply:
    server = ask.server(Permission.KICK_MEMBERS)
    member = ask.member(server)
    require_rank(ask.me(server), member)
    membership.kick(member, ask.bot, ask.reason)
    return DONE


def ban(ask: Ask) -> Reply:
    server = ask.server(Permission.BAN_MEMBERS)
    user = ask.user()
    given = (ask.body or {}).get("delete_message_seconds", ask.query.get("delete_message_seconds", 0))
    _check_ban(ask, server, user)
    membership.ban(server, user, ask.bot, ask.reason, _purge(given))
    return DONE


def _purge(given: object) -> timedelta:
    seconds = int(str(given or 0))
    if not 0 <= seconds <= LONGEST_PURGE:
        message = f"int value should be less than or equal to {LONGEST_PURGE}."
        raise bad_form("delete_message_seconds", "NUMBER_TYPE_MAX", message)
    return timedelta(seconds=seconds)


def _check_ban(ask: Ask, server: Server, user: User) -> None:
    present = server.members.get(user.id)
    if present is not None:
        require_rank(ask.me(server), present)


def unban(ask: Ask) -> Reply:
    server = ask.server(Permission.BAN_MEMBERS)
    user = ask.user()
    if user.id not in server.bans:
        raise refuse(10026)
    membership.unban(server, user, ask.bot, ask.reason)
    return DONE


def show_ban(ask: Ask) -> Reply:
    server = ask.server(Permission.BAN_MEMBERS)
    found = server.bans.get(ask.id("user_id"))
    if found is None:
        raise refuse(10026)
    return 200, payloads.ban_json(found)


def bans(ask: Ask) -> Reply:
    server = ask.server(Permission.BAN_MEMBERS)
    after, before = ask.page("after") or 0, ask.page("before")
    ids = [each for each in sorted(server.bans) if each > after and (before is None or each < before)]
    limit = ask.number("limit", 1000, 1, 1000)
    ids = ids[-limit:] if before is not None else ids[:limit]
    return 200, [payloads.ban_json(server.bans[each]) for each in ids]


def bulk_ban(ask: Ask) -> Reply:
    """Up to 200 at once; those above the bot fail, and when all fail nothing is said to be done (500000)."""
    server = ask.server(Permission.BAN_MEMBERS | Permission.MANAGE_GUILD)
    ids = [snowflake(each, "user_ids") for each in ask.body.get("user_ids") or ()]
    if not 1 <= len(ids) <= 200:
        raise bad_length("user_ids", 1, 200)
    purge = _purge(ask.body.get("delete_message_seconds"))
    banned, failed = [], []
    for user_id in ids:
        user, present = ask.world.users.get(user_id), server.members.get(user_id)
        if user is None or user_id in server.bans or (present and not outranks(ask.me(server), present)):
            failed.append(str(user_id))
            continue
        membership.ban(server, user, ask.bot, ask.reason, purge)
        banned.append(str(user_id))
    if not banned:
        raise refuse(500000)
    return 200, {"banned_users": banned, "failed_users": failed}
