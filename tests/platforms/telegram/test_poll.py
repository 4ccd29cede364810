"""How updates come: by polling, and by webhook."""

import asyncio
import json

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.config import TelegramSettings, WebhookSettings
from bot.errors import TokenRevoked
from bot.platforms.telegram.client import Telegram as Adapter
from bot.platforms.telegram.connection import UPDATES
from bot.platforms.telegram.inbox import Inbox
from bot.platforms.telegram.poll import Poll, pause
from bot.platforms.telegram.webhook import HEADER, Webhook
from bot.store.tables import inbox as table
from tests.platforms.telegram.conftest import Scene, settings_for


async def kept(scene: Scene) -> list[int]:
    async with scene.app.store.read() as read:
        return [int(row["key"]) for row in await read.rows(select(table.c.key).order_by(table.c.id))]


async def polls(scene: Scene) -> None:
    """Return once a poll is open."""
    await scene.telegram.until(lambda: scene.robot.updates.polling)


async def nothing(_update: dict[str, object]) -> None:
    """Handle nothing."""


async def test_updates_are_on_disk_before_telegram_is_told(scene: Scene) -> None:
    await scene.adapter.connection.open()
    inbox = Inbox(scene.app, nothing)
    polling = asyncio.create_task(Poll(scene.adapter.connection, inbox, seconds=1).run())
    await polls(scene)

    await scene.alice.say(scene.chess, "one")
    await scene.alice.say(scene.chess, "two")
    await scene.telegram.settled()

    confirmed = [one.update_id for one in scene.telegram.journal.deliveries if one.confirmed is not None]
    assert len(confirmed) >= 2
    assert set(confirmed) <= set(await kept(scene))
    polling.cancel()


async def test_every_poll_says_what_it_wants(scene: Scene) -> None:
    await scene.adapter.connection.open()

    await scene.adapter.connection.updates(0, 0)

    call = scene.telegram.journal.polls[-1]
    assert call.args["allowed_updates"] == list(UPDATES)
    assert "offset" not in call.args


async def test_when_all_is_confirmed_no_offset_is_named(scene: Scene) -> None:
    await scene.adapter.connection.open()
    poll = Poll(scene.adapter.connection, Inbox(scene.app, nothing), seconds=0)

    await poll.once()
    await scene.alice.say(scene.chess, "one")
    for _ in range(4):
        await poll.once()

    offsets = [call.args.get("offset") for call in scene.telegram.journal.polls]
    last = max(await kept(scene))
    assert offsets[0] is None
    assert last + 1 in offsets
    assert offsets[-1] is None


async def test_after_a_quiet_week_updates_with_lower_ids_are_not_lost(scene: Scene) -> None:
    await scene.adapter.connection.open()
    poll = Poll(scene.adapter.connection, Inbox(scene.app, nothing), seconds=0)
    scene.robot.updates.renumber(500_000)
    await scene.alice.say(scene.chess, "before")
    for _ in range(3):
        await poll.once()

    scene.robot.updates.renumber(499_995)
    await scene.alice.say(scene.chess, "after")
    await poll.once()

    assert (await kept(scene))[-2:] == [500_000, 499_995]


