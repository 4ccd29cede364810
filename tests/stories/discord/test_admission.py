"""The way in: bound with a code, made ready, and then a number and a code by e-mail, or the committee's word."""

import re

from bot.desk import seating
from bot.model import ChatPurpose
from tests.postgres import on_both
from tests.stories.discord.lodge import Lodge, enter_code, verify
from tests.wire.discord import Channel, Message

ALICES = "alice@student.example.org"


async def set_up(lodge: Lodge) -> Channel:
    """Have Porter make the server ready; the welcome channel it made."""
    plan = await lodge.lena.slash(lodge.general, "setup")
    await lodge.lena.press(plan, "Yes, do it")
    await lodge.settled()
    return lodge.chess.text("welcome")


def door(welcome: Channel) -> Message:
    """The standing message with the button that begins the check."""
    return next(one for one in welcome.messages if "Verify membership" in [button.label for button in one.buttons])


async def code_for(lodge: Lodge, address: str) -> str:
    """The code in the newest e-mail to that address."""
    mail = await lodge.mailbox.receives(to=address)
    found = re.search(r"\d{4} \d{4}", mail.text)
    assert found is not None
    return found[0]


async def test_a_seated_lead_binds_the_server_with_a_code(empty: Lodge) -> None:
    await empty.work()
    async with empty.house.app.store.read() as read:
        chess = await seating.society(read, "chess")
    code = await seating.issue_code(empty.house.app, chess, ChatPurpose.MEMBERS, "test")

    wrong = await empty.lena.slash(empty.general, "bind", code="CCCC2222")
    await empty.chess.give(empty.alice, empty.committees_role)
    refused = await empty.alice.slash(empty.general, "bind", code=code.code)
    bound = await empty.lena.slash(empty.general, "bind", code=code.code)
    again = await empty.mona.slash(empty.general, "bind", code=code.code)

    assert wrong.text.startswith("That code is not valid here")
    assert refused.text.startswith("Only somebody with a seat")
    assert "belongs to **Chess Society** now" in bound.text
    assert not bound.ephemeral
    assert again.text == "This chat is bound already, to Chess Society."


async def test_setup_shows_what_it_would_do_and_does_it_after_a_yes(lodge: Lodge) -> None:
    before = {channel.name for channel in lodge.chess.channels.values()}

    plan = await lodge.lena.slash(lodge.general, "setup")
    untouched = {channel.name for channel in lodge.chess.channels.values()}
    await lodge.lena.press(plan, "Yes, do it")
    await lodge.settled()

    assert "Nothing has been changed yet" in plan.text
    assert "Porter would do: A role for verified members" in plan.text
    assert "Only the owner can do:" in plan.text
    assert untouched == before
    assert door(lodge.chess.text("welcome")).author is lodge.bot.user
    assert "Verified member" in {role.name for role in lodge.chess.roles.values()}


async def test_setup_is_the_leads_and_not_a_moderators(lodge: Lodge) -> None:
    answer = await lodge.mona.slash(lodge.general, "setup")

    assert answer.text.startswith("Only somebody with a seat")


