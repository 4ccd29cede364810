"""The club of the stories."""

from tests.stories.telegram.conftest import club, empty, mailbox, telegram

__all__ = ["club", "empty", "mailbox", "telegram"]
