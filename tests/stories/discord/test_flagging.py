"""Flagging: by anyone, by a rule; what is sealed at the click; what cannot be flagged."""

from tests.stories.discord.lodge import Lodge, reference_in
from tests.wire.discord import File


async def test_anyone_flags_a_message_and_the_committee_is_not_told_who_it_was(lodge: Lodge) -> None:
    message = await lodge.mallory.say(lodge.general, "you play like a clown")

    answer = await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    assert answer.ephemeral
    assert f"**{lodge.reference}**" in answer.text
    assert "you play like a clown" in lodge.card.text
    assert "Alice" not in "\n".join(one.text for one in lodge.committee.messages)


async def test_a_rule_flags_a_threat_that_nobody_reported(lodge: Lodge) -> None:
    await lodge.mallory.say(lodge.general, "I know where you live")

    card = await lodge.carded()

    assert "I know where you live" in card.text
    assert "Hints at harm" in card.text
    assert "reports: 1" in card.text


async def test_flagging_twice_is_one_card_and_one_report(lodge: Lodge) -> None:
    message = await lodge.flagged()

    again = await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    assert again.error == ""
    assert len(lodge.committee.messages) == 1
    assert "reports: 1" in lodge.card.text


async def test_what_is_said_in_the_committees_channel_is_not_screened(lodge: Lodge) -> None:
    quoted = await lodge.mona.say(lodge.committee, "he wrote: I know where you live")
    await lodge.mallory.say(lodge.general, "I know where you live")

    await lodge.world.until(lambda: len(lodge.committee.messages) > 1)
    await lodge.settled()

    assert lodge.committee.messages[0] is quoted
    assert len(lodge.committee.messages) == 2


async def test_nobody_flags_their_own_message(lodge: Lodge) -> None:
    message = await lodge.alice.say(lodge.general, "sorry for that")

    answer = await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    assert answer.text == "That is your own message. You can delete it yourself; /support shows who can help."
    assert lodge.committee.messages == []


async def test_a_bots_message_cannot_be_flagged(lodge: Lodge) -> None:
    await lodge.flagged()
    await lodge.mona.press(lodge.card, "1 · Public notice")
    await lodge.settled()

    answer = await lodge.alice.menu("Flag to committee", lodge.general.messages[-1])

    assert answer.text.startswith("That was written by a bot")


async def test_a_flag_without_a_message_says_how_to_name_one(lodge: Lodge) -> None:
    answer = await lodge.alice.slash(lodge.general, "flag")

    assert answer.text.startswith("Say which message you mean")
    assert lodge.committee.messages == []


async def test_a_report_about_somebody_of_the_committee_goes_past_the_committee(lodge: Lodge) -> None:
    message = await lodge.mona.say(lodge.general, "you play like a clown")

    answer = await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    assert "not to the committee" in answer.text
    assert lodge.committee.messages == []
    assert "you play like a clown" in lodge.olu.inbox[-1].text
    assert "it went past the committee" in lodge.olu.inbox[-1].text


async def test_the_committee_cannot_open_a_case_that_is_hidden_from_it(lodge: Lodge) -> None:
    message = await lodge.mona.say(lodge.general, "you play like a clown")
    await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()
    case = reference_in(lodge.olu.inbox[-1])

    by_mona = await lodge.mona.slash(lodge.general, "case", case=case)
    by_lena = await lodge.lena.slash(lodge.general, "case", case=case)
    of_nothing = await lodge.lena.slash(lodge.general, "case", case=case[:-1] + "2")

    assert of_nothing.text.startswith("There is no such case")
    assert by_mona.text == by_lena.text == of_nothing.text


async def test_a_file_that_is_gone_is_noted_and_the_rest_is_sealed(lodge: Lodge) -> None:
    files = [File("kept.png", b"\x89PNG\r\n\x1a\nnot really"), File("lost.png", b"\x89PNG\r\n\x1a\n")]
    message = await lodge.mallory.say(lodge.general, "look at this", files=files)
    message.attachments[1].status = 404

    await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()
    shown = await lodge.mona.slash(lodge.committee, "case", case=lodge.reference)

    assert "lost.png" in shown.text
    assert "kept.png" not in shown.text


async def test_an_edit_after_the_report_is_kept_and_shown(lodge: Lodge) -> None:
    message = await lodge.flagged()
    before = lodge.card.text

    await lodge.mallory.edit(message, "you play like a clown. Leave.")
    await lodge.world.until(lambda: lodge.card.text != before)

    assert "Leave." in lodge.card.text


async def test_a_message_that_its_author_takes_down_stays_on_the_card(lodge: Lodge) -> None:
    message = await lodge.flagged()

    await lodge.mallory.erase(message)
    await lodge.world.until(lambda: "deleted since" in lodge.card.text)

    assert "you play like a clown" in lodge.card.text


async def test_a_committee_channel_that_is_closed_to_porter_loses_no_card(lodge: Lodge) -> None:
    del lodge.committee.overwrites[lodge.bot.user.id]

    message = await lodge.mallory.say(lodge.general, "you play like a clown")
    await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    assert "you play like a clown" in lodge.mona.inbox[-1].text
    assert "1 · Public notice" in [button.label for button in lodge.mona.inbox[-1].buttons]
