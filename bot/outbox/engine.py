"""Claims due effects, performs them, records what came of it.

Intent before, receipt after, both fenced by the lease. An effect that is claimed again with an intent but no receipt
may have happened: idempotent ones are simply done again, escalations repeat and say so, public ones are first looked
for and, where that is impossible, handed to a person.
"""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, Refusal, Uncertain, Unreachable
from bot.model import Effect, EffectClass, EffectKind, EffectState, Receipt
from bot.outbox.kinds import KINDS
from bot.store import effects
from bot.store.change import Change, Store
from bot.store.steady import steadily

LEASE = timedelta(seconds=30)
ROOM = 8  # effects in hand at once
TRIES = 8  # then an effect is set aside and alarms
LONGEST_WAIT = timedelta(minutes=10)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of an effect: its state, what the platform gave back, and the reason when it did not come true."""

    state: EffectState
    receipt: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


async def _nothing(_change: Change, _effect: Effect, _ending: Ending) -> None:
    """Nothing follows."""


@dataclass(frozen=True, slots=True)
class Deed:
    """How one kind of effect comes true.

    `perform` acts and gives the receipt. `settle` writes what follows, in the transaction of the receipt. `look` finds
    out whether a public effect of unknown outcome happened: its receipt, None when surely not; it raises
    `PlatformError` when that cannot be known.
    """

    perform: Callable[[Effect], Awaitable[Receipt]]
    settle: Callable[[Change, Effect, Ending], Awaitable[None]] = _nothing
    look: Callable[[Effect], Awaitable[Receipt | None]] | None = None


class Outbox:
    """The loop that works the effects off. `deeds` is filled by the desk before `start`."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self.store, self.now = store, now
        self.deeds: dict[EffectKind, Deed] = {}
        self.owner = secrets.token_hex(8)
        self._wake = asyncio.Event()
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False

    def learn(self, deeds: Mapping[EffectKind, Deed]) -> None:
        """Take in how kinds of effect come true."""
        self.deeds.update(deeds)

    async def add(
        self,
        change: Change,
        kind: EffectKind,
        key: str,
        payload: Mapping[str, Any] | None = None,
        *,
        platform: str = "",
        society_id: int | None = None,
        case_id: int | None = None,
        after: int | None = None,
        run_at: datetime | None = None,
    ) -> int | None:
        """Ask for an effect in the transaction of its cause; None when one has that key already."""
        cls, priority = KINDS[kind]
        change.after_commit.append(self._wake.set)
        return await effects.add(
            change,
            kind=kind,
            key=key,
            cls=cls,
            priority=int(priority),
            platform=platform,
            society_id=society_id,
            case_id=case_id,
            payload=dict(payload or {}),
            after=after,
            run_at=run_at or change.now,
        )

    def wake(self) -> None:
        """Look for due effects now."""
        self._wake.set()

    async def start(self) -> None:
        """Begin to work."""
        self._stopping = False
        self._loop = asyncio.create_task(self._run(), name="outbox")

    async def stop(self) -> None:
        """Finish what is in hand and stop."""
        self._stopping = True
        self._wake.set()
        if self._loop is not None:
            await self._loop
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=LEASE.total_seconds())

    async def idle(self) -> None:
        """Return once nothing is due and nothing in hand; what is scheduled for later may remain."""
        while True:
            async with self.store.read() as read:
                due, running = await effects.next_due(read), (await effects.counts(read)).get(EffectState.RUNNING, 0)
            if not self._in_hand and not running and (due is None or due > self.now()):
                return
            self._wake.set()
            await asyncio.sleep(0.01)

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                taken = await self._claim()
            except Exception:
                log.exception("outbox.claim_failed")
                taken, pause = [], 1.0
            else:
                pause = await self._pause()
            for effect in taken:
                task = asyncio.create_task(self._do(effect), name=f"effect:{effect.id}")
                self._in_hand[effect.id] = task
                task.add_done_callback(lambda _task, key=effect.id: self._let_go(key))  # type: ignore[misc]  # key is bound here
            if not taken or len(self._in_hand) >= ROOM:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)

    def _let_go(self, effect_id: int) -> None:
        self._in_hand.pop(effect_id, None)
        self._wake.set()

    async def _pause(self) -> float:
        async with self.store.read() as read:
            due = await effects.next_due(read)
        if due is None:
            return 1.0
        return min(1.0, max(0.01, (due - self.now()).total_seconds()))

    async def _claim(self) -> list[Effect]:
        room = ROOM - len(self._in_hand)
        if room <= 0:
            return []
        async with self.store.read() as read:
            due = await effects.next_due(read)
        if due is None or due > self.now():
            return []
        async with self.store.work(self.now()) as work:
            return await effects.claim(work, self.owner, LEASE, room)

    async def _do(self, effect: Effect) -> None:
        renewing = asyncio.create_task(self._renew(effect.id))
        try:
            await self._attempt(effect)
        except Exception:
            log.exception("outbox.effect_broke", effect=effect.id, kind=effect.kind)
        finally:
            renewing.cancel()

    async def _renew(self, effect_id: int) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self.store.work(self.now()) as work:
                    await effects.renew(work, self.owner, LEASE, [effect_id])
            except Exception:
                log.exception("outbox.renew_failed", effect=effect_id)

    async def _attempt(self, effect: Effect) -> None:
        deed = self.deeds.get(effect.kind)
        if deed is None:
            await self._later(effect, RuntimeError(f"nobody here knows how to do {effect.kind}"), sent=False)
            return
        if effect.cls is EffectClass.PUBLIC and effect.intent_at is not None and await self._reconciled(effect, deed):
            return
        if effect.cls in (EffectClass.PUBLIC, EffectClass.ESCALATION) and not await self._intend(effect):
            return
        try:
            receipt = await deed.perform(effect)
        except (Refusal, PlatformError) as error:
            await self._refused(effect, deed, error)
        except Exception as error:
            log.exception("outbox.perform_failed", effect=effect.id, kind=effect.kind)
            await self._later_or_never(effect, deed, error, sent=effect.cls is EffectClass.PUBLIC)
        else:
            await self._end(effect, deed, Ending(EffectState.DONE, receipt.data))

    async def _intend(self, effect: Effect) -> bool:
        async with self.store.work(self.now()) as work:
            return await effects.intend(work, effect.id, self.owner)

    async def _reconciled(self, effect: Effect, deed: Deed) -> bool:
        """Whether an effect of unknown outcome has been settled without sending again."""
        try:
            if deed.look is None:
                raise PlatformError("The platform does not tell whether it was said.")
            found = await deed.look(effect)
        except PlatformError as error:
            reason = f"It may have been said already, and that cannot be looked up ({error})"
            await self._end(effect, deed, Ending(EffectState.UNKNOWN, reason=reason))
            return True
        if found is None:
            return False
        await self._end(effect, deed, Ending(EffectState.DONE, found.data))
        return True

    async def _refused(self, effect: Effect, deed: Deed, error: Refusal | PlatformError) -> None:
        if isinstance(error, Gone) and effect.cls is EffectClass.IDEMPOTENT:
            await self._end(effect, deed, Ending(EffectState.DONE, {"gone": True}, str(error)))
        elif isinstance(error, (Refusal, Unreachable, Forbidden, Gone)):
            await self._end(effect, deed, Ending(EffectState.REFUSED, reason=str(error)))
        elif isinstance(error, RateLimited):
            await self._later(effect, error, sent=False, wait=timedelta(seconds=error.retry_after))
        else:
            await self._later_or_never(effect, deed, error, sent=isinstance(error, Uncertain))

    async def _later_or_never(self, effect: Effect, deed: Deed, error: Exception, *, sent: bool) -> None:
        if effect.attempts >= TRIES:
            log.error("outbox.poison", effect=effect.id, kind=effect.kind, key=effect.key, error=str(error))
            await self._end(effect, deed, Ending(EffectState.POISON, reason=str(error)))
        else:
            await self._later(effect, error, sent=sent)

    async def _later(self, effect: Effect, error: Exception, *, sent: bool, wait: timedelta | None = None) -> None:
        run_at = self.now() + (wait if wait is not None else backoff(effect.attempts))

        async def write() -> None:
            async with self.store.work(self.now()) as work:
                await effects.again(work, effect.id, self.owner, run_at, str(error) or type(error).__name__, sent=sent)

        await steadily(write)

    async def _end(self, effect: Effect, deed: Deed, ending: Ending) -> None:
        await steadily(lambda: self._write_end(effect, deed, ending))

    async def _write_end(self, effect: Effect, deed: Deed, ending: Ending) -> None:
        async with self.store.change("outbox", f"{effect.kind} {ending.state}", self.now()) as change:
            values = {"receipt": ending.receipt, "error": ending.reason[:2000]}
            if await effects.end(change, effect.id, self.owner, ending.state, **values):
                case = () if effect.case_id is None else (f"case:{effect.case_id}",)
                change.about(f"effect:{effect.id}", *case, society_id=effect.society_id)
                await deed.settle(change, effect, ending)
            change.after_commit.append(self._wake.set)


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many tries: 1 s doubling, with jitter, at most ten minutes."""
    seconds = min(LONGEST_WAIT.total_seconds(), 2.0 ** min(attempts - 1, 20))
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, not a secret
