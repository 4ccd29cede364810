"""The outbox: what is promised for each class of effect when it fails, breaks or nobody knows what became of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, Uncertain, Unreachable
from bot.model import Effect, EffectKind, EffectState, Receipt
from bot.outbox.engine import LEASE, TRIES, Deed, Outbox, backoff
from bot.store import effects, schema
from bot.store.change import Store

# One kind of each class.
PUBLIC, ESCALATION = EffectKind.NOTICE, EffectKind.OFFICER_DM
STATE, RECEIPT = EffectKind.DELETE, EffectKind.STATEMENT
HOUR = timedelta(hours=1)


@dataclass
class Clock:
    """A clock that goes on only when told to."""

    at: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass
class World:
    """Something to act on: `troubles` are what it answers first, one a try; `done` what really happened."""

    troubles: list[Exception] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    async def act(self, effect: Effect) -> Receipt:
        """Do it, unless there is trouble. What is uncertain did happen."""
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is None or isinstance(trouble, Uncertain):
            self.done.append(effect.key)
        if trouble is not None:
            raise trouble
        return Receipt({"message": str(len(self.done))})

    async def look(self, effect: Effect) -> Receipt | None:
        """Whether it happened."""
        return Receipt({"found": True}) if effect.key in self.done else None


@dataclass
class Desk:
    """An outbox on a database of its own, with one effect to make true."""

    store: Store
    clock: Clock
    outbox: Outbox

    async def ask(self, kind: EffectKind, key: str = "it", after: int | None = None) -> int:
        """Ask for an effect."""
        async with self.store.change("test", "ask", self.clock()) as change:
            effect_id = await self.outbox.add(change, kind, key, after=after)
        assert effect_id is not None
        return effect_id

    async def effect(self, effect_id: int) -> Effect:
        """How it stands."""
        async with self.store.read() as read:
            found = await effects.effect(read, effect_id)
        assert found is not None
        return found

    async def comes(self, effect_id: int, fits: Callable[[Effect], bool]) -> Effect:
        """The effect, once it fits."""
        async with asyncio.timeout(20):
            while True:
                found = await self.effect(effect_id)
                if fits(found):
                    return found
                await asyncio.sleep(0.005)

    async def tried(self, effect_id: int, times: int) -> Effect:
        """The effect after that many tries, waiting for the next one."""
        return await self.comes(effect_id, lambda one: one.attempts == times and one.state is EffectState.READY)

    async def ended(self, effect_id: int) -> Effect:
        """The effect, once it has ended."""
        return await self.comes(effect_id, lambda one: one.state in effects.ENDED)

    def later(self, by: timedelta = HOUR) -> None:
        """Time goes by."""
        self.clock.at += by
        self.outbox.wake()

    async def claim(self, owner: str) -> list[Effect]:
        """What a process of that name gets."""
        async with self.store.work(self.clock()) as work:
            return await effects.claim(work, owner, LEASE, 8)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk whose outbox is not at work yet."""
    store, clock = Store(f"sqlite+aiosqlite:///{tmp_path}/porter.db"), Clock()
    await schema.upgrade(store)
    yield Desk(store, clock, Outbox(store, clock))
    await store.close()


@asynccontextmanager
async def working(desk: Desk, kind: EffectKind, deed: Deed) -> AsyncIterator[None]:
    """The outbox at work, knowing one kind of effect."""
    desk.outbox.learn({kind: deed})
    await desk.outbox.start()
    try:
        yield
    finally:
        await desk.outbox.stop()


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
        effect = await desk.tried(await desk.ask(RECEIPT), 1)

    assert effect.run_at == desk.clock() + timedelta(seconds=90)


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


async def test_an_effect_waits_for_the_one_before_it(desk: Desk) -> None:
    first = await desk.ask(STATE, "first")
    await desk.ask(STATE, "second", after=first)

    before = [effect.key for effect in await desk.claim("a")]
    async with desk.store.work(desk.clock()) as work:
        await effects.end(work, first, "a", EffectState.REFUSED)
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
    await desk.claim("b")

    async with desk.store.work(desk.clock()) as work:
        late = await effects.intend(work, effect_id, "a"), await effects.end(work, effect_id, "a", EffectState.FAILED)
        in_time = await effects.end(work, effect_id, "b", EffectState.DONE)

    assert (late, in_time) == ((False, False), True)
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
        await effects.intend(work, effect_id, "a process that died")
    await world.act(begun)
    desk.later(LEASE)

    async with working(desk, PUBLIC, Deed(world.act, look=world.look)):
        effect = await desk.ended(effect_id)

    assert (effect.state, effect.receipt) == (EffectState.DONE, {"found": True})
    assert world.done == ["it"]


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
