"""Misfortune: limits, resets, broken answers and a network that is gone, as the real discord.py meets them."""

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.wire.discord import refuse
from tests.wire.discord.visitor import Stage, discord, staged

SENDING = ("POST", "/channels/*/messages")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage
        assert stage.world.problems == []


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_a_rate_limit_is_waited_out(stage: Stage, scope: str) -> None:
    stage.world.faults.rate_limit(*SENDING, retry_after=0.1, scope=scope)
    began = time.monotonic()

    await stage.place.send("patience")

    assert time.monotonic() - began >= 0.1
    assert [call.status for call in stage.world.journal.calls(*SENDING)] == [429, 200]
    assert stage.world.limits.invalid == 1


async def test_a_rate_limit_of_the_edge_is_not_waited_out(stage: Stage) -> None:
    stage.world.faults.rate_limit(*SENDING, retry_after=0.1, via=False)

    with pytest.raises(discord.HTTPException) as refused:
        await stage.place.send("patience")

    assert refused.value.status == 429
    assert stage.general.messages == []


async def test_a_bucket_is_announced_and_kept_to(stage: Stage) -> None:
    stage.world.limits.set(*SENDING, limit=2, per=0.3)
    began = time.monotonic()

    for number in range(3):
        await stage.place.send(str(number))

    assert time.monotonic() - began >= 0.25
    assert [call.status for call in stage.world.journal.calls(*SENDING)] == [200, 200, 200]


async def test_a_bucket_refuses_those_who_do_not_keep_to_it(stage: Stage) -> None:
    stage.world.limits.set(*SENDING, limit=1, per=60)
    address = f"{stage.world.api_url}/channels/{stage.general.id}/messages"
    headers = {"Authorization": f"Bot {stage.application.token}"}

    async with aiohttp.ClientSession(headers=headers) as session:
        first = await session.post(address, json={"content": "1"})
        second = await session.post(address, json={"content": "2"})

    assert (first.status, first.headers["X-RateLimit-Remaining"]) == (200, "0")
    assert (second.status, second.headers["X-RateLimit-Scope"], "Via" in second.headers) == (429, "user", True)
    assert (await second.json())["retry_after"] > 50


async def test_a_limit_on_everything_is_waited_out_by_everything(stage: Stage) -> None:
    stage.world.limits.everywhere(limit=2, per=0.3)

    for number in range(4):
        await stage.place.send(str(number))

    refused = [call for call in stage.world.journal.calls(*SENDING) if call.status == 429]
    assert [call.answer["global"] for call in refused] == [True] * len(refused) != []
    assert len(stage.general.messages) == 4


async def test_an_address_with_too_many_invalid_requests_is_shut_out(stage: Stage) -> None:
    stage.world.limits.ban_after = 2
    for _ in range(2):
        with pytest.raises(discord.NotFound):
            await stage.place.fetch_message(1)
    assert stage.world.limits.invalid == 0
    stage.alice.dms_closed = True
    for _ in range(2):
        with pytest.raises(discord.Forbidden):
            await stage.seen(stage.alice).send("x")

    with pytest.raises(discord.HTTPException) as refused:
        await stage.place.send("x")

    assert (refused.value.status, stage.world.limits.invalid) == (429, 2)


async def test_a_line_cut_before_leaves_the_call_undone(stage: Stage) -> None:
    stage.world.faults.reset_before(*SENDING)

    with pytest.raises(aiohttp.ClientError):
        await stage.place.send("lost")

    assert stage.general.messages == []
    assert [call.applied for call in stage.world.journal.calls(*SENDING)] == [False]


async def test_a_line_cut_after_leaves_the_call_done_and_the_nonce_finds_it(stage: Stage) -> None:
    stage.world.faults.reset_after(*SENDING)

    with pytest.raises(aiohttp.ClientError):
        await stage.place.send("once", nonce="abc")
    again = await stage.place.send("once", nonce="abc")

    assert [message.id for message in stage.general.messages] == [again.id]
    assert [(call.applied, call.status) for call in stage.world.journal.calls(*SENDING)] == [(True, 0), (True, 200)]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("<html>bad gateway</html>", "text/html"), ('{"message": "cu', "application/json")],
)
async def test_a_broken_answer_is_an_error(stage: Stage, body: str, content_type: str) -> None:
    stage.world.faults.answer(*SENDING, status=503, body=body, content_type=content_type)

    with pytest.raises((discord.DiscordServerError, ValueError)):
        await stage.place.send("x")

    assert stage.general.messages == []


async def test_a_server_error_is_tried_again_with_the_same_nonce(stage: Stage) -> None:
    stage.world.faults.answer(*SENDING, status=502)

    await stage.place.send("x")

    nonces = [call.body["nonce"] for call in stage.world.journal.calls(*SENDING)]
    assert len(nonces) == 2
    assert len(set(nonces)) == 1
    assert len(stage.general.messages) == 1


async def test_any_refusal_can_be_asked_for(stage: Stage) -> None:
    stage.world.faults.refuse("POST", "/users/@me/channels", refuse(20026))

    with pytest.raises(discord.Forbidden) as refused:
        await stage.seen(stage.alice).send("x")

    assert refused.value.code == 20026


async def test_a_slow_answer_is_slow(stage: Stage) -> None:
    stage.world.faults.delay(*SENDING, seconds=0.2)
    began = time.monotonic()

    await stage.place.send("x")

    assert time.monotonic() - began >= 0.2


async def test_a_network_that_was_gone_comes_back_and_the_session_with_it(stage: Stage) -> None:
    async with stage.world.down():
        with pytest.raises(aiohttp.ClientError):
            await stage.place.send("nobody there")
        await stage.alice.say(stage.general, "is anybody there?")

    heard = await stage.bot.hears("message", seconds=20)

    assert heard.content == "is anybody there?"
    assert stage.world.gateway.resumes == 1
    assert (await stage.place.send("here again")).id == stage.general.messages[-1].id


async def test_a_route_that_does_not_exist_is_remembered() -> None:
    async with staged() as stage:
        with pytest.raises(discord.NotFound):
            await stage.bot.http.request(discord.http.Route("GET", "/nowhere"))

        assert stage.world.problems == ["GET /nowhere: no such route"]