@on_both
async def test_a_newcomer_sees_the_welcome_channel_only_until_verified(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    await lodge.house.paid("20260001", ALICES)

    nina = await lodge.chess.join(lodge.world.user("Nina"))
    outside = nina.sees(welcome), nina.sees(lodge.general)
    asked = await verify(lodge, nina, "20260001", door(welcome))
    answer = await enter_code(nina, asked, await code_for(lodge, ALICES))
    await lodge.settled()

    assert outside == (True, False)
    assert answer.text.startswith("That is right: your membership is confirmed.")
    assert nina.sees(lodge.general)


async def test_wrong_and_used_numbers_are_answered_alike(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    await lodge.house.paid("20260001", ALICES)
    await lodge.house.paid("20260002", "ben@student.example.org")
    nina, ola, pat = [await lodge.chess.join(lodge.world.user(name)) for name in ("Nina", "Ola", "Pat")]
    asked = await verify(lodge, nina, "20260001", door(welcome))
    await enter_code(nina, asked, await code_for(lodge, ALICES))
    await lodge.settled()

    good = await verify(lodge, pat, "20260002", door(welcome))
    used = await verify(lodge, ola, "20260001", door(welcome))
    unknown = await verify(lodge, ola, "99999999", door(welcome))
    await lodge.settled()

    assert used.text == unknown.text == good.text
    assert used.buttons == unknown.buttons == good.buttons
    assert len(lodge.mailbox.received(to=ALICES)) == 1


async def test_a_wrong_code_is_answered_as_a_code_for_an_unknown_number_is(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    await lodge.house.paid("20260001", ALICES)
    nina, ola = [await lodge.chess.join(lodge.world.user(name)) for name in ("Nina", "Ola")]
    of_a_member = await verify(lodge, nina, "20260001", door(welcome))
    of_nobody = await verify(lodge, ola, "99999999", door(welcome))
    right = await code_for(lodge, ALICES)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)

    first = await enter_code(nina, of_a_member, wrong)
    second = await enter_code(ola, of_nobody, wrong)
    await lodge.settled()

    assert first.text == second.text
    assert not nina.sees(lodge.general)
    assert not ola.sees(lodge.general)


async def test_a_code_is_good_only_for_who_asked_for_it(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    await lodge.house.paid("20260001", ALICES)
    nina, ola = [await lodge.chess.join(lodge.world.user(name)) for name in ("Nina", "Ola")]
    await verify(lodge, nina, "20260001", door(welcome))
    code = await code_for(lodge, ALICES)

    asked = await verify(lodge, ola, "20260001", door(welcome))
    answer = await enter_code(ola, asked, code)
    await lodge.settled()

    assert answer.text.startswith("That did not work.")
    assert not ola.sees(lodge.general)


async def test_the_committee_lets_somebody_in_who_has_no_email(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    asked = await verify(lodge, nina, "20260001", door(welcome))

    referred = await nina.press(asked, "No e-mail? Ask the committee")
    await lodge.settled()
    request = lodge.card
    await lodge.mona.press(request, "Let them in")
    late = await lodge.lena.press(request, "Turn away")
    await lodge.settled()

    assert referred.text.startswith("The committee has been asked")
    assert "They have not shown that they are on the membership list." in request.text
    assert "20260001" not in request.text
    assert nina.sees(lodge.general)
    assert late.text == "That was decided already, by Mona."


async def test_owning_the_server_is_no_seat(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    asked = await verify(lodge, nina, "20260001", door(welcome))
    await nina.press(asked, "No e-mail? Ask the committee")
    await lodge.settled()
    una = lodge.chess.member(lodge.chess.owner)

    answer = await una.press(lodge.card, "Let them in")
    await lodge.settled()

    assert answer.text.startswith("Only somebody with a seat")
    assert not nina.sees(lodge.general)


async def test_who_was_admitted_is_welcomed_and_their_acceptance_is_recorded(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    asked = await verify(lodge, nina, "20260001", door(welcome))
    await nina.press(asked, "No e-mail? Ask the committee")
    await lodge.settled()

    await lodge.mona.press(lodge.card, "Let them in")
    await lodge.world.until(lambda: "Hello Nina" in nina.inbox[-1].text)
    await lodge.settled()
    first = await nina.press(nina.inbox[-1], "I have read this and accept it")
    again = await nina.press(nina.inbox[-1], "I have read this and accept it")

    assert "Welcome to Chess Society, **Nina**!" in "".join(one.text for one in welcome.messages)
    assert "Code of Conduct" in nina.inbox[-1].text
    assert first.text == "Thank you. It is noted that you accepted the statement of Chess Society today."
    assert again.text.startswith("Thank you. You had accepted this statement of Chess Society before")


async def test_the_statement_is_pinned_on_request(lodge: Lodge) -> None:
    await lodge.lena.slash(lodge.general, "statement")
    await lodge.settled()

    assert "Code of Conduct" in lodge.general.pins[-1].text
