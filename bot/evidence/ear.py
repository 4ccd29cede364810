"""The ear: what was said lately, kept sealed for a few hours so that a flagged message has its context.

Messages are written in groups: one transaction for each would cost a disk flush per message.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.evidence.record import Recorded, edition_of, message_bytes, message_of, says_the_same
from bot.evidence.vault import Vault
from bot.model import Message, MessageRef, Place
from bot.store import heard
from bot.store.change import Change, Read, Store

GROUP_SECONDS = 1.0  # what a crash loses of a group is heard again: only then is it noted how far we have heard
ROOM = 5_000  # messages waiting to be written; beyond it the caller waits for the disk
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Waiting:
    message: Message
    unscreened: bool


class Ear:
    """Hears messages, edits and deletions; `flush` returns once all of them are on disk."""

    def __init__(self, store: Store, vault: Vault, hours: int) -> None:
        self._store, self._vault, self.hours = store, vault, hours
        self._waiting: list[_Waiting] = []
        self._writing = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None

    async def hear(self, message: Message, now: datetime, *, unscreened: bool) -> None:
        """Keep a version of a message. With a buffer of 0 hours nothing is kept."""
        if self.hours == 0:
            return
        self._waiting.append(_Waiting(message, unscreened))
        if len(self._waiting) >= ROOM:
            await self.flush(now)
        elif self._timer is None or self._timer.done():
            self._timer = asyncio.create_task(self._soon(now))

    async def _soon(self, now: datetime) -> None:
        await asyncio.sleep(GROUP_SECONDS)
        try:
            await self.flush(now)
        except Exception:
            log.exception("listening.flush_failed", waiting=len(self._waiting))

    async def flush(self, now: datetime) -> None:
        """Write what is waiting. On failure it stays waiting."""
        async with self._writing:
            while group := self._waiting[:ROOM]:
                async with self._store.work(now) as work:
                    await heard.keep_first(work, self._first([one for one in group if one.message.edited_at is None]))
                    for one in [one for one in group if one.message.edited_at is not None]:
                        await self._keep(work, one)
                del self._waiting[: len(group)]

    def _first(self, group: Sequence[_Waiting]) -> list[heard.First]:
        sealed = self._vault.seal_all([(about(one.message.ref), message_bytes(one.message)) for one in group])
        return [
            heard.First(one.message.ref, data, one.message.sent_at, one.unscreened)
            for one, data in zip(group, sealed, strict=True)
        ]

    async def _keep(self, work: Change, one: _Waiting) -> None:
        """Keep a version under the first number from its second on that no other version has."""
        message, edition = one.message, edition_of(one.message)
        sealed = self._vault.seal(about(message.ref), message_bytes(message))
        row: dict[str, Any] = {"sealed": sealed, "sent_at": message.sent_at, "unscreened": one.unscreened}
        while not await heard.keep(work, message.ref, edition, **row):
            there = await heard.version(work, message.ref, edition)
            if there is not None and says_the_same(self._open(message.ref, there).message, message):
                return
            edition += 1

    async def numbered(self, message: Message, now: datetime) -> Recorded:
        """A message with the number of its version: the one it was heard under, if it was."""
        if message.edited_at is None:
            return Recorded(message)
        await self.flush(now)
        async with self._store.read() as read:
            versions = await self.versions(read, message.ref)
        heard_as = (one.edition for one in versions if says_the_same(one.message, message))
        return Recorded(message, max(heard_as, default=edition_of(message)))

    async def gone(self, place: Place, ids: Sequence[str], now: datetime) -> None:
        """Note deletions."""
        await self.flush(now)
        async with self._store.work(now) as work:
            await heard.gone(work, place, ids)

    async def versions(self, read: Read, ref: MessageRef) -> list[Recorded]:
        """Every version of a message that was heard."""
        return [self._open(ref, one) for one in await heard.versions(read, ref)]

    async def around(self, read: Read, ref: MessageRef, at: datetime, before: int, after: int) -> list[Recorded]:
        """What was said around a message, oldest first."""
        found = await heard.around(read, ref, at, before, after)
        return [self._open(MessageRef(ref.place, one.message), one) for one in found]

    async def unscreened(self, read: Read, limit: int) -> list[Recorded]:
        """What no screening could judge when it was said, oldest first."""
        found = await heard.unscreened(read, limit)
        return [self._open(MessageRef(place, one.message), one) for place, one in found]

    def _open(self, ref: MessageRef, one: heard.Heard) -> Recorded:
        message = message_of(self._vault.open(about(ref), one.sealed))
        return Recorded(message, one.edition, one.deleted_at)

    async def forget(self, now: datetime) -> int:
        """Drop what is older than the buffer's hours."""
        async with self._store.work(now) as work:
            return await heard.forget(work, now - timedelta(hours=self.hours))


def about(ref: MessageRef) -> str:
    """What a heard message is sealed to."""
    place = ref.place
    return f"heard:{place.platform}:{place.chat}:{place.channel}:{ref.id}"
