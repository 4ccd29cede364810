"""The gateway as the real discord.py meets it: coming up, staying up, coming back."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.wire.discord import Discord, Intent, Permission
from tests.wire.discord.visitor import Stage, discord, pointed_at, staged, visiting, wanted_intents


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage


async def test_a_bot_comes_up_and_knows_its_server_and_everybody_in_it(stage: Stage) -> None:
    names = {member.name for member in stage.guild.members}

    assert stage.guild.name == "Chess Society"
    assert names == {"una", "alice", "porter"}
    assert stage.guild.member_count == 3
    assert stage.place.name == "general"
    assert stage.application.identifies == 1
    assert stage.world.problems == []


async def test_a_bot_hears_of_comings_and_goings_and_of_changes(stage: Stage) -> None:
    bob = await stage.chess.join(stage.world.user("Bob"), pending=True)
    await bob.pass_screening()
    await bob.rename("Bobby")
    await bob.leave()

    left = await stage.bot.hears("member_remove")
    updates = stage.bot.all_heard("member_update")
    assert stage.bot.all_heard("member_join")[0].id == bob.id
    assert (updates[0][0].pending, updates[0][1].pending) == (True, False)
    assert (updates[1][0].nick, updates[1][1].nick) == (None, "Bobby")
    assert left.id == bob.id


async def test_a_privileged_intent_that_is_not_switched_on_closes_with_4014() -> None:
    async with Discord() as world, pointed_at(world):
        application = world.application("porter", intents=Intent.GUILD_MEMBERS)
        client = discord.Client(intents=wanted_intents())

        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.start(application.token)

        await client.close()
        assert application.identifies == 0


async def test_a_wrong_token_is_unauthorised_over_rest() -> None:
    async with Discord() as world, pointed_at(world):
        world.application("porter")
        client = discord.Client(intents=wanted_intents())

        with pytest.raises(discord.LoginFailure):
            await client.start("not a token")

        await client.close()
        assert world.journal.calls()[0].status == 401
        assert world.limits.invalid == 1


async def test_a_token_renewed_while_connected_closes_with_4004(stage: Stage) -> None:
    old = stage.application.token

    await stage.application.renew_token()

    await stage.world.until(lambda: stage.bot.ended)
    assert isinstance(stage.bot.ended, discord.ConnectionClosed)
    assert (stage.bot.ended.code, stage.application.token == old) == (4004, False)


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([{"op": 2, "d": {"token": "nobody's", "intents": 0}}], 4004),
        ([{"op": 6, "d": {"token": "nobody's", "session_id": "x", "seq": 0}}], 4004),
        ([{"op": 8, "d": {"guild_id": "1"}}], 4003),
        ([{"op": 99, "d": None}], 4001),
        ([{"no": "operation"}], 4002),
        ([{"op": 1, "d": None}] * 121, 4008),
    ],
)
async def test_misuse_of_the_gateway_closes_it_with_its_code(frames: list[dict[str, Any]], code: int) -> None:
    async with Discord() as world, aiohttp.ClientSession() as session, session.ws_connect(world.gateway_url) as line:
        hello = await line.receive_json()
        for frame in frames:
            await line.send_json(frame)

        while (await line.receive()).type is aiohttp.WSMsgType.TEXT:
            pass

        assert hello["op"] == 10
        assert line.close_code == code


async def test_one_start_too_many_in_a_day_resets_the_token(stage: Stage) -> None:
    now, token = stage.world.clock.now(), stage.application.token
    stage.application.identified[:] = [now] * 1000
    await stage.world.gateway.drop()
    stage.world.gateway.forget_sessions()

    await stage.world.until(lambda: stage.bot.ended, seconds=20)

    assert isinstance(stage.bot.ended, discord.ConnectionClosed)
    assert (stage.bot.ended.code, stage.application.token == token) == (4004, False)


async def test_a_lost_connection_is_resumed_and_what_was_missed_is_replayed(stage: Stage) -> None:
    await stage.world.gateway.drop()
    await stage.alice.say(stage.general, "while you were away")

    message = await stage.bot.hears("message")

    assert message.content == "while you were away"
    assert stage.world.gateway.resumes == 1
    assert stage.application.identifies == 1


async def test_a_request_to_reconnect_is_followed_by_a_resume(stage: Stage) -> None:
    await stage.world.gateway.ask_to_reconnect()

    await stage.bot.hears("resumed")

    assert stage.world.gateway.resumes == 1


async def test_a_session_that_is_gone_replays_nothing_and_costs_an_identify(stage: Stage) -> None:
    await stage.world.gateway.invalidate()
    await stage.alice.say(stage.general, "nobody hears this")

    await stage.bot.hears("ready", nth=2, seconds=20)

    assert stage.application.identifies == 2
    assert stage.bot.all_heard("message") == []
    assert [one.content async for one in stage.place.history()] == ["nobody hears this"]


async def test_a_session_forgotten_while_away_cannot_be_resumed(stage: Stage) -> None:
    await stage.world.gateway.drop()
    stage.world.gateway.forget_sessions()

    await stage.bot.hears("ready", nth=2, seconds=20)

    assert (stage.world.gateway.resumes, stage.application.identifies) == (0, 2)


async def test_an_event_can_be_missed_doubled_and_reordered(stage: Stage) -> None:
    gateway = stage.world.gateway
    gateway.miss("MESSAGE_CREATE")
    await stage.alice.say(stage.general, "missed")
    gateway.double("MESSAGE_CREATE")
    await stage.alice.say(stage.general, "doubled")
    gateway.hold()
    await stage.alice.say(stage.general, "first")
    await stage.alice.say(stage.general, "second")

    gateway.release(reverse=True)

    await stage.bot.hears("message", nth=4)
    assert [one.content for one in stage.bot.all_heard("message")] == ["doubled", "doubled", "second", "first"]
    assert [one.delivered for one in stage.world.journal.events("MESSAGE_CREATE")] == [False, True, True, True]


async def test_without_the_members_intent_nobody_is_announced() -> None:
    intents = wanted_intents()
    intents.members = False
    async with staged(intents=intents) as stage:
        bob = await stage.chess.join(stage.world.user("Bob"))

        await bob.say(stage.general, "hello")

        await stage.bot.hears("message")
        assert stage.bot.all_heard("member_join") == []


async def test_without_the_content_intent_words_are_blank_but_for_mentions_and_private_ones() -> None:
    intents = wanted_intents()
    intents.message_content = False
    async with staged(intents=intents) as stage:
        await stage.alice.say(stage.general, "secret")
        await stage.alice.say(stage.general, f"{stage.application.user.mention} hello")
        await stage.alice.write(stage.application, "in private")

        await stage.bot.hears("message", nth=3)
        contents = [one.content for one in stage.bot.all_heard("message")]
        assert contents == ["", f"{stage.application.user.mention} hello", "in private"]


async def test_a_channel_the_bot_cannot_see_tells_it_nothing(stage: Stage) -> None:
    nobody = (Permission(0), Permission.VIEW_CHANNEL)
    hidden = stage.chess.channel("hidden", overwrites={stage.chess.everyone: nobody})
    owner = stage.chess.member(stage.chess.owner)
    await owner.say(hidden, "behind closed doors")

    await stage.alice.say(stage.general, "in the open")

    await stage.bot.hears("message")
    assert [one.content for one in stage.bot.all_heard("message")] == ["in the open"]


async def test_starts_are_counted_and_the_rest_of_the_day_is_told(stage: Stage) -> None:
    shards, address, limit = await stage.bot.http.get_bot_gateway()

    assert (shards, limit["total"], limit["remaining"]) == (1, 1000, 999)
    assert address.startswith(stage.world.gateway_url)


async def test_a_server_with_more_people_than_fit_in_one_piece_is_told_in_several() -> None:
    async with Discord() as world:
        chess = world.server("Chess Society", owner=world.user("Una"))
        application = world.application("porter")
        await chess.install(application)
        for number in range(1500):
            await chess.join(world.user(f"Member {number}"))

        async with visiting(world, application) as bot:
            assert len(bot.guilds[0].members) == 1502
            assert world.problems == []
