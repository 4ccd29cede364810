"""Forms being filled in message by message, on platforms that have none of their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.store.change import Store
from bot.store.tables import prompts


@dataclass(frozen=True, slots=True)
class Prompt:
    """Where one person stands in one form; `form` and `values` are the adapter's own JSON."""

    platform: str
    account: str
    form: dict[str, Any]
    values: dict[str, Any]
    expires_at: datetime


async def put(
    store: Store, platform: str, account: str, form: dict[str, Any], values: dict[str, Any], expires_at: datetime
) -> None:
    """Remember where the person stands; one form at a time."""
    async with store.work(expires_at) as work:
        await work.put(
            prompts, {"platform": platform, "account": account}, form=form, values=values, expires_at=expires_at
        )


async def get(store: Store, platform: str, account: str, now: datetime) -> Prompt | None:
    """The form a person is filling in, if it has not expired."""
    query = select(prompts).where(
        prompts.c.platform == platform, prompts.c.account == account, prompts.c.expires_at > now
    )
    async with store.read() as read:
        return await read.one(Prompt, query)


async def drop(store: Store, platform: str, account: str, now: datetime) -> None:
    """Forget the form."""
    async with store.work(now) as work:
        await work.execute(delete(prompts).where(prompts.c.platform == platform, prompts.c.account == account))
