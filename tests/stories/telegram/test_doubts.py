"""What may have been said, nobody can tell: somebody is asked, once. What is tried in vain comes to somebody's ears."""

from bot.model import EffectKind, EffectState
from bot.outbox.engine import TRIES
from bot.store import audit, effects
from tests.stories.telegram.club import NOTICE, UNION, WORD, Club
from tests.wire.telegram import Message

REFUSED = "Bad Request: NOBODY_KNOWS_WHY"


def notices(club: Club) -> list[Message]:
    """The notices in the members' chat."""
    return [one for one in club.words_of_porter(club.chess) if "This is a notice" in one.text]


async def question(club: Club) -> Message:
    """The question in the committee's chat, once time has gone by."""
    club.telegram.clock.advance(seconds=5)
    club.house.app.outbox.wake()
    return await club.committee.hears("cannot tell whether")


async def test_a_notice_of_which_nobody_knows_is_asked_about_and_never_sent_blindly(club: Club) -> None:
    await club.flagged()
    club.telegram.faults.reset_after("sendMessage")
    await club.mona.press(club.card, NOTICE)
    await club.telegram.until(lambda: notices(club))

    asked = await question(club)
    await club.press(club.mona, asked, "It is there")

    assert len(notices(club)) == 1
    assert "✓ Public notice" in club.card.text
    assert "Mona has seen that it is there" in asked.text
    assert asked.labels == []


async def test_a_notice_that_did_not_arrive_is_sent_when_somebody_says_so(club: Club) -> None:
    await club.flagged()
    club.telegram.faults.reset_before("sendMessage")
    await club.mona.press(club.card, NOTICE)
    asked = await question(club)
    before = len(notices(club))

    await club.press(club.lena, asked, "Not there: send it")

    assert (before, len(notices(club))) == (0, 1)
    assert "✓ Public notice" in club.card.text
    assert "Lena had it sent again" in asked.text


async def test_the_first_answer_to_a_question_counts_and_the_record_names_who_gave_it(club: Club) -> None:
    await club.flagged()
    club.telegram.faults.reset_after("sendMessage")
    await club.mona.press(club.card, WORD)
    asked = await question(club)
    first = await club.mona.press(asked, "Leave it")

    second = await club.lena.press(asked, "Not there: send it")
    await club.settled()

    assert "left as it is" in first.text
    assert "settled this already" in second.text
    assert sum("not acceptable" in one.text for one in club.mallory.inbox) == 1
    assert "left as it is by Mona" in club.card.text
    async with club.house.app.store.read() as read:
        verbs = [line.verb for line in await audit.lines(read) if line.by == f"seat:{club.house.seats['Mona']}"]
    assert "doubt: leave" in verbs


async def test_what_fails_every_time_is_set_aside_and_the_committee_is_told(club: Club) -> None:
    await club.flagged()
    club.telegram.faults.refuse("banChatMember", 400, REFUSED, times=None)
    await club.mona.press(club.card, "Remove person")

    await tried_in_vain(club, EffectKind.REMOVE)

    told = await club.committee.hears("could not do this: take somebody out of the chats")
    assert club.reference in told.text
    assert "Nobody_knows_why" in told.text  # the library writes it so


async def test_an_escalation_that_fails_every_time_is_told_to_the_unions_mailbox(club: Club) -> None:
    await club.flagged()
    club.telegram.faults.refuse("sendPhoto", 400, REFUSED, times=None)
    await club.mona.press(club.card, UNION)

    await tried_in_vain(club, EffectKind.OFFICER_DM)

    mail = await club.mailbox.receives("could not do this", to="cases@union.example.org")
    assert "reach an officer by direct message" in mail.text
    assert club.reference in mail.text


async def tried_in_vain(club: Club, kind: EffectKind) -> None:
    """Time goes by until an effect of that kind is set aside."""
    for _ in range(TRIES):
        await club.settled()
        club.telegram.clock.advance(minutes=12)
        club.house.app.outbox.wake()
    async with club.house.app.store.read() as read:
        aside = await effects.listed(read, [EffectState.POISON], 10)
    assert [one.kind for one in aside] == [kind]
    await club.settled()
