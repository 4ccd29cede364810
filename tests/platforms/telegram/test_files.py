"""Fetching files."""

import logging

import pytest

from bot.errors import PlatformError, TokenRevoked
from bot.model import Attachment
from bot.platforms.telegram.files import DOWNLOAD_BYTES
from tests.platforms.telegram.conftest import Scene, ref
from tests.wire.telegram import File, picture

MEGABYTE = 1_000_000


async def attachment(scene: Scene, data: bytes) -> Attachment:
    message = await scene.alice.say(scene.chess, document=File("a.pdf", data))
    found = message.content["document"]
    return Attachment(found["file_id"], "a.pdf", "application/pdf", len(data))


async def test_a_file_is_fetched(scene: Scene) -> None:
    one = await attachment(scene, b"some bytes")

    assert await scene.adapter.download(one, MEGABYTE) == b"some bytes"


async def test_a_file_larger_than_asked_for_is_not_fetched(scene: Scene) -> None:
    one = await attachment(scene, b"x" * 1_500_000)

    with pytest.raises(PlatformError, match=r"The file has 1\.5 MB; Porter may fetch 1 MB"):
        await scene.adapter.download(one, MEGABYTE)
    with pytest.raises(PlatformError, match=r"The file has 1\.5 MB"):
        await scene.adapter.download(Attachment(one.handle, one.name, one.media_type, 0), MEGABYTE)


async def test_a_file_larger_than_telegram_gives_to_bots_is_not_fetched(scene: Scene) -> None:
    one = await attachment(scene, b"x" * (DOWNLOAD_BYTES + 1_000_000))

    with pytest.raises(PlatformError, match="20 MB"):
        await scene.adapter.download(one, 100 * MEGABYTE)
    with pytest.raises(PlatformError, match="20 MB"):
        await scene.adapter.download(Attachment(one.handle, one.name, one.media_type, 0), 100 * MEGABYTE)


async def test_a_file_nobody_knows_is_an_error_without_the_token_in_it(scene: Scene) -> None:
    with pytest.raises(PlatformError) as caught:
        await scene.adapter.download(Attachment("nonsense", "a", "b", 1), MEGABYTE)

    assert scene.robot.token not in str(caught.value)


async def test_no_log_holds_the_token(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    one = await attachment(scene, picture())

    await scene.adapter.download(one, MEGABYTE)
    scene.robot.revoke()
    with pytest.raises(TokenRevoked):
        await scene.adapter.in_chat(scene.chat, ref(scene.alice))

    assert caplog.records
    assert scene.robot.token not in caplog.text
