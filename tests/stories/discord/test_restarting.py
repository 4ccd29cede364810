"""Porter ends in the middle of things and begins again on the same folder: nothing that was promised is lost."""

from tests.postgres import on_both
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge, enter_code, verify
from tests.stories.discord.test_admission import ALICES, code_for, door, set_up


async def test_the_cards_buttons_work_after_a_restart(lodge: Lodge) -> None:
    message = await lodge.flagged()

    await lodge.restart()
    await lodge.mona.press(lodge.card, "3 · Delete")
    await lodge.settled()

    assert message.deleted
    assert "✓ Messages deleted · Mona" in lodge.card.text
    assert len(lodge.committee.messages) == 1


async def test_the_officers_buttons_work_after_a_restart(lodge: Lodge) -> None:
    told = await lodge.escalated()

    await lodge.restart()
    await lodge.olu.press(told, "Take over")
    await lodge.settled()

    assert "**Olu** has taken this over" in lodge.card.text


async def test_a_form_that_was_open_is_taken_after_a_restart(lodge: Lodge) -> None:
    told = await lodge.escalated()
    form = await lodge.olu.press(told, "Ask the committee")

    await lodge.restart()
    answer = await lodge.olu.submit(form, {"Your words": "Did this happen before?"})
    await lodge.settled()

    assert "The committee of " in answer.text
    assert "Did this happen before?" in lodge.card.text


async def test_a_code_that_was_sent_is_good_after_a_restart(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    await lodge.house.paid("20260001", ALICES)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    asked = await verify(lodge, nina, "20260001", door(welcome))
    code = await code_for(lodge, ALICES)

    await lodge.restart()
    await enter_code(nina, asked, code)
    await lodge.settled()

    assert nina.sees(lodge.general)


@on_both
async def test_an_escalation_that_was_not_delivered_is_delivered_after_a_restart(lodge: Lodge) -> None:
    await lodge.flagged()
    lodge.mailbox.refuse_recipient(OLUS_ADDRESS, "451 4.3.0 try again later")
    lodge.world.faults.answer("POST", "/users/@me/channels", 503, times=None)
    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    await lodge.world.journal.call("POST", "/users/@me/channels")

    await lodge.close()
    undelivered = list(lodge.olu.inbox)
    lodge.world.faults.clear()
    lodge.mailbox.refuse_recipient(OLUS_ADDRESS, "")
    await lodge.begin_again()
    await lodge.world.until(lambda: lodge.olu.inbox, what="the officer's message")
    await lodge.settled()

    assert undelivered == []
    assert "you play like a clown" in lodge.olu.inbox[-1].text


async def test_a_threat_said_while_porter_was_away_is_flagged_when_it_is_back(lodge: Lodge) -> None:
    await lodge.alice.say(lodge.general, "good evening")
    await lodge.flagged()
    await lodge.close()

    await lodge.alice.say(lodge.general, "I know where you live")
    await lodge.begin_again()
    await lodge.world.until(lambda: len(lodge.committee.messages) == 2, what="a second card")
    await lodge.settled()

    assert "**Alice** wrote" in lodge.card.text
    assert "I know where you live" in lodge.card.text


async def test_commands_are_not_registered_again_when_nothing_changed(lodge: Lodge) -> None:
    before = len(lodge.world.journal.applied("PUT", "/applications/*/commands"))
    guild = len(lodge.world.journal.applied("PUT", "/applications/*/guilds/*/commands"))

    await lodge.restart()

    assert before + guild > 0
    assert len(lodge.world.journal.applied("PUT", "/applications/*/commands")) == before
    assert len(lodge.world.journal.applied("PUT", "/applications/*/guilds/*/commands")) == guild
