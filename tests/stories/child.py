"""`porter run` as a program of its own, against the loopback platforms of a story."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import resources

PATIENCE = 120.0  # seconds of the wall until a program that does not end is given up on


@dataclass(frozen=True, slots=True)
class Child:
    """A running program."""

    process: asyncio.subprocess.Process

    async def ends(self) -> tuple[int, str, str]:
        """Once it has ended: its exit code, and what it printed on standard output and standard error."""
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        assert self.process.returncode is not None
        return self.process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def running(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[Child]:
    """Start `porter run` on that data folder; `settings` are PORTER_ variables without their prefix."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTER_")}
    ours = {"DATA__FOLDER": str(folder), "CONSOLE__PORT": "0", "LOG__FORMAT": "json"} | dict(settings)
    environ = inherited | {"PYTHONPATH": str(resources.PACKAGE.parent)}
    environ |= {f"PORTER_{name}": value for name, value in ours.items()}
    pipe = asyncio.subprocess.PIPE
    words = ("-m", "bot", "run")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=folder, env=environ, stdout=pipe, stderr=pipe
    )
    try:
        yield Child(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
