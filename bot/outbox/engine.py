"""Claims due effects, performs them, records what came of it.

Intent before, receipt after, both fenced by the lease. An effect that is claimed again with an intent but no receipt
may have happened: idempotent ones are simply done again, escalations repeat and say so, public ones are first looked
for and, where that is impossible, handed to a person.
"""

import asyncio
import random
import secrets
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import structlog

from bot import failpoints
from bot.errors import Forbidden, Gone, Muted, PlatformError, RateLimited, Refusal, Uncertain, Unreachable
from bot.model import Effect, EffectClass, EffectKind, EffectState, Receipt
from bot.outbox.kinds import KINDS
from bot.outbox.ledger import Ledger
from bot.outbox.pace import bearing_of
from bot.store import effects, lock
from bot.store.change import Change, Store

LEASE = timedelta(seconds=30)
ROOM = 8  # effects of one lane being done at once
TAKEN = 2 * ROOM  # effects of one lane in hand: while some are done, the next are made ready and the last noted
PATIENCE = 1.5  # seconds an effect may wait for a platform's rate; then it is put off and makes room
TRIES = 8  # then an effect is set aside and alarms
LONGEST_WAIT = timedelta(minutes=10)
LOOKING = "outbox looking"  # what one process at a time may do
NO_TELLING = (Forbidden, Gone, Unreachable)  # of a look: nobody but a person can find out
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
    `PlatformError` when that cannot be known. `turn` waits until the platform would take a public effect at once: what
    waits has not been said, and nobody need ask whether it was.
    """

    perform: Callable[[Effect], Awaitable[Receipt]]
    settle: Callable[[Change, Effect, Ending], Awaitable[None]] = _nothing
    look: Callable[[Effect], Awaitable[Receipt | None]] | None = None
    turn: Callable[[Effect], Awaitable[None]] | None = None


class Outbox:
    """The loop that works the effects off. `deeds` is filled by the desk before `start`."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self.store, self.now = store, now
        self.deeds: dict[EffectKind, Deed] = {}
        self.owner = secrets.token_hex(8)
        self._wake = asyncio.Event()
        self._ledger = Ledger(store, self.owner, now)
        self._looking = asyncio.Lock()
        self._rooms: defaultdict[effects.Lane, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(ROOM))
        self._in_hand: dict[int, tuple[Effect, asyncio.Task[None]]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None
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
        self._renewing = asyncio.create_task(self._renew(), name="outbox:leases")

    async def stop(self) -> None:
        """Finish what is in hand and stop."""
        self._stopping = True
        self._wake.set()
        if self._loop is not None:
            await self._loop
        if self._in_hand:
            await asyncio.wait([task for _, task in self._in_hand.values()], timeout=LEASE.total_seconds())
        if self._renewing is not None:
            self._renewing.cancel()

    async def idle(self) -> None:
        """Return once nothing is due and nothing in hand; what is scheduled for later may remain."""
        while True:
            while self._in_hand:
                await asyncio.wait([task for _, task in self._in_hand.values()])
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
                pause = 0.0 if taken else await self._pause()
            except Exception:
                log.exception("outbox.claim_failed")
                taken, pause = [], 1.0
            for effect in taken:
                task = asyncio.create_task(self._do(effect), name=f"effect:{effect.id}")
                self._in_hand[effect.id] = effect, task
                task.add_done_callback(lambda _task, key=effect.id: self._let_go(key))  # type: ignore[misc]  # key is bound here
            if not taken:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)

    def _let_go(self, effect_id: int) -> None:
        self._in_hand.pop(effect_id, None)
        self._wake.set()

    async def _pause(self) -> float:
        """Seconds until something may be due; what is due now waits for room, which wakes us."""
        async with self.store.read() as read:
            due = await effects.next_due(read)
        wait = 1.0 if due is None else (due - self.now()).total_seconds()
        return min(1.0, wait) if wait > 0 else 1.0

    async def _claim(self) -> list[Effect]:
        async with self.store.read() as read:
            due = await effects.lanes(read, self.now())
        busy = Counter(effects.lane_of(effect) for effect, _ in self._in_hand.values())
        open_ = [lane for lane in due if busy[lane] < TAKEN]
        if not open_:
            return []
        async with self.store.work(self.now()) as work:
            found = [await effects.claim(work, self.owner, LEASE, TAKEN - busy[lane], lane) for lane in open_]
        return list(chain.from_iterable(found))

    async def _renew(self) -> None:
        """Keep the leases of what is in hand, for as long as there is any."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self.store.work(self.now()) as work:
                    await effects.renew(work, self.owner, LEASE, list(self._in_hand))
            except Exception:
                log.exception("outbox.renew_failed")

    async def _do(self, effect: Effect) -> None:
        failpoints.reach("outbox.claimed", effect.kind)
        try:
            with bearing_of(effect.priority, PATIENCE):
                await self._attempt(effect)
        except Exception:
            log.exception("outbox.effect_broke", effect=effect.id, kind=effect.kind)

    async def _attempt(self, effect: Effect) -> None:
        deed = self.deeds.get(effect.kind)
        if deed is None:
            await self._later(effect, RuntimeError(f"nobody here knows how to do {effect.kind}"), sent=False)
            return
        if effect.cls is EffectClass.PUBLIC and effect.intent_at is not None and await self._reconciled(effect, deed):
            return
        try:
            receipt = await self._performed(effect, deed)
        except (Refusal, PlatformError) as error:
            await self._refused(effect, deed, error)
        except Exception as error:
            log.exception("outbox.perform_failed", effect=effect.id, kind=effect.kind)
            await self._later_or_never(effect, deed, error, sent=effect.cls is EffectClass.PUBLIC)
        else:
            if receipt is not None:
                failpoints.reach("outbox.performed", effect.kind)
                await self._end(effect, deed, Ending(EffectState.DONE, receipt.data))
                failpoints.reach("outbox.ended", effect.kind)

    async def _performed(self, effect: Effect, deed: Deed) -> Receipt | None:
        """Do it; None when somebody else has leased it meanwhile. That an escalation is about to be made is noted while
        it waits for room, since a repeat only says that it is one; of a public effect it is noted last."""
        if effect.cls is EffectClass.ESCALATION and not await self._intend(effect):
            return None
        async with self._rooms[effects.lane_of(effect)]:
            if effect.cls is EffectClass.PUBLIC:
                if deed.turn is not None:
                    await deed.turn(effect)
                if not await self._intend(effect):
                    return None
            failpoints.reach("outbox.intended", effect.kind)
            return await deed.perform(effect)

    async def _intend(self, effect: Effect) -> bool:
        return await self._ledger.write(effect, effects.intended(effect, self.now()))

    async def _reconciled(self, effect: Effect, deed: Deed) -> bool:
        """Whether an effect of unknown outcome has been settled without sending again. One at a time, whatever process
        it is in: what one has found must be on its receipt before the next one looks, since notices say the same."""
        async with self._looking, lock.owned(self.store, LOOKING):
            return await self._looked(effect, deed)

    async def _looked(self, effect: Effect, deed: Deed) -> bool:
        try:
            if deed.look is None:
                raise Forbidden("The platform does not tell whether it was said.")
            found = await deed.look(effect)
        except Exception as error:
            if not isinstance(error, PlatformError):
                log.exception("outbox.look_failed", effect=effect.id, kind=effect.kind)
            if not isinstance(error, NO_TELLING) and effect.attempts < TRIES:
                await self._look_later(effect, error)
                return True
            why = error if isinstance(error, PlatformError) else "a fault of Porter's own"
            reason = f"It may have been said already, and that cannot be looked up ({why})"
            await self._end(effect, deed, Ending(EffectState.UNKNOWN, reason=reason))
            return True
        if found is None:
            return False
        await self._end(effect, deed, Ending(EffectState.DONE, found.data))
        return True

    async def _refused(self, effect: Effect, deed: Deed, error: Refusal | PlatformError) -> None:
        if isinstance(error, Gone) and effect.cls is EffectClass.IDEMPOTENT:
            await self._end(effect, deed, Ending(EffectState.DONE, {"gone": True}, str(error)))
        elif isinstance(error, Muted) and effect.cls in (EffectClass.IDEMPOTENT, EffectClass.RECEIPT):
            await self._put_off(effect, error)  # of the others somebody is told at once, and may find another way
        elif isinstance(error, (Refusal, Unreachable, Forbidden, Gone)):
            await self._end(effect, deed, Ending(EffectState.REFUSED, reason=str(error)))
        elif isinstance(error, RateLimited):
            await self._put_off(effect, error)
        else:
            await self._later_or_never(effect, deed, error, sent=isinstance(error, Uncertain))

    async def _later_or_never(self, effect: Effect, deed: Deed, error: Exception, *, sent: bool) -> None:
        if effect.attempts >= TRIES:
            log.error("outbox.poison", effect=effect.id, kind=effect.kind, key=effect.key, error=str(error))
            await self._end(effect, deed, Ending(EffectState.POISON, reason=str(error)))
        else:
            await self._later(effect, error, sent=sent)

    async def _look_later(self, effect: Effect, error: Exception) -> None:
        """The platform is away or asks for time, but may tell us yet; the intention stays."""
        if isinstance(error, RateLimited):
            at = self.now() + timedelta(seconds=error.retry_after)
            await self._again(effect, at, error, attempts=effect.attempts - 1)
        else:
            await self._later(effect, error, sent=True)

    async def _later(self, effect: Effect, error: Exception, *, sent: bool) -> None:
        more: dict[str, Any] = {} if sent else {"intent_at": effect.intent_at}
        await self._again(effect, self.now() + backoff(effect.attempts), error, **more)

    async def _put_off(self, effect: Effect, error: RateLimited | Muted) -> None:
        """The platform takes no more just now: that is no failure of the effect, so it is no try either."""
        at = self.now() + timedelta(seconds=error.retry_after)
        await self._again(effect, at, error, intent_at=effect.intent_at, attempts=effect.attempts - 1)

    async def _again(self, effect: Effect, at: datetime, error: Exception, **more: Any) -> None:
        why = str(error) or type(error).__name__
        await self._ledger.write(effect, effects.postponed(effect.id, at, why, **more))

    async def _end(self, effect: Effect, deed: Deed, ending: Ending) -> None:
        async def follow(change: Change) -> None:
            await deed.settle(change, effect, ending)

        note = effects.ended(effect.id, ending.state, ending.receipt, ending.reason)
        await self._ledger.write(effect, note, f"{effect.kind} {ending.state}", follow)


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many tries: 1 s doubling, with jitter, at most ten minutes."""
    seconds = min(LONGEST_WAIT.total_seconds(), 2.0 ** min(attempts - 1, 20))
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, not a secret
