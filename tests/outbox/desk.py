"""An outbox on a database of its own, a world for it to act on, and a clock that goes on only when told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.errors import Uncertain
from bot.model import Effect, EffectKind, EffectState, Receipt
from bot.outbox.engine import LEASE, Deed, Outbox
from bot.store import effects
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


@asynccontextmanager
async def working(desk: Desk, kind: EffectKind, deed: Deed) -> AsyncIterator[None]:
    """The outbox at work, knowing one kind of effect."""
    desk.outbox.learn({kind: deed})
    await desk.outbox.start()
    try:
        yield
    finally:
        await desk.outbox.stop()
