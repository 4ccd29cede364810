"""Applying a membership list: look at what it would change, then make it so. Only keyed hashes of it are kept.

proposal = await lists.look(app, society, sheet)             # writes nothing
applied = await lists.apply(app, proposal, "cli", confirmed=False)
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from bot.desk import roster
from bot.desk.admission import list_rules
from bot.desk.powers import today
from bot.errors import AlreadyDone, Refusal
from bot.model import Membership, MembershipState, Society
from bot.model.roster import Brake, Difference, LastImport, Listing, ListRules, RosterEntry, Sheet
from bot.parts import App
from bot.store import chats, members
from bot.store.change import Change, Read

Before = Mapping[bytes, Membership]
After = Mapping[bytes, RosterEntry]
GRACE = timedelta(days=7)  # between leaving the list and the lapse of a membership


@dataclass(frozen=True, slots=True)
class Proposal:
    """A list as read, what it would change now, and whether a person must look first. `after_roster` is the list it
    was compared with."""

    society: Society
    listing: Listing
    difference: Difference
    brake: Brake
    rules: ListRules = field(repr=False)
    entries: After = field(repr=False)
    after_roster: int | None


@dataclass(frozen=True, slots=True)
class Applied:
    """What was applied: the id of the list's row, and what it changed."""

    roster_id: int
    difference: Difference


async def look(
    app: App,
    society: Society,
    sheet: Sheet,
    mapping: Mapping[str, str] | None = None,
    paid_groups: Sequence[str] = (),
) -> Proposal:
    """Read a sheet and compare it with what is known. `mapping` (field → column title) goes over what is remembered of
    the last list; `paid_groups` stand instead of the last list's, and those instead of the Union's. Writes nothing.
    Raises `RosterError` when there are rows but no ids."""
    async with app.store.read() as read:
        before, last_row = await _known(read, society.id)
    last = roster.last_import(last_row) if last_row else None
    rules = replace(list_rules(app.settings.admission), societies=(society.name, society.slug))
    rules = replace(rules, paid_groups=tuple(paid_groups) or (last.paid_groups if last else ()) or rules.paid_groups)
    wanted = {**(last.mapping if last else {}), **(mapping or {})}
    listing = await asyncio.to_thread(roster.normalise, sheet, wanted, rules)
    entries = await asyncio.to_thread(_hashed, app, society.id, listing)
    difference, brake = _judged(before, entries, listing, last, rules, today(app))
    return Proposal(society, listing, difference, brake, rules, entries, last_row["id"] if last_row else None)


async def _known(read: Read, society_id: int) -> tuple[Before, dict[str, Any] | None]:
    before = {bytes(one.member_hash): one for one in await members.roster(read, society_id)}
    return before, await members.last_roster(read, society_id)


def _hashed(app: App, society_id: int, listing: Listing) -> After:
    return {app.vault.digest(f"member:{society_id}", entry.member_key): entry for entry in listing.entries}


def _judged(
    before: Before, entries: After, listing: Listing, last: LastImport | None, rules: ListRules, day: date
) -> tuple[Difference, Brake]:
    difference = roster.difference(before, entries, day)
    return difference, roster.brake(difference, listing, last, rules, day)


async def apply(app: App, proposal: Proposal, by: str, *, confirmed: bool) -> Applied:
    """Make the list the society's.

    Raises `Refusal` when the brake holds and nobody `confirmed` it, or nothing could; `AlreadyDone` when another list
    was applied since this one was looked at.
    """
    society, listing = proposal.society, proposal.listing
    async with app.store.change(by, "apply roster", app.now()) as change:
        before, last_row = await _known(change, society.id)
        if (last_row["id"] if last_row else None) != proposal.after_roster:
            raise AlreadyDone("Another list was applied meanwhile. Look at the difference again.")
        last = roster.last_import(last_row) if last_row else None
        difference, brake = _judged(before, proposal.entries, listing, last, proposal.rules, today(app))
        _check_brake(brake, confirmed=confirmed)
        await _write(app, change, society.id, proposal.entries, difference, before)
        roster_id = await members.add_roster(
            change, society.id, **roster.note(listing, difference, proposal.rules.paid_groups)
        )
        change.about(f"roster:{roster_id}", f"society:{society.id}", society_id=society.id)
    return Applied(roster_id, difference)


def _check_brake(brake: Brake, *, confirmed: bool) -> None:
    if brake.final or not (brake.ok or confirmed):
        raise Refusal("The list was not applied. " + " ".join(brake.sentences))


async def _write(
    app: App, change: Change, society_id: int, entries: After, difference: Difference, before: Before
) -> None:
    over = set(difference.expired)
    settled = await _settled(change, society_id, before)
    rows = [
        _row(app, society_id, key, entry, keep_address=key not in settled)
        for key, entry in entries.items()
        if key not in over
    ]
    await members.put_memberships(change, society_id, rows)
    # Of those whose membership is over only the known ones matter; strangers are not kept at all.
    ended = sorted(over & before.keys())
    for key in ended:
        await members.set_end(change, before[key].id, entries[key].expires_on)
    until = today(app) + GRACE
    await members.begin_grace(change, [before[key].id for key in (*difference.removed, *ended)], until)


async def _settled(read: Read, society_id: int, before: Before) -> set[bytes]:
    """Who has proved their membership wherever the society has a chat: no code has to reach them."""
    platforms = {chat.platform for chat in await chats.of_society(read, society_id)}
    proven = await members.proven_on(read, society_id)
    return {key for key, one in before.items() if platforms and platforms <= proven.get(one.id, set())}


def sealed_to(society_id: int, member_hash: bytes) -> str:
    """What a member's address is sealed to."""
    return f"membership:{society_id}:{member_hash.hex()}"


def _row(app: App, society_id: int, key: bytes, entry: RosterEntry, *, keep_address: bool) -> dict[str, Any]:
    address = entry.email
    about = sealed_to(society_id, key)
    return {
        "member_hash": key,
        "email_hash": app.vault.digest("email", address) if address else None,
        "email_sealed": app.vault.seal(about, address.encode()) if address and keep_address else None,
        "group_name": entry.group,
        "expires_on": entry.expires_on,
        "state": MembershipState.CURRENT,
    }
