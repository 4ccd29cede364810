"""The tour on a loopback Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.stories.telegram.club import OLUS_ADDRESS, RIGHTS, Club
from tests.tour.sights import NINAS_ADDRESS, NINAS_NUMBER, OUTCOME, STEPS, UNKIND, Shown, Tour
from tests.wire.mail import Mailbox
from tests.wire.telegram import Message, Telegram


@asynccontextmanager
async def at_the_club(folder: Path) -> AsyncIterator[Club]:
    """Two groups with Porter at work in them."""
    async with Telegram() as telegram, Mailbox() as mailbox:
        una, mona, lena, olu, alice, mallory = map(telegram.user, ("Una", "Mona", "Lena", "Olu", "Alice", "Mallory"))
        porter = telegram.bot("porter_bot")
        chess = telegram.supergroup("Chess Society", creator=una)
        committee = telegram.supergroup("Chess committee", creator=una)
        chess.promote(porter, *RIGHTS)
        committee.add(porter)
        for person in (mona, lena, alice, mallory):
            chess.add(person)
        for person in (mona, lena):
            committee.add(person)
        porter.updates.drop()  # the groups were there before the tour begins
        club = Club(telegram, mailbox, folder, porter, chess, committee, una, mona, lena, olu, alice, mallory)
        try:
            await club.build()
            await club.seat_everybody()
            await club.bind()
            await club.work()
            await club.settled()
            yield club
        finally:
            await club.close()


async def play(tour: Tour, folder: Path) -> None:
    """The whole line. Raises `MissingError`."""
    async with at_the_club(folder) as club:
        await let_in(tour, club)
        message = await flag(tour, club)
        reference = club.reference
        await take_steps(tour, club, message)
        await reach_officer(tour, club, reference)
        await close(tour, club)
        await tour.record_holds(club.house, reference, UNKIND)
        tour.holds(club.telegram.problems == [], f"Telegram has no complaint: {club.telegram.problems}")


async def let_in(tour: Tour, club: Club) -> None:
    """From the request to join to the welcome."""
    tour.stop("Nina asks to join; Porter shows her the statement in private and asks for her number.")
    await club.house.paid(NINAS_NUMBER, NINAS_ADDRESS)
    nina = club.telegram.user("Nina")
    knock = await club.knock(nina)
    tour.holds("Code of Conduct" in nina.inbox[0].text, "the newcomer reads the statement first")
    tour.holds(knock.state == "pending", "the request waits")

    tour.stop("She gives her number, gets a code by e-mail, types it, and is admitted and welcomed.")
    await club.give_number(nina, NINAS_NUMBER)
    await club.writes(nina, await club.code_for(NINAS_ADDRESS))
    tour.holds(knock.state == "approved" and club.chess.standing(nina).present, "who is verified is let in")
    said = [one.text for one in club.words_of_porter(club.chess)]
    tour.holds(any("Welcome to Chess Society, Nina!" in text for text in said), "the newcomer is welcomed in the chat")


async def flag(tour: Tour, club: Club) -> Message:
    """Something unkind is said, and flagged."""
    tour.stop("Mallory says something unkind; Alice answers it with /flag, which disappears at once.")
    await club.says(club.alice, club.chess, "Welcome, Nina! Board three is free on Friday.")
    message = await club.mallory.say(club.chess, UNKIND)
    command = await club.says(club.alice, club.chess, "/flag", reply_to=message)
    thanks = await club.alice.hears("Your report is with the committee")
    tour.holds(command.deleted and club.reference in thanks.text, "the reporter is thanked in private")
    tour.holds(UNKIND in club.card.text and "Alice" not in club.card.text, "the card shows what was said, not who told")
    return message


async def take_steps(tour: Tour, club: Club, message: Message) -> None:
    """The four steps of the card."""
    tour.stop("Mona takes the four steps: public notice, private word, delete, report to the Union.")
    for label in STEPS:
        await club.press(club.mona, club.card, label)
    notices = [one.text for one in club.words_of_porter(club.chess) if "not tolerated here" in one.text]
    tour.holds(len(notices) == 1 and "Mallory" not in notices[0], "one public notice is posted and names nobody")
    words = [one.text for one in club.mallory.inbox]
    tour.holds(any("are not acceptable" in text for text in words), "the private word reaches Mallory")
    tour.holds(message.deleted, "the message is deleted")
    tour.holds(club.card.text.count("✓") == len(STEPS), "the card ticks the four steps")


async def reach_officer(tour: Tour, club: Club, reference: str) -> None:
    """The officer has it, twice, and says so."""
    tour.stop("Olu, the Union's officer, gets it as a private message and as an e-mail, with the same picture.")
    mail = await club.mailbox.receives(reference, to=OLUS_ADDRESS)
    tour.officer_has([shown(one) for one in club.olu.inbox], mail, reference)
    tour.stop("Olu acknowledges and takes over; the card in the committee's group says so.")
    await club.press(club.olu, await club.olu.hears("reports"), "Acknowledge")
    tour.holds("acknowledged at" in club.card.text, "the card says that it was acknowledged")
    await club.press(club.olu, await club.olu.hears("reports"), "Take over")
    tour.holds("Olu has taken this over" in club.card.text, "the card says who has taken over")


async def close(tour: Tour, club: Club) -> None:
    """The Union's outcome."""
    tour.stop(f"Olu closes it with an outcome: {OUTCOME}.")
    await club.press(club.olu, await club.olu.hears("reports"), "Close with outcome")
    await club.press(club.olu, await club.olu.hears("How does"), OUTCOME)
    tour.holds(f"Closed: {OUTCOME}" in club.card.text, "the card says how it ended")
    tour.holds(club.card.labels == [], "a closed card has no buttons")


def shown(message: Message) -> Shown:
    """A message as its reader sees it."""
    pictures = [("photo", message.picture)] if message.picture else []
    return Shown(message.words, pictures, [[button.text for button in row] for row in message.buttons])
