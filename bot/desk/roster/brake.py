"""Whether a list may be applied. A bad list is the likeliest disaster: when in doubt a person looks first."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from bot.desk.roster.values import LONDON, fold
from bot.model.roster import Brake, Difference, LastImport, Listing, ListRules, Reason, ReviewKind, RosterField

FAULTY = (ReviewKind.INVALID, ReviewKind.DUPLICATE)
COMMON_WORDS = frozenset({"society", "soc", "club", "the", "of", "university", "student", "students", "union", "and"})


WORTH_KEEPING = (RosterField.EMAIL, RosterField.EXPIRES_ON, RosterField.GROUP)
CALLED = {
    RosterField.MEMBER_KEY: "the members' ids",
    RosterField.EMAIL: "the e-mail addresses",
    RosterField.NAME: "the names",
    RosterField.FORENAME: "the first names",
    RosterField.SURNAME: "the last names",
    RosterField.GROUP: "the membership groups",
    RosterField.MEMBER_TYPE: "the kinds of members",
    RosterField.JOINED_ON: "the days of joining",
    RosterField.EXPIRES_ON: "the ends of memberships",
    RosterField.ORDER_NO: "the order numbers",
    RosterField.SOCIETY: "the societies",
    RosterField.YEAR: "the membership years",
}
FEW = 10


def brake(difference: Difference, listing: Listing, last: LastImport | None, rules: ListRules, today: date) -> Brake:
    """Judge a list by itself, against the list applied last (None: this is the first), and by what it would change."""
    if not listing.entries:
        return Brake((Reason(_why_empty(listing), final=True),))
    sentences = (
        *_columns(listing, last),
        *_groups(listing),
        *_society(listing, last, rules, difference),
        *_year(listing, rules, difference, today),
        *_age(listing, last),
        *_faults(listing, rules),
        *_size(listing, last, rules),
        *_losses(difference, rules),
    )
    return Brake(tuple(map(Reason, sentences)))


def _why_empty(listing: Listing) -> str:
    if not listing.rows:
        return "The list has no members at all. Check that the export worked; an empty list is never applied."
    rows = f"None of the {listing.rows} rows is" if listing.rows > 1 else "The one row is not"
    return (
        f"{rows} a paid membership. Of groups that are not paid: {listing.unpaid}; for a person to look at: "
        f"{len(listing.review)}. Check the columns and the paid groups."
    )


def _columns(listing: Listing, last: LastImport | None) -> Iterator[str]:
    before = last.mapping if last else {}
    missing = dict(listing.recognised.missing)
    for one, title in missing.items():
        yield f"The column “{title}”, which holds {CALLED[one]}, is not in this file."
    for one in WORTH_KEEPING:
        if one in before and one not in listing.recognised.mapping and one not in missing:
            yield f"The last list had a column with {CALLED[one]}; this one has none."
    for placed in listing.recognised.columns:
        sure = not placed.guessed or before.get(placed.field) == placed.title
        if placed.field is RosterField.MEMBER_KEY and not sure:
            yield f"“{placed.title}” was taken for the members' ids by its contents alone. Check the examples."


def _groups(listing: Listing) -> Iterator[str]:
    if listing.recognised.undecided:
        names = ", ".join(f"“{group.name}”" for group in listing.recognised.groups if group.paid)
        yield f"Nobody has said which of these groups are paid: {names}. Name each paid one with --paid."
    for name in listing.recognised.absent_groups:
        yield f"The paid group “{name}” is not on this list."


def _society(listing: Listing, last: LastImport | None, rules: ListRules, difference: Difference) -> Iterator[str]:
    names = ", ".join(f"“{name}”" for name in listing.societies)
    if len(listing.societies) > 1:
        yield f"The list is of several societies: {names}. Export the members of one only."
    elif listing.societies and rules.societies and not _is_called(listing.societies[0], rules):
        yield f"The list is of another society: {names}."
    if last and last.origin and listing.origin and last.origin != listing.origin:
        yield f"The list is of another society: it comes from {listing.origin}, the last one came from {last.origin}."
    stay, before = len(difference.kept) + len(difference.renewed) + len(difference.expired), difference.members_before
    if before >= FEW and stay * 2 < before:
        yield f"Of the {before} members of now at most {stay} are on this list: is it another society's or year's?"


def _is_called(name: str, rules: ListRules) -> bool:
    """Whether a name is the society's, give or take words such as "Society"."""
    ours = [_telling(one) for one in rules.societies]
    return any(one <= _telling(name) or _telling(name) <= one for one in ours if one and _telling(name))


def _telling(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(name))) - COMMON_WORDS


def _year(listing: Listing, rules: ListRules, difference: Difference, today: date) -> Iterator[str]:
    starts = date(today.year, *rules.year_starts)
    current = today.year if today >= starts else today.year - 1
    stated = ", ".join(f"{year}-{(year + 1) % 100:02}" for year in listing.years)
    if len(listing.years) > 1:
        yield f"The list is of several membership years: {stated}. Export the current one only."
    elif listing.years and listing.years[0] != current:
        yield f"The list is of another membership year: {stated}, and it is {current}-{(current + 1) % 100:02} now."
    if len(difference.expired) * 2 > len(listing.entries):
        over, all_ = len(difference.expired), len(listing.entries)
        yield f"{over} of the {all_} memberships on this list are over already: is it last year's list?"


def _age(listing: Listing, last: LastImport | None) -> Iterator[str]:
    if last is None:
        return
    if listing.made_at and last.made_at and _day(listing.made_at) < _day(last.made_at):
        made, before = _said(_day(listing.made_at)), _said(_day(last.made_at))
        yield f"The list was exported on {made}, before the one applied last ({before})."
    if listing.newest_join and last.newest_join and listing.newest_join < last.newest_join:
        newest, before = _said(listing.newest_join), _said(last.newest_join)
        yield f"Nobody on this list joined after {newest}; the last list reached to {before}: is this an older export?"


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def _said(one: date) -> str:
    return f"{one.day} {one:%B %Y}"


def _faults(listing: Listing, rules: ListRules) -> Iterator[str]:
    rows = listing.rows - listing.unpaid
    faulty = [review.line for review in listing.review if review.kind in FAULTY]
    if len(faulty) > rules.faulty_share * rows:
        yield f"{len(faulty)} of {rows} rows have an id twice or one that cannot be read ({_lines(faulty)})."
    blank = [review.line for review in listing.review if review.kind is ReviewKind.BLANK]
    if len(blank) > rules.blank_share * rows:
        yield f"{len(blank)} of {rows} rows have no id ({_lines(blank)})."


def _lines(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:5]))
    return f"rows {shown} …" if len(lines) > 5 else f"row {shown}" if len(lines) == 1 else f"rows {shown}"


def _size(listing: Listing, last: LastImport | None, rules: ListRules) -> Iterator[str]:
    before, now = (last.members if last else 0), len(listing.entries)
    if before and abs(now - before) > rules.size_change * before:
        change = (now - before) / before
        yield f"The list has {now} members, the last one had {before}: a change of {change:+.0%}."


def _losses(difference: Difference, rules: ListRules) -> Iterator[str]:
    allowed = max(rules.removals, rules.removal_share * difference.members_before)
    if difference.losses > allowed:
        yield (
            f"{difference.losses} of {difference.members_before} people would stop being members "
            f"({len(difference.removed)} are not on the list, {len(difference.ended)} have an end in the past)."
        )
