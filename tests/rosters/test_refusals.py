"""Every sentence with which a file is refused, on one page. `refusals.txt` is what the test expects; the difference
shows in review."""

from pathlib import Path

import pytest

from bot import rosters
from bot.errors import RosterError
from tests.rosters.files import TITLES, archive, eactivities, listed, member, msl_page, text, workbook

PAGE = Path(__file__).with_name("refusals.txt")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
FILES = {
    "empty.csv": b"\r\n \r\n",
    "huge.csv": b"0123456\r\n" * 600_000,
    "long.csv": b"0123456\r\n" * 21_000,
    "wide.csv": b"a,b\n" + b"x," * 50 + b"x",
    "binary.csv": bytes(range(256)) * 9,
    "neither.csv": b"Student ID,Name\n0123456,Zo\x81\x8d",
    "half.csv": "Student ID,Name\n".encode("utf-16") + b"\x00",
    "nothing.csv": "\r\n".encode("utf-16"),
    "quote.csv": b'Student ID,Name\n0123456,"Reed',
    "no ids.csv": text([("Name", "Age"), ("Ash", "3")]),
    "locked.xlsx": OLE + "EncryptedPackage".encode("utf-16-le"),
    "old.xls": OLE + "Workbook".encode("utf-16-le"),
    "damaged.xlsx": workbook([TITLES, member(1)])[:2_000],
    "archive.xlsx": archive({"members.csv": b"0123456"}),
    "bomb.xlsx": archive({"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 50_000_000}),
    "declared.xlsx": archive({"[Content_Types].xml": b"<!DOCTYPE x>"}),
    "list.csv.gz": b"\x1f\x8b\x08\x00" + bytes(40),
    "list.pdf": b"%PDF-1.7",
    "signed out.html": b"<html><body><a>Student Login</a></body></html>",
    "no right.html": b"<html><body>You do not have permission to see this organisation's members.</body></html>",
    "half.html": msl_page({"Standard": []})[:-40],
    "all in one.mht": b"From: <Saved by a browser>\r\nMIME-Version: 1.0",
    "error.json": b'{"Message": "No access"}',
    "committee.json": eactivities({"PostName": "President"}),
    "half.json": b'[{"CID": "1"}',
    "half.xml": b"<Members><Member>",
    "error.xml": b'<?xml version="1.0"?><error/>',
    "declared.xml": b'<?xml version="1.0"?><!DOCTYPE x><Members/>',
    "table.xml": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "../..\\folder/na\nme\x1b.csv": b"",
}


def test_every_refusal_says_what_is_wrong_where_and_what_to_do() -> None:
    told = []

    for name, data in FILES.items():
        with pytest.raises(RosterError) as refusal:
            listed(data, name)
        told.append(str(refusal.value))

    assert told == PAGE.read_text(encoding="utf-8").splitlines()


def test_a_source_that_does_not_fit_the_file_says_so() -> None:
    told = []

    for source in ("msl", "sums", "csv", "xlsx"):
        with pytest.raises(RosterError) as refusal:
            rosters.read("answer.json", eactivities({}), source)
        told.append(str(refusal.value))

    assert told == [
        "answer.json: this is neither a member list nor a Customisations report of an MSL site.",
        "answer.json: there is no table of members as SUMS shows it (five columns, the last a date).",
        "answer.json: this is a page or the answer of an API, not a table of text or a workbook.",
        "answer.json: this is a page or the answer of an API, not a table of text or a workbook.",
    ]


def test_a_source_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(RosterError, match=r"There is no source “carrier pigeon”. There are: eactivities, warwick, msl"):
        rosters.read("members.csv", b"0123456", "carrier pigeon")
