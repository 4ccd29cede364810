"""Lists as Unions' systems give them, made afresh for each test. Nobody in them is real."""

import csv
import hashlib
import hmac
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from html import escape
from typing import Any

from openpyxl import Workbook

from bot import rosters
from bot.desk import roster
from bot.model import Membership, MembershipState
from bot.model.roster import Listing, ListRules, RosterEntry

SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TODAY = date(2026, 11, 23)
TITLES = ("Student ID", "First name", "Last name", "Email", "Membership", "Joined", "Expires")
MEMBER = ("0123456", "Ash", "Reed", "ash@example.org", "Standard", "01/10/2026", "31/07/2027")


def member(number: int, **changed: str) -> tuple[str, ...]:
    """A row below TITLES, the id of seven digits; `changed` are cells by title in lower case, without spaces."""
    cells = dict(zip((title.lower().replace(" ", "") for title in TITLES), MEMBER, strict=True))
    cells |= {"studentid": f"{number:07}", "email": f"m{number}@example.org"} | changed
    return tuple(cells.values())


def text(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def members(numbers: Sequence[int], **changed: str) -> bytes:
    """A CSV of such members."""
    return text([TITLES, *(member(number, **changed) for number in numbers)])


def workbook(rows: Sequence[Sequence[Any]], *, title: str = "Members", more: Mapping[str, Any] | None = None) -> bytes:
    """Rows as XLSX; `more` are further worksheets by title."""
    book = Workbook()
    for name, lines in {title: rows, **(more or {})}.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    del book["Sheet"]
    return saved(book)


def saved(book: Workbook) -> bytes:
    """A workbook's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_excel(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook of one sheet with its words in a table of strings, as Excel keeps them."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    found: list[str] = []
    sheet = re.sub(r't="inlineStr"><is>(.*?)</is>', lambda cell: _shared(found, cell[1]), parts[SHEET].decode())
    strings = "".join(f"<si>{one}</si>" for one in found)
    kind = f'<Override PartName="/{STRINGS}" ContentType="{CONTENT}.sharedStrings+xml" /></Types>'
    return parts | {
        SHEET: sheet.encode(),
        STRINGS: f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{strings}</sst>'.encode(),
        "[Content_Types].xml": parts["[Content_Types].xml"].replace(b"</Types>", kind.encode()),
    }


def _shared(found: list[str], words: str) -> str:
    if words not in found:
        found.append(words)
    return f't="s"><v>{found.index(words)}</v>'


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A zipped file of those parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in parts.items():
            zipped.writestr(name, data)
    return out.getvalue()


def msl_page(groups: Mapping[str, Sequence[Sequence[str]]], organisation: int = 4321) -> bytes:
    """A saved page of an MSL member list, with the scripts and forms around it."""
    tables = "".join(_msl_group(name, rows, organisation, at) for at, (name, rows) in enumerate(groups.items(), 3))
    head = '<script>if (a < b && "</td>") { x = "<table>"; }</script><style>td > a { color: red }</style>'
    menu = '<table class="layout"><tr><td><a href="/login">Hello Ash</a></td></tr></table>'
    return f"<!DOCTYPE html><html><head>{head}</head><body><!-- <td> --><h1>Members</h1>{menu}{tables}</body>".encode()


def _msl_group(name: str, rows: Sequence[Sequence[str]], organisation: int, at: int) -> str:
    link = f'<a href="/organisation/editmembers/{organisation}/{at}/?from=members">{escape(name)}</a>'
    titles = "<tr><th>Name</th><th>ID</th><th>Joined</th><th>Expires</th></tr>"
    lines = "".join(
        f'<tr class="{("msl_row", "msl_altrow")[index % 2]}"><td><a href="/profile/{index}/">{escape(row[0])}</a></td>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for index, row in enumerate(rows)
    )
    table = f'<table class="msl_table" id="ctl00_Main_rptGroups_ctl{at:02}_gvMemberships">{titles}{lines}</table>'
    return f'<div class="member_list_group"><h3>{link}</h3><p>{len(rows)} members</p>{table}</div>'


def msl_paste(groups: Mapping[str, Sequence[Sequence[str]]]) -> list[list[str]]:
    """The same, as copying the page into a spreadsheet gives it."""
    rows: list[list[str]] = []
    for name, lines in groups.items():
        rows += [[name], [f"{len(lines)} members"], ["Name", "ID", "Joined", "Expires"], *map(list, lines)]
    return rows


def msl_member(name: str, number: str) -> tuple[str, str, str, str]:
    """A member as MSL shows one."""
    return (name, number, "01/10/2026 10:12", "31/07/2027 00:00")


def sums_page(rows: Sequence[Sequence[str]]) -> bytes:
    """A saved page of a SUMS site."""
    titles = ("Student ID", "Name", "Member type", "Subscription purchased", "Date joined")
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{title}</th>" for title in titles)
    return f"<html><body><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></body></html>".encode()


def eactivities(*found: Mapping[str, Any]) -> bytes:
    """The answer of the eActivities members report."""
    usual = {"FirstName": "Ash", "Surname": "Reed", "CID": "00123456", "Email": "ash@example.org", "Login": "ar1"}
    return json.dumps([usual | {"OrderNo": 123456, "MemberType": "Full"} | dict(one) for one in found]).encode()


def warwick(*found: Mapping[str, str]) -> bytes:
    """The answer of the Warwick membership API."""
    usual = {"FirstName": "Ash", "LastName": "Reed", "UniqueID": "0123456", "EmailAddress": "ash@example.org"}
    tags = ("".join(f"<{tag}>{escape(value)}</{tag}>" for tag, value in (usual | dict(one)).items()) for one in found)
    return f'<?xml version="1.0"?><Members>{"".join(f"<Member>{one}</Member>" for one in tags)}</Members>'.encode()


def listed(
    data: bytes, file: str = "members.csv", rules: ListRules | None = None, mapping: Mapping[str, str] | None = None
) -> Listing:
    """A file, read and normalised."""
    return roster.normalise(rosters.read(file, data), mapping, rules)


def keyed(listing: Listing) -> dict[bytes, RosterEntry]:
    """The entries by a keyed hash, as they are kept."""
    return {_hash(entry.member_key): entry for entry in listing.entries}


def known(listing: Listing, state: MembershipState = MembershipState.CURRENT) -> dict[bytes, Membership]:
    """What is known after a list was applied."""
    return {
        key: Membership(number, 1, key, None, None, entry.group, entry.expires_on, state)
        for number, (key, entry) in enumerate(keyed(listing).items(), 1)
    }


def noon(day: int) -> datetime:
    """A moment in November 2026."""
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def _hash(key: str) -> bytes:
    return hmac.new(b"a key of the tests", key.encode(), hashlib.sha256).digest()
