"""Saying something, changing what we said, pinning it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
import telegram
from telegram import InlineKeyboardMarkup, InputFile, InputMediaDocument, InputMediaPhoto, ReplyParameters
from telegram.error import BadRequest

from bot.errors import PlatformError, Uncertain, Unreachable
from bot.model import AccountRef, Answer, MessageRef, Place, Priority, Upload
from bot.outbox.pace import bearing_of
from bot.platforms.telegram import NAME
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.errors import asking
from bot.platforms.telegram.write import (
    CAPTION_LIMIT,
    NO_PREVIEW,
    TEXT_LIMIT,
    Piece,
    Words,
    description,
    keyboard,
    pieces,
    shortened,
)
from bot.ports import Sent

UPLOAD_BYTES = 50_000_000
LONGEST_WAIT = 60.0  # seconds that we wait between the parts of one answer, whoever says it
GENERAL = ("", "1")  # what a chat or its General topic has for a channel; Telegram refuses to be told either
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Where:
    """Where pieces go: a chat's id, a topic of it, a message to reply to."""

    chat: int
    topic: int | None = None
    reply: ReplyParameters | None = None


async def say(
    connection: Connection,
    place: Place,
    answer: Answer,
    reply_to: MessageRef | None = None,
    under: InlineKeyboardMarkup | None = None,
) -> Sent:
    """Post in a chat; answers where the last part stands, which has the buttons (`under`, or the answer's own)."""
    topic = int(place.channel) if place.channel not in GENERAL else None
    reply = None
    if reply_to is not None and reply_to.place.chat == place.chat:
        reply = ReplyParameters(int(reply_to.id), allow_sending_without_reply=True)
    todo = _checked(answer, under)
    sent = await connection.there(place.chat, lambda chat: _deliver(connection, Where(chat, topic, reply), todo))
    return Sent(Place(NAME, str(sent.chat.id), place.channel, place.private, place.title), str(sent.message_id))


async def direct(connection: Connection, account: AccountRef, answer: Answer, place: str = "") -> Sent:
    """Write to one person. A private chat that a join request opened is shut again once somebody has dealt with it;
    then the one they opened themself may do."""
    try:
        return await say(connection, Place(NAME, place or account.id, private=True), answer)
    except Unreachable:
        if place in ("", account.id):
            raise
        return await say(connection, Place(NAME, account.id, private=True), answer)


def _checked(answer: Answer, under: InlineKeyboardMarkup | None) -> list[Piece]:
    for file in answer.files:
        if len(file.data) > UPLOAD_BYTES:
            raise PlatformError(f"“{file.name}” is larger than the 50 MB that Telegram takes from bots.")
    todo = pieces(answer, under)
    if not todo:
        raise ValueError("there is nothing to say")
    return todo


async def _deliver(connection: Connection, where: Where, todo: Sequence[Piece]) -> telegram.Message:
    """Send the pieces in order. Once the first is out, nothing may look as if nothing had been said."""
    sent = await _send(connection, where, todo[0])
    where = Where(where.chat, where.topic)
    for piece in todo[1:]:
        try:
            with asking(), bearing_of(Priority.URGENT, LONGEST_WAIT):
                sent = await _send(connection, where, piece)
        except PlatformError as error:
            raise Uncertain(f"Only a part of it could be said. {error}") from error
    return sent


async def _send(connection: Connection, where: Where, piece: Piece) -> telegram.Message:
    if len(piece.files) > 1:
        return await _send_album(connection, where, piece)
    if piece.files:
        return await _send_file(connection, where, piece, as_photo=piece.photos)
    assert piece.words is not None
    return await connection.bot.send_message(
        where.chat,
        piece.words.text,
        entities=piece.words.entities,
        link_preview_options=NO_PREVIEW,
        reply_markup=piece.keyboard,
        reply_parameters=where.reply,
        message_thread_id=where.topic,
    )


