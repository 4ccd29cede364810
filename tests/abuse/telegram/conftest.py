"""The club of the stories."""

from tests.stories.telegram.conftest import club, empty, fresh, mailbox, telegram

__all__ = ["club", "empty", "fresh", "mailbox", "telegram"]
