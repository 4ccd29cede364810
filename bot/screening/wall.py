"""Words so plain that a platform may stop them by itself, before anybody sees them, whatever was meant."""

import re

from bot.model import Level
from bot.screening.examples import played
from bot.screening.packs import Example
from bot.screening.screen import Screen

SEVERE = 3
LONGEST = 60  # characters, which is what Discord takes
MOST = 1000
PLAIN = re.compile(r"[^\W_][\w' -]*")


def wall(screen: Screen) -> tuple[str, ...]:
    """The words of the groups that packs name for it, sorted; of these only those that stand for themselves, alone are
    brought to a card at once, and fit. At most 1,000."""
    groups = screen.book.groups
    named = {word for pack in screen.book.packs for name in pack.pack.wall for word in groups[name]}
    fit = [word for word in sorted(named) if PLAIN.fullmatch(word) and len(word) <= LONGEST]
    return tuple(word for word in fit if _is_severe_alone(screen, word))[:MOST]


def _is_severe_alone(screen: Screen, word: str) -> bool:
    message, _ = played(Example(text=word))
    return any(hit.level is Level.CARD and hit.severity >= SEVERE for hit in screen.glance(message).hits)
