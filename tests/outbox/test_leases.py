"""Who may work on an effect: in order, by lease, and never two at once."""

from bot.model import EffectState
from bot.outbox.engine import LEASE, Deed
from bot.store import effects
from tests.outbox.desk import ESCALATION, PUBLIC, RECEIPT, STATE, Desk, World, working
from tests.postgres import on_both

pytestmark = on_both


async def test_an_effect_waits_for_the_one_before_it(desk: Desk) -> None:
    first = await desk.ask(STATE, "first")
    await desk.ask(STATE, "second", after=first)

    before = [effect.key for effect in await desk.claim("a")]
    async with desk.store.work(desk.clock()) as work:
        await effects.note(work, "a", [effects.ended(first, EffectState.REFUSED, {})])
    after = [effect.key for effect in await desk.claim("a")]

    assert (before, after) == (["first"], ["second"])


async def test_the_most_pressing_goes_first(desk: Desk) -> None:
    for kind in (RECEIPT, STATE, ESCALATION):
        await desk.ask(kind, kind.value)

    taken = [effect.kind for effect in await desk.claim("a")]

    assert taken == [ESCALATION, STATE, RECEIPT]


async def test_a_leased_effect_is_nobody_elses_until_the_lease_runs_out(desk: Desk) -> None:
    await desk.ask(STATE)

    first = await desk.claim("a")
    meanwhile = await desk.claim("b")
    desk.later(LEASE)
    afterwards = await desk.claim("b")

    assert [len(taken) for taken in (first, meanwhile, afterwards)] == [1, 0, 1]
    assert afterwards[0].attempts == 2


async def test_who_lost_the_lease_can_neither_end_nor_begin_the_effect(desk: Desk) -> None:
    effect_id = await desk.ask(PUBLIC)
    await desk.claim("a")
    desk.later(LEASE)
    [held] = await desk.claim("b")

    async with desk.store.work(desk.clock()) as work:
        begun, failed = effects.intended(held, work.now), effects.ended(effect_id, EffectState.FAILED, {})
        late = await effects.note(work, "a", [begun]), await effects.note(work, "a", [failed])
        in_time = await effects.note(work, "b", [effects.ended(effect_id, EffectState.DONE, {})])

    assert (late, in_time) == ((set(), set()), {effect_id})
    assert (await desk.effect(effect_id)).state is EffectState.DONE


async def test_a_renewed_lease_holds(desk: Desk) -> None:
    effect_id = await desk.ask(STATE)
    await desk.claim("a")
    desk.later(LEASE / 2)
    async with desk.store.work(desk.clock()) as work:
        await effects.renew(work, "a", LEASE, [effect_id])
    desk.later(LEASE / 2)

    taken = await desk.claim("b")

    assert taken == []


async def test_what_a_dead_process_held_is_taken_up_at_once_after_a_restart(desk: Desk) -> None:
    world = World()
    effect_id = await desk.ask(STATE)
    await desk.claim("a process that died")
    async with desk.store.work(desk.clock()) as work:
        await effects.release(work)

    async with working(desk, STATE, Deed(world.act)):
        effect = await desk.ended(effect_id)

    assert effect.state is EffectState.DONE


async def test_a_public_word_begun_by_a_dead_process_is_looked_up_before_it_is_said(desk: Desk) -> None:
    world = World()
    effect_id = await desk.ask(PUBLIC)
    [begun] = await desk.claim("a process that died")
    async with desk.store.work(desk.clock()) as work:
        await effects.note(work, "a process that died", [effects.intended(begun, work.now)])
    await world.act(begun)
    desk.later(LEASE)

    async with working(desk, PUBLIC, Deed(world.act, look=world.look)):
        effect = await desk.ended(effect_id)

    assert (effect.state, effect.receipt) == (EffectState.DONE, {"found": True})
    assert world.done == ["it"]
