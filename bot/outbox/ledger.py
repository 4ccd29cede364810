"""Writes what several effects have to note into one transaction: while one commit is under way, the next group gathers.

Nobody waits for company: a note that comes alone is committed alone. `write` returns when its note is durable.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.model import Effect
from bot.store import effects
from bot.store.change import Change, Store
from bot.store.steady import steadily

MOST = 64  # notes in one transaction
BY = "outbox"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is noted about one effect. With a `verb` it leaves an audit line; `follow` writes what follows from it, in
    the same transaction."""

    effect: Effect
    note: effects.Note
    verb: str
    follow: Callable[[Change], Awaitable[None]] | None
    written: "asyncio.Future[bool]"


class Ledger:
    """The outbox's pen. Errors of the database reach whoever asked for the note that met them."""

    def __init__(self, store: Store, owner: str, now: Callable[[], datetime]) -> None:
        self._store, self._owner, self._now = store, owner, now
        self._waiting: list[Entry] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(
        self,
        effect: Effect,
        note: effects.Note,
        verb: str = "",
        follow: Callable[[Change], Awaitable[None]] | None = None,
    ) -> bool:
        """Note something about an effect; False when its lease is lost, and then nothing is written."""
        entry = Entry(effect, note, verb, follow, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._run(), name="outbox:ledger")
        return await entry.written

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            await self._write(group)

    async def _write(self, group: list[Entry]) -> None:
        """One transaction for all; when that fails, one for each, so that a bad note spoils no other."""
        try:
            ours = await steadily(partial(self._commit, group))
        except Exception as error:  # noqa: BLE001 - whatever it is, the note's owner is told
            if len(group) == 1:
                _fail(group[0], error)
                return
            for entry in group:
                await self._write([entry])
        else:
            for entry in group:
                if not entry.written.done():  # else whoever asked for it has gone
                    entry.written.set_result(entry.effect.id in ours)

    async def _commit(self, group: list[Entry]) -> set[int]:
        async with self._store.together(self._now()) as begin:
            ours = await effects.note(begin("", ""), self._owner, [entry.note for entry in group])
            for entry in group:
                if entry.verb and entry.effect.id in ours:
                    await _follow(begin(BY, entry.verb), entry)
        return ours


async def _follow(change: Change, entry: Entry) -> None:
    effect = entry.effect
    case = () if effect.case_id is None else (f"case:{effect.case_id}",)
    change.about(f"effect:{effect.id}", *case, society_id=effect.society_id)
    if entry.follow is not None:
        await entry.follow(change)


def _fail(entry: Entry, error: Exception) -> None:
    if not entry.written.done():
        entry.written.set_exception(error)
