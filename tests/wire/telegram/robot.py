"""A bot as Telegram knows it: its token, what is set up for it, and the updates that wait for it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.wire.telegram.account import Account
from tests.wire.telegram.errors import JSON
from tests.wire.telegram.updates import Updates

if TYPE_CHECKING:
    from tests.wire.telegram.webhook import Webhook


@dataclass(eq=False, slots=True)
class Robot:
    """`privacy` is BotFather's privacy mode, which counts from when the bot is next added somewhere.
    `commands` are kept by (scope, language); a scope is its own JSON, sorted. `webhook_pause` is the first pause,
    in seconds, after its webhook failed; `problems` what was wrong with it that no call shows."""

    account: Account
    token: str
    updates: Updates
    privacy: bool = True
    revoked: bool = False
    webhook: "Webhook | None" = None
    webhook_pause: float = 1.0
    problems: list[str] = field(default_factory=list)
    commands: dict[tuple[str, str], list[JSON]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The account's id."""
        return self.account.id

    @property
    def username(self) -> str:
        """The username, without @."""
        return self.account.username or ""

    def revoke(self) -> None:
        """BotFather revokes the token: every call answers 401 from now on, and an open poll ends."""
        self.revoked = True
        self.updates.end_poll("terminated by token revocation")

    def restore(self) -> None:
        """The token is good again."""
        self.revoked = False

    def link(self, payload: str = "") -> str:
        """The t.me link that opens a chat with the bot."""
        return f"https://t.me/{self.username}" + (f"?start={payload}" if payload else "")

    def as_json(self) -> JSON:
        """What getMe answers."""
        return self.account.as_json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy,
            "supports_guest_queries": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
            "supports_join_request_queries": False,
        }
