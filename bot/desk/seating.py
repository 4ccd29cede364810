"""Societies, who sits on their committees and for the Union, and the codes that bind a chat to a society."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.config.problems import suggestion
from bot.desk import hiding
from bot.desk.committee import normal_code
from bot.desk.powers import COMMITTEE, SETUP, today
from bot.desk.roster import email_address
from bot.errors import AlreadyDone, NotFound, Refusal
from bot.model import AccountRef, ChatPurpose, Role, Seat, Society
from bot.parts import App
from bot.store import chats, people
from bot.store.change import Change, Read

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
UNION_ROLES = frozenset({Role.OFFICER, Role.ADMINISTRATOR})
LETTERS = "CDFGHJKMNPQRTVWXY2346789"  # no vowels, so no words; none that is taken for another
CODE_LETTERS = 8
CODE_GOOD_FOR = timedelta(hours=24)
NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class Seating:
    """A seat as asked for. All `holders` are accounts of one person; `society` is None for a seat of the Union."""

    role: Role
    holders: tuple[AccountRef, ...]
    name: str = field(repr=False)
    starts: date
    ends: date
    society: Society | None = None
    trained_on: date | None = None
    email: str = field(default="", repr=False)
    contact_order: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class BindingCode:
    """A fresh one-time code, and until when it is good."""

    code: str
    expires_at: datetime


async def society(read: Read, slug: str) -> Society:
    """The society with that short name. Raises `NotFound`."""
    found = await people.society(read, slug)
    if found is None:
        known = [one.slug for one in await people.all_societies(read)]
        otherwise = "`porter society list` shows those there are." if known else "Add it first."
        raise NotFound(f"There is no society “{slug}”. {suggestion(slug, known) or otherwise}")
    return found


async def add_society(app: App, slug: str, name: str, by: str) -> Society:
    """A new society. Raises `Refusal` when the short name is not one, or is taken."""
    name = one_line(name, "A society needs a name.")
    if SLUG.fullmatch(slug) is None:
        raise Refusal(
            f"“{slug}” cannot be a short name. Use up to 40 small letters, digits and hyphens, as in real-ale."
        )
    async with app.store.change(by, "add society", app.now()) as change:
        society_id = await people.add_society(change, slug, name)
        if society_id is None:
            taken = await society(change, slug)
            raise AlreadyDone(f"There is a society “{slug}” already: {taken.name}.")
        change.about(f"society:{society_id}", society_id=society_id)
        return await people.society_by_id(change, society_id)


async def freeze(app: App, slug: str, first: date | None, last: date | None, by: str) -> Society:
    """Have removals need a second person on these days, or with None no more. Raises `NotFound`, `Refusal`."""
    if first is not None and last is not None and last < first:
        raise Refusal(f"The freeze would end on {last}, before it starts on {first}.")
    if last is not None and last < today(app):
        raise Refusal(f"The freeze would have ended already, on {last}.")
    async with app.store.change(by, "freeze society" if first else "lift freeze", app.now()) as change:
        found = await society(change, slug)
        change.about(f"society:{found.id}", society_id=found.id)
        await people.freeze(change, found.id, first, last)
    return found


def one_line(text: str, otherwise: str) -> str:
    """A name as it is kept, on one line. Raises `Refusal` when it is too long, with `otherwise` when it is empty."""
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not text:
        raise Refusal(otherwise)
    if len(text) > NAME_CHARS:
        raise Refusal(f"“{text[:20]}…” has {len(text)} characters. A name has up to {NAME_CHARS}.")
    return text


def checked(asked: Seating, day: date) -> Seating:
    """The seat, fit to be kept. Raises `Refusal` with what is wrong and what to do."""
    name = one_line(asked.name, "A seat needs the holder's name.")
    _check_place(asked)
    if not asked.holders:
        raise Refusal("A seat needs a holder: at least one account.")
    if asked.ends < asked.starts:
        raise Refusal(f"The seat would end on {asked.ends}, before it starts on {asked.starts}.")
    if asked.ends < day:
        raise Refusal(f"The seat would have ended already, on {asked.ends}.")
    if asked.trained_on is not None and asked.trained_on > day:
        raise Refusal(f"The training is dated {asked.trained_on}, which is still to come. Give the date it was done.")
    if asked.contact_order is not None and (asked.role is not Role.OFFICER or asked.contact_order < 1):
        raise Refusal("Only an officer can be a contact, and the order counts from 1.")
    if asked.contact_order is not None and asked.trained_on is None:
        raise Refusal("A contact is sent cases, so they need the GDPR training first. Give its date with --trained.")
    email = email_address(asked.email) if asked.email else ""
    if email is None:
        raise Refusal(f"“{asked.email}” is not an e-mail address.")
    return Seating(
        asked.role, asked.holders, name, asked.starts, asked.ends, asked.society, asked.trained_on, email,
        asked.contact_order, one_line(asked.title, "") if asked.title.strip() else "",
    )  # fmt: skip


def _check_place(asked: Seating) -> None:
    if asked.role is Role.MEMBER:
        raise Refusal("Members need no seat. A seat is moderator, lead, officer or administrator.")
    if asked.role in UNION_ROLES and asked.society is not None:
        raise Refusal(f"The seat of an {asked.role} is the Union's: leave --society out.")
    if asked.role not in UNION_ROLES and asked.society is None:
        raise Refusal(f"The seat of a {asked.role} is of a society: say which with --society.")


async def add_seat(app: App, asked: Seating, by: str) -> Seat:
    """Seat somebody. Accounts that are known keep their person; several accounts become one person's.

    Raises `Refusal` when something about the seat is wrong, `AlreadyDone` when they hold the same seat in that time.
    """
    wanted = checked(asked, today(app))
    society_id = wanted.society.id if wanted.society else None
    async with app.store.change(by, "add seat", app.now()) as change:
        person_id = await _one_person(change, wanted.holders)
        await _check_free(change, person_id, wanted, society_id)
        seat_id = await people.add_seat(
            change,
            person_id,
            society_id,
            wanted.role,
            name=wanted.name,
            starts=wanted.starts,
            ends=wanted.ends,
            trained_on=wanted.trained_on,
            contact_order=wanted.contact_order,
            email=wanted.email,
            title=wanted.title,
        )
        change.about(f"seat:{seat_id}", *_about(society_id), society_id=society_id)
        await hiding.hide_all(app, change)
        made = await people.seat(change, seat_id)
    assert made is not None
    return made


def _about(society_id: int | None) -> tuple[str, ...]:
    return () if society_id is None else (f"society:{society_id}",)


async def _one_person(change: Change, holders: Sequence[AccountRef]) -> int:
    """The person whose accounts these are, from now on at the latest."""
    met = {one.person_id for ref in holders if (one := await people.account(change, ref)) is not None}
    everybody = {(await people.know(change, ref)).person_id for ref in holders}
    person_id = min(met or everybody)  # known longest
    for other in sorted(everybody - {person_id}):
        if await people.open_cases_collide(change, person_id, other):
            raise Refusal(
                "These accounts are known as different people, each with an open case in the same society. "
                "Close one of the cases first."
            )
        await people.merge(change, other, person_id)
        if other in met:
            change.about(f"person:{person_id}", f"person:{other}")
    return person_id


async def _check_free(read: Read, person_id: int, wanted: Seating, society_id: int | None) -> None:
    for held in await people.all_seats(read, society_id):
        same = (held.person_id, held.role, held.society_id) == (person_id, wanted.role, society_id)
        if same and held.ended_at is None and held.starts <= wanted.ends and wanted.starts <= held.ends:
            raise AlreadyDone(
                f"They hold this seat already: seat {held.id}, {held.role}, from {held.starts} to {held.ends}. "
                f"End it first (seat end {held.id}), or let the new one start after it."
            )


async def end_seat(app: App, seat_id: int, by: str) -> Seat:
    """End a seat now. Raises `NotFound`, or `AlreadyDone` when it had ended."""
    async with app.store.change(by, "end seat", app.now()) as change:
        held = await people.seat(change, seat_id)
        if held is None:
            raise NotFound(f"There is no seat {seat_id}. `porter seat list --all` shows those there are.")
        change.about(f"seat:{seat_id}", *_about(held.society_id), society_id=held.society_id)
        if not await people.end_seat(change, seat_id):
            raise AlreadyDone(f"Seat {seat_id} was ended on {held.ended_at:%Y-%m-%d}.")
    return held


async def issue_code(app: App, of: Society, purpose: ChatPurpose, by: str) -> BindingCode:
    """A one-time code with which somebody seated for the society binds a chat. Only its keyed hash is kept."""
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))
    expires_at = app.now() + CODE_GOOD_FOR
    async with app.store.change(by, "issue bind code", app.now()) as change:
        digest = app.vault.digest("bind", normal_code(code))
        code_id = await chats.add_bind_code(change, of.id, purpose, digest, expires_at)
        change.about(f"bind_code:{code_id}", f"society:{of.id}", society_id=of.id)
    return BindingCode(f"{code[:4]}-{code[4:]}", expires_at)


async def who_may_bind(app: App, of: Society) -> list[Seat]:
    """The seats in force that may use such a code."""
    async with app.store.read() as read:
        seats = await people.all_seats(read)
    day, roles = today(app), COMMITTEE | SETUP
    return [one for one in seats if one.society_id in (of.id, None) and one.role in roles and one.in_force(day)]
