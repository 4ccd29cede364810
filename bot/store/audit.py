"""Reading the audit, and proving that nobody changed it or the evidence it names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, or_, select, update

from bot.store import chain
from bot.store.change import Change, Read
from bot.store.tables import audit, exhibits

DESTROYED, EMPTIED = "destroyed", "emptied"

ITSELF = ("porter", "outbox")  # who stands in a line about what nobody asked for at that moment


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change: when, by whom (a seat, a rule, the program), what, about which things. Without a `salt` the content
    is not there: it was destroyed, or this is an export, which shows none."""

    id: int
    at: datetime
    by: str
    verb: str
    about: str
    society_id: int | None
    facts: str
    salt: str | None
    commitment: str
    previous: str
    hash: str

    @property
    def things(self) -> frozenset[str]:
        """What the line is about, as `noun:id`."""
        return frozenset(self.about.split())


@dataclass(frozen=True, slots=True)
class Kept:
    """An exhibit as it stands in the database: the SHA-256 of its plain bytes, and whether it has any."""

    sha256: str
    has_bytes: bool


async def lines(read: Read, society_id: int | None = None, after: int = 0, limit: int = 100_000) -> list[AuditLine]:
    """Audit lines after that id, oldest first; of one society, or of all."""
    query = select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(limit)
    return await read.all(AuditLine, query if society_id is None else query.where(audit.c.society_id == society_id))


async def head(read: Read) -> AuditLine | None:
    """The last line."""
    return await read.one(AuditLine, select(audit).order_by(audit.c.id.desc()).limit(1))


async def kept(read: Read) -> dict[int, Kept]:
    """Every exhibit there is, by id."""
    query = select(exhibits.c.id, exhibits.c.sha256, exhibits.c.sealed.is_not(None).label("has_bytes"))
    return {int(row["id"]): Kept(row["sha256"], bool(row["has_bytes"])) for row in await read.rows(query)}


async def empty(change: Change, things: Iterable[str]) -> int:
    """Destroy salt and content of the lines about these things; the chain goes on holding, and this change says which
    lines they were. Lines that say so themselves stay: they name numbers of things that are about nobody now."""
    wanted, done = frozenset(things), 0
    named = [audit.c.about.contains(thing, autoescape=True) for thing in sorted(wanted)]
    query = select(audit).where(audit.c.salt.is_not(None), or_(false(), *named)).order_by(audit.c.id)
    for line in await change.all(AuditLine, query):  # case:1 is in case:12 as well: what counts are whole names
        if line.things & wanted and f" {EMPTIED}" not in line.facts:
            blank = {"by": "", "verb": "", "about": "", "society_id": None, "facts": "", "salt": None}
            await change.execute(update(audit).where(audit.c.id == line.id).values(**blank))
            change.fact(f"line:{line.id}", EMPTIED)
            done += 1
    return done


def verify(found: Sequence[AuditLine], exhibits_: Mapping[int, Kept] | None = None) -> str:
    """Empty when the chain is whole; else a sentence naming the first thing that is wrong.

    With `exhibits_`, what the lines say of evidence and of emptied lines is held against the database too. Without, as
    for an export, only the chain is looked at, and the content that is shown.
    """
    previous = chain.GENESIS
    for number, line in enumerate(found, 1):
        problem = _wrong(line, number, previous)
        if problem:
            return problem
        previous = line.hash
    return "" if exhibits_ is None else _against(found, exhibits_)


def _wrong(line: AuditLine, number: int, previous: str) -> str:
    if line.previous != previous or line.id != number:
        return f"Line {line.id} does not follow the line before it: a line was removed, added, moved or changed."
    if chain.line_hash(line.id, line.at, line.commitment, line.previous) != line.hash:
        return f"Line {line.id} was changed after it was written."
    content = (line.by, line.verb, line.about, line.society_id, line.facts)
    if line.salt is None:
        return f"Line {line.id} says something that nothing proves." if any(content) else ""
    if not _is_salt(line.salt) or chain.commitment(line.salt, *content) != line.commitment:
        return f"Line {line.id} was changed after it was written."
    return ""


def _is_salt(text: str) -> bool:
    return len(text) == 2 * chain.SALT_BYTES and set(text) <= set("0123456789abcdef")


def _against(found: Sequence[AuditLine], exhibits_: Mapping[int, Kept]) -> str:
    facts = {
        thing: state for line in found for thing, _, state in (one.partition(" ") for one in line.facts.split("\n"))
    }
    for line in found:
        if line.salt is None and facts.get(f"line:{line.id}") != EMPTIED:
            return f"Line {line.id} was emptied, and no later line says that it was to be."
    for thing, state in facts.items():
        noun, _, number = thing.partition(":")
        there = exhibits_.get(int(number)) if noun == "exhibit" else None
        if noun == "exhibit" and state != DESTROYED and (there is None or not there.has_bytes):
            return f"Exhibit {number} is missing."
        if there is not None and there.has_bytes and there.sha256 != state:
            return f"Exhibit {number} is not the one that was captured."
    added = [number for number, one in exhibits_.items() if one.has_bytes and f"exhibit:{number}" not in facts]
    return f"Exhibit {added[0]} was put in past the record." if added else ""