async def _send_file(connection: Connection, where: Where, piece: Piece, *, as_photo: bool) -> telegram.Message:
    """Send one file. A picture that Telegram cannot show, say one too tall, goes as a document."""
    file, words = piece.files[0], piece.words or Words("")
    more: dict[str, Any] = {
        "caption": words.text or None,
        "caption_entities": words.entities,
        "reply_markup": piece.keyboard,
        "reply_parameters": where.reply,
        "message_thread_id": where.topic,
    }
    if not as_photo:
        return await connection.bot.send_document(where.chat, _input(file), disable_content_type_detection=True, **more)
    try:
        return await connection.bot.send_photo(where.chat, _input(file), **more)
    except BadRequest as error:
        if not _is_no_picture(error):
            raise
        log.info("telegram.picture_as_document", why=error.message)
        return await _send_file(connection, where, piece, as_photo=False)


async def _send_album(
    connection: Connection, where: Where, piece: Piece, *, as_photos: bool = True
) -> telegram.Message:
    photos = as_photos and piece.photos
    media = [_media(file, photo=photos) for file in piece.files]
    try:
        sent = await connection.bot.send_media_group(
            where.chat, media, reply_parameters=where.reply, message_thread_id=where.topic
        )
    except BadRequest as error:
        if not photos or not _is_no_picture(error):
            raise
        log.info("telegram.picture_as_document", why=error.message)
        return await _send_album(connection, where, piece, as_photos=False)
    return sent[-1]


def _media(file: Upload, *, photo: bool) -> InputMediaPhoto | InputMediaDocument:
    words = description(file) or Words("")
    if photo:
        return InputMediaPhoto(_input(file, attach=True), caption=words.text or None, caption_entities=words.entities)
    return InputMediaDocument(_input(file, attach=True), caption=words.text or None, caption_entities=words.entities)


def _input(file: Upload, *, attach: bool = False) -> InputFile:
    """A file to send; in an album it is attached, as its place in the call is taken by a name."""
    return InputFile(file.data, filename=file.name, attach=attach)


def _is_no_picture(error: BadRequest) -> bool:
    heard = error.message.lower()
    return any(words in heard for words in ("photo_", "image_process_failed", "wrong type of the web page content"))


async def edit(connection: Connection, sent: Sent, answer: Answer) -> None:
    """Replace the words and buttons of what we said; files that came with it stay. Saying the same again is success.
    A text that no longer fits into one message ends with a line that says so."""
    await connection.there(sent.place.chat, lambda chat: _edit(connection, chat, int(sent.id), answer))


async def _edit(connection: Connection, chat: int, message: int, answer: Answer) -> None:
    ending = connection.app.wording.say("platform.telegram.shortened")
    buttons = keyboard(answer)
    words = shortened(answer.speech, TEXT_LIMIT, ending)
    try:
        await connection.bot.edit_message_text(
            words.text,
            chat,
            message,
            entities=words.entities,
            link_preview_options=NO_PREVIEW,
            reply_markup=buttons,
        )
    except BadRequest as error:
        heard = error.message.lower()
        if "no text in the message" in heard:
            await _edit_caption(connection, chat, message, answer)
        elif "message is not modified" not in heard:
            raise


async def _edit_caption(connection: Connection, chat: int, message: int, answer: Answer) -> None:
    ending = connection.app.wording.say("platform.telegram.shortened")
    words = shortened(answer.speech, CAPTION_LIMIT, ending)
    try:
        await connection.bot.edit_message_caption(
            chat, message, caption=words.text, caption_entities=words.entities, reply_markup=keyboard(answer)
        )
    except BadRequest as error:
        if "message is not modified" not in error.message.lower():
            raise


async def has_pins(connection: Connection, place: Place) -> bool:
    """Whether anything is pinned there."""
    info = await connection.there(place.chat, lambda chat: connection.bot.get_chat(chat))
    return info.pinned_message is not None


async def pin(connection: Connection, sent: Sent) -> None:
    """Pin what we said, without a sound."""
    await connection.there(
        sent.place.chat,
        lambda chat: connection.bot.pin_chat_message(chat, int(sent.id), disable_notification=True),
        "Pin messages",
    )
