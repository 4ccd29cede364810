"""Who somebody is: the `User` objects of the Bot API, and the accounts that Telegram itself lends to the anonymous."""

from dataclasses import dataclass

from tests.wire.telegram.errors import JSON


@dataclass(eq=False, slots=True)
class Account:
    """One account. Who `hides_forwards` is only a name on what others forward."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    hides_forwards: bool = False
    deactivated: bool = False

    @property
    def name(self) -> str:
        """First and last name as people see them."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def as_json(self) -> JSON:
        """A `User`. Deactivated people have an empty name, as Telegram shows them."""
        user: JSON = {"id": self.id, "is_bot": self.is_bot, "first_name": "" if self.deactivated else self.first_name}
        extra = {"last_name": self.last_name, "username": self.username, "language_code": self.language}
        if not self.deactivated:
            user |= {key: value for key, value in extra.items() if value}
        return user


ANONYMOUS_ADMINISTRATOR = Account(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
CHANNEL_SPEAKER = Account(136817688, "Channel", username="Channel_Bot", is_bot=True)
TELEGRAM_ITSELF = Account(777000, "Telegram")
