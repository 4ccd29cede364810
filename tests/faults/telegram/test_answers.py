"""Whatever Telegram or the network answers: what must happen happens, what must not be said twice is said once."""

from collections.abc import Callable

import pytest

from tests.faults.effects_of import states, unended
from tests.faults.sides import AGAIN, NOTICE_WORDS, WARN_WORDS
from tests.stories.telegram.club import DELETE, NOTICE, UNION, WORD, Club
from tests.wire.telegram.faults import Faults

METHODS = ("sendMessage", "sendPhoto", "deleteMessages", "deleteMessage", "editMessageText")
SURE: dict[str, Callable[[Faults, str], None]] = {
    "429": lambda faults, method: faults.flood(method, retry_after=3),
    "429 without saying how long": lambda faults, method: faults.refuse(method, 429, "Too Many Requests"),
}
OPEN: dict[str, Callable[[Faults, str], None]] = {
    "500": lambda faults, method: faults.refuse(method, 500, "Internal Server Error"),
    "502 with a page": lambda faults, method: faults.answer(method),
    "504 after it was done": lambda faults, method: faults.answer(method, status=504, body="", applied=True),
    "half a JSON after it was done": lambda faults, method: faults.cut(method),
    "a reset before it was done": lambda faults, method: faults.reset_before(method),
    "a reset after it was done": lambda faults, method: faults.reset_after(method),
}


@pytest.mark.parametrize("trouble", [*SURE, *OPEN])
async def test_every_step_comes_to_its_end_and_nobody_is_warned_twice(club: Club, trouble: str) -> None:
    message = await club.flagged()
    for method in METHODS:
        (SURE | OPEN)[trouble](club.telegram.faults, method)

    for label in (NOTICE, WORD, UNION, DELETE):
        await club.mona.press(club.card, label)
    for _ in range(4):
        await club.settled()
        club.telegram.clock.advance(seconds=30)

    notices = [one for one in club.words_of_porter(club.chess) if NOTICE_WORDS in one.words]
    warnings = [one for one in club.mallory.inbox if WARN_WORDS in one.words]
    told = [one.words for one in club.olu.inbox if "reports" in one.words]
    stood = await states(club.house.app)
    assert await unended(club.house.app) == []
    assert message.deleted
    assert told
    assert sum(AGAIN not in words for words in told) <= 1
    assert len(notices) <= 1
    assert len(warnings) <= 1
    assert len(notices) >= stood["notice"]["done"]
    assert len(warnings) >= stood["warn"]["done"]
    if trouble in SURE:
        assert (len(notices), len(warnings), len(told)) == (1, 1, 1)
        assert stood["notice"]["unknown"] + stood["warn"]["unknown"] == 0
    else:
        assert stood["notice"]["unknown"] + stood["warn"]["unknown"] == 1
        assert "?" in club.card.text


async def test_a_network_that_was_away_for_a_day_delays_everything_and_loses_nothing(club: Club) -> None:
    message = await club.flagged()

    await club.telegram.go_down()
    club.telegram.clock.advance(hours=25)
    await club.telegram.come_back()
    again = await club.mallory.say(club.chess, "You still play like a clown.")
    await club.alice.say(club.chess, "/flag", reply_to=again)
    await club.settled()
    await club.press(club.mona, club.card, DELETE)

    assert "reports: 2" in club.card.text
    assert again.deleted
    assert message.deleted or "48 hours" in club.card.text or "✓ Messages deleted" in club.card.text


async def test_updates_in_the_wrong_order_lose_no_report(club: Club) -> None:
    club.porter.updates.hold()
    message = await club.mallory.say(club.chess, "You play like a clown.")
    await club.mallory.edit(message, "You play like a clown. All of you.")
    await club.alice.say(club.chess, "/flag", reply_to=message)

    club.porter.updates.release(reverse=True)
    await club.settled()

    assert "reports: 1" in club.card.text
    assert "You play like a clown. All of you." in club.card.text


async def test_a_message_that_was_never_delivered_can_be_reported_all_the_same(club: Club) -> None:
    club.porter.updates.lose(1)
    message = await club.mallory.say(club.chess, "You play like a clown.")

    await club.alice.say(club.chess, "/flag", reply_to=message)
    await club.settled()

    assert "You play like a clown." in club.card.text
    assert "reports: 1" in club.card.text


async def test_an_edit_that_comes_before_its_message_is_heard(club: Club) -> None:
    club.porter.updates.hold()
    message = await club.mallory.say(club.chess, "hello")
    await club.mallory.edit(message, "I know where you live")

    club.porter.updates.release(reverse=True)
    await club.settled()

    assert "I know where you live" in club.card.text
