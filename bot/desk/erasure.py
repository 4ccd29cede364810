"""Erasing for good: a case whose time is over or that somebody asks to erase, and everything kept of a person.

The key and the rows go in one transaction with their lines in the audit; then the files of the database are rid of what
was deleted; then what stands in chats is taken back. What was handed out by e-mail is the reader's to delete.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.desk import powers, resealing
from bot.errors import NotFound, Refusal, VaultError
from bot.evidence.record import message_of
from bot.model import Account, AccountRef, Answer, Case, Effect, EffectKind, Place, Receipt
from bot.parts import App
from bot.ports import Sent
from bot.store import audit, cases, erasing, people, sealed
from bot.store.change import Change
from bot.store.sealed import Shelf

AT_A_SWEEP = 50
PAGE = 500
PATIENCE = 15.0  # seconds for those who are reading to finish
OLD = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away: cases by reference, rows held for a while, lines of the audit emptied; and whether
    nothing of it is left in the database's files."""

    references: tuple[str, ...] = ()
    held: int = 0
    lines: int = 0
    scrubbed: bool = True


async def case_named(app: App, reference: str) -> Case:
    """The case with that reference. Raises `NotFound`, also for one that was erased."""
    async with app.store.read() as read:
        found = await cases.case_by_ref(read, reference)
    if found is None:
        raise NotFound(f"There is no case {reference}, or it was erased. References look like P-26-0012.")
    return found


async def erase_case(app: App, reference: str, by: str) -> Erased:
    """Erase one case. Raises `Refusal` when it is open or held."""
    case = await case_named(app, reference)
    lines = await _erase(app, case, by)
    return Erased((case.ref,), lines=lines, scrubbed=await scrub(app))


async def _erase(app: App, case: Case, by: str) -> int:
    async with app.store.change(by, "erase case", app.now()) as change:
        await _check(change, case)
        change.about(f"case:{case.id}", society_id=case.society_id)
        await _take_back(app, change, case)
        things = await erasing.things_of(change, case.id)
        await erasing.erase_case(change, case.id)
        return await audit.empty(change, things)


async def _check(change: Change, case: Case) -> None:
    if case.closed_at is None:
        raise Refusal(f"{case.ref} is not closed. Close it first; then it can be erased.")
    why = await erasing.hold_of(change, case.id)
    if why:
        raise Refusal(f"{case.ref} is held: {why} To let it go:  porter case release {case.ref}")


async def _take_back(app: App, change: Change, case: Case) -> None:
    """Cards and officers' messages are taken out of the chats where that is possible."""
    for number, post in enumerate(await cases.posts_of(change, case.id, "")):
        payload = {"place": post["place"], "message": post["message"], "reference": case.ref}
        ids: dict[str, Any] = {"platform": post["platform"], "society_id": case.society_id}
        await app.outbox.add(change, EffectKind.TAKE_BACK, f"take_back:{case.id}:{number}", payload, **ids)


async def perform_take_back(app: App, effect: Effect) -> Receipt:
    """Delete what we said; what a platform no longer lets us delete is overwritten."""
    platform = app.platforms.get(effect.platform)
    if platform is None:
        raise Refusal(f"{effect.platform} is not set up any more; what was said there stays.")
    place, message = Place(**effect.payload["place"]), effect.payload["message"]
    became = await platform.delete(place, [message], effect.payload["reference"])
    if became.get(message) in ("deleted", "gone"):
        return Receipt({"deleted": True})
    speech = app.wording.say("erased.card", reference=effect.payload["reference"])
    await platform.edit(Sent(place, message), Answer(speech, private=False))
    return Receipt({"overwritten": True})


async def erase_due(app: App) -> int:
    """Erase the cases whose time after closing is over; some at a time."""
    days = app.settings.retention.case_days
    if days == 0:
        return 0
    async with app.store.read() as read:
        due = await erasing.due(read, app.now() - timedelta(days=days), AT_A_SWEEP)
    for case in due:
        await _erase(app, case, "porter")
    return len(due)


