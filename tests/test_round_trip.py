"""Everything that the store keeps comes back as it went in, on both databases, whatever it is."""

import asyncio
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String, Table, select, update

from bot import model
from bot.model import AccountRef, Place
from bot.store import audit, heard, inbox, noticed, people, prompts, tables
from bot.store.change import Change, Store, noun
from bot.store.columns import Choice, Id, UtcTime
from bot.store.engine import kept
from bot.store.tables import metadata
from tests.postgres import on_both
from tests.rows import AT, fill

NOUNS: dict[type[Any], Table] = {
    model.Account: tables.accounts,
    model.Action: tables.actions,
    model.BindCode: tables.bind_codes,
    model.Case: tables.cases,
    model.Chat: tables.chats,
    model.Code: tables.codes,
    model.Effect: tables.effects,
    model.Escalation: tables.escalations,
    model.Exhibit: tables.exhibits,
    model.Knock: tables.knocks,
    model.Membership: tables.memberships,
    model.Press: tables.presses,
    model.Question: tables.questions,
    model.Report: tables.reports,
    model.RuleStanding: tables.standings,
    model.Seat: tables.seats,
    model.Sighting: tables.sightings,
    model.Society: tables.societies,
    audit.AuditLine: tables.audit,
    heard.Heard: tables.heard,
    inbox.InboxRow: tables.inbox,
    noticed.Noticed: tables.noticed,
    prompts.Prompt: tables.prompts,
}
ANYTHING = st.characters(exclude_categories=()) | st.sampled_from("\0\ud800\udfff\u202e\N{ZERO WIDTH JOINER}♟é\\'\"%")
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1900, 1, 2), datetime(9000, 1, 1), timezones=ZONES)  # noqa: DTZ001 - hypothesis adds the zone
# PostgreSQL keeps numbers in JSON exactly; what a float cannot tell apart would come back as it went in all the same.
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(ANYTHING, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(ANYTHING, max_size=4), inner, max_size=3),
    max_leaves=5,
)


def values(column: Column[Any]) -> st.SearchStrategy[Any]:
    """What a column may be given."""
    kind = column.type
    if column.foreign_keys:
        found: st.SearchStrategy[Any] = st.just(1)
    elif isinstance(kind, Choice):
        found = st.sampled_from(kind.choices)
    elif isinstance(kind, UtcTime):
        found = TIMES
    elif isinstance(kind, Boolean):
        found = st.booleans()
    elif isinstance(kind, Integer):
        bits = 63 if kind is Id else 31
        found = st.integers(-(2**bits), 2**bits - 1)
    elif isinstance(kind, Date):
        found = st.dates()
    elif isinstance(kind, LargeBinary):
        found = st.binary(max_size=20)
    elif isinstance(kind, JSON):
        found = st.dictionaries(st.text(ANYTHING, max_size=4), JSONS, max_size=3)
    else:
        assert isinstance(kind, String), f"{column} has a type that is not known here"
        found = st.text(ANYTHING, max_size=min(kind.length or 40, 40))
    return found | st.none() if column.nullable and not column.foreign_keys else found


def rows() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """A row for every table, without its key."""
    by_table = {
        table.name: st.fixed_dictionaries({one.name: values(one) for one in table.c if not _is_fixed(table, one)})
        for table in metadata.sorted_tables
    }
    return st.fixed_dictionaries(by_table)


def _is_fixed(table: Table, column: Column[Any]) -> bool:
    return column.primary_key or any(key.column.table is table for key in column.foreign_keys)


@pytest.fixture
async def filled(database: str) -> str:
    """The address of a database with a row in every table."""
    store = Store(database)
    await fill(store)
    await store.close()
    return database


@on_both
def test_every_row_and_every_noun_comes_back_as_it_went_in(filled: str) -> None:
    with asyncio.Runner() as runner:
        store = Store(filled)

        @settings(
            max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
        )
        @given(rows())
        def goes_and_comes(drawn: dict[str, dict[str, Any]]) -> None:
            runner.run(check(store, drawn))

        try:
            goes_and_comes()
        finally:
            runner.run(store.close())


async def check(store: Store, drawn: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the rows, read them, compare; nothing of it stays."""
    async with store.writer.connect() as connection:
        change = Change(connection, "test", "write", AT, sqlite_=store.sqlite)
        for table in metadata.sorted_tables:
            await _compare(change, table, {name: kept(value) for name, value in drawn[table.name].items()}, drawn)
        await connection.rollback()


async def _compare(
    change: Change, table: Table, expected: Mapping[str, Any], drawn: Mapping[str, Mapping[str, Any]]
) -> None:
    key = next(iter(table.primary_key.columns))
    first = await change.scalar(select(key).order_by(key).limit(1))
    await change.execute(update(table).where(key == first).values(**drawn[table.name]))
    [row] = await change.rows(select(table).where(key == first))
    assert {name: row[name] for name in expected} == expected
    times = [value for value in row.values() if isinstance(value, datetime)]
    assert all(one.tzinfo is UTC for one in times)
    for kind in (kind for kind, of in NOUNS.items() if of is table):
        made = noun(kind, row)
        assert {one.name: getattr(made, one.name) for one in fields(kind)} == {
            one.name: row[one.name] for one in fields(kind)
        }


def test_every_table_with_a_noun_of_its_name_is_compared_as_that_noun() -> None:
    kinds = {f"{name.lower()}s": getattr(model, name) for name in model.__all__ if name not in {"Mark", "Standing"}}

    missing = [name for name in metadata.tables if name in kinds and kinds[name] not in NOUNS]

    assert missing == []


@on_both
@pytest.mark.parametrize("name", ["Mallory\0", "\ud83d", "\0" * 500, "M\udfffx" * 300], ids=ascii)
async def test_a_name_with_half_a_character_or_none_at_all_is_kept_and_found(database: str, name: str) -> None:
    store = Store(database)
    stranger = AccountRef("telegram", "1", name, name)

    async with store.change("test", "know", AT) as change:
        first = await people.know(change, stranger)
        again = await people.know(change, stranger)
    await store.close()

    assert first == again
    assert "\0" not in first.name
    assert first.name.encode()


@on_both
async def test_what_is_looked_for_may_hold_anything_too(database: str) -> None:
    store = Store(database)

    async with store.read() as read:
        found = await people.account(read, AccountRef("telegram", "\0\ud800", "", ""))
        around = await heard.versions(read, model.MessageRef(Place("telegram", "\0", "\udfff"), "1"))
    await store.close()

    assert (found, around) == (None, [])
