"""Guessing a code on Discord."""

import re

from tests.stories.discord.lodge import Lodge, enter_code, verify

ADDRESS, NUMBER = "nina@example.org", "20260001"


def codes_sent(lodge: Lodge) -> list[str]:
    """The codes in the e-mails so far, oldest first."""
    found = [re.search(r"\d{4} \d{4}", mail.text) for mail in lodge.mailbox.received(to=ADDRESS)]
    return [one[0] for one in found if one is not None]


async def test_five_wrong_codes_wear_the_right_one_out_over_a_restart_and_a_new_one_works(lodge: Lodge) -> None:
    await lodge.house.paid(NUMBER, ADDRESS)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    await lodge.world.until(lambda: nina.inbox, what="the welcome")
    door = nina.inbox[-1]
    asked = await verify(lodge, nina, NUMBER, door)
    await lodge.settled()
    first = codes_sent(lodge)[-1]
    wrong = "0000 0001" if first != "0000 0001" else "0000 0002"

    tried = [await enter_code(nina, asked, wrong) for _ in range(3)]
    await lodge.restart()
    tried += [await enter_code(nina, asked, wrong) for _ in range(2)]
    worn_out = await enter_code(nina, asked, first)
    again = await verify(lodge, nina, NUMBER, door)
    await lodge.settled()
    fresh = codes_sent(lodge)
    admitted = await enter_code(nina, again, fresh[-1])

    assert {one.text[:18] for one in [*tried, worn_out]} == {"That did not work."}
    assert len(fresh) == 2
    assert admitted.text.startswith("That is right")


async def test_a_number_that_is_on_no_list_is_asked_for_a_code_that_never_works(lodge: Lodge) -> None:
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    await lodge.world.until(lambda: nina.inbox, what="the welcome")
    asked = await verify(lodge, nina, "99999999", nina.inbox[-1])
    await lodge.settled()

    tried = [await enter_code(nina, asked, f"{number:04} 0000") for number in range(7)]

    assert {one.text[:18] for one in tried} == {"That did not work."}
    assert [mail for mail in lodge.mailbox.mails if "Your code" in mail.subject] == []
