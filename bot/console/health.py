"""`GET /healthz` and `GET /metrics`: whether the program is at work, for watchers. They tell counts, never content."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.console import metrics
from bot.desk import health
from bot.desk.health import Status
from bot.parts import App


def site(app: App) -> Starlette:
    """The console's pages."""

    async def healthz(_request: Request) -> JSONResponse:
        """200 while Porter does what it is there for, 503 when not; `reasons` says in words what is wrong. `stuck`
        counts effects that wait for a person, `lag` is how many seconds the oldest due effect has waited, `muted` names
        platforms that let us write to nobody in private, and until when."""
        found = await health.examine(app)
        told = {
            "status": found.status,
            "reasons": [{"status": one.status, "name": one.name, "text": one.text} for one in found.reasons],
            "platforms": sorted(app.platforms),
            "waiting": found.waiting,
            "stuck": found.stuck,
            "unscreened": found.unscreened,
            "muted": found.muted,
            "lag": round(found.lag, 1),
        }
        return JSONResponse(told, 503 if found.status is Status.FAILING else 200)

    async def scraped(_request: Request) -> Response:
        """The numbers, as Prometheus reads them."""
        return Response(await metrics.text(app), media_type=metrics.MEDIA_TYPE)

    return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", scraped)])
