"""Files at signed addresses that stop working: a day later, or as soon as the message is deleted."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

if TYPE_CHECKING:
    from tests.wire.discord.clock import Clock
    from tests.wire.discord.messages import Attachment

GOOD_FOR = timedelta(hours=24)
CHUNK = 64 * 1024


class Cdn:
    """All files, by id. `base` is the address of this server."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.base = ""
        self.fetched: list[int] = []
        self._kept: dict[int, Attachment] = {}
        self._secret = secrets.token_bytes(16)

    def keep(self, attachment: Attachment) -> Attachment:
        self._kept[attachment.id] = attachment
        return attachment

    def address(self, attachment: Attachment) -> str:
        issued = self.clock.now()
        path = f"{attachment.channel_id}/{attachment.id}/{quote(attachment.filename)}"
        since, ends = int(issued.timestamp()), int((issued + GOOD_FOR).timestamp())
        place = "ephemeral-attachments" if attachment.ephemeral else "attachments"
        signature = self._sign(attachment, ends, since)
        return f"{self.base}/{place}/{path}?ex={ends:x}&is={since:x}&hm={signature}"

    def _sign(self, attachment: Attachment, ends: int, since: int) -> str:
        text = f"{attachment.id}:{attachment.edition}:{ends}:{since}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET of an attachment: 404 when unknown, unsigned, expired or its message is gone."""
        attachment = self._kept.get(int(request.match_info["attachment_id"]))
        if attachment is None or attachment.removed or not self._in_force(attachment, request):
            return web.Response(status=404, text="This content is no longer available.")
        self.fetched.append(attachment.id)
        if attachment.status != 200:
            return web.Response(status=attachment.status, text="")
        if attachment.pretended_size is not None:
            return await _pour(request, attachment.pretended_size)
        kind = attachment.content_type or "application/octet-stream"
        return web.Response(body=attachment.data, headers={"Content-Type": kind})

    def _in_force(self, attachment: Attachment, request: web.Request) -> bool:
        try:
            ends, since = int(request.query["ex"], 16), int(request.query["is"], 16)
            given = request.query["hm"]
        except (KeyError, ValueError):
            return False
        if not hmac.compare_digest(given, self._sign(attachment, ends, since)):
            return False
        return self.clock.now().timestamp() < ends


async def _pour(request: web.Request, size: int) -> web.StreamResponse:
    """Send `size` bytes without saying so beforehand."""
    response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    try:
        for start in range(0, size, CHUNK):
            await response.write(bytes(min(CHUNK, size - start)))
        await response.write_eof()
    except ConnectionError:  # the reader had enough
        return response
    return response
