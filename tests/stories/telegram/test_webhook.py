"""Updates that Telegram pushes: taken with the secret alone, and what follows from them is as by polling."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
import telegram
from aiohttp import web
from sqlalchemy import select

from bot.errors import TokenRevoked
from bot.platforms.telegram.client import Telegram as Adapter
from bot.platforms.telegram.webhook import HEADER, LARGEST
from bot.store.tables import inbox
from tests.stories.telegram.club import NOTICE, UNKIND, Club, account

SECRET = "a-secret-that-nobody-guesses-at-all"


@dataclass
class Front:
    """The public address, before which Porter's own port need not be known; `statuses` is what it answered."""

    runner: web.AppRunner = field(init=False)
    session: aiohttp.ClientSession = field(init=False)
    behind: int = 0
    statuses: list[int] = field(default_factory=list)

    async def open(self) -> None:
        """Listen on a port of its own."""
        self.session = aiohttp.ClientSession()
        server = web.Application(client_max_size=10 * LARGEST)
        server.router.add_post("/hook", self._pass_on)
        self.runner = web.AppRunner(server, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()

    @property
    def url(self) -> str:
        """The address that Telegram is told."""
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}/hook"

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, secret = await request.read(), request.headers.get(HEADER)
        return web.Response(status=await self.push(body, secret))

    async def push(self, body: bytes, secret: str | None) -> int:
        """Hand something to Porter; what it answered."""
        headers = {} if secret is None else {HEADER: secret}
        url = f"http://127.0.0.1:{self.behind}/hook"
        async with self.session.post(url, data=body, headers=headers) as answer:
            self.statuses.append(answer.status)
            return answer.status

    async def close(self) -> None:
        """End both sides."""
        await self.session.close()
        await self.runner.cleanup()


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    """The public address."""
    front = Front()
    await front.open()
    yield front
    await front.close()


@pytest.fixture
async def hooked(empty: Club, front: Front) -> Club:
    """The club with Porter at work behind a webhook."""
    await empty.bind()
    await empty.close()
    hook = {"URL": front.url, "SECRET": SECRET, "PORT": "0"}
    await empty.build(**{f"PORTER_TELEGRAM__WEBHOOK__{name}": value for name, value in hook.items()})
    await empty.work()
    webhook = adapter_of(empty).webhook
    assert webhook is not None
    front.behind = webhook.port
    return empty


def adapter_of(club: Club) -> Adapter:
    """Porter's side of it."""
    adapter = club.house.app.platforms["telegram"]
    assert isinstance(adapter, Adapter)
    return adapter


async def test_a_case_goes_its_way_by_webhook(hooked: Club, front: Front) -> None:
    await hooked.flagged()

    await hooked.press(hooked.mona, hooked.card, NOTICE)

    assert UNKIND in hooked.card.text
    assert "✓ Public notice · Mona" in hooked.card.text
    assert hooked.telegram.journal.polls == []
    assert set(front.statuses) == {200}


async def test_who_does_not_know_the_secret_or_sends_too_much_is_refused_and_leaves_nothing(
    hooked: Club, front: Front
) -> None:
    threat = b'{"update_id": 999999, "message": {"x": "%s"}}'
    wrong = [(threat, secret) for secret in ("wrong", "", None, "\u00e9", SECRET[:-1], SECRET + "a")]

    answered = [await front.push(update, secret) for update, secret in [*wrong, (threat + bytes(LARGEST), SECRET)]]
    await hooked.flagged()

    assert answered == [403] * 6 + [413]
    assert UNKIND in hooked.card.text
    assert "999999" not in [one async for one in kept(hooked)]


async def kept(club: Club) -> AsyncIterator[str]:
    """The numbers of the updates that Porter stored."""
    async with club.house.app.store.read() as read:
        for row in await read.rows(select(inbox.c.key)):
            yield str(row["key"])


async def test_what_telegram_pushes_twice_is_done_once(hooked: Club) -> None:
    message = await hooked.says(hooked.mallory, hooked.chess, UNKIND)
    hooked.porter.updates.repeat(1)

    await hooked.says(hooked.alice, hooked.chess, "/flag", reply_to=message)

    assert "reports: 1" in hooked.card.text
    assert len([one for one in hooked.alice.inbox if "Your report is with the committee" in one.text]) == 1


async def test_a_revoked_token_ends_the_program_with_a_sentence_as_it_does_by_polling(hooked: Club) -> None:
    await hooked.flagged()
    hooked.porter.revoke()

    with pytest.raises(TokenRevoked):
        await adapter_of(hooked).in_chat(
            hooked.house.app.chats["telegram", str(hooked.chess.id)], account(hooked.alice)
        )
    async with asyncio.timeout(60):
        why = await adapter_of(hooked).ended()

    assert isinstance(why, TokenRevoked)
    assert str(why) == "Telegram no longer accepts Porter's token. Put a new one into the configuration."


async def test_another_program_that_takes_the_updates_ends_the_program_with_a_sentence(hooked: Club) -> None:
    adapter = adapter_of(hooked)
    async with telegram.Bot(hooked.porter.token, base_url=f"{hooked.telegram.api_url}/bot") as other:
        await other.delete_webhook()

    adapter.connection.unknown.set()  # rather than wait for the next look
    async with asyncio.timeout(60):
        why = await adapter.ended()

    assert "another program is using the token" in str(why)


def looks(club: Club) -> int:
    """How often Porter asked where its updates go."""
    return sum(call.method == "getWebhookInfo" for call in club.telegram.journal.calls)


async def test_a_fault_of_telegrams_does_not_end_the_program(hooked: Club, front: Front) -> None:
    adapter = adapter_of(hooked)
    hooked.telegram.faults.refuse("getWebhookInfo", 502, "Bad Gateway")
    adapter.connection.unknown.set()  # rather than wait for the next look
    await hooked.telegram.until(lambda: looks(hooked) == 1)
    adapter.connection.unknown.set()
    await hooked.telegram.until(lambda: looks(hooked) == 2)
    await hooked.flagged()

    assert UNKIND in hooked.card.text
