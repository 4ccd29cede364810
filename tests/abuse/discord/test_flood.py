"""A flood in one channel: messages that a line cannot hold are read again later; no report is among what is shed."""

import asyncio
import time

from sqlalchemy import func, select

from bot.platforms.discord.lines import Lines
from bot.store.tables import reports
from tests.abuse import many
from tests.stories.discord.lodge import Lodge
from tests.wire.discord import Answer

PACE = 60 / 5_000  # seconds from one message to the next


async def test_every_report_made_in_a_flood_becomes_a_case(lodge: Lodge) -> None:
    count, every = many(240, 5_000), 40
    subjects = [await lodge.chess.join(lodge.world.user(f"Flooder{number}")) for number in range(count // every)]
    alices = [await lodge.chess.join(lodge.world.user(f"Alice{number}")) for number in range(10)]
    await lodge.settled()

    answers = list[asyncio.Task[Answer]]()
    begun = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, number * PACE - (time.perf_counter() - begun)))
        message = await subjects[number % len(subjects)].say(lodge.general, f"move {number}")
        if number % every == 0:
            alice = alices[len(answers) % len(alices)]  # nobody reports more than one person may in an hour
            answers.append(asyncio.create_task(alice.menu("Flag to committee", message, patience=30.0)))
    told = await asyncio.gather(*answers)
    await lodge.settled()

    print(f"messages={count} reports={len(told)} shed={sum(not one.text.startswith('Thank you') for one in told)}")
    async with lodge.house.app.store.read() as read:
        kept = await read.scalar(select(func.count()).select_from(reports))
    assert kept == len(told)
    assert [one.text for one in told if not one.text.startswith("Thank you. Your report is with the committee")] == []


async def test_a_full_line_turns_messages_away_and_says_once_that_it_must_be_read_again() -> None:
    missed: list[str] = []
    done: list[int] = []
    held = asyncio.Event()

    async def note(channel: str) -> None:
        missed.append(channel)

    async def wait() -> None:
        await held.wait()

    async def do(number: int) -> None:
        done.append(number)

    lines = Lines(note, room=10)
    lines.put("general", wait)
    await asyncio.sleep(0)
    taken = [lines.put("general", lambda number=number: do(number)) for number in range(50)]  # type: ignore[misc]  # bound here
    held.set()
    await lines.settle()

    assert sum(taken) == 10
    assert done == list(range(10))
    assert missed == ["general"]
