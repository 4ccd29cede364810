"""What happens on Telegram, handed to the desk: messages, presses, comings and goings. Commands are in `commanded`."""

from dataclasses import replace
from typing import Any

import structlog
import telegram
from telegram.constants import ChatType

from bot import commands
from bot.desk import admission, arrivals, checkup, committee, moderation, removals
from bot.errors import PlatformError
from bot.logs import bug
from bot.model import AccountRef, Answer, AuthorKind, Place, Pressed, Run, Speech, Text, View
from bot.platforms.telegram import NAME, called, joining, read
from bot.platforms.telegram.commanded import Commanded
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.forms import DONE, SKIP
from bot.platforms.telegram.inbox import UnreadableError
from bot.platforms.telegram.members import is_present
from bot.platforms.telegram.names import Names
from bot.platforms.telegram.replies import Replies
from bot.platforms.telegram.words import RICH
from bot.store.engine import UNWRITABLE

Json = dict[str, Any]
log = structlog.get_logger(__name__)


class Listener:
    """Reads updates. What it raises means that the update is to be tried again."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._app = connection, connection.app
        self._albums = read.Albums()
        self._replies = Replies(connection)
        self._commanded = Commanded(connection, self._replies, self._albums)
        self._names = Names(self._app)
        self._warned: set[str] = set()

    async def hear(self, raw: Json) -> None:
        """Handle one update as Telegram sent it. Raises `UnreadableError` when the library cannot read it."""
        update = self._parsed(raw)
        if update.message is not None:
            await self._message(update.message, raw["message"])
        elif update.edited_message is not None:
            await self._edited(update.edited_message, raw["edited_message"])
        elif update.callback_query is not None:
            await self._press(update.callback_query)
        elif update.chat_join_request is not None:
            await self._asked(update.chat_join_request)
        elif update.chat_member is not None:
            await self._member(update.chat_member)
        elif update.my_chat_member is not None:
            await self._ourselves(update.my_chat_member)

    def _parsed(self, raw: Json) -> telegram.Update:
        try:
            return telegram.Update.de_json(raw, self._connection.bot)
        except Exception as error:
            raise UnreadableError(f"{type(error).__name__}: {error}") from error

    def _is_bound(self, chat: telegram.Chat) -> bool:
        return (NAME, str(chat.id)) in self._app.chats

    async def _message(self, message: telegram.Message, raw: Json) -> None:
        first = self._albums.see(message)
        self._watch(message)
        here = str(message.chat.id)
        if message.migrate_to_chat_id is not None:
            await committee.handle_moved(self._app, NAME, here, str(message.migrate_to_chat_id))
        elif message.migrate_from_chat_id is not None:
            await committee.handle_moved(self._app, NAME, str(message.migrate_from_chat_id), here)
        elif message.chat.type == ChatType.PRIVATE:
            await self._commanded.in_private(message, raw, first=first)
        else:
            await self._in_group(message, raw)

    async def _in_group(self, message: telegram.Message, raw: Json) -> None:
        """What is said in a bound chat is heard, commands too; but not a flag, which is for the committee alone. In a
        chat that is not bound nothing is read but the commands that bind it."""
        command = called.given(message, self._connection.username)
        bound = self._is_bound(message.chat)
        known = command if command is not None and self._commanded.knows(command, bound=bound) else None
        if bound and not read.is_service(message) and (known is None or known.name != called.FLAG):
            await self._said(message, raw)
        if known is not None:
            await self._commanded.in_group(message, raw, known)

    async def _edited(self, message: telegram.Message, raw: Json) -> None:
        """An edit is screened again. A command in it does nothing: it would be given twice."""
        self._watch(message)
        if self._is_bound(message.chat) and not read.is_service(message):
            await self._said(message, raw, edited=True)

    async def _said(self, message: telegram.Message, raw: Json, *, edited: bool = False) -> None:
        """Hand over what was said, with its author's name where that is new."""
        said = read.message(message, raw, self._albums.others)
        name = await self._names.new(said.author)
        whole = replace(said, texts=(*said.texts, Text(View.NAME, name))) if name else said
        await moderation.handle_message(self._app, whole, edited=edited)
        self._names.read(said.author)

    def _watch(self, message: telegram.Message) -> None:
        """Warn, once for each, of parts of a message that Telegram has added since this was written."""
        for key in message.api_kwargs.keys() - {RICH} - self._warned:
            self._warned.add(key)
            log.warning("telegram.unknown_content", key=key, meaning="Telegram has added a kind of content")

    async def _press(self, query: telegram.CallbackQuery) -> None:
        place = place_of(query)
        answer = await self._pressed(query, place)
        await self._replies.to_press(query, place, answer)

    async def _pressed(self, query: telegram.CallbackQuery, place: Place) -> Answer:
        """What a press leads to; a fault of ours is told with its reference."""
        account, wording = read.account(query.from_user), self._app.wording
        kind, _, token = (query.data or "").partition(":")
        gone = Answer(wording.say("platform.telegram.form_gone"))
        try:
            if kind == "p":
                return await commands.press(self._app, Pressed(token, account, place, query.id))
            if kind == "f":
                form = await commands.form(self._app, token)
                return gone if form is None else Answer(form=form)
            if kind in (DONE, SKIP) and await self._replies.forms.press(account, kind, token, query.id):
                return Answer()
        except PlatformError as error:
            return Answer(Speech((Run(str(error)),)))
        except UNWRITABLE:
            return Answer(wording.say("error.store", reference=bug(log, "telegram.store_failed")))
        except Exception:  # noqa: BLE001 - `bug` logs it, and the person gets the reference
            reference = bug(log, "telegram.press_failed")
            return Answer(wording.say("error.bug", reference=reference))
        return gone

    async def _asked(self, request: telegram.ChatJoinRequest) -> None:
        """A request to join; for a chat that is not bound, Telegram is only told that people decide."""
        asked = joining.asked(request)
        if self._is_bound(request.chat):
            await admission.handle_knock(self._app, asked)
        else:
            await joining.queue(self._connection, asked.handle)

    async def _member(self, change: telegram.ChatMemberUpdated) -> None:
        """Somebody came or went, by whatever way: a link, a request, an administrator's hand."""
        if not self._is_bound(change.chat):
            return
        before, after = is_present(change.old_chat_member), is_present(change.new_chat_member)
        account, chat = read.account(change.new_chat_member.user), str(change.chat.id)
        if after and not before:
            await arrivals.handle_arrival(self._app, NAME, chat, account)
        elif before and not after:
            await arrivals.handle_departure(self._app, NAME, chat, account)
            await self._by_hand(change, account, chat)

    async def _by_hand(self, change: telegram.ChatMemberUpdated, account: AccountRef, chat: str) -> None:
        """Whether an administrator took them out past us: neither they themselves did it nor we."""
        if change.from_user.id not in (change.new_chat_member.user.id, self._connection.bot.id):
            await removals.handle_by_hand(self._app, NAME, chat, account, read.account(change.from_user))

    async def _ourselves(self, change: telegram.ChatMemberUpdated) -> None:
        """We were added, taken out, or given other rights. In a private chat it says that we were blocked or not."""
        if change.chat.type == ChatType.PRIVATE:
            return
        before, after = is_present(change.old_chat_member), is_present(change.new_chat_member)
        chat = str(change.chat.id)
        if after and not before:
            by = read.account(change.from_user)
            added_by = by if by.kind is AuthorKind.PERSON else None
            await committee.handle_added(self._app, NAME, chat, change.chat.title or "", added_by)
        elif before and not after:
            await committee.handle_gone(self._app, NAME, chat)
        elif after and self._is_bound(change.chat):
            await checkup.handle_rights(self._app, NAME, chat)


def place_of(query: telegram.CallbackQuery) -> Place:
    """Where a button was pressed; of an old message Telegram tells the chat only."""
    if isinstance(query.message, telegram.Message):
        return read.place(query.message)
    if query.message is not None:
        return read.chat_place(query.message.chat)
    return Place(NAME, str(query.from_user.id), private=True)
