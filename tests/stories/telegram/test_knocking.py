"""Knock, number, code, welcome: who comes in, and what nobody can learn on the way."""

from tests.postgres import on_both
from tests.stories.telegram.club import Club, with_button
from tests.wire.telegram import Message, Person

ALICES_ADDRESS = "a.lid@example.org"
NUMBER = "1234567"


def told(messages: list[Message]) -> list[tuple[str, list[str]]]:
    """What somebody is told, to the letter."""
    return [(message.text, message.labels) for message in messages]


async def newcomer(club: Club, name: str = "Nell") -> Person:
    """Somebody who asked to join and was told how."""
    person = club.telegram.user(name)
    await club.knock(person)
    return person


@on_both
async def test_a_newcomer_proves_membership_by_number_and_code_and_is_welcomed(club: Club) -> None:
    await club.house.paid(NUMBER, ALICES_ADDRESS)
    nell = club.telegram.user("Nell")
    knock = await club.knock(nell)

    await club.give_number(nell, NUMBER)
    await club.writes(nell, await club.code_for(ALICES_ADDRESS))

    assert knock.state == "approved"
    assert club.chess.standing(nell).status == "member"
    assert "your membership is confirmed" in (await nell.hears("Welcome to Chess Society")).text
    assert "Welcome to Chess Society, Nell!" in (await club.chess.hears("Nell")).text


async def test_the_statement_is_shown_before_anything_is_asked(club: Club) -> None:
    nell = await newcomer(club)

    first = nell.inbox[0]

    assert "Everyone here keeps to the Code of Conduct of Example Students' Union" in first.text
    assert first.labels == ["Verify membership"]


async def test_nothing_told_differs_between_a_right_a_wrong_and_a_used_number(club: Club) -> None:
    await club.house.paid(NUMBER, ALICES_ADDRESS)
    await club.house.paid("7654321", "used@example.org")
    first, used, wrong, right = [await newcomer(club, name) for name in ("Una", "Ula", "Wim", "Rae")]
    await club.give_number(first, "7654321")
    await club.writes(first, await club.code_for("used@example.org"))

    to_used = await club.give_number(used, "7654321")
    to_wrong = await club.give_number(wrong, "0000000")
    to_right = await club.give_number(right, NUMBER)

    assert told(to_used) == told(to_wrong) == told(to_right)
    assert [mail.recipients for mail in club.mailbox.received("Your code")] == [
        ("used@example.org",),
        (ALICES_ADDRESS,),
    ]


async def test_nothing_told_differs_between_wrong_codes_whatever_the_number_was(club: Club) -> None:
    await club.house.paid(NUMBER, ALICES_ADDRESS)
    wrong, right = await newcomer(club, "Wim"), await newcomer(club, "Rae")
    await club.give_number(wrong, "0000000")
    await club.give_number(right, NUMBER)

    to_wrong = await club.writes(wrong, "0000 0000")
    to_right = await club.writes(right, "0000 0000")

    assert to_wrong is not None
    assert to_right is not None
    assert (to_wrong.text, to_wrong.labels) == (to_right.text, to_right.labels)
    assert "That did not work." in to_right.text
    assert club.chess.standing(right).status == "left"


async def test_a_code_works_for_nobody_else(club: Club) -> None:
    await club.house.paid(NUMBER, ALICES_ADDRESS)
    right, other = await newcomer(club, "Rae"), await newcomer(club, "Oz")
    await club.give_number(right, NUMBER)
    await club.give_number(other, "0000000")

    answer = await club.writes(other, await club.code_for(ALICES_ADDRESS))

    assert answer is not None
    assert "That did not work." in answer.text
    assert club.chess.standing(other).status == "left"


async def test_guessing_codes_ends_after_five_tries_even_with_the_right_one(club: Club) -> None:
    await club.house.paid(NUMBER, ALICES_ADDRESS)
    nell = await newcomer(club)
    await club.give_number(nell, NUMBER)
    code = await club.code_for(ALICES_ADDRESS)
    for guess in range(5):
        await club.writes(nell, f"0000 000{guess}")
        await club.press(nell, with_button(nell, "Enter the code"), "Enter the code")

    await club.writes(nell, code)

    assert "That did not work." in nell.inbox[-1].text
    assert club.chess.standing(nell).status == "left"


