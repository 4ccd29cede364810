"""Porter ends after each step of the main line and begins again on the same database: the line goes on from there.

A point is told in two halves, with the restart between them; the second half tells whether what was begun came true."""

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta

import pytest

from tests.stories.discord.lodge import Lodge, enter_code, verify
from tests.stories.discord.test_admission import ALICES, code_for, door, set_up
from tests.wire.discord import Message

NUMBER = "20260001"
REFER, ACCEPT = "No e-mail? Ask the committee", "I have read this and accept it"
Point = Callable[[Lodge], AsyncGenerator[bool, None]]


async def _welcome(lodge: Lodge) -> Message:
    await lodge.house.paid(NUMBER, ALICES)
    return door(await set_up(lodge))


async def a_newcomer_was_told_how(lodge: Lodge) -> AsyncGenerator[bool, None]:
    """The standing message's button is pressed afterwards."""
    welcome = await _welcome(lodge)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    await lodge.settled()
    yield False
    asked = await verify(lodge, nina, NUMBER, welcome)
    await enter_code(nina, asked, await code_for(lodge, ALICES))
    await lodge.settled()
    yield nina.sees(lodge.general)


async def the_number_was_asked_for(lodge: Lodge) -> AsyncGenerator[bool, None]:
    """The form is open and sent back afterwards."""
    welcome = await _welcome(lodge)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    form = await nina.press(welcome, "Verify membership")
    yield False
    asked = await nina.submit(form, {"Your membership number": NUMBER})
    await enter_code(nina, asked, await code_for(lodge, ALICES))
    await lodge.settled()
    yield nina.sees(lodge.general)


async def the_committee_was_asked(lodge: Lodge) -> AsyncGenerator[bool, None]:
    """Two buttons wait in the committee's channel."""
    welcome = await _welcome(lodge)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    await nina.press(await verify(lodge, nina, "99999999", welcome), REFER)
    await lodge.settled()
    yield False
    await lodge.mona.press(lodge.card, "Let them in")
    await lodge.settled()
    yield nina.sees(lodge.general)


async def the_statement_was_pinned(lodge: Lodge) -> AsyncGenerator[bool, None]:
    """Its button is pressed afterwards."""
    await lodge.lena.slash(lodge.general, "statement")
    await lodge.settled()
    yield False
    answer = await lodge.alice.press(lodge.general.pins[-1], ACCEPT)
    yield answer.text.startswith("Thank you. It is noted that you accepted")


async def a_step_was_in_hand(lodge: Lodge) -> AsyncGenerator[bool, None]:
    """Discord has a fault while somebody is being timed out."""
    await lodge.flagged()
    lodge.world.faults.answer("PATCH", "/guilds/*/members/*", 520, times=None)
    await lodge.mona.press(lodge.card, "Timeout")
    await lodge.world.journal.call("PATCH", "/guilds/*/members/*")
    yield False
    lodge.world.faults.clear()
    lodge.world.clock.advance(timedelta(minutes=1))
    await lodge.settled()
    yield lodge.mallory.timed_out_until is not None and "✓ Timeout · Mona" in lodge.card.text


async def a_question_was_open(lodge: Lodge) -> AsyncGenerator[bool, None]:
    """The committee is asked by an officer, and answers afterwards."""
    form = await lodge.olu.press(await lodge.escalated(), "Ask the committee")
    await lodge.olu.submit(form, {"Your words": "Did this happen before?"})
    await lodge.settled()
    yield False
    form = await lodge.mona.press(lodge.card, "Answer")
    await lodge.mona.submit(form, {"Your words": "Twice, in October."})
    await lodge.settled()
    yield "Twice, in October." in lodge.olu.inbox[-1].text


async def outcomes_were_offered(lodge: Lodge) -> AsyncGenerator[bool, None]:
    """The officer has been asked how the case ends."""
    outcomes = await lodge.olu.press(await lodge.escalated(), "Close with outcome")
    yield False
    await lodge.olu.press(outcomes, "Support offered")
    await lodge.settled()
    yield "**Closed:** Support offered" in lodge.card.text


async def a_setup_was_planned(lodge: Lodge) -> AsyncGenerator[bool, None]:
    """The lead says yes afterwards."""
    plan = await lodge.lena.slash(lodge.general, "setup")
    yield False
    await lodge.lena.press(plan, "Yes, do it")
    await lodge.settled()
    yield "welcome" in {channel.name for channel in lodge.chess.channels.values()}


POINTS: tuple[Point, ...] = (
    a_newcomer_was_told_how,
    the_number_was_asked_for,
    the_committee_was_asked,
    the_statement_was_pinned,
    a_step_was_in_hand,
    a_question_was_open,
    outcomes_were_offered,
    a_setup_was_planned,
)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__)
async def test_the_line_goes_on_where_it_was_left(lodge: Lodge, point: Point) -> None:
    line = point(lodge)
    await anext(line)

    await lodge.restart()
    came_true = await anext(line)

    assert came_true
