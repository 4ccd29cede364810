"""Sending updates to a bot's webhook: one after the other, again with growing pauses until it takes them or they
are too old."""

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from tests.wire.telegram.errors import JSON, bad
from tests.wire.telegram.updates import Delivery

if TYPE_CHECKING:
    from tests.wire.telegram.robot import Robot
    from tests.wire.telegram.world import World

SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_PAUSE = 60.0
PATIENCE = 60.0


def check_webhook(url: str, secret: str) -> None:
    """Raises `RefusedError` for a link or a secret that Telegram would not take."""
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise bad("invalid webhook URL specified")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")


class Webhook:
    """Where a bot wants its updates. The first pause after a failure is the robot's `webhook_pause`;
    it doubles up to a minute."""

    def __init__(self, world: "World", robot: "Robot", url: str, secret: str) -> None:
        self.url, self.secret = url, secret
        self._world, self._robot = world, robot
        self._error: tuple[int, str] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Send no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def last_error(self) -> JSON:
        """What getWebhookInfo says about the last failure; empty when there was none."""
        return {"last_error_date": self._error[0], "last_error_message": self._error[1]} if self._error else {}

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
            pause = 0.0
            while True:
                while not self._robot.updates.due():
                    await self._world.bell.next()
                update = self._robot.updates.take(1)[0]
                failed = await self._send(session, update)
                if not failed:
                    self._robot.updates.confirm_one(update)
                    pause = 0.0
                    continue
                self._error = (self._world.date(), failed)
                pause = min(max(2 * pause, self._robot.webhook_pause), LONGEST_PAUSE)
                await asyncio.sleep(pause)

    async def _send(self, session: aiohttp.ClientSession, update: Delivery) -> str:
        """What went wrong, empty when the bot took it."""
        headers = {"Content-Type": "application/json"} | ({HEADER: self.secret} if self.secret else {})
        try:
            async with session.post(self.url, data=update.body, headers=headers, allow_redirects=False) as answer:
                reply = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as failed:
            return f"Connection failed: {failed}"
        if b'"method"' in reply:
            self._robot.problems.append("webhook: answering with a method is not modelled here")
        return "" if answer.status // 100 == 2 else f"Wrong response from the webhook: {answer.status} {answer.reason}"
