"""The HTTP side: finds the bot by its token, decodes the call, lets faults happen, applies it,
and writes everything down."""

import asyncio
import inspect
import socket
import struct
from typing import Any

from aiohttp import web

from tests.wire.telegram.call import Call, decode
from tests.wire.telegram.content import File
from tests.wire.telegram.errors import RefusedError
from tests.wire.telegram.faults import Fault, Faults
from tests.wire.telegram.journal import Journal
from tests.wire.telegram.limits import Limits
from tests.wire.telegram.methods import BY_LOWER_CASE, METHODS
from tests.wire.telegram.robot import Robot
from tests.wire.telegram.spec import published
from tests.wire.telegram.updates import Delivery
from tests.wire.telegram.world import World

BIGGEST_REQUEST = 64 * 2**20


class Server:
    """Serves a world on 127.0.0.1. `open_calls` counts the calls that run, polling left out."""

    def __init__(self, world: World) -> None:
        self.world, self.journal, self.faults, self.limits = world, Journal(world), Faults(), Limits(world.clock)
        self.problems: list[str] = []
        self.open_calls = 0
        self.port = 0
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._site: web.SockSite | None = None
        self._door: socket.socket | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=BIGGEST_REQUEST)
        app.router.add_route("*", "/bot{token}/{method}", self._api)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        self._door = _bound(0)
        self.port = self._door.getsockname()[1]
        await self.come_back()

    async def go_down(self) -> None:
        """Reset every connection and refuse new ones; the port stays ours."""
        if self._site is not None:
            await self._site.stop()
            self._site, self._door = None, _bound(self.port)
        for connection in list(self._served.connections):
            _abort(connection.transport)

    async def come_back(self) -> None:
        """Listen (again)."""
        if self._site is None and self._runner is not None and self._door is not None:
            self._site = web.SockSite(self._runner, self._door)
            await self._site.start()

    async def stop(self) -> None:
        """Reset every connection, polls and silences too, and listen no more."""
        self._closing.set()
        for robot in self.world.robots.values():
            if robot.webhook is not None:
                await robot.webhook.stop()
        if self._runner is not None:
            await self.go_down()
            await self._runner.cleanup()
            self._runner = None
        if self._door is not None:
            self._door.close()

    @property
    def _served(self) -> web.Server:
        if self._runner is None or self._runner.server is None:
            raise RuntimeError("this Telegram is not running")
        return self._runner.server

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = BY_LOWER_CASE.get(request.match_info["method"].lower(), request.match_info["method"])
        fault = self.faults.next(method)
        if fault is not None and fault.sort == "reset_before":
            return _reset(request)
        if method == "getUpdates":
            return await self._answer(request, method, fault)
        self.open_calls += 1
        try:
            return await self._answer(request, method, fault)
        finally:
            self.open_calls -= 1
            self.world.bell.ring()

    async def _answer(self, request: web.Request, method: str, fault: Fault | None) -> web.StreamResponse:
        robot = self._robot(request.match_info["token"])
        if robot is None:
            return _error(RefusedError(401, ""))
        args, files = await _read(request)
        call = Call(self.world.clock.now(), robot, method, args, files)
        if fault is not None and not fault.applied:
            call.refused = f"{fault.status} {fault.body}"
            self.journal.add(call)
            return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type)
        answer = await self._apply(call)
        return answer if fault is None else await self._spoil(request, answer, fault)

    async def _apply(self, call: Call) -> web.Response:
        try:
            call.answer = await self._run(call)
            call.applied = True
        except RefusedError as refused:
            call.refused = refused.description
            return _error(refused)
        except Exception as fault:
            call.refused = repr(fault)
            call.notes.append(f"{call.method}: this server failed: {fault!r}")
            raise
        finally:
            self._note(call)
            self.journal.add(call)
        return (
            _updates(call.answer)
            if call.method == "getUpdates"
            else web.json_response({"ok": True, "result": call.answer})
        )

    async def _run(self, call: Call) -> Any:
        method = METHODS.get(call.method)
        if method is None:
            call.notes.append(f"{call.method}: no such method here")
            raise RefusedError(404, "method not found")
        self.limits.check(call)
        answer = method(self.world, call)
        return await answer if inspect.isawaitable(answer) else answer

    def _note(self, call: Call) -> None:
        spec = published()
        found = list(call.notes)
        if spec is not None:
            found += spec.request(call.method, call.args, set(call.files))
            found += spec.answer(call.method, call.answer) if call.applied and call.method != "getUpdates" else []
        if call.applied:
            found += [f"{call.method}.{name}: not modelled here" for name in call.unread()]
        self.problems += found

    async def _spoil(self, request: web.Request, answer: web.Response, fault: Fault) -> web.StreamResponse:
        if fault.sort == "reset_after":
            return _reset(request)
        if fault.sort == "silence":
            await self._closing.wait()
        if fault.sort == "delay":
            await asyncio.sleep(fault.seconds)
        if fault.sort == "cut":
            whole = answer.body if isinstance(answer.body, bytes) else b""
            return web.Response(body=whole[: len(whole) // 2], content_type="application/json")
        if fault.sort == "answer":
            return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type)
        return answer

    async def _file(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.next("download")
        if fault is not None and fault.sort == "reset_before":
            return _reset(request)
        if fault is not None and not fault.applied:
            return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type)
        answer = self._download(request.match_info["token"], request.match_info["path"])
        return answer if fault is None else await self._spoil(request, answer, fault)

    def _download(self, token: str, path: str) -> web.Response:
        robot = self._robot(token)
        if robot is None:
            return _error(RefusedError(401, ""))
        file = self.world.files.at(path, self.world.clock.now())
        return _error(RefusedError(404, "")) if file is None else web.Response(body=file.data)

    def _robot(self, token: str) -> Robot | None:
        return next((one for one in self.world.robots.values() if one.token == token and not one.revoked), None)


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, File]]:
    """Parameters and uploads of a request, from its link, a form, or JSON."""
    fields, files = dict(request.query), {}
    if request.content_type == "application/json":
        return decode(fields) | await request.json(), {}
    if request.can_read_body:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = File(value.filename, value.file.read(), value.content_type)
            else:
                fields[name] = str(value)
    return decode(fields), files


def _error(refused: RefusedError) -> web.Response:
    return web.json_response(refused.as_json(), status=refused.code)


def _updates(batch: list[Delivery]) -> web.Response:
    return web.Response(
        body=b'{"ok": true, "result": [' + b", ".join(update.body for update in batch) + b"]}",
        content_type="application/json",
    )


def _bound(port: int) -> socket.socket:
    """A socket that holds a port of 127.0.0.1 (0: any free one) without listening: connecting is refused."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    return door


def _abort(transport: asyncio.BaseTransport | None) -> None:
    """Close at once with a reset, not with a goodbye."""
    if isinstance(transport, asyncio.Transport):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _reset(request: web.Request) -> web.StreamResponse:
    _abort(request.transport)
    return web.Response(status=503)
