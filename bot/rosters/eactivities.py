"""eActivities (Imperial College Union): the JSON of `…/CSP/{centre}/reports/members`, saved as a file.

An array of `FirstName, Surname, CID, Email, Login, OrderNo, MemberType`. `CID` keeps its leading zeros, `Login` is
empty for associates, `OrderNo` is a number or a string. The login is not kept: no list needs it.
"""

import json
from typing import Any

from bot.model.roster import Column, RosterField, Row, Sheet
from bot.rosters.document import Document, Kind, rows_within
from bot.rosters.opened import Opened

FIELDS = {
    "CID": RosterField.MEMBER_KEY,
    "Email": RosterField.EMAIL,
    "FirstName": RosterField.FORENAME,
    "Surname": RosterField.SURNAME,
    "MemberType": RosterField.MEMBER_TYPE,
    "OrderNo": RosterField.ORDER_NO,
}
COLUMNS = tuple(Column(title, field) for title, field in FIELDS.items())
AGAIN = "Save the answer of the members report again."


class EActivities:
    """The members report."""

    name = "eactivities"
    title = "eActivities members report"

    def recognises(self, opened: Opened) -> bool:
        """Any JSON; `read` says when it is something else."""
        return opened.document.kind is Kind.JSON

    def read(self, opened: Opened) -> Sheet:
        """The members. Raises `RosterError` for broken JSON, an error's answer or another report."""
        document = opened.document
        members = _members(document)
        rows = (Row(line, _cells(member)) for line, member in enumerate(members, 1))
        kept = rows_within(document, rows)
        return Sheet(document.name, self.name, document.sha256, kept, COLUMNS, document.encoding)


def _members(document: Document) -> list[dict[str, Any]]:
    try:
        # Numbers stay as they are written: an id is no number.
        found = json.loads(document.text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        document.refuse(f"this is no complete JSON. {AGAIN}", getattr(error, "lineno", None), error)
    if not isinstance(found, list):
        document.refuse(f"this is not an array of members but a single answer, perhaps an error. {AGAIN}")
    for line, member in enumerate(found, 1):
        if not isinstance(member, dict):
            document.refuse(f"this entry is not a member. {AGAIN}", line)
        if "PostName" in member:
            document.refuse(f"this is the report of the committee, not of the members. {AGAIN}", line)
        if "CID" not in member:
            document.refuse(f"the member has no “CID”. {AGAIN}", line)
    return found


def _cells(member: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_text(member.get(title)) for title in FIELDS)


def _text(value: object) -> str:
    # JSON can spell half a character, which no encoding takes.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
