from datetime import UTC, datetime, timedelta

import discord
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.acting import batches

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ids(count: int, age: timedelta) -> list[str]:
    first = discord.utils.time_snowflake(NOW - age)
    return [str(first + number) for number in range(count)]


def test_messages_go_together_a_hundred_at_a_time() -> None:
    together, alone = batches(ids(201, timedelta(hours=1)), NOW)

    assert [len(group) for group in together] == [100, 100]
    assert len(alone) == 1


def test_what_is_older_than_fourteen_days_goes_alone() -> None:
    old, young = ids(2, timedelta(days=14)), ids(2, timedelta(days=13))

    together, alone = batches([*old, *young], NOW)

    assert together == [young]
    assert alone == old


@given(st.lists(st.sampled_from(ids(150, timedelta(days=1)) + ids(20, timedelta(days=30)))))
def test_every_message_is_deleted_once(wanted: list[str]) -> None:
    together, alone = batches(wanted, NOW)

    assert sorted([one for group in together for one in group] + alone) == sorted(set(wanted))
    assert all(2 <= len(group) <= 100 for group in together)
