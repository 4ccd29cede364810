"""The same Discord as in the stories."""

from tests.stories.discord.conftest import *  # noqa: F403 - whatever fixtures the stories have
