"""Another program holds the database's file, or the disk is full: a report is refused in plain words, or waits."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.faults.disk import full, roomy, rows
from tests.stories.discord.lodge import Lodge


@pytest.mark.parametrize("seconds", [0.1, 1.0])
async def test_a_report_waits_for_another_program_that_holds_the_file(lodge: Lodge, seconds: float) -> None:
    message = await lodge.mallory.say(lodge.general, "you play like a clown")

    with closing(held(lodge)) as other:
        flagging = asyncio.create_task(lodge.alice.menu("Flag to committee", message))
        await asyncio.sleep(seconds)
        other.rollback()
        answer = await flagging
    await lodge.settled()

    assert "Thank you. Your report is with the committee" in answer.text
    assert await rows(lodge.house.app.store) == (1, 1, 1)


async def test_a_report_that_waited_too_long_for_the_file_is_refused_and_taken_later(lodge: Lodge) -> None:
    message = await lodge.mallory.say(lodge.general, "you play like a clown")
    await patience(lodge, 300)

    with closing(held(lodge)) as other:
        refused = await lodge.alice.menu("Flag to committee", message)
        other.rollback()
    nothing = await rows(lodge.house.app.store)
    await lodge.alice.menu("Flag to committee", message)
    await lodge.carded()

    assert "so this was **not** kept" in refused.text
    assert nothing == (0, 0, 0)
    assert await rows(lodge.house.app.store) == (1, 1, 1)


async def test_on_a_full_disk_a_report_is_refused_in_plain_words_and_nothing_half_is_kept(lodge: Lodge) -> None:
    message = await lodge.mallory.say(lodge.general, "you play like a clown " * 80)
    await full(lodge.house.app.store)

    refused = await lodge.alice.menu("Flag to committee", message)
    nothing = await rows(lodge.house.app.store)
    await roomy(lodge.house.app.store)
    thanked = await lodge.alice.menu("Flag to committee", message)
    await lodge.carded()

    assert "Porter cannot write anything down at the moment" in refused.text
    assert nothing == (0, 0, 0)
    assert "Thank you" in thanked.text
    assert await rows(lodge.house.app.store) == (1, 1, 1)


def held(lodge: Lodge) -> sqlite3.Connection:
    """Another program that writes and does not come to an end."""
    other = sqlite3.connect(lodge.folder / "porter.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


async def patience(lodge: Lodge, milliseconds: int) -> None:
    """How long the program waits for the file."""
    async with lodge.house.app.store.writer.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.execute(f"PRAGMA busy_timeout={milliseconds}")
