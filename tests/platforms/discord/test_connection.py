from datetime import UTC, datetime
from types import NoneType

import discord
import pytest

from bot.errors import Forbidden, RateLimited, TokenRevoked
from bot.platforms.discord.connection import DAY, KEY, Introductions, intents, lasting, pause, remembered, to_keep
from tests.platforms.discord.conftest import InMemory


def test_the_first_introductions_of_a_day_need_no_pause() -> None:
    before = [float(number * 60) for number in range(9)]

    assert pause(before, 10_000.0, 0.9) == 0


def test_two_introductions_are_five_seconds_apart() -> None:
    assert pause([1000.0], 1002.0, 0.0) == pytest.approx(3.0)


@pytest.mark.parametrize("between", [0.0, 1.0, 60.0, 432.0, 1500.0])
def test_however_often_we_restart_we_introduce_ourselves_at_most_fifty_times_a_day(between: float) -> None:
    made: list[float] = []
    now = 0.0
    while now < 3 * DAY:
        now += between + pause(made, now + between, 0.0)
        made.append(now)

    most = max(sum(1 for other in made if at <= other < at + DAY) for at in made)
    assert most <= 50


def test_what_is_kept_forgets_yesterday() -> None:
    kept = to_keep([0.0, DAY - 10], DAY + 1)

    assert remembered(kept) == [DAY - 10, DAY + 1]
    assert remembered("") == []


async def test_too_many_introductions_end_the_try_instead_of_holding_the_connection() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    kept = InMemory({KEY: to_keep([now.timestamp() - 60 * number for number in range(30, 0, -1)], now.timestamp())})

    with pytest.raises(RateLimited) as raised:
        await Introductions(kept, lambda: now).make()

    assert raised.value.retry_after > 20


async def test_an_introduction_is_counted() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    kept = InMemory()

    await Introductions(kept, lambda: now).make()

    assert remembered(kept[KEY]) == [now.timestamp()]


def test_we_listen_to_exactly_what_we_need() -> None:
    guilds, members, moderation, guild_messages = 1 << 0, 1 << 1, 1 << 2, 1 << 9
    dm_messages, message_content, automod_execution = 1 << 12, 1 << 15, 1 << 21

    wanted = intents().value

    assert wanted == (
        guilds | members | moderation | guild_messages | dm_messages | message_content | automod_execution
    )


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (discord.LoginFailure("no"), TokenRevoked),
        (discord.PrivilegedIntentsRequired(None), Forbidden),
        (OSError(104, "reset"), NoneType),
        (TimeoutError(), NoneType),
    ],
)
def test_only_what_cannot_get_better_ends_the_connection_for_good(error: Exception, kind: type) -> None:
    said = lasting(error)

    assert type(said) is kind
