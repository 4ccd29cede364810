"""`GET /healthz`: whether the program is at work, for watchers. It tells counts, never content."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.model import EffectState
from bot.parts import App
from bot.store import effects


def site(app: App) -> Starlette:
    """The console's pages."""

    async def healthz(_request: Request) -> JSONResponse:
        """Answers 200 when the database answers; `stuck` counts effects that wait for a person."""
        async with app.store.read() as read:
            counts = await effects.counts(read)
        stuck = sum(counts.get(state.value, 0) for state in (EffectState.UNKNOWN, EffectState.POISON))
        waiting = counts.get(EffectState.READY.value, 0) + counts.get(EffectState.RUNNING.value, 0)
        found = {"status": "ok", "platforms": sorted(app.platforms), "waiting": waiting, "stuck": stuck}
        return JSONResponse(found)

    return Starlette(routes=[Route("/healthz", healthz)])
