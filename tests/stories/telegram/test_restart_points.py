"""Porter ends after each step of the main line and begins again on the same database: the line goes on from there.

A point is told in two halves, with the restart between them; the second half tells whether what was begun came true."""

from collections.abc import AsyncGenerator, Callable

import pytest

from tests.stories.telegram.club import DELETE, Club, with_button
from tests.wire.telegram import Person, picture

ADDRESS, NUMBER = "nell@example.org", "1234567"
REFER, ACCEPT = "No e-mail? Ask the committee", "I have read this and accept it"
Point = Callable[[Club], AsyncGenerator[bool, None]]


async def _newcomer(club: Club) -> Person:
    await club.house.paid(NUMBER, ADDRESS)
    nell = club.telegram.user("Nell")
    await club.knock(nell)
    return nell


async def a_knock_was_answered(club: Club) -> AsyncGenerator[bool, None]:
    """She was told how to come in; she gives number and code afterwards."""
    nell = await _newcomer(club)
    yield False
    await club.give_number(nell, NUMBER)
    await club.writes(nell, await club.code_for(ADDRESS))
    yield club.chess.standing(nell).status == "member"


async def the_number_was_asked_for(club: Club) -> AsyncGenerator[bool, None]:
    """The form is open: the next thing she writes is her number."""
    nell = await _newcomer(club)
    await club.press(nell, with_button(nell, "Verify membership"), "Verify membership")
    yield False
    await club.writes(nell, NUMBER)
    await club.writes(nell, await club.code_for(ADDRESS))
    yield club.chess.standing(nell).status == "member"


async def the_committee_was_asked(club: Club) -> AsyncGenerator[bool, None]:
    """Two buttons wait in the committee's group."""
    nell = await _newcomer(club)
    await club.give_number(nell, "0000000")
    await club.press(nell, with_button(nell, REFER), REFER)
    yield False
    await club.press(club.mona, await club.committee.hears("Nell asks to join"), "Let them in")
    yield club.chess.standing(nell).status == "member"


async def the_statement_was_shown(club: Club) -> AsyncGenerator[bool, None]:
    """Its button is pressed afterwards."""
    nell = club.telegram.user("Nell")
    club.chess.add(nell)
    await club.settled()
    yield False
    toast = await club.press(nell, await club.chess.hears("Welcome to Chess Society, Nell!"), ACCEPT)
    yield toast.text.startswith("Thank you. It is noted that you accepted")


async def a_step_was_in_hand(club: Club) -> AsyncGenerator[bool, None]:
    """Telegram has a fault while the message is being deleted."""
    message = await club.flagged()
    club.telegram.faults.answer("deleteMessages", status=502, body="<html>", times=None)
    await club.mona.press(club.card, DELETE)
    await club.telegram.until(lambda: any(call.method == "deleteMessages" for call in club.telegram.journal.calls))
    yield False
    club.telegram.faults.clear()
    club.telegram.clock.advance(minutes=1)
    await club.settled()
    yield message.deleted and "✓ Messages deleted · Mona" in club.card.text


async def a_question_was_open(club: Club) -> AsyncGenerator[bool, None]:
    """The committee is asked by an officer, and answers afterwards."""
    report = await club.escalated()
    await club.press(club.olu, report, "Ask the committee")
    await club.writes(club.olu, "Has this happened before?")
    yield False
    await club.press(club.mona, await club.committee.hears("Has this happened before?"), "Answer")
    await club.writes(club.mona, "Twice, in October.")
    yield "Mona answers your question." in (await club.olu.hears("Twice, in October.")).text


async def outcomes_were_offered(club: Club) -> AsyncGenerator[bool, None]:
    """The officer has been asked how the case ends."""
    report = await club.escalated()
    await club.press(club.olu, report, "Close with outcome")
    yield False
    await club.press(club.olu, with_button(club.olu, "Support offered"), "Support offered")
    yield "Closed: Support offered" in club.card.text


async def screenshots_were_being_sent(club: Club) -> AsyncGenerator[bool, None]:
    """The form for pictures is open; they are sent afterwards."""
    await club.flagged()
    await club.writes(club.mona, f"/case {club.reference}")
    await club.press(club.mona, with_button(club.mona, "Add screenshots"), "Add screenshots")
    yield False
    await club.writes(club.mona, photo=picture(120, 80))
    await club.press(club.mona, with_button(club.mona, "Done"), "Done")
    yield f"1 kept with {club.reference}" in club.mona.inbox[-1].text


async def a_setup_was_planned(club: Club) -> AsyncGenerator[bool, None]:
    """The lead says yes afterwards."""
    await club.says(club.lena, club.chess, "/setup")
    yield False
    await club.press(club.lena, await club.lena.hears("what Porter needs here"), "Yes, do it")
    yield [link.creates_join_request for link in club.chess.links] == [True]


POINTS: tuple[Point, ...] = (
    a_knock_was_answered,
    the_number_was_asked_for,
    the_committee_was_asked,
    the_statement_was_shown,
    a_step_was_in_hand,
    a_question_was_open,
    outcomes_were_offered,
    screenshots_were_being_sent,
    a_setup_was_planned,
)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__)
async def test_the_line_goes_on_where_it_was_left(club: Club, point: Point) -> None:
    line = point(club)
    await anext(line)

    await club.restart()
    came_true = await anext(line)

    assert came_true


async def test_menus_are_not_set_again_when_nothing_changed(club: Club) -> None:
    before = len(club.telegram.journal.applied("setMyCommands"))

    await club.restart()

    assert before == 3
    assert len(club.telegram.journal.applied("setMyCommands")) == before
