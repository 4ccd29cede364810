"""How long it takes on loopback from a member's flag to the officer's direct message."""

import time
from pathlib import Path

from tests.stories.discord.lodge import Lodge
from tests.stories.telegram.club import Club
from tests.tour import discord, telegram
from tests.tour.sights import STEPS

# People may mind these; no rule knows them, and none is like another, so that no card is there before the flag.
SAID = (
    "Nobody asked you to come along on Friday.",
    "That opening of yours again, how original.",
    "Please find another table, this one is full.",
    "I am not playing with somebody who takes an hour a move.",
    "Your report on the tournament put me to sleep.",
    "Maybe draughts would suit you better.",
    "We all know why the last treasurer left, ask around.",
    "Do not bother to sign up for the second team.",
    "Good that you lost, it was about time.",
)
UNION = STEPS[-1]
Milliseconds = dict[str, list[float]]
FLAG, REPORT, LINE = "flag → card", "report → officer's message", "flag → officer's message"


def since(begun: float) -> float:
    """Milliseconds since then."""
    return (time.perf_counter() - begun) * 1_000


def noted(found: Milliseconds, card: float, told: float) -> None:
    """Add one run: when the card stood, and how long the officer's message took from the report on."""
    for name, value in ((FLAG, card), (REPORT, told), (LINE, card + told)):
        found.setdefault(name, []).append(value)


async def on_discord(folder: Path) -> Milliseconds:
    """A case for every sentence, each about somebody else; nothing is under way when one begins."""
    found: Milliseconds = {}
    async with discord.at_the_lodge(folder) as lodge:
        for number, words in enumerate(SAID, 1):
            noted(found, *await case_on_discord(lodge, number, words))
    return found


async def case_on_discord(lodge: Lodge, number: int, words: str) -> tuple[float, float]:
    """Milliseconds to the card, and from the report to the officer's message; both are the `number`th of their kind."""
    member = await lodge.chess.join(lodge.world.user(f"Member{number}"))
    message = await member.say(lodge.general, words)
    await lodge.settled()
    assert len(lodge.committee.messages) == number - 1
    begun = time.perf_counter()
    await lodge.alice.menu("Flag to committee", message)
    await lodge.world.until(lambda: len(lodge.committee.messages) == number, what="the card")
    card = since(begun)
    begun = time.perf_counter()
    await lodge.mona.press(lodge.card, UNION)
    await lodge.world.until(lambda: len(lodge.olu.inbox) == number, what="the officer's message")
    told = since(begun)
    await lodge.settled()
    return card, told


async def on_telegram(folder: Path) -> Milliseconds:
    """The same on Telegram."""
    found: Milliseconds = {}
    async with telegram.at_the_club(folder) as club:
        for number, words in enumerate(SAID, 1):
            noted(found, *await case_on_telegram(club, number, words))
    return found


async def case_on_telegram(club: Club, number: int, words: str) -> tuple[float, float]:
    """The same on Telegram, where the flag is a reply."""
    member = club.telegram.user(f"Member{number}")
    club.chess.add(member)
    message = await club.says(member, club.chess, words)
    assert len(club.words_of_porter(club.committee)) == number - 1
    begun = time.perf_counter()
    await club.alice.say(club.chess, "/flag", reply_to=message)
    shown = await club.committee.hears(words)
    card = since(begun)
    begun = time.perf_counter()
    await club.mona.press(shown, UNION)
    await club.olu.hears(words)
    told = since(begun)
    await club.settled()
    return card, told
