"""What Discord counts against us is counted by us first, and a crash does not make us forget it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import PlatformError, RateLimited, Unreachable
from bot.meters import Meters
from bot.model import Answer, Place, Priority, Run, Speech
from bot.outbox.pace import Pace, bearing_of
from bot.platforms.discord import history, speaking
from bot.platforms.discord.client import Client
from bot.platforms.discord.connection import Introductions, point_at
from bot.platforms.discord.files import Files
from bot.platforms.discord.keeping import Keeping
from bot.platforms.discord.muting import Muting
from bot.platforms.discord.pace import Gates
from tests.stories.discord.lodge import Lodge

CRASHES, DAY = 200, timedelta(days=1)
HELLO = Answer(Speech((Run("hello"),)))


@dataclass
class Process:
    """One run of the program's connection after another on the same database, by a clock that goes on when told to."""

    lodge: Lodge
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """The time."""
        return self.at

    def made(self) -> Client:
        """What a new process makes: it knows only what the database kept."""
        app, kept = self.lodge.house.app, Keeping(self.lodge.house.app)

        async def fresh(_channel: str, _message: str, _file: str) -> str:
            return ""

        files = Files(self.lodge.world.api_url, fresh, self.now)
        gates = Gates(Pace(), kept, self.now, Meters())
        return Client(app, files, Introductions(kept, self.now), kept, gates, Muting(kept, self.now))

    @asynccontextmanager
    async def running(self, made: Client | None = None) -> AsyncIterator[Client]:
        """A process that is connected, until it crashes: a new one, or the one that was `made` and waited."""
        client, sessions = made or self.made(), self.lodge.bot.identifies
        task = asyncio.create_task(client.start(self.lodge.bot.token))
        await self.lodge.world.until(lambda: self.lodge.bot.identifies > sessions)
        if made is None:
            await client.known.wait()
        yield client
        await client.finish()
        await client.close()
        await asyncio.wait({task})


@pytest.fixture
async def process(empty: Lodge) -> AsyncIterator[Process]:
    """The loopback Discord, and nothing connected to it yet."""
    undo = point_at(empty.world.api_url, empty.world.gateway_url)
    yield Process(empty)
    undo()


async def test_two_hundred_crashes_in_a_day_introduce_us_fifty_times_at_most_and_never_for_good(
    process: Process,
) -> None:
    between, waited = DAY / CRASHES, 0

    for _ in range(CRASHES):
        client = process.made()
        pause = timedelta(seconds=await client.introductions.due())
        if pause > between:
            waited += 1  # it crashes again while it waits for its turn
            process.at += between
            continue
        process.at += pause
        async with process.running(client):
            process.at += between - pause

    print(f"crashes={CRASHES} introductions={process.lodge.bot.identifies}")
    assert 20 < process.lodge.bot.identifies <= 50
    assert waited == CRASHES - process.lodge.bot.identifies


async def test_closed_private_chats_in_a_loop_cost_eighty_refusals_in_ten_minutes_and_we_still_log_in(
    process: Process,
) -> None:
    process.lodge.mallory.user.dms_closed = True
    refused, put_off = 0, 0

    for _ in range(3):  # each a new process
        async with process.running() as client:
            place = Place("discord", str(process.lodge.mallory.id), private=True)
            for _ in range(50):
                try:
                    with bearing_of(Priority.DIRECT, 1.5):
                        await speaking.direct(client, place, HELLO)
                except Unreachable:
                    refused += 1
                except RateLimited:
                    put_off += 1
        process.at += timedelta(seconds=60)

    assert (refused, put_off) == (80, 70)
    assert process.lodge.world.limits.invalid == 80


async def test_when_ten_minutes_are_over_calls_go_out_again(process: Process) -> None:
    process.lodge.mallory.user.dms_closed = True
    place = Place("discord", str(process.lodge.mallory.id), private=True)
    async with process.running() as client:
        while process.lodge.world.limits.invalid < 100:
            with pytest.raises(Unreachable):
                await speaking.direct(client, place, HELLO)
        with bearing_of(Priority.DELETE, 1.5), pytest.raises(RateLimited) as caught:
            await speaking.direct(client, place, HELLO)

        process.at += timedelta(seconds=caught.value.retry_after)
        with bearing_of(Priority.DELETE, 1.5), pytest.raises(Unreachable):
            await speaking.direct(client, place, HELLO)

    assert caught.value.retry_after == pytest.approx(600.0)


