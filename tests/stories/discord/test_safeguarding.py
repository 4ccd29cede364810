"""A suspected sexual image of somebody under 18: no copy is kept, the lead is told, nobody is shown anything."""

import pytest
from sqlalchemy import select

from bot.desk import capture, exhibits
from bot.errors import Refusal
from bot.model import Exhibit, ExhibitKind, Upload
from bot.store import audit, cases
from bot.store.tables import exhibits as table
from tests.stories.discord.lodge import Lodge
from tests.stories.discord.test_erasing import bytes_found
from tests.wire.discord import File, Message

PICTURE = b"\x89PNG\r\n\x1a\n" + b"canary-bytes-5c11" * 40
WORDS, BUTTON = "look at this canary", "Under-18 image"
LEAD = {"PORTER_SAFEGUARDING__NAME": "Sade Lead", "PORTER_SAFEGUARDING__EMAIL": "sade@union.example.org"}


@pytest.fixture
async def guarded(empty: Lodge) -> Lodge:
    """The server with Porter at work, and a designated safeguarding lead."""
    await empty.close()
    await empty.build(**LEAD)
    await empty.bind()
    await empty.work()
    return empty


async def kept(lodge: Lodge, case_id: int = 1) -> list[Exhibit]:
    """The exhibits of a case that have bytes."""
    async with lodge.house.app.store.read() as read:
        found = await cases.exhibits_of(read, case_id)
        return [one for one in found if await cases.sealed_of(read, one.id) is not None]


async def sealed_files(lodge: Lodge) -> list[bytes]:
    """The sealed bytes of files, pictures and screenshots, as they rest."""
    kinds = (ExhibitKind.ATTACHMENT, ExhibitKind.PICTURE, ExhibitKind.SCREENSHOT)
    query = select(table.c.sealed).where(table.c.kind.in_(kinds), table.c.sealed.is_not(None))
    async with lodge.house.app.store.read() as read:
        return [bytes(row["sealed"]) for row in await read.rows(query)]


async def posted(lodge: Lodge) -> Message:
    """Mallory posts a picture and Alice flags it: Porter has captured it before anybody knew what it is."""
    message = await lodge.mallory.say(lodge.general, WORDS, files=[File("party.png", PICTURE)])
    await lodge.alice.menu("Flag to committee", message)
    await lodge.carded()
    return message


async def test_two_presses_on_the_card_and_no_byte_of_the_file_is_kept(guarded: Lodge) -> None:
    await posted(guarded)
    resting = await sealed_files(guarded)

    asked = await guarded.mona.press(guarded.card, BUTTON)
    told = await guarded.mona.press(asked, asked.buttons[0])
    await guarded.settled()

    assert len(resting) == 1
    after = bytes_found(guarded.folder, *(sealed[21:85] for sealed in resting), b"canary-bytes")
    assert set(after.values()) == {0}
    assert {one.kind for one in await kept(guarded)} == {ExhibitKind.MESSAGE, ExhibitKind.CONTEXT}
    assert "that can be a crime" in asked.text
    assert "Do not open, copy, photograph, download or forward" in told.text
    assert "999" in told.text
    assert asked.ephemeral
    assert told.ephemeral


async def test_the_lead_is_told_at_once_with_the_reference_and_nothing_else(guarded: Lodge) -> None:
    await posted(guarded)

    asked = await guarded.mona.press(guarded.card, BUTTON)
    await guarded.mona.press(asked, asked.buttons[0])
    mail = await guarded.mailbox.receives("Safeguarding", to="sade@union.example.org")

    assert guarded.reference in mail.text
    assert not any(word in mail.text for word in ("canary", "Mallory", "party.png", "Alice"))
    assert mail.files == {}
    await guarded.world.until(lambda: "Sade Lead is being told" in guarded.card.text)


