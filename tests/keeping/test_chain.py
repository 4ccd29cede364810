"""The audit: whatever is changed in it, or in the evidence it names, is found; and nobody has to read it for that."""

import dataclasses
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from bot.desk import record
from bot.errors import Refusal
from bot.store import audit, tables
from bot.store.audit import AuditLine, Kept
from bot.store.chain import moment
from bot.store.change import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHA = "ab" * 32
KEPT = {7: Kept(SHA, has_bytes=True)}
sqlite_only = pytest.mark.parametrize("kind", ["sqlite"])


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """A database with a record of ten changes, one of which captured an exhibit and one of which emptied a line."""
    store = Store(database)
    for number in range(8):
        async with store.change(f"seat:{number}", "notice", NOW + timedelta(minutes=number)) as change:
            change.about(f"case:{number}")
            if number == 3:
                change.fact("exhibit:7", SHA)
    async with store.change("cli", "erase case", NOW + timedelta(hours=1)) as change:
        change.about("case:5")
        await audit.empty(change, ["case:5"])
    async with store.change("seat:1", "warn", NOW + timedelta(hours=2)) as change:
        change.about("case:1")
    yield store
    await store.close()


async def all_lines(store: Store) -> list[AuditLine]:
    """The audit."""
    async with store.read() as read:
        return await audit.lines(read)


OTHER: dict[str, Any] = {
    "id": 999, "at": NOW - timedelta(days=1), "by": "somebody", "verb": "dismiss", "about": "case:99",
    "society_id": 12, "facts": "exhibit:8 " + SHA, "salt": "00" * 16, "commitment": "cd" * 32, "previous": "ef" * 32,
    "hash": "01" * 32,
}  # fmt: skip


def mutations(lines: Sequence[AuditLine]) -> Iterator[tuple[str, list[AuditLine]]]:
    """Every way to change a record by one step, and its name: each field of each line set to something else, or to
    nothing; each line removed, doubled, emptied, moved; a made-up line put in everywhere."""
    for place, line in enumerate(lines):
        before, after = list(lines[:place]), list(lines[place + 1 :])
        for name in (field.name for field in dataclasses.fields(AuditLine)):
            yield f"{name} of {line.id}", [*before, replace(line, **{name: OTHER[name]}), *after]
        blank = replace(line, by="", verb="", about="", society_id=None, facts="", salt=None)
        if line.salt is not None:
            yield f"{line.id} emptied", [*before, blank, *after]
            yield f"salt of {line.id} gone", [*before, replace(line, salt=None), *after]
        if after:  # a tail that was cut off is another matter, and has its own test
            yield f"{line.id} removed", [*before, *after]
            yield f"{line.id} swapped with the next", [*before, after[0], line, *after[1:]]
        yield f"{line.id} doubled", [*before, line, line, *after]
        yield f"one put in before {line.id}", [*before, replace(line, **OTHER), line, *after]


@sqlite_only
async def test_every_mutation_of_the_record_is_found(store: Store) -> None:
    lines = await all_lines(store)

    missed = [what for what, changed in mutations(lines) if not audit.verify(changed, KEPT)]

    tried = [what for what, _ in mutations(lines)]
    assert audit.verify(lines, KEPT) == ""
    assert len(lines) == 10
    assert len(tried) > 150
    assert missed == []


async def test_one_character_changed_in_the_database_is_found(store: Store) -> None:
    columns = ("by", "verb", "about", "facts", "salt", "commitment", "previous", "hash")
    missed = []

    for line in await all_lines(store):
        for column in columns:
            value = getattr(line, column) or ""
            place = (line.id * 7) % (len(value) or 1)
            changed = f"{value[:place]}{'1' if value[place : place + 1] == '0' else '0'}{value[place + 1 :]}"
            where = update(tables.audit).where(tables.audit.c.id == line.id)
            async with store.work(NOW) as work:
                await work.execute(where.values({column: changed}))
            missed += [(line.id, column)] if not audit.verify(await all_lines(store), KEPT) else []
            async with store.work(NOW) as work:
                await work.execute(where.values({column: getattr(line, column)}))

    assert missed == []
    assert audit.verify(await all_lines(store), KEPT) == ""


@sqlite_only
@pytest.mark.parametrize(
    ("kept", "problem"),
    [
        ({}, "Exhibit 7 is missing."),
        ({7: Kept(SHA, has_bytes=False)}, "Exhibit 7 is missing."),
        ({7: Kept("00" * 32, has_bytes=True)}, "Exhibit 7 is not the one that was captured."),
        (KEPT | {8: Kept(SHA, has_bytes=True)}, "Exhibit 8 was put in past the record."),
    ],
)
async def test_evidence_that_is_not_as_it_was_captured_is_found(
    store: Store, kept: dict[int, Kept], problem: str
) -> None:
    lines = await all_lines(store)

    assert audit.verify(lines, kept) == problem


