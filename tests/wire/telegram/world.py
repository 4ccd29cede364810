"""Everything there is in this Telegram: accounts, bots, chats and files, and the counters that number them."""

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.wire.telegram.account import ANONYMOUS_ADMINISTRATOR, CHANNEL_SPEAKER, TELEGRAM_ITSELF, Account
from tests.wire.telegram.bell import Bell
from tests.wire.telegram.clock import Clock
from tests.wire.telegram.files import Files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wire.telegram.callbacks import Press
    from tests.wire.telegram.chat import Chat
    from tests.wire.telegram.joining import JoinRequest
    from tests.wire.telegram.robot import Robot


@dataclass(eq=False, slots=True)
class World:
    """`private_chats` are kept by (bot id, user id); `doors` are other ids under which a private chat can be
    written to (user_chat_id)."""

    clock: Clock
    bell: Bell = field(default_factory=Bell)
    files: Files = field(default_factory=Files)
    accounts: dict[int, Account] = field(default_factory=dict)
    robots: dict[int, "Robot"] = field(default_factory=dict)
    chats: dict[int, "Chat"] = field(default_factory=dict)
    private_chats: dict[tuple[int, int], "Chat"] = field(default_factory=dict)
    doors: dict[int, int] = field(default_factory=dict)
    presses: "dict[str, Press]" = field(default_factory=dict)
    knocks: "list[JoinRequest]" = field(default_factory=list)
    _counters: "dict[str, itertools.count[int]]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        for account in (ANONYMOUS_ADMINISTRATOR, CHANNEL_SPEAKER, TELEGRAM_ITSELF):
            self.accounts[account.id] = account

    def number(self, kind: str, first: int = 1) -> int:
        """The next number of a kind."""
        return next(self._counters.setdefault(kind, itertools.count(first)))

    def date(self) -> int:
        """Now, as the Bot API writes it."""
        return self.clock.date()

    def robots_in(self, chat: "Chat") -> "Iterator[Robot]":
        """The bots that are in a chat; in a private chat its one bot."""
        if chat.robot is not None:
            yield chat.robot
            return
        yield from (robot for robot in self.robots.values() if chat.standing(robot).present)

    def by_username(self, name: str) -> "Chat | None":
        """The public chat of that name, with or without @."""
        return next(
            (
                chat
                for chat in self.chats.values()
                if chat.username and chat.username.lower() == name.lstrip("@").lower()
            ),
            None,
        )

    def met(self, robot: "Robot", account: Account) -> bool:
        """Whether a bot has ever come across an account; of others it does not even know that they exist."""
        if (robot.id, account.id) in self.private_chats or any(knock.account is account for knock in self.knocks):
            return True
        return any(robot.id in chat.standings and chat.seen(account) for chat in self.chats.values())
