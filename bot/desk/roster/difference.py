"""What a list changes against what is known, by keyed hash alone."""

from collections.abc import Iterable, Mapping
from datetime import date

from bot.model import Membership, MembershipState
from bot.model.roster import Difference, RosterEntry


def difference(before: Mapping[bytes, Membership], after: Mapping[bytes, RosterEntry], today: date) -> Difference:
    """Compare the memberships known with the entries of a list, both by the same keyed hash of the id."""
    on_list = {key: _standing(before.get(key), entry, today) for key, entry in after.items()}
    gone = {key: member for key, member in before.items() if key not in after}
    return Difference(
        added=_named(on_list, "added"),
        renewed=_named(on_list, "renewed"),
        kept=_named(on_list, "kept"),
        expired=_named(on_list, "expired"),
        ended=_sorted(key for key in _named(on_list, "expired") if in_force(before.get(key), today)),
        removed=_sorted(key for key, member in gone.items() if in_force(member, today)),
        absent=_sorted(key for key, member in gone.items() if _waits(member, today)),
        members_before=sum(in_force(member, today) for member in before.values()),
    )


def in_force(member: Membership | None, today: date) -> bool:
    """Whether somebody is a member today by what is known."""
    if member is None or member.state is not MembershipState.CURRENT:
        return False
    return member.expires_on is None or member.expires_on >= today


def _standing(known: Membership | None, entry: RosterEntry, today: date) -> str:
    if entry.expires_on is not None and entry.expires_on < today:
        return "expired"
    if known is None:
        return "added"
    return "kept" if in_force(known, today) and not _is_later(entry.expires_on, known.expires_on) else "renewed"


def _is_later(end: date | None, known: date | None) -> bool:
    """Whether a membership now ends later; no end is the latest of all."""
    return known is not None and (end is None or end > known)


def _waits(member: Membership, today: date) -> bool:
    return member.state is not MembershipState.LAPSED and not in_force(member, today)


def _named(on_list: Mapping[bytes, str], standing: str) -> tuple[bytes, ...]:
    return _sorted(key for key, one in on_list.items() if one == standing)


def _sorted(keys: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(sorted(keys))
