import functools
import random

import pytest

from bot.screening import Screen

from .said import chat, flagged
from .tricks import KINDS

KEPT = 0.9  # of each trick, the hardest included (every letter that has a digit written as one)
TOGETHER = 0.98


@functools.cache
def kept(screen: Screen, trick: str) -> tuple[int, int]:
    """(found in disguise, found plainly), over the chat's messages of conduct."""
    chance = random.Random(7)  # noqa: S311  reproducible, not secret
    plain = [text for kind, text in chat() if kind != "ok" and flagged(screen, text)]
    return sum(flagged(screen, KINDS[trick](text, chance)) for text in plain), len(plain)


def test_there_are_at_least_twenty_tricks() -> None:
    assert len(KINDS) >= 20


@pytest.mark.parametrize("trick", sorted(KINDS))
def test_a_trick_hides_almost_nothing(screen: Screen, trick: str) -> None:
    found, plain = kept(screen, trick)

    assert found / plain >= KEPT


def test_all_tricks_together_keep_the_promised_recall(screen: Screen) -> None:
    results = [kept(screen, trick) for trick in KINDS]

    assert sum(found for found, _ in results) / sum(plain for _, plain in results) >= TOGETHER
