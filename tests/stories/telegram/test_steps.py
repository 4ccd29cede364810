"""The card and the four steps: each is taken once, recorded with what came of it, and stops none of the others."""

import asyncio

from tests.postgres import on_both
from tests.stories.telegram.club import DELETE, NOTICE, UNION, UNKIND, WORD, Club
from tests.wire.telegram import picture


async def test_the_card_offers_the_steps_and_proposes_the_next(club: Club) -> None:
    await club.flagged()

    assert "Next by the ladder: Public notice." in club.card.text
    assert club.card.labels == [NOTICE, WORD, DELETE, "Timeout", "Remove person", UNION, "Dismiss"]


@on_both
async def test_a_public_notice_is_said_in_the_chat_and_names_nobody(club: Club) -> None:
    await club.flagged()

    toast = await club.press(club.mona, club.card, NOTICE)

    notice = await club.chess.hears("This is a notice from the committee of Chess Society.")
    assert "the notice is being posted" in toast.text
    assert "Mallory" not in notice.text
    assert "✓ Public notice · Mona" in club.card.text
    assert "Next by the ladder: Private word" in club.card.text


async def test_a_private_word_reaches_the_person_alone(club: Club) -> None:
    await club.flagged()

    await club.press(club.mona, club.card, WORD)

    word = await club.mallory.hears("Those comments are not acceptable")
    assert club.reference in word.text
    assert club.words_of_porter(club.chess) == []
    assert "✓ Private word · Mona" in club.card.text


async def test_a_closed_private_chat_is_shown_on_the_card_and_stops_nothing(club: Club) -> None:
    message = await club.flagged()
    club.mallory.block(club.porter)

    await club.press(club.mona, club.card, WORD)
    await club.press(club.mona, club.card, DELETE)

    assert "✗ Private word · Mona" in club.card.text
    assert "not done:" in club.card.text
    assert "✓ Messages deleted · Mona" in club.card.text
    assert message.deleted


async def test_messages_are_deleted_and_what_they_said_stays_on_the_card(club: Club) -> None:
    message = await club.flagged()

    await club.press(club.mona, club.card, DELETE)

    assert message.deleted
    assert "deleted since" in club.card.text
    assert UNKIND in club.card.text


async def test_all_pictures_of_an_album_are_deleted_together(club: Club) -> None:
    album = await club.mallory.album(club.chess, [picture(), picture(8, 8)], caption=UNKIND)
    await club.says(club.alice, club.chess, "/flag", reply_to=album[0])

    await club.press(club.mona, club.card, DELETE)

    assert [one.deleted for one in album] == [True, True]


async def test_a_timeout_keeps_the_person_from_writing_for_a_while(club: Club) -> None:
    message = await club.flagged()

    await club.says(club.mona, club.chess, f"/timeout {club.reference} 30", reply_to=message)

    standing = club.chess.standing(club.mallory)
    minutes = (standing.until - club.telegram.clock.now()) / 60
    assert standing.status == "restricted"
    assert 28 < minutes <= 30
    assert "✓ Timeout · Mona" in club.card.text


async def test_somebody_removed_is_told_first_and_is_free_to_come_back(club: Club) -> None:
    await club.flagged()

    await club.press(club.mona, club.card, "Remove person")

    calls = [call.method for call in club.telegram.journal.calls]
    assert "taking you out of its chats" in (await club.mallory.hears(club.reference)).text
    assert club.chess.standing(club.mallory).status == "left"
    assert "banChatMember" in calls[calls.index("sendMessage") :]
    assert club.chess.banned == []
    assert "✓ Removed from the chats · Mona" in club.card.text


async def test_every_step_is_a_command_too(club: Club) -> None:
    message = await club.flagged()

    await club.says(club.mona, club.chess, "/notice", reply_to=message)
    await club.says(club.mona, club.committee, f"/warn {club.reference}")
    await club.says(club.mona, club.chess, "/delete", reply_to=message)

    assert "✓ Public notice · Mona" in club.card.text
    assert "✓ Private word · Mona" in club.card.text
    assert "✓ Messages deleted · Mona" in club.card.text
    assert message.deleted


async def test_a_step_on_a_message_that_nobody_reported_reports_it_first(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, UNKIND)

    await club.says(club.mona, club.chess, "/delete", reply_to=message)

    assert "Noted by Mona of the committee" in club.card.text
    assert "✓ Messages deleted · Mona" in club.card.text
    assert message.deleted


@on_both
async def test_two_moderators_at_once_are_one_notice_and_the_second_is_told_who_did_it(club: Club) -> None:
    await club.flagged()

    toasts = await asyncio.gather(club.mona.press(club.card, NOTICE), club.lena.press(club.card, NOTICE))
    await club.settled()

    said = [one.text for one in club.words_of_porter(club.chess)]
    first, second = sorted(toasts, key=lambda toast: "did this at" in toast.text)
    who = "Mona" if "Public notice · Mona" in club.card.text else "Lena"
    assert len(said) == 1
    assert "the notice is being posted" in first.text
    assert f"Public notice: {who} did this at" in second.text


async def test_a_dismissed_case_is_closed_and_offers_nothing_more(club: Club) -> None:
    await club.flagged()

    await club.press(club.mona, club.card, "Dismiss")

    assert "Closed: dismissed by the committee" in club.card.text
    assert club.card.labels == []


async def test_a_report_after_a_case_was_closed_opens_a_new_one(club: Club) -> None:
    await club.flagged()
    first = club.reference
    await club.press(club.mona, club.card, "Dismiss")

    await club.flagged("And you still play like one.")

    assert club.reference != first
    assert "And you still play like one." in club.card.text


async def test_more_reports_about_one_person_are_one_case(club: Club) -> None:
    await club.flagged()

    await club.flagged("And you still play like one.")

    assert len(club.words_of_porter(club.committee)) == 1
    assert "reports: 2" in club.card.text
    assert "And you still play like one." in club.card.text


async def test_a_card_that_somebody_deleted_is_posted_anew(club: Club) -> None:
    await club.flagged()
    await club.una.erase(club.card)

    await club.says(club.mona, club.committee, "/warn P-26-0001".replace("26", f"{club.now():%y}"))

    assert "✓ Private word · Mona" in club.card.text


async def test_the_history_of_a_person_lists_their_cases(club: Club) -> None:
    message = await club.flagged()
    await club.press(club.mona, club.card, NOTICE)

    await club.says(club.mona, club.chess, "/history", reply_to=message)

    assert "Mallory · cases: 1" in club.mona.inbox[-1].text
    assert "Public notice" in club.mona.inbox[-1].text
