import random
from pathlib import Path

import pytest

from bot.screening import Screen

from .said import flagged

WORD_LISTS = ("british-english", "american-english")
LISTS = [path for path in (Path("/usr/share/dict", name) for name in WORD_LISTS) if path.exists()]
ALLOWED = 0.0005


@pytest.mark.skipif(not LISTS, reason="needs a word list: apt-get install wamerican wbritish")
def test_innocent_words_that_look_like_others_are_left_alone(screen: Screen) -> None:
    known = screen.book.reader.spelling.named
    every = {word for path in LISTS for word in path.read_text("utf-8").split() if word.isalpha()}
    words = sorted(word for word in every if word.lower() not in known)
    chosen = random.Random(1).sample(words, 20_000)  # noqa: S311  reproducible, not secret

    caught = [word for word in chosen if flagged(screen, word)]

    assert len(caught) <= ALLOWED * len(chosen)


def test_no_number_of_four_digits_is_read_as_a_word(screen: Screen) -> None:
    caught = [number for number in range(10_000) if flagged(screen, f"the meeting is in room {number:04}")]

    assert caught == []


def test_a_longer_number_that_spells_a_severe_word_is_read_as_one(screen: Screen) -> None:
    assert screen.book.reader.spelling.number("80085") == ("boobs",)


@pytest.mark.parametrize("word", ["Blackburn", "Wonderbra", "bedclothes", "slither", "calibrated", "he'll"])
def test_one_word_by_itself_is_like_nothing_whatever_its_parts_are(screen: Screen, word: str) -> None:
    assert not flagged(screen, word)
