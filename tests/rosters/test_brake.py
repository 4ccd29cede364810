"""What a list changes, and what stops it."""

from dataclasses import replace
from datetime import date

import pytest

from bot.desk import roster
from bot.model import MembershipState
from bot.model.roster import Brake, LastImport, Listing, ListRules
from tests.rosters.files import TITLES, TODAY, keyed, known, listed, member, members, msl_member, msl_page, noon, text

HUNDRED = range(100)


def judged(before: Listing, after: Listing, rules: ListRules | None = None, **changed: object) -> Brake:
    """The brake on a list after another was applied."""
    difference = roster.difference(known(before), keyed(after), TODAY)
    row = roster.note(before, roster.difference({}, keyed(before), TODAY), ())
    last = replace(roster.last_import(row), **changed)  # type: ignore[arg-type] # fields of `LastImport` by name
    return roster.brake(difference, after, last, rules or ListRules(), TODAY)


def test_the_same_list_again_changes_nothing_and_is_let_through() -> None:
    listing = listed(members(HUNDRED))

    difference = roster.difference(known(listing), keyed(listing), TODAY)

    assert difference.is_empty
    assert len(difference.kept) == difference.size == difference.members_before == 100
    assert judged(listing, listing).ok


def test_people_are_added_removed_renewed_and_expired() -> None:
    before = listed(text([TITLES, member(1), member(2), member(3), member(4), member(5, expires="31/07/2026")]))
    rows = [member(1), member(2, expires="31/07/2028"), member(3, expires="01/11/2026"), member(6)]
    after = listed(text([TITLES, *rows, member(7, expires="01/11/2026")]))
    names = {key: entry.member_key[-1] for key, entry in (keyed(before) | keyed(after)).items()}

    found = roster.difference(known(before), keyed(after), TODAY)

    told = {
        field: "".join(sorted(names[key] for key in getattr(found, field)))
        for field in ("added", "removed", "kept", "renewed", "expired", "ended", "absent")
    }
    assert told == {
        "added": "6",
        "removed": "4",
        "kept": "1",
        "renewed": "2",
        "expired": "37",
        "ended": "3",
        "absent": "5",
    }
    assert (found.losses, found.members_before, found.size) == (2, 4, 5)


@pytest.mark.parametrize("state", [MembershipState.GRACE, MembershipState.LAPSED])
def test_who_is_back_on_the_list_is_renewed(state: MembershipState) -> None:
    listing = listed(members([1]))

    found = roster.difference(known(listing, state), keyed(listing), TODAY)

    assert len(found.renewed) == 1
    assert not found.is_empty


@pytest.mark.parametrize(("state", "absent"), [(MembershipState.GRACE, 1), (MembershipState.LAPSED, 0)])
def test_who_was_gone_before_is_not_removed_again(state: MembershipState, absent: int) -> None:
    found = roster.difference(known(listed(members([1])), state), {}, TODAY)

    assert (len(found.removed), len(found.absent)) == (0, absent)


def test_a_membership_is_good_on_its_last_day() -> None:
    listing = listed(members([1], expires="23/11/2026"))

    assert len(roster.difference({}, keyed(listing), TODAY).added) == 1
    assert len(roster.difference({}, keyed(listing), date(2026, 11, 24)).expired) == 1


@pytest.mark.parametrize("data", [text([TITLES]), b"[]"])
def test_an_empty_list_is_never_applied(data: bytes) -> None:
    after = listed(data)

    verdict = judged(listed(members(HUNDRED)), after)

    assert verdict.final
    assert verdict.sentences == (
        "The list has no members at all. Check that the export worked; an empty list is never applied.",
    )


def test_a_list_of_nobody_who_paid_is_never_applied() -> None:
    after = listed(members([1, 2]), rules=ListRules(paid_groups=("Gold",)))

    verdict = judged(listed(members(HUNDRED)), after)

    assert verdict.final
    assert verdict.sentences == (
        (
            "None of the 2 rows is a paid membership. Of groups that are not paid: 2; for a person to look at: 0. "
            "Check the columns and the paid groups."
        ),
    )


