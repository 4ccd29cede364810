"""The connection's ears: the library's events, each handed on to where it belongs."""

import asyncio
from collections import OrderedDict
from functools import partial
from typing import Any

import discord
import structlog

from bot import logs
from bot.model import Answer, Place
from bot.parts import App
from bot.platforms.discord import interactions, members, speaking
from bot.platforms.discord.connection import Introductions, options
from bot.platforms.discord.files import Files
from bot.platforms.discord.hearing import Hearing, Json
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.lines import Lines, Work
from bot.platforms.discord.listening import Listening
from bot.platforms.discord.muting import Muting
from bot.platforms.discord.pace import Gates
from bot.platforms.discord.read import NAME
from bot.platforms.discord.wall import Wall, stopped, terms

REMEMBERED = 5000  # interactions that are known when they come again
EVERY_EVENT = "socket_event_type"  # is dispatched for each event besides itself; nobody listens for it
FINISHING = 10.0  # seconds for answers under way when we stop
log = structlog.get_logger()


class Client(discord.Client):
    """discord.py's client with our handlers."""

    def __init__(
        self, app: App, files: Files, introductions: Introductions, kept: Kept, gates: Gates, muting: Muting
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it is never on a voice call
        super().__init__(**options(), http_trace=gates.trace())
        self.http.get_ratelimit = gates.bucket  # type: ignore[method-assign,assignment]  # entered as the library's own
        self.porter, self.files, self.introductions, self.kept = app, files, introductions, kept
        self.muting = muting
        self.listening = Listening(app, self, kept)
        self.known = asyncio.Event()
        self.comings = Lines(self._crowded)
        self._answering: set[asyncio.Task[None]] = set()
        self._finishing = False
        self._taken: OrderedDict[int, None] = OrderedDict()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Hand an event on, until we close: from then on the library has no loop to do so, and fails half-way."""
        if event != EVERY_EVENT and not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    def _get_state(self, **options: Any) -> Hearing:
        """As the library makes it, but for what is said, which comes to us."""
        return Hearing(
            self._heard, dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )

    def _heard(self, event: str, data: Json) -> None:
        """Something said. What fails in reading it must not end the connection."""
        if not self.is_closed():
            self.loop.call_soon(self.listening.receive, event, data)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002 - as the library calls it
        """Wait until we may introduce ourselves again."""
        await self.introductions.make()

    async def on_ready(self) -> None:
        """A new session, all servers known."""
        log.info("discord.ready", servers=len(self.guilds))
        self.known.set()
        self.line(up=True)
        self._in_line("", partial(members.compare, self.porter, self.kept, self))
        self._in_line("", self._keep_walls)

    async def _keep_walls(self) -> None:
        wall = Wall(self.porter.wording, self.kept, self, terms(self.porter))
        for chat in [one for one in self.porter.chats.values() if one.platform == NAME]:
            await wall.keep(chat)

    async def on_automod_action(self, execution: discord.AutoModAction) -> None:
        """Discord stopped something before anybody saw it."""
        self._in_line(
            str(execution.guild_id), partial(stopped, self.porter, self.kept, self, execution, self.porter.now())
        )

    def line(self, *, up: bool) -> None:
        """Note whether the gateway holds."""
        self.porter.meters.connected(NAME, self.porter.now(), up=up)

    async def on_resumed(self) -> None:
        """The session goes on, and what was missed is being told."""
        self.line(up=True)

    async def on_disconnect(self) -> None:
        """The gateway is gone for now; the library tries again."""
        self.line(up=False)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A command, a press or a form. Each is a task of its own, which `finish` waits for. Discord may deliver one
        twice, after a resume above all: it is done once."""
        if interaction.id in self._taken:
            log.info("discord.interaction_repeated")
            return
        self._taken[interaction.id] = None
        if len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        task = asyncio.create_task(self._answer(interaction))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        await task

    async def _answer(self, interaction: discord.Interaction) -> None:
        async def direct(answer: Answer) -> None:
            place = Place(NAME, str(interaction.user.id), private=True)
            await self.muting.direct(lambda: speaking.direct(self, place, answer))

        await interactions.handle(self.porter, interaction, self.files, direct)

    async def finish(self) -> None:
        """Take nothing new that can be read again later, and finish what was taken."""
        self._finishing = True
        await self.listening.stop()
        await self.comings.settle()
        if self._answering:
            await asyncio.wait(self._answering, timeout=FINISHING)

    async def on_member_join(self, member: discord.Member) -> None:
        """A newcomer."""
        self.listening.name_is_new(str(member.guild.id), str(member.id), member.display_name)
        self._in_order(member.guild.id, member.id, partial(members.joined, self.porter, member))

    def _in_order(self, guild: int, user: int, work: Work) -> None:
        """What one person does in one server is handled in the order it came."""
        self._in_line(f"{guild}/{user}", work)

    def _in_line(self, line: str, work: Work) -> None:
        """What happens in one line is handled in the order it came, and to the end before we stop."""
        if not self._finishing:
            self.comings.put(line, work)

    def _standing_changed(self, guild: discord.Guild) -> None:
        self._in_line(str(guild.id), partial(members.rights_changed, self.porter, guild.id))

    async def _crowded(self, line: str) -> None:
        """More happened about one member or server than can wait: the next comparison will find how it ended."""
        log.error("discord.events_lost", line=line)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Somebody's roles or name changed; or our own."""
        if before.display_name != after.display_name:
            self.listening.name_is_new(str(after.guild.id), str(after.id), after.display_name)
        if after.id == after.guild.me.id and before.roles != after.roles:
            self._standing_changed(after.guild)
        self._in_order(after.guild.id, after.id, partial(members.changed, self.porter, before, after))

    async def on_user_update(self, before: discord.User, after: discord.User) -> None:
        """Somebody's name changed in all servers."""
        if before.display_name != after.display_name:
            for guild in after.mutual_guilds:
                self.listening.name_is_new(str(guild.id), str(after.id), after.display_name)

    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Somebody left."""
        work = partial(members.left, self.porter, payload.guild_id, payload.user)
        self._in_order(payload.guild_id, payload.user.id, work)

    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        """An administrator did something; a kick or a ban goes past us."""
        await members.done_by_hand(self.porter, self, entry)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """We were added to a server."""
        self._in_line(str(guild.id), partial(members.added, self.porter, self.kept, guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """We were taken out of a server."""
        self._in_line(str(guild.id), partial(members.gone, self.porter, self.kept, guild.id))

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role's rights or rank changed; ours, or the member role that must stay below it."""
        chat = members.bound(self.porter, after.guild.id)
        ours = after in after.guild.me.roles or (chat is not None and str(after.id) == chat.member_role)
        if ours and not members.same_standing(before, after):
            self._standing_changed(after.guild)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role was deleted; the member role among them."""
        chat = members.bound(self.porter, role.guild.id)
        if chat is not None and str(role.id) == chat.member_role:
            self._standing_changed(role.guild)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """What we, or everybody, may do in a channel changed."""
        us, everyone = after.guild.me, after.guild.default_role
        ours = before.permissions_for(us) != after.permissions_for(us)
        if ours or before.overwrites_for(everyone) != after.overwrites_for(everyone):
            self._standing_changed(after.guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted; ours among them."""
        chat = members.bound(self.porter, channel.guild.id)
        if chat is not None and str(channel.id) in (chat.welcome_channel, chat.committee_channel):
            self._standing_changed(channel.guild)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:  # noqa: ARG002
        """A bug in one of the above."""
        logs.bug(log, "discord.event_failed", handler=event_method)
