"""Bots' applications: token, switched-on intents and registered commands."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.wire.discord.flags import Intent

if TYPE_CHECKING:
    from datetime import datetime

    from tests.wire.discord.components import Json
    from tests.wire.discord.people import User
    from tests.wire.discord.servers import Server
    from tests.wire.discord.world import Discord

_LIMITED_FLAGS = {Intent.GUILD_PRESENCES: 1 << 13, Intent.GUILD_MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}


@dataclass(eq=False)
class Application:
    """A bot's application. `privileged`: the privileged intents switched on for it."""

    world: Discord = field(repr=False)
    user: User
    name: str
    privileged: Intent
    owner: User | None = None
    token: str = field(default="", repr=False)
    flagged: bool = False
    identified: list[datetime] = field(default_factory=list, repr=False)
    registered: dict[int | None, dict[int, Json]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.reset_token()

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def identifies(self) -> int:
        """How often it identified."""
        return len(self.identified)

    @property
    def flags(self) -> int:
        return sum(bit for intent, bit in _LIMITED_FLAGS.items() if intent in self.privileged)

    def reset_token(self) -> None:
        """A new token; the old one is worth nothing from now on."""
        first = urlsafe_b64encode(str(self.id).encode()).decode().rstrip("=")
        self.token = f"{first}.{secrets.token_urlsafe(4)[:6]}.{secrets.token_urlsafe(24)}"

    async def renew_token(self) -> None:
        """The owner resets the token: sessions end with 4004."""
        self.reset_token()
        for session in [each for each in self.world.gateway.sessions if each.application is self]:
            if session.connection is not None:
                await session.connection.end(4004)
            self.world.gateway.close(session)

    def commands(self, server: Server | None = None) -> list[Json]:
        """As registered: global ones, or a server's own."""
        return list(self.registered.get(server.id if server else None, {}).values())

    def offered_in(self, server: Server | None) -> list[Json]:
        """Global and the server's commands together; the server's hides a global one of that name and type."""
        own = self.commands(server) if server else []
        taken = {(each["name"], each["type"]) for each in own}
        return own + [each for each in self.commands() if (each["name"], each["type"]) not in taken]
