"""The gateway: sessions, who is told what, and misfortune on the way."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.wire.discord import payloads
from tests.wire.discord.clock import iso
from tests.wire.discord.flags import Intent
from tests.wire.discord.journal import Event
from tests.wire.discord.message_payload import Reader

if TYPE_CHECKING:
    from tests.wire.discord.applications import Application
    from tests.wire.discord.components import Json
    from tests.wire.discord.connection import Connection
    from tests.wire.discord.events import Notice
    from tests.wire.discord.servers import Server
    from tests.wire.discord.world import Discord

STARTS_A_DAY = 1000
RECONNECT = 7
INVALID_SESSION = 9


@dataclass(eq=False)
class Session:
    """One session of a bot. What it was sent is kept, so that a RESUME can have it again."""

    id: str
    application: Application
    intents: Intent
    large_threshold: int = 50
    sent: list[tuple[int, str]] = field(default_factory=list, repr=False)
    sequence: int = 0
    connection: Connection | None = field(default=None, repr=False)

    @property
    def reader(self) -> Reader:
        return Reader(self.application.user, Intent.MESSAGE_CONTENT in self.intents)

    def push(self, name: str, data: Json, times: int = 1) -> None:
        """Send it now when connected; in any case keep it for a resume."""
        for _ in range(times):
            self.sequence += 1
            frame = json.dumps({"op": 0, "t": name, "s": self.sequence, "d": data})
            self.sent.append((self.sequence, frame))
            if self.connection is not None:
                self.connection.send(frame)

    def missed_since(self, sequence: int) -> list[str]:
        return [frame for number, frame in self.sent if number > sequence]


class Gateway:
    """All sessions. `resumes` counts successful ones."""

    def __init__(self, world: Discord) -> None:
        self._world = world
        self.sessions: list[Session] = []
        self.resumes = 0
        self.heartbeats = 0
        self._missing: Counter[str] = Counter()
        self._doubling: Counter[str] = Counter()
        self._held: list[tuple[Session, str, Json]] | None = None

    # ── what tests ask for

    async def drop(self, code: int = 1006) -> None:
        """Close every connection: 1006 cuts the line, other codes are said. Sessions stay and may be resumed."""
        for session in self._connected():
            if session.connection is not None:
                await session.connection.end(code)

    async def ask_to_reconnect(self) -> None:
        """Op 7."""
        self._control({"op": RECONNECT, "d": None})

    async def invalidate(self, resumable: bool = False) -> None:
        """Op 9. Without `resumable` the session and all it had missed are lost."""
        gone = self._connected()
        self._control({"op": INVALID_SESSION, "d": resumable})
        if not resumable:
            self.sessions = [session for session in self.sessions if session not in gone]

    def forget_sessions(self) -> None:
        """Unconnected sessions can no longer be resumed."""
        self.sessions = self._connected()

    def miss(self, name: str, times: int = 1) -> None:
        """The next events of that name are never delivered, not even on a resume."""
        self._missing[name] += times

    def double(self, name: str, times: int = 1) -> None:
        """The next events of that name are delivered twice."""
        self._doubling[name] += times

    def hold(self) -> None:
        """Keep events back until `release`."""
        self._held = []

    def release(self, reverse: bool = False) -> None:
        """Send what was held, in order or the other way round."""
        held, self._held = self._held or [], None
        for session, name, data in reversed(held) if reverse else held:
            self._deliver(session, name, data)

    # ── what the world tells

    def tell(self, notice: Notice) -> None:
        """Give an event to every session it concerns."""
        for session in self.sessions:
            if notice.concerns(session.application, session.intents):
                data = notice.data(session.reader)
                if self._held is not None:
                    self._held.append((session, notice.name, data))
                else:
                    self._deliver(session, notice.name, data)
        self._world.bell.ring()

    def _deliver(self, session: Session, name: str, data: Json) -> None:
        missed = self._missing[name] > 0
        if missed:
            self._missing[name] -= 1
        else:
            doubled = self._doubling[name] > 0
            self._doubling[name] -= int(doubled)
            session.push(name, data, times=2 if doubled else 1)
        event = Event(name, data, self._world.clock.now(), session.id, delivered=not missed)
        self._world.journal.write(event)

    def introduce(self, server: Server, application: Application) -> None:
        """A bot that just joined is told of the server, which is not one that became available again."""
        for session in self.sessions:
            if session.application is application:
                body = self._server_in_full(server, session)
                del body["unavailable"]
                self._deliver(session, "GUILD_CREATE", body)

    # ── opening sessions

    def start_allowed(self, application: Application) -> bool:
        """IDENTIFY is limited to 1000 a day; one more and the token is reset."""
        now = self._world.clock.now()
        recent = [at for at in application.identified if at > now - timedelta(days=1)]
        return len(recent) < STARTS_A_DAY

    def open(self, application: Application, intents: Intent, large_threshold: int, connection: Connection) -> Session:
        """A fresh session: READY, then each server."""
        application.identified.append(self._world.clock.now())
        session = Session(secrets.token_hex(16), application, intents, large_threshold, connection=connection)
        self.sessions.append(session)
        joined = [server for server in self._world.servers.values() if application.user.id in server.members]
        self._deliver(session, "READY", self._ready(session, joined))
        for server in joined:
            if Intent.GUILDS in intents:
                self._deliver(session, "GUILD_CREATE", self._server_in_full(server, session))
        return session

    def resume(
        self, session_id: str, application: Application, sequence: int, connection: Connection
    ) -> Session | None:
        """Take the session up again and replay what it missed; None when there is nothing to resume."""
        for session in self.sessions:
            if session.id == session_id and session.application is application and sequence <= session.sequence:
                break
        else:
            return None
        session.connection = connection
        for frame in session.missed_since(sequence):
            connection.send(frame)
        session.push("RESUMED", {})
        self.resumes += 1
        self._world.bell.ring()
        return session

    def close(self, session: Session) -> None:
        """The bot said goodbye."""
        if session in self.sessions:
            self.sessions.remove(session)

    def _ready(self, session: Session, joined: list[Server]) -> Json:
        application = session.application
        return {
            "v": 10,
            "user": payloads.own_user_json(application.user),
            "guilds": [{"id": str(server.id), "unavailable": True} for server in joined],
            "session_id": session.id,
            "resume_gateway_url": self._world.gateway_url,
            "session_type": "normal",
            "private_channels": [],
            "application": {"id": str(application.id), "flags": application.flags},
        }

    def _server_in_full(self, server: Server, session: Session) -> Json:
        """GUILD_CREATE. Without GUILD_PRESENCES the bot alone is among the members; the rest is asked for (op 8)."""
        me = server.members[session.application.user.id]
        everybody = list(server.members.values())
        whole = Intent.GUILD_PRESENCES in session.intents and len(everybody) <= session.large_threshold
        channels = server.channels.values()
        return {
            **payloads.server_json(server),
            "joined_at": iso(me.joined_at),
            "large": len(everybody) > session.large_threshold,
            "unavailable": False,
            "member_count": len(everybody),
            "members": [payloads.member_json(member) for member in (everybody if whole else [me])],
            "channels": [payloads.channel_json(each) for each in channels if not each.kind.is_thread],
            "threads": [payloads.thread_json(each) for each in channels if each.thread and not each.thread.archived],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def _connected(self) -> list[Session]:
        return [session for session in self.sessions if session.connection is not None]

    def _control(self, frame: Json) -> None:
        for session in self._connected():
            if session.connection is not None:
                session.connection.send(json.dumps({"s": None, "t": None, **frame}))
