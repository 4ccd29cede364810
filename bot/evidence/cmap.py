"""Which characters a font file can draw, read from its `cmap` table (OpenType formats 4 and 12)."""

import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LARGEST_TABLE = 4_000_000
UNICODE_TABLES = ((3, 10), (0, 6), (0, 4), (0, 3), (3, 1), (0, 2), (0, 1), (0, 0))

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Code points a font has glyphs for, as sorted ranges [first, last] that do not touch."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def __contains__(self, code: int) -> bool:
        place = bisect_right(self.starts, code) - 1
        return place >= 0 and code <= self.ends[place]


def coverage(ranges: Iterable[tuple[int, int]]) -> Coverage:
    """Ranges in any order, joined where they touch."""
    joined: list[list[int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return Coverage(tuple(first for first, _ in joined), tuple(last for _, last in joined))


def read(file: Path, index: int = 0) -> Coverage:
    """The coverage of face `index` of a font file. Raises `ValueError` when the file is no font that we can read."""
    try:
        with file.open("rb") as stream:
            table = _cmap(stream, index)
            return coverage(_ranges(table))
    except (struct.error, OSError) as error:
        raise ValueError(f"{file} is not a font that can be read: {error}") from error


def _cmap(stream: BinaryIO, index: int) -> bytes:
    start = 0
    if stream.read(4) == b"ttcf":
        stream.seek(12 + 4 * index)
        (start,) = struct.unpack(">I", stream.read(4))
    stream.seek(start + 4)
    (count,) = struct.unpack(">H6x", stream.read(8))
    for _ in range(count):
        tag, offset, length = struct.unpack(">4s4xII", stream.read(16))
        if tag == b"cmap":
            stream.seek(offset)
            return stream.read(min(length, LARGEST_TABLE))
    raise ValueError("the font has no cmap table")


def _ranges(table: bytes) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">2xH", table)
    records = [struct.unpack_from(">HHI", table, 4 + 8 * number) for number in range(count)]
    offsets = {(platform, encoding): offset for platform, encoding, offset in records}
    for key in UNICODE_TABLES:
        if key in offsets:
            part = table[offsets[key] :]
            (kind,) = struct.unpack_from(">H", part)
            if kind in READERS:
                return READERS[kind](part)
    raise ValueError("the font has no Unicode table of format 4 or 12")


def _groups(part: bytes) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", part, 12)
    for first, last, _ in struct.iter_unpack(">III", part[16 : 16 + 12 * count]):
        yield first, last


def _segments(part: bytes) -> Iterator[tuple[int, int]]:
    (double,) = struct.unpack_from(">6xH", part)
    columns = [part[14:], part[16 + double :], part[16 + 2 * double :], part[16 + 3 * double :]]
    layout = f">{double // 2}H"
    ends, starts, deltas, offsets = (struct.unpack_from(layout, column) for column in columns)
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        if offsets[number] == 0:
            yield from _shifted(first, last, deltas[number])
        else:
            at = 16 + 3 * double + 2 * number + offsets[number]
            yield from _listed(part, first, last, at)


def _shifted(first: int, last: int, delta: int) -> Iterator[tuple[int, int]]:
    blank = -delta & 0xFFFF
    if first <= blank <= last:
        yield from ((start, end) for start, end in ((first, blank - 1), (blank + 1, last)) if start <= end)
    else:
        yield first, last


def _listed(part: bytes, first: int, last: int, at: int) -> Iterator[tuple[int, int]]:
    for number, glyph in enumerate(struct.unpack_from(f">{last - first + 1}H", part, at)):
        if glyph:
            yield first + number, first + number


READERS = {4: _segments, 12: _groups}
