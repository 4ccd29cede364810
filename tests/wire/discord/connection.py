"""One gateway connection: its opcodes, its close codes, and the one writer of its socket."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.wire.discord import payloads
from tests.wire.discord.flags import EVERY_INTENT, PRIVILEGED, Intent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wire.discord.components import Json
    from tests.wire.discord.gateway import Session
    from tests.wire.discord.world import Discord

HEARTBEAT_MS = 41_250
EVENTS_A_MINUTE = 120
CHUNK = 1000
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN, ALREADY_AUTHENTICATED = 4001, 4002, 4003, 4004, 4005
RATE_LIMITED, BAD_SHARD, INVALID_INTENTS, DISALLOWED_INTENTS = 4008, 4010, 4013, 4014


class Closing(Exception):
    """The connection must be closed with that code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Connection:
    """Frames go out in the order they were sent, from one task."""

    def __init__(self, world: Discord, request: web.Request) -> None:
        self._world = world
        self._request = request
        self._socket = web.WebSocketResponse(max_msg_size=4096, autoping=True)
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._session: Session | None = None
        self._received: deque[float] = deque()

    def send(self, frame: str) -> None:
        self._out.put_nowait(frame)

    async def serve(self) -> web.WebSocketResponse:
        """Until either side closes."""
        await self._socket.prepare(self._request)
        writer = asyncio.create_task(self._write())
        self._send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    self._receive(message.data)
        except Closing as closing:
            await self._flush()
            await self._socket.close(code=closing.code)
        finally:
            writer.cancel()
            self._leave()
        return self._socket

    async def end(self, code: int) -> None:
        """Close from our side. 1006 cannot be said: the line is cut."""
        self._detach()
        if code == 1006:
            cut(self._request)
        else:
            await self._flush()
            await self._socket.close(code=code)

    def _send(self, frame: Json) -> None:
        self.send(json.dumps({"s": None, "t": None, **frame}))

    async def _write(self) -> None:
        while True:
            frame = await self._out.get()
            if not self._socket.closed:
                await self._socket.send_str(frame)
            self._out.task_done()

    async def _flush(self) -> None:
        await self._out.join()

    def _leave(self) -> None:
        """A goodbye with 1000 or 1001 ends the session; anything else leaves it to be resumed."""
        session = self._session
        if session is None or session.connection is not self:
            return
        session.connection = None
        if self._socket.close_code in (1000, 1001):
            self._world.gateway.close(session)
        self._world.bell.ring()

    def _detach(self) -> None:
        if self._session is not None:
            self._session.connection = None

    # ── what the bot says

    def _receive(self, text: str) -> None:
        self._count()
        try:
            frame = json.loads(text)
            operation, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closing(DECODE_ERROR) from None
        operations: dict[int, Callable[[Any], None]] = {
            1: self._heartbeat,
            2: self._identify,
            3: self._presence,
            4: self._presence,
            6: self._resume,
            8: self._request_members,
        }
        if operation not in operations:
            raise Closing(UNKNOWN_OPCODE)
        if operation not in (1, 2, 6) and self._session is None:
            raise Closing(NOT_AUTHENTICATED)
        operations[operation](data)

    def _count(self) -> None:
        now = time.monotonic()
        self._received.append(now)
        while self._received[0] < now - 60:
            self._received.popleft()
        if len(self._received) > EVENTS_A_MINUTE:
            raise Closing(RATE_LIMITED)

    def _heartbeat(self, _: Any) -> None:
        self._world.gateway.heartbeats += 1
        self._send({"op": 11})

    def _presence(self, _: Any) -> None:
        """Presences and voice are taken and shown to nobody."""

    def _identify(self, data: Json) -> None:
        if self._session is not None:
            raise Closing(ALREADY_AUTHENTICATED)
        application = self._world.application_of(data.get("token", ""))
        if application is None:
            raise Closing(BAD_TOKEN)
        if data.get("shard", [0, 1]) != [0, 1]:
            raise Closing(BAD_SHARD)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~EVERY_INTENT:
            raise Closing(INVALID_INTENTS)
        if Intent(intents & EVERY_INTENT) & PRIVILEGED & ~application.privileged:
            raise Closing(DISALLOWED_INTENTS)
        if not self._world.gateway.start_allowed(application):
            application.reset_token()
            raise Closing(BAD_TOKEN)
        threshold = data.get("large_threshold", 50)
        self._session = self._world.gateway.open(application, Intent(intents & EVERY_INTENT), threshold, self)

    def _resume(self, data: Json) -> None:
        application = self._world.application_of(data.get("token", ""))
        if application is None:
            raise Closing(BAD_TOKEN)
        session = self._world.gateway.resume(data["session_id"], application, data.get("seq") or 0, self)
        if session is None:
            self._send({"op": 9, "d": False})
        self._session = session

    def _request_members(self, data: Json) -> None:
        session = self._session
        server = self._world.servers.get(int(data["guild_id"]))
        if session is None or server is None:
            return
        wanted = {int(each) for each in _listed(data.get("user_ids"))}
        query, limit = data.get("query"), data.get("limit", 0)
        if query == "" and limit == 0 and Intent.GUILD_MEMBERS not in session.intents:
            self._world.problem("gateway op 8: the whole member list was asked for without the GUILD_MEMBERS intent")
            return
        found = [each for each in server.members.values() if _asked_for(each.id, each.name, wanted, query)]
        found = found[:limit] if limit else found
        missing = [str(each) for each in wanted if each not in server.members]
        pieces = [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)] or [[]]
        for index, piece in enumerate(pieces):
            body: Json = {
                "guild_id": str(server.id),
                "members": [payloads.member_json(member) for member in piece],
                "chunk_index": index,
                "chunk_count": len(pieces),
                "not_found": missing,
            }
            if data.get("nonce") is not None:
                body["nonce"] = data["nonce"]
            session.push("GUILD_MEMBERS_CHUNK", body)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _asked_for(user_id: int, name: str, wanted: set[int], query: str | None) -> bool:
    if wanted:
        return user_id in wanted
    return name.lower().startswith((query or "").lower())


def cut(request: web.Request) -> None:
    """Reset the connection a request came over."""
    transport = request.transport
    if transport is None:
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
