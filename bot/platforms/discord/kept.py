"""Small values of the adapter's own that outlive a restart: marks, digests, ids of what it made."""

from typing import Protocol


class Kept(Protocol):
    """Values by name; what was never kept is an empty string."""

    async def load(self, key: str) -> str:
        """The value under a name."""

    async def save(self, key: str, value: str) -> None:
        """Keep a value under a name."""
