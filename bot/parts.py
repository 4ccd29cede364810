"""The parts of the running program, handed to everything that does something.

`app.py` builds them. A function that takes `app` does something; a function that does not only decides.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.config import Settings
from bot.evidence.ear import Ear
from bot.evidence.images import Images
from bot.evidence.picture import Pictures
from bot.evidence.vault import Vault
from bot.meters import Meters
from bot.model import Chat, Standing
from bot.outbox.engine import Outbox
from bot.policy import Ladder
from bot.ports import Messenger, Platform
from bot.screening import Recent, Screen
from bot.store.change import Store
from bot.wording import Wording


@dataclass
class App:
    """Everything there is. `screen` answers the rules of the packs, `standings` how far each is trusted; `chats` is the
    bound chats by (platform, id)."""

    settings: Settings
    store: Store
    wording: Wording
    ladder: Ladder
    vault: Vault
    pictures: Pictures
    images: Images
    screen: Callable[[], Screen]
    recent: Recent
    ear: Ear
    outbox: Outbox
    now: Callable[[], datetime]
    platforms: dict[str, Platform] = field(default_factory=dict)
    messengers: dict[str, Messenger] = field(default_factory=dict)
    chats: dict[tuple[str, str], Chat] = field(default_factory=dict)
    meters: Meters = field(default_factory=Meters)
    standings: dict[str, Standing] = field(default_factory=dict)
    standings_read: datetime | None = None
    background: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def zone(self) -> ZoneInfo:
        """The Union's time zone, in which times are shown."""
        return ZoneInfo(self.settings.union.timezone)

    def spawn(self, task: "asyncio.Task[None]") -> None:
        """Keep a background task alive until it ends."""
        self.background.add(task)
        task.add_done_callback(self.background.discard)
