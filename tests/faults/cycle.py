"""One cycle: an evening during which the program is killed, a restart, and everybody's account of it compared."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from tests.faults.evening import evening
from tests.faults.oracle import Tally, compared
from tests.faults.town import Town

# Where a crash is worth a cycle of its own.
PLACES = (
    "store.committing:report",
    "store.committed:report",
    "store.committing:escalate",
    "store.committing:notice done",
    "outbox.claimed",
    "outbox.intended:notice",
    "outbox.performed:notice",
    "outbox.ended:notice",
    "outbox.intended:warn",
    "outbox.performed:warn",
    "outbox.performed:delete",
    "outbox.performed:capture",
    "outbox.performed:card",
    "outbox.intended:officer_dm",
    "outbox.performed:officer_dm",
    "outbox.performed:officer_mail",
    "outbox.performed:officer_next",
    "outbox.ended:officer_next",
    "smtp.handed_over",
    "capture.around",
    "posting.said",
)
OF = {
    "discord": ("discord.answering", "discord.answering#3", "discord.answered"),
    "telegram": ("telegram.stored", "telegram.stored#4", "telegram.handling#3", "telegram.handled#2"),
}


async def cycle(
    town: Town, luck: Random, armed: Sequence[str] = (), after: float | None = None, again_after: float | None = None
) -> Tally:
    """The program runs and is settled. It dies at one of the armed places, or `after` seconds, or when all is done; and
    once more that many seconds after it was started again, if any. The next life must come to the same end as if
    nothing had happened."""
    assert town.life is not None
    town.life.arm(armed)
    acting = asyncio.create_task(evening(town, luck))
    if after is None:
        await acting
        await town.settled_or_over()
    else:
        await asyncio.wait({acting}, timeout=after)
    reached = await town.kill()
    await acting
    if again_after is not None:
        life = await town.start()
        await asyncio.wait({life.ended}, timeout=again_after)
        await town.kill()
    await again(town)
    return replace(await compared(town), reached=reached)


async def again(town: Town) -> None:
    """Start once more, and let it come to rest."""
    await town.start()
    await town.connected()
    await town.settled()


def account(tally: Tally, town: Town) -> str:
    """For a failing test: what is wrong, and what the program said."""
    return json.dumps(tally.wrong, indent=1, ensure_ascii=False) + "\n" + town.said()
