"""Who may call a platform, when, and who goes first; the clock is a number."""

import asyncio
from contextlib import suppress

import pytest

from bot.errors import RateLimited
from bot.model import EffectState, Priority
from bot.outbox.engine import TAKEN, Deed
from bot.outbox.pace import Pace, Shut, Window, bearing_of
from tests.outbox.desk import RECEIPT, STATE, Desk, World, working


def passed(window: Window, at: float, priority: int) -> int:
    """How many calls of that priority get through at that time."""
    found = 0
    while window.wait(at, 0, priority) == 0:
        window.take(at)
        found += 1
    return found


def test_a_window_lets_its_number_through_and_no_more_in_any_stretch_of_its_length() -> None:
    window = Window(20, 60.0)

    times = [at / 10 for at in range(3_000) for _ in range(passed(window, at / 10, Priority.DELETE))]

    assert max(sum(at <= other < at + 60.0 for other in times) for at in times) == 20
    assert len(times) == 100


@pytest.mark.parametrize(
    ("priority", "gets"), [(Priority.URGENT, 20), (Priority.DIRECT, 20), (Priority.NOTICE, 18), (Priority.CARD, 15)]
)
def test_a_part_of_a_limit_stays_free_for_what_is_more_pressing(priority: Priority, gets: int) -> None:
    window = Window(20, 60.0)

    found = passed(window, 0.0, priority)

    assert found == gets
    assert passed(window, 0.0, Priority.URGENT) == 20 - gets


def test_who_stands_behind_others_is_told_when_their_own_turn_comes() -> None:
    window = Window(1, 10.0)
    window.take(5.0)

    waits = [window.wait(6.0, ahead, Priority.DELETE) for ahead in (0, 1)]

    assert waits == [9.0, 10.0]


async def test_a_call_that_would_wait_too_long_is_told_when_to_come_again() -> None:
    pace, shut = Pace(lambda: 100.0), Shut(until=107.5)

    with bearing_of(Priority.NOTICE, 1.5), pytest.raises(RateLimited) as caught:
        await pace.pass_through((shut,), "not now")

    assert (str(caught.value), caught.value.retry_after) == ("not now", 7.5)


async def test_a_gate_that_is_shut_for_one_chat_lets_the_others_pass() -> None:
    pace, one, other = Pace(lambda: 0.0), Shut(until=60.0), Shut()

    with bearing_of(Priority.CARD, 1.5):
        await pace.pass_through((other,), "not now")
        with pytest.raises(RateLimited):
            await pace.pass_through((one,), "not now")


async def test_the_more_pressing_call_passes_first_though_it_came_later() -> None:
    pace, window, order = Pace(), Window(1, 0.05), list[Priority]()

    async def call(priority: Priority) -> None:
        with bearing_of(priority, 30.0):
            await pace.pass_through((window,), "not now")
        order.append(priority)

    window.take(pace.clock())
    calls = [asyncio.create_task(call(one)) for one in (Priority.CARD, Priority.NOTICE, Priority.DELETE)]
    await asyncio.gather(*calls)

    assert order == [Priority.DELETE, Priority.NOTICE, Priority.CARD]


async def test_a_call_that_gives_up_leaves_no_place_behind() -> None:
    pace, window = Pace(), Window(1, 0.05)
    window.take(pace.clock())

    waiting = asyncio.create_task(pace.pass_through((window,), "not now"))
    await asyncio.sleep(0)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    with bearing_of(Priority.LATER, 1.5):
        await pace.pass_through((window,), "not now")

    assert len(window.times) == 1


async def test_a_limited_platform_is_no_failure_however_often_it_says_so(desk: Desk) -> None:
    world = World([RateLimited("Slow down.", 0.5) for _ in range(20)])

    async with working(desk, RECEIPT, Deed(world.act)):
        effect_id = await desk.ask(RECEIPT)
        for left in range(19, -1, -1):
            await desk.comes(effect_id, lambda one, left=left: len(world.troubles) == left and one.state == "ready")  # type: ignore[misc]  # left is bound here
            desk.later()
        effect = await desk.ended(effect_id)

    assert (effect.state, effect.attempts) == (EffectState.DONE, 1)
    assert world.done == ["it"]


async def test_a_platform_that_takes_no_cards_takes_the_deletions_in_between(desk: Desk) -> None:
    world = World([RateLimited("Slow down.", 3600.0) for _ in range(4 * TAKEN)])
    cards = [await desk.ask(RECEIPT, f"statement {number}") for number in range(4 * TAKEN)]

    desk.outbox.learn({STATE: Deed(World().act)})
    async with working(desk, RECEIPT, Deed(world.act)):
        deletion = await desk.ended(await desk.ask(STATE, "the deletion"))
        waiting = [await desk.comes(one, lambda effect: bool(effect.error)) for one in cards]

    assert deletion.state is EffectState.DONE
    assert {(one.state, one.attempts) for one in waiting} == {(EffectState.READY, 0)}
