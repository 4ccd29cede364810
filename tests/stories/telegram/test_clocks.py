"""The officers' clocks, through the wire: who is tried when, and what the case shows of it."""

from datetime import UTC, datetime

import pytest

from bot.model import AccountRef, Role
from bot.store import people
from tests.stories.telegram.club import OLUS_ADDRESS, UNION, UNKIND, Club, account
from tests.wire.telegram import Person

MINUTE, HOUR = 60, 3600
GRAVE = "I will kill you tonight, I know where you live"


@pytest.fixture
async def ben(club: Club) -> Person:
    """The second contact, who opened a chat with Porter."""
    ben = club.telegram.user("Ben")
    club.opened(ben)
    await club.house.seat("Ben", account(ben), Role.OFFICER, contact_order=2)
    return ben


async def passes(club: Club, seconds: int) -> None:
    """Time passes, and what is due is done."""
    club.telegram.clock.advance(seconds=seconds)
    await club.settled()


def until(club: Club, year: int, month: int, day: int, hour: int) -> int:
    """Seconds from now until then (UTC)."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp() - club.telegram.clock.now())


async def test_an_urgent_case_goes_to_the_next_officer_after_a_quarter_of_an_hour_at_night(
    club: Club, ben: Person
) -> None:
    await passes(club, until(club, 2026, 12, 25, 3))
    await club.says(club.mallory, club.chess, GRAVE)
    await club.press(club.mona, club.card, UNION)

    await passes(club, 14 * MINUTE)
    early = list(ben.inbox)
    await passes(club, MINUTE)

    assert (await club.olu.hears("URGENT")).buttons
    assert early == []
    assert GRAVE in (await ben.hears("URGENT")).text


async def test_a_standard_case_over_christmas_waits_for_the_next_working_day(club: Club, ben: Person) -> None:
    await passes(club, until(club, 2026, 12, 24, 16))
    await club.escalated()

    await passes(club, until(club, 2026, 12, 29, 15))
    early = list(ben.inbox)
    await passes(club, HOUR)

    assert early == []
    assert UNKIND in (await ben.hears("reports")).text


async def test_a_standard_case_that_turns_grave_becomes_urgent(club: Club, ben: Person) -> None:
    await passes(club, until(club, 2026, 12, 24, 16))
    await club.escalated()

    await club.says(club.mallory, club.chess, GRAVE)
    await passes(club, 15 * MINUTE)

    assert GRAVE in (await ben.hears("URGENT")).text


async def test_an_acknowledged_case_goes_to_nobody_else(club: Club, ben: Person) -> None:
    told = await club.escalated()

    await club.press(club.olu, told, "Acknowledge")
    for _ in range(3):
        await passes(club, 24 * HOUR)

    assert ben.inbox == []


async def test_a_contact_to_whom_no_way_leads_keeps_nobody_waiting(club: Club, ben: Person) -> None:
    async with club.house.app.store.change("test", "end seat", club.now()) as change:
        await people.end_seat(change, club.house.seats["Olu"])
    nobody = AccountRef("discord", "77", "Una")  # Discord is not set up here
    await club.house.seat("Una", nobody, Role.OFFICER, contact_order=1)
    await club.flagged()

    await club.press(club.mona, club.card, UNION)

    assert UNKIND in (await ben.hears("reports")).text


async def test_everybody_was_tried_then_the_mailbox_and_then_all_again_by_day_only(club: Club) -> None:
    await passes(club, until(club, 2026, 11, 30, 16))  # a Monday
    await club.escalated()
    first = len(club.mailbox.received(to=OLUS_ADDRESS))

    await passes(club, until(club, 2026, 12, 1, 16) + 5 * MINUTE)
    mailbox = len(club.mailbox.received(club.reference, to="cases@union.example.org"))
    await passes(club, until(club, 2026, 12, 2, 8))
    night = len(club.mailbox.received(to=OLUS_ADDRESS))
    await passes(club, HOUR + 10 * MINUTE)

    assert (first, mailbox, night) == (1, 1, 1)
    assert len(club.mailbox.received(to=OLUS_ADDRESS)) == 2


async def test_every_try_stands_in_the_case(club: Club, ben: Person) -> None:
    club.olu.block(club.porter)
    await club.flagged()
    await club.press(club.mona, club.card, UNION)

    await club.says(club.mona, club.committee, f"/case {club.reference}")

    shown = club.mona.inbox[-1].text
    assert "Olu, Telegram: could not be reached." in shown
    assert "Olu, e-mail: delivered" in shown
