"""The updates waiting for one bot: filtered when they are made, kept until a higher offset is asked for,
dropped when they are too old."""

import asyncio
import contextlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.wire.telegram.bell import Bell
from tests.wire.telegram.clock import Clock
from tests.wire.telegram.errors import JSON, RefusedError

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
)
NOT_UNLESS_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
A_DAY = 86400
CALLBACK_LASTS = 150
LONGEST_POLL = 50.0
FARTHEST_AHEAD = 10
TAKEN_OVER = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(eq=False, slots=True)
class Delivery:
    """One update: `body` as it is sent; `sent` and `confirmed` are the times (sent once per poll or webhook call)."""

    update_id: int
    kind: str
    body: bytes
    queued: float
    expires: float
    sent: list[float] = field(default_factory=list)
    confirmed: float | None = None

    @property
    def payload(self) -> JSON:
        """The update as an object. Raises `ValueError` when it was pushed unparsable."""
        found: JSON = json.loads(self.body)
        return found


@dataclass(eq=False, slots=True)
class Poll:
    """A getUpdates call that waits; `ended` says why it must give up."""

    ended: str = ""


class Updates:
    """The queue of one bot. `allowed` is what it last asked for;
    empty means the default, which leaves some kinds out."""

    def __init__(self, clock: Clock, bell: Bell, first_id: int) -> None:
        self.allowed: tuple[str, ...] = ()
        self.waiting: list[Delivery] = []
        self.made: list[Delivery] = []
        self._clock, self._bell, self._next_id = clock, bell, first_id
        self._poll: Poll | None = None
        self._held: list[Delivery] | None = None
        self._lost = self._repeated = 0
        self._first_end = math.inf

    def wants(self, kind: str) -> bool:
        """Whether such an update is made at all now."""
        return kind in self.allowed if self.allowed else kind not in NOT_UNLESS_ASKED

    def allow(self, kinds: Sequence[str]) -> None:
        """Set what is wanted from now on; what waits already stays.
        An empty list means the default; unknown kinds are ignored."""
        self.allowed = tuple(kind for kind in KINDS if kind in kinds)

    def push(self, kind: str, payload: JSON, lasts: float = A_DAY) -> None:
        """Make an update, unless it is not wanted or would be too old already."""
        if self.wants(kind) and lasts > 0:
            self.push_raw(
                json.dumps({"update_id": self._next_id, kind: payload}, ensure_ascii=False).encode(), kind, lasts
            )

    def push_raw(self, body: bytes, kind: str = "raw", lasts: float = A_DAY, update_id: int | None = None) -> None:
        """Queue a body as it is, under the next id or the one given."""
        now, number = self._clock.now(), self._next_id if update_id is None else update_id
        self._next_id = max(self._next_id, number + 1)
        self._add(Delivery(number, kind, body, now, now + lasts))

    def next_id(self) -> int:
        """The id the next update will have."""
        return self._next_id

    def lose(self, count: int = 1) -> None:
        """The next updates are never seen by the bot."""
        self._lost += count

    def repeat(self, count: int = 1) -> None:
        """The next updates arrive twice, with the same id."""
        self._repeated += count

    def hold(self) -> None:
        """Keep updates back until `release`."""
        self._held = self._held or []

    def release(self, *, reverse: bool = False) -> None:
        """Send what was kept back, perhaps in the wrong order (ids stay those of the right order)."""
        held, self._held = self._held or [], None
        self.waiting += reversed(held) if reverse else held
        self._bell.ring()

    def _add(self, update: Delivery) -> None:
        self.made.append(update)
        self._first_end = min(self._first_end, update.expires)
        if self._lost:
            self._lost -= 1
            return
        copies = 2 if self._repeated else 1
        self._repeated = max(self._repeated - 1, 0)
        (self.waiting if self._held is None else self._held).extend([update] * copies)
        self._bell.ring()

    def due(self) -> list[Delivery]:
        """What waits and is not too old; the rest is dropped."""
        now = self._clock.now()
        if now >= self._first_end:
            self.waiting = [update for update in self.waiting if update.expires > now]
            self._first_end = min((update.expires for update in self.waiting), default=math.inf)
        return self.waiting

    def renumber(self, next_id: int) -> None:
        """The next update has this id, as after a week without any when Telegram starts anew at random."""
        self._next_id = next_id

    def confirm(self, below: int) -> None:
        """The bot has everything below this id."""
        for update in self.waiting:
            if update.update_id < below:
                update.confirmed = self._clock.now()
        self.waiting = [update for update in self.waiting if update.update_id >= below]
        self._bell.ring()

    def confirm_one(self, update: Delivery) -> None:
        """The bot has this update (one copy of it, when it was repeated)."""
        update.confirmed = self._clock.now()
        self.waiting.remove(update)
        self._bell.ring()

    def drop(self) -> None:
        """Throw away what waits."""
        self.waiting = []

    @property
    def polling(self) -> bool:
        """Whether a poll is open and waits."""
        return self._poll is not None

    def end_poll(self, reason: str) -> None:
        """Send a poll that is open away with 409."""
        if self._poll is not None:
            self._poll.ended = reason
            self._bell.ring()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Delivery]:
        """What getUpdates answers. A negative offset keeps only that many of the newest; one far ahead does nothing.
        Raises `RefusedError` (409) when another poll comes that has to wait as well."""
        if offset < 0:
            self.drop_all_but(-offset)
        elif 0 < offset <= self._next_id + FARTHEST_AHEAD:
            self.confirm(offset)
        if not self.due() and seconds > 0:
            self.end_poll(TAKEN_OVER)
            await self._wait(min(seconds, LONGEST_POLL))
        return self.take(limit)

    def take(self, limit: int) -> list[Delivery]:
        """The oldest waiting updates, marked as sent now; they wait on until they are confirmed."""
        batch = self.due()[:limit]
        for update in batch:
            update.sent.append(self._clock.now())
        self._bell.ring()
        return batch

    async def _wait(self, seconds: float) -> None:
        self._poll = mine = Poll()
        self._bell.ring()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while not self.due() and not mine.ended:
                        await self._bell.next()
        finally:
            if self._poll is mine:
                self._poll = None
        if mine.ended:
            raise RefusedError(409, mine.ended)

    def drop_all_but(self, newest: int) -> None:
        """Forget all but the newest waiting updates."""
        kept = self.due()[-newest:]
        self.confirm(kept[0].update_id if kept else 0)
