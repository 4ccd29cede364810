"""Forms, asked field by field in the private chat. Where a person stands in one is on disk: a restart loses nothing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import commands
from bot.errors import PlatformError, Unreachable
from bot.model import (
    AccountRef,
    Answer,
    Attachment,
    Field,
    FieldKind,
    Form,
    Place,
    Run,
    Speech,
    Style,
    Submitted,
    Upload,
)
from bot.platforms.telegram import NAME, files, read, talk
from bot.platforms.telegram.connection import Connection
from bot.store import prompts

LIVES = timedelta(days=1)
DONE, SKIP = "d", "s"  # the buttons under a question: callback data `d:<token>`, `s:<token>`


@dataclass(frozen=True, slots=True)
class Progress:
    """Where somebody stands in a form: which field is asked, what was given, and the message given last (a replay of it
    must not answer the next question)."""

    form: Form
    place: Place
    at: int = 0
    given: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()
    last: str = ""

    @property
    def asked(self) -> Field:
        """The field asked now."""
        return self.form.fields[self.at]


def to_json(progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    """(form, values) as kept."""
    values = {
        "place": asdict(progress.place),
        "at": progress.at,
        "given": dict(progress.given),
        "files": [files.as_json(one) for one in progress.files],
        "last": progress.last,
    }
    return asdict(progress.form), values


def of_json(form: Mapping[str, Any], values: Mapping[str, Any]) -> Progress:
    """What `to_json` gave."""
    asked = tuple(Field(**one | {"kind": FieldKind(one["kind"])}) for one in form["fields"])
    return Progress(
        Form(form["token"], form["title"], asked),
        Place(**values["place"]),
        values["at"],
        values["given"],
        tuple(files.of_json(one) for one in values["files"]),
        values["last"],
    )


class Forms:
    """The forms being filled in on Telegram. `deliver` says the answer to a form sent in to the person."""

    def __init__(self, connection: Connection, deliver: Callable[[AccountRef, Answer], Awaitable[None]]) -> None:
        self._connection, self._deliver = connection, deliver
        self._app = connection.app

    async def open(self, account: AccountRef, form: Form, place: Place) -> None:
        """Begin a form with its first question. Raises `Unreachable` when they never opened a chat with us."""
        progress = Progress(form, place)
        await self._put(account, progress)
        try:
            await self._ask(account, progress)
        except Unreachable:
            await self._drop(account)
            raise

    async def open_token(self, account: AccountRef, token: str, place: Place) -> None:
        """Begin the form that a token names, or say that it is no longer there."""
        form = await commands.form(self._app, token)
        if form is None:
            await self._say(account, self._app.wording.say("platform.telegram.form_gone"))
        else:
            await self.open(account, form, place)

    async def cancel(self, account: AccountRef) -> None:
        """Stop the form, if one is being filled in."""
        pending = await self._pending(account)
        await self._drop(account)
        name = "form_none" if pending is None else "form_cancelled"
        await self._say(account, self._app.wording.say(f"platform.telegram.{name}"))

    async def feed(self, account: AccountRef, message: telegram.Message, *, first: bool) -> bool:
        """Take a message as the answer to the question asked; False when no form is being filled in. `first`: it is
        alone, or the first of its album."""
        progress = await self._pending(account)
        if progress is None:
            return False
        if progress.last == str(message.message_id):
            await self._ask(account, progress)
        elif progress.asked.kind is FieldKind.FILES:
            await self._take_files(account, progress, message, first=first)
        else:
            await self._take_words(account, progress, message)
        return True

    async def press(self, account: AccountRef, what: str, token: str, key: str) -> bool:
        """Done or Skip under a question; False when that form is not being filled in."""
        progress = await self._pending(account)
        if progress is None or progress.form.token != token:
            return False
        files_missing = progress.asked.kind is FieldKind.FILES and progress.asked.required and not progress.files
        if progress.last == key or (what == SKIP and progress.asked.required) or files_missing:
            await self._ask(account, progress)
        else:
            await self._go_on(account, progress, key)
        return True

    async def _take_words(self, account: AccountRef, progress: Progress, message: telegram.Message) -> None:
        asked, text = progress.asked, (message.text or "").strip()
        if asked.kind is FieldKind.LINE:
            text = " ".join(text.split())
        if not text:
            await self._say(account, self._app.wording.say("platform.telegram.write_text"))
        elif len(text) > asked.limit:
            too_long = self._app.wording.say("platform.telegram.too_long", length=len(text), limit=asked.limit)
            await self._say(account, too_long)
        else:
            given = dict(progress.given) | {asked.name: text}
            await self._go_on(account, replace(progress, given=given), str(message.message_id))

    async def _take_files(
        self, account: AccountRef, progress: Progress, message: telegram.Message, *, first: bool
    ) -> None:
        sent = tuple(read.attachments(message))
        wording = self._app.wording
        if not sent:
            await self._say(account, wording.say("platform.telegram.send_files"), self._keyboard(progress))
        elif any(one.size > files.DOWNLOAD_BYTES for one in sent):
            await self._say(account, wording.say("platform.telegram.file_too_big"), self._keyboard(progress))
        else:
            taken = replace(progress, files=progress.files + sent, last=str(message.message_id))
            await self._put(account, taken)
            if len(taken.files) >= progress.asked.limit:
                await self._go_on(account, taken, str(message.message_id))
            elif first:
                await self._say(account, wording.say("platform.telegram.file_taken"), self._keyboard(taken))

    async def _go_on(self, account: AccountRef, progress: Progress, key: str) -> None:
        """Ask the next question, or send the form in. The last step is not kept: if sending it in fails, the person can
        answer the last question once more."""
        moved = replace(progress, at=progress.at + 1, last=key)
        if moved.at < len(moved.form.fields):
            await self._put(account, moved)
            await self._ask(account, moved)
            return
        uploads = await self._uploads(account, progress)
        if uploads is None:
            return
        token = progress.form.token
        submitted = Submitted(token, account, progress.place, f"{account.id}:{token}:{key}", progress.given, uploads)
        answer = await commands.submit(self._app, submitted)
        await self._drop(account)
        await self._deliver(account, answer)

    async def _uploads(self, account: AccountRef, progress: Progress) -> tuple[Upload, ...] | None:
        """The files' bytes; when one cannot be had, the person is told and asked for the files again."""
        found: list[Upload] = []
        for one in progress.files:
            try:
                data = await files.download(self._connection, one, files.DOWNLOAD_BYTES)
            except PlatformError as error:
                at = next(n for n, asked in enumerate(progress.form.fields) if asked.kind is FieldKind.FILES)
                again = replace(progress, at=at, files=())
                await self._put(account, again)
                sentence = self._app.wording.say("platform.telegram.file_failed", file=one.name, why=str(error))
                await self._say(account, sentence, self._keyboard(again))
                return None
            found.append(Upload(one.name, one.media_type, data))
        return tuple(found)

    async def _ask(self, account: AccountRef, progress: Progress) -> None:
        asked, wording = progress.asked, self._app.wording
        title = Speech((Run(progress.form.title, Style.BOLD), Run("\n"))) if progress.at == 0 else Speech()
        hint = Speech((Run(f"\n{asked.hint}"),)) if asked.hint else Speech()
        how = "send_files" if asked.kind is FieldKind.FILES else "cancel_hint"
        ending = Speech((Run("\n"),)) + wording.say(f"platform.telegram.{how}")
        await self._say(account, title + Speech((Run(asked.label),)) + hint + ending, self._keyboard(progress))

    def _keyboard(self, progress: Progress) -> InlineKeyboardMarkup | None:
        """The buttons under a question: to be done with files, or to leave out what is not required."""
        asked = progress.asked
        if asked.kind is FieldKind.FILES and (progress.files or not asked.required):
            name, what = "done", DONE
        elif not asked.required:
            name, what = "skip", SKIP
        else:
            return None
        label = self._app.wording.text(f"platform.telegram.{name}")
        return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"{what}:{progress.form.token}")]])

    async def _say(self, account: AccountRef, speech: Speech, under: InlineKeyboardMarkup | None = None) -> None:
        place = Place(NAME, account.id, private=True)
        await talk.say(self._connection, place, Answer(speech), under=under)

    async def _pending(self, account: AccountRef) -> Progress | None:
        found = await prompts.get(self._app.store, NAME, account.id, self._app.now())
        return None if found is None else of_json(found.form, found.values)

    async def _put(self, account: AccountRef, progress: Progress) -> None:
        form, values = to_json(progress)
        await prompts.put(self._app.store, NAME, account.id, form, values, self._app.now() + LIVES)

    async def _drop(self, account: AccountRef) -> None:
        await prompts.drop(self._app.store, NAME, account.id, self._app.now())
