"""Which column is what: by the source's word, by a remembered mapping, by title, and at last by its contents."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.desk.roster.values import clean, day, email_address, is_member_key, member_key
from bot.errors import RosterError
from bot.model.roster import Column, ListRules, Placed, RosterField, Row, Sheet

# The surest titles first. Case, spaces, punctuation and remarks in brackets do not count.
TITLES: Mapping[RosterField, str] = {
    RosterField.MEMBER_KEY: (
        "student id|student number|student no|student id number|student num|student card number|student card no|"
        "student card id|cid|uniqueid|unique id|university id|university number|university card number|uni id|"
        "warwick id|banner id|matriculation number|matric number|matric no|matric|library card number|card number|"
        "card no|card id|id number|id|number|member id|member number|membership number|member no|"
        "membership no|membership id|member key"
    ),
    RosterField.EMAIL: (
        "university email|university email address|student email|student email address|uni email|email address|email|"
        "emailaddress|e mail|e mail address|mail|contact email"
    ),
    RosterField.NAME: (
        "name|full name|fullname|member name|student name|display name|surname forename|name surname forename|member"
    ),
    RosterField.FORENAME: "forename|forenames|first name|firstname|first names|given name|given names|preferred name",
    RosterField.SURNAME: "surname|last name|lastname|family name",
    RosterField.GROUP: (
        "group|membership group|group name|membership|membership name|membership type|subscription|"
        "subscription purchased|subscription name|product|product name|ticket type|list|mailing list"
    ),
    RosterField.MEMBER_TYPE: "member type|membertype|type of member|student type|type|category|member category",
    RosterField.JOINED_ON: (
        "joined|date joined|joined on|joined at|join date|joining date|membership start|start date|starts|"
        "membership start date|purchase date|date of purchase|purchased|purchased on|date purchased"
    ),
    RosterField.EXPIRES_ON: (
        "expires|expires on|expires at|expiry|expiry date|expiration|expiration date|membership expiry|"
        "membership expires|membership expiry date|membership end|membership end date|end date|ends|valid until|"
        "valid to"
    ),
    RosterField.ORDER_NO: (
        "order no|orderno|order number|order id|order|order reference|purchase id|purchase number|transaction id|"
        "receipt number"
    ),
    RosterField.SOCIETY: "society|club|club society|society name|club name|organisation|organization|student group",
    RosterField.YEAR: "academic year|membership year|year of membership|session",
}
HEADER_ROWS = 30
SAMPLE_ROWS = 200
ENOUGH = 0.8
Places = dict[RosterField, int]
Missing = tuple[tuple[RosterField, str], ...]
KEY = RosterField.MEMBER_KEY


def title_key(title: str) -> str:
    """A title as it is compared: `Student ID (required)` and `studentid` are the same."""
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", clean(title))
    return "".join(char for char in (bare or clean(title)).casefold() if char.isalnum())


FIELDS = {title_key(title): one for one, titles in TITLES.items() for title in titles.split("|")}
RANKS = {title_key(title): rank for titles in TITLES.values() for rank, title in enumerate(titles.split("|"))}


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns placed, and the rows below the header. `titles` are those of all columns, `preamble` the rows above
    the header, `missing` the remembered titles that are not in the file."""

    placed: tuple[Placed, ...]
    missing: tuple[tuple[RosterField, str], ...]
    titles: tuple[str, ...]
    body: tuple[Row, ...]
    preamble: tuple[Row, ...]
    header_line: int | None
    remarks: tuple[str, ...]

    def index(self, wanted: RosterField) -> int | None:
        """Where that field stands, if anywhere."""
        return next((one.index for one in self.placed if one.field is wanted), None)


def lay_out(sheet: Sheet, mapping: Mapping[str, str] | None, rules: ListRules) -> Layout:
    """Find the header and place the columns.

    `mapping` is field → column title as remembered; an empty title says that no column is to be that field. A title
    that is not in the file is reported as missing, never replaced by a guess. Raises `RosterError` for a mapping to
    an unknown field.
    """
    wanted = _wanted(sheet.file, mapping or {})
    at = None if sheet.columns else _header(sheet.rows[:HEADER_ROWS], wanted)
    body = sheet.rows[0 if at is None else at + 1 :]
    columns = sheet.columns or _columns(sheet.rows, at)
    chosen, missing = _by_mapping(columns, wanted)
    titled, remarks = _by_title(columns, chosen, wanted)
    guessed = _by_contents(columns, {**chosen, **titled}, wanted, body, rules)
    found = [(one, index, one in guessed) for one, index in {**chosen, **titled, **guessed}.items()]
    return Layout(
        placed=tuple(Placed(columns[index].title, one, index, guess) for one, index, guess in found),
        missing=missing,
        titles=tuple(column.title for column in columns),
        body=body,
        preamble=sheet.rows[: at or 0],
        header_line=sheet.header_line if at is None else sheet.rows[at].line,
        remarks=remarks,
    )


def is_data(cells: Iterable[str]) -> bool:
    """Whether cells look like a member's rather than like titles: an address, a day, or a number of some length."""
    return any(email_address(cell) or day(cell) or _is_number(cell, ListRules()) for cell in cells)


