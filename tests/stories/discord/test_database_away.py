"""The database ends connections in the middle of everything: what was asked for still happens, and once."""

from tests.postgres import Cluster, on_postgres
from tests.stories.discord.lodge import Lodge
from tests.wire.discord import Message


def said_by_us(lodge: Lodge) -> list[Message]:
    """What Porter said in the members' channel."""
    return [one for one in lodge.general.messages if one.author is lodge.bot.user]


@on_postgres
async def test_connections_that_end_all_the_time_lose_nothing_and_repeat_nothing(
    lodge: Lodge, cluster: Cluster
) -> None:
    store = lodge.house.app.store
    message = await lodge.mallory.say(lodge.general, "you play like a clown")

    ended = await cluster.end_all(store.url, "porter line")
    await lodge.alice.menu("Flag to committee", message)
    ended += await cluster.end_all(store.url, "porter line")
    card = await lodge.carded()
    ended += await cluster.end_all(store.url, "porter line")
    await lodge.mona.press(card, "1 · Public notice")
    ended += await cluster.end_all(store.url, "porter line")
    # What lost its connection half-way is tried again a second later, when nothing may be due for a moment.
    await lodge.world.until(lambda: said_by_us(lodge), seconds=30)
    await lodge.settled()

    notices = said_by_us(lodge)
    assert ended >= 4
    assert len(notices) == len(lodge.committee.messages) == 1
    assert "✓ Public notice · Mona" in lodge.card.text


@on_postgres
async def test_who_lost_its_turn_to_listen_takes_it_again(lodge: Lodge, cluster: Cluster) -> None:
    sessions = lodge.bot.identifies

    await cluster.end_all(lodge.house.app.store.url)
    await lodge.world.until(lambda: lodge.bot.identifies > sessions, seconds=300)
    await lodge.world.connected(lodge.bot)
    await lodge.flagged()

    assert "clown" in lodge.card.text
