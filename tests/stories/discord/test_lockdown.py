"""Hundreds come into the server within a minute: nobody sees more than the welcome channel."""

from datetime import timedelta

from tests.stories.discord.lodge import Lodge
from tests.stories.discord.test_admission import set_up
from tests.stories.watching import becomes
from tests.wire.discord import Member

RAID, BATCH = 500, 50


async def rush(lodge: Lodge, count: int) -> list[Member]:
    """So many people come in, 50 every six seconds of Discord's time."""
    came: list[Member] = []
    knocks = lodge.house.app.meters.counts
    for _ in range(0, count, BATCH):
        came += [await lodge.chess.join(lodge.world.user(f"Raider {len(came)}-{number}")) for number in range(BATCH)]
        await becomes(lambda: knocks["knock", "discord"] == len(came))  # noqa: B023 - asked before `came` grows
        await lodge.settled()
        lodge.world.clock.advance(timedelta(seconds=6))
    return came


async def test_a_raid_of_500_in_a_minute_sees_nothing_and_alarms_the_committee(lodge: Lodge) -> None:
    await set_up(lodge)
    private = lodge.chess.channels[int(lodge.house.app.chats["discord", str(lodge.chess.id)].committee_channel)]
    before = lodge.world.clock.now()

    raiders = await rush(lodge, RAID)

    [alert] = [one for one in private.messages if "is locked" in one.text]
    assert not [one for one in raiders if one.sees(lodge.general)]
    assert "20 people asked to join within 60 seconds" in alert.text
    assert alert.said_at - before <= timedelta(seconds=15)
    assert len([one for one in raiders if one.inbox]) < 20


async def test_a_lead_locks_the_server_and_opens_it_again(lodge: Lodge) -> None:
    begun = await lodge.lena.slash(lodge.general, "lockdown", minutes="60")
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    await lodge.world.quiet()
    await lodge.settled()
    during = list(nina.inbox)

    ended = await lodge.lena.slash(lodge.general, "lockdown", minutes="end")
    await lodge.settled()

    assert "are locked until" in begun.text
    assert during == []
    assert "Requests that were kept: 1" in ended.text
    assert "Code of Conduct" in nina.inbox[-1].text


async def test_a_moderator_cannot_lock_the_server(lodge: Lodge) -> None:
    answer = await lodge.mona.slash(lodge.general, "lockdown")

    assert answer.text.startswith("Only somebody with a seat")
