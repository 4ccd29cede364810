"""What the time of an answer tells about a membership number: numbers on the list and numbers on none, in any order,
each given by a stranger of their own, at the desk, where no network hides a difference.

The figure is the area under the curve of the best guesser who sees nothing but the time: 0.5 is luck.
"""

import statistics
import time
from pathlib import Path
from random import Random

from tests.abuse.office import CHESS, Office
from tests.stories.house import built
from tests.wire.mail import Mailbox

EACH = 1_000  # numbers of either kind: with as many, luck alone stays within 0.026 of 0.5 nineteen times out of twenty
FIRST = 200  # numbers that are asked for before, so that nothing is measured which happens once


async def asked(folder: Path) -> dict[str, float]:
    """Milliseconds of the middle answer to each kind, and the area under the curve, at least 0.5."""
    luck = Random(11)  # noqa: S311 - the same order at every run, not a secret
    known = [f"{1_000_000 + number}" for number in range(EACH + FIRST // 2)]
    unknown = [f"{2_000_000 + number}" for number in range(EACH + FIRST // 2)]
    numbers = [*((one, True) for one in known), *((one, False) for one in unknown)]
    luck.shuffle(numbers)
    async with Mailbox() as mailbox, built(folder, mailbox, {}) as house:
        office = Office(house)
        await office.open()
        for number in known:
            await house.paid(number, f"m{number}@example.org")
        times = [(await answered(office, number), listed) for number, listed in numbers][FIRST:]
    on, off = ([1_000 * taken for taken, listed in times if listed is kind] for kind in (True, False))
    middle = {"on the list, ms": statistics.median(on), "on none, ms": statistics.median(off)}
    return {"numbers": len(times), **middle, "area under the curve": area(on, off)}


async def answered(office: Office, number: str) -> float:
    """Seconds until a stranger who gives that number has their answer."""
    chat = office.app.chats["discord", CHESS.chat]
    token = await office.token("verify", None, chat=chat.id)
    begun = time.perf_counter()
    await office.submit(f"Stranger {number}", token, number=number)
    return time.perf_counter() - begun


def area(some: list[float], others: list[float]) -> float:
    """How often a random one of the ones is slower than a random one of the others, or faster, whichever is more."""
    ranked = sorted([*((one, True) for one in some), *((one, False) for one in others)])
    ranks = sum(rank for rank, (_, ours) in enumerate(ranked, 1) if ours)
    wins = (ranks - len(some) * (len(some) + 1) / 2) / (len(some) * len(others))
    return max(wins, 1 - wins)
