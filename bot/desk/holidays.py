"""The bank holidays of England and Wales that follow from rules; those proclaimed for one year are configuration."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

MONDAY, SATURDAY = 0, 5
DAY = timedelta(days=1)


@cache
def english(year: int) -> frozenset[date]:
    """The days of a year. One that falls on a weekend is kept on the next day that is neither weekend nor holiday."""
    easter = easter_sunday(year)
    movable = {easter - 2 * DAY, easter + DAY, _first_monday(year, 5), _last_monday(year, 5), _last_monday(year, 8)}
    return frozenset(movable) | frozenset(_kept([date(year, 1, 1)])) | frozenset(_kept(_christmas(year)))


def _christmas(year: int) -> list[date]:
    return [date(year, 12, 25), date(year, 12, 26)]


def _kept(days: list[date]) -> Iterator[date]:
    """These days, or the working days that stand in for them."""
    taken = {day for day in days if day.weekday() < SATURDAY}
    yield from taken
    for day in days:
        if day.weekday() >= SATURDAY:
            while day.weekday() >= SATURDAY or day in taken:
                day += DAY
            taken.add(day)
            yield day


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + (MONDAY - first.weekday()) % 7 * DAY


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - (last.weekday() - MONDAY) % 7 * DAY


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar."""
    golden, century = year % 19, year // 100
    skipped = century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15
    full_moon = skipped % 30
    full_moon -= (full_moon // 28) * (1 - (full_moon // 28) * (29 // (full_moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + full_moon + 2 - century + century // 4) % 7
    offset = full_moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
