"""The picture of a chat: what was captured, drawn by typst as one PNG or a few, the same bytes for the same record."""

import asyncio
import json
import os
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import typst

from bot.evidence.fonts import FontSet, installed
from bot.evidence.record import mend
from bot.evidence.room import ROWS
from bot.evidence.sheet import Sheet
from bot.evidence.transcript import Transcript

TEMPLATE = Path(__file__).with_name("chat.typ")
PIXELS_PER_INCH = 144.0
PAGES = 6
GENERATIONS = 10  # of compilations, after which typst drops what it laid out
PNG_HEAD = 33  # signature and IHDR, after which notes may stand


class Pictures:
    """Draws transcripts, one at a time, beside the event loop. `fonts` finds the fonts when the first one is drawn."""

    def __init__(self, fonts: Callable[[], FontSet] = installed) -> None:
        self._find_fonts = fonts
        self._drawer: Drawer | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")

    async def draw(self, transcript: Transcript) -> tuple[bytes, ...]:
        """PNG pages, normally one and at most six; what does not fit is counted on them.

        Each page holds, as PNG text, the case's reference, the record's SHA-256 and the fonts it was drawn with.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._draw, transcript)

    def _draw(self, transcript: Transcript) -> tuple[bytes, ...]:
        if self._drawer is None:
            self._drawer = Drawer(self._find_fonts())
        return self._drawer.draw(transcript)

    def close(self) -> None:
        """Finish the picture in hand and let the thread go."""
        self._thread.shutdown()


class Drawer:
    """A compiler and its fonts; belongs to one thread, since typst's compiler may be in one thread only."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._template = TEMPLATE.read_bytes()
        # Nothing lies below a root that is no folder: even a template gone wrong could read no file.
        self._compiler = typst.Compiler(root=os.devnull, font_paths=fonts.fonts)

    def draw(self, transcript: Transcript) -> tuple[bytes, ...]:
        """PNG pages; rows are halved until no more than the allowed pages come out."""
        rows = ROWS
        while True:
            sheet = Sheet(transcript, self._fonts, rows)
            pages = self._compile(sheet)
            if len(pages) <= PAGES or rows <= 1:
                return tuple(noted(page, self._notes(transcript, sheet)) for page in pages[:PAGES])
            rows //= 2

    def _compile(self, sheet: Sheet) -> list[bytes]:
        data = mend(json.dumps(sheet.data, ensure_ascii=False, sort_keys=True))
        drawn = self._compiler.compile(
            input=self._template, format="png", ppi=PIXELS_PER_INCH, sys_inputs={"sheet": data}, timestamp=0
        )
        self._forget()
        pages = drawn if isinstance(drawn, list) else [drawn]
        return [page for page in pages if page is not None]

    def _forget(self) -> None:
        """Let go of what people wrote: typst keeps the layouts of its last compilations, so it is given blank ones."""
        for number in range(GENERATIONS + 1):
            self._compiler.compile(input=b"#sys.inputs.blank", format="svg", sys_inputs={"blank": str(number)})

    def _notes(self, transcript: Transcript, sheet: Sheet) -> dict[str, str]:
        return {
            "Description": transcript.label,
            "Source": f"{transcript.reference} sha256:{transcript.sha256}",
            "Software": f"Porter; fonts: {self._fonts.record(sheet.ink.families)}",
        }


def noted(png: bytes, notes: dict[str, str]) -> bytes:
    """A PNG with notes as UTF-8 text chunks."""
    chunks = b"".join(_chunk(b"iTXt", f"{key}\0\0\0\0\0{mend(text)}".encode()) for key, text in notes.items())
    return png[:PNG_HEAD] + chunks + png[PNG_HEAD:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
