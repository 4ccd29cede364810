"""An evening in the town: people misbehave, others report it, the committee acts. The program may die at any moment."""

import asyncio
from collections.abc import Coroutine
from random import Random
from typing import Any

from tests.faults.ledger import Claim, Step
from tests.faults.sides import STEPS, SUBJECTS, Said, Side, reference_in
from tests.faults.town import Town
from tests.wire.telegram import ImpossibleError

UNKIND = ("You play like a potato. Take up draughts before we vote on it.", "Nobody wants you here, and you know it.")
THREAT = "I know where you live"  # a rule knows this one
GRACE = 0.15  # seconds for an answer that was given before the program died to arrive
CANNOT = (AssertionError, LookupError, ImpossibleError)  # no answer came, or the button is no longer there


def chance(seed: object) -> Random:
    """Luck that is the same for the same seed."""
    return Random(str(seed))  # noqa: S311 - nothing here is a secret


async def evening(town: Town, luck: Random) -> None:
    """On every platform at once, until everything was done or the program is dead."""
    assert town.life is not None
    life = town.life
    town.evenings += 1
    acting = [asyncio.create_task(on_side(town, side, chance(luck.random()))) for side in town.sides]
    everything = asyncio.create_task(asyncio.wait(acting))
    over = asyncio.create_task(life.over())
    await asyncio.wait([everything, over], return_when=asyncio.FIRST_COMPLETED)
    over.cancel()
    _, late = await asyncio.wait(acting, timeout=GRACE)
    for task in late:
        task.cancel()
    for found in await asyncio.gather(*acting, return_exceptions=True):
        if isinstance(found, Exception):
            raise found


async def on_side(town: Town, side: Side, luck: Random) -> None:
    """Two people misbehave; each is reported by one or two. All steps are taken with one of them, some with the
    other."""
    first = 2 * town.evenings % SUBJECTS
    every, some = chance(luck.random()), chance(luck.random())
    await asyncio.gather(
        trouble(town, side, every, first, len(STEPS)), trouble(town, side, some, first + 1, some.randint(0, len(STEPS)))
    )


async def trouble(town: Town, side: Side, luck: Random, number: int, steps: int) -> None:
    """Somebody misbehaves, is reported, and the committee takes steps."""
    said = await side.say(number, luck.choice([*UNKIND, THREAT]))
    flags = [flag(town, side, reporter, said) for reporter in luck.sample(range(3), luck.choice([1, 1, 2]))]
    await together(flags)
    while not (card := side.card(said.name)):
        if town.is_dead:
            return
        await town.changed(side)
    await together([take(town, side, card, label) for label in luck.sample(list(STEPS), steps)])


async def together(acts: list[Coroutine[Any, Any, None]]) -> None:
    """Do these at once; what a person cannot do on their platform just now is not done."""
    for found in await asyncio.gather(*acts, return_exceptions=True):
        if isinstance(found, BaseException) and not isinstance(found, CANNOT):
            raise found


async def flag(town: Town, side: Side, reporter: int, said: Said) -> None:
    """Somebody flags it; the ledger knows whether they were thanked."""
    claim = Claim(said, side.reporter(reporter), thanked=False)
    if side.survives:  # what a platform keeps for us is promised with the saying
        town.ledger.claims.append(Claim(said, claim.reporter, thanked=True))
        await side.flag(reporter, said)
        return
    town.ledger.claims.append(claim)
    if "Thank you" in await side.flag(reporter, said):
        town.ledger.claims.remove(claim)
        town.ledger.claims.append(Claim(said, claim.reporter, thanked=True))


async def take(town: Town, side: Side, card: str, label: str) -> None:
    """A step; the ledger knows what was promised."""
    answer = await side.press("mona", card, label)
    reference = reference_in(answer)
    if reference:
        town.ledger.steps.append(Step(reference, STEPS[label], side.name))
