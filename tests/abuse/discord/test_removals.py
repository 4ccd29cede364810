"""Two people for a removal, the way back, and removals by hand, as Discord shows them."""

from bot.desk import powers, seating
from tests.stories.discord.lodge import Lodge

AGREE, BACK = "Agree to the removal", "Let them back in"


async def test_on_discord_a_removal_needs_two_people_and_can_be_taken_back(lodge: Lodge) -> None:
    app = lodge.house.app
    await seating.freeze(app, "chess", powers.today(app), powers.today(app), "cli")
    await lodge.flagged()
    card = lodge.card

    held = await lodge.mona.press(card, "Remove person")
    await lodge.settled()
    question = lodge.card
    alone = await lodge.mona.press(question, AGREE)
    still_there = lodge.mallory.present
    await lodge.lena.press(question, AGREE)
    await lodge.settled()
    gone = not lodge.mallory.present
    removed = card.text
    await lodge.world.server("Another society's server", owner=lodge.mallory.user).install(lodge.bot)
    await lodge.lena.press(card, BACK)
    await lodge.settled()

    assert "waits for a second person" in held.text
    assert "Mona** asks to take **Mallory" in question.text
    assert alone.text.startswith("Somebody else has to decide this")
    assert still_there
    assert gone
    assert "✓ Removed from the chats · Mona + Lena" in removed.replace("\\", "")
    assert "✓ Let back in · Lena" in card.text
    assert BACK not in [one.label for one in card.buttons]
    assert "you may come back" in lodge.mallory.inbox[-1].text


async def test_on_discord_a_kick_and_a_ban_by_hand_are_seen_and_a_ban_is_lifted_by_the_way_back(lodge: Lodge) -> None:
    await lodge.flagged()
    card = lodge.card

    await lodge.chess.kick(lodge.alice)
    await lodge.world.until(lambda: "Alice was taken out" in lodge.card.text, what="word of the kick")
    kicked = lodge.card.text
    await lodge.chess.ban(lodge.mallory.user)
    await lodge.world.until(lambda: "by hand in Chess Society, outside Porter" in card.text, what="the ban on the card")
    await lodge.settled()
    await lodge.lena.press(card, BACK)
    await lodge.settled()

    assert "by Una, by hand and not through Porter" in kicked.replace("\\", "")
    assert "✓ Removed from the chats · Una" in card.text
    assert "✓ Let back in · Lena" in card.text
    assert lodge.mallory.user.id not in lodge.chess.bans


async def test_what_porter_removes_is_not_taken_for_a_removal_by_hand(lodge: Lodge) -> None:
    await lodge.flagged()

    await lodge.mona.press(lodge.card, "Remove person")
    await lodge.settled()

    assert not lodge.mallory.present
    assert lodge.card.text.count("Removed from the chats") == 1
    assert "by hand" not in lodge.card.text
