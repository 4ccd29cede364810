"""What is said in bound servers: read in order, channel by channel, and handed to the desk; and what was said while
the connection was away."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import discord
import structlog

from bot import logs
from bot.desk import moderation
from bot.errors import PlatformError
from bot.model import Chat, Place, View
from bot.parts import App
from bot.platforms.discord import history, read
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.lines import Lines
from bot.platforms.discord.seen import Seen

UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)  # what reading JSON of another shape ends in
CATCH_UP = 500  # messages read per channel after an absence
SPOKEN_IN = frozenset({0, 2, 5, 10, 11, 12, 13})  # text, voice, announcement, threads, stage
REMEMBERED = 5000  # names new to a server, and edits, that are remembered
log = structlog.get_logger()

Json = Mapping[str, Any]


class Listening:
    """Takes what is said as the gateway tells it, so that nothing the library does not know is lost."""

    def __init__(self, app: App, client: discord.Client, kept: Kept) -> None:
        self._app, self._client = app, client
        self.lines = Lines(self._missed)
        self.seen = Seen(kept, self._keep_heard)
        self._edits: OrderedDict[str, str] = OrderedDict()
        self._new_names: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._stopping = False

    def chat(self, guild: str) -> Chat | None:
        """The bound chat of a server, if any."""
        return self._app.chats.get((read.NAME, guild))

    def receive(self, event: str, data: Json) -> None:
        """One event from the gateway. Never waits, so that order is kept."""
        if self._stopping:
            return
        self._app.meters.heard[read.NAME] = self._app.now()
        try:
            if event == "GUILD_CREATE":
                self._catch_up(data)
            elif self.chat(str(data.get("guild_id") or "")) is not None:
                self._line_up(event, data)
        except UNREADABLE:
            self._unread(event)

    def _unread(self, event: str) -> None:
        """Discord told something in a form that we do not know; words that nobody could look at are counted."""
        logs.bug(log, "discord.event_unread", kind=event)
        if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            self._app.meters.count("verdict", "unscreened")

    def _line_up(self, event: str, data: Json) -> None:
        place = self._place(str(data["guild_id"]), str(data["channel_id"]))
        match event:
            case "MESSAGE_CREATE":
                self.lines.put(place.channel, lambda: self._said(place, data))
            case "MESSAGE_UPDATE":
                self.lines.put(place.channel, lambda: self._edited(place, data))
            case "MESSAGE_DELETE":
                self.lines.put(place.channel, lambda: self._deleted(place, [str(data["id"])]))
            case "MESSAGE_DELETE_BULK":
                self.lines.put(place.channel, lambda: self._deleted(place, [str(one) for one in data["ids"]]))

    def _place(self, guild: str, channel: str) -> Place:
        return read.place_in(guild, channel, history.Known(self._client, guild))

    def is_ours(self, data: Json) -> bool:
        """Whether we said it ourselves."""
        user = self._client.user
        return user is not None and str(data["author"]["id"]) == str(user.id)

    async def _keep_heard(self) -> None:
        await self._app.ear.flush(self._app.now())

    async def _said(self, place: Place, data: Json) -> None:
        try:
            ours, author = self.is_ours(data), (place.chat, str(data["author"]["id"]))
            names = history.names_at(self._client, place)
            message = None if ours else read.message(data, names, place, self._new_names.get(author, ""))
        except UNREADABLE:
            self._unread("MESSAGE_CREATE")
            return
        if message is not None:
            await moderation.handle_message(self._app, message)
            self._new_names.pop(author, None)
        await self.seen.advance(place.channel, int(data["id"]))

    async def _edited(self, place: Place, data: Json) -> None:
        """An edit by its author. Previews, pins and the like change a message too, but not the time of its edit."""
        stamp = str(data.get("edited_timestamp") or "")
        if not stamp or self._edits.get(str(data["id"])) == stamp:
            await self._unfurled(place, data)
            return
        whole = data if "author" in data else await history.raw_message(self._client, place, str(data["id"]))
        try:
            if whole is None or self.is_ours(whole):
                return
            message = read.message(whole, history.names_at(self._client, place), place)
        except UNREADABLE:
            self._unread("MESSAGE_UPDATE")
            return
        await moderation.handle_message(self._app, message, edited=True)
        self._edits[str(data["id"])] = stamp
        _shorten(self._edits)

    async def _unfurled(self, place: Place, data: Json) -> None:
        """A preview that Discord drew under a message is part of what people see there."""
        whole = data if "author" in data or not data.get("embeds") else await self._whole(place, data)
        if whole is None or not whole.get("embeds") or self.is_ours(whole):
            return
        shown = json.dumps(whole["embeds"], sort_keys=True)
        key = f"{data['id']} previews"
        if self._edits.get(key) == shown:
            return
        said = read.message(whole, history.names_at(self._client, place), place)
        previews = tuple(text for text in said.texts if text.view is View.EMBED)
        await moderation.handle_message(self._app, replace(said, texts=previews))
        self._edits[key] = shown
        _shorten(self._edits)

    async def _whole(self, place: Place, data: Json) -> Json | None:
        found: Json | None = await history.raw_message(self._client, place, str(data["id"]))
        return found

    async def _deleted(self, place: Place, ids: list[str]) -> None:
        await moderation.handle_deleted(self._app, place, ids)

    def name_is_new(self, guild: str, user: str, name: str) -> None:
        """A member came with, or took, this name: it is read with the next thing they say."""
        self._new_names[guild, user] = name
        _shorten(self._new_names)

    def _catch_up(self, guild: Json) -> None:
        """A server came with a new session, which replays nothing: first in each channel's line, before anything said
        from now on, is what was said since we stopped reading there."""
        if guild.get("unavailable") or self.chat(str(guild["id"])) is None:
            return
        for channel in [*(guild.get("channels") or ()), *(guild.get("threads") or ())]:
            last = int(channel.get("last_message_id") or 0)
            if channel["type"] in SPOKEN_IN and last:
                place = self._place(str(guild["id"]), str(channel["id"]))
                self.lines.put(place.channel, partial(self._catch_up_channel, place, last))

    async def _catch_up_channel(self, place: Place, last: int) -> None:
        """Without a mark we never read here, and without the right we cannot: begin with what comes next."""
        mark = await self.seen.mark(place.channel)
        if not mark or not self._may_read(place):
            await self.seen.advance(place.channel, last)
        elif last > mark:
            await self._read_since(place)

    def _may_read(self, place: Place) -> bool:
        guild = self._client.get_guild(int(place.chat))
        channel = guild and guild.get_channel_or_thread(int(place.channel))
        if not guild or not channel:
            return False
        rights = channel.permissions_for(guild.me)
        return rights.view_channel and rights.read_message_history

    async def _missed(self, channel_id: str) -> None:
        channel = self._client.get_channel(int(channel_id))
        guild = getattr(channel, "guild", None)
        if guild is not None and self.chat(str(guild.id)) is not None:
            await self._read_since(self._place(str(guild.id), channel_id))

    async def _read_since(self, place: Place) -> None:
        mark = await self.seen.mark(place.channel)
        try:
            found, more = await history.since(self._client, place, mark, CATCH_UP)
        except PlatformError as error:
            log.error("discord.catch_up_failed", channel=place.channel, why=str(error))
            return
        log.info("discord.catch_up", channel=place.channel, messages=len(found))
        if more:
            log.error("discord.catch_up_cut", channel=place.channel, read=len(found), note="later ones stay unscreened")
        for data in found:
            await self._said(place, data)

    async def stop(self) -> None:
        """Take nothing new, finish what was taken, and keep how far we came."""
        self._stopping = True
        await self.lines.settle()
        await self.seen.stop()


def _shorten(remembered: "OrderedDict[Any, str]") -> None:
    while len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
