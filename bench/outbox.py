"""How fast the outbox works effects off, beside the naive loop on the same file system; and how soon reports are taken
with ten thousand effects waiting.

The peer is the bare SQLite file: for each effect three commits that wait for the disk (claimed, intended, done).
"""

import asyncio
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.screening import Figures
from bot.app import opened, working
from bot.config import load
from bot.desk import moderation, powers
from bot.model import (
    AccountRef,
    ChatPurpose,
    Effect,
    EffectKind,
    Message,
    MessageRef,
    Place,
    Receipt,
    Text,
    View,
)
from bot.outbox.engine import Deed, Outbox
from bot.parts import App
from bot.store import cases, chats, effects, people, schema
from bot.store.change import Store

EFFECTS, NAIVE, PENDING, ROUNDS = 2_000, 500, 10_000, 3
KINDS = (EffectKind.NOTICE, EffectKind.DELETE, EffectKind.OFFICER_DM, EffectKind.STATEMENT)  # one of each class


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


async def nothing(_effect: Effect) -> Receipt:
    """A platform that takes no time."""
    return Receipt({"message": "1"})


async def worked_off(folder: Path) -> float:
    """Effects a second, on a file with `synchronous=FULL`."""
    store = Store(f"sqlite+aiosqlite:///{folder}/porter.db")
    await schema.upgrade(store)
    outbox = Outbox(store, now)
    outbox.learn({kind: Deed(nothing) for kind in KINDS})
    async with store.change("bench", "ask", now()) as change:
        for number in range(EFFECTS):
            await outbox.add(change, KINDS[number % len(KINDS)], f"effect {number}")
    begun = time.perf_counter()
    await outbox.start()
    await outbox.idle()
    seconds = time.perf_counter() - begun
    await outbox.stop()
    await store.close()
    return EFFECTS / seconds


def naive(folder: Path) -> float:
    """Effects a second of the loop that commits each step by itself."""
    file = sqlite3.connect(folder / "naive.db", isolation_level=None)
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    file.execute("CREATE TABLE effects (id INTEGER PRIMARY KEY, state TEXT)")
    file.executemany("INSERT INTO effects VALUES (?, 'ready')", [(number,) for number in range(NAIVE)])
    begun = time.perf_counter()
    for number in range(NAIVE):
        for state in ("running", "intended", "done"):
            file.execute("BEGIN IMMEDIATE")
            file.execute("UPDATE effects SET state = ? WHERE id = ?", (state, number))
            file.execute("COMMIT")
    seconds = time.perf_counter() - begun
    file.close()
    return NAIVE / seconds


def rates() -> dict[str, Figures]:
    """Both, taken in turns, the best of some rounds each, so that a busy machine is busy for both."""
    found: dict[str, list[float]] = {"Porter": [], "one commit a step, bare SQLite": []}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            found["one commit a step, bare SQLite"].append(naive(Path(folder)))
            found["Porter"].append(asyncio.run(worked_off(Path(folder))))
    peer = max(found["one commit a step, bare SQLite"])
    return {name: {"effects a second": max(one), "times as fast": max(one) / peer} for name, one in found.items()}


async def restarted(folder: Path) -> Figures:
    """Seconds from the start of a program with `PENDING` effects waiting, half of them leased to a process that died,
    until a member's report is committed; and until everything is done."""
    settings = load(None, {"PORTER_DATA__FOLDER": str(folder)})
    async with opened(settings) as app:
        await fill(app)
    begun = time.perf_counter()
    async with opened(settings) as app:
        app.outbox.learn({kind: Deed(nothing) for kind in EffectKind})
        await powers.refresh_chats(app)
        async with working(app):
            await report(app)
            taken = time.perf_counter() - begun
            await app.outbox.idle()
            done = time.perf_counter() - begun
    return {"effects waiting": PENDING, "report taken, s": taken, "all done, s": done}


async def fill(app: App) -> None:
    """A society with a chat, and effects that wait: half of them were in the hands of a process that died."""
    async with app.store.change("bench", "fill", now()) as change:
        society = await people.add_society(change, "chess", "Chess Society")
        assert society is not None
        await chats.bind(change, society, "playground", "chess", "Chess", ChatPurpose.MEMBERS)
        for number in range(PENDING):
            await app.outbox.add(change, KINDS[number % len(KINDS)], f"effect {number}", society_id=society)
    async with app.store.work(now()) as work:
        await effects.claim(work, "a process that died", timedelta(minutes=1), PENDING // 2)


async def report(app: App) -> None:
    """A member reports a message; returns when the case is committed."""
    author, member = AccountRef("playground", "mallory", "Mallory"), AccountRef("playground", "alice", "Alice")
    message = Message(
        MessageRef(Place("playground", "chess"), "1"), author, now(), (Text(View.TEXT, "you play like a clown"),)
    )
    claim = moderation.Claim("unkind", 2, reporter=member)
    flagged = await moderation.flag(app, app.chats["playground", "chess"], message, claim)
    async with app.store.read() as read:
        assert await cases.case(read, flagged.case.id) is not None
