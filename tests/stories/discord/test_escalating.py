"""The Union: an officer has the case with its picture, says so, asks, and closes it; the committee sees all of it."""

from io import BytesIO

from PIL import Image

from bot.model import Role
from tests.postgres import on_both
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge, account, reference_in
from tests.wire.discord import File


async def test_an_officer_receives_the_message_a_picture_and_buttons(lodge: Lodge) -> None:
    await lodge.flagged()

    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    await lodge.settled()

    told = lodge.olu.inbox[-1]
    assert "you play like a clown" in told.text
    assert lodge.reference in told.text
    assert [button.label for button in told.buttons] == [
        "Acknowledge",
        "Take over",
        "Ask the committee",
        "Close with outcome",
    ]
    assert told.attachments[0].data.startswith(b"\x89PNG")
    assert "✓ Reported to the Union · Mona" in lodge.card.text
    assert "The Union: **Olu" in lodge.card.text


@on_both
async def test_the_committee_sees_who_has_the_case_and_how_it_ended(lodge: Lodge) -> None:
    told = await lodge.escalated()

    await lodge.olu.press(told, "Acknowledge")
    await lodge.settled()
    acknowledged = lodge.card.text
    await lodge.olu.press(told, "Take over")
    await lodge.settled()
    taken = lodge.card.text
    outcomes = await lodge.olu.press(told, "Close with outcome")
    await lodge.olu.press(outcomes, "Support offered")
    await lodge.settled()

    assert "The Union: acknowledged at" in acknowledged
    assert "The Union: **Olu** has taken this over." in taken
    assert "**Closed:** Support offered" in lodge.card.text


async def test_an_officer_offers_the_unions_five_outcomes(lodge: Lodge) -> None:
    told = await lodge.escalated()

    outcomes = await lodge.olu.press(told, "Close with outcome")

    assert outcomes.buttons == [
        "Support offered",
        "Informal advice",
        "Code of Conduct investigation",
        "Referred to the University",
        "No further action",
    ]


async def test_a_second_acknowledgement_is_told_when_the_first_was(lodge: Lodge) -> None:
    told = await lodge.escalated()

    await lodge.olu.press(told, "Acknowledge")
    again = await lodge.olu.press(told, "Acknowledge")

    assert again.text.startswith("This was acknowledged already")


async def test_an_officer_asks_the_committee_and_hears_its_answer(lodge: Lodge) -> None:
    told = await lodge.escalated()
    reference = reference_in(told)

    form = await lodge.olu.press(told, "Ask the committee")
    await lodge.olu.submit(form, {"Your words": "Did this happen before?"})
    await lodge.settled()
    question = lodge.card
    form = await lodge.lena.press(question, "Answer")
    await lodge.lena.submit(form, {"Your words": "Twice, last spring."})
    await lodge.settled()

    assert f"asks the committee about **{reference}**" in question.text
    assert "Did this happen before?" in question.text
    assert "Twice, last spring." in lodge.olu.inbox[-1].text
    assert "**Lena** answers your question." in lodge.olu.inbox[-1].text


async def test_an_officer_with_closed_direct_messages_has_it_by_email(lodge: Lodge) -> None:
    await lodge.flagged()
    lodge.olu.user.dms_closed = True

    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    mail = await lodge.mailbox.receives(to=OLUS_ADDRESS)
    await lodge.settled()

    assert lodge.olu.inbox == []
    assert lodge.reference in mail.subject
    assert "you play like a clown" in mail.text
    assert [data[:8] for data in mail.files.values()] == [b"\x89PNG\r\n\x1a\n"]
    assert "The Union: **Olu (by e-mail)** has it since" in lodge.card.text.replace("\\", "")


async def test_the_picture_by_email_is_the_picture_by_direct_message(lodge: Lodge) -> None:
    told = await lodge.escalated()

    mail = await lodge.mailbox.receives(reference_in(told), to=OLUS_ADDRESS)

    assert list(mail.files.values()) == [attachment.data for attachment in told.attachments]


async def test_an_escalated_case_is_not_the_committees_to_close(lodge: Lodge) -> None:
    await lodge.escalated()

    answer = await lodge.mona.press(lodge.card, "Close as settled")
    await lodge.settled()

    assert "only an officer can close it now" in answer.text
    assert "Closed:" not in lodge.card.text


async def test_a_case_goes_to_the_union_once(lodge: Lodge) -> None:
    told = await lodge.escalated()

    again = await lodge.lena.slash(lodge.committee, "escalate", case=lodge.reference)
    await lodge.settled()

    assert "is with the Union already" in again.text or "Mona did this at" in again.text
    assert lodge.olu.inbox == [told]


async def test_screenshots_handed_in_go_with_the_case(lodge: Lodge) -> None:
    await lodge.flagged()
    shot = File("shot.png", tiny_png())

    shown = await lodge.mona.slash(lodge.committee, "case", case=lodge.reference)
    form = await lodge.mona.press(shown, "Add screenshots")
    kept = await lodge.mona.submit(form, {"Screenshots (PNG, JPEG or WebP)": [shot]})
    before = int(shown.text.split("Sealed exhibits: ")[1].split()[0])
    after = (await lodge.mona.slash(lodge.committee, "case", case=lodge.reference)).text

    assert kept.text == f"1 kept with {lodge.reference}, marked as handed in."
    assert f"Sealed exhibits: {before + 1}" in after


async def test_a_screenshot_that_is_no_picture_is_refused_by_name(lodge: Lodge) -> None:
    await lodge.flagged()

    shown = await lodge.mona.slash(lodge.committee, "case", case=lodge.reference)
    form = await lodge.mona.press(shown, "Add screenshots")
    answer = await lodge.mona.submit(form, {"Screenshots (PNG, JPEG or WebP)": [File("shot.png", b"MZ\x90\x00")]})

    assert answer.text.startswith(f"0 kept with {lodge.reference}")
    assert "Not kept: " in answer.text


async def test_an_officer_whom_the_case_is_about_is_not_told_of_it(lodge: Lodge) -> None:
    await lodge.house.seat("Una", account(lodge.chess.owner), Role.OFFICER, contact_order=2)
    message = await lodge.olu.say(lodge.general, "you play like a clown")

    await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    assert lodge.olu.inbox == []
    assert lodge.mailbox.received(to=OLUS_ADDRESS) == []
    assert "you play like a clown" in lodge.chess.owner.inbox[-1].text


def tiny_png() -> bytes:
    """A picture of four pixels."""
    out = BytesIO()
    Image.new("RGB", (2, 2), "teal").save(out, "PNG")
    return out.getvalue()
