"""Builds every part and runs them in one event loop; the only file that knows them all."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from bot import commands, policy, resources, wording
from bot.config import Settings
from bot.console import health
from bot.desk import powers, sweep
from bot.desk.deeds import deeds
from bot.errors import PlatformError, RulesError
from bot.evidence.ear import Ear
from bot.evidence.images import Images
from bot.evidence.picture import Pictures
from bot.evidence.vault import open_vault
from bot.messengers.email import Email
from bot.outbox.engine import Outbox
from bot.parts import App
from bot.platforms.discord.platform import Discord
from bot.platforms.playground import demo as playground
from bot.platforms.telegram.client import Telegram
from bot.screening import Recent, Reloading
from bot.serving import served
from bot.store import audit, effects, lock, schema
from bot.store.change import Store

GOES_ON = "Then start Porter again: nothing is lost, and what waits is done then."
log = structlog.get_logger()


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def sentences(settings: Settings) -> wording.Wording:
    """The wording in force, with what is the same in every sentence."""
    folders = [resources.rules() / "wording"]
    if settings.wording.folder is not None:
        folders.append(settings.wording.folder)
    union = settings.union
    hours = settings.retention.buffer_hours
    always: dict[str, wording.Filling] = {
        "union": union.name,
        "code_of_conduct": union.code_of_conduct_url,
        "hours": hours,
    }
    return wording.load(folders, always)


@asynccontextmanager
async def opened(
    settings: Settings, *, now: Callable[[], datetime] = utc_now, watch: bool = False
) -> AsyncIterator[App]:
    """Every part, built; the database at its newest revision; no platform connected and nothing at work yet.

    With `watch`, changed rule packs are taken in while the program runs.
    """
    store = Store(settings.database.url)
    pictures = Pictures()
    ended = asyncio.Event()
    try:
        await schema.upgrade(store)
        async with store.read() as read:
            empty = not await audit.lines(read, limit=1)
        vault = open_vault(settings.data.keys, create=empty)  # a lost key file must never be replaced by a new one
        # Built at the first need: most commands screen nothing, and reading all packs takes half a second.
        screens = cache(lambda: Reloading([resources.rules(), *settings.screening.folders], failed=bad_rules))
        app = App(
            settings=settings,
            store=store,
            wording=sentences(settings),
            ladder=policy.load(resources.rules() / "ladder.toml"),
            vault=vault,
            pictures=pictures,
            images=Images(),
            screen=lambda: screens().current,
            recent=Recent(),
            ear=Ear(store, vault, settings.retention.buffer_hours),
            outbox=Outbox(store, now),
            now=now,
        )
        if settings.email.enabled:
            app.messengers["email"] = Email(settings.email, settings.union.name)
        app.outbox.learn(deeds(app))
        await powers.refresh_chats(app)
        if watch:
            app.spawn(asyncio.create_task(screens().watch(ended), name="rules"))
        yield app
        await app.ear.flush(now())
    finally:
        ended.set()
        pictures.close()
        await store.close()


def bad_rules(error: RulesError) -> None:
    """Changed packs that cannot be used: the last good ones stay in force."""
    log.error("app.bad_rules", error=str(error))


def add_platforms(app: App) -> None:
    """The platforms that have a token."""
    if app.settings.discord.enabled:
        app.platforms["discord"] = Discord(app, app.settings.discord)
    if app.settings.telegram.enabled:
        app.platforms["telegram"] = Telegram(app, app.settings.telegram)


@asynccontextmanager
async def working(app: App) -> AsyncIterator[None]:
    """Platforms connected, commands published, the outbox at work; all of it ended in order on leaving."""
    app.screen()  # rules that cannot be used stop the start, not the first message
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(lock.only_one(app.store))
        async with app.store.work(app.now()) as work:
            await effects.release(work)
            await sweep.schedule(app, work)
        for platform in app.platforms.values():
            await platform.start()
            stack.push_async_callback(platform.stop)
        for platform in app.platforms.values():
            chats = [chat for chat in app.chats.values() if chat.platform == platform.name]
            await platform.publish(commands.SPECS, chats)
        await app.outbox.start()
        stack.push_async_callback(app.outbox.stop)
        yield


def until_told() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no such handlers
            loop.add_signal_handler(name, stop.set)
    return stop


async def run(settings: Settings) -> None:
    """`porter run`: connect and work until told to stop. Raises `PlatformError` when every chat service refuses us."""
    stop = until_told()
    async with opened(settings, watch=True) as app:
        gc.freeze()  # what was built stays: collecting it again and again would hold messages up
        add_platforms(app)
        console = settings.console
        async with working(app), served(health.site(app), console.host, console.port) as address:
            log.info("app.working", platforms=sorted(app.platforms), console=address)
            why = await _over(app, stop)
    log.info("app.stopped")
    if why is not None:
        raise PlatformError(f"{why} {GOES_ON}", why.code)


async def _over(app: App, stop: asyncio.Event) -> PlatformError | None:
    """Wait until we are told to stop; or until no chat service will have us any more, and why."""
    told = asyncio.create_task(stop.wait())
    refused = [asyncio.create_task(platform.ended()) for platform in app.platforms.values()]
    everywhere = asyncio.gather(*refused)
    first: list[asyncio.Future[Any]] = [told, everywhere]
    await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    why = None if stop.is_set() else everywhere.result()[0]
    for one in first:
        one.cancel()
    await asyncio.gather(*first, return_exceptions=True)
    return why


async def demo(folder: Path, port: int) -> None:
    """`porter demo`: the playground, until told to stop."""
    await playground.serve(opened, port, folder, until_told())
