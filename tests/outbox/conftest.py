"""A desk of its own for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.outbox.engine import Outbox
from bot.store import schema
from bot.store.change import Store
from tests.outbox.desk import Clock, Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk whose outbox is not at work yet."""
    store, clock = Store(f"sqlite+aiosqlite:///{tmp_path}/porter.db"), Clock()
    await schema.upgrade(store)
    yield Desk(store, clock, Outbox(store, clock))
    await store.close()
