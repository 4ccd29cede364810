"""Where the answer to a command or a press goes: to the person alone, into the group, or on the button itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import structlog
import telegram

from bot.errors import Gone, PlatformError, RateLimited, Unreachable
from bot.model import AccountRef, Answer, AuthorKind, Button, ButtonStyle, Place
from bot.platforms.telegram import NAME, read, talk
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.deeplink import FORM, OPEN, address
from bot.platforms.telegram.errors import UNREACHED, asking
from bot.platforms.telegram.forms import Forms
from bot.ports import Sent

Answered = TypeVar("Answered")
TOAST = 200  # characters on a button's answer
GLANCE = 60  # more than this is shown until it is closed
TRIES, PAUSE, LONGEST_WAIT = 3, 1.0, 60.0  # seconds
log = structlog.get_logger(__name__)


class Replies:
    """Says answers. One that cannot be said is logged: what was asked for has been done, and must not be done again."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._app = connection, connection.app
        self.forms = Forms(connection, self._deliver)

    async def _deliver(self, account: AccountRef, answer: Answer) -> None:
        await self._or_log(lambda: self.private(account, answer, Place(NAME, account.id, private=True)))

    async def private(self, account: AccountRef, answer: Answer, place: Place) -> None:
        """Say it to the person alone; a form begins at once. `place` is where they asked. Raises `Unreachable`."""
        spoken = replace(answer, form=None)
        if has_words(spoken):
            await patiently(lambda: talk.direct(self._connection, account, spoken))
        if answer.form is not None:
            form = answer.form
            await patiently(lambda: self.forms.open(account, form, place))

    async def to_command(
        self, message: telegram.Message, account: AccountRef, answer: Answer, *, quiet: bool
    ) -> Sent | None:
        """Answer a command. `quiet`: say nothing in the group, whatever happens. Answers where a hint to open the
        private chat was left in the group, if one was."""
        place = read.place(message)
        if place.private or (account.kind is AuthorKind.PERSON and (answer.private or answer.form is not None)):
            return await self._alone(message, account, answer, quiet=quiet)
        if has_words(answer) and not quiet:
            ref = read.message_ref(message)
            await self._or_log(lambda: patiently(lambda: talk.say(self._connection, place, answer, ref)))
        return None

    async def _alone(
        self, message: telegram.Message, account: AccountRef, answer: Answer, *, quiet: bool
    ) -> Sent | None:
        place = read.place(message)
        try:
            await self.private(account, answer, place)
        except Unreachable as error:
            if quiet or place.private:
                log.info("telegram.answer_not_delivered", why=str(error))
                return None
            return await self._or_log(lambda: self._open_first(message, answer))
        except PlatformError as error:
            log.warning("telegram.answer_not_delivered", why=str(error))
        return None

    async def _open_first(self, message: telegram.Message, answer: Answer) -> Sent:
        """A short word in the group: open a chat with us first."""
        label = self._app.wording.text("platform.telegram.open_chat_button")
        button = Button(label, self._link_for(answer), ButtonStyle.LINK)
        hint = Answer(self._app.wording.say("platform.telegram.open_chat"), ((button,),))
        return await patiently(lambda: talk.say(self._connection, read.place(message), hint, read.message_ref(message)))

    def _link_for(self, answer: Answer) -> str:
        payload = OPEN if answer.form is None else FORM + answer.form.token
        return address(self._connection.username, payload)

    async def to_press(self, query: telegram.CallbackQuery, place: Place, answer: Answer) -> None:
        """Answer a press. Whatever else is said, the button itself is answered, or it would go on turning."""
        account = read.account(query.from_user)
        if place.private:
            await self._or_log(lambda: self._toast(query, ""))
            await self._deliver(account, answer)
        elif is_toast(answer):
            await self._or_log(lambda: self._toast_or_write(query, account, answer))
        elif answer.private or answer.form is not None:
            await self._or_log(lambda: self._alone_after_press(query, account, place, answer))
        else:
            await self._or_log(lambda: self._toast(query, ""))
            await self._or_log(lambda: patiently(lambda: talk.say(self._connection, place, answer)))

    async def _toast_or_write(self, query: telegram.CallbackQuery, account: AccountRef, answer: Answer) -> None:
        if not await self._toast(query, answer.speech.plain):
            await patiently(lambda: talk.direct(self._connection, account, answer))

    async def _alone_after_press(
        self, query: telegram.CallbackQuery, account: AccountRef, place: Place, answer: Answer
    ) -> None:
        try:
            await self.private(account, answer, place)
        except Unreachable:
            words = self._app.wording.text("platform.telegram.open_chat_first")
            await self._toast(query, words, self._link_for(answer))
        else:
            await self._toast(query, self._app.wording.text("platform.telegram.see_private"))

    async def _toast(self, query: telegram.CallbackQuery, words: str, link: str = "") -> bool:
        """Answer the button; False when it is too late for that, and nothing was shown though there was something."""
        try:
            with asking():
                await self._connection.bot.answer_callback_query(
                    query.id, words[:TOAST] or None, show_alert=len(words) > GLANCE, url=link or None
                )
        except Gone:
            return not words
        return True

    async def _or_log(self, say: Callable[[], Awaitable[Answered]]) -> Answered | None:
        try:
            return await say()
        except PlatformError as error:
            log.warning("telegram.answer_not_delivered", why=str(error))
            return None


async def patiently(say: Callable[[], Awaitable[Answered]]) -> Answered:
    """Say something; again after the wait that Telegram asks for, and when the call surely never left us."""
    for tried in range(1, TRIES):
        try:
            return await say()
        except RateLimited as error:
            if error.retry_after > LONGEST_WAIT:
                raise
            await asyncio.sleep(error.retry_after)
        except PlatformError as error:
            if error.code != UNREACHED:
                raise
            await asyncio.sleep(PAUSE * tried)
    return await say()


def has_words(answer: Answer) -> bool:
    """Whether there is anything to say."""
    return bool(answer.speech.plain.strip() or answer.files)


def is_toast(answer: Answer) -> bool:
    """Whether a private answer fits onto the button that was pressed; nothing at all fits too."""
    if answer.buttons or answer.files or answer.form is not None:
        return False
    words = answer.speech.plain
    return not words.strip() or (answer.private and len(words) <= TOAST)
