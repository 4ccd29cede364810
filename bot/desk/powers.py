"""Who is asking, and whether they may. Authority comes from seats in force, looked up when it is used.

`POWERS` is the one table of what needs which seat; a command or button without a row stops the start.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.errors import NotAllowed
from bot.model import Account, AccountRef, AuthorKind, Case, Chat, Place, Role, Seat, Society
from bot.parts import App
from bot.store import chats, people
from bot.store.change import Read

COMMITTEE = frozenset({Role.MODERATOR, Role.LEAD, Role.OFFICER})
LEADS = frozenset({Role.LEAD, Role.OFFICER})
SETUP = frozenset({Role.LEAD, Role.OFFICER, Role.ADMINISTRATOR})
OFFICERS = frozenset({Role.OFFICER})
EVERYBODY = frozenset(Role)

# Commands by name with a stroke, buttons and forms by deed. What else has to hold stands with the deed itself.
POWERS: dict[str, frozenset[Role]] = {
    **dict.fromkeys(
        ("/help", "/start", "/about", "/support", "/committee", "/flag", "/report", "/ask-union"), EVERYBODY
    ),
    **dict.fromkeys(("/notice", "/warn", "/delete", "/timeout", "/remove", "/escalate", "/dismiss"), COMMITTEE),
    **dict.fromkeys(("/case", "/history", "/safeguard"), COMMITTEE),
    **dict.fromkeys(("/readmit", "readmit", "/lockdown"), LEADS),
    "/statement": SETUP | COMMITTEE,
    "/bind": SETUP | COMMITTEE,
    "/setup": SETUP,
    **dict.fromkeys(("verify", "code", "refer", "accept", "ask_union"), EVERYBODY),
    **dict.fromkeys(
        ("step", "screenshots", "admit", "turn_away", "answer", "doubt", "safeguard", "safeguard_yes"), COMMITTEE
    ),
    **dict.fromkeys(("agree", "decline"), COMMITTEE | OFFICERS),
    **dict.fromkeys(("acknowledge", "take_over", "ask_committee", "close", "outcome"), OFFICERS),
    "setup": SETUP,
}


def check_rows(names: Iterable[str]) -> None:
    """Raise `LookupError` unless the table has a row for each of these, and no others: nothing is open by oversight."""
    odd = sorted(set(names) ^ POWERS.keys())
    if odd:
        raise LookupError(f"the table of powers does not fit what there is: {', '.join(odd)}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks for something, where they asked, and the powers they have now."""

    ref: AccountRef
    account: Account | None
    seats: tuple[Seat, ...]
    chat: Chat | None
    society: Society | None

    @property
    def person_id(self) -> int | None:
        """The person behind the account, where known."""
        return None if self.account is None else self.account.person_id


async def caller(app: App, ref: AccountRef, place: Place) -> Caller:
    """Look up who is asking."""
    bound = None if place.private else app.chats.get((place.platform, place.chat))
    async with app.store.read() as read:
        account = await people.account(read, ref)
        seats = await people.seats_of(read, ref, today(app)) if ref.kind is AuthorKind.PERSON else []
        society = None if bound is None else await people.society_by_id(read, bound.society_id)
    return Caller(ref, account, tuple(seats), bound, society)


def today(app: App) -> date:
    """The day it is in the Union's zone; seats begin and end with it."""
    return app.now().astimezone(app.zone).date()


def seat_for(seats: Iterable[Seat], roles: frozenset[Role], society_id: int | None) -> Seat | None:
    """The seat that gives one of these roles for that society; a Union seat gives it for every society."""
    fitting = [one for one in seats if one.role in roles and one.society_id in (society_id, None)]
    return min(fitting, key=lambda one: one.society_id is None, default=None)


def check_trained(app: App, seat: Seat) -> None:
    """Refuse access to members' data to somebody without GDPR training (U12)."""
    if not seat.trained(today(app)):
        raise NotAllowed(app.wording.text("refusal.not_trained", name=seat.name))


async def may(app: App, who: Caller, roles: frozenset[Role], society_id: int | None) -> Seat:
    """The seat that lets them; raises `NotAllowed` with what to do when there is none."""
    if who.ref.kind is AuthorKind.ANONYMOUS:
        raise NotAllowed(app.wording.text("refusal.anonymous"))
    if who.ref.kind is not AuthorKind.PERSON:
        raise NotAllowed(app.wording.text("refusal.not_a_person"))
    seat = seat_for(who.seats, roles, society_id)
    if seat is None:
        raise NotAllowed(app.wording.text("refusal.no_seat"))
    return seat


async def gate(app: App, who: Caller, name: str, society_id: int | None = None) -> None:
    """Let them pass who have a seat that the row `name` asks for: for that society or, where it is not yet known which
    one it is about, for any. Raises `NotAllowed`; what has no row is nobody's."""
    roles = POWERS.get(name, frozenset())
    if roles is EVERYBODY:
        return
    own = next((one.society_id for one in who.seats if one.role in roles), None)
    await may(app, who, roles, own if society_id is None else society_id)


async def is_hidden(app: App, read: Read, case: Case) -> bool:
    """Whether a case is kept from the committee: it was opened so, or its subject has a seat now."""
    return case.restricted or await people.sits_somewhere(read, case.person_id, case.society_id, today(app))


async def has_committee(read: Read, society_id: int, day: date) -> bool:
    """Whether anybody is seated and trained to look at a case of this society."""
    return any(one.role in COMMITTEE and one.trained(day) for one in await people.committee(read, society_id, day))


async def refresh_chats(app: App) -> None:
    """Take in which chats are bound; after a change of that, and now and then for other processes' changes."""
    async with app.store.read() as read:
        found = await chats.bound(read)
    app.chats = {(chat.platform, chat.external_id): chat for chat in found}
