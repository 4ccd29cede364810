"""A platform as those see it who use it: members who report, a committee that presses buttons, officers who are told.

Everything here lives in the process of the tests, so that what people saw outlives the program.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from tests.stories.house import House

REFERENCE = re.compile(r"P-\d\d-\d{4,}")
NOTICE, WORD, DELETE, UNION = "1 · Public notice", "2 · Private word", "3 · Delete", "4 · Report to the Union"
STEPS = {NOTICE: "notice", WORD: "warn", DELETE: "delete", UNION: "escalate"}
NOTICE_WORDS, WARN_WORDS = "This is a notice from the committee", "Those comments are not acceptable"
OFFICER_WORDS = re.compile(r"reports (P-\d\d-\d{4,}) to the Union")
AGAIN = "sent again because it is not certain"
SUBJECTS = 24


@dataclass(frozen=True, slots=True)
class Said:
    """Something that somebody said: which message, by whom (`name` is unique), on which platform."""

    platform: str
    message: str
    author: str
    name: str
    stands: Callable[[], bool] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What an officer was told, in the words in which it was first sent."""

    reference: str
    repeated: bool


class Side(Protocol):
    """One platform. People's acts may fail, when the program is not there to answer."""

    name: str
    survives: bool  # whether the platform keeps an act until the program has taken it

    @property
    def environ(self) -> dict[str, str]:
        """What the program must be told to find it."""

    async def settle(self, house: House) -> None:
        """Bind the chats and seat the people."""

    def is_connected(self) -> bool:
        """Whether the program is there."""

    async def say(self, number: int, text: str) -> Said:
        """The subject of that number says something."""

    def reporter(self, number: int) -> str:
        """The account of the reporter of that number."""

    async def flag(self, number: int, said: Said) -> str:
        """The reporter of that number flags it; what they are answered, empty when nothing came."""

    def card(self, name: str) -> str:
        """The id of the newest card about somebody; empty while there is none."""

    async def press(self, who: str, message: str, label: str) -> str:
        """Mona or Olu presses a button on a message; what they are answered."""

    def notices(self) -> list[str]:
        """The notices standing in the chat, by message id."""

    def words(self) -> list[str]:
        """The private words that subjects got, by message id."""

    def cards(self) -> list[str]:
        """The references on the cards that stand, one for each card."""

    def told(self) -> list[Told]:
        """Every message that officers were sent, oldest first."""

    def officers(self, reference: str) -> str:
        """The newest message that Olu has about a case; empty when there is none."""

    async def change(self) -> None:
        """Wait until something has happened there."""

    def check(self) -> None:
        """Nobody misused the platform, nobody was pinged."""


def reference_in(text: str) -> str:
    """The first reference in a text; empty when there is none."""
    found = REFERENCE.search(text)
    return found[0] if found else ""


def is_told(text: str) -> bool:
    """Whether this is how an officer is told of a case."""
    return OFFICER_WORDS.search(text) is not None


def told_in(text: str) -> Told:
    """What an officer is told in such a text."""
    found = OFFICER_WORDS.search(text)
    assert found is not None
    return Told(found[1], AGAIN in text)
