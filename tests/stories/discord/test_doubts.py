"""What may have been said, nobody can tell: somebody is asked, once. And when Discord lets us write to nobody."""

from datetime import timedelta

import httpx

from bot.console import health
from bot.model import EffectKind, EffectState
from bot.serving import served
from bot.store import effects
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge
from tests.wire.discord import Message, refuse


def notices(lodge: Lodge) -> list[Message]:
    """The notices in the members' channel."""
    return [one for one in lodge.general.messages if "This is a notice" in one.text]


async def asked_about_a_notice(lodge: Lodge, fault: str) -> Message:
    """A notice whose outcome is unknown and cannot be looked up, and the question about it."""
    await lodge.flagged()
    path = f"/channels/{lodge.general.id}/messages"
    getattr(lodge.world.faults, fault)("POST", path)
    lodge.world.faults.refuse("GET", path, refuse(50001), times=None)
    await lodge.mona.press(lodge.card, "1 · Public notice")
    await lodge.world.until(lambda: lodge.world.journal.calls("POST", path), what="the notice")
    lodge.world.clock.advance(timedelta(minutes=3))  # Discord drops repeats no more
    await lodge.world.until(lambda: "cannot tell whether" in lodge.committee.messages[-1].text)
    await lodge.settled()
    return lodge.committee.messages[-1]


async def test_a_notice_of_which_nobody_knows_is_asked_about_and_never_sent_blindly(lodge: Lodge) -> None:
    asked = await asked_about_a_notice(lodge, "reset_after")

    await lodge.mona.press(asked, "It is there")
    await lodge.settled()

    assert len(notices(lodge)) == 1
    assert "✓ Public notice" in lodge.committee.messages[0].text
    assert "**Mona** has seen that it is there" in asked.text


async def test_a_notice_that_did_not_arrive_is_sent_when_somebody_says_so(lodge: Lodge) -> None:
    asked = await asked_about_a_notice(lodge, "reset_before")
    before = len(notices(lodge))

    await lodge.lena.press(asked, "Not there: send it")
    await lodge.settled()

    assert (before, len(notices(lodge))) == (0, 1)
    assert "✓ Public notice" in lodge.committee.messages[0].text


async def test_a_notice_that_somebody_saw_is_not_taken_for_the_next_one(lodge: Lodge) -> None:
    asked = await asked_about_a_notice(lodge, "reset_after")
    await lodge.mona.press(asked, "It is there")
    await lodge.settled()
    path = f"/channels/{lodge.general.id}/messages"
    lodge.world.faults.clear()
    other = await lodge.mallory.say(lodge.general, "and you sing like a crow")
    await lodge.alice.menu("Flag to committee", other)
    await lodge.settled()
    lodge.world.faults.reset_before("POST", path)
    said = len(lodge.world.journal.calls("POST", path))

    await lodge.mona.press(lodge.committee.messages[0], "1 · Public notice")
    await lodge.world.until(lambda: len(lodge.world.journal.calls("POST", path)) > said, what="the notice")
    lodge.world.clock.advance(timedelta(minutes=3))  # Discord drops repeats no more
    await lodge.world.until(lambda: len(notices(lodge)) == 2, what="a second notice")
    await lodge.settled()

    assert await receipts(lodge) == ["", str(notices(lodge)[1].id)]


async def test_two_notices_in_doubt_are_not_both_found_in_the_one_that_was_said(lodge: Lodge) -> None:
    first = await lodge.mallory.say(lodge.general, "you play like a clown")
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    second = await nina.say(lodge.general, "you sing like a crow")
    for message in (first, second):
        await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()
    path = f"/channels/{lodge.general.id}/messages"
    lodge.world.faults.reset_after("POST", path)
    lodge.world.faults.reset_before("POST", path)

    for card in lodge.cards:
        await lodge.mona.press(card, "1 · Public notice")
    await lodge.world.until(lambda: len(lodge.world.journal.calls("POST", path)) == 2, what="both tries")
    lodge.world.clock.advance(timedelta(minutes=3))  # Discord drops repeats no more
    await lodge.world.until(lambda: len(notices(lodge)) == 2, what="both notices")
    await lodge.settled()

    assert sorted(await receipts(lodge)) == sorted(str(one.id) for one in notices(lodge))


async def receipts(lodge: Lodge) -> list[str]:
    """The message that each notice done has on its receipt; empty for one that a person saw."""
    async with lodge.house.app.store.read() as read:
        found = await effects.listed(read, [EffectState.DONE], 100)
    return [str((one.receipt or {}).get("message", "")) for one in found if one.kind is EffectKind.NOTICE]


async def test_somebody_without_a_seat_settles_no_doubt(lodge: Lodge) -> None:
    asked = await asked_about_a_notice(lodge, "reset_after")

    nina = await lodge.chess.join(lodge.world.user("Nina"), roles=(lodge.committees_role,))
    answer = await nina.press(asked, "Not there: send it")

    assert "Only somebody with a seat" in answer.text
    assert len(notices(lodge)) == 1


async def test_when_discord_lets_us_write_to_nobody_the_officer_gets_an_e_mail_at_once(lodge: Lodge) -> None:
    await lodge.flagged()
    lodge.bot.flagged = True

    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    mail = await lodge.mailbox.receives("you play like a clown", to=OLUS_ADDRESS)
    await lodge.settled()

    assert r"Olu \(by e-mail\)" in lodge.card.text
    assert "you play like a clown" in mail.text
    assert lodge.olu.inbox == []


async def test_after_a_restart_nobody_is_written_to_either_and_watchers_see_it(lodge: Lodge) -> None:
    await lodge.flagged()
    lodge.bot.flagged = True
    await lodge.mona.press(lodge.card, "2 · Private word")
    await lodge.settled()
    lodge.bot.flagged = False
    calls = len(lodge.world.journal.calls("POST", "/users/@me/channels"))

    await lodge.restart()
    await lodge.mona.press(lodge.card, "2 · Private word")
    await lodge.settled()

    assert "has stopped Porter from writing to people privately" in lodge.card.text
    assert len(lodge.world.journal.calls("POST", "/users/@me/channels")) == calls
    async with served(health.site(lodge.house.app), "127.0.0.1", 0) as address, httpx.AsyncClient() as client:
        told = (await client.get(f"{address}healthz")).json()
    assert (told["status"], list(told["muted"])) == ("degraded", ["discord"])
    async with lodge.house.app.store.read() as read:
        refused = await effects.listed(read, [EffectState.REFUSED], 10)
    assert {one.kind for one in refused} == {EffectKind.WARN}
