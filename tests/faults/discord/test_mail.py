"""What a mail server does to an escalation: it arrives, under one Message-ID, and a repeat says that it is one."""

from collections.abc import Callable

import pytest

from tests.faults.sides import AGAIN, UNION
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge
from tests.wire.mail import Mailbox

TROUBLES: dict[str, Callable[[Mailbox], None]] = {
    "451 to the text": lambda mailbox: mailbox.refuse_next(),
    "554 to the text": lambda mailbox: mailbox.refuse_next("554 5.7.1 not today"),
    "cut off before it was kept": lambda mailbox: mailbox.drop_next(kept=False),
    "cut off after it was kept": lambda mailbox: mailbox.drop_next(kept=True),
    "cut off twice after it was kept": lambda mailbox: mailbox.drop_next(kept=True, times=2),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_an_escalation_by_mail_arrives_and_a_repeat_says_so(lodge: Lodge, trouble: str) -> None:
    lodge.olu.user.dms_closed = True
    await lodge.flagged()
    TROUBLES[trouble](lodge.mailbox)

    await lodge.mona.press(lodge.card, UNION)
    await lodge.world.until(lambda: "by e-mail" in lodge.card.text, 30, "the card that says so")

    mails = lodge.mailbox.received(lodge.reference, to=OLUS_ADDRESS)
    assert mails
    assert len({mail.message_id for mail in mails}) == 1
    assert sum(AGAIN not in mail.text for mail in mails) == (trouble != "cut off before it was kept")
    assert len(mails) == {"cut off after it was kept": 2, "cut off twice after it was kept": 3}.get(trouble, 1)


async def test_an_address_that_is_refused_for_good_leaves_the_other_way_to_reach_the_officer(lodge: Lodge) -> None:
    lodge.mailbox.refuse_recipient(OLUS_ADDRESS)

    told = await lodge.escalated()

    assert lodge.reference in told.text
    assert lodge.mailbox.received(to=OLUS_ADDRESS) == []
    assert "Olu" in lodge.card.text
