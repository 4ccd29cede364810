"""Reading the audit, and proving that nobody changed it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.store.change import GENESIS, Read, line_hash
from bot.store.tables import audit

ITSELF = ("porter", "outbox")  # who stands in a line about what nobody asked for at that moment


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change: when, by whom (a seat, a rule, the program), what, about which things."""

    id: int
    at: datetime
    by: str
    verb: str
    about: str
    society_id: int | None
    previous: str
    hash: str


async def lines(read: Read, society_id: int | None = None, after: int = 0, limit: int = 100_000) -> list[AuditLine]:
    """Audit lines after that id, oldest first; of one society, or of all."""
    query = select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(limit)
    return await read.all(AuditLine, query if society_id is None else query.where(audit.c.society_id == society_id))


def verify(found: list[AuditLine]) -> str:
    """Empty when every line's hash covers it and the line before; else a sentence naming the first that is wrong."""
    previous = GENESIS
    for line in found:
        values = {name: getattr(line, name) for name in ("previous", "at", "by", "verb", "about", "society_id")}
        if line.previous != previous:
            return f"Line {line.id} does not follow the line before it: a line was removed or changed."
        if line_hash(values) != line.hash:
            return f"Line {line.id} was changed after it was written."
        previous = line.hash
    return ""
