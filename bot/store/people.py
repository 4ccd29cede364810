"""Societies, persons, accounts, seats and contacts."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, delete, func, or_, select, update

from bot.model import Account, AccountRef, CaseState, Contact, Role, Seat, Society
from bot.store.change import Change, Read
from bot.store.tables import accounts, cases, persons, seats, societies


async def society(read: Read, slug: str) -> Society | None:
    """A society by its short name."""
    return await read.one(Society, select(societies).where(societies.c.slug == slug))


async def society_by_id(read: Read, society_id: int) -> Society:
    """A society by id; the id comes from our own rows."""
    return (await read.all(Society, select(societies).where(societies.c.id == society_id)))[0]


async def all_societies(read: Read) -> list[Society]:
    """Every society, by short name."""
    return await read.all(Society, select(societies).order_by(societies.c.slug))


async def add_society(change: Change, slug: str, name: str) -> int | None:
    """A new society; None when the short name is taken."""
    return await change.add_new(societies, slug=slug, name=name, created_at=change.now)


async def freeze(change: Change, society_id: int, first: date | None, last: date | None) -> None:
    """Have removals need a second person on these days; None: no more."""
    await change.set(societies, society_id, freeze_from=first, freeze_to=last)


async def account(read: Read, ref: AccountRef) -> Account | None:
    """What we know of an account."""
    query = select(accounts).where(accounts.c.platform == ref.platform, accounts.c.external_id == ref.id)
    return await read.one(Account, query)


async def account_by_id(read: Read, account_id: int) -> Account:
    """An account by id; the id comes from our own rows."""
    return (await read.all(Account, select(accounts).where(accounts.c.id == account_id)))[0]


async def know(change: Change, ref: AccountRef) -> Account:
    """The account, made known if it is new, with its names brought up to date."""
    known = await account(change, ref)
    if known is None:
        person_id = await change.add(persons, created_at=change.now)
        row = {"person_id": person_id, "platform": ref.platform, "external_id": ref.id}
        account_id = await change.add_new(accounts, **row, name=ref.name[:200], handle=ref.handle[:200])
        if account_id is None:  # somebody else made it known meanwhile: the person made for it is not needed
            await change.execute(delete(persons).where(persons.c.id == person_id))
        known = await account(change, ref)
        assert known is not None
        return known
    if ref.name and (ref.name, ref.handle) != (known.name, known.handle):
        await change.set(accounts, known.id, name=ref.name[:200], handle=ref.handle[:200])
        return await account_by_id(change, known.id)
    return known


async def join_person(change: Change, account_id: int, person_id: int) -> None:
    """Say that an account belongs to that person."""
    await change.set(accounts, account_id, person_id=person_id)


async def accounts_of(read: Read, person_id: int) -> list[Account]:
    """All accounts of a person."""
    return await read.all(Account, select(accounts).where(accounts.c.person_id == person_id).order_by(accounts.c.id))


async def add_seat(change: Change, person_id: int, society_id: int | None, role: Role, **values: object) -> int:
    """A new seat."""
    return await change.add(seats, person_id=person_id, society_id=society_id, role=role, **values)


async def end_seat(change: Change, seat_id: int) -> bool:
    """End a seat now; False when it had ended or never was."""
    statement = update(seats).where(seats.c.id == seat_id, seats.c.ended_at.is_(None)).values(ended_at=change.now)
    return await change.execute(statement) == 1


async def seat(read: Read, seat_id: int) -> Seat | None:
    """A seat by id."""
    return await read.one(Seat, select(seats).where(seats.c.id == seat_id))


def _in_force(day: date) -> tuple[object, ...]:
    return (seats.c.ended_at.is_(None), seats.c.starts <= day, seats.c.ends >= day)


async def seats_of(read: Read, ref: AccountRef, day: date) -> list[Seat]:
    """The seats in force that the holder of this account has: their powers, today."""
    query = (
        select(seats)
        .join(accounts, accounts.c.person_id == seats.c.person_id)
        .where(accounts.c.platform == ref.platform, accounts.c.external_id == ref.id, *_in_force(day))  # type: ignore[arg-type]  # column expressions
        .order_by(seats.c.id)
    )
    return await read.all(Seat, query)


async def seats_of_person(read: Read, person_id: int, day: date) -> list[Seat]:
    """The seats in force of a person."""
    return await read.all(Seat, select(seats).where(seats.c.person_id == person_id, *_in_force(day)))  # type: ignore[arg-type]  # column expressions


async def committee(read: Read, society_id: int, day: date) -> list[Seat]:
    """The seats in force of one society, leads first."""
    query = select(seats).where(seats.c.society_id == society_id, *_in_force(day)).order_by(seats.c.role, seats.c.id)  # type: ignore[arg-type]  # column expressions
    return await read.all(Seat, query)


async def all_seats(read: Read, society_id: int | None = None) -> list[Seat]:
    """Every seat ever, of one society or of all."""
    query = select(seats).order_by(seats.c.id)
    return await read.all(Seat, query if society_id is None else query.where(seats.c.society_id == society_id))


async def union_seats(read: Read, day: date) -> list[Seat]:
    """The seats in force that are the Union's."""
    return await read.all(Seat, select(seats).where(seats.c.society_id.is_(None), *_in_force(day)).order_by(seats.c.id))  # type: ignore[arg-type]  # column expressions


async def contacts(read: Read, day: date) -> list[Contact]:
    """The officers to be tried, in order."""
    query = select(seats).where(seats.c.role == Role.OFFICER, seats.c.contact_order.is_not(None), *_in_force(day))  # type: ignore[arg-type]  # column expressions
    found = await read.all(Seat, query.order_by(seats.c.contact_order, seats.c.id))
    return [_contact(one, await accounts_of(read, one.person_id)) for one in found]


def _contact(one: Seat, known: Sequence[Account]) -> Contact:
    refs = tuple(account.ref for account in known)
    return Contact(one.id, one.person_id, one.name, one.title, one.contact_order or 0, one.email, refs)


async def sits_somewhere(read: Read, person_id: int, society_id: int, day: date) -> bool:
    """Whether a person sits on that society's committee, or for the Union."""
    query = select(seats.c.id).where(
        and_(seats.c.person_id == person_id, *_in_force(day)),  # type: ignore[arg-type]  # column expressions
        or_(seats.c.society_id == society_id, seats.c.society_id.is_(None)),
    )
    return await read.scalar(query) is not None


async def open_cases_collide(read: Read, person_id: int, other_id: int) -> bool:
    """Whether two persons have an open case in the same society: then they cannot become one."""
    query = (
        select(cases.c.society_id)
        .where(cases.c.person_id.in_([person_id, other_id]), cases.c.state != CaseState.CLOSED)
        .group_by(cases.c.society_id)
        .having(func.count() > 1)
    )
    return await read.scalar(query) is not None


async def merge(change: Change, other_id: int, person_id: int) -> None:
    """Two persons turned out to be one: accounts, seats and cases of the other become this person's."""
    for table in (accounts, seats, cases):
        await change.execute(update(table).where(table.c.person_id == other_id).values(person_id=person_id))
    await change.execute(delete(persons).where(persons.c.id == other_id))
