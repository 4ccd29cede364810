"""What is promised for each class of effect when it fails, breaks or nobody knows what became of it."""

from datetime import timedelta

import pytest

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, Uncertain, Unreachable
from bot.model import EffectKind, EffectState
from bot.outbox.engine import TRIES, Deed, backoff
from bot.store import effects
from tests.outbox.desk import ESCALATION, PUBLIC, RECEIPT, STATE, Desk, World, working


@pytest.mark.parametrize("kind", [PUBLIC, ESCALATION, STATE, RECEIPT])
async def test_an_effect_comes_true_once_and_its_receipt_is_kept(desk: Desk, kind: EffectKind) -> None:
    world = World()

    async with working(desk, kind, Deed(world.act)):
        effect = await desk.ended(await desk.ask(kind))

    assert (effect.state, effect.receipt, effect.attempts) == (EffectState.DONE, {"message": "1"}, 1)
    assert world.done == ["it"]


async def test_the_same_key_is_asked_for_once(desk: Desk) -> None:
    await desk.ask(STATE)

    async with desk.store.change("test", "ask", desk.clock()) as change:
        again = await desk.outbox.add(change, STATE, "it")

    assert again is None


@pytest.mark.parametrize("kind", [PUBLIC, ESCALATION, STATE, RECEIPT])
async def test_what_surely_did_not_happen_is_tried_again(desk: Desk, kind: EffectKind) -> None:
    world, begun = World([PlatformError("The service is down.")]), desk.clock()

    async with working(desk, kind, Deed(world.act)):
        effect_id = await desk.ask(kind)
        waiting = await desk.tried(effect_id, 1)
        desk.later()
        effect = await desk.ended(effect_id)

    assert (waiting.error, waiting.intent_at) == ("The service is down.", None)
    assert waiting.run_at > begun
    assert effect.state is EffectState.DONE
    assert world.done == ["it"]


@pytest.mark.parametrize("kind", [ESCALATION, STATE, RECEIPT])
async def test_what_may_be_repeated_is_repeated_when_no_answer_came(desk: Desk, kind: EffectKind) -> None:
    world = World([Uncertain("No answer came.")])

    async with working(desk, kind, Deed(world.act)):
        effect_id = await desk.ask(kind)
        await desk.tried(effect_id, 1)
        desk.later()
        effect = await desk.ended(effect_id)

    assert (effect.state, effect.attempts) == (EffectState.DONE, 2)
    assert world.done == ["it", "it"]


async def test_a_public_word_is_not_said_twice_when_nobody_can_tell_whether_it_was_said(desk: Desk) -> None:
    world = World([Uncertain("No answer came.")])

    async with working(desk, PUBLIC, Deed(world.act)):
        effect_id = await desk.ask(PUBLIC)
        await desk.tried(effect_id, 1)
        desk.later()
        effect = await desk.ended(effect_id)

    assert effect.state is EffectState.UNKNOWN
    assert effect.error.startswith("It may have been said already")
    assert world.done == ["it"]


async def test_a_public_word_that_is_found_is_done_without_saying_it_again(desk: Desk) -> None:
    world = World([Uncertain("No answer came.")])

    async with working(desk, PUBLIC, Deed(world.act, look=world.look)):
        effect_id = await desk.ask(PUBLIC)
        await desk.tried(effect_id, 1)
        desk.later()
        effect = await desk.ended(effect_id)

    assert (effect.state, effect.receipt) == (EffectState.DONE, {"found": True})
    assert world.done == ["it"]


async def test_a_public_word_that_is_surely_absent_is_said(desk: Desk) -> None:
    world = World([Uncertain("No answer came.")])

    async with working(desk, PUBLIC, Deed(world.act, look=world.look)):
        effect_id = await desk.ask(PUBLIC)
        await desk.tried(effect_id, 1)
        world.done.clear()
        desk.later()
        effect = await desk.ended(effect_id)

    assert effect.receipt == {"message": "1"}
    assert world.done == ["it"]


async def test_what_is_gone_already_needs_no_deleting(desk: Desk) -> None:
    world = World([Gone("It is no longer there.")])

    async with working(desk, STATE, Deed(world.act)):
        effect = await desk.ended(await desk.ask(STATE))

    assert (effect.state, effect.receipt) == (EffectState.DONE, {"gone": True})


@pytest.mark.parametrize("trouble", [Unreachable("Closed."), Forbidden("No right."), Gone("Gone.")], ids=repr)
async def test_what_is_refused_is_not_tried_again(desk: Desk, trouble: PlatformError) -> None:
    world = World([trouble])

    async with working(desk, PUBLIC, Deed(world.act)):
        effect = await desk.ended(await desk.ask(PUBLIC))

    assert (effect.state, effect.error, effect.attempts) == (EffectState.REFUSED, str(trouble), 1)


async def test_a_platform_that_asks_for_time_gets_it(desk: Desk) -> None:
    world = World([RateLimited("Slow down.", 90)])

    async with working(desk, RECEIPT, Deed(world.act)):
        effect_id = await desk.ask(RECEIPT)
        effect = await desk.comes(effect_id, lambda one: bool(one.error))

    assert effect.run_at == desk.clock() + timedelta(seconds=90)
    assert (effect.state, effect.attempts) == (EffectState.READY, 0)


async def test_what_fails_every_time_is_set_aside(desk: Desk) -> None:
    world = World([PlatformError("The service is down.") for _ in range(TRIES)])

    async with working(desk, STATE, Deed(world.act)):
        effect_id = await desk.ask(STATE)
        for times in range(1, TRIES):
            await desk.tried(effect_id, times)
            desk.later()
        effect = await desk.ended(effect_id)

    assert (effect.state, effect.attempts) == (EffectState.POISON, TRIES)
    assert world.done == []


async def test_a_person_can_have_it_tried_again(desk: Desk) -> None:
    world = World([Uncertain("No answer came.")])

    async with working(desk, PUBLIC, Deed(world.act)):
        effect_id = await desk.ask(PUBLIC)
        await desk.tried(effect_id, 1)
        desk.later()
        await desk.ended(effect_id)
        async with desk.store.change("seat:1", "retry", desk.clock()) as change:
            asked = await effects.retry(change, effect_id)
        desk.outbox.wake()
        effect = await desk.comes(effect_id, lambda one: one.state is EffectState.DONE)

    assert asked
    assert effect.attempts == 1
    assert world.done == ["it", "it"]


def test_waiting_doubles_up_to_ten_minutes() -> None:
    waits = [backoff(attempts).total_seconds() for attempts in (1, 2, 3, 30)]

    assert 0.8 <= waits[0] <= 1.2
    assert 1.6 <= waits[1] <= 2.4
    assert 3.2 <= waits[2] <= 4.8
    assert 480 <= waits[3] <= 720
