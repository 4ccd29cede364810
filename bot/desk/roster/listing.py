"""A sheet, normalised: one entry for each paid member; everything else waits for a person, with the reason."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from bot.desk.roster import groups
from bot.desk.roster.columns import Layout, lay_out
from bot.desk.roster.values import (
    LONDON,
    SHORTENED,
    academic_year,
    clean,
    day,
    email_address,
    fold,
    initials,
    is_member_key,
    is_nothing,
    mask,
    member_key,
    words,
)
from bot.errors import RosterError
from bot.model.roster import (
    Listing,
    ListRules,
    Placed,
    Recognised,
    Review,
    ReviewKind,
    RosterEntry,
    RosterField,
    Row,
    Sheet,
)

NAMES = (RosterField.NAME, RosterField.FORENAME, RosterField.SURNAME)
SECRETS = (RosterField.MEMBER_KEY, RosterField.EMAIL, RosterField.ORDER_NO)
TOTAL = re.compile(r"(grand |sub ?)?totals?\b.*", re.IGNORECASE)
FOOTNOTE = re.compile(
    r"(count|sum|generated|exported|printed|report|page)\b.*|[0-9,]+ (members?|rows?|records?|results?)\b.*|©.*",
    re.IGNORECASE,
)
MADE_AT = re.compile(
    r"(?:generated|exported|printed|created|downloaded|run|as at|as of|date)\b[^0-9]{0,30}"
    r"([0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2} [a-z]{3,9} [0-9]{4})",
    re.IGNORECASE,
)
MAX_SOCIETIES = 5


@dataclass
class _Tally:
    """Entries and what else comes of the rows, as they are read one by one."""

    entries: dict[str, RosterEntry] = field(default_factory=dict)
    review: list[Review] = field(default_factory=list)
    unpaid: int = 0
    repeated: int = 0
    newest_join: date | None = None

    def note(self, row: Row, kind: ReviewKind, reason: str) -> None:
        """Keep a row for a person to look at."""
        self.review.append(Review(row.line, kind, reason))


def normalise(sheet: Sheet, mapping: Mapping[str, str] | None = None, rules: ListRules | None = None) -> Listing:
    """Make entries of a sheet's rows.

    `mapping` is field → column title where a person has said so before. Raises `RosterError` when there are rows but
    no column of ids; everything less is in the listing, for the brake and a person to judge.
    """
    rules = rules or ListRules()
    layout = lay_out(sheet, mapping, rules)
    if sheet.rows and layout.index(RosterField.MEMBER_KEY) is None:
        _refuse_without_ids(sheet, layout)
    persons = [row for row in layout.body if not _is_no_person(layout, row, rules)]
    paid = groups.decide((_group(layout, row) for row in persons), rules)
    tally = _Tally()
    for row in layout.body:
        _take(tally, layout, row, paid, rules)
    return _listing(sheet, layout, paid, tally)


def _listing(sheet: Sheet, layout: Layout, paid: groups.Paid, tally: _Tally) -> Listing:
    return Listing(
        recognised=_recognised(sheet, layout, paid, tally),
        sha256=sheet.sha256,
        entries=tuple(tally.entries.values()),
        review=tuple(tally.review),
        rows=len(layout.body),
        unpaid=tally.unpaid,
        repeated=tally.repeated,
        origin=sheet.origin,
        societies=_various(layout, RosterField.SOCIETY)[:MAX_SOCIETIES],
        years=_years(sheet, layout),
        made_at=sheet.made_at or _made_at(layout),
        newest_join=tally.newest_join,
    )


def _refuse_without_ids(sheet: Sheet, layout: Layout) -> None:
    lost = next((title for one, title in layout.missing if one is RosterField.MEMBER_KEY), None)
    why = f"the column “{words(lost)}” of the members' ids is not in it" if lost else "no column holds the members' ids"
    titles = ", ".join(f"“{_safe(title)}”" for title in layout.titles)
    raise RosterError(
        f'{sheet.file}: {why}. The columns are: {titles}. Say which one holds the ids, as in  --map "member_key=TITLE"'
    )


def _take(tally: _Tally, layout: Layout, row: Row, paid: groups.Paid, rules: ListRules) -> None:
    """Make an entry of a row, or say why not."""
    if _is_no_person(layout, row, rules):
        tally.note(
            row, ReviewKind.NOT_A_PERSON, "The row looks like a total, a title or a footnote, not like a member."
        )
        return
    if not paid.has(_group(layout, row)):
        tally.unpaid += 1
        return
    key = member_key(_cell(layout, row, RosterField.MEMBER_KEY), rules)
    expires_on, unclear = _end(layout, row)
    if not key:
        tally.note(row, ReviewKind.BLANK, "There is no id: an external or associate member?")
    elif not (is_member_key(key) or _is_address_as_id(layout, key)):
        tally.note(row, ReviewKind.INVALID, _why_no_key(key))
    elif unclear:
        tally.note(row, ReviewKind.INVALID, "The end of the membership cannot be read as a date; write day/month/year.")
    else:
        _keep(tally, layout, row, key, expires_on)


def _is_address_as_id(layout: Layout, key: str) -> bool:
    """Whether a person has said that the addresses are the ids, and this is one."""
    same = layout.index(RosterField.EMAIL) == layout.index(RosterField.MEMBER_KEY)
    return same and email_address(key) is not None


def _keep(tally: _Tally, layout: Layout, row: Row, key: str, expires_on: date | None) -> None:
    joined = _cell(layout, row, RosterField.JOINED_ON)
    email = _cell(layout, row, RosterField.EMAIL)
    entry = RosterEntry(
        member_key=key,
        email=email_address(email),
        name=_name(layout, row),
        group=_group(layout, row),
        member_type=words(_cell(layout, row, RosterField.MEMBER_TYPE)) or None,
        joined_on=day(joined),
        expires_on=expires_on,
        order_no=words(_cell(layout, row, RosterField.ORDER_NO)) or None,
        line=row.line,
    )
    if entry.email is None and not is_nothing(email):
        tally.note(row, ReviewKind.EMAIL, "The e-mail address cannot be right; the member is kept without it.")
    if entry.joined_on is None and not is_nothing(joined):
        tally.note(row, ReviewKind.JOINED, "The joining date cannot be read; the member is kept without it.")
    if entry.joined_on and (tally.newest_join is None or entry.joined_on > tally.newest_join):
        tally.newest_join = entry.joined_on
    known = tally.entries.get(key)
    tally.entries[key] = entry if known is None else _merge(tally, row, known, entry)


def _merge(tally: _Tally, row: Row, known: RosterEntry, entry: RosterEntry) -> RosterEntry:
    """One entry of two rows of one member: the later end counts, and an address only if the rows agree on it."""
    if fold(known.group) == fold(entry.group):
        other = ", with another name" if fold(known.name or "") != fold(entry.name or "") else ""
        tally.note(row, ReviewKind.DUPLICATE, f"The id stands in row {known.line} already{other}.")
    else:
        tally.repeated += 1
    later = entry.expires_on is not None and (known.expires_on is None or entry.expires_on > known.expires_on)
    kept = replace(entry, line=known.line) if later else known
    if known.email and entry.email and known.email != entry.email:
        reason = f"Row {known.line} gives another e-mail address for this id; the member is kept without either."
        tally.note(row, ReviewKind.CONFLICT, reason)
        return replace(kept, email=None)
    return replace(kept, email=known.email or entry.email)


def _is_no_person(layout: Layout, row: Row, rules: ListRules) -> bool:
    filled = [cell for cell in row.cells if cell]
    if len(filled) > 1 and all(clean(cell) in layout.titles for cell in filled):
        return True
    text = _cell(layout, row, RosterField.MEMBER_KEY)
    label = clean(filled[0]) if filled else ""
    if TOTAL.fullmatch(label) and len(filled) <= 2:
        return True
    if is_member_key(member_key(text, rules)):
        return False
    alone = len(filled) == 1 and len(layout.titles) > 1
    # A lone cell is a person's only where it is their name, and an id is never a sentence.
    return bool(FOOTNOTE.fullmatch(label)) or (alone and (" " in text if text else _name(layout, row) is None))


def _why_no_key(key: str) -> str:
    if SHORTENED.fullmatch(key):
        return "A spreadsheet has shortened the id to a power of ten; format the column as text and export again."
    if key.startswith(("=", "+", "-", "@")):
        return "The id begins like a formula."
    return "This is not an id: ids have 2 to 40 letters and digits, at least one digit among them."


def _end(layout: Layout, row: Row) -> tuple[date | None, bool]:
    """The last day of the membership, and whether the cell says something that is no date."""
    text = _cell(layout, row, RosterField.EXPIRES_ON)
    return day(text), not is_nothing(text) and day(text) is None


def _cell(layout: Layout, row: Row, wanted: RosterField) -> str:
    index = layout.index(wanted)
    return row.cells[index] if index is not None and index < len(row.cells) else ""


def _group(layout: Layout, row: Row) -> str:
    return words(_cell(layout, row, RosterField.GROUP))


def _name(layout: Layout, row: Row) -> str | None:
    parts = (_cell(layout, row, one) for one in (RosterField.FORENAME, RosterField.SURNAME))
    return words(_cell(layout, row, RosterField.NAME)) or words(" ".join(parts)) or None


def _various(layout: Layout, wanted: RosterField) -> tuple[str, ...]:
    found = dict.fromkeys(words(_cell(layout, row, wanted)) for row in layout.body)
    return tuple(text for text in found if text)


def _years(sheet: Sheet, layout: Layout) -> tuple[int, ...]:
    stated = _various(layout, RosterField.YEAR) or (sheet.file, *_preamble(layout))
    return tuple(sorted({year for text in stated if (year := academic_year(text)) is not None}))


def _made_at(layout: Layout) -> datetime | None:
    for text in _preamble(layout):
        found = MADE_AT.search(text)
        if found and (made_on := day(found[1])) is not None:
            return datetime.combine(made_on, time(), LONDON)
    return None


def _preamble(layout: Layout) -> Iterator[str]:
    return (clean(" ".join(row.cells)) for row in layout.preamble)


def _recognised(sheet: Sheet, layout: Layout, paid: groups.Paid, tally: _Tally) -> Recognised:
    used = {one.index for one in layout.placed}
    return Recognised(
        file=sheet.file,
        source=sheet.source,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        header_line=layout.header_line,
        rows=len(layout.body),
        columns=tuple(
            replace(one, title=_safe(one.title), examples=_examples(one, layout.body)) for one in layout.placed
        ),
        unused=tuple(_safe(title) for index, title in enumerate(layout.titles) if index not in used),
        missing=layout.missing,
        groups=paid.groups,
        undecided=paid.undecided,
        absent_groups=paid.absent,
        remarks=(*sheet.remarks, *layout.remarks, *_short_ids(tally.entries)),
    )


def _examples(placed: Placed, body: Sequence[Row]) -> tuple[str, ...]:
    cells = (row.cells[placed.index] for row in body if placed.index < len(row.cells))
    first = tuple(dict.fromkeys(clean(cell) for cell in cells if cell))[:2]
    hide = initials if placed.field in NAMES else mask if placed.field in SECRETS else _safe
    return tuple(dict.fromkeys(map(hide, first)))


def _safe(text: str) -> str:
    """Text that may be shown, masked where it turns out to be an address or a number after all."""
    number = " " not in text and sum(map(str.isdigit, text)) > 4
    telling = number and day(text) is None and academic_year(text) is None
    return mask(text) if telling or "@" in text else words(text)


def _short_ids(keys: Iterable[str]) -> tuple[str, ...]:
    lengths = Counter(len(key) for key in keys if key.isdigit())
    usual, count = max(lengths.items(), key=lambda one: one[1], default=(0, 0))
    short = sum(seen for length, seen in lengths.items() if length < usual)
    if not 0 < short < count:
        return ()
    text = f"{short} of the ids have fewer than the usual {usual} digits: a spreadsheet may have dropped leading zeros."
    return (text,)
