"""Pictures that people send, made safe to look at: decoded in a confined process, re-encoded with nothing but pixels.

PNG, JPEG, WebP and GIF by content, whatever the name says; never SVG. The original stays sealed and is never shown.
"""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

DECODER = Path(__file__).with_name("decode.py")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What an image may cost: bytes in, pixels, bytes of memory, seconds of processor and of waiting."""

    size: int = 10 * MEGABYTE
    pixels: int = 25_000_000
    memory: int = 640 * MEGABYTE
    cpu_seconds: int = 4
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Seen:
    """An image that can be shown: a JPEG without EXIF; `width` and `height` are of the original, in pixels."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    format: str
    animated: bool


@dataclass(frozen=True, slots=True)
class Unseen:
    """An image that cannot be shown; `why` is a sentence."""

    why: str


def kind_of(data: bytes) -> str:
    """The kind that bytes begin as: `PNG`, `JPEG`, `WEBP`, `GIF`; empty for anything else."""
    if data[:12].startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    begins = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
    return next((kind for begin, kind in begins.items() if data.startswith(begin)), "")


class Images:
    """Looks at images, so many at once; the others wait. Holds nothing between them."""

    def __init__(self, limits: Limits = Limits(), at_once: int = 2) -> None:
        self.limits = limits
        self._turns = asyncio.Semaphore(at_once)

    async def look(self, data: bytes, side: int = 600) -> Seen | Unseen:
        """A view of the image at most `side` pixels a side: 600 for a thumbnail, more for a copy to look at."""
        if len(data) > self.limits.size:
            return Unseen(f"Not shown: larger than {self.limits.size // MEGABYTE} MB.")
        if not kind_of(data):
            return Unseen("Not shown: only PNG, JPEG, WebP and GIF pictures are.")
        async with self._turns:
            return await self._decode(data, side)

    async def _decode(self, data: bytes, side: int) -> Seen | Unseen:
        limits = self.limits
        numbers = (side, limits.pixels, limits.memory, limits.cpu_seconds)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(DECODER), *map(str, numbers)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
        )
        try:
            async with asyncio.timeout(limits.seconds):
                out, _ = await process.communicate(data)
        except TimeoutError:
            return Unseen("Not shown: it took too long to read.")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return answered(out, process.returncode or 0)


def answered(out: bytes, code: int) -> Seen | Unseen:
    """What the decoder made of an image: one line of JSON, then the JPEG."""
    line, _, jpeg = out.partition(b"\n")
    if code or not line:
        return Unseen("Not shown: it took more than a picture may to read, or broke the reader.")
    facts = json.loads(line)
    if "why" in facts:
        return Unseen(f"Not shown: {facts['why']}.")
    return Seen(jpeg, facts["width"], facts["height"], facts["format"], facts["animated"])
