"""Taking rows away for good: all of a case, all of a person. What stays of either names nobody.

Rows that others refer to are blanked instead of deleted, so that their numbers never come to mean somebody else.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, Table, cast, delete, or_, select, text, update

from bot.model import Account, Case, CaseState
from bot.store import casekeys
from bot.store.change import Change, Read, Store
from bot.store.engine import BUSY_MILLISECONDS
from bot.store.tables import (
    acceptances,
    accounts,
    actions,
    attempts,
    cases,
    codes,
    effects,
    escalations,
    exhibits,
    heard,
    inbox,
    knocks,
    memberships,
    noticed,
    persons,
    posts,
    presses,
    prompts,
    proofs,
    questions,
    reports,
    seats,
)

NOBODY = ("porter", "erased")  # platform and id of the account that erased cases are about
OF_CASE = (presses, posts, effects, exhibits, questions, escalations, actions, reports)  # in the order of references
NAMED = {"report": reports, "effect": effects, "question": questions, "exhibit": exhibits}


async def ids(read: Read, table: Table, condition: ColumnElement[bool]) -> list[int]:
    """The ids of the rows that fit."""
    return [int(row["id"]) for row in await read.rows(select(table.c.id).where(condition))]


async def _drop(change: Change, table: Table, condition: ColumnElement[bool]) -> int:
    return await change.execute(delete(table).where(condition))


async def things_of(read: Read, case_id: int) -> list[str]:
    """Everything of a case as the audit names it: `case:12`, `report:31` …"""
    found = [f"case:{case_id}"]
    for noun, table in NAMED.items():
        found += [f"{noun}:{one}" for one in await ids(read, table, table.c.case_id == case_id)]
    return found


async def erase_case(change: Change, case_id: int) -> dict[str, int]:
    """Destroy a case's key and delete everything of it but the row itself, which is then about nobody. Answers how many
    rows of each table went."""
    account_id, person_id = await _nobody(change)
    asked = await ids(change, questions, questions.c.case_id == case_id)
    await _drop(change, presses, presses.c.key.in_([f"answer:{one}" for one in asked]))
    await casekeys.destroy(change, case_id)
    gone = {table.name: await _drop(change, table, table.c.case_id == case_id) for table in OF_CASE}
    values = {"subject_id": account_id, "person_id": person_id, "hold": "", "erased_at": change.now}
    await change.execute(update(cases).where(cases.c.id == case_id).values(**values))
    return gone


async def _nobody(change: Change) -> tuple[int, int]:
    platform, external_id = NOBODY
    query = select(accounts).where(accounts.c.platform == platform, accounts.c.external_id == external_id)
    known = await change.one(Account, query)
    if known is None:
        person_id = await change.add(persons, created_at=change.now)
        account_id = await change.add(accounts, person_id=person_id, platform=platform, external_id=external_id)
        return account_id, person_id
    return known.id, known.person_id


async def due(read: Read, closed_before: datetime, limit: int) -> list[Case]:
    """Closed cases whose time is over and that nobody holds, oldest first."""
    query = select(cases).where(
        cases.c.state == CaseState.CLOSED,
        cases.c.closed_at < closed_before,
        cases.c.erased_at.is_(None),
        cases.c.hold == "",
    )
    return await read.all(Case, query.order_by(cases.c.closed_at).limit(limit))


async def erased_since(read: Read, since: datetime) -> list[str]:
    """The references of the cases that were erased since then."""
    query = select(cases.c.ref).where(cases.c.erased_at >= since).order_by(cases.c.id)
    return [str(row["ref"]) for row in await read.rows(query)]


async def hold_of(read: Read, case_id: int) -> str:
    """Why a case is held; empty when it is not."""
    return str(await read.scalar(select(cases.c.hold).where(cases.c.id == case_id)) or "")


async def set_hold(change: Change, case_id: int, why: str) -> None:
    """Hold a case, or let it go."""
    await change.set(cases, case_id, hold=why)


async def erase_person(change: Change, known: Sequence[Account]) -> list[str]:
    """Delete what is kept of somebody with these accounts, and blank what others refer to. Answers what it was, as the
    audit names it. Their cases are erased before; seats that ended lose the name."""
    own = [one.id for one in known]
    asked = await ids(change, questions, questions.c.asker_id.in_(own))
    knocked = await ids(change, knocks, knocks.c.account_id.in_(own))
    await _drop_effects(change, own, asked, knocked)
    await _drop(change, presses, or_(presses.c.actor_id.in_(own), presses.c.key.in_([f"answer:{n}" for n in asked])))
    await _drop_membership(change, own, knocked)
    for table, column in ((attempts, "account_id"), (acceptances, "account_id"), (noticed, "subject_id")):
        await _drop(change, table, table.c[column].in_(own))
    await _drop(change, questions, questions.c.id.in_(asked))
    for one in known:
        await _drop(change, prompts, (prompts.c.platform == one.platform) & (prompts.c.account == one.external_id))
        await change.set(accounts, one.id, external_id=f"erased:{one.id}", name="", handle="")
    for report_id in await ids(change, reports, reports.c.reporter_id.in_(own)):
        await change.set(reports, report_id, reporter_id=None, claimant=f"erased:{report_id}")
    person_ids = {one.person_id for one in known}
    await change.execute(update(seats).where(seats.c.person_id.in_(person_ids)).values(name="", email="", title=""))
    people = [f"account:{one}" for one in own] + [f"person:{one}" for one in person_ids]
    return people + [f"knock:{one}" for one in knocked] + [f"question:{one}" for one in asked]


async def _drop_effects(change: Change, own: Sequence[int], asked: Sequence[int], knocked: Sequence[int]) -> None:
    """What was to be done, or was, for the person's own requests."""
    found: list[int] = []
    for name, values in (("account", own), ("question", asked), ("knock", knocked)):
        value = cast(
            effects.c.payload[name], String
        )  # the JSON itself: a number of ours, not a platform's id in quotes
        found += await ids(change, effects, value.in_([str(one) for one in values]) & effects.c.case_id.is_(None))
    await change.execute(update(effects).where(effects.c.after.in_(found)).values(after=None))
    await _drop(change, effects, effects.c.id.in_(found))