async def test_a_second_program_on_the_token_stops_the_first(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    await scene.adapter.connection.open()
    first = asyncio.create_task(Poll(scene.adapter.connection, Inbox(scene.app, nothing)).run())
    other = Adapter(scene.app, settings_for(scene.telegram, scene.robot))
    await other.connection.open()
    await polls(scene)

    await other.connection.updates(0, 1)
    await first

    assert first.exception() is None
    await other.stop()


async def test_a_revoked_token_ends_the_polling(scene: Scene) -> None:
    await scene.adapter.connection.open()
    polling = asyncio.create_task(Poll(scene.adapter.connection, Inbox(scene.app, nothing)).run())
    await polls(scene)

    scene.robot.revoke()
    await polling

    assert polling.exception() is None


async def test_a_token_telegram_does_not_take_is_told_at_the_start(scene: Scene) -> None:
    scene.robot.revoke()

    with pytest.raises(TokenRevoked):
        await scene.adapter.start()


@pytest.mark.parametrize("fault", ["html", "cut", "reset", "raw"])
async def test_what_goes_wrong_with_one_poll_is_over_with_the_next(scene: Scene, fault: str) -> None:
    faults = scene.telegram.faults
    if fault == "html":
        faults.answer("getUpdates", status=502)
    elif fault == "cut":
        faults.cut("getUpdates")
    elif fault == "reset":
        faults.reset_before("getUpdates")
    else:
        scene.telegram.push(scene.robot, {"message": {"nobody": "knows this"}})

    await scene.adapter.start()
    await scene.adapter.listen()
    await scene.alice.start(scene.robot)
    await scene.telegram.settled(limit=20)
    await scene.adapter.inbox.idle()

    assert len(await kept(scene)) >= 1


@pytest.mark.parametrize(
    ("failed", "luck", "seconds"), [(1, 0.5, 1.0), (2, 0.5, 2.0), (9, 0.5, 30.0), (50, 0.999, 37.485), (50, 0.0, 22.5)]
)
def test_pauses_grow_up_to_half_a_minute(failed: int, luck: float, seconds: float) -> None:
    assert pause(failed, luck) == pytest.approx(seconds)


async def hook(scene: Scene) -> Webhook:
    settings = WebhookSettings(url="https://bot.example.org/hook", secret=SecretStr("s3cret-S3CRET"), port=0)
    webhook = Webhook(scene.adapter.connection, Inbox(scene.app, nothing), settings)
    await webhook.start()
    return webhook


@pytest.mark.parametrize(
    ("secret", "body", "status", "stored"),
    [
        ("s3cret-S3CRET", b'{"update_id": 5, "message": {}}', 200, [5]),
        ("wrong", b'{"update_id": 5, "message": {}}', 403, []),
        (None, b'{"update_id": 5, "message": {}}', 403, []),
        ("s3cret-S3CRET", b'{"update_id": 5, "mess', 200, []),
        ("s3cret-S3CRET", b"[1, 2]", 200, []),
        ("s3cret-S3CRET", b"x" * 1_000_001, 413, []),
    ],
)
async def test_what_is_pushed_is_stored_when_it_comes_from_telegram(
    scene: Scene, secret: str | None, body: bytes, status: int, stored: list[int]
) -> None:
    webhook = await hook(scene)
    headers, url = {} if secret is None else {HEADER: secret}, f"http://127.0.0.1:{webhook.port}/hook"

    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        found = answer.status

    assert found == status
    assert await kept(scene) == stored
    await webhook.stop()


async def test_what_cannot_be_stored_is_to_be_pushed_again(scene: Scene) -> None:
    webhook = await hook(scene)
    await scene.app.store.close()
    async with scene.app.store.writer.begin() as connection:
        await connection.run_sync(table.drop)
    headers = {HEADER: "s3cret-S3CRET"}
    update, url = json.dumps({"update_id": 5, "message": {}}), f"http://127.0.0.1:{webhook.port}/hook"

    async with aiohttp.ClientSession() as session, session.post(url, data=update, headers=headers) as answer:
        found = answer.status

    assert found == 500
    await webhook.stop()


async def test_with_a_webhook_telegram_pushes_what_happens(scene: Scene) -> None:
    webhook = await hook(scene)
    address = f"http://127.0.0.1:{webhook.port}/hook"
    settings = WebhookSettings(url=address, secret=SecretStr("s3cret-S3CRET"))

    await Webhook(scene.adapter.connection, Inbox(scene.app, nothing), settings).announce()
    await scene.alice.say(scene.chess, "hello")
    await scene.telegram.settled()

    call = scene.telegram.journal.applied("setWebhook")[-1]
    assert call.args["url"] == address
    assert call.args["allowed_updates"] == list(UPDATES)
    assert [one.update_id for one in scene.telegram.journal.deliveries if one.confirmed] == await kept(scene)
    await webhook.stop()


async def test_an_adapter_with_a_webhook_does_not_poll(scene: Scene) -> None:
    hooked = WebhookSettings(url="http://127.0.0.1:9/hook", secret=SecretStr("s3cret-S3CRET"), port=0)
    settings = settings_for(scene.telegram, scene.robot).model_copy(update={"webhook": hooked})
    adapter = Adapter(scene.app, settings)

    await adapter.start()
    await adapter.listen()
    await adapter.stop()

    assert len(scene.telegram.journal.applied("setWebhook")) == 1
    assert scene.telegram.journal.polls == []


async def test_what_was_stored_while_telegram_was_away_is_handled_once_we_know_our_name(scene: Scene) -> None:
    await scene.adapter.inbox.keep([{"update_id": 1, "poll_answer": {}}])
    assert scene.adapter.connection.username == ""

    await scene.adapter.start()
    await scene.adapter.listen()
    await scene.adapter.inbox.idle()

    assert scene.adapter.connection.username == "porter_bot"


async def test_when_telegram_is_away_at_the_start_it_is_found_later(scene: Scene) -> None:
    scene.telegram.faults.reset_before("getMe")

    await scene.adapter.start()
    await scene.adapter.listen()

    assert scene.adapter.link("x") == "https://t.me/porter_bot?start=x"


async def test_without_a_webhook_an_old_one_is_taken_away_and_nothing_dropped(scene: Scene) -> None:
    await scene.adapter.start()
    await scene.adapter.listen()

    call = await scene.telegram.called("deleteWebhook")

    assert call.args.get("drop_pending_updates") in (None, False)
    assert TelegramSettings().webhook is None
