"""Guessing a code on Telegram."""

from tests.stories.telegram.club import Club, with_button

ADDRESS, NUMBER = "nell@example.org", "1234567"
ENTER = "Enter the code"


async def test_five_wrong_codes_wear_the_right_one_out_over_a_restart_and_a_new_one_works(club: Club) -> None:
    await club.house.paid(NUMBER, ADDRESS)
    nell = club.telegram.user("Nell")
    knock = await club.knock(nell)
    await club.give_number(nell, NUMBER)
    first = await club.code_for(ADDRESS)
    wrong = "0000 0001" if first != "0000 0001" else "0000 0002"

    tried = [await club.writes(nell, wrong)]
    await club.restart()
    for code in (*[wrong] * 4, first):
        await club.press(nell, with_button(nell, ENTER), ENTER)
        tried.append(await club.writes(nell, code))
    await club.give_number(nell, NUMBER)
    await club.settled()
    second = await club.code_for(ADDRESS)
    await club.writes(nell, second)

    assert ["That did not work." in one.text for one in tried if one is not None] == [True] * 6
    assert second != first
    assert knock.state == "approved"
