"""UTF-16 units and code points."""

from dataclasses import dataclass

import pytest

from bot.platforms.telegram.units import clean, ends, length, span


@dataclass(frozen=True)
class Part:
    offset: int
    length: int


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("abc", 3), ("é", 1), ("日本", 2), ("😀", 2), ("👨‍👩‍👧", 8), ("a😀b", 4)]
)
def test_a_text_is_as_long_as_telegram_finds_it(text: str, units: int) -> None:
    found = length(text)

    assert found == units == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("hello you", Part(6, 3), "you"),
        ("😀 hello", Part(3, 5), "hello"),
        ("👨‍👩‍👧 a 😀b", Part(9, 1), "a"),
        ("short", Part(3, 100), "rt"),
        ("short", Part(90, 2), ""),
        ("short", Part(-5, 2), ""),
    ],
)
def test_a_stretch_in_units_becomes_one_in_code_points(text: str, part: Part, words: str) -> None:
    start, end = span(ends(text), part)

    assert text[start:end] == words


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("two\r\nlines\r", "two\nlines\n"),
        ("nul\x00bell\x07", "nul bell "),
        ("half \ud83d of one", "half \ufffd of one"),
        ("tab\tstays", "tab\tstays"),
        ("\ud83d\ude00 in halves", "😀 in halves"),
    ],
)
def test_what_telegram_would_not_keep_is_cleaned_away_before_offsets_are_counted(text: str, kept: str) -> None:
    found = clean(text)

    assert found == kept
    assert found.encode() != b""
