"""`porter db move`: everything arrives in the other database, or nothing does and the reason is said."""

import asyncio
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import lock, people
from bot.store.change import Store
from tests.cli.conftest import Porter
from tests.postgres import Cluster, apart
from tests.rows import fill


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database with rows in every table."""
    return filled(sqlite_template, tmp_path / "porter.db")


def filled(template: Path, file: Path) -> str:
    """The address of a copy of an empty database that has rows now."""
    shutil.copy(template, file)
    url = f"sqlite+aiosqlite:///{file}"
    apart(fill_at(url))
    return url


async def fill_at(url: str) -> None:
    """Rows in every table of the database at that address."""
    store = Store(url)
    await fill(store)
    await store.close()


@pytest.fixture
def postgres(cluster: Cluster) -> str:
    """The address of an empty PostgreSQL database."""
    return cluster.url(apart(cluster.make()))


def test_everything_goes_to_postgresql_and_comes_back_the_same(
    bare: Porter, sqlite: str, postgres: str, tmp_path: Path
) -> None:
    back = f"sqlite+aiosqlite:///{tmp_path / 'back.db'}"

    there = bare("db", "move", sqlite, postgres, "--json")
    home = bare("db", "move", postgres, back, "--json")

    assert (there.code, home.code) == (0, 0), there.err + home.err
    assert home.lines == there.lines
    assert all(line["rows"] >= 1 for line in there.lines)
    assert dump(tmp_path / "back.db") == dump(tmp_path / "porter.db")


def dump(file: Path) -> list[str]:
    """All rows of a SQLite database, as its own tool writes them."""
    with sqlite3.connect(file) as connection:
        lines = sorted(line for line in connection.iterdump() if line.startswith("INSERT"))
    connection.close()
    return lines


def test_ids_go_on_after_the_highest_one(bare: Porter, sqlite: str, postgres: str) -> None:
    bare("db", "move", sqlite, postgres)

    added = apart(add_society(postgres))

    assert added == 2


async def add_society(url: str) -> int:
    """One more society; its id."""
    store = Store(url)
    async with store.change("test", "add", datetime.now(UTC)) as change:
        added = await people.add_society(change, "later", "Later Society")
    await store.close()
    assert added is not None
    return added


def test_the_table_says_what_arrived_and_what_comes_next(bare: Porter, sqlite: str, tmp_path: Path) -> None:
    other = f"sqlite+aiosqlite:///{tmp_path / 'other.db'}"

    ended = bare("db", "move", sqlite, other)

    assert ended.code == 0, ended.err
    assert "TABLE" in ended.out
    assert "are the same on both sides, the audit whole." in ended.out
    assert f"Next: set [database] url to {other} and start Porter." in ended.out


def test_a_database_with_rows_is_never_moved_into(
    bare: Porter, sqlite: str, sqlite_template: Path, tmp_path: Path
) -> None:
    other = filled(sqlite_template, tmp_path / "other.db")

    ended = bare("db", "move", sqlite, other)

    assert (ended.code, ended.out) == (1, "")
    assert "The database to move to is not empty" in ended.err


@pytest.mark.parametrize("side", ["from", "to"])
def test_nothing_is_moved_while_porter_runs_on_either_side(bare: Porter, sqlite: str, postgres: str, side: str) -> None:
    busy = Store(sqlite if side == "from" else postgres)

    async def meanwhile() -> str:
        async with lock.at_work(busy, nothing, print):
            ended = await asyncio.to_thread(bare, "db", "move", sqlite, postgres)
        await busy.close()
        return ended.err

    assert "Porter is running on this database already" in apart(meanwhile())


async def nothing() -> None:
    """Nothing has to be done first."""


def test_a_broken_audit_is_not_carried_over(bare: Porter, sqlite: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "porter.db") as connection:
        connection.execute("UPDATE audit SET verb = 'something else' WHERE id = 1")
    connection.close()
    other = f"sqlite+aiosqlite:///{tmp_path / 'other.db'}"

    refused = bare("db", "move", sqlite, other)

    assert refused.code == 1
    assert "The audit is not whole, so nothing was moved. Line 1 was changed" in refused.err
    assert dump(tmp_path / "other.db") == [line for line in dump(tmp_path / "other.db") if "alembic" in line]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("sqlite+aiosqlite:///nowhere/porter.db", "There is no database at nowhere/porter.db"),
        ("postgresql://porter:open-sesame@localhost/porter", "Begin it with postgresql+asyncpg://"),
        ("sqlite+aiosqlite:///other.db", "FROM and TO are the same database"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(
    bare: Porter, source: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.db").touch()

    ended = bare("db", "move", source, "sqlite+aiosqlite:///other.db")

    assert ended.code == 1
    assert told in ended.err
    assert "sesame" not in ended.err
