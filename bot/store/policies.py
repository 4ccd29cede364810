"""Policies in force stay retrievable: the joining statement's wording, the ladder."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.store.change import Change, Read
from bot.store.tables import policies

STATEMENT, LADDER = "statement", "ladder"


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy, and since when it was in force."""

    kind: str
    version: str
    since: datetime
    text: str


async def keep(change: Change, kind: str, version: str, text: str) -> None:
    """Keep the text of a version, unless it is kept."""
    await change.add_new(policies, kind=kind, version=version, text=text, since=change.now)


async def kept(read: Read) -> list[Policy]:
    """Every version, the newest first."""
    return await read.all(Policy, select(policies).order_by(policies.c.since.desc(), policies.c.id.desc()))
