"""Buttons and forms: an opaque random token → what a press does, for whom, until when, how often."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.model import Press
from bot.store.change import Change, Read
from bot.store.tables import presses


async def add(
    change: Change,
    deed: str,
    expires_at: datetime,
    *,
    key: str | None = None,
    society_id: int | None = None,
    case_id: int | None = None,
    data: dict[str, Any] | None = None,
    uses: int | None = None,
    actor_id: int | None = None,
) -> str:
    """A new token for a deed. With `key`, the token that has it already is kept and lives on until `expires_at`."""
    row = {"society_id": society_id, "case_id": case_id, "data": data or {}, "uses": uses, "actor_id": actor_id}
    token = secrets.token_urlsafe(16)
    new = await change.add_new(presses, token=token, key=key, deed=deed, expires_at=expires_at, **row)
    if new is not None or key is None:
        return token
    await change.execute(update(presses).where(presses.c.key == key).values(expires_at=expires_at, data=data or {}))
    return str(await change.scalar(select(presses.c.token).where(presses.c.key == key)))


async def find(read: Read, token: str, now: datetime) -> Press | None:
    """What a token stands for, if it may still be pressed."""
    press = await read.one(Press, select(presses).where(presses.c.token == token, presses.c.expires_at > now))
    return None if press is None or press.uses == 0 else press


async def use(change: Change, press: Press) -> bool:
    """Count a press against its uses; False when another press was the last one."""
    if press.uses is None:
        return True
    statement = update(presses).where(presses.c.token == press.token, presses.c.uses > 0)
    return await change.execute(statement.values(uses=presses.c.uses - 1)) == 1
