"""A Union with one society, run by the real program against loopback platforms. Used by the stories and the tour."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.app import add_platforms, opened, utc_now, working
from bot.config import load
from bot.desk import powers
from bot.desk.admission import list_rules
from bot.desk.roster import member_key
from bot.model import AccountRef, ChatPurpose, EffectState, MembershipState, Role
from bot.parts import App
from bot.store import chats, members, people
from bot.store.tables import effects
from tests.wire.mail import Mailbox

DAY = timedelta(days=1)


def next_monday(now: datetime, zone: tzinfo) -> datetime:
    """The next Monday at ten o'clock there, when the Union has begun to work."""
    monday = now.astimezone(zone) + (7 - now.astimezone(zone).weekday()) * DAY
    return monday.replace(hour=10, minute=0, second=0, microsecond=0)


@dataclass
class House:
    """The running program with its society; `mailbox` is where its e-mails arrive."""

    app: App
    society_id: int
    mailbox: Mailbox
    seats: dict[str, int] = field(default_factory=dict)

    async def seat(self, name: str, account: AccountRef, role: Role, **more: Any) -> int:
        """Give somebody a seat, trained and in force, unless `more` says otherwise."""
        today = powers.today(self.app)
        values = {"name": name, "starts": today - 30 * DAY, "ends": today + 300 * DAY, "trained_on": today - DAY}
        of_union = role in (Role.OFFICER, Role.ADMINISTRATOR)
        async with self.app.store.change("test", "add seat", self.app.now()) as change:
            known = await people.know(change, account)
            society_id = None if of_union else self.society_id
            seat_id = await people.add_seat(change, known.person_id, society_id, role, **values | more)
        self.seats[name] = seat_id
        return seat_id

    async def bind(self, platform: str, chat: str, title: str, purpose: ChatPurpose, **ids: str) -> None:
        """Bind a chat, as `/bind` and `/setup` would."""
        async with self.app.store.change("test", "bind", self.app.now()) as change:
            chat_id = await chats.bind(change, self.society_id, platform, chat, title, purpose)
            await chats.set_chat(change, chat_id, **{"title": title} | ids)
        await powers.refresh_chats(self.app)

    async def paid(self, number: str, email: str = "") -> None:
        """Put somebody on the membership list."""
        vault = self.app.vault
        key = member_key(number, list_rules(self.app.settings.admission))
        digest = vault.digest(f"member:{self.society_id}", key)
        about = f"membership:{self.society_id}:{digest.hex()}"
        async with self.app.store.change("test", "roster", self.app.now()) as change:
            await members.put_membership(
                change,
                self.society_id,
                digest,
                email_hash=vault.digest("email", email) if email else None,
                email_sealed=vault.seal(about, email.encode()) if email else None,
                group_name="Standard",
                expires_on=date(2099, 7, 31),
                state=MembershipState.CURRENT,
            )

    async def settled(self) -> None:
        """Nothing is left to do now."""
        await self.app.outbox.idle()
        while await self._in_work():
            await self.app.outbox.idle()

    async def _in_work(self) -> bool:
        """Whether an effect is being worked on, or due: one that is claimed is in nobody's hand for a moment."""
        due = effects.c.run_at <= self.app.now()
        claimed = effects.c.state == EffectState.RUNNING
        async with self.app.store.read() as read:
            query = select(effects.c.id).where(claimed | ((effects.c.state == EffectState.READY) & due)).limit(1)
            found = await read.scalar(query)
        await asyncio.sleep(0.01 if found else 0)
        return found is not None


def environment(folder: Path, mailbox: Mailbox) -> dict[str, str]:
    """The configuration, but for the platforms."""
    return {
        "PORTER_EMAIL__HOST": "127.0.0.1",
        "PORTER_EMAIL__PORT": str(mailbox.port),
        "PORTER_EMAIL__SENDER": "porter@union.example.org",
        "PORTER_EMAIL__SECURITY": "none",
        "PORTER_DATA__FOLDER": str(folder),
        "PORTER_UNION__NAME": "Example Students' Union",
        "PORTER_UNION__MAILBOX": "cases@union.example.org",
    }


@asynccontextmanager
async def built(
    folder: Path, mailbox: Mailbox, environ: dict[str, str], now: Callable[[], datetime] = utc_now
) -> AsyncIterator[House]:
    """The program with its parts and the Chess Society, no platform connected yet; `now` is its clock."""
    async with opened(load(None, environment(folder, mailbox) | environ), now=now) as app:
        async with app.store.change("test", "add society", app.now()) as change:
            known = await people.society(change, "chess")
            added = None if known else await people.add_society(change, "chess", "Chess Society")
        society_id = known.id if known else added
        assert society_id is not None
        yield House(app, society_id, mailbox)


@asynccontextmanager
async def at_work(house: House) -> AsyncIterator[None]:
    """The program connected to every platform that has a token, and working."""
    add_platforms(house.app)
    async with working(house.app):
        yield
