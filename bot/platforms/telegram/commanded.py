"""Commands: in the private chat, and in groups."""

from typing import Any

import structlog
import telegram

from bot import commands
from bot.desk import powers
from bot.errors import PlatformError
from bot.logs import bug
from bot.model import AccountRef, Answer, AuthorKind, Call, Message, Run, Speech, Upload
from bot.platforms.telegram import called, files, menu, read
from bot.platforms.telegram.called import Given
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.deeplink import FORM
from bot.platforms.telegram.delete import delete
from bot.platforms.telegram.replies import Replies
from bot.ports import CommandSpec

Json = dict[str, Any]
UNBOUND = frozenset({"bind", "about"})  # what works in a chat that is not bound
START, CANCEL, HELP = "start", "cancel", "help"
log = structlog.get_logger(__name__)


class Commanded:
    """Reads commands, has them run and sees to their answers. Raises nothing that a second try would mend."""

    def __init__(self, connection: Connection, replies: Replies, albums: read.Albums) -> None:
        self._connection, self._app = connection, connection.app
        self._replies, self._albums = replies, albums

    def knows(self, command: Given, *, bound: bool) -> bool:
        """Whether a command given in a group is for us to run."""
        return self._spec(command.name) is not None and (bound or command.name in UNBOUND)

    def _spec(self, name: str) -> CommandSpec | None:
        return next((spec for spec in commands.SPECS if spec.name == name), None)

    async def in_group(self, message: telegram.Message, raw: Json, command: Given) -> None:
        """Run a command given in a group. A flag disappears first, so that nobody sees who gave it."""
        quiet = command.name == called.FLAG
        if quiet:
            await self._hide(message)
        answer = await self._run(message, raw, command)
        await self._replies.to_command(message, read.author(message), answer, quiet=quiet)

    async def _hide(self, message: telegram.Message) -> None:
        try:
            became = await delete(self._connection, read.place(message), [str(message.message_id)])
        except PlatformError as error:
            became = {"": str(error)}
        for why in became.values():
            if why not in ("deleted", "gone"):
                log.warning("telegram.flag_stays_visible", chat=message.chat.id, why=why)

    async def in_private(self, message: telegram.Message, raw: Json, *, first: bool) -> None:
        """What somebody writes to us alone: a command, a start address, the answer to a form's question."""
        account = read.author(message)
        if account.kind is not AuthorKind.PERSON or read.is_service(message):
            return
        command = called.given(message, self._connection.username)
        if command is None:
            await self._words(message, raw, account, first=first)
        elif command.name == CANCEL:
            await self._replies.forms.cancel(account)
        elif command.name == START and command.words.startswith(FORM):
            await self._open_form(message, account, command.words.removeprefix(FORM))
        else:
            await self._answer(message, raw, command)

    async def _words(self, message: telegram.Message, raw: Json, account: AccountRef, *, first: bool) -> None:
        try:
            taken = await self._replies.forms.feed(account, message, first=first)
        except PlatformError:
            raise
        except Exception:  # noqa: BLE001 - `bug` logs it, and the person gets the reference
            await self._tell_bug(message, account, bug(log, "telegram.form_failed"))
            return
        if not taken and first:
            await self._answer(message, raw, Given(HELP, ""))

    async def _open_form(self, message: telegram.Message, account: AccountRef, token: str) -> None:
        try:
            await self._replies.forms.open_token(account, token, read.place(message))
        except PlatformError:
            raise
        except Exception:  # noqa: BLE001 - `bug` logs it, and the person gets the reference
            await self._tell_bug(message, account, bug(log, "telegram.form_failed"))

    async def _answer(self, message: telegram.Message, raw: Json, command: Given) -> None:
        known = command.name == START or self._spec(command.name) is not None
        answer = await self._run(message, raw, command if known else Given(HELP, ""))
        await self._replies.to_command(message, read.author(message), answer, quiet=False)
        await self._show_menu(message)

    async def _show_menu(self, message: telegram.Message) -> None:
        """Let Telegram's menu in this chat follow the person's seats. What it shows allows nothing, so it may wait."""
        who = await powers.caller(self._app, read.author(message), read.place(message))
        try:
            await menu.show(self._connection, message.chat.id, commands.SPECS, {seat.role for seat in who.seats})
        except PlatformError as error:
            log.warning("telegram.menu_not_shown", why=str(error))

    async def _tell_bug(self, message: telegram.Message, account: AccountRef, reference: str) -> None:
        answer = Answer(self._app.wording.say("error.bug", reference=reference))
        await self._replies.to_command(message, account, answer, quiet=False)

    async def _run(self, message: telegram.Message, raw: Json, command: Given) -> Answer:
        """Have it run; a fault of ours is told with its reference."""
        try:
            return await commands.run(self._app, await self._call(message, raw, command))
        except PlatformError as error:
            return Answer(Speech((Run(str(error)),)))
        except Exception:  # noqa: BLE001 - `bug` logs it, and the person gets the reference
            reference = bug(log, "telegram.command_failed", command=command.name)
            return Answer(self._app.wording.say("error.bug", reference=reference))

    async def _call(self, message: telegram.Message, raw: Json, command: Given) -> Call:
        return Call(
            name=command.name,
            account=read.author(message),
            place=read.place(message),
            key=f"{message.chat.id}:{message.message_id}",
            target=self._target(message, raw),
            arguments=called.arguments(self._spec(command.name), command.words),
            files=await self._files(message),
        )

    def _target(self, message: telegram.Message, raw: Json) -> Message | None:
        replied = read.reply(message)
        return None if replied is None else read.message(replied, raw["reply_to_message"], self._albums.others)

    async def _files(self, message: telegram.Message) -> tuple[Upload, ...]:
        """The files that came with a command."""
        found = []
        for one in read.attachments(message):
            data = await files.download(self._connection, one, files.DOWNLOAD_BYTES)
            found.append(Upload(one.name, one.media_type, data))
        return tuple(found)
