"""The keys of the key ring: a new one, everything sealed anew with it, an old one taken away.

A rotation is finished when nothing is sealed with an older key. Cut short at any point it goes on where it stopped:
at the next `porter keys rotate`, and by itself with the hourly sweep. Exhibits are not touched by it, only the keys of
their cases; those from before cases had keys get theirs here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.desk import admission, capture, lists
from bot.errors import Refusal, VaultError
from bot.evidence import casekeys, ear, keys
from bot.evidence.vault import CASE, RING
from bot.model import MessageRef, Place
from bot.parts import App
from bot.store import inbox, marks, sealed
from bot.store.change import Change
from bot.store.sealed import Shelf

EXHIBITS_MOVED = "sealed:exhibits"
BATCH = 100
BATCHES = 20  # at one sweep
SETTLING = timedelta(minutes=1)  # what was sealed just before a rotation is in the database by then
log = structlog.get_logger()
Row = Mapping[str, Any]


def _heard(row: Row) -> str:
    return ear.about(MessageRef(Place(row["platform"], row["chat"], row["channel"]), row["message"]))


ABOUT: dict[Shelf, Callable[[Row], str]] = {
    Shelf.CASE_KEYS: lambda row: casekeys.about(row["case_id"]),
    Shelf.EXHIBITS: lambda row: capture.sealed_to(row["case_id"], row["key"]),
    Shelf.ADDRESSES: lambda row: lists.sealed_to(row["society_id"], bytes(row["member_hash"])),
    Shelf.HEARD: _heard,
    Shelf.UPDATES: lambda _row: inbox.ABOUT,
}
COLUMN = {shelf: column for shelf, (_, column) in sealed.TABLES.items()}


@dataclass
class Done:
    """What a pass over all that is sealed did: how much it moved and could not open, whether it came to the end."""

    moved: int = 0
    stuck: int = 0
    ended: bool = True


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key of the ring: its id, whether it seals, and how much in the database only it opens."""

    id: str
    current: bool
    uses: int


async def pass_over(app: App, batches: int | None = None) -> Done:
    """Seal with the current key what is sealed with another, a hundred rows to a transaction, at most so many of them.
    What cannot be opened stays as it is and is counted."""
    done = Done()
    for shelf in await _shelves(app):
        await _shelf(app, shelf, done, batches)
    await _note_exhibits(app, done)
    async with app.store.work(app.now()) as work:
        await _codes(app, work, done)
    return done


async def _shelves(app: App) -> list[Shelf]:
    """Where to look. Finding out what sealed an exhibit reads all of it, so once all have moved they are left out."""
    async with app.store.read() as read:
        moved = await marks.get(read, EXHIBITS_MOVED)
    return [shelf for shelf in Shelf if not (moved and shelf is Shelf.EXHIBITS)]


async def _note_exhibits(app: App, done: Done) -> None:
    if done.ended and not done.stuck:
        async with app.store.work(app.now()) as work:
            await marks.put(work, EXHIBITS_MOVED, "yes")


async def sweep(app: App) -> None:
    """Go on with a rotation that was cut short, a bounded piece of it at a time."""
    async with app.store.read() as read:
        moved = await marks.get(read, EXHIBITS_MOVED)
    if len(app.vault.ids) > 1 or not moved:
        await pass_over(app, BATCHES)


async def _shelf(app: App, shelf: Shelf, done: Done, batches: int | None) -> None:
    after, head = 0, CASE if shelf is Shelf.EXHIBITS else app.vault.head
    while True:
        async with app.store.work(app.now()) as work:
            rows = await sealed.others(work, shelf, head, after, BATCH)
            for row in rows:
                await _move(app, work, shelf, row, done)
        if len(rows) < BATCH:
            return
        after = rows[-1]["id"]
        if batches is not None and done.moved >= batches * BATCH:
            done.ended = False
            return


async def _move(app: App, work: Change, shelf: Shelf, row: Row, done: Done) -> None:
    about, old = ABOUT[shelf](row), bytes(row[COLUMN[shelf]])
    try:
        plain = app.vault.open(about, old)
        sealer = await casekeys.for_sealing(app.vault, work, row["case_id"]) if shelf is Shelf.EXHIBITS else app.vault
    except VaultError as error:
        log.error("keys.stuck", shelf=shelf.value, id=row["id"], why=str(error))
        done.stuck += 1
        return
    done.moved += await sealed.replace(work, shelf, row["id"], old, sealer.seal(about, plain))


async def _codes(app: App, work: Change, done: Done) -> None:
    """Codes waiting to be mailed are sealed inside the effect that mails them."""
    for row in await sealed.codes(work):
        payload = dict(row["payload"])
        about, old = admission.code_sealed_to(payload["code"]), bytes.fromhex(payload["sealed"])
        try:
            new = app.vault.reseal(about, old)
        except VaultError as error:
            log.error("keys.stuck", shelf="codes", id=row["id"], why=str(error))
            done.stuck += 1
            continue
        if new is not None:
            await sealed.set_payload(work, row["id"], payload | {"sealed": new.hex()})
            done.moved += 1


async def uses(app: App) -> list[KeyUse]:
    """Every key of the ring, and every key that is missing from it, with how much it has sealed; the current first."""
    async with app.store.read() as read:
        counted = await sealed.uses(read, RING, await _shelves(app))
    names = dict.fromkeys([app.vault.current, *app.vault.ids, *counted])
    return [KeyUse(name, name == app.vault.current, counted.get(name, 0)) for name in names]


async def rotate(app: App, by: str) -> tuple[bool, Done]:
    """Make a new key and seal everything with it; or finish a rotation that was begun. Answers whether a key was made,
    and what was done."""
    begun = any(one.uses and not one.current for one in await uses(app))
    if not begun:
        ring = keys.rotate(app.settings.data.keys)
        async with app.store.change(by, "rotate keys", app.now()) as change:
            change.about(f"key:{ring.current}")
    return not begun, await pass_over(app)


async def retire(app: App, name: str, by: str) -> None:
    """Take an old key out of the key file. Raises `Refusal` while anything is sealed with it, `VaultError` for the
    current key and for none of ours."""
    file = app.settings.data.keys
    if name in app.vault.ids and name != app.vault.current:
        _check_settled(app, file.stat().st_mtime)
        await _check_unused(app, name)
    async with app.store.change(by, "retire key", app.now()) as change:
        change.about(f"key:{name}")
        # Within the change: on SQLite nothing else is written now, so nothing sealed with it can come in between.
        if (await sealed.uses(change, RING, list(Shelf))).get(name):
            raise Refusal(f"Key {name} is in use. Say  porter keys rotate  once more.")
        keys.drop(file, name)


def _check_settled(app: App, changed: float) -> None:
    if app.now() - datetime.fromtimestamp(changed, UTC) < SETTLING:
        raise Refusal(
            "The keys were changed less than a minute ago. Wait a minute, so that everything under way is written."
        )


async def _check_unused(app: App, name: str) -> None:
    count = next((one.uses for one in await uses(app) if one.id == name), 0)
    if count:
        raise Refusal(
            f"Key {name} is still needed: {count} sealed things open with nothing else. "
            "Say  porter keys rotate  to seal them anew, and then this again."
        )
