"""Telegram counts text in UTF-16 units, we in code points."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Stretch(Protocol):
    """Part of a text, in UTF-16 units."""

    @property
    def offset(self) -> int:
        """Where it begins."""

    @property
    def length(self) -> int:
        """How long it is."""


def length(text: str) -> int:
    """How long Telegram finds a text."""
    return len(text) + sum(char > "\uffff" for char in text)


def ends(text: str) -> list[int]:
    """For every code point, how many UTF-16 units the text has up to and with it; a 0 before them all."""
    return [0, *accumulate(2 if char > "\uffff" else 1 for char in text)]


def span(text_ends: Sequence[int], stretch: Stretch) -> tuple[int, int]:
    """A stretch as [start, end) in code points; one that lies outside the text is cut to it."""
    last = len(text_ends) - 1
    start = min(bisect_left(text_ends, max(stretch.offset, 0)), last)
    end = min(bisect_left(text_ends, max(stretch.offset + stretch.length, 0)), last)
    return start, max(start, end)


def clean(text: str) -> str:
    """The text as Telegram would keep it: no control characters, no half of a character, so that offsets stay true."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n")
    return CONTROLS.sub(lambda found: "\n" if found[0] == "\r" else " ", whole)
