"""The tour on a loopback Discord."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge, enter_code, verify
from tests.tour.sights import NINAS_ADDRESS, NINAS_NUMBER, OUTCOME, STEPS, UNKIND, Shown, Tour
from tests.wire.discord import Discord, Member, Message, Permission, Role, User
from tests.wire.mail import Mailbox

ESCAPED = re.compile(r"\\([^\w\s])")  # Discord shows the sign without the backslash before it


@asynccontextmanager
async def at_the_lodge(folder: Path) -> AsyncIterator[Lodge]:
    """A server with Porter at work in it."""
    async with the_lodge(folder) as lodge:
        await lodge.work()
        yield lodge


@asynccontextmanager
async def the_lodge(folder: Path) -> AsyncIterator[Lodge]:
    """A server of a society with seats, and Porter not yet at work."""
    async with Discord() as world, Mailbox() as mailbox:
        chess = world.server("Chess Society", owner=world.user("Una"))
        general = chess.channel("general")
        bot = world.application("porter")
        await chess.install(bot)
        role = chess.role("Committee", Permission.MANAGE_MESSAGES)
        see, nothing = Permission.VIEW_CHANNEL, Permission(0)
        private: dict[Role | Member | User, tuple[Permission, Permission]] = {
            chess.everyone: (nothing, see),
            role: (see, nothing),
            bot.user: (see, nothing),
        }
        committee = chess.channel("committee", overwrites=private)
        mona, lena = [await chess.join(world.user(name), roles=(role,)) for name in ("Mona", "Lena")]
        olu, alice, mallory = [await chess.join(world.user(name)) for name in ("Olu", "Alice", "Mallory")]
        everybody = (mona, lena, olu, alice, mallory)
        lodge = Lodge(world, mailbox, folder, chess, general, committee, bot, role, *everybody)
        try:
            await lodge.build()
            await lodge.seat_everybody()
            await lodge.bind()
            yield lodge
        finally:
            await lodge.close()


async def play(tour: Tour, folder: Path) -> None:
    """The whole line. Raises `MissingError`."""
    async with at_the_lodge(folder) as lodge:
        await let_in(tour, lodge)
        message = await flag(tour, lodge)
        reference = lodge.reference
        await take_steps(tour, lodge, message)
        await reach_officer(tour, lodge, reference)
        await close(tour, lodge)
        await tour.record_holds(lodge.house, reference, UNKIND)
        tour.holds(lodge.world.problems == [], f"Discord has no complaint: {lodge.world.problems}")
        tour.holds(lodge.world.pings == [], "nobody was pinged")


async def let_in(tour: Tour, lodge: Lodge) -> None:
    """From the locked door to the welcome."""
    tour.stop("Lena makes the server ready; Nina joins it and sees the welcome channel only.")
    plan = await lodge.lena.slash(lodge.general, "setup")
    await lodge.lena.press(plan, "Yes, do it")
    await lodge.house.paid(NINAS_NUMBER, NINAS_ADDRESS)
    await lodge.settled()
    welcome = lodge.chess.text("welcome")
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    tour.holds(nina.sees(welcome) and not nina.sees(lodge.general), "a newcomer sees the welcome channel only")

    tour.stop("She gives her number, gets a code by e-mail, types it, and is admitted and welcomed.")
    door = next(one for one in welcome.messages if "Verify membership" in [each.label for each in one.buttons])
    asked = await verify(lodge, nina, NINAS_NUMBER, door)
    mail = await lodge.mailbox.receives("code", to=NINAS_ADDRESS)
    code = re.search(r"\d{4} \d{4}", mail.text)
    tour.holds(code, "the e-mail has a code")
    await enter_code(nina, asked, code[0] if code else "")
    await lodge.settled()
    tour.holds(nina.sees(lodge.general), "who is verified sees the chat")
    hello = "Welcome to Chess Society, **Nina**!"
    await lodge.world.until(lambda: any(hello in one.text for one in welcome.messages), what="a welcome for Nina")
    await lodge.settled()


async def flag(tour: Tour, lodge: Lodge) -> Message:
    """Something unkind is said, and flagged."""
    tour.stop("Mallory says something unkind; Alice flags it, which only she sees.")
    for member in (lodge.alice, lodge.mallory):
        await verified(member, lodge)
    await lodge.alice.say(lodge.general, "Welcome, Nina! Board three is free on Friday.")
    message = await lodge.mallory.say(lodge.general, UNKIND)
    answer = await lodge.alice.menu("Flag to committee", message)
    await lodge.carded()
    tour.holds(answer.ephemeral and lodge.reference in answer.text, "the reporter is thanked in private")
    tour.holds(
        UNKIND in lodge.card.text and "Alice" not in lodge.card.text, "the card shows what was said, not who told"
    )
    return message


async def verified(member: Member, lodge: Lodge) -> None:
    """Somebody who was verified before the tour began."""
    role = next(one for one in lodge.chess.roles.values() if one.name == "Verified member")
    await lodge.chess.give(member, role)


async def take_steps(tour: Tour, lodge: Lodge, message: Message) -> None:
    """The four steps of the card."""
    tour.stop("Mona takes the four steps: public notice, private word, delete, report to the Union.")
    for label in STEPS:
        await lodge.mona.press(lodge.card, label)
        await lodge.settled()
    notices = [one.text for one in lodge.general.messages if "not tolerated here" in one.text]
    tour.holds(len(notices) == 1 and "Mallory" not in notices[0], "one public notice is posted and names nobody")
    words = [one.text for one in lodge.mallory.inbox]
    tour.holds(any("are not acceptable" in text for text in words), "the private word reaches Mallory")
    tour.holds(message.deleted, "the message is deleted")
    tour.holds(lodge.card.text.count("✓") == len(STEPS), "the card ticks the four steps")


async def reach_officer(tour: Tour, lodge: Lodge, reference: str) -> None:
    """The officer has it, twice, and says so."""
    tour.stop("Olu, the Union's officer, gets it as a direct message and as an e-mail, with the same picture.")
    mail = await lodge.mailbox.receives(reference, to=OLUS_ADDRESS)
    tour.officer_has([shown(one) for one in lodge.olu.inbox], mail, reference)
    tour.stop("Olu acknowledges and takes over; the card in the committee's channel says so.")
    await lodge.olu.press(lodge.olu.inbox[-1], "Acknowledge")
    await lodge.settled()
    tour.holds("acknowledged at" in lodge.card.text, "the card says that it was acknowledged")
    await lodge.olu.press(lodge.olu.inbox[-1], "Take over")
    await lodge.settled()
    tour.holds("**Olu** has taken this over" in lodge.card.text, "the card says who has taken over")


async def close(tour: Tour, lodge: Lodge) -> None:
    """The Union's outcome."""
    tour.stop(f"Olu closes it with an outcome: {OUTCOME}.")
    outcomes = await lodge.olu.press(lodge.olu.inbox[-1], "Close with outcome")
    await lodge.olu.press(outcomes, OUTCOME)
    await lodge.settled()
    tour.holds(f"**Closed:** {OUTCOME}" in lodge.card.text, "the card says how it ended")
    tour.holds(lodge.card.buttons == [], "a closed card has no buttons")


def shown(message: Message) -> Shown:
    """A message as its reader sees it."""
    pictures = [(one.filename, one.data) for one in message.attachments]
    rows = [[part["label"] for part in row.get("components", ())] for row in message.components]
    return Shown(ESCAPED.sub(r"\1", message.text), pictures, rows)
