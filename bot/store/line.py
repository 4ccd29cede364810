"""A connection to PostgreSQL outside the pool, for what is held or heard as long as a process lives: locks, which end
with the connection however that ends, and what other processes tell."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import make_url

CHANNEL = "porter"
PING, GONE = 2.0, 10.0  # seconds between two looks whether it still stands, and without an answer to one
PATIENCE = 30.0  # seconds for an answer to anything else
NAME = "porter line"  # what the server calls it among its connections
# A machine that vanished lets go of its locks within so many seconds, not after the system's two hours.
KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class Line:
    """`lost` is set once it no longer stands; what it held is then free for others."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._one_at_a_time = asyncio.Lock()
        self.lost = asyncio.Event()
        connection.add_termination_listener(lambda _: self.lost.set())
        self._watching = asyncio.create_task(self._watch(), name="line")

    async def ask(self, query: str, *values: object, patience: float = PATIENCE) -> Any:
        """The first column of the first row; `patience` in seconds."""
        async with self._one_at_a_time:
            return await self._connection.fetchval(query, *values, timeout=patience)

    async def hear(self, heard: Callable[[str], None]) -> None:
        """From now on be told what other processes tell."""
        async with self._one_at_a_time:
            await self._connection.add_listener(CHANNEL, lambda *told: heard(str(told[3])))

    async def _watch(self) -> None:
        while not self.lost.is_set():
            await asyncio.sleep(PING)
            try:
                await self.ask("SELECT 1", patience=GONE)
            except Exception:  # noqa: BLE001 - whatever it is, what was held is no longer surely held
                self._connection.terminate()

    async def close(self) -> None:
        """Let go of everything."""
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        if not self._connection.is_closed():
            await self._connection.close(timeout=PATIENCE)


async def opened(url: str) -> Line:
    """A new line to the database at that address. Raises the driver's errors, and `OSError`."""
    import asyncpg  # comes with the extra `postgres`

    address = make_url(url)
    _, options = address.get_dialect()().create_connect_args(address)
    return Line(
        await asyncpg.connect(**options, timeout=PATIENCE, server_settings={"application_name": NAME, **KEEPALIVE})
    )
