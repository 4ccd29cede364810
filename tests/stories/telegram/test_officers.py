"""Officers: the case in their private chat, the five outcomes, and the clocks by which the next one is asked."""

import pytest

from bot.model import Role
from tests.stories.house import next_monday
from tests.stories.telegram.club import UNION, UNKIND, Club, account, with_button
from tests.wire.telegram import Person

OUTCOMES = [
    "Support offered",
    "Informal advice",
    "Code of Conduct investigation",
    "Referred to the University",
    "No further action",
]


async def with_ada(club: Club) -> Person:
    """A second contact, who can be written to; on a Monday at ten."""
    ada = club.telegram.user("Ada")
    await club.house.seat("Ada", account(ada), Role.OFFICER, contact_order=2)
    club.opened(ada)
    club.telegram.clock.stand(next_monday(club.now(), club.house.app.zone).timestamp())
    return ada


async def test_an_officer_reads_a_case_in_the_private_chat_with_its_picture_and_buttons(club: Club) -> None:
    report = await club.escalated()
    before = len(club.olu.inbox)

    await club.writes(club.olu, f"/case {club.reference}")

    shown = club.olu.inbox[before:]
    assert UNKIND in "".join(one.words for one in shown)
    assert any(one.picture for one in shown)
    assert with_button(club.olu, "Take over").labels == report.labels
    assert "Reported by (for the Union only): Alice" in "".join(one.words for one in shown)


async def test_an_officers_case_stays_closed_to_members_in_private(club: Club) -> None:
    await club.escalated()

    answer = await club.writes(club.mallory, f"/case {club.reference}")

    assert answer is not None
    assert answer.text.startswith("Only somebody with a seat for this can do that.")


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_each_of_the_unions_outcomes_closes_a_case_and_stands_on_its_card(club: Club, outcome: str) -> None:
    report = await club.escalated()

    await club.press(club.olu, report, "Close with outcome")
    await club.press(club.olu, with_button(club.olu, outcome), outcome)

    assert club.card.text.splitlines()[-1] == f"Closed: {outcome}"
    assert club.olu.inbox[-1].text.partition(" is closed: ")[2] == f"{outcome}. The committee sees it."


async def test_an_urgent_case_goes_to_the_next_officer_after_a_quarter_of_an_hour(club: Club) -> None:
    ada = await with_ada(club)
    await club.says(club.mallory, club.chess, "I will kill you")
    await club.press(club.mona, club.card, UNION)
    told = await club.olu.hears("reports")

    club.telegram.clock.advance(minutes=14)
    await club.settled()
    early = list(ada.inbox)
    club.telegram.clock.advance(minutes=2)
    await club.settled()

    assert "URGENT" in told.text
    assert early == []
    assert "I will kill you" in (await ada.hears("URGENT")).text
    assert "The Union: Ada has it since" in club.card.text


async def test_a_standard_case_goes_to_the_next_officer_after_a_working_day(club: Club) -> None:
    ada = await with_ada(club)
    report = await club.escalated()

    club.telegram.clock.advance(hours=23, minutes=30)
    await club.settled()
    early = list(ada.inbox)
    club.telegram.clock.advance(hours=1)
    await club.settled()

    assert report.text.startswith("Standard")
    assert early == []
    assert UNKIND in (await ada.hears("Standard")).text


async def test_an_acknowledged_case_is_taken_to_nobody_else(club: Club) -> None:
    ada = await with_ada(club)
    report = await club.escalated()

    await club.press(club.olu, report, "Acknowledge")
    club.telegram.clock.advance(hours=72)
    await club.settled()

    assert ada.inbox == []
    assert "The Union: acknowledged at" in club.card.text
