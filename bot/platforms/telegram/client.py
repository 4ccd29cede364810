"""The Telegram adapter: `Platform` over the Bot API."""

# ruff: noqa: ARG002 - the port hands over what other platforms need: a nonce, a reason for their log, the chats

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.config import TelegramSettings
from bot.errors import Forbidden, Gone, PlatformError, TokenRevoked
from bot.model import AccountRef, Answer, Attachment, Chat, Message, MessageRef, Place
from bot.parts import App
from bot.platforms.telegram import NAME, check, deeplink, delete, files, joining, members, menu, setup, talk
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.errors import asking
from bot.platforms.telegram.inbox import Inbox
from bot.platforms.telegram.listen import Listener
from bot.platforms.telegram.poll import Poll, pause
from bot.platforms.telegram.webhook import Webhook
from bot.ports import CommandSpec, Finding, Sent, SetupStep

PATIENCE = 10.0  # seconds that starting waits for Telegram; after that it goes on in the background
log = structlog.get_logger(__name__)


class Telegram:
    """A bot on Telegram. Bots there cannot list members, read history or learn of deletions."""

    name = NAME
    can_list_members = False
    can_read_history = False
    drops_repeats = timedelta(0)

    def __init__(self, app: App, settings: TelegramSettings) -> None:
        self.app = app
        self.connection = Connection(app, settings)
        self.inbox = Inbox(app, Listener(self.connection).hear)
        self.webhook = Webhook(self.connection, self.inbox, settings.webhook) if settings.webhook else None
        self._connecting: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._over = asyncio.Event()
        self._why: PlatformError | None = None

    async def start(self) -> None:
        """Find out who we are, with which we can act. When Telegram is away, it goes on trying behind. Raises
        `TokenRevoked` for a token that Telegram does not take."""
        self._connecting = asyncio.create_task(self._insist(self.connection.open), name="telegram:connect")
        await asyncio.wait({self._connecting}, timeout=PATIENCE)
        if self._connecting.done():
            self._connecting.result()

    async def listen(self) -> None:
        """Begin to listen, and handle what an earlier run left."""
        if self.webhook is not None:
            await self.webhook.start()
        ready = asyncio.Event()
        self._listening = asyncio.create_task(self._listen(ready), name="telegram:listen")
        told = asyncio.create_task(ready.wait())
        await asyncio.wait({self._listening, told}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not ready.is_set() and self._listening.done():
            self._listening.result()

    async def _listen(self, ready: asyncio.Event) -> None:
        assert self._connecting is not None, "start comes first"
        self.connection.line(up=False)
        await asyncio.shield(self._connecting)  # our name first: commands are addressed to it
        await self._insist(self._choose_delivery)
        self.connection.line(up=True)
        await self.inbox.start()
        ready.set()
        self._end(await (self.webhook.watch() if self.webhook else Poll(self.connection, self.inbox).run()))

    def _end(self, why: PlatformError) -> None:
        self._why = why
        self._over.set()

    async def ended(self) -> PlatformError:
        """Return once Telegram refuses our token, or gives its updates to another program, and why."""
        await self._over.wait()
        assert self._why is not None
        return self._why

    async def _insist(self, deed: Callable[[], Awaitable[object]]) -> None:
        """Do something again and again while Telegram is away."""
        failed = 0
        while True:
            try:
                await deed()
            except TokenRevoked as error:
                log.error("telegram.token_revoked", meaning="Telegram does not accept the token; put in a new one")
                self._end(error)
                raise
            except PlatformError as error:
                log.warning("telegram.connect_again", why=str(error))
            except Exception:  # an answer that the library cannot read: Telegram may have another one later
                log.exception("telegram.connect_failed")
            else:
                return
            failed += 1
            await asyncio.sleep(pause(failed, 0.5))

    async def _choose_delivery(self) -> None:
        if self.webhook is not None:
            await self.webhook.announce()
            return
        with asking():
            await self.connection.bot.delete_webhook(drop_pending_updates=False)

    async def hush(self) -> None:
        """Stop listening, and finish what is being handled."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self.webhook is not None:
            await self.webhook.stop()
        await self.inbox.stop()

    async def stop(self) -> None:
        """Stop listening, finish what is in hand, disconnect."""
        await self.hush()
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        await self.connection.close()

    async def turn(self, place: Place) -> None:
        """Wait for the pace of that chat."""
        await self.connection.gates.turn(place.chat)

    async def say(self, place: Place, answer: Answer, *, nonce: str = "", reply_to: MessageRef | None = None) -> Sent:
        """Post in a chat; the buttons stand under the last part, which is what is answered."""
        return await talk.say(self.connection, place, answer, reply_to)

    async def direct(self, account: AccountRef, answer: Answer, *, nonce: str = "", place: str = "") -> Sent:
        """Write to one person, through the private chat of a join request if there is one."""
        return await talk.direct(self.connection, account, answer, place)

    async def edit(self, sent: Sent, answer: Answer) -> None:
        """Replace the words and buttons of what we said; files stay."""
        await talk.edit(self.connection, sent, answer)

    async def find_own(self, place: Place, words: str, since: datetime) -> Sequence[Sent]:
        """Telegram keeps no history for bots. Raises `Forbidden`."""
        raise Forbidden("Telegram does not let bots look up what they said.")

    async def pin(self, sent: Sent) -> None:
        """Pin what we said."""
        await talk.pin(self.connection, sent)

    async def is_pinned(self, sent: Sent) -> bool:
        """Telegram tells the newest pin only: without any, ours is none; below another it may still be one."""
        return await talk.has_pins(self.connection, sent.place)

    async def delete(self, place: Place, ids: Sequence[str], reference: str) -> Mapping[str, str]:
        """Delete messages; one that was gone before may count as deleted."""
        return await delete.delete(self.connection, place, ids)

    async def timeout(self, chat: Chat, account: AccountRef, until: datetime, reference: str) -> None:
        """Keep a member from writing until then."""
        await members.timeout(self.connection, chat, account, until)

    async def remove(self, chat: Chat, account: AccountRef, reference: str) -> None:
        """Take a member out, free to come back."""
        await members.remove(self.connection, chat, account)

    async def readmit(self, chat: Chat, account: AccountRef, reference: str) -> None:
        """Lift a ban, if there is one."""
        await members.readmit(self.connection, chat, account)

    async def admit(self, chat: Chat, account: AccountRef, handle: str) -> None:
        """Approve the request to join; without one, send a link for one person."""
        await joining.admit(self.connection, chat, account, handle)

    async def refuse(self, chat: Chat, account: AccountRef, handle: str) -> None:
        """Decline the request to join."""
        await joining.refuse(self.connection, chat, account, handle)

    async def queue(self, handle: str) -> None:
        """Tell Telegram that the request waits for us."""
        await joining.queue(self.connection, handle)

    async def message(self, ref: MessageRef) -> Message | None:
        """Telegram does not tell."""
        return None

    async def around(self, ref: MessageRef, before: int, after: int) -> Sequence[Message]:
        """Telegram keeps no history for bots."""
        return ()

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        """The bytes of a file, at most `limit` and 20 MB."""
        return await files.download(self.connection, attachment, limit)

    async def in_chat(self, chat: Chat, account: AccountRef) -> bool:
        """Whether that account is in the chat now."""
        return await members.in_chat(self.connection, chat, account)

    async def plan_setup(self, chat: Chat) -> Sequence[SetupStep]:
        """What the chat needs, and what of it is there."""
        return await setup.plan(self.connection, chat)

    async def apply_setup(self, chat: Chat) -> Chat:
        """Make what is ours to make: the join link, and that only administrators add people."""
        return await setup.apply(self.connection, chat)

    async def check(self) -> Sequence[Finding]:
        """Token, privacy mode and rights, in plain words."""
        return await check.check(self.connection)

    async def leave(self, chat: str) -> None:
        """Leave a chat; having been taken out of it is as good."""
        try:
            await self.connection.there(chat, lambda there: self.connection.bot.leave_chat(there))
        except (Forbidden, Gone):
            log.info("telegram.left_already", chat=chat)

    async def publish(self, commands: Sequence[CommandSpec], chats: Sequence[Chat]) -> None:
        """Set the command menus, where they differ from what was set."""
        await menu.publish(self.connection, commands)

    def link(self, payload: str) -> str:
        """An address that opens a private chat with us and hands us `payload`."""
        return deeplink.address(self.connection.username, payload)
