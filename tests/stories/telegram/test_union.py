"""A case goes to the Union: the officer's message, its buttons, what the committee sees of it, and the ways around."""

from tests.postgres import on_both
from tests.stories.telegram.club import OLUS_ADDRESS, UNION, UNKIND, Club, with_button
from tests.wire.telegram import File, picture

PNG = b"\x89PNG\r\n\x1a\n"


async def test_the_officer_gets_the_case_with_its_picture_and_buttons(club: Club) -> None:
    report = await club.escalated()

    pictured = next(one for one in club.olu.inbox if one.picture)
    assert "Chess Society reports " + club.reference + " to the Union" in report.text
    assert "From Mona" in report.text
    assert UNKIND in report.text
    assert "Alice" not in "".join(one.words for one in club.committee.said)
    assert pictured.picture is not None
    assert pictured.picture.startswith(PNG)
    assert "Rendered by Porter from captured data" in pictured.caption
    assert report.labels == ["Acknowledge", "Take over", "Ask the committee", "Close with outcome"]


async def test_the_picture_shows_an_edited_message_as_it_reads_now(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, UNKIND)
    await club.mallory.edit(message, "What a lovely game!")
    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    await club.press(club.mona, club.card, UNION)

    pictured = next(one for one in club.olu.inbox if one.picture)
    assert "What a lovely game!" in pictured.caption


async def test_the_committee_sees_that_the_officer_has_it(club: Club) -> None:
    await club.escalated()

    assert "The Union: Olu" in club.card.text
    assert "has it since" in club.card.text
    assert "✓ Reported to the Union · Mona" in club.card.text
    assert UNION not in club.card.labels


@on_both
async def test_acknowledged_and_taken_over_show_on_the_card(club: Club) -> None:
    report = await club.escalated()

    await club.press(club.olu, report, "Acknowledge")
    acknowledged = club.card.text
    await club.press(club.olu, report, "Take over")

    assert "The Union: acknowledged at" in acknowledged
    assert "The Union: Olu has taken this over." in club.card.text
    assert "The committee sees your name." in club.olu.inbox[-1].text


async def test_an_officer_asks_the_committee_and_gets_its_answer(club: Club) -> None:
    report = await club.escalated()

    await club.press(club.olu, report, "Ask the committee")
    await club.writes(club.olu, "Has this happened before?")
    question = await club.committee.hears("Has this happened before?")
    await club.press(club.mona, question, "Answer")
    await club.writes(club.mona, "Twice, in October.")

    answer = await club.olu.hears("Twice, in October.")
    assert "Mona answers your question." in answer.text


async def test_the_officer_closes_the_case_and_the_committee_sees_how(club: Club) -> None:
    report = await club.escalated()

    await club.press(club.olu, report, "Close with outcome")
    outcomes = with_button(club.olu, "Informal advice")
    await club.press(club.olu, outcomes, "Informal advice")

    assert outcomes.labels == [
        "Support offered",
        "Informal advice",
        "Code of Conduct investigation",
        "Referred to the University",
        "No further action",
    ]
    assert "Closed: Informal advice" in club.card.text
    assert club.card.labels == []


async def test_an_officer_who_cannot_be_written_to_gets_an_e_mail_with_the_same_reference_and_picture(
    club: Club,
) -> None:
    club.olu.block(club.porter)
    await club.flagged()

    await club.press(club.mona, club.card, UNION)

    mail = await club.mailbox.receives(club.reference, to=OLUS_ADDRESS)
    assert UNKIND in mail.text
    assert [data[:8] for data in mail.files.values()] == [PNG]
    assert club.reference in mail.subject
    assert "The Union: Olu (by e-mail) has it since" in club.card.text


async def test_the_e_mail_comes_beside_the_private_message(club: Club) -> None:
    report = await club.escalated()

    mail = await club.mailbox.receives(club.reference, to=OLUS_ADDRESS)

    pictured = next(one for one in club.olu.inbox if one.picture)
    assert club.reference in report.text
    assert list(mail.files.values()) == [pictured.picture]


async def test_a_case_with_the_union_cannot_be_dismissed_by_the_committee(club: Club) -> None:
    await club.escalated()

    toast = await club.press(club.mona, club.card, "Close as settled")

    assert "is with the Union; only an officer can close it now." in toast.text
    assert "Closed:" not in club.card.text


async def test_the_next_contact_is_tried_when_an_urgent_case_is_not_acknowledged(club: Club) -> None:
    await club.says(club.mallory, club.chess, "I will kill you")
    await club.press(club.mona, club.card, UNION)

    club.telegram.clock.advance(minutes=16)
    await club.settled()

    to_all = await club.mailbox.receives(club.reference, to="cases@union.example.org")
    assert "URGENT" in (await club.olu.hears("reports")).text
    assert "I will kill you" in to_all.text


async def test_screenshots_that_a_moderator_hands_in_go_to_the_officer(club: Club) -> None:
    await club.flagged()
    await club.writes(club.mona, f"/case {club.reference}")
    await club.press(club.mona, with_button(club.mona, "Add screenshots"), "Add screenshots")
    await club.writes(club.mona, photo=picture(120, 80))
    await club.press(club.mona, with_button(club.mona, "Done"), "Done")

    await club.press(club.mona, club.card, UNION)

    assert "1 kept with" in (await club.mona.hears("marked as handed in")).text
    assert len([one for one in club.olu.inbox if one.picture]) == 2


async def test_a_rejected_file_is_answered_for(club: Club) -> None:
    await club.flagged()
    await club.writes(club.mona, f"/case {club.reference}")
    await club.press(club.mona, with_button(club.mona, "Add screenshots"), "Add screenshots")
    await club.writes(club.mona, document=File("proof.exe", b"MZ not a picture"))

    await club.press(club.mona, with_button(club.mona, "Done"), "Done")

    assert "0 kept with" in club.mona.inbox[-1].text
    assert "Not kept:" in club.mona.inbox[-1].text