async def forget_old(app: App) -> int:
    """Drop codes, tries, forms and buttons that had their use."""
    async with app.store.work(app.now()) as work:
        return await erasing.forget_old(work, app.now() - OLD)


async def scrub(app: App) -> bool:
    """Rid the database's files of what was deleted; False when others kept reading for too long."""
    for _ in range(int(PATIENCE * 10)):
        if await erasing.scrub(app.store):
            return True
        await asyncio.sleep(0.1)
    return False


async def hold(app: App, reference: str, why: str, by: str) -> Case:
    """Keep a case from being erased, by anybody, until it is let go; `why` empty lets it go."""
    case = await case_named(app, reference)
    async with app.store.change(by, "hold case" if why else "release case", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        await erasing.set_hold(change, case.id, why)
    return case


async def person(app: App, ref: AccountRef) -> tuple[list[Account], list[Case]]:
    """All accounts of the person with this one, and the cases about them. Raises `NotFound`."""
    async with app.store.read() as read:
        known = await people.account(read, ref)
        if known is None:
            raise NotFound(f"Nothing is known of {ref.platform}:{ref.id}.")
        return await people.accounts_of(read, known.person_id), await cases.cases_about(read, None, known.person_id)


async def erase_member(app: App, ref: AccountRef, by: str) -> Erased:
    """Erase everything kept of a person: their cases, requests, proofs, questions, held messages, names. Raises
    `Refusal` while they have a seat, or a case that is open or held."""
    known, about = await person(app, ref)
    await _check_person(app, known, about)
    lines = sum([await _erase(app, case, by) for case in about])
    held = await _drop_held(app, known)
    async with app.store.change(by, "erase person", app.now()) as change:
        things = await erasing.erase_person(change, known)
        lines += await audit.empty(change, things)
    held += await _drop_held(app, known)  # what came in meanwhile
    return Erased(tuple(case.ref for case in about), held, lines, await scrub(app))


async def _check_person(app: App, known: Sequence[Account], about: Sequence[Case]) -> None:
    async with app.store.read() as read:
        seats = await people.seats_of_person(read, known[0].person_id, powers.today(app))
        held = {case.ref: await erasing.hold_of(read, case.id) for case in about}
    if seats:
        raise Refusal(f"They have a seat ({seats[0].role}). End it first:  porter seat end {seats[0].id}")
    still = [case.ref for case in about if case.closed_at is None]
    if still:
        raise Refusal(f"Cases about them are not closed: {', '.join(still)}. Close these first.")
    kept = [f"{reference} ({why})" for reference, why in held.items() if why]
    if kept:
        raise Refusal(f"Cases about them are held: {', '.join(kept)}. Let these go first:  porter case release …")


async def _drop_held(app: App, known: Sequence[Account]) -> int:
    """What they said lately, and what of theirs is still to be handled."""
    refs = {one.ref for one in known}
    gone = await _drop_where(app, Shelf.HEARD, lambda data: message_of(data).author in refs, erasing.drop_heard)
    marks = [f'"id":{one.external_id}'.encode() for one in known]  # as Telegram writes an account
    return gone + await _drop_where(
        app, Shelf.UPDATES, lambda data: any(mark in data for mark in marks), erasing.drop_updates
    )


async def _drop_where(
    app: App, shelf: Shelf, theirs: Callable[[bytes], bool], drop: Callable[[Change, Sequence[int]], Awaitable[int]]
) -> int:
    after = gone = 0
    while True:
        async with app.store.work(app.now()) as work:
            rows = await sealed.page(work, shelf, after, PAGE)
            fitting = [row["id"] for row in rows if theirs(_open(app, shelf, row))]
            gone += await drop(work, fitting) if fitting else 0
        if len(rows) < PAGE:
            return gone
        after = rows[-1]["id"]


def _open(app: App, shelf: Shelf, row: resealing.Row) -> bytes:
    try:
        return app.vault.open(resealing.ABOUT[shelf](row), bytes(row["sealed"]))
    except VaultError as error:
        raise Refusal(
            f"Not everything could be looked through ({error}) Put the missing key back, then erase."
        ) from error
