"""Hundreds ask to join within a minute: nobody gets in unverified, and the committee hears of it at once."""

from itertools import pairwise

from sqlalchemy import select

from bot.model import EffectKind
from bot.store.tables import effects
from tests.stories.telegram.club import Club
from tests.wire.telegram import Person

RAID, BATCH = 500, 50
NUMBER, ADDRESS = "1234567", "nell@student.example.org"


async def rush(club: Club, count: int) -> list[Person]:
    """So many people ask to join, 50 every six seconds of Telegram's time."""
    people = [club.telegram.user(f"Raider {number}") for number in range(count)]
    for start in range(0, count, BATCH):
        for person in people[start : start + BATCH]:
            await person.asks_to_join(club.chess)
        await club.settled()
        club.telegram.clock.advance(seconds=6)
    return people


async def test_a_raid_of_500_in_a_minute_lets_nobody_in_and_alarms_the_committee(club: Club) -> None:
    before = club.telegram.clock.now()

    raiders = await rush(club, RAID)

    alert = await club.committee.hears("is locked")
    written_to = [one for one in raiders if one.inbox]
    assert not [one for one in raiders if club.chess.standing(one).present]
    assert "20 people asked to join within 60 seconds" in alert.text
    assert alert.date - before <= 15
    assert len(written_to) < 20
    assert len([one for one in club.committee.said if "is locked" in one.text]) == 1
    assert len([one for one in club.chess.knocks if one.state == "pending"]) == RAID


async def test_those_who_had_to_wait_are_answered_a_few_at_a_time_when_it_opens_by_itself(club: Club) -> None:
    raiders = await rush(club, 40)
    told = [len(one.inbox) for one in raiders]

    club.telegram.clock.advance(seconds=29 * 60)
    await club.settled()
    locked = [len(one.inbox) for one in raiders]
    club.telegram.clock.advance(seconds=2 * 60)
    await club.settled()

    over = await club.committee.hears("is open again")
    assert locked == told
    assert "People who asked meanwhile: 21" in over.text
    async with club.house.app.store.read() as read:
        kinds = effects.c.kind == EffectKind.GREET_KNOCK
        rows = await read.rows(select(effects.c.run_at).where(kinds).order_by(effects.c.run_at))
    last = [row["run_at"] for row in rows][-21:]
    assert {(later - earlier).total_seconds() for earlier, later in pairwise(last)} == {3.0}


async def test_a_lead_locks_the_chat_and_opens_it_again(club: Club) -> None:
    await club.says(club.lena, club.chess, "/lockdown")
    nell = club.telegram.user("Nell")
    await club.knock(nell)
    during = list(nell.inbox)

    await club.says(club.lena, club.committee, "/lockdown end")

    assert during == []
    assert "Everyone here keeps to the Code of Conduct" in (await nell.hears("Code of Conduct")).text
    assert "are locked until" in "".join(one.text for one in club.lena.inbox)
    assert "Requests that were kept: 1" in club.lena.inbox[-1].text


async def test_a_chat_that_a_lead_opened_does_not_lock_itself_for_a_while(club: Club) -> None:
    await rush(club, 25)
    await club.says(club.lena, club.chess, "/lockdown end")

    late = await rush(club, 5)

    assert all(one.inbox for one in late)
    assert len([one for one in club.committee.said if "is locked" in one.text]) == 1


async def test_a_proven_member_comes_in_while_it_is_locked(club: Club) -> None:
    await club.house.paid(NUMBER, ADDRESS)
    nell = club.telegram.user("Nell")
    await club.knock(nell)
    await club.give_number(nell, NUMBER)
    await club.writes(nell, await club.code_for(ADDRESS))
    await nell.leave(club.chess)
    await club.settled()
    await club.says(club.lena, club.chess, "/lockdown 60")

    knock = await club.knock(nell)

    assert knock.state == "approved"


async def test_only_a_lead_locks_and_only_for_a_time_that_makes_sense(club: Club) -> None:
    await club.says(club.mona, club.chess, "/lockdown")
    await club.says(club.lena, club.chess, "/lockdown for ever")

    nell = club.telegram.user("Nell")
    await club.knock(nell)

    assert club.mona.inbox[-1].text.startswith("Only somebody with a seat")
    assert "a whole number from 1 to 1440" in club.lena.inbox[-1].text
    assert nell.inbox
