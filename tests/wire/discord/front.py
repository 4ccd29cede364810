"""The front door: HTTP in, JSON out, with the journal, the limits, the faults and the description in between."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from tests.wire.discord import spec
from tests.wire.discord.connection import Connection, cut
from tests.wire.discord.journal import Call
from tests.wire.discord.message_rules import Uploaded
from tests.wire.discord.messages import File
from tests.wire.discord.refusals import UNAUTHORIZED, UNKNOWN_ROUTE, Refusal, refuse, too_long
from tests.wire.discord.rest.asking import Ask
from tests.wire.discord.rest.routes import Found, find

if TYPE_CHECKING:
    from tests.wire.discord.applications import Application
    from tests.wire.discord.faults import Fault
    from tests.wire.discord.world import Discord

MOST_BYTES = 300 * 1024 * 1024
JSON_HEADERS = {"Content-Type": "application/json"}
EDGE_BAN = "<html><head><title>Access denied</title></head><body>error code: 1015</body></html>"
_FILE_PART = re.compile(r"files\[(\d+)\]")


class Incoming:
    """What a request carried: JSON, uploaded files, and other named parts."""

    def __init__(self) -> None:
        self.body: Any = None
        self.uploads: list[Uploaded] = []
        self.others: dict[str, bytes] = {}
        self.parts: list[str] = []
        self.form = ""

    async def read(self, request: web.Request) -> None:
        if request.content_type.startswith("multipart/"):
            self.form = request.content_type
            async for part in await request.multipart():
                if isinstance(part, BodyPartReader):
                    self._take(part, bytes(await part.read()))
            return
        raw = await request.read()
        if raw:
            self.body = _parsed(raw)

    def _take(self, part: BodyPartReader, data: bytes) -> None:
        name = part.name or ""
        numbered = _FILE_PART.fullmatch(name)
        if name == "payload_json":
            self.body = _parsed(data)
            return
        self.parts.append(name)
        if numbered:
            self.uploads.append(Uploaded(int(numbered[1]), File(part.filename or "unknown", data)))
        else:
            self.others[name] = data


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise refuse(50109) from None


class Front:
    """Serves the API, the gateway and the CDN from one port."""

    def __init__(self, world: Discord) -> None:
        self._world = world
        self.app = web.Application(client_max_size=MOST_BYTES)
        self.app.router.add_get("/gateway/", self._gateway)
        for place in ("attachments", "ephemeral-attachments", "media"):
            self.app.router.add_get(f"/{place}/{{channel_id}}/{{attachment_id:\\d+}}/{{name}}", world.cdn.serve)
        self.app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        self.app.router.add_route("*", "/{path:.*}", self._elsewhere)

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        return await Connection(self._world, request).serve()

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        self._world.problem(f"{request.method} {request.path}: outside the API, the gateway and the CDN")
        return web.Response(status=404)

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/api/v10")
        reason = unquote(request.headers.get("X-Audit-Log-Reason", ""))
        call = Call(request.method, path, dict(request.query), None, (), reason, self._world.clock.now())
        fault = self._world.faults.meet(request.method, path)
        try:
            return await self._meet(request, call, fault)
        finally:
            self._world.journal.write(call)

    async def _meet(self, request: web.Request, call: Call, fault: Fault | None) -> web.StreamResponse:
        """Whatever stands between a call and its being done."""
        found = find(call.method, call.path)
        call.route = found.template if found else ""
        incoming = Incoming()
        try:
            await incoming.read(request)
        except Refusal as refusal:
            return self._refused(call, refusal, {})
        call.body, call.parts, call.form = incoming.body, incoming.parts, incoming.form
        call.files = [upload.file for upload in incoming.uploads]
        if fault is not None and fault.reset_before:
            return _reset(request)
        if fault is not None and fault.status:
            return self._mishap(call, fault)
        if self._world.limits.banned:
            return web.Response(status=429, text=EDGE_BAN, content_type="text/html")
        verdict = self._world.limits.judge(call.method, call.path, call.route or call.path)
        if verdict.refusal is not None:
            call.status, call.answer = 429, json.loads(verdict.refusal)
            self._world.limits.count(429)
            return web.Response(status=429, body=verdict.refusal.encode(), headers={**JSON_HEADERS, **verdict.headers})
        response = self._do(request, call, incoming, found, verdict.headers)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        return _reset(request, call) if fault is not None and fault.reset_after else response

    def _mishap(self, call: Call, fault: Fault) -> web.Response:
        call.status = fault.status
        self._world.limits.count(fault.status)
        headers = {"Content-Type": fault.content_type, **fault.headers}
        return web.Response(status=fault.status, body=fault.body.encode(), headers=headers)

    def _do(
        self, request: web.Request, call: Call, incoming: Incoming, found: Found | None, headers: dict[str, str]
    ) -> web.Response:
        """Do it, all at once: nothing else happens in this Discord meanwhile."""
        application = self._caller(request, found)
        if application is None:
            return self._refused(call, UNAUTHORIZED, headers)
        call.application_id = application.id
        if found is None:
            self._world.problem(f"{call.method} {call.path}: no such route")
            return self._refused(call, UNKNOWN_ROUTE, headers)
        self._hold_against_spec(call, answered=False)
        world, args = self._world, found.args
        ask = Ask(world, application, args, call.query, call.body, incoming.uploads, incoming.others, call.reason)
        try:
            if len(call.reason) > 512:
                raise too_long("reason", 512)
            call.status, call.answer = found.answering(ask)
        except Refusal as refusal:
            return self._refused(call, refusal, headers)
        call.applied = True
        self._hold_against_spec(call, answered=True)
        body = b"" if call.answer is None else json.dumps(call.answer).encode()
        return web.Response(status=call.status, body=body, headers={**JSON_HEADERS, **headers} if body else headers)

    def _caller(self, request: web.Request, found: Found | None) -> Application | None:
        """Whose token it is; calls by an interaction's token are its bot's."""
        if found is not None and found.by_token:
            return self._world.application_by_interaction(found.args)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self._world.application_of(token) if scheme == "Bot" else None

    def _refused(self, call: Call, refusal: Refusal, headers: dict[str, str]) -> web.Response:
        call.status, call.answer = refusal.status, refusal.body()
        self._world.limits.count(refusal.status)
        body = json.dumps(call.answer).encode()
        return web.Response(status=refusal.status, body=body, headers={**JSON_HEADERS, **headers})

    def _hold_against_spec(self, call: Call, answered: bool) -> None:
        description = spec.load()
        if description is not None:
            found = description.problems_of_answer(call) if answered else description.problems_of_request(call)
            for each in found:
                self._world.problem(each)


def _reset(request: web.Request, call: Call | None = None) -> web.Response:
    """Cut the line; aiohttp finds nobody to answer."""
    if call is not None:
        call.status = 0
    cut(request)
    return web.Response(status=499)
