"""A desk of its own for every test."""

from collections.abc import AsyncIterator

import pytest

from bot.outbox.engine import Outbox
from bot.store.change import Store
from tests.outbox.desk import Clock, Desk


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Desk]:
    """A desk whose outbox is not at work yet."""
    store, clock = Store(database), Clock()
    yield Desk(store, clock, Outbox(store, clock))
    await store.close()
