"""A web server inside our own loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.errors import ConfigError

GRACE_SECONDS = 3


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


@asynccontextmanager
async def served(site: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
    """Serve a site until left; gives its address. Raises `ConfigError` when the port is taken."""
    with contextlib.closing(bound(host, port)) as listener:
        settings = {"log_config": None, "lifespan": "off"}
        server = Web(uvicorn.Config(site, timeout_graceful_shutdown=GRACE_SECONDS, **settings))  # type: ignore[arg-type]  # uvicorn's own keywords
        serving = asyncio.create_task(server.serve(sockets=[listener]), name="web")
        await server.answers.wait()
        try:
            yield f"http://{host}:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            await serving


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(f"[console] port: {host}:{port} cannot be used: {error.strerror}. Choose another.") from error
    return listener
