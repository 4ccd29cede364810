"""The lodge of the stories."""

from tests.stories.discord.conftest import empty, lodge, mailbox, world

__all__ = ["empty", "lodge", "mailbox", "world"]