async def _drop_membership(change: Change, own: Sequence[int], knocked: Sequence[int]) -> None:
    """Proofs, knocks, codes, and the memberships they led to."""
    query = select(proofs.c.membership_id).where(proofs.c.account_id.in_(own))
    proved = [int(row["membership_id"]) for row in await change.rows(query)]
    await _drop(change, codes, or_(codes.c.knock_id.in_(knocked), codes.c.membership_id.in_(proved)))
    await _drop(change, knocks, knocks.c.id.in_(knocked))
    await change.execute(update(knocks).where(knocks.c.membership_id.in_(proved)).values(membership_id=None))
    await _drop(change, proofs, or_(proofs.c.account_id.in_(own), proofs.c.membership_id.in_(proved)))
    await _drop(change, memberships, memberships.c.id.in_(proved))


async def drop_heard(change: Change, row_ids: Sequence[int]) -> int:
    """Drop held messages."""
    return await _drop(change, heard, heard.c.id.in_(list(row_ids)))


async def drop_updates(change: Change, row_ids: Sequence[int]) -> int:
    """Drop the content of updates that were not handled; their keys stay, to know a repeat."""
    return await change.execute(update(inbox).where(inbox.c.id.in_(list(row_ids))).values(sealed=None, state="done"))


async def forget_old(change: Change, before: datetime) -> int:
    """Drop what had its use: tries counted for limits, codes, forms and buttons that ended before then."""
    gone = await _drop(change, attempts, attempts.c.at < before)
    gone += await _drop(change, codes, codes.c.expires_at < before)
    gone += await _drop(change, prompts, prompts.c.expires_at < before)
    return gone + await _drop(change, presses, presses.c.expires_at < before)


async def scrub(store: Store) -> bool:
    """Let nothing deleted linger in the database's files. SQLite overwrites what is deleted, and here its log is
    written back and cut to nothing: False when somebody was reading or writing, so that it has to be done again.
    PostgreSQL takes dead rows out of its tables."""
    if store.sqlite:
        async with store.writer.connect() as connection:
            raw = await connection.get_raw_connection()  # past the engine's BEGIN, within which nothing is written back
            driver = raw.driver_connection
            assert driver is not None
            # Waiting for readers here would keep writers waiting too.
            await driver.execute("PRAGMA busy_timeout=0")
            try:
                cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy, _, _ = await cursor.fetchone()
                await cursor.close()
            finally:
                await driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
            return bool(busy == 0)
    async with store.writer.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text("VACUUM"))
    return True
