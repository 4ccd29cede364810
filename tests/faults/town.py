"""A Union on loopback platforms, whose Porter is killed and started again. What people saw stays here."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, func, select

from bot.app import opened
from bot.config import load
from bot.model import AccountRef
from bot.store import people
from bot.store.change import Store
from bot.store.tables import effects, inbox, marks, seats
from tests.faults.discord_side import DiscordSide
from tests.faults.effects_of import waiting_now
from tests.faults.ledger import Ledger
from tests.faults.lives import Life, Nursery
from tests.faults.sides import Side
from tests.faults.telegram_side import TelegramSide
from tests.stories.house import House
from tests.wire.discord import Discord
from tests.wire.mail import Mailbox
from tests.wire.telegram import Telegram

LOOK, LONGEST_LOOK = 0.05, 0.5  # seconds until the first and, growing, any later look at the database
PATIENCE = 60.0  # seconds in which a restarted program must have taken up everything


@dataclass(eq=False)
class Town:
    """The platforms, the mailbox, the database, and the program's present life."""

    sides: list[Side]
    mailbox: Mailbox
    folder: Path
    url: str
    nursery: Nursery
    store: Store
    patience: float = PATIENCE
    ledger: Ledger = field(default_factory=Ledger)
    life: Life | None = None
    evenings: int = 0

    @property
    def environ(self) -> dict[str, str]:
        """The program's settings."""
        found = {
            "PORTER_DATA__FOLDER": str(self.folder),
            "PORTER_DATABASE__URL": self.url,
            "PORTER_UNION__NAME": "Example Students' Union",
            "PORTER_UNION__MAILBOX": "cases@union.example.org",
            "PORTER_EMAIL__HOST": "127.0.0.1",
            "PORTER_EMAIL__PORT": str(self.mailbox.port),
            "PORTER_EMAIL__SENDER": "porter@union.example.org",
            "PORTER_EMAIL__SECURITY": "none",
            "PORTER_CONSOLE__PORT": "0",
        }
        for side in self.sides:
            found |= side.environ
        return found

    @property
    def is_dead(self) -> bool:
        """Whether the program is not running."""
        return self.life is None or self.life.is_over

    async def found(self) -> None:
        """The society, its chats and its people, as `porter society`, `seat` and `chat` would have put them there."""
        async with opened(load(None, self.environ)) as app:
            async with app.store.change("test", "add society", app.now()) as change:
                society_id = await people.add_society(change, "chess", "Chess Society")
            assert society_id is not None
            house = House(app, society_id, self.mailbox)
            for side in self.sides:
                await side.settle(house)
            if len(self.sides) > 1:
                await self._one_olu(house)

    async def _one_olu(self, house: House) -> None:
        """Olu has an account on both platforms, and one seat."""
        discord, telegram = self.sides
        assert isinstance(discord, DiscordSide)
        assert isinstance(telegram, TelegramSide)
        async with house.app.store.change("test", "join", house.app.now()) as change:
            first = await people.know(change, AccountRef("discord", str(discord.olu.id)))
            second = await people.know(change, AccountRef("telegram", str(telegram.olu.id)))
            await change.execute(delete(seats).where(seats.c.person_id == second.person_id))
            await people.join_person(change, second.id, first.person_id)

    async def start(self, armed: Sequence[str] = ()) -> Life:
        """A new life of the program. The day's count of introductions to Discord is forgotten: it would make the
        fiftieth start of a day wait for hours, and is tested where it is made."""
        assert self.life is None or self.life.is_over
        async with self.store.writer.begin() as connection:
            await connection.execute(delete(marks).where(marks.c.key == "discord:identified"))
        self.life = self.nursery.live(self.environ, self.folder, armed)
        return self.life

    async def kill(self) -> bool:
        """End the present life; whether it had ended by itself, at a place that was armed."""
        assert self.life is not None
        reached = self.life.is_over
        self.life.kill()
        ended_by = await self.life.buried()
        assert ended_by == signal.SIGKILL, self.said()
        return reached

    async def connected(self) -> None:
        """Every platform has the program; raises `AssertionError` when it ended instead."""
        assert self.life is not None
        for side in self.sides:
            while not side.is_connected() and not self.life.is_over:
                await self.changed(side)
        assert not self.life.is_over, self.said()

    async def changed(self, side: Side) -> None:
        """Something happened on a platform, or the program ended."""
        assert self.life is not None
        change = asyncio.ensure_future(side.change())
        try:
            await asyncio.wait({change, self.life.ended}, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
        finally:
            change.cancel()
            await asyncio.gather(change, return_exceptions=True)

    async def settled(self) -> None:
        """Everything that is due is done, and everything that was said is heard."""
        assert self.life is not None
        try:
            async with asyncio.timeout(self.patience):
                await self.settled_or_over()
        except TimeoutError:
            raise AssertionError(f"not settled in {self.patience:g} s: {await self.pending()}\n{self.said()}") from None
        assert not self.life.is_over, self.said()

    async def settled_or_over(self) -> None:
        """Everything is done, or the program has ended."""
        assert self.life is not None
        wait = LOOK
        while not self.life.is_over and not await self._is_settled():
            await asyncio.wait({self.life.ended}, timeout=wait)
            wait = min(LONGEST_LOOK, 1.5 * wait)

    async def _is_settled(self) -> bool:
        if any(side.survives and isinstance(side, TelegramSide) and side.porter.updates.due() for side in self.sides):
            return False
        return not await self.pending()

    async def pending(self) -> list[str]:
        """What is still to be done now."""
        query = select(effects.c.key, effects.c.state, effects.c.error).where(waiting_now(datetime.now(UTC)))
        waiting = select(func.count()).select_from(inbox).where(inbox.c.state == "waiting")
        async with self.store.read() as read:
            found = [f"{row['key']} {row['state']} {row['error']}" for row in await read.rows(query)]
            count = int(await read.scalar(waiting))
        return found + ([f"{count} updates"] if count else [])

    def said(self) -> str:
        """What the program logged of its troubles, the last ones."""
        log = self.folder / "porter.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return "\n".join(line for line in lines[-60:] if '"level": "info"' not in line)[-6000:]

    def errors(self) -> list[str]:
        """The errors in the log, of all lives."""
        lines = (self.folder / "porter.log").read_text().splitlines()
        return [
            line for line in lines if line.startswith("{") and json.loads(line).get("level") in ("error", "critical")
        ]


@asynccontextmanager
async def town(
    folder: Path, url: str, nursery: Nursery, *platforms: str, alone: AbstractAsyncContextManager[object] | None = None
) -> AsyncIterator[Town]:
    """A town with these platforms; its program is not started yet. Towns of one process are founded one at a time, in
    `alone`: the migrations know one database at a time."""
    async with AsyncExitStack() as stack:
        sides: list[Side] = []
        if "discord" in platforms:
            sides.append(await DiscordSide.built(await stack.enter_async_context(Discord())))
        if "telegram" in platforms:
            sides.append(await TelegramSide.built(await stack.enter_async_context(Telegram())))
        mailbox = await stack.enter_async_context(Mailbox())
        store = Store(url)
        stack.push_async_callback(store.close)
        made = Town(sides, mailbox, folder, url, nursery, store)
        async with alone or nullcontext():
            await made.found()
        try:
            yield made
        finally:
            if made.life is not None and not made.life.is_over:
                await made.kill()
