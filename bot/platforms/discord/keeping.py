"""Keeps the adapter's own values where the desk keeps such values."""

from bot.desk import committee
from bot.parts import App


class Keeping:
    """A `Kept` in the store."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def load(self, key: str) -> str:
        """The value under a name."""
        return await committee.published(self._app, key)

    async def save(self, key: str, value: str) -> None:
        """Keep a value under a name."""
        await committee.set_published(self._app, key, value)
