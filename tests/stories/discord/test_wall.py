"""Discord's own AutoMod as the first wall: put up where the owner lets us, kept right, and its catches become cases."""

from datetime import timedelta

import pytest

from bot.desk import committee
from bot.platforms.discord.wall import terms
from bot.store import chats
from tests.stories.discord.lodge import Lodge
from tests.wire.discord import Message, Permission, layout, membership
from tests.wire.discord.refusals import Blocked

STOPPED = "Not sent: this word is against the Code of Conduct. The committee has been told."


def word(lodge: Lodge) -> str:
    """The first of the words that Discord stops."""
    return terms(lodge.house.app)[0]


async def let_manage(lodge: Lodge) -> None:
    """The owner gives Porter's role the right that AutoMod asks for."""
    role = layout.make_role(lodge.chess, "Wall", Permission.MANAGE_GUILD)
    porter = lodge.chess.members[lodge.bot.user.id]
    membership.set_roles(porter, [*porter.roles, role], lodge.chess.owner)


async def set_up(lodge: Lodge) -> None:
    """Lena types /setup and says yes."""
    answer = await lodge.lena.slash(lodge.general, "setup")
    await lodge.lena.press(answer, "Yes, do it")
    await lodge.settled()


async def shown(lodge: Lodge, words: str) -> Message:
    """The case's card, once it has these words."""
    cards = lodge.committee.messages
    await lodge.world.until(lambda: any("P-" in one.text and words in one.text for one in cards), what=words)
    await lodge.settled()
    return next(one for one in cards if words in one.text)


@pytest.fixture
async def walled(lodge: Lodge) -> Lodge:
    """The society's server with the wall put up."""
    await let_manage(lodge)
    await set_up(lodge)
    role = next(one for one in lodge.chess.roles.values() if one.name == "Verified member")
    membership.set_roles(lodge.mallory, [*lodge.mallory.roles, role], lodge.chess.owner)
    await lodge.settled()
    return lodge


async def test_without_the_right_setup_says_what_the_owner_could_do_and_no_rule_is_made(lodge: Lodge) -> None:
    answer = await lodge.lena.slash(lodge.general, "setup")

    await lodge.lena.press(answer, "Yes, do it")
    await lodge.settled()

    assert "give Porter's role the right “Manage Server”" in answer.text
    assert lodge.chess.automod == {}


async def test_with_the_right_setup_puts_one_rule_up_that_only_stops(walled: Lodge) -> None:
    (rule,) = walled.chess.automod.values()

    assert rule["enabled"]
    assert [action["type"] for action in rule["actions"]] == [1]
    assert rule["trigger_metadata"]["keyword_filter"] == list(terms(walled.house.app))
    assert 100 < len(rule["trigger_metadata"]["keyword_filter"]) <= 1000


async def test_what_discord_stops_is_a_case_with_the_words_and_nobody_saw_it(walled: Lodge) -> None:
    with pytest.raises(Blocked, match="Not sent"):
        await walled.mallory.say(walled.general, f"you are a {word(walled)}")

    card = await shown(walled, "reports: 1")

    assert [one for one in walled.general.messages if one.author.id == walled.mallory.id] == []
    assert "**Mallory** wrote" in card.text
    assert f"you are a {word(walled)}" in card.text
    assert "Discord stopped it before anybody saw it" in card.text


async def test_the_same_told_twice_by_discord_is_one_report(walled: Lodge) -> None:
    walled.world.clock.advance(timedelta(seconds=60 - walled.world.clock.now().second))  # a minute begins
    for _ in range(2):
        with pytest.raises(Blocked):
            await walled.mallory.say(walled.general, f"you are a {word(walled)}")
        await shown(walled, "reports: 1")
    await walled.mallory.say(walled.general, "I know where you live")

    card = await shown(walled, "I know where you live")

    assert "reports: 2" in card.text


async def test_a_rule_that_somebody_changed_is_put_right_at_the_next_start(walled: Lodge) -> None:
    (rule,) = walled.chess.automod.values()
    rule["trigger_metadata"]["keyword_filter"] = ["harmless"]

    await walled.restart()
    await walled.world.until(lambda: rule["trigger_metadata"]["keyword_filter"] != ["harmless"], what="the words")

    assert rule["trigger_metadata"]["keyword_filter"] == list(terms(walled.house.app))


async def test_a_rule_that_somebody_took_down_stays_down(walled: Lodge) -> None:
    walled.chess.automod.clear()

    await walled.restart()
    await walled.world.until(lambda: walled.bot.identifies > 1)
    await walled.settled()

    assert walled.chess.automod == {}


async def test_with_the_chat_unbound_the_rule_goes_and_porter_leaves(walled: Lodge) -> None:
    app = walled.house.app
    async with app.store.read() as read:
        (bound,) = await chats.bound(read)

    await committee.unbind(app, bound, "test")
    await walled.settled()

    assert walled.chess.automod == {}
    assert walled.bot.user.id not in walled.chess.members
