"""A suspected sexual image of somebody under 18, on Telegram: answered with one command, nothing is ever captured."""

from bot.model import ExhibitKind
from bot.store import audit, cases
from tests.stories.telegram.club import Club
from tests.wire.telegram import File

PICTURE = File("party.png", b"canary-bytes-5c11" * 40)
BUTTON = "Under-18 image"


async def kinds_kept(club: Club) -> set[ExhibitKind]:
    """The kinds of the first case's exhibits that have bytes."""
    async with club.house.app.store.read() as read:
        found = await cases.exhibits_of(read, 1)
        return {one.kind for one in found if await cases.sealed_of(read, one.id) is not None}


async def test_safeguard_as_an_answer_fetches_nothing_and_tells_the_union(club: Club) -> None:
    message = await club.mallory.say(club.chess, document=PICTURE)
    await club.settled()

    await club.says(club.mona, club.chess, "/safeguard", reply_to=message)
    mail = await club.mailbox.receives("Safeguarding", to="cases@union.example.org")

    told = "\n".join(one.text for one in club.mona.inbox)
    assert "Do not open, copy, photograph, download or forward" in told
    assert await kinds_kept(club) <= {ExhibitKind.MESSAGE, ExhibitKind.CONTEXT}
    assert club.telegram.journal.applied("getFile") == []
    assert club.reference in mail.text
    assert "Safeguarding:" in club.card.text
    assert message in club.chess.said


async def test_the_button_on_the_card_destroys_what_was_captured(club: Club) -> None:
    message = await club.mallory.say(club.chess, document=PICTURE)
    await club.says(club.alice, club.chess, "/flag", reply_to=message)
    before = await kinds_kept(club)

    await club.press(club.mona, club.card, BUTTON)
    asked = next(
        one for one in reversed(club.words_of_porter(club.committee) + club.mona.inbox) if "under 18" in one.text
    )
    await club.press(club.mona, asked, next(label for label in asked.labels if label.startswith("Yes")))

    async with club.house.app.store.read() as read:
        lines, kept = await audit.lines(read), await audit.kept(read)
    assert ExhibitKind.ATTACHMENT in before
    assert await kinds_kept(club) <= {ExhibitKind.MESSAGE, ExhibitKind.CONTEXT}
    assert audit.verify(lines, kept) == ""


async def test_a_member_without_a_seat_cannot_enter_the_lane(club: Club) -> None:
    message = await club.mallory.say(club.chess, document=PICTURE)
    await club.settled()

    await club.says(club.alice, club.chess, "/safeguard", reply_to=message)

    assert "Only somebody with a seat" in "\n".join(one.text for one in club.alice.inbox)
    assert not [mail for mail in club.mailbox.mails if "Safeguarding" in mail.subject]