async def test_a_code_is_too_old_after_a_quarter_of_an_hour(club: Club) -> None:
    await club.house.paid(NUMBER, ALICES_ADDRESS)
    nell = await newcomer(club)
    await club.give_number(nell, NUMBER)
    code = await club.code_for(ALICES_ADDRESS)
    club.telegram.clock.advance(minutes=16)

    await club.writes(nell, code)

    assert "That did not work." in nell.inbox[-1].text
    assert club.chess.standing(nell).status == "left"


async def test_the_committee_lets_somebody_in_who_has_no_e_mail(club: Club) -> None:
    nell = await newcomer(club)
    await club.give_number(nell, "0000000")
    await club.press(nell, with_button(nell, "No e-mail? Ask the committee"), "No e-mail? Ask the committee")
    asked = await club.committee.hears("Nell asks to join Chess Society")

    toast = await club.press(club.mona, asked, "Let them in")

    assert toast.text == "Nell is being let in."
    assert "0000000" not in asked.text
    assert club.chess.standing(nell).status == "member"
    assert "Welcome to Chess Society, Nell!" in (await club.chess.hears("Nell")).text


async def test_the_committee_turns_somebody_away_and_the_second_to_decide_hears_who_did(club: Club) -> None:
    nell = await newcomer(club)
    await club.give_number(nell, "0000000")
    await club.press(nell, with_button(nell, "No e-mail? Ask the committee"), "No e-mail? Ask the committee")
    asked = await club.committee.hears("Nell asks to join")

    await club.press(club.mona, asked, "Turn away")
    toast = await club.press(club.lena, asked, "Let them in")

    assert toast.text == "That was decided already, by Mona."
    assert club.chess.standing(nell).status == "left"
    assert club.chess.knocks[-1].state == "declined"


async def test_a_membership_without_an_address_goes_before_the_committee(club: Club) -> None:
    await club.house.paid(NUMBER)
    nell = await newcomer(club)

    await club.give_number(nell, NUMBER)

    asked = await club.committee.hears("Nell asks to join")
    assert "The number they gave is on the membership list." in asked.text
    assert NUMBER not in asked.text


async def test_a_request_that_telegram_holds_open_is_answered_in_time(club: Club) -> None:
    knock = await club.telegram.user("Nell").asks_to_join(club.chess, query=True)
    await club.settled()

    assert knock.result == "queue"
    assert knock.state == "pending"


async def test_the_link_to_the_private_chat_is_a_second_way_in(club: Club) -> None:
    await club.house.paid(NUMBER, ALICES_ADDRESS)
    nell = club.telegram.user("Nell")
    chat = club.house.app.chats[("telegram", str(club.chess.id))]
    await nell.follow(club.porter.link(f"verify_{chat.id}"))
    await club.settled()

    await club.give_number(nell, NUMBER)
    await club.writes(nell, await club.code_for(ALICES_ADDRESS))
    await nell.hears("lets one person in")  # Telegram takes one message a second in a chat
    invitation = with_button(nell, "Join the chat")
    await nell.follow(invitation.buttons[0][0].url or "")
    await club.settled()

    assert club.chess.standing(nell).status == "member"
    assert "Welcome to Chess Society, Nell!" in (await club.chess.hears("Nell")).text


async def test_who_proved_membership_before_is_let_in_again_without_being_asked(club: Club) -> None:
    await club.house.paid(NUMBER, ALICES_ADDRESS)
    nell = await newcomer(club)
    await club.give_number(nell, NUMBER)
    await club.writes(nell, await club.code_for(ALICES_ADDRESS))
    await nell.leave(club.chess)
    await club.settled()

    knock = await club.knock(nell)

    assert knock.state == "approved"
    assert club.chess.standing(nell).status == "member"


async def test_the_statement_is_accepted_with_a_button_and_recorded_with_its_version(club: Club) -> None:
    nell = club.telegram.user("Nell")
    club.opened(nell)
    club.chess.add(nell)
    await club.settled()
    welcome = await club.chess.hears("Welcome to Chess Society, Nell!")

    first = await club.press(nell, welcome, "I have read this and accept it")
    again = await club.press(nell, welcome, "I have read this and accept it")

    assert first.text == "Thank you. It is noted that you accepted the statement of Chess Society today."
    assert again.text.startswith("Thank you. You had accepted this statement")
    assert "and welcome to Chess Society" in (await nell.hears("Here is what everyone who joins is told")).text


async def test_a_lead_pins_the_statement(club: Club) -> None:
    await club.says(club.lena, club.chess, "/statement")

    [pinned] = club.chess.pinned
    assert "Everyone here keeps to the Code of Conduct" in pinned.text
