"""Pressing a button: the query a bot gets, and the one answer it may give while the query lasts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.wire.telegram.account import Account
from tests.wire.telegram.errors import JSON, ImpossibleError, bad
from tests.wire.telegram.joining import TOO_OLD
from tests.wire.telegram.text import length
from tests.wire.telegram.updates import CALLBACK_LASTS

if TYPE_CHECKING:
    from tests.wire.telegram.content import Button
    from tests.wire.telegram.message import Message
    from tests.wire.telegram.robot import Robot

FORGOTTEN_AFTER = 48 * 3600
ANSWER_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Toast:
    """What the person sees after pressing: a passing text, an alert to close, or a link that opens;
    all may be empty."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(eq=False, slots=True)
class Press:
    """One callback query; `toast` is there once the bot has answered."""

    id: str
    account: Account
    message: "Message"
    robot: "Robot"
    data: str
    at: float
    toast: Toast | None = None

    def as_json(self) -> JSON:
        """The `CallbackQuery`; a message that is gone or older than 48 hours is inaccessible."""
        message = self.message
        lost = message.deleted or self.at - message.date > FORGOTTEN_AFTER
        told = message.stub() if lost else message.as_json()
        return {
            "id": self.id,
            "from": self.account.as_json(),
            "message": told,
            "chat_instance": str(message.chat.id),
            "data": self.data,
        }


def find(message: "Message", label: str | None, data: str | None) -> "Button":
    """The button of that label or data. Raises `ImpossibleError` when it is not there."""
    for row in message.buttons:
        for button in row:
            if (label is not None and button.text == label) or (data is not None and button.data == data):
                return button
    raise ImpossibleError(f"there is no button {label or data!r}; there are {message.labels}")


def press(message: "Message", account: Account, data: str) -> Press:
    """Somebody presses a button that calls back: its bot gets the query.
    Data not on the message is sent all the same (a forged client)."""
    world = message.chat.world
    if message not in message.chat.history or not (
        message.chat.kind == "private" or message.chat.standing_of(account.id).present
    ):
        raise ImpossibleError(f"{account.name} cannot see message {message.id}")
    robot = world.robots[message.author.id]
    pressed = Press(str(world.number("query", 7_000_000_000_000_001)), account, message, robot, data, world.clock.now())
    world.presses[pressed.id] = pressed
    robot.updates.push("callback_query", pressed.as_json(), CALLBACK_LASTS)
    return pressed


def answer(robot: "Robot", pressed: Press | None, toast: Toast, now: float) -> None:
    """The bot answers. Raises `RefusedError` for another's, an answered or an old query,
    and for a text over 200 characters."""
    if pressed is None or pressed.robot is not robot or pressed.toast is not None or now - pressed.at > CALLBACK_LASTS:
        raise bad(TOO_OLD)
    if length(toast.text) > ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    if toast.url and not toast.url.startswith(
        (f"https://t.me/{robot.username}?", f"t.me/{robot.username}?", f"tg://resolve?domain={robot.username}&")
    ):
        raise bad("URL_INVALID")
    pressed.toast = toast
    pressed.message.chat.world.bell.ring()
