"""Several processes of Porter share one PostgreSQL. Any of them may be killed: the others do what it had in hand,
nothing is lost, and nobody is told anything twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update

from bot.desk import committee, moderation, powers, steps
from bot.desk.moderation import Claim
from bot.model import ActionKind, EffectState, Message, MessageRef, Place, Text, View
from bot.store.tables import effects
from tests.postgres import on_postgres
from tests.processes import Process, Processes
from tests.stories.discord.lodge import Lodge, account
from tests.stories.house import environment
from tests.wire.discord import Member
from tests.wire.discord import Message as Said

pytestmark = on_postgres
PEOPLE = 8


@pytest.fixture
async def processes(empty: Lodge) -> AsyncIterator[Processes]:
    """No process is at work yet, and the server is bound to no society."""
    found = Processes(empty.folder, environment(empty.folder, empty.mailbox) | empty.environ)
    yield found
    await found.close()


async def test_one_listens_one_works_and_one_stands_by_to_take_over(empty: Lodge, processes: Processes) -> None:
    lodge = empty
    first = await processes.start("gateway", "app.listening")
    await processes.start("worker")
    second = await processes.start("gateway", "app.standing_by")
    await lodge.bind()  # which both have to hear of
    message = await flagged_when_heard(lodge)
    await read_up_to_is_known(lodge)

    await first.kill()
    missed = await lodge.mallory.say(lodge.general, "I know where you live")
    await second.says("app.listening")
    await lodge.world.until(
        lambda: "reports: 2" in lodge.card.text, seconds=300, what="what was missed is caught up with"
    )
    await lodge.mona.press(lodge.card, "3 · Delete")
    await lodge.world.until(lambda: message.deleted and missed.deleted, seconds=300, what="what both heard is deleted")

    assert len(lodge.committee.messages) == 1


async def flagged_when_heard(lodge: Lodge) -> Said:
    """What Mallory writes is flagged as soon as whoever listens has heard that the chat is bound, and is on a card."""
    async with asyncio.timeout(300):
        while True:
            message = await lodge.mallory.say(lodge.general, "you play like a clown")
            if "Thank you" in (await lodge.alice.menu("Flag to committee", message)).text:
                break
            await asyncio.sleep(0.1)
    await lodge.world.until(lambda: lodge.cards, seconds=300, what="a card")
    return message


async def read_up_to_is_known(lodge: Lodge) -> None:
    """How far the channel was read is on disk, which is so every few seconds. What was said before whoever listens had
    heard of the chat leaves no mark."""
    await lodge.alice.say(lodge.general, "see you on Friday")
    async with asyncio.timeout(300):
        while True:
            if await committee.published(lodge.house.app, f"discord:seen:{lodge.general.id}"):
                return
            await asyncio.sleep(0.1)


async def warned(lodge: Lodge, member: Member) -> None:
    """Something of theirs is flagged and Mona has them told privately; nobody is at work yet who does it."""
    app = lodge.house.app
    chat = app.chats["discord", str(lodge.chess.id)]
    said = await member.say(lodge.general, "you play like a clown")
    place = Place("discord", str(lodge.chess.id), str(lodge.general.id))
    message = Message(MessageRef(place, str(said.id)), account(member), app.now(), (Text(View.TEXT, said.text),))
    flagged = await moderation.flag(app, chat, message, Claim("unkind", 2, reporter=account(lodge.alice)))
    mona = await powers.caller(app, account(lodge.mona), place)
    await steps.take(app, mona, flagged.case.id, ActionKind.WARN)


async def held_by_the_dead(lodge: Lodge, dead: Process) -> int:
    """How many effects a killed process left in hand; half a minute goes by, and their leases have run out."""
    async with lodge.house.app.store.work(lodge.house.app.now()) as work:
        left = await work.execute(
            update(effects)
            .where(effects.c.state == EffectState.RUNNING, effects.c.lease_until > work.now)
            .values(lease_until=work.now - timedelta(seconds=1))
        )
    assert dead.running.returncode is not None
    return left


async def test_workers_that_are_killed_lose_nothing_and_tell_nobody_twice(empty: Lodge, processes: Processes) -> None:
    lodge = empty
    await lodge.bind()
    people = [await lodge.chess.join(lodge.world.user(f"Member {number}")) for number in range(PEOPLE)]
    for member in people:
        await warned(lodge, member)
    lodge.world.faults.delay("POST", "/channels/*/messages", 0.2, times=None)

    left = 0
    for reached in (1, 4):
        worker = await processes.start("worker")
        await lodge.world.until(partial(has_heard, people, reached), seconds=300, what=f"{reached} are told")
        await worker.kill()
        left += await held_by_the_dead(lodge, worker)
    await asyncio.gather(processes.start("worker"), processes.start("worker"))
    await lodge.settled()

    async with lodge.house.app.store.read() as read:
        query = select(effects.c.state, func.count()).group_by(effects.c.state)
        ended = {str(row["state"]): row["count"] for row in await read.rows(query)}
        ready = (effects.c.state == "ready") & (effects.c.run_at <= lodge.house.app.now())
        due = await read.scalar(select(func.count()).select_from(effects).where(ready))
    assert left > 0
    assert [len(member.inbox) for member in people] == [1] * PEOPLE
    assert len(lodge.committee.messages) == PEOPLE
    assert set(ended) == {"done", "ready"}
    assert due == 0


def has_heard(people: list[Member], least: int) -> bool:
    """Whether so many of them have been told something."""
    return sum(len(member.inbox) for member in people) >= least
