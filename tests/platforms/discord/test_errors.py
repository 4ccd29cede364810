import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import Route

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, TokenRevoked, Uncertain, Unreachable
from bot.platforms.discord.connection import point_at
from bot.platforms.discord.errors import BY_CODE, Doing, asking, platform_error, refused

DOING = Doing("Manage Messages", "#general")


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (401, 0, TokenRevoked, "no longer accepts Porter's token"),
        (403, 50007, Unreachable, "Their direct messages are closed."),
        (403, 50278, Unreachable, "share no server"),
        (403, 20026, Unreachable, "stopped Porter from writing"),
        (400, 40003, RateLimited, "more slowly"),
        (403, 50013, Forbidden, "lacks the right “Manage Messages” in #general"),
        (403, 50001, Forbidden, "no access to #general"),
        (403, 60003, Forbidden, "two-factor"),
        (403, 50021, Forbidden, "own messages"),
        (400, 50083, Forbidden, "archived"),
        (403, 160005, Forbidden, "locked"),
        (403, 0, Forbidden, "lacks the right “Manage Messages”"),
        (404, 10003, Gone, "#general no longer exists"),
        (404, 10004, Gone, "no longer in that server"),
        (404, 10007, Gone, "no longer in the server"),
        (404, 10008, Gone, "message is no longer there"),
        (404, 10011, Gone, "role no longer exists"),
        (404, 10013, Gone, "account no longer exists"),
        (404, 10015, Gone, "run out"),
        (404, 10026, Gone, "not banned"),
        (404, 10062, Gone, "run out"),
        (401, 50027, Gone, "run out"),
        (404, 0, Gone, "no longer there"),
        (400, 50034, PlatformError, "14 days"),
        (400, 30003, PlatformError, "pinned"),
        (400, 30005, PlatformError, "roles"),
        (400, 30013, PlatformError, "channels"),
        (400, 40005, PlatformError, "larger than Discord takes"),
        (400, 50035, PlatformError, "Discord refused: Invalid Form Body"),
        (429, 0, RateLimited, "wait"),
        (500, 0, Uncertain, "may or may not"),
        (503, 0, Uncertain, "may or may not"),
    ],
)
def test_each_refusal_is_one_of_our_errors_in_plain_words(
    status: int, code: int, kind: type[PlatformError], words: str
) -> None:
    error = refused(status, code, "Invalid Form Body", DOING)

    assert type(error) is kind
    assert words in str(error)
    assert error.code == str(code or status)


def test_every_code_with_a_meaning_of_its_own_is_in_the_table_above() -> None:
    marks = test_each_refusal_is_one_of_our_errors_in_plain_words.pytestmark  # type: ignore[attr-defined]  # pytest's own
    tested = {row[1] for row in marks[0].args[1]}

    assert set(BY_CODE) <= tested


def test_what_is_already_ours_stays_as_it_is() -> None:
    error = Gone("It went.")

    assert platform_error(error) is error


async def fetch(answer: web.StreamResponse) -> PlatformError:
    """What the real library's failure over a real connection becomes."""

    async def handler(_: web.Request) -> web.StreamResponse:
        return answer

    app = web.Application()
    app.router.add_get("/api/v10/{tail:.*}", handler)
    async with TestServer(app) as server:
        undo = point_at(f"http://127.0.0.1:{server.port}/api/v10", "")
        client = discord.Client(intents=discord.Intents.none())
        try:
            with asking():
                await client.login("token")
        except PlatformError as error:
            return error
        finally:
            await client.close()
            undo()
    raise AssertionError("It did not fail.")


async def test_a_wrong_token_is_told_as_such() -> None:
    error = await fetch(web.json_response({"message": "401: Unauthorized", "code": 0}, status=401))

    assert type(error) is TokenRevoked


async def test_a_limit_at_the_edge_tells_how_long_to_wait() -> None:
    error = await fetch(web.Response(status=429, text="slow down", headers={"Retry-After": "17"}))

    assert isinstance(error, RateLimited)
    assert error.retry_after == 17


async def test_a_server_that_is_not_there_is_safe_to_ask_again() -> None:
    undo = point_at("http://127.0.0.1:9/api/v10", "")
    client = discord.Client(intents=discord.Intents.none())

    with pytest.raises(PlatformError) as raised, asking():
        await client.login("token")
    await client.close()
    undo()

    assert type(raised.value) is PlatformError
    assert str(raised.value) == "Discord cannot be reached."


def test_a_connection_that_broke_leaves_it_open() -> None:
    error = platform_error(aiohttp.ServerDisconnectedError())

    assert type(error) is Uncertain


def test_the_addresses_are_put_back() -> None:
    before = Route.BASE

    undo = point_at("http://127.0.0.1:1/api/v10/", "ws://127.0.0.1:1")
    during = Route.BASE
    undo()

    assert during == "http://127.0.0.1:1/api/v10"
    assert before == Route.BASE
