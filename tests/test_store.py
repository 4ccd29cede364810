"""The database: revisions, the audit's chain, nouns that come back as they went in, changes that do not collide."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import ConfigError
from bot.model import AccountRef, CaseState, ChatPurpose, Role
from bot.store import audit, cases, chats, lock, people, tables
from bot.store.change import Change, Store
from tests.postgres import on_both

pytestmark = on_both
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALICE = AccountRef("discord", "1", "Alice", "alice")


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """An empty database at the newest revision, once on each of the two."""
    store = Store(database)
    yield store
    await store.close()


async def on(store: Store, work: Any) -> Any:
    """Something done with a connection of Alembic's kind, and committed."""
    async with store.writer.begin() as connection:
        return await connection.run_sync(work)


async def chess(change: Change) -> int:
    """The Chess Society."""
    added = await people.add_society(change, "chess", "Chess Society")
    assert added is not None
    return added


async def changed(store: Store, *verbs: str) -> None:
    """One change after another, a minute apart."""
    for minutes, verb in enumerate(verbs):
        async with store.change("seat:1", verb, NOW + timedelta(minutes=minutes)) as change:
            change.about("case:12")


async def all_lines(store: Store) -> list[audit.AuditLine]:
    """The audit."""
    async with store.read() as read:
        return await audit.lines(read)


async def test_an_untouched_audit_is_whole(store: Store) -> None:
    await changed(store, "notice", "delete", "escalate")

    lines = await all_lines(store)

    assert [line.verb for line in lines] == ["notice", "delete", "escalate"]
    assert {line.about for line in lines} == {"case:12"}
    assert audit.verify(lines) == ""


@pytest.mark.parametrize("column", [{"by": "seat:2"}, {"verb": "dismiss"}, {"about": "case:13"}, {"at": NOW}], ids=str)
async def test_a_line_that_was_changed_is_named(store: Store, column: dict[str, Any]) -> None:
    await changed(store, "notice", "delete", "escalate")

    await on(store, lambda connection: connection.execute(update(tables.audit).filter_by(id=2).values(**column)))

    assert audit.verify(await all_lines(store)) == "Line 2 was changed after it was written."


async def test_a_line_that_was_removed_is_missed_by_the_next(store: Store) -> None:
    await changed(store, "notice", "delete", "escalate")

    await on(store, lambda connection: connection.execute(delete(tables.audit).where(tables.audit.c.id == 2)))

    assert audit.verify(await all_lines(store)).startswith("Line 3 does not follow the line before it")


async def test_a_removed_first_line_is_missed_too(store: Store) -> None:
    await changed(store, "notice", "delete")

    await on(store, lambda connection: connection.execute(delete(tables.audit).where(tables.audit.c.id == 1)))

    assert audit.verify(await all_lines(store)).startswith("Line 2 does not follow")


async def test_a_change_that_fails_leaves_neither_rows_nor_a_line(store: Store) -> None:
    async def half() -> None:
        async with store.change("test", "add", NOW) as change:
            await chess(change)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await half()

    async with store.read() as read:
        assert await people.all_societies(read) == []
    assert await all_lines(store) == []


async def test_who_only_reads_cannot_write(store: Store) -> None:
    async with store.read() as read:
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            await read.connection.execute(delete(tables.audit))


async def test_a_row_that_refers_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        async with store.change("test", "bind", NOW) as change:
            await chats.bind(change, 999, "discord", "42", "Nowhere", ChatPurpose.MEMBERS)


async def test_nouns_come_back_as_they_went_in(store: Store) -> None:
    today = NOW.date()
    async with store.change("test", "add", NOW) as change:
        society_id = await chess(change)
        account = await people.know(change, ALICE)
        days = {"starts": today, "ends": today + timedelta(days=300), "trained_on": today}
        seat_id = await people.add_seat(change, account.person_id, society_id, Role.LEAD, name="Alice", **days)
        await chats.bind(change, society_id, "discord", "42", "Chess — chat ♟", ChatPurpose.MEMBERS)

    async with store.read() as read:
        society, seat = await people.society(read, "chess"), await people.seat(read, seat_id)
        known, held = await people.account(read, ALICE), await people.seats_of(read, ALICE, today)
        [chat] = await chats.bound(read)

    assert society is not None
    assert (society.id, society.name, society.created_at, society.closed_at) == (society_id, "Chess Society", NOW, None)
    assert known == account
    assert known is not None
    assert known.ref == ALICE
    assert held == [seat]
    assert (chat.title, chat.purpose, chat.bound_at) == ("Chess — chat ♟", ChatPurpose.MEMBERS, NOW)


async def test_a_seat_gives_power_from_its_first_day_to_its_last(store: Store) -> None:
    today = NOW.date()
    async with store.change("test", "add", NOW) as change:
        account = await people.know(change, ALICE)
        days = {"starts": today, "ends": today + timedelta(days=1), "trained_on": None}
        await people.add_seat(change, account.person_id, await chess(change), Role.MODERATOR, name="Alice", **days)

    async with store.read() as read:
        held = [len(await people.seats_of(read, ALICE, today + timedelta(days=day))) for day in (-1, 0, 1, 2)]

    assert held == [0, 1, 1, 0]


async def test_a_person_has_one_open_case_in_a_society_and_its_reference_names_the_year(store: Store) -> None:
    async with store.change("test", "report", NOW) as change:
        society_id = await chess(change)
        account = await people.know(change, ALICE)
        chat_id = await chats.bind(change, society_id, "discord", "42", "Chess", ChatPurpose.MEMBERS)
        about = {"society_id": society_id, "chat_id": chat_id, "subject_id": account.id, "person_id": account.person_id}
        state = {"severity": 2, "restricted": False, "ladder_version": "1", "opened_at": NOW, "state": CaseState.OPEN}
        first = await cases.add_case(change, **about, **state)
        second = await cases.add_case(change, **about, **state)

    async with store.read() as read:
        case = await cases.open_case(read, society_id, account.person_id)

    assert second is None
    assert case is not None
    assert (case.id, case.ref, case.version) == (first, f"P-26-{first:04d}", 1)


async def test_two_changes_at_once_are_two_lines_of_one_chain(store: Store) -> None:
    async def count(name: str) -> None:
        async with store.change(name, "count", NOW) as change:
            value = await change.scalar(select(tables.marks.c.value).filter_by(key="count"))
            await asyncio.sleep(0)
            await change.put(tables.marks, {"key": "count"}, value=str(int(value or 0) + 1))

    await asyncio.gather(*(count(f"seat:{number}") for number in range(20)))

    async with store.read() as read:
        assert await read.scalar(select(tables.marks.c.value)) == "20"
    lines = await all_lines(store)
    assert len(lines) == 20
    assert audit.verify(lines) == ""


async def test_two_programs_on_one_database_wait_for_each_other(store: Store) -> None:
    other = Store(store.url)

    await asyncio.gather(changed(store, *["one"] * 10), changed(other, *["two"] * 10))

    lines = await all_lines(store)
    await other.close()
    assert sorted(line.verb for line in lines) == ["one"] * 10 + ["two"] * 10
    assert audit.verify(lines) == ""


async def test_who_wants_to_be_alone_is_refused_until_the_first_has_ended(store: Store) -> None:
    async with lock.alone(store):
        with pytest.raises(ConfigError, match="is running on this database already"):
            async with lock.alone(store):
                pass

    async with lock.alone(store):
        again = True
    assert again
