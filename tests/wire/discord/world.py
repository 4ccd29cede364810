"""The whole of it: one Discord with its people, servers and bots, on one port of 127.0.0.1."""

from __future__ import annotations

import socket
import struct
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from aiohttp import web

from tests.wire.discord import message_payload, spec
from tests.wire.discord.applications import Application
from tests.wire.discord.cdn import Cdn
from tests.wire.discord.clock import Clock, Snowflakes
from tests.wire.discord.faults import Faults
from tests.wire.discord.flags import Intent
from tests.wire.discord.front import Front
from tests.wire.discord.gateway import Gateway
from tests.wire.discord.journal import Journal
from tests.wire.discord.limits import Limits
from tests.wire.discord.message_payload import Reader
from tests.wire.discord.people import User
from tests.wire.discord.refusals import refuse
from tests.wire.discord.servers import Server
from tests.wire.discord.waiting import Bell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.interactions import Interaction
    from tests.wire.discord.mentions import Ping
    from tests.wire.discord.messages import Message, Webhook

HOST = "127.0.0.1"
SWITCHED_ON = Intent.GUILD_MEMBERS | Intent.MESSAGE_CONTENT


class Discord:
    """See the package's own words for how a test uses it.

    `answer_within`: how soon a bot must first answer an interaction. `private_openings`: (how many, in how long) new
    private conversations a bot may open, None for any number.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.ids = Snowflakes(self.clock)
        self.bell = Bell()
        self.journal = Journal(self.bell)
        self.faults = Faults()
        self.limits = Limits()
        self.cdn = Cdn(self.clock)
        self.gateway = Gateway(self)
        self.users: dict[int, User] = {}
        self.servers: dict[int, Server] = {}
        self.channels: dict[int, Channel] = {}
        self.applications: list[Application] = []
        self.interactions: dict[int, Interaction] = {}
        self.pings: list[Ping] = []
        self.problems: list[str] = []
        self.answer_within = timedelta(seconds=3)
        self.private_openings: tuple[int, timedelta] | None = None
        self._opened: list[datetime] = []
        self._automod_user: User | None = None
        self._runner = web.AppRunner(Front(self).app, access_log=None, shutdown_timeout=0.5)
        self._site: web.TCPSite | None = None
        self.port = 0

    # ── running

    async def start(self) -> Self:
        await self._runner.setup()
        await self._listen()
        return self

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]
        self.cdn.base = self.cdn_url

    async def stop(self) -> None:
        await self.gateway.drop()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """The network is gone: every connection is reset and new ones are refused, until the block ends."""
        if self._site is not None:
            await self._site.stop()
        await self.gateway.drop()
        for connection in list(self._runner.server.connections if self._runner.server else ()):
            transport = connection.transport
            if transport is not None:
                raw = transport.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                transport.abort()
        try:
            yield
        finally:
            await self._listen()

    @property
    def api_url(self) -> str:
        return f"http://{HOST}:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://{HOST}:{self.port}/gateway/"

    @property
    def cdn_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def spec_checked(self) -> bool:
        """Are requests and answers held against Discord's description of its API?"""
        return spec.load() is not None

    # ── building

    def user(self, name: str) -> User:
        return self._keep(User(self, self.ids.next(), name))

    def _keep(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def server(self, name: str, owner: User) -> Server:
        server = Server(self, self.ids.next(), name, owner)
        self.servers[server.id] = server
        return server

    def application(self, name: str, intents: Intent = SWITCHED_ON, owner: User | None = None) -> Application:
        """`intents`: the privileged ones switched on for it."""
        user = self._keep(User(self, self.ids.next(), name, bot=True))
        made = Application(self, user, name, intents, owner)
        self.applications.append(made)
        return made

    def webhook_user(self, webhook: Webhook | None) -> User:
        """Whom a webhook speaks as; None is AutoMod."""
        if webhook is not None:
            return User(self, webhook.id, webhook.name, bot=True)
        if self._automod_user is None:
            self._automod_user = User(self, self.ids.next(), "AutoMod", bot=True)
        return self._automod_user

    # ── waiting

    async def until(self, condition: Callable[[], object], seconds: float = 60.0, what: str = "") -> None:
        """Return when `condition()` holds, looked at whenever something happened here. `Unmet` after `seconds`."""
        await self.bell.until(condition, seconds, what)

    async def quiet(self, seconds: float = 0.05) -> None:
        """Return once nothing happened here for that long."""
        await self.bell.quiet(seconds)

    async def connected(self, application: Application, seconds: float = 10.0) -> None:
        """The bot has a session and was told of its servers."""
        what = f"a session of {application.name}"
        await self.until(lambda: self._has_session(application), seconds, what)

    def _has_session(self, application: Application) -> bool:
        return any(each.application is application and each.connection for each in self.gateway.sessions)

    # ── looking things up

    def problem(self, sentence: str) -> None:
        self.problems.append(sentence)
        self.bell.ring()

    def application_of(self, token: str) -> Application | None:
        return next((each for each in self.applications if each.token == token), None)

    def application_with(self, user: User) -> Application:
        return next(each for each in self.applications if each.user is user)

    def application_by_interaction(self, args: dict[str, str]) -> Application | None:
        """Whose interaction a path speaks of; any bot's for a token of nobody's, so that it is told so."""
        token = args.get("interaction_token") or args.get("webhook_token")
        for interaction in self.interactions.values():
            if interaction.token == token:
                return interaction.application
        return self.applications[0] if self.applications else None

    def reader(self, application: Application) -> Reader:
        return Reader(application.user, Intent.MESSAGE_CONTENT in application.privileged)

    def message_json(self, message: Message, application: Application, full: bool = False) -> Json:
        """A message as that bot is given it over REST."""
        return message_payload.message_json(message, self.reader(application), full)

    # ── private conversations

    def may_open_private(self, application: Application) -> bool:
        """20026 for a bot that was flagged; False when it opens too many too fast."""
        if application.flagged:
            raise refuse(20026)
        if self.private_openings is None:
            return True
        most, window = self.private_openings
        now = self.clock.now()
        self._opened = [at for at in self._opened if at > now - window]
        if len(self._opened) >= most:
            return False
        self._opened.append(now)
        return True

    def check_reachable(self, channel: Channel, bot: User) -> None:
        """20026, 50007 or 50278 when a bot may not write to that person."""
        if not channel.is_private:
            return
        if self.application_with(bot).flagged:
            raise refuse(20026)
        for person in channel.recipients:
            if person is bot:
                continue
            if not person.shares_a_server_with(bot):
                raise refuse(50278)
            if person.dms_closed:
                raise refuse(50007)
