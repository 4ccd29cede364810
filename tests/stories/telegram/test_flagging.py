"""Flagging: by anyone, by a rule; what is sealed at the click; what cannot be flagged."""

from hashlib import sha256

from bot.evidence.record import context_of, message_of
from bot.model import ExhibitKind
from tests.stories.telegram.club import NOTICE, RIGHTS, UNKIND, Club
from tests.wire.telegram import File, picture


async def test_anyone_flags_by_reply_and_nobody_sees_who_it_was(club: Club) -> None:
    message = await club.mallory.say(club.chess, UNKIND)

    command = await club.says(club.alice, club.chess, "/flag", reply_to=message)

    assert command.deleted
    assert UNKIND in club.card.text
    assert "reports: 1" in club.card.text
    assert "Alice" not in "".join(one.words for one in club.committee.said)
    assert club.words_of_porter(club.chess) == []
    assert (await club.alice.hears("Your report is with the committee")).text.count(club.reference) == 1


async def test_report_is_another_word_for_flag_and_its_reason_stands_on_the_card(club: Club) -> None:
    message = await club.mallory.say(club.chess, UNKIND)

    command = await club.says(club.alice, club.chess, "/report this goes on every week", reply_to=message)

    assert command.deleted
    assert "this goes on every week" in club.card.text


async def test_a_reporter_who_never_opened_a_chat_with_porter_reports_all_the_same(club: Club) -> None:
    bea = club.telegram.user("Bea")
    club.chess.add(bea)
    message = await club.says(club.mallory, club.chess, UNKIND)
    before = club.words_of_porter(club.chess)

    command = await club.says(bea, club.chess, "/flag", reply_to=message)

    assert command.deleted
    assert UNKIND in club.card.text
    assert club.words_of_porter(club.chess) == before


async def test_a_rule_flags_a_threat_that_nobody_reported(club: Club) -> None:
    await club.says(club.mallory, club.chess, "I know where you live")

    assert "I know where you live" in club.card.text
    assert "Hints at harm" in club.card.text
    assert "reports: 1" in club.card.text


async def test_flagging_twice_is_one_card_and_one_report(club: Club) -> None:
    message = await club.flagged()

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    assert len(club.words_of_porter(club.committee)) == 1
    assert "reports: 1" in club.card.text


async def test_what_is_said_in_the_committees_group_is_not_screened(club: Club) -> None:
    club.committee.promote(club.porter, *RIGHTS)
    await club.settled()
    before = club.words_of_porter(club.committee)

    await club.says(club.mona, club.committee, "he wrote: I know where you live")

    assert club.words_of_porter(club.committee) == before


async def test_an_edit_after_the_report_is_kept_and_shown(club: Club) -> None:
    message = await club.flagged()

    await club.mallory.edit(message, "You play well, all of you.")
    await club.settled()

    assert "You play well, all of you." in club.card.text
    assert "reports: 1" in club.card.text


async def test_an_edit_that_breaks_a_rule_is_flagged_like_any_message(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, "see you on Friday")

    await club.mallory.edit(message, "I know where you live")
    await club.settled()

    assert "I know where you live" in club.card.text


async def test_what_was_written_before_an_edit_is_sealed_beside_what_it_became(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, UNKIND)
    await club.mallory.edit(message, "What a lovely game!")

    await club.says(club.alice, club.chess, "/flag", reply_to=message)
    await club.press(club.mona, club.card, NOTICE)

    sealed = [message_of(data).body for _, data in await club.sealed(ExhibitKind.MESSAGE)]
    assert sorted(sealed) == ["What a lovely game!", UNKIND]
    assert "What a lovely game!" in club.card.text


async def test_what_was_said_around_the_message_is_sealed_too(club: Club) -> None:
    await club.says(club.alice, club.chess, "who is in on Friday?")
    message = await club.says(club.mallory, club.chess, UNKIND)
    await club.says(club.lena, club.chess, "please stop that")

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    [(_, data)] = await club.sealed(ExhibitKind.CONTEXT)
    assert [one.message.body for one in context_of(data)] == ["who is in on Friday?", "please stop that"]


async def test_a_picture_without_words_is_flagged_and_sealed(club: Club) -> None:
    message = await club.mallory.say(club.chess, photo=picture())

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    [(exhibit, data)] = await club.sealed(ExhibitKind.ATTACHMENT)
    assert "(no words: see the files)" in club.card.text
    assert data == message.picture
    assert exhibit.sha256 == sha256(data).hexdigest()


async def test_a_file_that_is_gone_is_noted_and_the_report_stands(club: Club) -> None:
    club.telegram.faults.answer("download", status=404, body="{}", times=None)
    message = await club.mallory.say(club.chess, UNKIND, document=File("plan.pdf", b"%PDF-1.7 a plan"))

    await club.says(club.alice, club.chess, "/flag", reply_to=message)
    await club.writes(club.mona, f"/case {club.reference}")

    assert UNKIND in club.card.text
    assert "plan.pdf: not captured" in club.mona.inbox[-1].text


async def test_a_report_about_somebody_of_the_committee_goes_past_the_committee(club: Club) -> None:
    message = await club.mona.say(club.chess, UNKIND)

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    report = await club.olu.hears("it went past the committee")
    assert UNKIND in report.text
    assert club.words_of_porter(club.committee) == []
    assert "not to the committee" in club.alice.inbox[-1].text


async def test_a_case_about_the_committee_does_not_exist_for_the_committee(club: Club) -> None:
    message = await club.mona.say(club.chess, UNKIND)
    await club.says(club.alice, club.chess, "/flag", reply_to=message)
    reference = (await club.olu.hears("reports")).text.split(" reports ")[1].split()[0]

    by_lena = await club.writes(club.lena, f"/case {reference}")
    by_mona = await club.writes(club.mona, f"/case {reference}")

    assert by_lena is not None
    assert by_mona is not None
    assert by_lena.text == by_mona.text
    assert by_lena.text.startswith("There is no such case")
