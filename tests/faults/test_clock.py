"""The clock: summer time, ends of months and years, holidays, and a clock that was set back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.config.settings import EscalationSettings
from bot.desk.clocks import after_working_hours, wait_until
from bot.model import Urgency
from bot.outbox.engine import Deed
from tests.outbox.conftest import desk as desk
from tests.outbox.desk import HOUR, STATE, Desk, World, working

LONDON = ZoneInfo("Europe/London")
USUAL = EscalationSettings(english_bank_holidays=False, bank_holidays=(date(2026, 12, 25), date(2027, 1, 1)))
INSTANTS = some.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


def london(*parts: int) -> datetime:
    """A time by London's clocks."""
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[misc, arg-type]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (london(2026, 3, 27, 13, 0), london(2026, 3, 30, 13, 0)),  # a Friday; the clocks go forward on Sunday
        (london(2026, 10, 23, 13, 0), london(2026, 10, 26, 13, 0)),  # they go back
        (london(2026, 11, 30, 16, 0), london(2026, 12, 1, 16, 0)),  # over the end of a month
        (london(2026, 12, 24, 16, 30), london(2026, 12, 28, 16, 30)),  # Christmas on a Friday
        (london(2026, 12, 31, 17, 0), london(2027, 1, 4, 17, 0)),  # the year ends, and begins with a holiday
        (london(2028, 2, 28, 12, 0), london(2028, 2, 29, 12, 0)),  # a leap year
        (london(2026, 11, 21, 3, 0), london(2026, 11, 23, 17, 0)),  # a Saturday night
    ],
)
def test_a_working_day_ends_where_people_would_say_that_it_does(asked: datetime, due: datetime) -> None:
    found = wait_until(USUAL, Urgency.STANDARD, asked.astimezone(UTC), LONDON)

    assert found == due


@given(INSTANTS)
def test_an_urgent_case_waits_as_many_minutes_at_any_time(at: datetime) -> None:
    assert wait_until(USUAL, Urgency.URGENT, at, LONDON) - at == timedelta(minutes=USUAL.urgent_minutes)


@settings(max_examples=150)
@given(INSTANTS, some.integers(1, 30))
def test_the_wait_ends_in_working_hours_and_holds_as_many_of_them_as_were_set(at: datetime, hours: int) -> None:
    due = after_working_hours(USUAL, at, LONDON, timedelta(hours=hours))

    assert due > at
    assert works(due - timedelta(microseconds=1))
    assert worked(at, due) == timedelta(hours=hours)


def works(at: datetime) -> bool:
    """Whether the Union is at work at that moment."""
    local = at.astimezone(LONDON)
    return local.weekday() < 5 and local.date() not in USUAL.bank_holidays and time(9) <= local.time() < time(17)


def worked(since: datetime, until: datetime) -> timedelta:
    """The working time between, day by day."""
    total, day = timedelta(0), since.astimezone(LONDON).date()
    while day <= until.astimezone(LONDON).date():
        start, end = (datetime.combine(day, hour, LONDON).astimezone(UTC) for hour in (time(9), time(17)))
        if day.weekday() < 5 and day not in USUAL.bank_holidays:
            total += max(timedelta(0), min(end, until) - max(start, since))
        day += timedelta(days=1)
    return total


async def test_an_effect_whose_clock_was_set_back_is_done_all_the_same(desk: Desk) -> None:
    world = World()
    effect_id = await desk.ask(STATE)
    desk.clock.at -= 3 * HOUR

    async with working(desk, STATE, Deed(world.act)):
        early = (await desk.effect(effect_id)).attempts
        desk.later(4 * HOUR)
        effect = await desk.ended(effect_id)

    assert (early, effect.attempts, world.done) == (0, 1, ["it"])


async def test_a_clock_that_jumps_ahead_leaves_every_effect_done_once(desk: Desk) -> None:
    world = World()
    ids = [await desk.ask(STATE, f"it {number}") for number in range(5)]

    async with working(desk, STATE, Deed(world.act)):
        desk.later(1000 * HOUR)
        ends = [await desk.ended(one) for one in ids]

    assert {one.state for one in ends} == {"done"}
    assert sorted(world.done) == [f"it {number}" for number in range(5)]
