"""What eActivities and the Warwick membership API answer, saved as files."""

import pytest

from bot import rosters
from bot.errors import RosterError
from tests.rosters.files import eactivities, listed, warwick


def test_an_eactivities_report_keeps_leading_zeros_and_numbers_of_orders() -> None:
    data = eactivities({}, {"CID": "00123457", "OrderNo": "0099", "Login": "", "MemberType": "Associate"})

    listing = listed(data, "members.json")

    assert [(one.member_key, one.order_no, one.member_type, one.group) for one in listing.entries] == [
        ("00123456", "123456", "Full", ""),
        ("00123457", "0099", "Associate", ""),
    ]
    assert listing.entries[0].email == "ash@example.org"


def test_an_answer_of_nobody_is_an_empty_list_and_not_an_error() -> None:
    listing = listed(b"[]", "members.json")

    assert listing.rows == 0


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"Message": "No access"}', "a single answer, perhaps an error"),
        (b'[{"PostName": "President", "CID": "1"}]', "the report of the committee"),
        (b'[{"Surname": "Reed"}]', "row 1: the member has no “CID”"),
        (b'[{"CID": "0123456"}, 7]', "row 2: this entry is not a member"),
        (b'[{"CID": "0123456"', "no complete JSON"),
        (b'[{"CID": ' + b"[" * 200_000, "no complete JSON"),
    ],
)
def test_other_answers_are_refused_with_what_they_are(data: bytes, told: str) -> None:
    with pytest.raises(RosterError, match=told):
        rosters.read("members.json", data)


def test_half_a_character_in_json_does_no_harm() -> None:
    listing = listed(
        b'[{"CID": "0123456", "Surname": "Re\\ud83ded", "OrderNo": ' + b"9" * 5_000 + b"}]", "members.json"
    )

    assert listing.entries[0].name == "Re?ed"
    assert len(listing.entries[0].order_no or "") == 200


def test_a_warwick_answer_gives_members_and_sends_associates_to_review() -> None:
    data = warwick({}, {"UniqueID": "", "EmailAddress": "guest@example.org"})

    listing = listed(data, "members.xml")

    assert [(one.member_key, one.email, one.name) for one in listing.entries] == [
        ("0123456", "ash@example.org", "Ash Reed")
    ]
    assert [(review.line, review.kind) for review in listing.review] == [(2, "blank")]


def test_an_empty_warwick_answer_is_an_empty_list() -> None:
    assert listed(b'<?xml version="1.0"?><Members></Members>', "members.xml").rows == 0


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><Members>&a;</Members>', "declares a document type"),
        (b"<Members><Member><UniqueID>0123456</UniqueID>", "no complete XML"),
        (b'<?xml version="1.0"?><error>bad key</error>', "no <Member> in it"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "of the XML kind"),
        (b"<Members>" + b"<a>" * 100 + b"</Members>", "more in it than the members"),
    ],
)
def test_other_xml_is_refused_with_what_it_is(data: bytes, told: str) -> None:
    with pytest.raises(RosterError, match=told):
        rosters.read("members.xml", data)