def _wanted(file: str, mapping: Mapping[str, str]) -> dict[RosterField, str]:
    unknown = [name for name in mapping if name not in set(RosterField)]
    if unknown:
        known = ", ".join(RosterField)
        raise RosterError(f"{file}: a column cannot be “{clean(unknown[0])}”. It can be one of: {known}.")
    return {RosterField(name): title for name, title in mapping.items()}


def _header(rows: Sequence[Row], wanted: Mapping[RosterField, str]) -> int | None:
    """The row with the most titles that are known (one alone in its row must be an id's); else the one above the
    first member, if it has a title for each of that row's cells."""
    known = FIELDS.keys() | {title_key(title) for title in wanted.values()}
    ids = {title for title, one in FIELDS.items() if one is KEY} | {title_key(wanted.get(KEY, ""))}
    best, best_score = None, 0
    for index, row in enumerate(rows):
        keys = [key for cell in row.cells if (key := title_key(cell))]
        score = sum(key in known for key in keys)
        enough = len(keys) > 1 or bool(ids.intersection(keys))
        if score > best_score and enough and not is_data(row.cells):
            best, best_score = index, score
    return _above_the_first_member(rows) if best is None else best


def _above_the_first_member(rows: Sequence[Row]) -> int | None:
    first = next((index for index, row in enumerate(rows) if is_data(row.cells)), 0)
    if first == 0:
        return None
    titles, cells = rows[first - 1].cells, rows[first].cells
    return first - 1 if len(titles) >= len(cells) and all(titles[: len(cells)]) else None


def _columns(rows: Sequence[Row], at: int | None) -> tuple[Column, ...]:
    titles = () if at is None else rows[at].cells
    width = max((len(row.cells) for row in rows[at or 0 :]), default=0)
    named: list[str] = []
    for index in range(width):
        title = clean(titles[index]) if index < len(titles) else ""
        title = title or f"Column {index + 1}"
        named.append(title if title not in named else f"{title} (column {index + 1})")
    return tuple(map(Column, named))


def _by_mapping(columns: Sequence[Column], wanted: Mapping[RosterField, str]) -> tuple[Places, Missing]:
    # Backwards, so that of two columns with one title the first is taken.
    indexes = {title_key(column.title): index for index, column in reversed(list(enumerate(columns)))}
    named = {one: title for one, title in wanted.items() if title}
    places = {one: indexes[title_key(title)] for one, title in named.items() if title_key(title) in indexes}
    return places, tuple((one, title) for one, title in named.items() if one not in places)


def _by_title(
    columns: Sequence[Column], chosen: Places, wanted: Mapping[RosterField, str]
) -> tuple[Places, tuple[str, ...]]:
    taken = set(chosen.values())
    options: dict[RosterField, list[int]] = {}
    for index, column in enumerate(columns):
        one = column.field or FIELDS.get(title_key(column.title))
        if one is not None and one not in wanted and index not in taken:
            options.setdefault(one, []).append(index)
    places, remarks = {}, []
    for one, indexes in options.items():
        first, *others = sorted(indexes, key=lambda index: RANKS.get(title_key(columns[index].title), 0))
        places[one] = first
        names = ", ".join(f"“{columns[index].title}”" for index in others)
        if names:
            remarks.append(f"“{columns[first].title}” was taken for {one.value}, not {names}.")
    return places, tuple(remarks)


def _by_contents(
    columns: Sequence[Column], known: Places, wanted: Mapping[RosterField, str], body: Sequence[Row], rules: ListRules
) -> Places:
    """The id and the address, where one column and no other holds such things from top to bottom."""
    free = set(range(len(columns))) - set(known.values())
    tests: dict[RosterField, Callable[[str], bool]] = {
        RosterField.MEMBER_KEY: lambda cell: _is_number(cell, rules),
        RosterField.EMAIL: lambda cell: email_address(cell) is not None,
        RosterField.NAME: _is_name,
    }
    if RosterField.SURNAME in known:
        del tests[RosterField.NAME]
    places: Places = {}
    for one, test in tests.items():
        fitting = [
            index for index in sorted(free) if one not in known and one not in wanted and _fits(body, index, test)
        ]
        if len(fitting) == 1:
            places[one] = fitting[0]
            free.discard(fitting[0])
    return places


def _fits(body: Sequence[Row], index: int, test: Callable[[str], bool]) -> bool:
    cells = [row.cells[index] for row in body[:SAMPLE_ROWS] if len(row.cells) > index and row.cells[index]]
    various = len({cell.casefold() for cell in cells}) >= ENOUGH * len(cells)
    return bool(cells) and various and sum(map(test, cells)) >= ENOUGH * len(cells)


def _is_number(cell: str, rules: ListRules) -> bool:
    key = member_key(cell, rules)
    return is_member_key(key) and sum(map(str.isdigit, key)) > 3 and day(cell) is None


def _is_name(cell: str) -> bool:
    return " " in cell and not any(char.isdigit() or char == "@" for char in cell)
