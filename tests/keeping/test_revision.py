"""The revision that gave cases their keys and the audit its commitments: it carries over what was there."""

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text

from bot.app import opened
from bot.config import load
from bot.desk import capture, resealing
from bot.evidence.vault import open_vault
from bot.store import audit, cases, schema
from bot.store.change import Store
from tests.test_migrations import config

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
SAID = (
    "cli add society society:1",
    "member report case:1 report:1",
    "porter capture file case:1",
    "seat:1 delete case:1",
)
SHA = hashlib.sha256(b"evidence").hexdigest()


def old_hash(previous: str, at: datetime, by: str, verb: str, about: str, society: int | None) -> str:
    """A line's hash before the revision."""
    packed = json.dumps([previous, at.isoformat(), by, verb, about, society], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()


def old_lines() -> list[dict[str, Any]]:
    """An audit as it was written before, with a number left out as PostgreSQL does when a change fails."""
    previous, found = "0" * 64, []
    for number, said in zip((1, 2, 4, 7), SAID, strict=True):
        by, verb, about = said.split(" ")[0], " ".join(said.split(" ")[1:-1]), said.split(" ")[-1]
        at = NOW + timedelta(minutes=number, microseconds=number * 1000 * (number % 2))
        line = {"id": number, "at": at, "by": by, "verb": verb, "about": about, "society_id": 1, "previous": previous}
        previous = old_hash(previous, at, by, verb, about, 1)
        found.append(line | {"hash": previous})
    return found


ROWS = """
INSERT INTO societies (id, slug, name, created_at) VALUES (1, 'chess', 'Chess Society', :at);
INSERT INTO persons (id, created_at) VALUES (1, :at);
INSERT INTO accounts (id, person_id, platform, external_id) VALUES (1, 1, 'discord', '42');
INSERT INTO chats (id, society_id, platform, external_id, title, purpose, bound_at) VALUES (1, 1, 'discord', '7', 'Chess', 'members', :at);
INSERT INTO cases (id, ref, society_id, chat_id, subject_id, person_id, state, severity, restricted, version, ladder_version, opened_at) VALUES (1, 'P-26-0001', 1, 1, 1, 1, 'open', 2, false, 1, '1', :at);
INSERT INTO reports (id, case_id, kind, claimant, chat_id, subject_id, channel, message, severity, reported_at) VALUES (1, 1, 'rule', 'rule:x', 1, 1, '8', '9', 2, :at);
INSERT INTO exhibits (id, case_id, kind, provenance, key, name, media_type, sha256, size, captured_at, sealed) VALUES (1, 1, 'attachment', 'A', 'file/1', 'a', 'x/y', :sha, 8, :at, :sealed);
"""  # noqa: E501 - one row a line


@pytest.fixture
async def store(bare_database: str, tmp_path: Path) -> AsyncIterator[Store]:
    """A database as it was before the revision, with a case, an exhibit and four lines of audit."""
    store = Store(bare_database)
    await schema.begin_at(store, "0001")
    sealed = open_vault(tmp_path / "data" / "keys").seal("exhibit:1:file/1", b"evidence")
    at = NOW if not store.sqlite else "2026-11-01 09:30:00.000000"
    async with store.writer.begin() as connection:
        for statement in filter(None, map(str.strip, ROWS.split(";"))):
            given = {"at": at, "sha": SHA, "sealed": sealed}
            await connection.execute(text(statement), {name: given[name] for name in given if f":{name}" in statement})
        for line in old_lines():
            when = line["at"] if not store.sqlite else line["at"].strftime("%Y-%m-%d %H:%M:%S.%f")
            names = ", ".join(f'"{name}"' for name in line)
            values = ", ".join(f":{name}" for name in line)
            await connection.execute(text(f"INSERT INTO audit ({names}) VALUES ({values})"), line | {"at": when})  # noqa: S608 - our own names
    yield store
    await store.close()


async def test_the_audit_and_the_evidence_are_carried_over(store: Store, tmp_path: Path) -> None:
    await schema.upgrade(store)

    async with store.read() as read:
        lines, kept = await audit.lines(read), await audit.kept(read)
    assert audit.verify(lines, kept) == ""
    assert [f"{line.by} {line.verb} {line.about}" for line in lines[:4]] == list(SAID)
    assert [line.at for line in lines[:4]] == [line["at"] for line in old_lines()]
    assert [line.id for line in lines] == [1, 2, 3, 4, 5]
    assert lines[4].facts == f"exhibit:1 {SHA}"


async def test_an_exhibit_from_before_opens_before_and_after_it_has_its_cases_key(store: Store, tmp_path: Path) -> None:
    environ = {"PORTER_DATA__FOLDER": str(tmp_path / "data"), "PORTER_DATABASE__URL": store.url}

    async with opened(load(None, environ)) as app:
        async with app.store.read() as read:
            [exhibit] = await cases.exhibits_of(read, 1)
        before = await capture.unseal(app, exhibit)
        await resealing.sweep(app)
        after = await capture.unseal(app, exhibit)
        async with app.store.read() as read:
            problem = audit.verify(await audit.lines(read), await audit.kept(read))

    assert before == after == b"evidence"
    assert problem == ""


async def test_going_back_gives_the_audit_its_former_hashes(store: Store) -> None:
    await schema.upgrade(store)
    async with store.read() as read:
        noted = (await audit.lines(read))[4]

    async with schema.changing(store) as connection:
        await connection.run_sync(lambda sync: command.downgrade(config(sync), "0004"))
        found = (await connection.execute(text("SELECT hash FROM audit ORDER BY id"))).scalars().all()

    assert list(found[:4]) == [line["hash"] for line in old_lines()]
    assert found[4] == old_hash(found[3], noted.at, "porter", "note exhibits", "", None)


async def test_a_broken_audit_is_not_carried_over_as_if_it_were_whole(store: Store) -> None:
    async with store.writer.begin() as connection:
        await connection.execute(text("UPDATE audit SET verb = 'notice' WHERE id = 4"))

    with pytest.raises(RuntimeError, match="the audit is broken at line 4"):
        await schema.upgrade(store)

    async with store.writer.begin() as connection:
        revision = await connection.run_sync(_revision)
    assert revision == "0004"


def _revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
