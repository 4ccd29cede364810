"""`porter health`: what a running Porter says of itself, and what is said when none runs."""

import asyncio
from pathlib import Path

from sqlalchemy import update
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.app import opened
from bot.config import load
from bot.console import health
from bot.model import EffectKind, EffectState
from bot.parts import App
from bot.serving import served
from bot.store.tables import effects
from tests.cli.conftest import Ended, Porter


async def set_aside(app: App) -> None:
    """One effect was tried too often."""
    async with app.store.work(app.now()) as work:
        await app.outbox.add(work, EffectKind.SWEEP, "sweep")
        await work.execute(update(effects).values(state=EffectState.POISON))


def asked(porter: Porter, config: Path, *words: str, poison: bool = False) -> Ended:
    """Have a Porter answer, and ask it."""

    async def work() -> Ended:
        async with opened(load(config, {})) as app:
            if poison:
                await set_aside(app)
            return await at(health.site(app), porter, config, *words)

    return asyncio.run(work())


async def at(site: ASGIApp, porter: Porter, config: Path, *words: str) -> Ended:
    """Ask whatever answers on the port of the configuration."""
    async with served(site, "127.0.0.1", 0) as address:
        listen_at(config, address.rstrip("/").rpartition(":")[2])
        return await asyncio.to_thread(porter, "health", *words)


def listen_at(config: Path, port: str) -> None:
    """Say in the configuration where Porter listens."""
    config.write_text(config.read_text(encoding="utf-8") + f"\n[console]\nport = {port}\n", encoding="utf-8")


def test_a_porter_that_is_well_says_so(porter: Porter, config: Path) -> None:
    ended = asked(porter, config)

    assert ended.code == 0
    assert ended.out.startswith("✓ Porter is at work and well.")
    assert "Platforms: none. 0 things still to be done, 0 for a person to look at. Unscreened: 0." in ended.out


def test_what_is_wrong_is_said_in_words_and_ends_with_1(porter: Porter, config: Path) -> None:
    ended = asked(porter, config, poison=True)

    assert ended.code == 1
    assert "✗ Porter is at work, but not all is well." in ended.out
    assert "✗ Set aside after too many tries: 1. porter outbox list shows what and why." in ended.out


def test_scripts_get_the_answer_as_it_came(porter: Porter, config: Path) -> None:
    ended = asked(porter, config, "--json", poison=True)

    assert ended.code == 1
    assert ended.json["status"] == "degraded"
    assert [reason["name"] for reason in ended.json["reasons"]] == ["poison"]


def test_where_no_porter_runs_it_says_so(porter: Porter, config: Path) -> None:
    listen_at(config, "1")

    ended = porter("health")

    assert ended.code == 1
    assert "No Porter answers at 127.0.0.1:1." in ended.err


def test_a_stranger_on_the_port_is_not_taken_for_porter(porter: Porter, config: Path) -> None:
    async def hello(_request: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    ended = asyncio.run(at(Starlette(routes=[Route("/healthz", hello)]), porter, config))

    assert ended.code == 1
    assert "but it is no Porter" in ended.err
