"""The two databases. `database` gives every test that asks for it one of its own: SQLite, and PostgreSQL too for tests
marked with `on_both`. And how hypothesis works: how long an example takes never fails a test."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.store import schema
from bot.store.change import Store
from tests import postgres
from tests.postgres import Cluster, apart

MIGRATED = "migrated"
settings.register_profile("porter", deadline=None)
settings.load_profile("porter")


async def bring_up(url: str) -> None:
    """A database at the newest revision."""
    store = Store(url)
    await schema.upgrade(store)
    await store.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, started when the first test asks for it."""
    try:
        with postgres.running() as found:
            yield found
    except postgres.AbsentError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to be copied: the tables need making but once."""
    file = tmp_path_factory.mktemp("template") / "porter.db"
    apart(bring_up(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_template(cluster: Cluster) -> str:
    """A PostgreSQL database at the newest revision, to be copied."""
    name = apart(cluster.make())
    apart(bring_up(cluster.url(name)))
    return name


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
async def bare_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database without tables."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'porter.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = await cluster.make()
    yield cluster.url(name)
    await cluster.drop(name)


@pytest.fixture
async def database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database at the newest revision."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "porter.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'porter.db'}"
        return
    cluster, template = request.getfixturevalue("cluster"), request.getfixturevalue("postgres_template")
    name = await cluster.make(template)
    yield cluster.url(name)
    await cluster.drop(name)
