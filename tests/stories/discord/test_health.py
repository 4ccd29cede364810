"""Whoever looks after Porter sees how it is, on Discord too."""

from datetime import timedelta

from tests.stories.discord.lodge import Lodge
from tests.stories.watching import becomes, healthz, metrics


async def test_the_gateway_is_watched(lodge: Lodge) -> None:
    await lodge.flagged()

    _, found = await metrics(lodge.house.app)
    told = await healthz(lodge.house.app)

    assert found["porter_connected{discord}"] == 1
    assert found["porter_reports{person}"] == found["porter_cards{}"] == 1
    assert found["porter_verdicts_total{none}"] + found["porter_verdicts_total{digest}"] >= 1
    assert found["porter_last_update_timestamp_seconds{discord}"] > 0
    assert (told.code, told.body["status"], told.body["platforms"]) == (200, "ok", ["discord"])


async def test_an_answer_that_we_ask_too_much_is_counted(lodge: Lodge) -> None:
    lodge.world.faults.rate_limit("POST", "/channels/*/messages", 0.05)

    await lodge.flagged()

    _, found = await metrics(lodge.house.app)
    assert found["porter_too_many_requests_total{discord}"] == 1


async def test_a_gateway_that_is_gone_is_told(lodge: Lodge) -> None:
    meters = lodge.house.app.meters
    async with lodge.world.down():
        await becomes(lambda: not meters.lines["discord"].connected)
        lodge.world.clock.advance(timedelta(minutes=3))
        told = await healthz(lodge.house.app)

    assert (told.code, told.body["status"], told.names) == (503, "failing", ["disconnected"])