@pytest.mark.parametrize(
    ("now", "told"), [(120, None), (121, "a change of +21%"), (80, None), (79, "a change of -21%")]
)
def test_more_than_a_fifth_more_or_fewer_members_asks_for_a_person(now: int, told: str | None) -> None:
    rules = ListRules(removals=100)

    verdict = judged(listed(members(HUNDRED)), listed(members(range(now))), rules)

    assert verdict.ok is (told is None)
    assert not verdict.final
    assert told is None or told in verdict.sentences[0]


@pytest.mark.parametrize(
    ("before", "gone", "stops"), [(20, 5, False), (20, 6, True), (100, 10, False), (100, 11, True), (40, 5, False)]
)
def test_more_removals_than_five_and_a_tenth_ask_for_a_person(before: int, gone: int, stops: bool) -> None:
    rules = ListRules(size_change=1.0)

    verdict = judged(listed(members(range(before))), listed(members(range(gone, before))), rules)

    assert verdict.ok is not stops
    if stops:
        assert verdict.sentences == (
            (
                f"{gone} of {before} people would stop being members ({gone} are not on the list, "
                "0 have an end in the past)."
            ),
        )


def test_ends_that_slip_into_the_past_count_as_removals() -> None:
    after = listed(
        text([TITLES, *(member(number, expires="01/11/2026") for number in range(6)), *map(member, range(6, 50))])
    )

    verdict = judged(listed(members(range(50))), after)

    assert verdict.sentences == (
        "6 of 50 people would stop being members (0 are not on the list, 6 have an end in the past).",
    )


@pytest.mark.parametrize(("faulty", "stops"), [(1, False), (2, True)])
def test_more_than_one_in_a_hundred_ids_twice_or_unreadable_asks_for_a_person(faulty: int, stops: bool) -> None:
    rows = [member(number) for number in range(100 - faulty)]
    bad = [member(0), member(0, studentid="no id of any kind")][:faulty]

    verdict = judged(listed(members(range(98))), listed(text([TITLES, *rows, *bad])))

    assert verdict.ok is not stops
    if stops:
        assert verdict.sentences == ("2 of 100 rows have an id twice or one that cannot be read (rows 100, 101).",)


def test_many_rows_without_an_id_ask_for_a_person() -> None:
    rows = [*map(member, range(8)), member(8, studentid=""), member(9, studentid=""), member(10, studentid="-")]

    verdict = judged(listed(members(range(8))), listed(text([TITLES, *rows])))

    assert verdict.sentences == ("3 of 11 rows have no id (rows 10, 11, 12).",)


def test_an_older_export_than_the_last_asks_for_a_person() -> None:
    listing = listed(members(HUNDRED))
    older = replace(listing, made_at=noon(2))

    verdict = judged(listing, older, made_at=noon(3))

    assert verdict.sentences == (
        "The list was exported on 2 November 2026, before the one applied last (3 November 2026).",
    )
    assert judged(listing, replace(listing, made_at=noon(3)), made_at=noon(3)).ok


def test_a_list_whose_newest_member_is_older_than_the_last_ones_asks_for_a_person() -> None:
    before = listed(text([TITLES, *map(member, range(50)), member(50, joined="20/11/2026")]))

    verdict = judged(before, listed(members(range(50))))

    assert verdict.sentences == (
        (
            "Nobody on this list joined after 1 October 2026; the last list reached to 20 November 2026: "
            "is this an older export?"
        ),
    )


def test_a_column_the_last_list_had_is_missed() -> None:
    before = listed(members(HUNDRED))
    after = listed(text([("Student ID", "Name"), *((f"{number:07}", "Ash") for number in HUNDRED)]))

    verdict = judged(before, after)

    assert verdict.sentences == (
        "The last list had a column with the e-mail addresses; this one has none.",
        "The last list had a column with the ends of memberships; this one has none.",
        "The last list had a column with the membership groups; this one has none.",
    )


def test_a_column_that_a_person_mapped_and_that_is_gone_is_missed() -> None:
    before = listed(members(HUNDRED))

    verdict = judged(before, listed(members(HUNDRED), mapping={"email": "University mail"}))

    assert verdict.sentences == (
        "The column “University mail”, which holds the e-mail addresses, is not in this file.",
    )


