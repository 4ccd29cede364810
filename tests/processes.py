"""Porter in processes of its own, as `porter run` starts it, on one database; to be killed like any program."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 300.0  # seconds of the wall: how busy the machine is must not matter


@dataclass
class Process:
    """One `porter run`. Its log is in `log`, one JSON object a line."""

    log: Path
    running: asyncio.subprocess.Process

    @property
    def printed(self) -> str:
        """Everything it wrote: its log, and what it said as it ended."""
        return self.log.read_text()

    async def says(self, event: str) -> None:
        """Return once its log has that event."""
        async with asyncio.timeout(PATIENCE):
            while f'"{event}"' not in self.printed:
                assert self.running.returncode is None, self.printed
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self.running.kill()
        await self.running.wait()

    async def ended(self) -> int:
        """Wait until it has ended by itself; its exit code."""
        return await asyncio.wait_for(self.running.wait(), PATIENCE)

    async def end(self) -> int:
        """Tell it to stop, and wait until it has; its exit code."""
        if self.running.returncode is None:
            self.running.send_signal(signal.SIGTERM)
        return await self.ended()


@dataclass
class Processes:
    """All that were started with one configuration (`environ`) in one folder."""

    folder: Path
    environ: dict[str, str]
    started: list[Process] = field(default_factory=list)

    async def start(self, role: str, event: str = "app.working") -> Process:
        """One more, once its log has that event."""
        log = self.folder / f"{len(self.started)}-{role}.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTER_")}
        settings = {"PORTER_CONSOLE__PORT": "0", "PORTER_LOG__FORMAT": "json"} | self.environ
        with log.open("wb") as stream:
            command = (sys.executable, "-m", "bot", "run", "--role", role)
            running = await asyncio.create_subprocess_exec(
                *command, stdout=stream, stderr=stream, env=inherited | settings
            )
        found = Process(log, running)
        self.started.append(found)
        await found.says(event)
        return found

    async def close(self) -> None:
        """End those that still run."""
        await asyncio.gather(*(one.end() for one in self.started if one.running.returncode is None))


@asynccontextmanager
async def alone(folder: Path, environ: dict[str, str]) -> AsyncIterator[Process]:
    """The whole program on that data folder, at work."""
    processes = Processes(folder, {"PORTER_DATA__FOLDER": str(folder)} | environ)
    try:
        yield await processes.start("all")
    finally:
        await processes.close()
