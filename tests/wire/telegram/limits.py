"""How often a bot may send: 30 a second in all, one a second to a chat, 20 a minute to a group."""

import math
from collections import deque
from dataclasses import dataclass, field

from tests.wire.telegram.call import Call
from tests.wire.telegram.clock import Clock
from tests.wire.telegram.errors import FloodedError

SENDING = ("send", "forward", "copy")
NOT_SENDING = ("sendChatAction",)


@dataclass(eq=False, slots=True)
class Limits:
    """Off until `enforce`. Each limit is (how many, in how many seconds)."""

    clock: Clock
    enforced: bool = False
    overall: tuple[int, float] = (30, 1.0)
    per_chat: tuple[int, float] = (1, 1.0)
    per_group: tuple[int, float] = (20, 60.0)
    _sent: dict[tuple[int, str], deque[float]] = field(default_factory=dict)

    def enforce(self, enforced: bool = True) -> None:
        """Count from now on, or stop counting."""
        self.enforced = enforced
        self._sent.clear()

    def check(self, call: Call) -> None:
        """Count a call that sends something. Raises `FloodedError` with the seconds to wait."""
        if not self.enforced or not call.method.startswith(SENDING) or call.method in NOT_SENDING:
            return
        chat = str(call.args.get("chat_id", ""))
        rules = [("all", self.overall), (f"chat {chat}", self.per_chat)]
        rules += [(f"group {chat}", self.per_group)] if chat.startswith(("-", "@")) else []
        windows = [(self._sent.setdefault((call.robot.id, name), deque()), *rule) for name, rule in rules]
        wait = max(self._wait(*window) for window in windows)
        if wait > 0:
            raise FloodedError(math.ceil(wait))
        for times, _, _ in windows:
            times.append(self.clock.now())

    def _wait(self, times: deque[float], count: int, seconds: float) -> float:
        now = self.clock.now()
        while times and times[0] <= now - seconds:
            times.popleft()
        return times[0] + seconds - now if len(times) >= count else 0.0
