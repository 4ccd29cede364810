"""Fetching the files that people sent. The path of a file holds the token: it is never stored, shown or logged."""

from typing import Any

import telegram

from bot.errors import Gone, PlatformError, RateLimited
from bot.model import Attachment
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.errors import asking

MEGABYTE = 1_000_000
DOWNLOAD_BYTES = 20 * MEGABYTE


async def download(connection: Connection, attachment: Attachment, limit: int) -> bytes:
    """The bytes of a file, at most `limit` and the 20 MB that Telegram gives to bots."""
    most = min(limit, DOWNLOAD_BYTES)
    _check_size(attachment.size, most)
    with asking():
        file = await connection.bot.get_file(attachment.handle)
    _check_size(file.file_size or 0, most)
    if not file.file_path:
        raise Gone("The file is no longer there.")
    data = await _bytes(file)
    _check_size(len(data), most)
    return data


async def _bytes(file: telegram.File) -> bytes:
    try:
        with asking():
            return bytes(await file.download_as_bytearray())
    except RateLimited:
        raise
    except PlatformError as error:
        raise PlatformError("The file could not be fetched from Telegram.", error.code) from None


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise PlatformError(f"The file has {size / MEGABYTE:.1f} MB; Porter may fetch {most / MEGABYTE:.0f} MB.")


def as_json(attachment: Attachment) -> dict[str, Any]:
    """A file as JSON values, to fetch it later."""
    return {
        "handle": attachment.handle,
        "name": attachment.name,
        "type": attachment.media_type,
        "size": attachment.size,
    }


def of_json(found: dict[str, Any]) -> Attachment:
    """The file that `as_json` wrote."""
    return Attachment(found["handle"], found["name"], found["type"], found["size"])
