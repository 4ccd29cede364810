"""Telegram's limits are kept before Telegram has to say so, and a pause it asks for in one chat holds up no other."""

import time
from itertools import pairwise

import pytest

from bot.errors import RateLimited
from bot.model import Answer, Place, Priority, Run, Speech
from bot.outbox.pace import Gate, Pace, bearing_of
from bot.platforms.telegram.pace import PAUSE, Gates, asked_for
from tests.platforms.telegram.conftest import Scene, ref

HELLO = Answer(Speech((Run("hello"),)))


def passes(gates: tuple[Gate, ...], at: float, priority: int = Priority.DIRECT) -> bool:
    """Whether such a call passes at that time; if so, it is counted."""
    if max(gate.wait(at, 0, priority) for gate in gates) > 0:
        return False
    for gate in gates:
        gate.take(at)
    return True


def test_a_group_hears_one_message_a_second_and_twenty_a_minute() -> None:
    gates = Gates(Pace(lambda: 0.0))

    sent = [at / 10 for at in range(1_200) if passes(gates.of("sendMessage", {"chat_id": -100}), at / 10)]

    assert min(later - one for one, later in pairwise(sent)) >= 1.0
    assert max(sum(one <= other < one + 60.0 for other in sent) for one in sent) == 20


def test_a_private_chat_hears_one_message_a_second_and_no_minute_is_counted() -> None:
    gates = Gates(Pace(lambda: 0.0))

    sent = [at / 10 for at in range(600) if passes(gates.of("sendMessage", {"chat_id": 100}), at / 10)]

    assert 50 <= len(sent) <= 60


def test_all_chats_together_hear_thirty_messages_a_second() -> None:
    gates = Gates(Pace(lambda: 0.0))

    sent = [chat for chat in range(1, 100) if passes(gates.of("sendMessage", {"chat_id": chat}), 0.0)]

    assert len(sent) == 30


def test_deleting_goes_on_in_a_group_that_takes_no_more_messages() -> None:
    gates = Gates(Pace(lambda: 0.0))
    while passes(gates.of("sendMessage", {"chat_id": -100, "media": ["a"] * 10}), 0.0):
        pass
    gates.refused("sendMessage", {"chat_id": -100}, 30.0)

    deleted = passes(gates.of("deleteMessages", {"chat_id": -100}), 0.0)
    said = passes(gates.of("sendPhoto", {"chat_id": -100}), 5.0)

    assert (deleted, said) == (True, False)


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (200, b'{"ok": true}', 0.0),
        (429, b'{"parameters": {"retry_after": 7}}', 7.0),
        (429, b'{"parameters": {"retry_after": 0.5}}', 0.5),
        (429, b'{"ok": false}', PAUSE),
        (429, b"<html>Too Many Requests</html>", PAUSE),
    ],
)
def test_how_long_telegram_asks_to_wait(status: int, body: bytes, seconds: float) -> None:
    assert asked_for(status, body) == seconds


async def test_messages_to_one_chat_in_a_row_are_never_refused(scene: Scene) -> None:
    scene.telegram.limits.enforce()
    begun = time.monotonic()

    for _ in range(3):
        await scene.adapter.say(scene.place, HELLO)

    assert scene.telegram.journal.refused("sendMessage") == []
    assert len(scene.telegram.journal.applied("sendMessage")) == 3
    assert time.monotonic() - begun > 2.0


async def test_a_pause_that_one_chat_is_given_holds_up_no_other_and_is_not_asked_for_twice(scene: Scene) -> None:
    scene.alice.private(scene.robot).opened = True
    scene.telegram.faults.flood("sendMessage", retry_after=30)

    with bearing_of(Priority.NOTICE, 1.5):
        for _ in range(2):
            with pytest.raises(RateLimited):
                await scene.adapter.say(scene.place, HELLO)
        await scene.adapter.direct(ref(scene.alice), HELLO)
        await scene.adapter.delete(Place("telegram", scene.place.chat), ["1"], "P-26-0001")

    assert len(scene.telegram.journal.refused("sendMessage")) == 1
    assert len(scene.telegram.journal.applied("sendMessage")) == 1


async def test_what_a_turn_was_taken_for_goes_at_once_and_what_comes_after_it_waits(scene: Scene) -> None:
    scene.telegram.limits.enforce()

    with bearing_of(Priority.NOTICE, 0.0):
        await scene.adapter.turn(scene.place)
        await scene.adapter.say(scene.place, HELLO)
        with pytest.raises(RateLimited):
            await scene.adapter.say(scene.place, HELLO)
        with pytest.raises(RateLimited):
            await scene.adapter.turn(scene.place)

    assert scene.telegram.journal.refused("sendMessage") == []
    assert len(scene.telegram.journal.applied("sendMessage")) == 1