@sqlite_only
async def test_a_cut_tail_is_found_by_a_head_kept_elsewhere(store: Store) -> None:
    lines = await all_lines(store)
    head = lines[-1].hash

    cut = lines[:-1]

    assert audit.verify(cut, KEPT) == ""  # whole in itself: that is what the mailed head is for
    assert head not in {line.hash for line in cut}


async def test_an_emptied_line_says_nothing_and_the_chain_holds(store: Store) -> None:
    lines = await all_lines(store)

    emptied = lines[5]

    assert (emptied.by, emptied.verb, emptied.about, emptied.salt) == ("", "", "", None)
    assert lines[8].facts == "line:6 emptied"
    assert audit.verify(lines, KEPT) == ""


@sqlite_only
async def test_an_export_shows_nothing_of_what_lines_say_and_can_be_checked(store: Store) -> None:
    lines = await all_lines(store)

    said = "\n".join(record.export(lines, [], NOW))
    found = record.read_export(said)

    assert audit.verify(found) == ""
    assert [line.hash for line in found] == [line.hash for line in lines]
    assert not any(word in said for word in ("seat", "case", "notice", "exhibit"))


@sqlite_only
async def test_a_revealed_line_is_proven_and_the_others_stay_closed(store: Store) -> None:
    said = "\n".join(record.export(await all_lines(store), [4], NOW))

    found = record.read_export(said)
    lied = record.read_export(said.replace("seat:3", "seat:9"))

    assert (found[3].by, found[3].verb, found[3].about) == ("seat:3", "notice", "case:3")
    assert audit.verify(found) == ""
    assert said.count("seat:") == 1
    assert audit.verify(lied) == "Line 4 was changed after it was written."


@sqlite_only
async def test_every_change_of_an_exports_lines_is_found(store: Store) -> None:
    rows = list(record.export(await all_lines(store), [4], NOW))
    missed = []

    for number, row in enumerate(rows[1:], 1):
        for name in json.loads(row):
            changed = json.dumps(json.loads(row) | {name: moment(OTHER["at"]) if name == "at" else _other(name)})
            try:
                problem = audit.verify(record.read_export("\n".join([*rows[:number], changed, *rows[number + 1 :]])))
            except Refusal as refusal:
                problem = str(refusal)
            missed += [] if problem else [(number, name)]

    assert missed == []


def _other(name: str) -> Any:
    return OTHER["id" if name == "number" else name]


@sqlite_only
async def test_an_export_that_was_cut_or_is_none_is_refused_in_a_sentence(store: Store) -> None:
    rows = list(record.export(await all_lines(store), [], NOW))

    with pytest.raises(Refusal, match="it was cut"):
        record.read_export("\n".join(rows[:-1]))
    with pytest.raises(Refusal, match="is not an export"):
        record.read_export("\n".join(rows[1:]))
    with pytest.raises(Refusal, match="Line 1 of the file cannot be read"):
        record.read_export("")
    with pytest.raises(Refusal, match="Line 3 of the file is not a line"):
        record.read_export("\n".join([*rows[:2], "{}", *rows[3:]]))


@sqlite_only
async def test_the_format_in_the_docs_is_the_one_that_is_written(store: Store) -> None:
    """The chain recomputed from nothing but docs/formats.md."""
    import hashlib

    rows = [json.loads(row) for row in record.export(await all_lines(store), [4], NOW)][1:]
    previous = "0" * 64

    for row in rows:
        link = [row["number"], row["at"], row["commitment"], previous]
        packed = json.dumps(link, ensure_ascii=True, separators=(",", ":")).encode()
        previous = hashlib.sha256(packed).hexdigest()
        assert row["hash"] == previous

    shown = rows[3]
    content = [shown[name] for name in ("by", "verb", "about", "society_id", "facts")]
    packed = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
    assert hashlib.sha256(bytes.fromhex(shown["salt"]) + packed).hexdigest() == shown["commitment"]


async def test_a_database_that_lost_its_last_lines_is_whole_only_without_the_head(store: Store) -> None:
    head = (await all_lines(store))[-1].hash

    async with store.work(NOW) as work:
        await work.execute(text("DELETE FROM audit WHERE id > 9"))

    lines = await all_lines(store)
    assert audit.verify(lines, KEPT) == ""
    assert head not in [line.hash for line in lines]
