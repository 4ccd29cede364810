"""A PostgreSQL of the tests' own: a cluster in a temporary folder, reached by a socket in it, gone with the tests."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from sqlalchemy import make_url

Result = TypeVar("Result")
on_both = pytest.mark.parametrize("kind", ["sqlite", "postgres"], indirect=True)
on_postgres = pytest.mark.parametrize("kind", ["postgres"], indirect=True)
DEBIANS = Path("/usr/lib/postgresql")  # keeps initdb and postgres away from the PATH
HOW_TO_GET_IT = "PostgreSQL is not installed. On Debian and Ubuntu: apt install postgresql"
USER = "postgres"
# What is written here need not outlive the machine; so much is faster.
SETTINGS = ("listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=200", "log_statement=none")
# The server lives as long as the pipe to its shell is open, so it ends with the tests however they end.
GUARD = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'


class AbsentError(Exception):
    """There is no PostgreSQL to be had here; the text says how to get it."""


@dataclass
class Cluster:
    """A running server. `folder` has its socket."""

    folder: Path
    _number: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """The address of a database in it, as the configuration has it."""
        return f"postgresql+asyncpg://{USER}@/{database}?host={self.folder}"

    async def connect(self, database: str = "postgres") -> asyncpg.Connection:
        """A connection to it, past the program."""
        return await asyncpg.connect(user=USER, host=str(self.folder), database=database)

    async def make(self, template: str = "template1") -> str:
        """A new database, a copy of that one; its name."""
        name = f"porter_{next(self._number)}"
        connection = await self.connect()
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        finally:
            await connection.close()
        return name

    async def end_all(self, url: str, but: str | None = None) -> int:
        """End every connection to a database, but those of that name; how many there were."""
        connection = await self.connect()
        try:
            ended = await connection.fetch(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = $1 AND application_name IS DISTINCT FROM $2",
                make_url(url).database,
                but,
            )
        finally:
            await connection.close()
        return len(ended)

    async def drop(self, name: str) -> None:
        """End a database with everybody who is in it."""
        connection = await self.connect()
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            await connection.close()


def binaries() -> Path:
    """The folder of initdb and postgres. Raises `AbsentError`."""
    found = shutil.which("initdb")
    debians = sorted(DEBIANS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found is None and not debians:
        raise AbsentError(HOW_TO_GET_IT)
    return Path(found).resolve().parent if found else debians[-1].parent


def as_its_user() -> list[str]:
    """What goes before a command: the server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam(USER)
    except KeyError as error:
        raise AbsentError(f"PostgreSQL does not run as root, and there is no user {USER}.") from error
    return ["runuser", "-u", USER, "--"]


@contextmanager
def running() -> Iterator[Cluster]:
    """A fresh cluster, as long as it lasts. Raises `AbsentError`."""
    programs, user = binaries(), as_its_user()
    with tempfile.TemporaryDirectory(prefix="porter-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, USER)
        data = folder / "data"
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*user, *initdb, "--locale=C"], check=True, capture_output=True, cwd=folder)
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        postgres = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *settings]
        with (folder / "log").open("wb") as log:
            shell = ["sh", "-c", GUARD, "sh", *postgres]
            guard = subprocess.Popen([*user, *shell], stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder)
            try:
                apart(_answers(Cluster(folder), guard))
                yield Cluster(folder)
            finally:
                guard.communicate(timeout=120)


def apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Do something in a loop of its own, whether or not one is running here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _answers(cluster: Cluster, guard: "subprocess.Popen[bytes]") -> None:
    """Return once it takes connections."""
    async with asyncio.timeout(120):
        while True:
            try:
                await (await cluster.connect()).close()
            except (OSError, asyncpg.CannotConnectNowError) as error:
                if guard.poll() is not None:
                    raise RuntimeError((cluster.folder / "log").read_text()) from error
                await asyncio.sleep(0.02)
            else:
                return
