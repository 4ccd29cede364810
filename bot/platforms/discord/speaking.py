"""What Porter says: in channels, to one person, again in the same place."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord.utils import time_snowflake

from bot.errors import Forbidden, PlatformError, Uncertain
from bot.model import Answer, MessageRef, Place, Upload
from bot.platforms.discord import controls, history, server, write
from bot.platforms.discord.errors import asking
from bot.platforms.discord.read import NAME
from bot.ports import Sent

FILES = 10  # of one message
LOOK_THROUGH = 1_000
TEXT = 0  # the kind of channel
WHOLE = "whole-text.txt"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to send: its text, and what goes with it."""

    text: str
    files: tuple[Upload, ...] = ()
    last: bool = False


def parcels(answer: Answer) -> list[Parcel]:
    """An answer as messages. Buttons and files go with the last; files beyond ten come before it."""
    texts = write.contents(answer.speech) or [""]
    lots = [answer.files[start : start + FILES] for start in range(0, len(answer.files), FILES)] or [()]
    before = [Parcel(text) for text in texts[:-1]] + [Parcel("", lot) for lot in lots[:-1]]
    return [*before, Parcel(texts[-1], lots[-1], last=True)]


def part_nonce(nonce: str, number: int) -> str:
    """A nonce for each part of an answer, the same at every repeat."""
    return nonce if number == 0 else hashlib.blake2s(f"{nonce}:{number}".encode(), digest_size=12).hexdigest()


def extras(answer: Answer, parcel: Parcel) -> dict[str, Any]:
    """What every way of sending takes besides the text: no mentions, no previews, and on the last part the buttons."""
    found: dict[str, Any] = {"allowed_mentions": write.MENTIONS, "suppress_embeds": True}
    if parcel.files:
        found["files"] = controls.files(parcel.files)
    if parcel.last and answer.buttons:
        found["view"] = controls.buttons(answer.buttons)
    return found


async def say(client: discord.Client, place: Place, answer: Answer, nonce: str, reply_to: MessageRef | None) -> Sent:
    """Post in a channel; answers where the last part stands, which holds the buttons. Once a part is out, nothing may
    look as if nothing had been said."""
    channel = client.get_partial_messageable(int(place.channel))
    sent: discord.Message | None = None
    for number, parcel in enumerate(parcels(answer)):
        more = extras(answer, parcel)
        if reply_to is not None and number == 0:
            more["reference"] = _reference(reply_to)
        if nonce:
            more["nonce"] = part_nonce(nonce, number)
        try:
            with asking("Send Messages", place.title):
                sent = await channel.send(parcel.text or None, **more)
        except PlatformError as error:
            if number == 0:
                raise
            raise Uncertain(f"Only a part of it could be said. {error}") from error
    assert sent is not None
    return Sent(place, str(sent.id))


def _reference(ref: MessageRef) -> discord.MessageReference:
    """A reply that is sent as a plain message when what it answers is gone."""
    return discord.MessageReference(message_id=int(ref.id), channel_id=int(ref.place.channel), fail_if_not_exists=False)


async def opened(client: discord.Client, place: Place) -> Place:
    """The private chat with a person (`place.chat`), opened if need be."""
    with asking():
        channel = await client.http.start_private_message(int(place.chat))
    return Place(NAME, place.chat, str(channel["id"]), private=True)


async def direct(client: discord.Client, place: Place, answer: Answer, nonce: str = "") -> Sent:
    """Write to one person (`place.chat`), in the private chat that is open already or is opened now."""
    return await say(client, place if place.channel else await opened(client, place), answer, nonce, None)


async def edit(client: discord.Client, sent: Sent, answer: Answer) -> None:
    """Replace what we said there; files stay unless there are new ones. A text too long for one message is attached
    whole, its beginning shown."""
    texts = write.contents(answer.speech) or [""]
    changes: dict[str, Any] = {"content": texts[0], "allowed_mentions": write.MENTIONS}
    changes["view"] = controls.buttons(answer.buttons) if answer.buttons else None
    if answer.files:
        changes["attachments"] = controls.files(answer.files)
    channel = client.get_partial_messageable(int(sent.place.channel))
    with asking("Send Messages", sent.place.title):
        edited = await channel.get_partial_message(int(sent.id)).edit(**changes)
        kept = [file for file in edited.attachments if file.filename != WHOLE]
        whole = controls.files(_whole(answer) if len(texts) > 1 else ())
        if whole or len(kept) < len(edited.attachments):
            await edited.edit(attachments=[*kept, *whole])


def _whole(answer: Answer) -> tuple[Upload, ...]:
    return (Upload(WHOLE, "text/plain", answer.speech.plain.encode("utf-8", "replace")),)


async def find_own(
    client: discord.Client, place: Place, words: str, since: datetime, limit: int = LOOK_THROUGH
) -> list[Sent]:
    """Our own messages there with these words in them, said since then, oldest first. Raises `Forbidden` when none is
    among the first `limit` messages, and there are more."""
    assert client.user is not None
    found, more = await history.since(client, place, time_snowflake(since) - 1, limit)
    said = [one for one in found if str(one["author"]["id"]) == str(client.user.id)]
    ours = [Sent(place, str(one["id"])) for one in said if words in write.unescape(one["content"])]
    if more and not ours:
        raise Forbidden(f"More than {limit} messages were written there since.")
    return ours


async def pin(client: discord.Client, sent: Sent) -> None:
    """Pin what we said."""
    with asking("Pin Messages", sent.place.title):
        await client.http.pin_message(int(sent.place.channel), int(sent.id))


async def spot(client: discord.Client, place: Place) -> Place:
    """Where to say something in a server when no channel is named: where Discord itself speaks, else the first channel
    we may write in. Raises `PlatformError` when there is none."""
    found = await server.fetched(client, place.chat, place.title)
    system = str(found.guild.get("system_channel_id") or "")
    texts = sorted(
        (one for one in found.channels if one["type"] == TEXT), key=lambda one: int(one.get("position") or 0)
    )
    for channel in sorted(texts, key=lambda one: str(one["id"]) != system):
        if server.is_open_to_us(found, channel):
            return Place(NAME, place.chat, str(channel["id"]), title=f"#{channel['name']}")
    raise PlatformError(f"There is no channel in {found.guild['name']} in which Porter may write.")
