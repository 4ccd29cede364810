"""What is too big, too old, gone, or comes twice: the report stands, and whoever acts reads what it means."""

from datetime import timedelta

from bot.desk import capture
from bot.evidence.record import message_of
from bot.model import ExhibitKind, Message
from bot.store import cases
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge, reference_in
from tests.wire.discord import File

NOTICE = "1 · Public notice"


async def sealed_messages(lodge: Lodge) -> list[Message]:
    """The messages that are sealed with the case on the card."""
    app = lodge.house.app
    async with app.store.read() as read:
        case = await cases.case_by_ref(read, lodge.reference)
        assert case is not None
        found = [one for one in await cases.exhibits_of(read, case.id) if one.kind is ExhibitKind.MESSAGE]
    return [message_of(await capture.unseal(app, one) or b"") for one in found]


async def test_a_file_of_fifty_megabytes_is_named_with_its_size_and_the_report_stands(lodge: Lodge) -> None:
    message = await lodge.mallory.say(lodge.general, "look at this", files=[File("film.mp4", b"not all of it")])
    message.attachments[0].said_size = 50_000_000

    answer = await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()
    shown = await lodge.mona.slash(lodge.committee, "case", case=lodge.reference)
    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    mail = await lodge.mailbox.receives(lodge.reference, to=OLUS_ADDRESS)
    await lodge.settled()

    assert "is with the committee" in answer.text
    assert "film.mp4: not captured: 50 MB, more than the limit of 25 MB" in shown.text
    assert "Missing evidence: film.mp4: not captured: 50 MB" in lodge.olu.inbox[-1].text
    assert "Missing evidence: film.mp4" in mail.text


async def test_a_reply_to_a_message_that_is_gone_is_evidence_as_it_stands(lodge: Lodge) -> None:
    first = await lodge.alice.say(lodge.general, "who is in on Friday?")
    await lodge.alice.say(lodge.general, "please answer")
    reply = await lodge.mallory.say(lodge.general, "you play like a clown", reply_to=first)
    await lodge.alice.erase(first)

    await lodge.alice.menu("Flag to committee", reply)
    await lodge.settled()
    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    await lodge.settled()

    [sealed] = await sealed_messages(lodge)
    assert sealed.reply_to is not None
    assert sealed.reply_to.id == str(first.id)
    assert lodge.olu.inbox[-1].attachments[0].data.startswith(b"\x89PNG")


async def test_messages_older_than_discords_two_weeks_are_deleted_one_by_one(lodge: Lodge) -> None:
    first, second = await lodge.flagged(), await lodge.flagged("and you still do")
    lodge.world.clock.advance(timedelta(days=15))

    await lodge.mona.press(lodge.card, "3 · Delete")
    await lodge.settled()

    assert first.deleted
    assert second.deleted
    assert lodge.world.journal.calls("POST", "/channels/*/messages/bulk-delete") == []
    assert "✓ Messages deleted · Mona" in lodge.card.text


async def test_messages_that_another_moderator_purges_are_marked_deleted_and_stay_evidence(lodge: Lodge) -> None:
    before = await lodge.mallory.say(lodge.general, "what a silly opening")
    message = await lodge.flagged()
    await lodge.chess.purge([before, message])
    await lodge.world.until(lambda: "deleted since" in lodge.card.text, what="the card marked")
    await lodge.settled()

    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    await lodge.settled()

    assert "you play like a clown" in lodge.card.text
    assert "deleted since" in lodge.olu.inbox[-1].text


async def test_a_message_purged_before_it_was_flagged_is_context_marked_deleted(lodge: Lodge) -> None:
    before = await lodge.mallory.say(lodge.general, "what a silly opening")
    await lodge.chess.purge([before])
    message = await lodge.mallory.say(lodge.general, "you play like a clown")
    await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    app = lodge.house.app
    async with app.store.read() as read:
        [told] = await app.ear.around(read, (await sealed_messages(lodge))[0].ref, app.now(), 10, 0)

    assert told.message.body == "what a silly opening"
    assert told.deleted_at is not None


async def test_a_press_that_discord_delivers_twice_is_done_and_answered_once(lodge: Lodge) -> None:
    await lodge.flagged()
    lodge.world.gateway.double("INTERACTION_CREATE")

    answer = await lodge.mona.press(lodge.card, NOTICE)
    await lodge.settled()

    assert "the notice is being posted" in answer.text
    assert len([one for one in lodge.general.messages if "not tolerated here" in one.text]) == 1


async def test_a_form_that_discord_delivers_twice_asks_one_question(lodge: Lodge) -> None:
    told = await lodge.escalated()
    form = await lodge.olu.press(told, "Ask the committee")
    lodge.world.gateway.double("INTERACTION_CREATE")

    await lodge.olu.submit(form, {"Your words": "Did this happen before?"})
    await lodge.settled()

    assert len([one for one in lodge.committee.messages if "Did this happen before?" in one.text]) == 1


async def test_two_edits_of_one_second_are_two_versions(lodge: Lodge) -> None:
    message = await lodge.flagged()
    await lodge.mallory.edit(message, "you play like an ox")

    await lodge.mallory.edit(message, "you play like an ape")
    await lodge.world.until(lambda: "an ape" in lodge.card.text, what="the newest version on the card")
    await lodge.settled()

    words = [one.body for one in await sealed_messages(lodge)]
    assert words == ["you play like a clown", "you play like an ox", "you play like an ape"]


async def test_an_escalation_without_words_says_once_that_no_reason_was_given(lodge: Lodge) -> None:
    told = await lodge.escalated()

    assert told.text.count("no reason given") == 1
    assert "From Mona\n" in told.text
    assert reference_in(told) == lodge.reference
