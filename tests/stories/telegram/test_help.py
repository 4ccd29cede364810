"""Who can help, who they are, what Porter is, and what this person may do."""

from bot.store import people
from tests.stories.telegram.club import OLUS_ADDRESS, Club
from tests.wire.telegram import Person


async def test_support_names_the_contacts_and_the_numbers_for_emergencies(club: Club) -> None:
    await club.says(club.alice, club.chess, "/support")

    answer = club.alice.inbox[-1]
    assert f"Olu, officer: {OLUS_ADDRESS}" in answer.text
    assert "999" in answer.text
    assert "116 123" in answer.text
    assert ("text_link", "Code of Conduct") in answer.styled


async def test_support_is_there_for_who_never_opened_a_chat_with_porter(club: Club) -> None:
    bea = club.telegram.user("Bea")
    club.chess.add(bea)
    await club.settled()

    await club.says(bea, club.chess, "/support")

    hint = club.words_of_porter(club.chess)[-1]
    assert hint.labels == ["Open the chat"]
    assert hint.text.startswith("I can only answer you in private.")


async def test_a_question_to_the_union_comes_back_with_its_answer(club: Club) -> None:
    await club.says(club.mona, club.chess, "/ask_union What do we do about two members who fell out?")
    question = await club.olu.hears("two members who fell out")

    await club.press(club.olu, question, "Answer")
    await club.writes(club.olu, "Come and see me on Tuesday.")

    answer = await club.mona.hears("Come and see me on Tuesday.")
    assert "Mona of Chess Society asks for advice" in question.text
    assert "Olu answers your question." in answer.text


async def test_a_question_without_words_is_asked_for_in_private(club: Club) -> None:
    await club.says(club.mona, club.chess, "/ask_union")

    await club.writes(club.mona, "May we ban somebody for a year?")

    assert "May we ban somebody for a year?" in (await club.olu.hears("asks for advice")).text
    assert "Your question is on its way" in club.mona.inbox[-1].text


async def test_a_question_that_was_begun_can_be_called_off(club: Club) -> None:
    await club.says(club.mona, club.chess, "/ask_union")

    answer = await club.writes(club.mona, "/cancel")

    assert answer is not None
    assert answer.text == "Cancelled. Nothing was sent."
    assert club.olu.inbox == []


async def test_the_committee_is_named_to_any_member(club: Club) -> None:
    await club.says(club.alice, club.chess, "/committee")

    answer = club.alice.inbox[-1].text
    assert "The committee of Chess Society" in answer
    assert "• Mona, moderator" in answer
    assert "• Lena, committee lead" in answer


async def test_about_says_what_is_kept_and_for_how_long(club: Club) -> None:
    await club.says(club.alice, club.chess, "/about")

    assert "held sealed for 24 hours" in club.alice.inbox[-1].text
    assert "This chat belongs to Chess Society." in club.alice.inbox[-1].text


async def test_about_in_private_says_the_number_by_which_somebody_is_given_a_seat(club: Club) -> None:
    answer = await club.writes(club.alice, "/about")

    assert answer is not None
    assert f"the Union needs the number of your account: telegram:{club.alice.id}" in answer.text


async def test_help_shows_a_member_what_members_may_do(club: Club) -> None:
    answer = await club.writes(club.alice, "/help")

    assert answer is not None
    assert "/flag Flag a message to the committee" in answer.text
    assert "/remove" not in answer.text


async def test_help_shows_a_moderator_the_steps_too(club: Club) -> None:
    answer = await club.writes(club.mona, "/help")

    assert answer is not None
    assert "With your seat:" in answer.text
    assert "/remove Take the person out of the society's chats" in answer.text


async def test_help_shows_setup_to_a_lead_and_not_to_a_moderator(club: Club) -> None:
    for_moderator = await club.writes(club.mona, "/help")
    for_lead = await club.writes(club.lena, "/help")

    assert for_moderator is not None
    assert for_lead is not None
    assert "/setup" not in for_moderator.text
    assert "/setup Make this chat ready" in for_lead.text


async def test_telegrams_own_menu_hides_the_steps_from_members(club: Club) -> None:
    private = [one["command"] for one in club.alice.commands(club.porter)]
    in_group = [one["command"] for one in club.alice.commands(club.porter, club.chess)]
    for_owner = [one["command"] for one in club.una.commands(club.porter, club.chess)]

    assert "support" in private
    assert "flag" in in_group
    assert "remove" not in private + in_group
    assert "remove" in for_owner


async def test_the_menu_in_a_private_chat_follows_the_seats_of_who_writes_there(club: Club) -> None:
    await club.writes(club.olu, "/start")
    await club.writes(club.mona, "/help")
    await club.writes(club.alice, "/help")
    seated = {who.name: commands_of(who, club) for who in (club.olu, club.mona, club.alice)}
    async with club.house.app.store.change("test", "end seat", club.now()) as change:
        await people.end_seat(change, club.house.seats["Olu"])
    await club.writes(club.olu, "/help")

    assert "case" in seated["Olu"]
    assert "readmit" in seated["Olu"]
    assert "case" in seated["Mona"]
    assert "readmit" not in seated["Mona"]
    assert "case" not in seated["Alice"]
    assert commands_of(club.olu, club) == seated["Alice"]


async def test_the_menu_in_a_private_chat_is_set_once(club: Club) -> None:
    for _ in range(3):
        await club.writes(club.olu, "/help")

    private = [
        call for call in club.telegram.journal.applied("setMyCommands") if call.args["scope"].get("type") == "chat"
    ]
    assert len(private) == 1


def commands_of(person: Person, club: Club) -> set[str]:
    """What Telegram's own menu shows somebody in the private chat."""
    return {one["command"] for one in person.commands(club.porter)}
