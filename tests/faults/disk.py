"""A disk that is full, and one that has room again."""

from sqlalchemy import func, select

from bot.store.change import Store
from bot.store.tables import cases, exhibits, reports


async def full(store: Store) -> None:
    """The database may not grow by one page, and every free page is taken."""
    async with store.writer.connect() as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None
        await driver.execute("PRAGMA max_page_count=1")  # never less than there are


async def roomy(store: Store) -> None:
    """There is room again."""
    async with store.writer.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.execute("PRAGMA max_page_count=1000000")


async def rows(store: Store) -> tuple[int, int, int]:
    """How many cases, reports and sealed messages there are."""
    async with store.read() as read:
        counts = [await read.scalar(select(func.count()).select_from(table)) for table in (cases, reports)]
        sealed = await read.scalar(select(func.count()).select_from(exhibits).where(exhibits.c.kind == "message"))
    return int(counts[0]), int(counts[1]), int(sealed)
