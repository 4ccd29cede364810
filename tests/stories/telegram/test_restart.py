"""Porter is stopped and started in the middle of things: nothing is lost, and nothing is done twice."""

from tests.postgres import on_both
from tests.stories.telegram.club import NOTICE, OLUS_ADDRESS, UNION, UNKIND, Club

NELLS_ADDRESS = "nell@example.org"


async def test_the_buttons_of_a_card_work_after_a_restart(club: Club) -> None:
    await club.flagged()

    await club.restart()
    toast = await club.press(club.mona, club.card, NOTICE)

    assert "the notice is being posted" in toast.text
    assert len(club.words_of_porter(club.chess)) == 1
    assert "✓ Public notice · Mona" in club.card.text


async def test_a_step_done_before_a_restart_is_not_done_again_after_it(club: Club) -> None:
    await club.flagged()
    await club.press(club.mona, club.card, NOTICE)

    await club.restart()
    toast = await club.press(club.lena, club.card, NOTICE)

    assert "Public notice: Mona did this at" in toast.text
    assert len(club.words_of_porter(club.chess)) == 1


@on_both
async def test_a_code_that_was_mailed_before_a_restart_lets_in_after_it(club: Club) -> None:
    await club.house.paid("1234567", NELLS_ADDRESS)
    nell = club.telegram.user("Nell")
    await club.knock(nell)
    await club.give_number(nell, "1234567")

    await club.restart()
    await club.writes(nell, await club.code_for(NELLS_ADDRESS))

    assert club.chess.standing(nell).status == "member"


async def test_what_was_said_while_porter_was_away_is_heard_when_it_is_back(club: Club) -> None:
    await club.close()
    await club.mallory.say(club.chess, "I know where you live")

    await club.build()
    await club.work()
    await club.settled()

    assert "I know where you live" in club.card.text


async def test_an_escalation_that_could_not_be_delivered_is_delivered_after_a_restart(club: Club) -> None:
    await club.flagged()
    club.mailbox.refuse_recipient(OLUS_ADDRESS, "451 4.3.0 try again later")
    club.telegram.faults.refuse("sendPhoto", 500, "Internal Server Error", times=None)
    await club.press(club.mona, club.card, UNION)
    undelivered = club.mailbox.received(club.reference)

    await club.close()
    club.mailbox.refuse_recipient(OLUS_ADDRESS, "")
    club.telegram.faults.clear()
    club.telegram.clock.advance(minutes=20)
    await club.build()
    await club.work()
    await club.settled()

    mail = await club.mailbox.receives(club.reference, to=OLUS_ADDRESS)
    assert undelivered == []
    assert UNKIND in mail.text
    assert UNKIND in (await club.olu.hears("reports")).text
    assert "has it since" in club.card.text


async def test_the_officers_buttons_work_after_a_restart(club: Club) -> None:
    report = await club.escalated()

    await club.restart()
    await club.press(club.olu, report, "Acknowledge")

    assert "The Union: acknowledged at" in club.card.text


async def test_an_answer_that_was_begun_before_a_restart_is_taken_after_it(club: Club) -> None:
    report = await club.escalated()
    await club.press(club.olu, report, "Ask the committee")

    await club.restart()
    await club.writes(club.olu, "Has this happened before?")

    assert "Has this happened before?" in (await club.committee.hears("asks the committee")).text


async def test_an_update_that_comes_twice_counts_once(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, UNKIND)
    club.porter.updates.repeat(1)

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    assert "reports: 1" in club.card.text
    assert len([one for one in club.alice.inbox if "Your report is with the committee" in one.text]) == 1
