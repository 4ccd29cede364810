"""`Telegram` itself: a world, its server, and the making of people, bots and chats."""

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.wire.telegram import membership, posting
from tests.wire.telegram.account import Account
from tests.wire.telegram.bell import PATIENCE
from tests.wire.telegram.call import Call
from tests.wire.telegram.chat import Chat, Kind
from tests.wire.telegram.clock import Clock
from tests.wire.telegram.errors import JSON
from tests.wire.telegram.faults import Faults
from tests.wire.telegram.journal import Journal
from tests.wire.telegram.limits import Limits
from tests.wire.telegram.moving import supergroup_id
from tests.wire.telegram.person import Person
from tests.wire.telegram.robot import Robot
from tests.wire.telegram.server import Server
from tests.wire.telegram.spec import published
from tests.wire.telegram.standing import Standing
from tests.wire.telegram.updates import Updates
from tests.wire.telegram.world import World

Found = TypeVar("Found")
BIRTH = {"group": "group_chat_created", "supergroup": "supergroup_chat_created", "channel": "channel_chat_created"}


class Telegram:
    """A loopback Telegram, running while its `async with` lasts. See the package's description."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.world = World(self.clock)
        self._server = Server(self.world)

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.stop()

    @property
    def api_url(self) -> str:
        """Base of the Bot API: a bot calls api_url + "/bot" + token,
        and downloads from api_url + "/file/bot" + token."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def journal(self) -> Journal:
        """What really happened."""
        return self._server.journal

    @property
    def faults(self) -> Faults:
        """What goes wrong on the way."""
        return self._server.faults

    @property
    def limits(self) -> Limits:
        """How often bots may send."""
        return self._server.limits

    @property
    def problems(self) -> list[str]:
        """What broke the published description or is not modelled here;
        updates that were pushed by hand are not held to it."""
        spec = published()
        made = [update for update in self.journal.deliveries if update.kind != "raw"]
        wrong = [found for update in made for found in spec.update(update.payload)] if spec is not None else []
        return (
            self._server.problems + [found for robot in self.world.robots.values() for found in robot.problems] + wrong
        )

    async def go_down(self) -> None:
        """The network is gone: every connection is reset and new ones are refused."""
        await self._server.go_down()

    async def come_back(self) -> None:
        """The network is there again, at the same address."""
        await self._server.come_back()

    # Making people, bots and chats.

    def user(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language: str | None = "en",
        hides_forwards: bool = False,
    ) -> Person:
        """A new person."""
        account = Account(
            self.world.number("user", 600_001), first_name, last_name, username, language, hides_forwards=hides_forwards
        )
        self.world.accounts[account.id] = account
        return Person(self.world, account)

    def bot(self, username: str, *, name: str = "Porter", privacy: bool = True) -> Robot:
        """A new bot with its token."""
        account = Account(self.world.number("bot", 7_000_001), name, username=username, is_bot=True)
        self.world.accounts[account.id] = account
        updates = Updates(self.clock, self.world.bell, 1000 * self.world.number("updates"))
        robot = Robot(account, f"{account.id}:AAH{account.id:032x}", updates, privacy)
        self.world.robots[account.id] = robot
        return robot

    def group(self, title: str, *, creator: Person) -> Chat:
        """A new basic group."""
        return self._chat("group", -self.world.number("group", 4_000_001), title, creator)

    def supergroup(self, title: str, *, creator: Person, username: str | None = None, forum: bool = False) -> Chat:
        """A new supergroup; public with a username, a forum with topics."""
        return self._chat(
            "supergroup",
            supergroup_id(self.world.number("supergroup", 1_500_000_001)),
            title,
            creator,
            username=username,
            forum=forum,
        )

    def channel(self, title: str, *, creator: Person, username: str | None = None) -> Chat:
        """A new channel."""
        return self._chat(
            "channel", supergroup_id(self.world.number("supergroup", 1_500_000_001)), title, creator, username=username
        )

    def _chat(self, kind: Kind, number: int, title: str, creator: Person, **more: Any) -> Chat:
        chat = self.world.chats[number] = Chat(self.world, number, kind, title, creator.account, **more)
        membership.change(chat, creator.account, Standing("creator"), by=creator.account)
        posting.service(chat, creator.account, {BIRTH[kind]: True})
        return chat

    # Updates by hand.

    def push(self, robot: Robot, update: JSON) -> None:
        """Queue an update as it is, wanted or not; update_id is added when it has none."""
        number = int(update.get("update_id", robot.updates.next_id()))
        robot.updates.push_raw(json.dumps(update | {"update_id": number}).encode(), update_id=number)

    def push_raw(self, robot: Robot, body: bytes) -> None:
        """Queue bytes where an update is due; they take the next id, whatever they say."""
        robot.updates.push_raw(body)

    # Waiting.

    async def until(self, look: Callable[[], Found | None], limit: float = PATIENCE) -> Found:
        """What `look` finds once it is true. Raises `UnheardError`."""
        return await self.world.bell.until(
            look, lambda: f"it did not come true; the last calls were {self.journal.calls[-5:]}", limit
        )

    async def called(self, method: str, times: int = 1, limit: float = PATIENCE) -> Call:
        """The last call once a method was applied that often. Raises `UnheardError`."""

        def look() -> Call | None:
            found = self.journal.applied(method)
            return found[-1] if len(found) >= times else None

        return await self.world.bell.until(
            look, lambda: f"{method} was applied {len(self.journal.applied(method))} times, not {times}", limit
        )

    async def settled(self, limit: float = PATIENCE) -> None:
        """Once every update is confirmed and no call runs. Raises `UnheardError`."""

        robots = self.world.robots

        def look() -> bool:
            return self._server.open_calls == 0 and not any(robot.updates.due() for robot in robots.values())

        await self.world.bell.until(
            look,
            lambda: f"{self._server.open_calls} calls run; {[one.updates.due() for one in robots.values()]} wait",
            limit,
        )
