"""What is too big, too old, gone, or edited twice in a second: the report stands, and people read what it means."""

import json

from bot.evidence.record import message_of
from bot.model import ExhibitKind
from tests.stories.telegram.club import DELETE, OLUS_ADDRESS, UNION, UNKIND, Club
from tests.wire.telegram import File


async def test_a_file_of_fifty_megabytes_is_named_with_its_size_and_the_report_stands(club: Club) -> None:
    message = await club.mallory.say(club.chess, UNKIND, document=File("film.mp4", bytes(50_000_000)))

    await club.says(club.alice, club.chess, "/flag", reply_to=message)
    await club.press(club.mona, club.card, UNION)

    told = await club.olu.hears("reports")
    mail = await club.mailbox.receives(club.reference, to=OLUS_ADDRESS)
    assert UNKIND in club.card.text
    assert "Missing evidence: film.mp4: not captured: 50 MB, more than the limit of 25 MB" in told.text
    assert "Missing evidence: film.mp4" in mail.text


async def test_a_reply_to_a_message_that_is_gone_is_evidence_as_it_stands(club: Club) -> None:
    first = await club.says(club.alice, club.chess, "who is in on Friday?")
    reply = await club.says(club.mallory, club.chess, UNKIND, reply_to=first)
    await club.alice.erase(first)

    await club.says(club.alice, club.chess, "/flag", reply_to=reply)
    await club.press(club.mona, club.card, UNION)

    [(_, data)] = await club.sealed(ExhibitKind.MESSAGE)
    assert message_of(data).body == UNKIND
    assert any(one.picture for one in club.olu.inbox)


async def test_a_flag_on_a_message_that_was_just_deleted_says_what_to_do(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, UNKIND)
    club.porter.updates.hold()
    flag = await club.alice.say(club.chess, "/flag", reply_to=message)
    await club.mallory.erase(message)
    club.porter.updates.release()
    await club.settled()

    assert flag.deleted
    assert UNKIND in club.card.text
    assert "Your report is with the committee" in club.alice.inbox[-1].text


async def test_a_command_that_answers_nothing_any_more_says_what_to_do(club: Club) -> None:
    await club.says(club.alice, club.chess, "/flag")

    assert "If it is gone already, tell an officer what it said: /ask-union." in club.alice.inbox[-1].text


async def test_the_card_says_who_can_delete_what_is_too_old_for_porter(club: Club) -> None:
    message = await club.flagged()
    club.telegram.clock.advance(hours=49)

    await club.press(club.mona, club.card, DELETE)
    failed = club.card.text
    await club.press(club.mona, club.card, UNION)

    assert not message.deleted
    assert "older than 48 hours" in failed
    assert "An administrator of “Chess Society” can delete it by hand." in failed
    assert UNKIND in (await club.olu.hears("reports")).text


async def test_two_edits_of_one_second_are_two_versions(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, UNKIND)
    second = int(club.telegram.clock.now()) + 10
    club.telegram.clock.stand(second)
    await club.mallory.edit(message, "You play like an ox.")
    await club.mallory.edit(message, "You play like an ape.")
    await club.settled()

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    sealed = [message_of(data) for _, data in await club.sealed(ExhibitKind.MESSAGE)]
    edits = [one for one in sealed if one.edited_at is not None]
    assert sorted(one.body for one in sealed) == [UNKIND, "You play like an ape.", "You play like an ox."]
    assert {int(one.edited_at.timestamp()) for one in edits if one.edited_at} == {second}
    assert "You play like an ape." in club.card.text


async def test_an_edit_in_the_second_of_the_one_that_was_flagged_is_kept_too(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, UNKIND)
    club.telegram.clock.stand(int(club.telegram.clock.now()) + 10)
    await club.mallory.edit(message, "You play like an ox.")
    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    await club.mallory.edit(message, "You play well, all of you.")
    await club.settled()
    await club.press(club.mona, club.card, UNION)

    sealed = [message_of(data).body for _, data in await club.sealed(ExhibitKind.MESSAGE)]
    pictured = next(one for one in club.olu.inbox if one.picture)
    assert sorted(sealed) == [UNKIND, "You play like an ox.", "You play well, all of you."]
    assert "You play well, all of you." in club.card.text
    assert "You play well, all of you." in pictured.caption


async def test_an_escalation_without_words_says_once_that_no_reason_was_given(club: Club) -> None:
    report = await club.escalated()

    assert report.text.count("no reason given") == 1
    assert "From Mona\n" in report.text


async def test_a_message_of_unheard_of_shape_and_size_holds_nothing_up(club: Club) -> None:
    club.telegram.push(club.porter, {"message": {"message_id": 1, "text": "x" * 500_000}})
    club.telegram.push(club.porter, {"callback_query": {"id": "1", "data": ["not", "a", "text"]}})
    club.telegram.push(club.porter, {"chat_join_request": json.loads('{"a": [[[[[[1]]]]]]}')})

    await club.flagged()

    assert UNKIND in club.card.text
    assert len(club.words_of_porter(club.committee)) == 1
