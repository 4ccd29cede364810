"""A python-telegram-bot `Bot` that talks to a loopback Telegram, and a usual society to try things in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot
from telegram.request import HTTPXRequest

from tests.wire.telegram.chat import Chat
from tests.wire.telegram.clock import Clock
from tests.wire.telegram.person import Person
from tests.wire.telegram.robot import Robot
from tests.wire.telegram.telegram import Telegram


def client(telegram: Telegram, robot: Robot, *, patience: float = 5.0) -> Bot:
    """A `Bot` for that robot, not yet initialised; `patience` is its read timeout in seconds."""
    return Bot(
        robot.token,
        base_url=f"{telegram.api_url}/bot",
        base_file_url=f"{telegram.api_url}/file/bot",
        request=HTTPXRequest(read_timeout=patience),
        get_updates_request=HTTPXRequest(read_timeout=patience),
    )


@dataclass(frozen=True, slots=True)
class Society:
    """A supergroup with its creator, one member, and a bot in charge of it, whose client is `bot`."""

    telegram: Telegram
    robot: Robot
    bot: Bot
    una: Person
    alice: Person
    chess: Chat


@asynccontextmanager
async def society(clock: Clock | None = None) -> AsyncIterator[Society]:
    """The Chess Society, running; what its making caused is not waiting as updates any more."""
    async with Telegram(clock) as telegram:
        robot = telegram.bot("porter_bot")
        una, alice = telegram.user("Una"), telegram.user("Alice", username="alice")
        chess = telegram.supergroup("Chess Society", creator=una)
        chess.promote(
            robot,
            can_delete_messages=True,
            can_restrict_members=True,
            can_invite_users=True,
            can_pin_messages=True,
            can_promote_members=True,
        )
        chess.add(alice)
        robot.updates.drop()
        async with client(telegram, robot) as bot:
            yield Society(telegram, robot, bot, una, alice, chess)
