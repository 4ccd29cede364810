"""The sealed keys of cases: one for each case, made with its first exhibit, destroyed with the case."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.store.change import Change, Read
from bot.store.tables import case_keys


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The key of a case as it rests. `sealed` is None once it was destroyed."""

    case_id: int
    sealed: bytes | None
    destroyed_at: datetime | None


async def of_case(read: Read, case_id: int) -> SealedKey | None:
    """A case's key, if one was ever made."""
    return await read.one(SealedKey, select(case_keys).where(case_keys.c.case_id == case_id))


async def add(change: Change, case_id: int, sealed: bytes) -> None:
    """A case's key; one that is there already stays."""
    await change.add_new(case_keys, case_id=case_id, sealed=sealed, made_at=change.now)


async def destroy(change: Change, case_id: int) -> None:
    """Destroy a case's key; a case that never had one gets none later either."""
    await change.add_new(case_keys, case_id=case_id, made_at=change.now)
    statement = update(case_keys).where(case_keys.c.case_id == case_id)
    await change.execute(statement.values(sealed=None, destroyed_at=change.now))
