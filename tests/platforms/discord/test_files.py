import json
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import Gone, PlatformError
from bot.platforms.discord.files import Files, allowed, expired

NOW = datetime(2026, 11, 23, tzinfo=UTC)
OLD = f"{int(NOW.timestamp()) - 1:x}"


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/a.png?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/a.png", True),
        ("http://cdn.discordapp.com/a.png", False),
        ("https://cdn.discordapp.com.evil.example/a.png", False),
        ("https://evil.example/cdn.discordapp.com", False),
        ("https://user@evil.example/", False),
        ("http://127.0.0.1:8080/a.png", True),
        ("http://127.0.0.1:9090/a.png", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("ftp://cdn.discordapp.com/a", False),
    ],
)
def test_files_come_from_discords_hosts_only(url: str, answer: bool) -> None:
    assert allowed(url, "http://127.0.0.1:8080/api/v10") is answer


def test_an_address_that_has_run_out_is_known_before_it_is_asked() -> None:
    urls = [f"https://cdn.discordapp.com/a?ex={OLD}", "https://cdn.discordapp.com/a?ex=ffffffff", "https://x.example/a"]

    assert [expired(url, NOW.timestamp()) for url in urls] == [True, False, False]


class Shelf:
    """A file host with one file, and a count of how often a fresh address was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fresh = ""

    async def look_up(self, channel: str, message: str, attachment: str) -> str:
        self.asked.append(f"{channel}/{message}/{attachment}")
        return self.fresh

    async def serve(self, request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/file":
                return web.Response(body=b"12345")
            case "/moved":
                raise web.HTTPFound("/file")
            case "/unsized":
                stream = web.StreamResponse()
                await stream.prepare(request)
                for _ in range(10):
                    await stream.write(b"x" * 1000)
                return stream
            case _:
                raise web.HTTPNotFound


async def fetch(path: str, limit: int = 100, fresh: str = "", message: str = "9") -> tuple[bytes, list[str]]:
    shelf = Shelf()
    app = web.Application()
    app.router.add_get("/{tail:.*}", shelf.serve)
    async with TestServer(app) as server:
        root = f"http://127.0.0.1:{server.port}"
        shelf.fresh = root + fresh if fresh else ""
        files = Files(f"{root}/api/v10", shelf.look_up, lambda: NOW)
        handle = {"channel": "8", "message": message, "attachment": "7", "url": root + path}
        try:
            return await files.fetch(json.dumps(handle), limit), shelf.asked
        finally:
            await files.close()


async def test_a_file_is_fetched_whole() -> None:
    data, asked = await fetch("/file")

    assert (data, asked) == (b"12345", [])


async def test_a_file_whose_address_ran_out_is_found_through_its_message() -> None:
    data, asked = await fetch(f"/file?ex={OLD}", fresh="/file")

    assert (data, asked) == (b"12345", ["8/9/7"])


async def test_a_file_that_moved_is_found_through_its_message() -> None:
    data, _ = await fetch("/nowhere", fresh="/file")

    assert data == b"12345"


async def test_a_file_of_a_deleted_message_is_gone() -> None:
    with pytest.raises(Gone):
        await fetch("/nowhere")


async def test_a_file_that_was_handed_in_has_no_message_to_ask() -> None:
    with pytest.raises(Gone):
        await fetch("/nowhere", fresh="/file", message="")


@pytest.mark.parametrize("path", ["/file", "/unsized"])
async def test_a_file_larger_than_asked_for_is_not_taken(path: str) -> None:
    with pytest.raises(PlatformError) as raised:
        await fetch(path, limit=4)

    assert raised.value.code == "too_big"


async def test_a_redirect_is_not_followed() -> None:
    with pytest.raises(PlatformError, match="status 302"):
        await fetch("/moved")
