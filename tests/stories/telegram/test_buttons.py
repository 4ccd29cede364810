"""Buttons that were forged, replayed, or are somebody else's: each is answered, none does anything."""

import pytest

from bot.model import Role
from bot.store import people
from tests.stories.telegram.club import DELETE, NOTICE, Club, account, with_button

DEAD = "This button does not work any more, or is not for you."


@pytest.mark.parametrize("data", ["p:forged", "p:", "p", "", "x:y", "f:forged", "d:forged", "p:" + "0" * 62])
async def test_a_forged_button_does_nothing_and_says_so(club: Club, data: str) -> None:
    await club.flagged()
    before = club.card.text

    toast = await club.mona.press(club.card, data=data)
    await club.settled()

    assert DEAD in toast.text or "This button no longer leads anywhere." in toast.text
    assert club.card.text == before


async def test_a_member_who_presses_a_step_is_refused(club: Club) -> None:
    message = await club.flagged()
    club.committee.add(club.mallory)

    toast = await club.press(club.mallory, club.card, DELETE)

    assert "Only somebody with a seat for this can do that." in toast.text
    assert not message.deleted


async def test_a_moderator_whose_seat_ended_is_refused_at_the_button(club: Club) -> None:
    message = await club.flagged()
    async with club.house.app.store.change("test", "end seat", club.now()) as change:
        await people.end_seat(change, club.house.seats["Mona"])

    toast = await club.press(club.mona, club.card, DELETE)

    assert "Only somebody with a seat for this can do that." in toast.text
    assert not message.deleted


async def test_a_button_pressed_again_says_who_did_it(club: Club) -> None:
    await club.flagged()
    await club.press(club.mona, club.card, NOTICE)

    toast = await club.press(club.mona, club.card, NOTICE)

    assert "Public notice: Mona did this at" in toast.text
    assert len(club.words_of_porter(club.chess)) == 1


async def test_an_officers_button_in_a_members_hand_does_nothing(club: Club) -> None:
    report = await club.escalated()
    token = next(button.data for row in report.buttons for button in row if button.text == "Take over")
    await club.writes(club.mallory, "hello")

    await club.mallory.press(club.mallory.inbox[-1], data=token)
    await club.settled()

    assert "Only somebody with a seat for this can do that." in club.mallory.inbox[-1].text
    assert "has taken this over" not in club.card.text


async def test_somebody_elses_code_button_finds_no_request(club: Club) -> None:
    nell = club.telegram.user("Nell")
    await club.knock(nell)
    await club.give_number(nell, "0000000")
    data = with_button(nell, "No e-mail? Ask the committee").buttons[1][0].data
    await club.writes(club.mallory, "hello")

    await club.mallory.press(club.mallory.inbox[-1], data=data)
    await club.settled()

    assert "There is no request of yours waiting here." in club.mallory.inbox[-1].text
    assert club.words_of_porter(club.committee) == []


async def test_a_moderator_of_another_society_has_no_power_here(club: Club) -> None:
    message = await club.flagged()
    goran = club.telegram.user("Goran")
    async with club.house.app.store.change("test", "add society", club.now()) as change:
        other = await people.add_society(change, "go", "Go Society")
    club.house.society_id, chess = other or 0, club.house.society_id
    await club.house.seat("Goran", account(goran), Role.LEAD)
    club.house.society_id = chess
    club.committee.add(goran)

    toast = await club.press(goran, club.card, DELETE)

    assert "Only somebody with a seat for this can do that." in toast.text
    assert not message.deleted
