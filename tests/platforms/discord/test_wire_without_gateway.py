"""Acting needs no gateway: what a connected client knows of a server, one that only logged in asks for."""

from collections.abc import AsyncIterator
from dataclasses import replace

import discord
import pytest

from bot.model import Place
from bot.platforms.discord import history, speaking
from bot.platforms.discord.connection import options
from tests.platforms.discord.conftest import Wire
from tests.wire.discord import Permission


@pytest.fixture
async def acting(lodge: Wire) -> AsyncIterator[Wire]:
    """The same server, with a client that has logged in and not connected."""
    client = discord.Client(**options())
    await client.login(lodge.world.applications[0].token)
    yield replace(lodge, client=client)
    await client.close()


async def test_what_was_said_around_a_message_names_channels_and_roles(acting: Wire) -> None:
    committee = acting.chess.role("Committee", Permission(0))
    alice = await acting.chess.join(acting.world.user("Alice"))
    first = await alice.say(acting.general, f"<@&{committee.id}> please look at <#{acting.general.id}>")
    second = await alice.say(acting.general, "anybody?")

    [said] = await history.around(acting.client, acting.ref(second), 5, 5)

    assert said.ref.id == str(first.id)
    assert said.body == "@Committee please look at #general"


async def test_where_discord_speaks_is_found_without_having_heard_of_it(acting: Wire) -> None:
    found = await speaking.spot(acting.client, Place("discord", str(acting.chess.id)))

    assert (found.channel, found.title) == (str(acting.general.id), "#general")
