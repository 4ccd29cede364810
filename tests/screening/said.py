"""Messages for the tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.model import AccountRef, Level, Message, MessageRef, Place, Text, View
from bot.screening import Screen

PLACE = Place("playground", "society")
ALICE = AccountRef("playground", "alice")
CHAT = Path(__file__).parent / "chat.txt"


def said(text: str, view: View = View.TEXT, author: AccountRef = ALICE) -> Message:
    """One message with one text."""
    return Message(MessageRef(PLACE, "1"), author, datetime(2026, 11, 2, 12, tzinfo=UTC), (Text(view, text),))


def flagged(screen: Screen, text: str) -> bool:
    """Whether the text reaches people at all."""
    return screen.screen(said(text)).level is not Level.NONE


def chat(path: Path = CHAT) -> Iterator[tuple[str, str]]:
    """(kind of conduct or "ok", message) of a file of chat."""
    for line in path.read_text("utf-8").splitlines():
        if "|" in line:
            kind, _, text = line.partition("|")
            yield kind, text


def pack(rules: str, top: str = "") -> str:
    """The text of a small pack."""
    return f'{top}\n[pack]\nname = "small"\nversion = "1"\n{rules}'


def rule(phrases: str = '["blue moon"]', more: str = "", hit: str = "a blue moon", miss: str = "a red sun") -> str:
    """The text of one rule, with five hits and five misses."""
    hits, misses = ([f"{text} {number}" for number in range(5)] for text in (hit, miss))
    return f"""
[[rule]]
id = "small.moon"
kind = "abuse"
clause = "Abuse"
severity = 2
level = "card"
why = "Speaks of the moon."
phrases = {phrases}
hits = {hits}
misses = {misses}
{more}
"""