async def test_what_the_police_need_stays_sealed_and_the_message_stays_where_it_is(guarded: Lodge) -> None:
    message = await posted(guarded)

    asked = await guarded.mona.press(guarded.card, BUTTON)
    await guarded.mona.press(asked, asked.buttons[0])
    await guarded.settled()

    app = guarded.house.app
    [said] = [one for one in await kept(guarded) if one.kind is ExhibitKind.MESSAGE]
    record = await capture.unseal(app, said) or b""
    assert all(word in record for word in (WORDS.encode(), str(message.id).encode(), str(guarded.mallory.id).encode()))
    assert message in guarded.general.messages
    async with app.store.read() as read:
        assert audit.verify(await audit.lines(read), await audit.kept(read)) == ""


async def test_no_picture_goes_to_an_officer_and_no_screenshot_is_taken_in(guarded: Lodge) -> None:
    await posted(guarded)
    asked = await guarded.mona.press(guarded.card, BUTTON)
    await guarded.mona.press(asked, asked.buttons[0])
    await guarded.settled()

    await guarded.mona.press(guarded.card, "4 · Report to the Union")
    await guarded.settled()

    app = guarded.house.app
    async with app.store.read() as read:
        case = await cases.case(read, 1)
    assert case is not None
    assert guarded.olu.inbox[-1].attachments == []
    with pytest.raises(Refusal, match="no picture of it is taken in"):
        await exhibits.hand_in(app, case, [Upload("mine.png", "image/png", tiny_png())], "seat:1")
    assert {one.kind for one in await kept(guarded)} == {ExhibitKind.MESSAGE, ExhibitKind.CONTEXT}


def tiny_png() -> bytes:
    """A real picture of one dot."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    return out.getvalue()


async def test_a_second_report_of_the_same_message_captures_nothing(guarded: Lodge) -> None:
    message = await posted(guarded)
    asked = await guarded.mona.press(guarded.card, BUTTON)
    await guarded.mona.press(asked, asked.buttons[0])
    await guarded.settled()
    fetched = len(guarded.world.cdn.fetched)

    await guarded.lena.menu("Flag to committee", message)
    await guarded.settled()

    assert len(guarded.world.cdn.fetched) == fetched
    assert await sealed_files(guarded) == []


async def test_a_picture_an_officer_has_already_is_taken_back(guarded: Lodge) -> None:
    await posted(guarded)
    await guarded.mona.press(guarded.card, "4 · Report to the Union")
    await guarded.settled()
    before = [one for one in guarded.olu.inbox if one.attachments]

    asked = await guarded.mona.press(guarded.card, BUTTON)
    await guarded.mona.press(asked, asked.buttons[0])
    await guarded.settled()

    assert before
    assert [one for one in guarded.olu.inbox if one.attachments] == []
    assert await sealed_files(guarded) == []


async def test_without_a_lead_the_mailbox_and_the_officers_are_told(lodge: Lodge) -> None:
    await posted(lodge)

    asked = await lodge.mona.press(lodge.card, BUTTON)
    await lodge.mona.press(asked, asked.buttons[0])
    await lodge.settled()

    mail = await lodge.mailbox.receives("Safeguarding", to="cases@union.example.org")
    assert lodge.reference in mail.text
    assert "Somebody at the Union has to act now" in lodge.olu.inbox[-1].text
    assert lodge.olu.inbox[-1].attachments == []


async def test_the_lead_is_written_to_in_chat_and_the_union_is_told_when_no_way_leads_to_them(empty: Lodge) -> None:
    sade = await empty.chess.join(empty.world.user("Sade"))
    await empty.close()
    await empty.build(PORTER_SAFEGUARDING__NAME="Sade", PORTER_SAFEGUARDING__ACCOUNT=f"discord:{sade.id}")
    await empty.bind()
    await empty.work()
    await posted(empty)
    sade.user.dms_closed = True

    asked = await empty.mona.press(empty.card, BUTTON)
    await empty.mona.press(asked, asked.buttons[0])
    await empty.settled()

    mail = await empty.mailbox.receives("Safeguarding", to="cases@union.example.org")
    assert empty.reference in mail.text
    assert "Somebody at the Union has to act now" in empty.olu.inbox[-1].text


async def test_a_case_without_files_has_no_such_button(lodge: Lodge) -> None:
    await lodge.flagged("words alone")

    labels = [button.label for button in lodge.card.buttons]

    assert "1 · Public notice" in labels
    assert BUTTON not in labels
