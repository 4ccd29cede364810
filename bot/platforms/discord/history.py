"""What Discord still has: one message, those around it, a file's address as it is now."""

from typing import Any

import discord

from bot.errors import Gone
from bot.model import Message, MessageRef, Place
from bot.platforms.discord import read
from bot.platforms.discord.errors import asking
from bot.platforms.discord.server import Server, fetched
from bot.platforms.discord.text import Names

MOST = 100  # of one request
RIGHT = "Read Message History"


class Known:
    """The names of a server as the connection last heard them."""

    def __init__(self, client: discord.Client, guild: str) -> None:
        self._guild = client.get_guild(int(guild)) if guild.isdigit() else None

    def channel(self, channel_id: str) -> str:
        """A channel's or thread's name."""
        found = self._guild and self._guild.get_channel_or_thread(int(channel_id))
        return found.name if found else ""

    def role(self, role_id: str) -> str:
        """A role's name."""
        found = self._guild and self._guild.get_role(int(role_id))
        return found.name if found else ""

    def nick(self, user_id: str) -> str:
        """The name a member goes by in the server."""
        found = self._guild and self._guild.get_member(int(user_id))
        return (found.nick or "") if found else ""


class Told:
    """The names of a server as Discord tells them when asked, for a process that does not listen: channels and roles.
    Members go by the names that their messages carry."""

    def __init__(self, found: Server) -> None:
        self._found = found

    def channel(self, channel_id: str) -> str:
        """A channel's name."""
        return str((self._found.channel(channel_id) or {}).get("name") or "")

    def role(self, role_id: str) -> str:
        """A role's name."""
        return str((self._found.role(role_id) or {}).get("name") or "")

    def nick(self, user_id: str) -> str:  # noqa: ARG002 - what names are asked for
        """Not told for a whole server."""
        return ""


async def names_for(client: discord.Client, place: Place) -> Names:
    """The names where something was said: known, or asked for."""
    if place.private or not place.chat.isdigit() or client.get_guild(int(place.chat)) is not None:
        return names_at(client, place)
    return Told(await fetched(client, place.chat, place.title))


def names_at(client: discord.Client, place: Place) -> Known:
    """The names known where something was said."""
    return Known(client, "" if place.private else place.chat)


async def raw_message(client: discord.Client, place: Place, message_id: str) -> Any:
    """One message object, or None when it is gone."""
    try:
        with asking(RIGHT, place.title):
            return await client.http.get_message(int(place.channel), int(message_id))
    except Gone as error:
        if error.code in ("10008", "10003"):
            return None
        raise


async def message(client: discord.Client, ref: MessageRef) -> Message | None:
    """The message as it stands now."""
    data = await raw_message(client, ref.place, ref.id)
    return None if data is None else read.message(data, await names_for(client, ref.place), ref.place)


async def around(client: discord.Client, ref: MessageRef, before: int, after: int) -> list[Message]:
    """Messages around one, oldest first, that one not among them."""
    channel, middle = int(ref.place.channel), int(ref.id)
    with asking(RIGHT, ref.place.title):
        earlier = await client.http.logs_from(channel, min(before, MOST), before=middle) if before else []
        later = await client.http.logs_from(channel, min(after, MOST), after=middle) if after else []
    found = sorted([*earlier, *later], key=lambda one: int(one["id"]))
    names = await names_for(client, ref.place)
    return [read.message(one, names, ref.place) for one in found]


async def since(client: discord.Client, place: Place, mark: int, limit: int) -> tuple[list[Any], bool]:
    """Message objects after `mark`, oldest first, at most `limit`; and whether there were more."""
    found: list[Any] = []
    while len(found) <= limit:
        with asking(RIGHT, place.title):
            page = await client.http.logs_from(int(place.channel), MOST, after=mark)
        found += sorted(page, key=lambda one: int(one["id"]))
        if len(page) < MOST:
            break
        mark = int(found[-1]["id"])
    return found[:limit], len(found) > limit


async def fresh_address(client: discord.Client, channel: str, message_id: str, attachment: str) -> str:
    """A file's address as its message tells it now; empty when message or file is gone."""
    data = await raw_message(client, Place(read.NAME, "", channel), message_id)
    holders = [] if data is None else [data, *read.snapshots(data)]
    files = [file for holder in holders for file in holder.get("attachments") or ()]
    return next((str(file["url"]) for file in files if str(file["id"]) == attachment), "")
