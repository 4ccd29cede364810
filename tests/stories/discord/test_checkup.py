"""“Am I blind?” on Discord: what changed while Porter was not looking is told within the day's check."""

from datetime import timedelta

from bot.model import Role
from tests.stories.discord.lodge import Lodge, account
from tests.stories.discord.test_admission import set_up
from tests.wire.discord import Channel, Permission, layout

VIEW = Permission.VIEW_CHANNEL


async def a_day(lodge: Lodge) -> None:
    """A day passes, with its sweeps and its check."""
    lodge.world.clock.advance(timedelta(days=1))
    await lodge.settled()


async def whole(lodge: Lodge) -> Channel:
    """The server has everything; the committee's channel."""
    await lodge.lena.slash(lodge.general, "statement")
    await lodge.settled()
    await set_up(lodge)
    chat = lodge.house.app.chats["discord", str(lodge.chess.id)]
    private = lodge.chess.channels[int(chat.committee_channel)]
    layout.set_overwrite(private, layout.overwrite_for(lodge.committees_role, VIEW, Permission(0)), lodge.chess.owner)
    await a_day(lodge)
    return private


def told(private: Channel, words: str) -> list[str]:
    return [one.text for one in private.messages if words in one.text]


async def test_a_right_taken_away_while_porter_was_away_is_told_and_that_it_is_back(lodge: Lodge) -> None:
    ada = lodge.world.user("Ada")
    await lodge.chess.join(ada)
    await lodge.house.seat("Ada", account(ada), Role.ADMINISTRATOR)
    private = await whole(lodge)
    before = len(told(private, "cannot do all of its work"))
    role = next(one for one in lodge.chess.roles.values() if one.name == "porter")
    every = role.permissions

    role.permissions = every & ~Permission.MANAGE_MESSAGES
    await a_day(lodge)
    await a_day(lodge)
    began = told(private, "cannot do all of its work")[before:]
    role.permissions = every
    await a_day(lodge)

    [once] = began
    assert "Manage Messages" in once
    assert told(private, "All is well again in")[-1].startswith("All is well again in “Chess Society”")
    assert "cannot keep watch over “Chess Society”" in ada.inbox[-2].text
    assert "keeps watch over “Chess Society”" in ada.inbox[-1].text
    assert len(lodge.mailbox.received("cannot keep watch", to="cases@union.example.org")) == 1


async def test_a_welcome_channel_that_is_gone_and_an_unpinned_statement_are_told(lodge: Lodge) -> None:
    private = await whole(lodge)
    before = len(told(private, "cannot do all of its work"))
    for message in list(lodge.general.pins):
        message.pinned_at = None
    layout.remove_channel(lodge.chess.text("welcome"), lodge.chess.owner)

    await a_day(lodge)

    said = "\n".join(told(private, "cannot do all of its work")[before:])
    assert "The joining statement is pinned" in said
    assert "A welcome channel that everybody sees" in said
