"""Whatever Discord or the network answers: what must happen happens, what must not be said twice is said once."""

from collections.abc import Callable

import pytest

from tests.faults.effects_of import states, unended
from tests.faults.sides import AGAIN, DELETE, NOTICE, NOTICE_WORDS, UNION, WARN_WORDS, WORD
from tests.stories.discord.lodge import Lodge
from tests.wire.discord import Discord
from tests.wire.discord.faults import Faults

SAID = "/channels/*/messages"
CALLS = (("POST", SAID), ("DELETE", f"{SAID}/*"), ("PATCH", f"{SAID}/*"))
TROUBLES: dict[str, Callable[[Faults, str, str], object]] = {
    "429 for this route, a fraction of a second": lambda faults, verb, path: faults.rate_limit(verb, path, 0.35),
    "429 for everything": lambda faults, verb, path: faults.rate_limit(verb, path, 0.2, scope="global"),
    "429 for a shared resource": lambda faults, verb, path: faults.rate_limit(verb, path, 0.2, scope="shared"),
    "503 with a page": lambda faults, verb, path: faults.answer(verb, path, 503, "<html>", "text/html"),
    "half a JSON": lambda faults, verb, path: faults.answer(verb, path, 500, '{"id": "1', "application/json"),
    "a reset before it was done": lambda faults, verb, path: faults.reset_before(verb, path),
    "a reset after it was done": lambda faults, verb, path: faults.reset_after(verb, path),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_every_step_comes_to_its_end_and_nobody_is_warned_twice(lodge: Lodge, trouble: str) -> None:
    message = await lodge.flagged()
    for verb, path in CALLS:
        TROUBLES[trouble](lodge.world.faults, verb, path)

    for label in (NOTICE, WORD, UNION, DELETE):
        await lodge.mona.press(lodge.card, label)
    await lodge.world.until(lambda: lodge.olu.inbox and message.deleted, 30, "the steps")
    await ended(lodge)

    told = [one.text for one in lodge.olu.inbox if "reports" in one.text]
    stood = await states(lodge.house.app)
    assert (stood["notice"], stood["warn"], stood["delete"]) == ({"done": 1}, {"done": 1}, {"done": 1})
    assert len([one for one in lodge.general.messages if NOTICE_WORDS in one.text]) == 1
    assert len([one for one in lodge.mallory.inbox if WARN_WORDS in one.text]) == 1
    assert sum(AGAIN not in text for text in told) <= 1
    assert len(lodge.committee.messages) == 1


async def test_a_second_notice_is_said_although_the_first_has_the_same_words(lodge: Lodge) -> None:
    await lodge.flagged()
    await lodge.mona.press(lodge.card, NOTICE)
    await lodge.settled()
    again = await lodge.mallory.say(lodge.general, "what a clown you are")
    await lodge.alice.menu("Flag to committee", again)
    await lodge.settled()
    lodge.world.faults.reset_before("POST", f"/channels/{lodge.general.id}/messages")

    await lodge.mona.press(lodge.card, NOTICE)
    await lodge.world.until(lambda: len(notices(lodge)) == 2, 20, "a second notice")
    await ended(lodge)

    assert (await states(lodge.house.app))["notice"] == {"done": 2}
    assert len(notices(lodge)) == 2


async def test_a_network_that_went_away_delays_a_report_and_loses_none(lodge: Lodge, world: Discord) -> None:
    await lodge.alice.say(lodge.general, "good evening")  # so that the program has read here
    await lodge.flagged()

    async with world.down():
        world.gateway.forget_sessions()
    await lodge.alice.say(lodge.general, "I know where you live")
    await world.until(lambda: len(lodge.committee.messages) == 2, 60, "a card of what was said meanwhile")

    assert "I know where you live" in lodge.card.text


async def test_a_session_that_is_declared_invalid_is_begun_anew_and_nothing_missed(
    lodge: Lodge, world: Discord
) -> None:
    await lodge.alice.say(lodge.general, "good evening")
    await lodge.flagged()
    world.gateway.miss("MESSAGE_CREATE")
    await lodge.alice.say(lodge.general, "I know where you live")

    await world.gateway.invalidate()
    await world.until(lambda: len(lodge.committee.messages) == 2, 60, "a card of what was missed")

    assert "I know where you live" in lodge.card.text


async def test_events_that_come_twice_or_in_the_wrong_order_make_one_case(lodge: Lodge, world: Discord) -> None:
    world.gateway.double("MESSAGE_CREATE", 2)
    world.gateway.hold()
    await lodge.mallory.say(lodge.general, "I know where you live")
    await lodge.mallory.say(lodge.general, "and when you sleep")

    world.gateway.release(reverse=True)
    await lodge.carded()

    assert len(lodge.committee.messages) == 1
    assert "reports: 1" in lodge.card.text


async def test_an_interaction_that_two_programs_answer_is_done_once(lodge: Lodge, world: Discord) -> None:
    await lodge.flagged()
    world.gateway.double("INTERACTION_CREATE")

    await lodge.mona.press(lodge.card, NOTICE)
    await lodge.settled()

    assert len(notices(lodge)) == 1
    assert "✓ Public notice · Mona" in lodge.card.text


def notices(lodge: Lodge) -> list[str]:
    """The notices in the channel."""
    return [one.text for one in lodge.general.messages if NOTICE_WORDS in one.text]


async def ended(lodge: Lodge) -> None:
    """Everything that was asked for has ended, tries that wait for their turn too."""
    for _ in range(200):
        await lodge.settled()
        if not await unended(lodge.house.app):
            return
        await lodge.world.quiet(0.05)
    raise AssertionError(await unended(lodge.house.app))
