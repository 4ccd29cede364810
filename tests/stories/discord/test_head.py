"""The record's head goes to the Union every day, once."""

import re

from bot.desk import erasure
from bot.model import EffectKind
from bot.store import audit
from tests.stories.discord.lodge import Lodge
from tests.stories.discord.test_erasing import closed_case

MAILBOX = "cases@union.example.org"


async def test_the_head_of_the_record_is_mailed_once_a_day_however_often_porter_starts(lodge: Lodge) -> None:
    first = await lodge.mailbox.receives("record of changes", to=MAILBOX)
    await lodge.settled()

    await lodge.restart()
    await lodge.settled()

    mails = [mail for mail in lodge.mailbox.mails if "record of changes" in mail.subject]
    head = re.search(r"[0-9a-f]{64}", first.text)
    async with lodge.house.app.store.read() as read:
        lines = await audit.lines(read)
    assert head is not None
    assert head[0] in [line.hash for line in lines]
    assert f"porter audit verify --head {head[0]}" in first.text
    assert len(mails) == 1


async def test_the_mail_names_the_cases_that_an_earlier_copy_would_bring_back(lodge: Lodge) -> None:
    reference = await closed_case(lodge)
    app = lodge.house.app
    await erasure.erase_case(app, reference, "cli")

    async with app.store.change("test", "another day", app.now()) as change:
        await app.outbox.add(change, EffectKind.HEAD_MAIL, "head:another-day")
    mail = await lodge.mailbox.receives("Erased in the last seven days", to=MAILBOX)

    assert f"seven days: {reference}." in mail.text
