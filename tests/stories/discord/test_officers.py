"""Officers: the case in their private chat, the five outcomes, and the clocks by which the next one is asked."""

from datetime import timedelta

from bot.model import Role
from tests.stories.discord.lodge import Lodge, account, reference_in
from tests.stories.house import next_monday
from tests.wire.discord import Member

UNION = "4 · Report to the Union"
OUTCOMES = [
    "Support offered",
    "Informal advice",
    "Code of Conduct investigation",
    "Referred to the University",
    "No further action",
]


async def with_ada(lodge: Lodge) -> Member:
    """A second contact; on a Monday at ten."""
    ada = await lodge.chess.join(lodge.world.user("Ada"))
    await lodge.house.seat("Ada", account(ada), Role.OFFICER, contact_order=2)
    await lodge.settled()
    now = lodge.world.clock.now()
    lodge.world.clock.advance(next_monday(now, lodge.house.app.zone) - now)
    return ada


def reports_to(officer: Member) -> list[str]:
    """The cases that an officer was told of."""
    return [one.text for one in officer.inbox if " reports P-" in one.text]


async def test_an_officer_reads_a_case_in_the_private_chat_with_its_picture_and_buttons(lodge: Lodge) -> None:
    told = await lodge.escalated()

    shown = await lodge.olu.slash(lodge.olu.dm(lodge.bot), "case", case=reference_in(told))

    assert "you play like a clown" in shown.text
    assert "Reported by (for the Union only): Alice" in shown.text.replace("\\", "")
    assert shown.buttons == [button.label for button in told.buttons]
    assert [one.data for one in shown.attachments] == [one.data for one in told.attachments]


async def test_an_officers_case_stays_closed_to_members_in_private(lodge: Lodge) -> None:
    await lodge.flagged()
    await lodge.mona.press(lodge.card, "2 · Private word")
    await lodge.settled()

    answer = await lodge.mallory.slash(lodge.mallory.dm(lodge.bot), "case", case=lodge.reference)

    assert answer.text.startswith("Only somebody with a seat")
    assert "clown" not in answer.text


async def test_each_of_the_unions_outcomes_closes_a_case_and_stands_on_its_card(lodge: Lodge) -> None:
    closed, answered = [], []

    for outcome in OUTCOMES:
        told = await lodge.escalated()
        card = lodge.card
        outcomes = await lodge.olu.press(told, "Close with outcome")
        answer = await lodge.olu.press(outcomes, outcome)
        await lodge.settled()
        closed.append(card.text.splitlines()[-1])
        answered.append(answer.text.partition(" is closed: ")[2])

    assert closed == [f"**Closed:** {outcome}" for outcome in OUTCOMES]
    assert answered == [f"{outcome}. The committee sees it." for outcome in OUTCOMES]


async def test_an_urgent_case_goes_to_the_next_officer_after_a_quarter_of_an_hour(lodge: Lodge) -> None:
    ada = await with_ada(lodge)
    await lodge.mallory.say(lodge.general, "I will kill you")
    await lodge.mona.press(await lodge.carded(), UNION)
    await lodge.settled()

    lodge.world.clock.advance(timedelta(minutes=14))
    await lodge.settled()
    early = reports_to(ada)
    lodge.world.clock.advance(timedelta(minutes=2))
    await lodge.settled()

    assert lodge.olu.inbox[-1].text.startswith("**URGENT")
    assert early == []
    assert ada.inbox[-1].text.startswith("**URGENT")
    assert "The Union: **Ada** has it since" in lodge.card.text


async def test_a_standard_case_goes_to_the_next_officer_after_a_working_day(lodge: Lodge) -> None:
    ada = await with_ada(lodge)
    told = await lodge.escalated()

    lodge.world.clock.advance(timedelta(hours=23, minutes=30))
    await lodge.settled()
    early = reports_to(ada)
    lodge.world.clock.advance(timedelta(hours=1))
    await lodge.settled()

    assert told.text.startswith("**Standard")
    assert early == []
    assert ada.inbox[-1].text.startswith("**Standard")
