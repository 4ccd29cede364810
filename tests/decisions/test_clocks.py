"""How long an officer has: by the minute when it is urgent, by the Union's working time when it is not."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.config import EscalationSettings
from bot.desk import clocks, holidays
from bot.model import Urgency

LONDON = ZoneInfo("Europe/London")
USUAL = EscalationSettings()


def london(text: str) -> datetime:
    """A time as London's clocks show it, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        ("2026-11-23T10:00", "2026-11-24T10:00"),  # within a day
        ("2026-11-23T20:00", "2026-11-24T17:00"),  # at night the clock does not run
        ("2026-11-23T05:00", "2026-11-23T17:00"),  # nor before work begins
        ("2026-11-27T16:00", "2026-11-30T16:00"),  # over a weekend
        ("2026-11-30T12:00", "2026-12-01T12:00"),  # over the end of a month
        ("2026-03-27T16:00", "2026-03-30T16:00"),  # over the night in which summer time begins
        ("2026-10-23T16:00", "2026-10-26T16:00"),  # and over the one in which it ends
        ("2026-12-24T16:00", "2026-12-29T16:00"),  # Christmas Day, a weekend, and the day that stands in for Boxing Day
        ("2026-12-31T16:00", "2027-01-04T16:00"),  # New Year's Day and a weekend
        ("2026-04-02T16:00", "2026-04-07T16:00"),  # Good Friday to Easter Monday
    ],
)
def test_a_standard_case_waits_one_working_day(reported: str, due: str) -> None:
    found = clocks.wait_until(USUAL, Urgency.STANDARD, london(reported), LONDON)

    assert found == london(due)


@pytest.mark.parametrize("reported", ["2026-12-25T03:00", "2026-03-29T00:50", "2026-10-25T01:50", "2026-02-28T23:50"])
def test_an_urgent_case_waits_a_quarter_of_an_hour_whatever_the_day(reported: str) -> None:
    at = london(reported)

    found = clocks.wait_until(USUAL, Urgency.URGENT, at, LONDON)

    assert (found - at).total_seconds() == 15 * 60


def test_only_what_is_urgent_is_repeated_at_night() -> None:
    night = london("2026-11-23T23:00")

    urgent = clocks.repeat_at(USUAL, Urgency.URGENT, night, LONDON)
    standard = clocks.repeat_at(USUAL, Urgency.STANDARD, night, LONDON)

    assert urgent == london("2026-11-24T00:00")
    assert standard == london("2026-11-24T10:00")


def test_work_at_night_is_counted_in_real_hours_when_the_clocks_change() -> None:
    nights = EscalationSettings.model_validate(
        {"working_days": ["sunday"], "working_hours": ["00:00", "06:00"], "standard_working_hours": 3}
    )

    spring = clocks.wait_until(nights, Urgency.STANDARD, london("2026-03-29T00:00"), LONDON)
    autumn = clocks.wait_until(nights, Urgency.STANDARD, london("2026-10-25T00:00"), LONDON)

    assert spring == london("2026-03-29T04:00")
    assert autumn == london("2026-10-25T02:00")


def test_a_union_elsewhere_keeps_its_own_days_off_only() -> None:
    own = EscalationSettings(english_bank_holidays=False, bank_holidays=(date(2026, 12, 24),))

    found = clocks.wait_until(own, Urgency.STANDARD, london("2026-12-23T16:00"), LONDON)

    assert found == london("2026-12-25T16:00")


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2022, "01-03 04-15 04-18 05-02 05-30 08-29 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        (2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
    ],
)
def test_the_bank_holidays_are_those_of_england(year: int, days: str) -> None:
    """As the government lists them, without those proclaimed for one year (a jubilee, a funeral, a coronation)."""
    found = sorted(holidays.english(year))

    assert [f"{day:%m-%d}" for day in found] == days.split()


@pytest.mark.parametrize(
    ("year", "easter"),
    [(1954, "04-18"), (1981, "04-19"), (2000, "04-23"), (2008, "03-23"), (2038, "04-25"), (2049, "04-18")],
)
def test_easter_is_right_in_the_years_in_which_rules_go_wrong(year: int, easter: str) -> None:
    assert f"{holidays.easter_sunday(year):%m-%d}" == easter
