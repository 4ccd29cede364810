"""The library's state of a connection, except that what is said goes to us, whole and as it came.

The library would make objects of it that nobody reads, which takes longer than reading it, and ends the connection over
a message that it does not understand.
"""

from collections.abc import Callable
from typing import Any

from discord.state import ConnectionState

Json = dict[str, Any]


class Hearing(ConnectionState[Any]):
    """Calls `hear(event, data)` with the gateway's name of the event and its data."""

    def __init__(self, hear: Callable[[str, Json], None], **options: Any) -> None:
        self._hear = hear
        super().__init__(**options)

    def parse_message_create(self, data: Any) -> None:
        """A message."""
        self._hear("MESSAGE_CREATE", data)

    def parse_message_update(self, data: Any) -> None:
        """A message changed, by its author or otherwise."""
        self._hear("MESSAGE_UPDATE", data)

    def parse_message_delete(self, data: Any) -> None:
        """A message was deleted."""
        self._hear("MESSAGE_DELETE", data)

    def parse_message_delete_bulk(self, data: Any) -> None:
        """Messages were deleted together."""
        self._hear("MESSAGE_DELETE_BULK", data)

    def parse_guild_create(self, data: Any) -> None:
        """A server, of which the library must know too."""
        super().parse_guild_create(data)
        self._hear("GUILD_CREATE", data)
