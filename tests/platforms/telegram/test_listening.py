"""What happens on Telegram, as far as it does not concern the desk."""

import logging

import pytest
from structlog.testing import capture_logs

from bot.model import Place
from bot.platforms.telegram.connection import UPDATES
from bot.platforms.telegram.inbox import UnreadableError
from bot.platforms.telegram.listen import Listener
from tests.platforms.telegram.conftest import Scene
from tests.platforms.telegram.payloads import GROUP, Json, raw


@pytest.fixture
async def listener(scene: Scene) -> Listener:
    """What reads the updates, in a chat that is not bound."""
    await scene.adapter.connection.open()
    return Listener(scene.adapter.connection)


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": raw(poll={"id": "1", "question": "half a poll"})},
        {"update_id": 1, "message": "no object"},
        {"update_id": 1, "callback_query": {"id": "1"}},
    ],
)
async def test_what_the_library_cannot_read_is_said_to_be_so(listener: Listener, update: Json) -> None:
    with pytest.raises(UnreadableError):
        await listener.hear(update)


async def test_a_kind_of_content_that_is_new_is_warned_of_once(listener: Listener) -> None:
    with capture_logs() as logs:
        await listener.hear({"update_id": 1, "message": raw(hologram={"text": "x"})})
        await listener.hear({"update_id": 2, "message": raw(hologram={"text": "y"})})
        await listener.hear({"update_id": 3, "edited_message": raw(edit_date=1_750_000_001, smell={"text": "z"})})

    assert [(one["event"], one["key"]) for one in logs] == [
        ("telegram.unknown_content", "hologram"),
        ("telegram.unknown_content", "smell"),
    ]


async def test_a_rich_message_is_known_and_warned_of_by_nobody(listener: Listener) -> None:
    with capture_logs() as logs:
        await listener.hear({"update_id": 1, "message": raw(rich_message={"blocks": []})})

    assert logs == []


@pytest.mark.parametrize(
    "update",
    [
        {"message": raw(text="hello")},
        {"edited_message": raw(text="hello", edit_date=1_750_000_001)},
        {"message": raw(text="/help", entities=[{"type": "bot_command", "offset": 0, "length": 5}])},
        {
            "chat_member": {
                "chat": GROUP,
                "from": {"id": 1, "is_bot": False, "first_name": "Una"},
                "date": 1,
                "old_chat_member": {"user": {"id": 7, "is_bot": False, "first_name": "Alice"}, "status": "left"},
                "new_chat_member": {"user": {"id": 7, "is_bot": False, "first_name": "Alice"}, "status": "member"},
            }
        },
    ],
)
async def test_in_a_chat_that_is_not_bound_nothing_is_read(scene: Scene, listener: Listener, update: Json) -> None:
    calls = len(scene.telegram.journal.calls)

    await listener.hear({"update_id": 1} | update)

    assert len(scene.telegram.journal.calls) == calls
    assert not scene.app.recent.of(Place("telegram", str(GROUP["id"])))


async def test_of_a_request_to_a_chat_that_is_not_bound_telegram_is_told_that_people_decide(scene: Scene) -> None:
    other = scene.telegram.supergroup("Other", creator=scene.una)
    other.promote(scene.robot, can_invite_users=True)
    await scene.adapter.start()
    await scene.adapter.listen()
    await scene.telegram.until(lambda: scene.robot.updates.polling)

    request = await scene.telegram.user("Bob").asks_to_join(other, query=True)
    await scene.telegram.until(lambda: request.result == "queue")

    assert request.state == "pending"


async def test_a_cut_answer_is_not_written_to_the_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await scene.adapter.connection.open()
    scene.telegram.faults.cut("sendMessage")

    with pytest.raises(Exception, match="may or may not"):
        await scene.adapter.connection.there(
            str(scene.chess.id),
            lambda there: scene.adapter.connection.bot.send_message(there, "words of a member " * 50),
        )

    at_info = [one.getMessage() for one in caplog.records if one.levelno >= logging.INFO]
    assert not any("words of a member" in text for text in at_info)


def test_everything_that_is_handled_is_asked_for() -> None:
    assert set(UPDATES) == {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
    }
