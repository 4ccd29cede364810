"""`porter demo`: the playground served on the loopback, with a database and a mail server of its own."""

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from bot import commands
from bot.config import Settings, load
from bot.desk import sweep
from bot.parts import App
from bot.platforms.playground.mailbox import Mail, Mailbox, listening
from bot.platforms.playground.page import Page
from bot.platforms.playground.platform import Playground
from bot.platforms.playground.seed import seed
from bot.platforms.playground.tour import Tour

HOST = "127.0.0.1"
GRACE_SECONDS = 3

Opened = Callable[[Settings], AbstractAsyncContextManager[App]]


@dataclass(frozen=True, slots=True)
class Running:
    """A playground at work."""

    app: App
    playground: Playground
    mailbox: Mailbox
    tour: Tour


class Web(uvicorn.Server):
    """A server in a loop that is not its own: signals are the loop's owner's. `answers` is set once it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.answers.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals alone."""
        yield


def say_where(address: str) -> None:
    """The one line that the demo prints."""
    print(f"Porter's playground: {address} — Ctrl-C ends it", flush=True)


async def serve(
    opened: Opened, port: int, folder: Path, stop: asyncio.Event, ready: Callable[[str], None] = say_where
) -> None:
    """Serve the playground until `stop` is set. `ready` is told the address once it answers; port 0 takes a free one.

    Raises `OSError` when the port is taken.
    """
    with contextlib.closing(bound(port)) as listener:
        async with at_work(opened, folder) as running:
            server = Web(configured(running))
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await until_either(server.answers, serving)
            ready(f"http://{HOST}:{listener.getsockname()[1]}/")
            await until_either(stop, serving)
            running.playground.world.close()
            server.should_exit = True
            await serving


async def until_either(event: asyncio.Event, serving: "asyncio.Task[None]") -> None:
    """Return when the event is set, or when the server ended by itself."""
    told = asyncio.create_task(event.wait())
    await asyncio.wait({told, serving}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()


def bound(port: int) -> socket.socket:
    """A socket on the loopback."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def configured(running: Running) -> uvicorn.Config:
    """How the server runs: in our loop, with our logs."""
    site = Page(running.playground, running.mailbox, running.tour).site()
    return uvicorn.Config(site, log_config=None, lifespan="off", timeout_graceful_shutdown=GRACE_SECONDS)


@asynccontextmanager
async def at_work(opened: Opened, folder: Path) -> AsyncIterator[Running]:
    """The playground seeded and everything behind it at work; ended in order on leaving."""
    async with AsyncExitStack() as stack:
        data = stack.enter_context(fresh_folder(folder))
        mailbox = Mailbox(lambda: app.now())
        mail_port = await stack.enter_async_context(listening(mailbox))
        app = await stack.enter_async_context(opened(load(None, environment(data, mail_port))))
        playground = Playground(app)
        app.platforms[playground.name] = playground
        mailbox.arrived = arriving(mailbox, playground)
        await seed(app, playground)
        await stack.enter_async_context(working(app, playground))
        tour = Tour(playground)
        following = asyncio.create_task(tour.follow(), name="tour")
        stack.push_async_callback(ended, following)
        stack.push_async_callback(playground.stop)
        yield Running(app, playground, mailbox, tour)


@contextlib.contextmanager
def fresh_folder(folder: Path) -> Generator[Path, None, None]:
    """A new folder inside that one, gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="playground-", dir=folder) as name:
        yield Path(name)


def arriving(mailbox: Mailbox, playground: Playground) -> Callable[[Mail], None]:
    """E-mail that comes is kept, and the pages hear of it."""

    def arrived(mail: Mail) -> None:
        mailbox.mails.append(mail)
        playground.world.changed()

    return arrived


@asynccontextmanager
async def working(app: App, playground: Playground) -> AsyncIterator[None]:
    """The platform started, commands published, the outbox at work."""
    async with app.store.work(app.now()) as work:
        await sweep.schedule(app, work)
    await playground.start()
    await playground.publish(commands.SPECS, list(app.chats.values()))
    await app.outbox.start()
    try:
        yield
    finally:
        if app.background:
            await asyncio.wait(set(app.background), timeout=GRACE_SECONDS)
        await app.outbox.stop()


async def ended(task: "asyncio.Task[None]") -> None:
    """Wait for a task that is about to end."""
    await task


def environment(data: Path, mail_port: int) -> dict[str, str]:
    """The settings of the demo: everything in its own folder, mail to its own server."""
    return {
        "PORTER_UNION__NAME": "Example Students’ Union",
        "PORTER_UNION__MAILBOX": "societies@example.org",
        "PORTER_UNION__EMAIL_DOMAINS": "example.org",
        "PORTER_DATA__FOLDER": str(data),
        "PORTER_EMAIL__HOST": HOST,
        "PORTER_EMAIL__PORT": str(mail_port),
        "PORTER_EMAIL__SENDER": "porter@example.org",
        "PORTER_EMAIL__SECURITY": "none",
    }
