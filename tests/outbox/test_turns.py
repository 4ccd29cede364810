"""What waits for its turn has not been said, and what may have been heard once is never forgotten."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import PlatformError, RateLimited, Uncertain
from bot.model import Effect, EffectState, Receipt
from bot.outbox.engine import LEASE, TRIES, Deed, Outbox
from bot.store import effects
from bot.store.change import Store
from tests.outbox.desk import PUBLIC, Desk, World, working
from tests.postgres import on_postgres

REPEATS_DROPPED = timedelta(minutes=2)


async def test_a_public_word_that_waits_for_its_turn_is_not_noted_as_begun(desk: Desk) -> None:
    world, waiting, ours = World(), asyncio.Event(), asyncio.Event()

    async def turn(_effect: Effect) -> None:
        waiting.set()
        await ours.wait()

    effect_id = await desk.ask(PUBLIC)
    async with working(desk, PUBLIC, Deed(world.act, turn=turn)):
        await waiting.wait()
        before = await desk.effect(effect_id)
        ours.set()
        effect = await desk.ended(effect_id)

    assert (before.state, before.intent_at) == (EffectState.RUNNING, None)
    assert (effect.state, world.done) == (EffectState.DONE, ["it"])
    assert effect.intent_at is not None


async def test_a_public_word_whose_turn_does_not_come_is_put_off_and_nobody_has_to_ask_about_it(desk: Desk) -> None:
    world, refusals = World(), [RateLimited("not now", 60.0)]

    async def turn(_effect: Effect) -> None:
        if refusals:
            raise refusals.pop()

    effect_id = await desk.ask(PUBLIC)
    async with working(desk, PUBLIC, Deed(world.act, turn=turn)):
        put_off = await desk.comes(effect_id, lambda one: one.state is EffectState.READY and not refusals)
        desk.later()
        effect = await desk.ended(effect_id)

    assert (put_off.intent_at, put_off.attempts) == (None, 0)
    assert (effect.state, world.done) == (EffectState.DONE, ["it"])


@pytest.mark.parametrize("trouble", [PlatformError("it cannot be reached"), RateLimited("not now", 300.0)])
async def test_a_word_that_may_have_been_heard_is_looked_for_though_a_later_try_surely_failed(
    desk: Desk, trouble: PlatformError
) -> None:
    world = World([Uncertain("the answer was lost"), trouble])
    begun = desk.clock()

    async def look(effect: Effect) -> Receipt | None:
        return None if desk.clock() < begun + REPEATS_DROPPED else await world.look(effect)

    effect_id = await desk.ask(PUBLIC)
    async with working(desk, PUBLIC, Deed(world.act, look=look)):
        await desk.comes(effect_id, lambda one: len(world.troubles) == 1 and one.state is EffectState.READY)
        desk.later(timedelta(minutes=1))
        again = await desk.comes(effect_id, lambda one: not world.troubles and one.state is EffectState.READY)
        desk.later()
        effect = await desk.ended(effect_id)

    assert again.intent_at == begun
    assert effect.receipt == {"found": True}
    assert world.done == ["it"]


async def test_two_that_look_for_the_same_words_do_not_both_find_what_was_said_once(desk: Desk) -> None:
    world, ids = World(), [await desk.ask(PUBLIC, key) for key in ("one", "other")]
    for begun in await desk.claim("a process that died"):
        async with desk.store.work(desk.clock()) as work:
            await effects.note(work, "a process that died", [effects.intended(begun, work.now)])
    desk.later(LEASE)

    async def look(_effect: Effect) -> Receipt | None:
        await asyncio.sleep(0.02)  # what Discord takes to answer
        taken = [one.receipt for one in [await desk.effect(effect_id) for effect_id in ids]]
        return None if {"message": "said once"} in taken else Receipt({"message": "said once"})

    async with working(desk, PUBLIC, Deed(world.act, look=look)):
        ended = [await desk.ended(effect_id) for effect_id in ids]

    assert {one.state for one in ended} == {EffectState.DONE}
    assert [one.receipt for one in ended].count({"message": "said once"}) == 1
    assert len(world.done) == 1


@on_postgres
async def test_nor_do_two_that_look_in_processes_of_their_own(desk: Desk) -> None:
    world, looking, answer = World(), asyncio.Event(), asyncio.Event()
    looks: list[str] = []
    effect_ids = []
    for key in ("one", "other"):  # each of a process that died, the second a while after the first
        effect_ids.append(await desk.ask(PUBLIC, key))
        [begun] = await desk.claim("a process that died")
        async with desk.store.work(desk.clock()) as work:
            await effects.note(work, "a process that died", [effects.intended(begun, work.now)])
        desk.later(LEASE / 2)

    async def look(effect: Effect) -> Receipt | None:
        looks.append(effect.key)
        looking.set()
        taken = [one.receipt for one in [await desk.effect(effect_id) for effect_id in effect_ids]]
        await answer.wait()
        return None if {"message": "said once"} in taken else Receipt({"message": "said once"})

    deed = Deed(world.act, look=look)
    async with working(desk, PUBLIC, deed):
        await looking.wait()
        store = Store(desk.store.url)
        other = replace(desk, store=store, outbox=Outbox(store, desk.clock))
        assert await other.claim(other.outbox.owner) == []  # and has its connection: it is the quicker one now
        desk.clock.at += LEASE / 2
        async with working(other, PUBLIC, deed):
            await other.comes(effect_ids[1], lambda one: one.attempts == 2)
            await asyncio.sleep(0.3)  # long enough to look, were it let in
            before = list(looks)
            answer.set()
            ended = [await desk.ended(effect_id) for effect_id in effect_ids]
        await store.close()

    assert (before, looks) == (["one"], ["one", "other"])
    assert [one.receipt for one in ended].count({"message": "said once"}) == 1
    assert world.done == ["other"]


async def test_a_look_that_breaks_every_time_ends_as_a_question_to_a_person(desk: Desk) -> None:
    world = World([Uncertain("the answer was lost")])
    effect_id = await desk.ask(PUBLIC)

    async def broken(_effect: Effect) -> Receipt | None:
        raise LookupError("a fault of ours")

    async with working(desk, PUBLIC, Deed(world.act, look=broken)):
        for tried in range(1, TRIES):
            await desk.tried(effect_id, tried)
            desk.later()
        effect = await desk.ended(effect_id)

    assert (effect.state, effect.attempts) == (EffectState.UNKNOWN, TRIES)
    assert world.done == ["it"]
