"""Memberships, proofs of them, knocks, codes, limits and acceptances."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from bot.model import Account, Code, Knock, KnockState, Membership, MembershipState
from bot.store.change import Change, Read
from bot.store.tables import acceptances, accounts, attempts, codes, knocks, memberships, proofs, rosters

OPEN_KNOCKS = (KnockState.ASKED, KnockState.CODE_SENT, KnockState.REFERRED, KnockState.APPROVED)
AT_ONCE = 5_000  # databases take so many values in one statement and not many more


async def roster(read: Read, society_id: int) -> list[Membership]:
    """All memberships of a society, lapsed ones too."""
    return await read.all(Membership, select(memberships).where(memberships.c.society_id == society_id))


async def count_current(read: Read, society_id: int, day: date) -> int:
    """How many members a society has on that day."""
    query = select(func.count()).where(
        memberships.c.society_id == society_id,
        memberships.c.state == MembershipState.CURRENT,
        or_(memberships.c.expires_on.is_(None), memberships.c.expires_on >= day),
    )
    return int(await read.scalar(query))


async def membership(read: Read, society_id: int, member_hash: bytes, day: date) -> Membership | None:
    """The current membership with that keyed hash; one in its week of grace lets nobody new in."""
    query = select(memberships).where(
        memberships.c.society_id == society_id,
        memberships.c.member_hash == member_hash,
        memberships.c.state == MembershipState.CURRENT,
        or_(memberships.c.expires_on.is_(None), memberships.c.expires_on >= day),
    )
    return await read.one(Membership, query)


async def membership_by_id(read: Read, membership_id: int) -> Membership | None:
    """A membership by id."""
    return await read.one(Membership, select(memberships).where(memberships.c.id == membership_id))


async def put_membership(change: Change, society_id: int, member_hash: bytes, **values: Any) -> None:
    """Add a membership, or bring the one with that hash up to date."""
    await change.put(memberships, {"society_id": society_id, "member_hash": member_hash}, **values)


async def put_memberships(change: Change, society_id: int, rows: Iterable[dict[str, Any]]) -> None:
    """Add memberships, or bring those with the same hash up to date; each row has the values of every column."""
    filled = [{"society_id": society_id, **row} for row in rows]
    await change.put_all(memberships, ("society_id", "member_hash"), filled)


async def begin_grace(change: Change, ids: Sequence[int], until: date) -> None:
    """Memberships are no longer on the list: grace begins, and the address goes. Lapsed ones stay lapsed."""
    for start in range(0, len(ids), AT_ONCE):
        statement = update(memberships).where(
            memberships.c.id.in_(ids[start : start + AT_ONCE]), memberships.c.state == MembershipState.CURRENT
        )
        await change.execute(statement.values(state=MembershipState.GRACE, grace_until=until, email_sealed=None))


async def set_end(change: Change, membership_id: int, expires_on: date | None) -> None:
    """The list gives another end."""
    await change.set(memberships, membership_id, expires_on=expires_on)


async def proven_on(read: Read, society_id: int) -> dict[int, set[str]]:
    """For each membership that was proved, the platforms on which it was."""
    query = select(proofs.c.membership_id, proofs.c.platform).where(proofs.c.society_id == society_id)
    found: dict[int, set[str]] = {}
    for row in await read.rows(query):
        found.setdefault(row["membership_id"], set()).add(row["platform"])
    return found


async def lapse(change: Change, day: date) -> int:
    """Let memberships lapse whose grace ended before that day; the address goes with them. Answers how many."""
    statement = update(memberships).where(memberships.c.state == MembershipState.GRACE, memberships.c.grace_until < day)
    return await change.execute(statement.values(state=MembershipState.LAPSED, email_sealed=None))


async def add_roster(change: Change, society_id: int, **values: Any) -> int:
    """Note an applied list."""
    return await change.add(rosters, society_id=society_id, applied_at=change.now, applied_by=change.by, **values)


async def last_roster(read: Read, society_id: int) -> dict[str, Any] | None:
    """The list applied last: source, size, mapping, counts, exported_at, applied_at."""
    query = select(rosters).where(rosters.c.society_id == society_id).order_by(rosters.c.id.desc()).limit(1)
    found = await read.rows(query)
    return dict(found[0]) if found else None


async def proven(read: Read, society_id: int, account_id: int, day: date) -> int | None:
    """The membership this account has proved to be its own, as long as it has not lapsed or expired."""
    query = (
        select(proofs.c.membership_id)
        .join(memberships, memberships.c.id == proofs.c.membership_id)
        .where(proofs.c.society_id == society_id, proofs.c.account_id == account_id)
        .where(memberships.c.state != MembershipState.LAPSED)
        .where(or_(memberships.c.expires_on.is_(None), memberships.c.expires_on >= day))
    )
    found = await read.scalar(query)
    return None if found is None else int(found)


async def is_taken(read: Read, membership_id: int, platform: str) -> bool:
    """Whether an account of that platform has used this membership."""
    query = select(proofs.c.id).where(proofs.c.membership_id == membership_id, proofs.c.platform == platform)
    return await read.scalar(query) is not None


async def prove(change: Change, member: Membership, account_id: int, platform: str, by: str) -> bool:
    """Tie a membership to an account; False when either is tied already on that platform."""
    row = {"membership_id": member.id, "account_id": account_id, "society_id": member.society_id, "platform": platform}
    return await change.add_new(proofs, **row, by=by, proved_at=change.now) is not None


async def open_knock(change: Change, society_id: int, chat_id: int, account_id: int, handle: str) -> Knock:
    """The open request of that account for that chat, made if there is none; a newer handle replaces the older."""
    row = {"society_id": society_id, "chat_id": chat_id, "account_id": account_id}
    query = select(knocks).where(
        knocks.c.chat_id == chat_id, knocks.c.account_id == account_id, knocks.c.state.in_(OPEN_KNOCKS)
    )
    known = await change.one(Knock, query)
    if known is None:
        await change.add_new(knocks, **row, state=KnockState.ASKED, handle=handle, asked_at=change.now)
    elif handle and handle != known.handle:
        await change.set(knocks, known.id, handle=handle)
    found = await change.one(Knock, query)
    assert found is not None
    return found


async def knocks_since(read: Read, chat_id: int, since: datetime) -> int:
    """How many requests for a chat came since then."""
    query = select(func.count()).where(knocks.c.chat_id == chat_id, knocks.c.asked_at >= since)
    return int(await read.scalar(query))


async def knock(read: Read, knock_id: int) -> Knock | None:
    """A knock by id."""
    return await read.one(Knock, select(knocks).where(knocks.c.id == knock_id))


async def open_knocks_of(read: Read, account_id: int) -> list[Knock]:
    """The open requests of an account, newest first."""
    query = select(knocks).where(knocks.c.account_id == account_id, knocks.c.state.in_(OPEN_KNOCKS))
    return await read.all(Knock, query.order_by(knocks.c.id.desc()))


async def set_knock(change: Change, knock_id: int, was: Iterable[KnockState], **values: Any) -> bool:
    """Set values on a knock if it is still in one of these states."""
    statement = update(knocks).where(knocks.c.id == knock_id, knocks.c.state.in_(list(was)))
    return await change.execute(statement.values(**values)) == 1


async def add_code(change: Change, knock_id: int, membership_id: int | None, hash_: bytes, expires_at: datetime) -> int:
    """Keep a code's keyed hash; earlier codes of the knock end. They stay, so that no later code gets their id."""
    earlier = update(codes).where(codes.c.knock_id == knock_id, codes.c.expires_at > change.now)
    await change.execute(earlier.values(expires_at=change.now))
    row = {"knock_id": knock_id, "membership_id": membership_id, "hash": hash_}
    return await change.add(codes, **row, expires_at=expires_at)


