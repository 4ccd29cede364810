"""What there is to tell after a check of a chat."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.checkup import Known, News, news

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def ago(**time: float) -> str:
    return (NOW - timedelta(**time)).isoformat()


@pytest.mark.parametrize(
    ("known", "wrong", "told"),
    [
        (Known(), [], News.NONE),
        (Known(), ["rights"], News.BEGAN),
        (Known({"rights": ago(days=1)}, ago(days=1)), ["rights"], News.NONE),
        (Known({"rights": ago(days=1)}, ago(days=1)), ["rights", "welcome"], News.BEGAN),
        (Known({"rights": ago(days=8), "welcome": ago(days=2)}, ago(days=2)), ["rights"], News.NONE),
        (Known({"rights": ago(days=7)}, ago(days=7)), ["rights"], News.STILL),
        (Known({"rights": ago(days=21)}, ago(days=6)), ["rights"], News.NONE),
        (Known({"rights": ago(days=1)}, ago(days=1)), [], News.WELL),
    ],
)
def test_a_committee_hears_when_it_begins_a_week_later_and_when_it_ends(
    known: Known, wrong: list[str], told: News
) -> None:
    assert news(known, wrong, NOW) is told
