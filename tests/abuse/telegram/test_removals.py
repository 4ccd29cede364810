"""Two people for a removal, the way back, and removals by hand, as Telegram shows them."""

from bot.desk import powers, seating
from tests.stories.telegram.club import Club

AGREE = "Agree to the removal"


async def test_on_telegram_a_removal_needs_two_people_and_one_by_hand_is_seen(club: Club) -> None:
    app = club.house.app
    await seating.freeze(app, "chess", powers.today(app), powers.today(app), "cli")
    message = await club.says(club.mallory, club.chess, "You play like a clown.")
    await club.alice.say(club.chess, "/flag", reply_to=message)
    card = await club.committee.hears("You play like a clown.")

    await club.press(club.mona, card, "Remove person")
    question = await club.committee.hears("A second person must agree")
    await club.press(club.mona, question, AGREE)
    still_there = club.mallory.id in [one.id for one in club.chess.members]
    await club.press(club.lena, question, AGREE)
    gone = club.mallory.id not in [one.id for one in club.chess.members]
    club.chess.ban(club.alice)
    told = await club.committee.hears("Alice was taken out")

    assert still_there
    assert gone
    assert "by Una, by hand and not through Porter" in told.text