def test_ids_found_by_their_contents_are_confirmed_once() -> None:
    data = text([("Kennitala", "Nafn"), *((f"{number:07}", f"Ash {'Reed' * number}") for number in range(9))])
    listing = listed(data)

    first = roster.brake(roster.difference({}, keyed(listing), TODAY), listing, None, ListRules(), TODAY)

    assert first.sentences == ("“Kennitala” was taken for the members' ids by its contents alone. Check the examples.",)
    assert judged(listing, listing).ok


def test_groups_nobody_has_decided_on_ask_for_a_person() -> None:
    rows = [TITLES, *map(member, range(50)), member(50, membership="Social")]

    verdict = judged(listed(members(range(50))), listed(text(rows)))

    assert verdict.sentences == (
        "Nobody has said which of these groups are paid: “Standard”, “Social”. Name each paid one with --paid.",
    )


def test_a_paid_group_that_is_not_on_the_list_asks_for_a_person() -> None:
    rules = ListRules(paid_groups=("Standard", "Life"))
    listing = listed(members(HUNDRED), rules=rules)

    assert judged(listing, listing, rules).sentences == ("The paid group “Life” is not on this list.",)


def test_another_societys_list_asks_for_a_person() -> None:
    chess = listed(members(range(40)))

    verdict = judged(chess, listed(members(range(40, 80))))

    assert verdict.sentences == (
        "Of the 40 members of now at most 0 are on this list: is it another society's or year's?",
        "40 of 40 people would stop being members (40 are not on the list, 0 have an end in the past).",
    )


def test_a_list_from_another_organisations_page_asks_for_a_person() -> None:
    groups = {"Standard Membership": [msl_member("Reed, Ash", f"{number:07}") for number in range(50)]}
    ours = listed(msl_page(groups), "members.html")

    verdict = judged(ours, listed(msl_page(groups, organisation=99), "members.html"))

    assert verdict.sentences == (
        "The list is of another society: it comes from msl:99, the last one came from msl:4321.",
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Chess Society"], None),
        (["The University of Somewhere Chess Club"], None),
        (["Go Society"], "The list is of another society: “Go Society”."),
        (
            ["Chess Society", "Go Society"],
            "The list is of several societies: “Chess Society”, “Go Society”. Export the members of one only.",
        ),
    ],
)
def test_a_column_of_societies_is_compared_with_our_names(names: list[str], told: str | None) -> None:
    rules = ListRules(societies=("Chess Society", "Somewhere Chess"))
    rows = [("Student ID", "Society"), *((f"{number:07}", names[number % len(names)]) for number in range(9))]
    listing = listed(text(rows), rules=rules)

    verdict = judged(listing, listing, rules)

    assert verdict.sentences == ((told,) if told else ())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("members 2026-27.csv", None),
        ("members_26-27.csv", None),
        ("members 2026-11-12.csv", None),
        ("members 11-12-2026.csv", None),
        (
            "members 2025-26.csv",
            "The list is of another membership year: 2025-26, and it is 2026-27 now.",
        ),
    ],
)
def test_another_years_list_asks_for_a_person(name: str, told: str | None) -> None:
    listing = listed(members(HUNDRED), name)

    assert judged(listing, listing).sentences == ((told,) if told else ())


def test_a_list_of_several_years_asks_for_a_person() -> None:
    rows = [("Student ID", "Academic year"), ("0123456", "2025/26"), ("0123457", "2026/27")]
    listing = listed(text(rows))

    assert judged(listing, listing).sentences == (
        "The list is of several membership years: 2025-26, 2026-27. Export the current one only.",
    )


def test_a_list_that_is_over_already_asks_for_a_person() -> None:
    listing = listed(members(HUNDRED, expires="31/07/2026"))

    assert judged(listing, listing).sentences == (
        "100 of the 100 memberships on this list are over already: is it last year's list?",
    )


def test_what_is_remembered_of_a_list_comes_back() -> None:
    listing = replace(listed(members(HUNDRED)), made_at=noon(2), origin="msl:4321")

    row = roster.note(listing, roster.difference({}, keyed(listing), TODAY), ["Standard"])

    assert roster.last_import(row) == LastImport(
        source="csv",
        members=100,
        sha256=listing.sha256,
        mapping=listing.recognised.mapping,
        made_at=noon(2),
        newest_join=date(2026, 10, 1),
        origin="msl:4321",
        paid_groups=("Standard",),
    )
