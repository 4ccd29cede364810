"""Servers: bound with a code as a committee's own, left when they are nobody's, told of when a right is lost."""

from datetime import timedelta

from bot.desk import seating
from bot.model import ChatPurpose
from tests.stories.discord.lodge import Lodge
from tests.wire.discord import MODERATION, Permission, Server


async def committee_code(lodge: Lodge) -> str:
    """A fresh code for a committee's chat, as `porter chat bind --committee` prints it."""
    async with lodge.house.app.store.read() as read:
        chess = await seating.society(read, "chess")
    return (await seating.issue_code(lodge.house.app, chess, ChatPurpose.COMMITTEE, "cli")).code


async def stranger(lodge: Lodge) -> Server:
    """A server that nobody knows, to which somebody without a seat added Porter."""
    rival = lodge.world.server("Draughts Society", owner=lodge.world.user("Dora"))
    rival.channel("lobby")
    await rival.install(lodge.bot)
    await lodge.world.until(lambda: rival.members[lodge.bot.user.id])
    await lodge.settled()
    return rival


async def test_a_server_of_the_committees_own_is_bound_and_gets_the_cards(empty: Lodge) -> None:
    await empty.bind(committee_channel="")
    office = empty.world.server("Chess committee", owner=empty.lena.user)
    desk = office.channel("desk")
    await office.install(empty.bot)
    await empty.work()

    bound = await office.member(empty.lena.user).slash(desk, "bind", code=await committee_code(empty))
    message = await empty.mallory.say(empty.general, "you play like a clown")
    await empty.alice.menu("Flag to committee", message)
    await empty.world.until(lambda: "you play like a clown" in desk.messages[-1].text, what="a card")

    assert bound.text.startswith("This is the committee's chat of **Chess Society** now.")
    assert "1 · Public notice" in [button.label for button in desk.messages[-1].buttons]


async def test_what_is_said_in_a_committees_own_server_is_not_screened(empty: Lodge) -> None:
    await empty.bind()
    office = empty.world.server("Chess committee", owner=empty.lena.user)
    desk = office.channel("desk")
    await office.install(empty.bot)
    await empty.work()
    lena = office.member(empty.lena.user)
    await lena.slash(desk, "bind", code=await committee_code(empty))

    await lena.say(desk, "he wrote: I know where you live")
    await empty.mallory.say(empty.general, "I know where you live")
    await empty.carded()

    assert "**Mallory** wrote" in empty.card.text
    assert len(empty.committee.messages) == 1


async def test_an_unknown_server_is_left_after_an_hour_and_told_why(lodge: Lodge) -> None:
    rival = await stranger(lodge)

    lodge.world.clock.advance(timedelta(minutes=59))
    await lodge.settled()
    still_there = lodge.bot.user.id in rival.members
    lodge.world.clock.advance(timedelta(minutes=2))
    await lodge.settled()

    assert still_there
    assert rival.text("lobby").messages[-1].text.startswith("This chat is not bound to a society, so Porter is leaving")
    assert lodge.bot.user.id not in rival.members
    assert lodge.bot.user.id in lodge.chess.members


async def test_an_unknown_server_in_which_porter_may_not_write_is_left_all_the_same(lodge: Lodge) -> None:
    rival = await stranger(lodge)
    lobby = rival.text("lobby")
    await rival.permit(rival.members[lodge.bot.user.id].roles[0], Permission(0))
    await rival.permit(rival.everyone, Permission(0))

    lodge.world.clock.advance(timedelta(minutes=61))
    await lodge.settled()

    assert lobby.messages == []
    assert lodge.bot.user.id not in rival.members


async def test_an_unknown_server_is_left_by_the_clock_that_ran_through_a_restart(lodge: Lodge) -> None:
    rival = await stranger(lodge)

    await lodge.close()
    lodge.world.clock.advance(timedelta(minutes=61))
    await lodge.begin_again()
    await lodge.settled()

    assert lodge.bot.user.id not in rival.members


async def test_the_committee_hears_which_right_porter_lost(lodge: Lodge) -> None:
    role = lodge.chess.members[lodge.bot.user.id].roles[0]

    await lodge.chess.permit(role, MODERATION & ~Permission.MANAGE_MESSAGES)
    await lodge.world.until(lambda: lodge.committee.messages, what="word of it")
    told = lodge.committee.messages[-1]

    assert told.text.startswith("Porter cannot do all of its work in “Chess Society”:")
    assert "Manage Messages" in told.text
    assert "/setup shows how to mend it" in told.text


async def test_a_step_without_the_right_says_which_one_is_missing(lodge: Lodge) -> None:
    message = await lodge.flagged()
    card = lodge.card
    role = lodge.chess.members[lodge.bot.user.id].roles[0]
    await lodge.chess.permit(role, MODERATION & ~Permission.MANAGE_MESSAGES)

    await lodge.mona.press(card, "3 · Delete")
    await lodge.settled()

    assert not message.deleted
    assert "✗ Messages deleted · Mona" in card.text
    assert "Porter lacks the right “Manage Messages”" in card.text
