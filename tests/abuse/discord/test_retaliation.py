"""Who reported is known to the Union only, and no public notice holds free text about people."""

from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge
from tests.wire.discord import Message

RITA = "Rita-the-canary"


async def test_nobody_but_the_union_is_ever_told_who_reported(lodge: Lodge) -> None:
    rita = await lodge.chess.join(lodge.world.user(RITA))
    message = await lodge.mallory.say(lodge.general, "you play like a clown")
    await rita.menu("Flag to committee", message)
    await lodge.carded()
    for label in ("1 · Public notice", "2 · Private word", "3 · Delete", "Timeout", "4 · Report to the Union"):
        await lodge.mona.press(lodge.card, label)
        await lodge.settled()
    shown = [await lodge.mona.slash(lodge.committee, name, case=lodge.reference) for name in ("case", "history")]
    await lodge.mona.press(lodge.card, "Remove person")
    await lodge.settled()
    mail = await lodge.mailbox.receives(to=OLUS_ADDRESS)

    sent = [one for one in _said(lodge) if one.author == lodge.bot.user]
    others = [one.text for one in sent if one not in lodge.olu.inbox] + [one.text for one in shown]
    assert [text for text in others if RITA in text] == []
    assert RITA in lodge.olu.inbox[-1].text
    assert RITA in mail.text


async def test_a_public_notice_names_nobody_and_quotes_nothing(lodge: Lodge) -> None:
    await lodge.flagged("you play like a clown")

    await lodge.mona.press(lodge.card, "1 · Public notice")
    await lodge.settled()
    public = [one.text for one in lodge.general.messages if one.author == lodge.bot.user]

    assert len(public) == 1
    assert [word for word in ("Mallory", "Alice", "Mona", "clown", lodge.reference) if word in public[0]] == []


def _said(lodge: Lodge) -> list[Message]:
    """Everything in channels and private chats."""
    channels = [one for channel in lodge.chess.channels.values() for one in channel.messages]
    people = (lodge.mona, lodge.lena, lodge.olu, lodge.alice, lodge.mallory)
    return [*channels, *(one for person in people for one in person.inbox)]
