"""Fetching files: only from Discord's own file hosts, never more than asked for, never by a redirect."""

import ipaddress
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.errors import Gone, PlatformError
from bot.platforms.discord.errors import asking

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
CHUNK = 65_536
TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=15, sock_read=30)

Fresh = Callable[[str, str, str], Awaitable[str]]  # channel, message, attachment → its address now; empty: gone


def allowed(url: str, api_url: str) -> bool:
    """Whether a file's address is one of Discord's, or of the configured server's; https unless on this machine."""
    parts, api = urlsplit(url), urlsplit(api_url)
    host = parts.hostname or ""
    if parts.scheme == "http" and not _loopback(host):
        return False
    if parts.scheme not in ("https", "http"):
        return False
    return host in HOSTS or (host == api.hostname and parts.port == api.port)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def expired(url: str, now: float) -> bool:
    """Whether a signed address has run out (`ex` is seconds since 1970, in hex)."""
    signed = parse_qs(urlsplit(url).query).get("ex", [""])[0]
    try:
        return int(signed, 16) <= now
    except ValueError:
        return False


class Files:
    """Fetches attachments over a connection of its own, without our token."""

    def __init__(self, api_url: str, fresh: Fresh, now: Callable[[], datetime]) -> None:
        self._api_url, self._fresh, self._now = api_url, fresh, now
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, handle: str, limit: int) -> bytes:
        """The bytes of the file a handle names. Raises `Gone` when it is no longer there, `PlatformError` when it is
        larger than `limit` or not Discord's."""
        known = json.loads(handle)
        url = str(known["url"])
        try:
            if expired(url, self._now().timestamp()):
                raise Gone("The file's address has run out.")
            return await self._get(url, limit)
        except Gone:
            if not known["message"]:
                raise
        url = await self._fresh(known["channel"], known["message"], known["attachment"])
        if not url:
            raise Gone("The file is no longer there.")
        return await self._get(url, limit)

    async def _get(self, url: str, limit: int) -> bytes:
        if not allowed(url, self._api_url):
            raise PlatformError("The file does not lie with Discord, so it was not fetched.")
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        with asking():
            async with self._session.get(url, allow_redirects=False) as answer:
                _check(answer.status)
                return await _read(answer, limit)

    async def close(self) -> None:
        """End the connection."""
        if self._session is not None:
            await self._session.close()


def _check(status: int) -> None:
    if status in (403, 404, 410):
        raise Gone("The file is no longer there.")
    if status != 200:
        raise PlatformError(f"The file could not be fetched (status {status}).", str(status))


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    if answer.content_length is not None and answer.content_length > limit:
        raise PlatformError(f"The file has {answer.content_length:,} bytes; {limit:,} are allowed.", "too_big")
    data = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        data += chunk
        if len(data) > limit:
            raise PlatformError(f"The file has more than the {limit:,} bytes allowed.", "too_big")
    return bytes(data)
