"""What holds for every list, whatever is in it."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import rosters
from bot.desk import roster
from bot.errors import RosterError
from bot.model.roster import ListRules, RosterEntry
from tests.rosters.files import (
    MEMBER,
    TITLES,
    TODAY,
    archive,
    as_excel,
    eactivities,
    keyed,
    known,
    listed,
    members,
    msl_member,
    msl_page,
    msl_paste,
    sums_page,
    text,
    warwick,
    workbook,
)

RULES = ListRules(paid_groups=("Standard",), prefixes=("u",))
GROUPS = {"Standard": [msl_member("Reed, Ash", "0123456")], "Mailing List": [msl_member("Moss, Bay", "")]}
WHOLE = [
    members([1, 2, 3]),
    text([TITLES, MEMBER], encoding="utf-16"),
    workbook([TITLES, MEMBER]),
    archive(as_excel(workbook([TITLES, MEMBER]))),
    msl_page(GROUPS),
    text(msl_paste(GROUPS), delimiter="\t"),
    sums_page([("0123456", "Ash Reed", "Student", "Full", "2026-10-01")]),
    eactivities({}, {"CID": ""}),
    warwick({}, {"UniqueID": ""}),
]
STARTS = [b"", b"PK\x03\x04", b"<table><tr><td>", b"<?xml", b"<Members>", b"[{", b"\xff\xfe", b"Student ID,Name\n"]
CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters=",;|"), max_size=12),
    st.sampled_from(["0123456", "u0123456", "ash@example.org", "Standard", "31/07/2027", "Total", "=1+1", "N/A", "-"]),
)


def told(data: bytes, source: str | None = None) -> tuple[str, ...]:
    """Read, normalise and judge: what a person is told of it. Anything but a `RosterError` is a bug."""
    try:
        listing = roster.normalise(rosters.read("list", data, source), None, RULES)
    except RosterError as error:
        return (str(error),)
    difference = roster.difference({}, keyed(listing), TODAY)
    verdict = roster.brake(difference, listing, None, RULES, TODAY)
    return (*roster.describe(listing.recognised), *verdict.sentences, *(review.reason for review in listing.review))


@given(st.sampled_from(STARTS), st.binary(max_size=400), st.sampled_from([None, *rosters.SOURCES]))
@settings(max_examples=400, deadline=None)
def test_any_bytes_give_a_list_or_a_reason(start: bytes, data: bytes, source: str | None) -> None:
    sentences = told(start + data, source)

    assert sentences[0].startswith("list")
    assert all(line.isprintable() for line in sentences)


@given(st.sampled_from(WHOLE), st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_to_a_good_file_gives_a_list_or_a_reason(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 20))

    sentences = told(whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + cut :])

    assert sentences[0].startswith("list")
    assert all(line.isprintable() for line in sentences)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=12), st.sampled_from("\t,;|"))
@settings(max_examples=200, deadline=None)
def test_no_row_is_dropped_in_silence(rows: list[list[str]], delimiter: str) -> None:
    data = text([TITLES[:6], *rows], delimiter, "utf-8-sig")

    listing = listed(data, rules=RULES)

    dropped = [one for one in listing.review if one.kind in ("blank", "invalid", "duplicate", "not_a_person")]
    assert listing.rows == len(listing.entries) + listing.unpaid + listing.repeated + len(dropped)


@given(st.text(max_size=60), st.sampled_from([(), ("u",), ("u", "s", "UU")]))
def test_an_id_that_was_normalised_stays_as_it_is(typed: str, prefixes: tuple[str, ...]) -> None:
    rules = ListRules(prefixes=prefixes)
    key = roster.member_key(typed, rules)

    again = roster.member_key(key, rules)

    assert again == key or not roster.is_member_key(key)


@given(st.lists(st.tuples(*[CELLS] * 5), max_size=10))
@settings(deadline=None)
def test_normalising_what_was_normalised_changes_nothing(rows: list[tuple[str, ...]]) -> None:
    titles = ("Student ID", "Name", "Email", "Group", "Expires")
    once = listed(text([titles, *rows], encoding="utf-8-sig"), rules=RULES)

    twice = listed(text([titles, *map(cells, once.entries)], encoding="utf-8-sig"), rules=RULES)

    assert twice.entries == once.entries
    assert not twice.review


def cells(entry: RosterEntry) -> tuple[str, ...]:
    """An entry as a row of a list."""
    end = entry.expires_on.strftime("%d/%m/%Y") if entry.expires_on else ""
    return (entry.member_key, entry.name or "", entry.email or "", entry.group, end)


@given(st.sets(st.integers(0, 50)), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
@settings(deadline=None)
def test_a_list_differs_from_itself_in_nothing(numbers: set[int], today: date) -> None:
    listing = listed(members(sorted(numbers)))

    difference = roster.difference(known(listing), keyed(listing), today)

    assert difference.is_empty
    assert difference.size == len(numbers)


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
@settings(deadline=None)
def test_everyone_is_in_one_part_of_a_difference(before: set[int], after: set[int]) -> None:
    old, new = listed(members(sorted(before))), listed(members(sorted(after)))

    found = roster.difference(known(old), keyed(new), TODAY)

    assert sorted((*found.added, *found.kept, *found.renewed, *found.expired)) == sorted(keyed(new))
    assert sorted((*found.kept, *found.renewed, *found.removed)) == sorted(keyed(old))
