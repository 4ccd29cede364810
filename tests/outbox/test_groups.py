"""What effects share: room by lane, and transactions."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from bot.model import Effect, EffectKind, EffectState, Receipt
from bot.outbox.engine import TAKEN, Deed, Ending
from bot.store import audit
from bot.store.change import Change
from tests.outbox.desk import PUBLIC, RECEIPT, STATE, Desk, World, working


@contextmanager
def commits(desk: Desk) -> Iterator[list[None]]:
    """How often the database is made to write to disk meanwhile."""
    found: list[None] = []

    def count(_connection: object) -> None:
        found.append(None)

    event.listen(desk.store.writer.sync_engine, "commit", count)
    yield found
    event.remove(desk.store.writer.sync_engine, "commit", count)


async def test_effects_that_are_done_together_share_their_commits(desk: Desk) -> None:
    ids = [await desk.ask(PUBLIC, f"number {number}") for number in range(TAKEN)]
    world = World()

    with commits(desk) as found:
        async with working(desk, PUBLIC, Deed(world.act)):
            ended = [await desk.ended(effect_id) for effect_id in ids]

    assert {effect.state for effect in ended} == {EffectState.DONE}
    assert len(found) < TAKEN  # one by one it would be three for each


async def test_each_effect_of_a_group_has_its_own_audit_line_and_the_chain_holds(desk: Desk) -> None:
    ids = [await desk.ask(STATE, f"number {number}") for number in range(TAKEN)]
    world = World()

    async with working(desk, STATE, Deed(world.act)):
        for effect_id in ids:
            await desk.ended(effect_id)

    async with desk.store.read() as read:
        lines = await audit.lines(read)
    assert {line.about for line in lines if line.by == "outbox"} == {f"effect:{effect_id}" for effect_id in ids}
    assert audit.verify(lines) == ""


async def test_what_follows_from_one_effect_and_cannot_be_written_spoils_no_other(desk: Desk) -> None:
    ids = [await desk.ask(STATE, f"number {number}") for number in range(TAKEN)]
    world = World()

    async def settle(_change: Change, effect: Effect, _ending: Ending) -> None:
        if effect.id == ids[0]:
            raise RuntimeError("this one cannot be written")

    async with working(desk, STATE, Deed(world.act, settle)):
        ended = [await desk.ended(effect_id) for effect_id in ids[1:]]

    assert {effect.state for effect in ended} == {EffectState.DONE}
    assert (await desk.effect(ids[0])).state is EffectState.RUNNING  # its lease runs out, and it is done again


async def test_what_waits_for_a_slow_platform_keeps_nothing_pressing_waiting(desk: Desk) -> None:
    stuck = asyncio.Event()

    async def wait(_effect: Effect) -> Receipt:
        await stuck.wait()
        return Receipt({})

    for number in range(2 * TAKEN):
        await desk.ask(RECEIPT, f"statement {number}")
    desk.outbox.learn({EffectKind.OFFICER_MAIL: Deed(World().act)})
    async with working(desk, RECEIPT, Deed(wait)):
        mail = await desk.ask(EffectKind.OFFICER_MAIL, "the mail")
        ended = await desk.ended(mail)
        stuck.set()

    assert ended.state is EffectState.DONE
