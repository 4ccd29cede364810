"""Builds every part and runs them in one event loop; the only file that knows them all."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any

import structlog

from bot import commands, policy, resources, wording
from bot.config import Settings
from bot.console import health
from bot.desk import moderation, powers, restored, standing, sweep
from bot.desk.deeds import deeds
from bot.errors import ConfigError, Forbidden, PlatformError, RulesError, TokenRevoked
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
from bot.ports import Platform
from bot.screening import Recent, Reloading
from bot.serving import served
from bot.store import audit, effects, lock, schema
from bot.store.change import Store
from bot.store.engine import is_sqlite

GOES_ON = "Then start Porter again: nothing is lost, and what waits is done then."
ONE_ONLY = (
    "One process does everything on SQLite: start  porter run  without --role. Several processes need PostgreSQL; "
    "porter db move  takes everything there."
)
log = structlog.get_logger()


class Part(StrEnum):
    """What of the work a process does. Several on one PostgreSQL share it."""

    ALL = "all"
    GATEWAY = "gateway"  # listens to the platforms, and answers
    WORKER = "worker"  # works off the outbox


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
            reviewed = partial(review_soon, app)
            app.spawn(asyncio.create_task(screens().watch(ended, reviewed), name="rules"))
        yield app
        await app.ear.flush(now())
    finally:
        ended.set()
        pictures.close()
        await store.close()


def review_soon(app: App) -> None:
    """Packs were read anew: see which rules are new."""
    app.spawn(asyncio.create_task(standing.review(app), name="review rules"))


def bad_rules(error: RulesError) -> None:
    """Packs that cannot be used: the last good ones stay in force, at the start those that come with the program."""
    log.error("app.bad_rules", error=str(error))


def add_platforms(app: App) -> None:
    """The platforms that have a token."""
    if app.settings.discord.enabled:
        app.platforms["discord"] = Discord(app, app.settings.discord)
    if app.settings.telegram.enabled:
        app.platforms["telegram"] = Telegram(app, app.settings.telegram)


@asynccontextmanager
async def working(app: App, part: Part = Part.ALL) -> AsyncIterator[None]:
    """At work, wholly or in part: platforms listened to, the outbox worked off; all of it ended in order on leaving."""
    if part is not Part.WORKER:
        await standing.review(app)  # built, or found wanting, at the start and not at the first message
    async with AsyncExitStack() as stack:
        looking = asyncio.create_task(app.meters.watch_loop(), name="loop lag")
        stack.callback(looking.cancel)
        await stack.enter_async_context(lock.at_work(app.store, partial(alone, app), partial(heard, app)))
        async with app.store.work(app.now()) as work:
            await sweep.schedule(app, work)
            await moderation.ask_again(app, work)  # what an earlier run could not screen
        for platform in app.platforms.values():
            await platform.start()
            stack.push_async_callback(platform.stop)
        if part is not Part.WORKER:
            for platform in app.platforms.values():
                await stack.enter_async_context(listening(app, platform))
        if part is not Part.GATEWAY:
            await app.outbox.start()
            stack.push_async_callback(app.outbox.stop)
        yield


async def alone(app: App) -> None:
    """Nobody else is at work: what was in hand when the last one ended is taken up at once."""
    async with app.store.work(app.now()) as work:
        await effects.release(work)
    await restored.reconcile(app)


def heard(app: App, word: str) -> None:
    """Another process told that something changed; an empty word: something may have been missed."""
    if word != "chats":
        app.outbox.wake()
    if word != "effects":
        app.spawn(asyncio.create_task(powers.refresh_chats(app), name="chats"))


@asynccontextmanager
async def listening(app: App, platform: Platform) -> AsyncIterator[None]:
    """Listen to a platform while no other process does, and stand by to take over while one does. Returns when the
    first of the two is so."""
    settled = asyncio.Event()
    task = asyncio.create_task(_listen(app, platform, settled), name=f"{platform.name}:turn")
    told = asyncio.create_task(settled.wait())
    await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if task.done():
        task.result()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(app: App, platform: Platform, settled: asyncio.Event) -> None:
    def stand_by() -> None:
        if not settled.is_set():
            log.info("app.standing_by", platform=platform.name, note="another process listens; this one takes over")
        settled.set()

    while True:
        try:
            async with lock.owned(app.store, name_of(app, platform), stand_by) as lost:
                await _hear(app, platform, settled, lost)
        except Exception as error:
            if not settled.is_set():
                raise
            if isinstance(error, TokenRevoked | Forbidden):  # for good, which the platform says by `ended` too
                log.error("app.listening_ended", platform=platform.name, why=str(error))
                return
            log.warning("app.listening_broke", platform=platform.name, error=type(error).__name__)
            await asyncio.sleep(lock.AGAIN)


async def _hear(app: App, platform: Platform, settled: asyncio.Event, lost: asyncio.Event) -> None:
    try:
        await powers.refresh_chats(app)
        await platform.listen()
        await _publish(app, platform, first=not settled.is_set())
        log.info("app.listening", platform=platform.name)
        settled.set()
        await lost.wait()
        log.warning("app.turn_lost", platform=platform.name, note="the connection to the database was lost")
    finally:
        await platform.hush()


async def _publish(app: App, platform: Platform, *, first: bool) -> None:
    """Register the commands. Who takes over finds those that another process registered."""
    chats = [chat for chat in app.chats.values() if chat.platform == platform.name]
    try:
        await platform.publish(commands.SPECS, chats)
    except PlatformError as error:
        if first:
            raise
        log.warning("app.not_published", platform=platform.name, why=str(error))


def name_of(app: App, platform: Platform) -> str:
    """What only one process may listen with: the platform's token."""
    tokens = {"discord": app.settings.discord.token, "telegram": app.settings.telegram.token}
    return f"{platform.name}:{tokens[platform.name].get_secret_value()}"


def until_told() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no such handlers
            loop.add_signal_handler(name, stop.set)
    return stop


async def run(settings: Settings, part: Part = Part.ALL) -> None:
    """`porter run`: connect and work until told to stop. Raises `PlatformError` when every chat service refuses us."""
    if part is not Part.ALL and is_sqlite(settings.database.url):
        raise ConfigError(ONE_ONLY)
    stop = until_told()
    async with opened(settings, watch=True) as app:
        gc.freeze()  # what was built stays: collecting it again and again would hold messages up
        add_platforms(app)
        console = settings.console
        async with working(app, part), served(health.site(app), console.host, console.port) as address:
            log.info("app.working", part=part.value, platforms=sorted(app.platforms), console=address)
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
