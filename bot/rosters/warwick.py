"""Warwick SU's membership API: the XML of `…/membershipapi/listMembers/{key}/`, saved as a file.

Repeated `<Member>` with `FirstName, LastName, UniqueID, EmailAddress`; `UniqueID` is empty for associates.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from bot.model.roster import Column, RosterField, Row, Sheet
from bot.rosters.document import MAX_ROWS, SAVE_AS, Document, Kind, rows_within
from bot.rosters.opened import Opened

FIELDS = {
    "UniqueID": RosterField.MEMBER_KEY,
    "EmailAddress": RosterField.EMAIL,
    "FirstName": RosterField.FORENAME,
    "LastName": RosterField.SURNAME,
}
COLUMNS = tuple(Column(title, field) for title, field in FIELDS.items())
AGAIN = "Save the answer of the membership API again."


class Warwick:
    """The list of members."""

    name = "warwick"
    title = "Warwick membership API"

    def recognises(self, opened: Opened) -> bool:
        """Any XML; `read` says when it is something else."""
        return opened.document.kind is Kind.XML

    def read(self, opened: Opened) -> Sheet:
        """The members. Raises `RosterError` for broken XML, declarations of entities, or another kind of answer."""
        document = opened.document
        if "urn:schemas-microsoft-com:office" in document.text:
            document.refuse(f"this is a workbook of the XML kind. {SAVE_AS}")
        reader = _Reader(document)
        reader.run()
        rows = (Row(line, tuple(member.get(title, "") for title in FIELDS)) for line, member in reader.members())
        return Sheet(document.name, self.name, document.sha256, rows_within(document, rows), COLUMNS, document.encoding)


@dataclass
class _Reader:
    """Collects the members of one document, tag by tag."""

    document: Document
    found: list[dict[str, str]] = field(default_factory=list)
    root: str = ""
    path: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Read the document through."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(self.document.text, True)
        except expat.ExpatError as error:
            self.document.refuse(f"this is no complete XML. {AGAIN}", error.lineno, error)
        if not self.found and "member" not in self.root.casefold():
            self.document.refuse(f"there is no <Member> in it. {AGAIN}")

    def members(self) -> list[tuple[int, dict[str, str]]]:
        """The members found, counted from 1."""
        return list(enumerate(self.found, 1))

    def _declaration(self, *_: object) -> None:
        self.document.refuse(f"the file declares a document type, which the API never does. {AGAIN}")

    def _start(self, tag: str, _: dict[str, str]) -> None:
        self.root = self.root or tag
        self.path.append(tag)
        if tag == "Member":
            self.found.append({})
        if len(self.found) > MAX_ROWS or len(self.path) > 50:
            self.document.refuse("there is more in it than the members of one society.")

    def _end(self, _: str) -> None:
        self.path.pop()

    def _text(self, text: str) -> None:
        if len(self.path) > 1 and self.path[-2] == "Member" and self.path[-1] in FIELDS:
            member = self.found[-1]
            member[self.path[-1]] = member.get(self.path[-1], "") + text
