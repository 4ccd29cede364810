"""The disk is full: Telegram keeps what we could not write down, and it is taken up later."""

from tests.faults.disk import full, roomy, rows
from tests.stories.telegram.club import UNKIND, Club


async def test_telegram_keeps_what_a_full_disk_cannot_take(club: Club) -> None:
    message = await club.says(club.mallory, club.chess, UNKIND)
    await full(club.house.app.store)

    await club.alice.say(club.chess, "/flag " + "because " * 400, reply_to=message)
    polls = len(club.telegram.journal.polls)
    await club.telegram.until(lambda: len(club.telegram.journal.polls) > polls)
    unconfirmed = len(club.porter.updates.due())
    await roomy(club.house.app.store)
    await club.settled()

    assert unconfirmed == 1
    cases, reports, sealed = await rows(club.house.app.store)
    assert (cases, reports) == (1, 1)
    assert sealed >= 1
    assert "reports: 1" in club.card.text