async def code_by_id(read: Read, code_id: int) -> Code | None:
    """A code by id."""
    return await read.one(Code, select(codes).where(codes.c.id == code_id))


async def try_code(change: Change, knock_id: int, tries: int) -> Code | None:
    """The open code of a knock, with this try counted; None when there is none, or it is worn out or expired."""
    query = select(codes).where(
        codes.c.knock_id == knock_id, codes.c.used_at.is_(None), codes.c.expires_at > change.now, codes.c.tries < tries
    )
    found = await change.one(Code, query)
    if found is not None:
        await change.execute(update(codes).where(codes.c.id == found.id).values(tries=codes.c.tries + 1))
    return found


async def use_code(change: Change, code_id: int) -> None:
    """Use a code up."""
    await change.set(codes, code_id, used_at=change.now)


async def attempt(change: Change, account_id: int, what: str, since: datetime) -> int:
    """Count a try of an account; answers how many there are since then, this one included."""
    await change.add(attempts, account_id=account_id, what=what, at=change.now)
    return await attempts_since(change, account_id, what, since)


async def attempts_since(read: Read, account_id: int | None, what: str, since: datetime) -> int:
    """How often an account, or with None anybody, tried that since then."""
    query = select(func.count()).where(attempts.c.what == what, attempts.c.at >= since)
    return int(await read.scalar(query if account_id is None else query.where(attempts.c.account_id == account_id)))


async def forget_attempts(change: Change, before: datetime) -> int:
    """Forget what was tried before then; answers how many."""
    return await change.execute(delete(attempts).where(attempts.c.at < before))


async def show_statement(change: Change, society_id: int, account_id: int, version: str) -> None:
    """Note that a person was shown the statement, the first time."""
    row = {"society_id": society_id, "account_id": account_id, "version": version}
    await change.add_new(acceptances, **row, shown_at=change.now)


async def accept_statement(change: Change, society_id: int, account_id: int, version: str) -> bool:
    """Note an acceptance; False when that version was accepted before."""
    await show_statement(change, society_id, account_id, version)
    statement = update(acceptances).where(
        acceptances.c.society_id == society_id,
        acceptances.c.account_id == account_id,
        acceptances.c.version == version,
        acceptances.c.accepted_at.is_(None),
    )
    return await change.execute(statement.values(accepted_at=change.now)) == 1


async def accepted(read: Read, society_id: int, account_id: int) -> list[tuple[str, datetime]]:
    """The versions a person accepted, and when."""
    query = select(acceptances.c.version, acceptances.c.accepted_at).where(
        acceptances.c.society_id == society_id,
        acceptances.c.account_id == account_id,
        acceptances.c.accepted_at.is_not(None),
    )
    return [(row["version"], row["accepted_at"]) for row in await read.rows(query)]


async def accounts_of_membership(read: Read, membership_id: int) -> list[Account]:
    """The accounts that have proved this membership."""
    query = select(accounts).join(proofs, proofs.c.account_id == accounts.c.id)
    return await read.all(Account, query.where(proofs.c.membership_id == membership_id).order_by(accounts.c.id))


async def forget_address(change: Change, membership_id: int) -> None:
    """Drop the sealed address: no code has to reach it any more."""
    await change.set(memberships, membership_id, email_sealed=None)


async def newest_code(read: Read, knock_id: int) -> Code | None:
    """The code made last for a knock."""
    return await read.one(Code, select(codes).where(codes.c.knock_id == knock_id).order_by(codes.c.id.desc()))
