"""The playground's page and what it asks of the server. It listens on the loopback only, and takes nothing that another
site's page sends."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import NotFound, Refusal
from bot.model import Form, Upload
from bot.platforms.playground import cast
from bot.platforms.playground.incoming import Incoming
from bot.platforms.playground.mailbox import Mailbox
from bot.platforms.playground.platform import Playground
from bot.platforms.playground.show import SHOWN, Show, form_json, scene_json
from bot.platforms.playground.tour import Tour

HERE = Path(__file__).parent
MEGABYTE = 1_000_000
HOSTS = ["127.0.0.1", "localhost"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

Doing = Callable[[Incoming, FormData], Awaitable[Form | None]]


class Guard:
    """Puts the headers on every answer, and turns away what another site's page sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(key.encode(), value.encode()) for key, value in HEADERS.items()]
            await send(message)

        if scope["type"] == "http" and scope["method"] == "POST":
            site = Request(scope).headers.get("sec-fetch-site", "same-origin")
            if site != "same-origin":
                await Response("This came from another site.", 403)(scope, receive, guarded)
                return
        await self._app(scope, receive, guarded)


class Page:
    """The page's server side."""

    def __init__(self, playground: Playground, mailbox: Mailbox, tour: Tour) -> None:
        self._playground, self._mailbox, self._tour = playground, mailbox, tour
        self._world = playground.world
        self._templates = Jinja2Templates(HERE / "templates")

    def site(self) -> Starlette:
        """The whole site."""
        routes = [
            Route("/", self.index),
            Route("/healthz", self.health),
            Route("/scene", self.scene),
            Route("/state", self.state),
            Route("/events", self.events),
            Route("/file/{file}", self.file),
            Route("/mail/{mail:int}/{number:int}", self.mail_file),
            Mount("/static", StaticFiles(directory=HERE / "static")),
            *(Route(f"/{name}", self.doing(name, deed), methods=["POST"]) for name, deed in DOINGS.items()),
        ]
        limit = (self._playground.app.settings.moderation.attachment_megabytes + 1) * MEGABYTE
        guards = [
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS),
            Middleware(Guard),
            Middleware(RequestBodyLimitMiddleware, max_body_size=limit),
        ]
        return Starlette(routes=routes, middleware=guards)

    async def index(self, request: Request) -> Response:
        """The page itself; everything in it is drawn by its script."""
        union = self._playground.app.settings.union.name
        return self._templates.TemplateResponse(request, "page.html", {"union": union, "panes": list(cast.PANES)})

    async def health(self, _request: Request) -> Response:
        """Whether we serve."""
        done, steps = len(self._tour.done), len(self._tour.as_json())
        return JSONResponse({"status": "ok", "people": len(self._world.people), "tour": f"{done}/{steps}"})

    async def scene(self, _request: Request) -> Response:
        """What all panes share."""
        return JSONResponse(scene_json(self._playground, cast.PANES))

    async def state(self, request: Request) -> Response:
        """What one person sees."""
        person = self._world.people.get(request.query_params.get("person", ""))
        if person is None:
            return Response(status_code=404)
        return JSONResponse(Show(self._playground, self._mailbox, person).everything())

    async def events(self, _request: Request) -> Response:
        """The world's version and the tour, now and after every change."""

        async def told() -> AsyncIterator[str]:
            async for version in self._world.watch():
                yield f"data: {json.dumps({'version': version, 'tour': self._tour.as_json()})}\n\n"

        return StreamingResponse(told(), media_type="text/event-stream")

    async def file(self, request: Request) -> Response:
        """A file of a post."""
        return served(self._world.files.get(request.path_params["file"]))

    async def mail_file(self, request: Request) -> Response:
        """A file of an e-mail."""
        mails = [mail for mail in self._mailbox.mails if mail.id == str(request.path_params["mail"])]
        number = int(request.path_params["number"])
        files = mails[0].files if mails else ()
        return served(files[number] if number < len(files) else None)

    def doing(self, name: str, deed: Doing) -> Callable[[Request], Awaitable[Response]]:
        """Something a person does, with its answer: a form to open, or the sentence that says why not."""

        async def done(request: Request) -> Response:
            async with request.form(max_part_size=MEGABYTE) as given:
                try:
                    incoming = Incoming(self._playground, str(given.get("person", "")))
                except NotFound as error:
                    return JSONResponse({"error": str(error)}, 404)
                try:
                    return JSONResponse({"form": form_json(await deed(incoming, given))})
                except Exception as error:  # noqa: BLE001 - `tell` logs what is a fault of ours, under the reference it gives
                    status = 409 if isinstance(error, Refusal) else 500
                    return JSONResponse({"error": incoming.tell(name, error)}, status)

        return done


def served(upload: Upload | None) -> Response:
    """A file: a picture to be looked at, anything else to be saved."""
    if upload is None:
        return Response(status_code=404)
    shown = upload.media_type in SHOWN
    disposition = "inline" if shown else "attachment"
    media_type = upload.media_type if shown else "application/octet-stream"
    return Response(upload.data, media_type=media_type, headers={"content-disposition": disposition})


async def uploads(given: FormData, field: str) -> list[Upload]:
    """The files of a field; one left empty by the browser is none."""
    handed_in = [one for one in given.getlist(field) if isinstance(one, UploadFile) and one.filename]
    kind = "application/octet-stream"
    return [Upload(str(one.filename), one.content_type or kind, await one.read()) for one in handed_in]


def _text(given: FormData, name: str) -> str:
    value: Any = given.get(name, "")
    return value.strip() if isinstance(value, str) else ""


async def _say(who: Incoming, given: FormData) -> Form | None:
    files = await uploads(given, "files")
    return await who.say(_text(given, "room"), _text(given, "text"), files, _text(given, "reply_to"))


async def _edit(who: Incoming, given: FormData) -> None:
    await who.edit(_text(given, "room"), _text(given, "post"), _text(given, "text"))


async def _delete(who: Incoming, given: FormData) -> None:
    await who.delete(_text(given, "room"), _text(given, "post"))


async def _knock(who: Incoming, given: FormData) -> None:
    await who.knock(_text(given, "room"))


async def _leave(who: Incoming, given: FormData) -> None:
    await who.leave(_text(given, "room"))


async def _menu(who: Incoming, given: FormData) -> Form | None:
    return await who.menu(_text(given, "room"), _text(given, "post"), _text(given, "command"))


async def _press(who: Incoming, given: FormData) -> Form | None:
    return await who.press(_text(given, "room"), _text(given, "token"))


async def _open(who: Incoming, given: FormData) -> Form | None:
    return await who.open(_text(given, "room"), _text(given, "token"))


async def _submit(who: Incoming, given: FormData) -> Form | None:
    names = [name.removeprefix("field.") for name in given if name.startswith("field.")]
    texts = {name: _text(given, f"field.{name}") for name in names}
    values = {name: text for name, text in texts.items() if isinstance(given.get(f"field.{name}"), str)}
    files = [upload for name in names for upload in await uploads(given, f"field.{name}")]
    return await who.submit(_text(given, "room"), _text(given, "token"), values, files)


async def _listen(who: Incoming, given: FormData) -> None:
    who.listen(listens=_text(given, "listens") == "yes")


async def _read(who: Incoming, given: FormData) -> None:
    who.mark_read(_text(given, "room"))


DOINGS: dict[str, Doing] = {
    "say": _say,
    "edit": _edit,
    "delete": _delete,
    "knock": _knock,
    "leave": _leave,
    "menu": _menu,
    "press": _press,
    "open": _open,
    "submit": _submit,
    "listen": _listen,
    "read": _read,
}
