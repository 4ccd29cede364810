"""Nothing people write makes Porter ask anybody but the platform: a canary that they link to is never called."""

import asyncio
import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from bot.errors import PlatformError
from bot.platforms.discord.files import Files
from tests.stories.discord.lodge import Lodge

WATCHING: list[set[tuple[str, int]]] = []


def _watch(name: str, args: tuple[object, ...]) -> None:
    if name == "socket.connect" and WATCHING and isinstance(args[1], tuple):
        WATCHING[-1].add((str(args[1][0]), int(args[1][1])))


sys.addaudithook(_watch)  # Python's own: every connection that is made by whatever library


@contextmanager
def connections() -> Iterator[set[tuple[str, int]]]:
    """Every address that is connected to meanwhile."""
    WATCHING.append(set())
    try:
        yield WATCHING[-1]
    finally:
        WATCHING.pop()


async def test_links_previews_and_names_of_files_make_no_connection(lodge: Lodge) -> None:
    called: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.append(await reader.read(100))
        writer.close()

    canary = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = canary.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/canary.png"
    with connections() as made:
        message = await lodge.mallory.say(lodge.general, f"look {url} <{url}> [x]({url}) ![y]({url}) you clown")
        await lodge.alice.menu("Flag to committee", message)
        await lodge.carded()
        await lodge.mona.press(lodge.card, "4 · Report to the Union")
        await lodge.settled()
    canary.close()
    await canary.wait_closed()

    ours = {
        int(one.rpartition(":")[2].split("/")[0])
        for one in (lodge.world.api_url, lodge.world.gateway_url, lodge.world.cdn_url)
    }
    asked = {where for where in made if where[1] not in ours | {lodge.mailbox.port}}
    assert called == []
    assert {host for host, _ in made} <= {"127.0.0.1", "::1"}
    assert port not in {where[1] for where in made}
    assert asked == set()
    assert lodge.olu.inbox


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "metadata.example", "cdn.discordapp.com.evil.example"],
)
async def test_a_file_that_is_said_to_lie_elsewhere_is_not_asked_for(host: str) -> None:
    async def gone(*_names: str) -> str:
        return ""

    files = Files("http://127.0.0.1:1/api/v10", gone, lambda: datetime(2026, 11, 23, tzinfo=UTC))
    with socket.socket() as canary:
        canary.bind(("127.0.0.1", 0))
        canary.listen()
        url = f"http://{host}:{canary.getsockname()[1]}/a.png"
        handle = {"channel": "1", "message": "", "attachment": "1", "url": url}
        with connections() as made, pytest.raises(PlatformError, match="does not lie with Discord"):
            await files.fetch(json.dumps(handle), 100)

    assert made == set()