async def test_a_full_channel_holds_up_nobody_and_costs_no_refusal(process: Process) -> None:
    world, lodge = process.lodge.world, process.lodge
    world.limits.set("POST", f"/channels/{lodge.general.id}/messages", 5, 60.0)
    full = Place("discord", str(lodge.chess.id), str(lodge.general.id))
    free = Place("discord", str(lodge.chess.id), str(lodge.committee.id))

    async with process.running() as client:
        with bearing_of(Priority.NOTICE, 0.5):
            for _ in range(5):
                await speaking.say(client, full, HELLO, "", None)
            with pytest.raises(RateLimited) as caught:
                await speaking.say(client, full, HELLO, "", None)
            await speaking.say(client, free, HELLO, "", None)

    assert 50 < caught.value.retry_after <= 60
    assert world.limits.invalid == 0
    assert len(lodge.committee.messages) == 1


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_429_is_handed_on_at_once_with_its_fraction_of_a_second(process: Process, scope: str) -> None:
    world, lodge = process.lodge.world, process.lodge
    path = f"/channels/{lodge.general.id}/messages"
    place = Place("discord", str(lodge.chess.id), str(lodge.general.id))

    async with process.running() as client:
        await history.since(client, place, 0, 1)
        world.faults.rate_limit("POST", path, 7.25, scope=scope)
        with bearing_of(Priority.NOTICE, 0.5), pytest.raises(RateLimited) as caught:
            await speaking.say(client, place, HELLO, "", None)
        with bearing_of(Priority.NOTICE, 0.5), pytest.raises(RateLimited):
            await speaking.say(client, place, HELLO, "", None)

    assert caught.value.retry_after == 7.25
    assert len(world.journal.calls("POST", path)) == 1  # the second was not even made


async def test_a_429_that_does_not_say_how_long_is_a_minute(process: Process) -> None:
    lodge = process.lodge
    path = f"/channels/{lodge.general.id}/messages"
    body = '{"message": "You are being rate limited.", "global": false}'
    lodge.world.faults.answer("POST", path, 429, body)
    place = Place("discord", str(lodge.chess.id), str(lodge.general.id))

    async with process.running() as client:
        with pytest.raises(RateLimited) as caught:
            await speaking.say(client, place, HELLO, "", None)

    assert caught.value.retry_after == 60.0


async def test_one_message_tries_whether_discord_lets_us_again(process: Process) -> None:
    kept, alice = Keeping(process.lodge.house.app), process.lodge.alice
    muting = Muting(kept, process.now)
    process.lodge.bot.flagged = True
    place = Place("discord", str(alice.id), private=True)

    async with process.running() as client:

        async def write() -> str:
            try:
                await muting.direct(lambda: speaking.direct(client, place, HELLO))
            except PlatformError as error:
                return type(error).__name__
            return "sent"

        first = [await write(), await write()]
        process.at += timedelta(hours=1, seconds=1)
        again = [await write(), await write()]
        process.lodge.bot.flagged = False
        process.at += timedelta(hours=1, minutes=30)
        still = await write()
        process.at += timedelta(minutes=31)
        both = sorted(await asyncio.gather(write(), write()))
        after = await write()

    assert (first, again, still) == (["Muted", "Muted"], ["Muted", "Muted"], "Muted")
    assert (both, after) == (["Muted", "sent"], "sent")
    assert len(process.lodge.world.journal.calls("POST", "/users/@me/channels")) == 4


async def test_what_the_library_tells_a_closed_client_starts_nothing(process: Process) -> None:
    async with process.running() as client:
        assert not client.is_closed()

    client.dispatch("disconnect")  # it does, when the closing was faster than its own reading
