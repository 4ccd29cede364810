"""Saved pages, and what people paste out of them: MSL, SUMS, and pages that call themselves spreadsheets."""

from datetime import date

import pytest

from bot import rosters
from bot.errors import RosterError
from bot.model.roster import ListRules
from tests.rosters.files import (
    MEMBER,
    TITLES,
    listed,
    msl_member,
    msl_page,
    msl_paste,
    sums_page,
    text,
    workbook,
)

GROUPS = {
    "Standard Membership": [msl_member("Reed, Ash", "0123456"), msl_member("O'Moss & Co, Bay", "")],
    "Mailing List": [msl_member("Fern, Cy", "0123457"), msl_member("Reed, Ash", "0123456")],
}
REPORT = (
    "Customisations\r\nFrom,01/09/2026\r\nTo,23/11/2026\r\n\r\n,,\r\n\r\ntextbox16,a,b,c,customisation,value\r\n"
    "[123] Standard Membership,9001,01/10/2026 10:12,0123456,Discord username?,ash#1\r\n"
    '[123] Standard Membership,9001,01/10/2026 10:12,0123456,Diet?,"none, thanks"\r\n'
    "[124] Ball ticket,9002,02/10/2026 10:12,0123457,Diet?,vegan\r\n\r\ntextbox,99\r\n"
)


def test_an_msl_page_gives_the_members_of_each_group() -> None:
    listing = listed(msl_page(GROUPS), "members.html")

    assert listing.recognised.source == "msl"
    assert listing.origin == "msl:4321"
    assert [(entry.member_key, entry.name, entry.expires_on) for entry in listing.entries] == [
        ("0123456", "Reed, Ash", date(2027, 7, 31))
    ]
    assert [(group.name, group.rows, group.paid) for group in listing.recognised.groups] == [
        ("Standard Membership", 2, True),
        ("Mailing List", 2, False),
    ]
    assert [(review.line, review.kind) for review in listing.review] == [(2, "blank")]
    assert listing.unpaid == 2


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx"])
def test_a_pasted_msl_list_gives_the_same_members_as_the_page(kind: str) -> None:
    rows = msl_paste(GROUPS)
    data = workbook(rows) if kind == "xlsx" else text(rows, delimiter="\t" if kind == "tsv" else ",")

    listing = listed(data, f"paste.{kind}")

    assert listing.recognised.source == "msl"
    assert listing.entries == listed(msl_page(GROUPS), "members.html").entries


def test_the_table_of_all_members_has_two_columns() -> None:
    data = text([["All Members"], ["2 members"], ["Reed, Ash", "0123456"], ["Moss, Bay", "AM-12345"]], delimiter="\t")

    listing = listed(data, "paste.txt")

    assert [(entry.member_key, entry.group) for entry in listing.entries] == [
        ("0123456", "All Members"),
        ("am-12345", "All Members"),
    ]


def test_a_customisations_report_gives_one_row_for_each_purchase_and_no_answers() -> None:
    rules = ListRules(paid_groups=("standard membership",))

    listing = listed(REPORT.encode(), "report.csv", rules)

    assert [(entry.member_key, entry.order_no, entry.joined_on) for entry in listing.entries] == [
        ("0123456", "9001", date(2026, 10, 1))
    ]
    assert listing.unpaid == 1
    assert [review.kind for review in listing.review] == ["not_a_person"]
    assert "ash#1" not in repr(rosters.read("report.csv", REPORT.encode()).rows[0].cells)


def test_an_msl_page_without_members_is_an_empty_list() -> None:
    listing = listed(msl_page({"Standard Membership": []}), "members.html")

    assert listing.rows == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("<a href='/organisation/memberlist/4321/'>Student Login</a>", "sign in, and save that page"),
        ("You do not have permission to see this organisation's members.", "may not see the members"),
    ],
)
def test_a_page_that_only_asks_to_sign_in_is_refused(words: str, told: str) -> None:
    with pytest.raises(RosterError, match=told):
        rosters.read("members.html", f"<html><body>{words}</body></html>".encode())


def test_a_page_that_stops_half_way_loses_nobody_in_silence() -> None:
    whole = msl_page(GROUPS)

    with pytest.raises(RosterError, match=r"stops half-way"):
        rosters.read("members.html", whole[: whole.index(b"Mailing List") + 300])


SUMS = [
    ("0123456", "Ash Reed", "Student", "Full member", "2026-10-01"),
    ("0123457", "Bay Moss", "Associate", "Full member", "2026-10-02"),
]


@pytest.mark.parametrize("kind", ["page", "paste", "bare paste"])
def test_a_sums_list_is_read_from_the_page_and_from_a_paste(kind: str) -> None:
    titles = ("Student ID", "Name", "Member type", "Subscription purchased", "Date joined")
    rows = SUMS if kind == "bare paste" else [titles, *SUMS]
    data = sums_page(SUMS) if kind == "page" else text(rows, delimiter="\t")

    listing = listed(data, "sums")

    assert listing.recognised.source == "sums"
    assert [(entry.member_key, entry.member_type, entry.group, entry.joined_on) for entry in listing.entries] == [
        ("0123456", "Student", "Full member", date(2026, 10, 1)),
        ("0123457", "Associate", "Full member", date(2026, 10, 2)),
    ]


def test_five_columns_of_another_kind_are_not_taken_for_sums() -> None:
    rows = [("Student ID", "Name", "Email", "Group", "Joined"), ("0123456", "Ash Reed", "", "Student", "2026-10-01")]

    listing = listed(text(rows))

    assert listing.recognised.source == "csv"
    assert listing.entries[0].group == "Student"


def test_a_page_that_calls_itself_a_spreadsheet_is_read_as_the_page_it_is() -> None:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}</tr>" for row in (TITLES, MEMBER))
    data = f"<html xmlns:x='urn:schemas'><body><table border=1>{lines}</table></body></html>".encode()

    listing = listed(data, "export.xls")

    assert listing.recognised.source == "page"
    assert [entry.email for entry in listing.entries] == ["ash@example.org"]


def test_cells_that_span_columns_keep_the_others_in_place() -> None:
    page = (
        "<table><tr><th colspan=2>Person<th>Membership</tr><tr><th>Student ID<th>Name<th>Expires</tr>"
        "<tr><td>0123456<td>Ash <b>Reed</b><br>(she)<td>31/07/2027</tr>"
        "<tr><td colspan='2'>Total<td>1</tr></table>"
    )

    listing = listed(page.encode(), "members.html")

    assert [(entry.name, entry.expires_on) for entry in listing.entries] == [("Ash Reed (she)", date(2027, 7, 31))]
    assert [review.kind for review in listing.review] == ["not_a_person"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<",
        "<!--",
        "<a ",
        "</",
        "&",
        '<a b="',
        "<![",
        "<!DOCTYPE ",
        "<td",
        "<a x=y ",
        "<script>",
        "<a =",
        "<table>",
        "<td>",
    ],
)
def test_five_hostile_megabytes_are_read_through_and_refused(hostile: str) -> None:
    data = (b"<html><table><tr><td>" + hostile.encode() * 5_000_000)[: rosters.MAX_BYTES]

    with pytest.raises(RosterError):
        rosters.read("members.html", data, "page")
