"""The same Telegram as in the stories."""

from tests.stories.telegram.conftest import *  # noqa: F403 - whatever fixtures the stories have
