"""What Porter does to messages and members of a server."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, TokenRevoked, Uncertain
from bot.model import AccountRef, Chat, Place
from bot.platforms.discord import rights
from bot.platforms.discord.errors import asking

BULK = 100
BULK_AGE = timedelta(days=14) - timedelta(minutes=10)  # Discord's limit, less what clocks may differ
DELETED, GONE = "deleted", "gone"
UNKNOWN_BAN = "10026"
LONGEST_TIMEOUT = timedelta(days=28)


def batches(ids: Sequence[str], now: datetime) -> tuple[list[list[str]], list[str]]:
    """Which ids can go together, 2 to 100 at a time and each once, and which must go alone."""
    once = list(dict.fromkeys(ids))
    young = [one for one in once if now - discord.utils.snowflake_time(int(one)) < BULK_AGE]
    alone = [one for one in once if one not in set(young)]
    groups = [young[start : start + BULK] for start in range(0, len(young), BULK)]
    alone += [group[0] for group in groups if len(group) == 1]
    return [group for group in groups if len(group) > 1], alone


async def delete(
    client: discord.Client, place: Place, ids: Sequence[str], reference: str, now: datetime
) -> dict[str, str]:
    """Delete messages; answers for each id `deleted`, `gone`, or a sentence why not."""
    together, alone = batches(ids, now)
    became: dict[str, str] = {}
    for group in together:
        became |= await _delete_group(client, place, group, reference)
    for one in alone:
        became[one] = await _delete_one(client, place, one, reference)
    return became


async def _delete_group(client: discord.Client, place: Place, ids: Sequence[str], reference: str) -> dict[str, str]:
    """A group at once. One bad id fails a whole group: then each is tried alone."""
    try:
        with asking("Manage Messages", place.title):
            await client.http.delete_messages(int(place.channel), [int(one) for one in ids], reason=reference)
    except (RateLimited, TokenRevoked, Uncertain):
        raise
    except (Forbidden, Gone) as error:
        return dict.fromkeys(ids, str(error))
    except PlatformError:
        return {one: await _delete_one(client, place, one, reference) for one in ids}
    return dict.fromkeys(ids, DELETED)


async def _delete_one(client: discord.Client, place: Place, message: str, reference: str) -> str:
    try:
        with asking("Manage Messages", place.title):
            await client.http.delete_message(int(place.channel), int(message), reason=reference)
    except (RateLimited, TokenRevoked, Uncertain):
        raise
    except Gone as error:
        return GONE if error.code == "10008" else str(error)
    except PlatformError as error:
        return str(error)
    return DELETED


async def standing(client: discord.Client, chat: Chat, account: AccountRef) -> tuple[rights.Json, rights.Json, Any]:
    """The server, the member and ourselves in it, fetched. Raises `Gone` when the member is not there."""
    assert client.user is not None
    with asking(where=chat.title):
        guild = await client.http.get_guild(int(chat.external_id), with_counts=False)
        member = await client.http.get_member(int(chat.external_id), int(account.id))
        me = await client.http.get_member(int(chat.external_id), client.user.id)
    return _plain(guild), _plain(member), _plain(me)


def _plain(data: Any) -> rights.Json:
    found: Mapping[str, Any] = data
    return found


async def timeout(
    client: discord.Client, chat: Chat, account: AccountRef, until: datetime, reference: str, now: datetime
) -> None:
    """Keep a member from writing until then; refuses before trying where Discord would."""
    if until - now > LONGEST_TIMEOUT:
        raise PlatformError(f"Discord allows timeouts of {LONGEST_TIMEOUT.days} days at most.")
    bar = rights.timeout_bar(*await standing(client, chat, account))
    if bar:
        raise Forbidden(bar)
    with asking("Timeout Members", chat.title):
        await client.http.edit_member(
            int(chat.external_id), int(account.id), reason=reference, communication_disabled_until=until.isoformat()
        )


async def remove(client: discord.Client, chat: Chat, account: AccountRef, reference: str) -> None:
    """Take a member out of the server; they may come back, unless somebody else bans them."""
    bar = rights.kick_bar(*await standing(client, chat, account))
    if bar:
        raise Forbidden(bar)
    with asking("Kick Members", chat.title):
        await client.http.kick(int(account.id), int(chat.external_id), reason=reference)


async def readmit(client: discord.Client, chat: Chat, account: AccountRef, reference: str) -> None:
    """Lift a ban, whoever imposed it; no ban is as good. Without a ban the right to lift one is not needed."""
    try:
        with asking("Ban Members", chat.title):
            await client.http.unban(int(account.id), int(chat.external_id), reason=reference)
    except Gone as error:
        if error.code != UNKNOWN_BAN:
            raise


async def admit(client: discord.Client, chat: Chat, account: AccountRef) -> None:
    """Grant the member role."""
    if not chat.member_role:
        raise PlatformError(f"{chat.title} has no member role yet. Run /setup there.")
    with asking("Manage Roles", chat.title):
        await client.http.add_role(int(chat.external_id), int(account.id), int(chat.member_role), reason=None)


async def in_chat(client: discord.Client, chat: Chat, account: AccountRef) -> bool:
    """Whether an account is in the server and, where there is a member role, holds it."""
    try:
        with asking(where=chat.title):
            member = _plain(await client.http.get_member(int(chat.external_id), int(account.id)))
    except Gone as error:
        if error.code in ("10007", "10013"):
            return False
        raise
    return not chat.member_role or chat.member_role in {str(role) for role in member["roles"]}
