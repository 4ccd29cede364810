"""Who can help, how to ask, who the committee is, what Porter is, and what this person may do."""

from bot.desk import powers
from bot.model import ChatPurpose
from bot.store import chats, people
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge


async def test_support_names_the_unions_contacts_and_the_emergency_numbers(lodge: Lodge) -> None:
    answer = await lodge.alice.slash(lodge.general, "support")

    assert f"Olu, officer: {OLUS_ADDRESS}" in answer.text
    assert "**999**" in answer.text
    assert "Code of Conduct" in answer.text
    assert answer.ephemeral


async def test_support_is_there_in_a_private_chat_too(lodge: Lodge) -> None:
    await lodge.flagged()
    await lodge.mona.press(lodge.card, "2 · Private word")
    await lodge.settled()

    answer = await lodge.mallory.slash(lodge.mallory.user.dm(lodge.bot), "support")

    assert "**999**" in answer.text


async def test_a_question_to_the_union_is_answered_through_porter(lodge: Lodge) -> None:
    await lodge.mona.slash(lodge.general, "ask-union", question="May we ban somebody for a week?")
    await lodge.settled()
    asked = lodge.olu.inbox[-1]

    form = await lodge.olu.press(asked, "Answer")
    passed_on = await lodge.olu.submit(form, {"Your words": "Yes. Tell them why."})
    await lodge.settled()

    assert "**Mona** of Chess Society asks for advice:" in asked.text
    assert "May we ban somebody for a week?" in asked.text
    assert passed_on.text == "Your answer is being passed on."
    assert "**Olu** answers your question." in lodge.mona.inbox[-1].text
    assert "Yes. Tell them why." in lodge.mona.inbox[-1].text


async def test_a_question_can_be_written_in_a_form(lodge: Lodge) -> None:
    form = await lodge.alice.slash(lodge.general, "ask-union")

    answer = await lodge.alice.submit(form, {"Your words": "Whom can I talk to?"})
    await lodge.settled()

    assert answer.text == "Your question is on its way to an officer. The answer comes here."
    assert "Whom can I talk to?" in lodge.olu.inbox[-1].text


async def test_a_question_is_answered_once(lodge: Lodge) -> None:
    await lodge.mona.slash(lodge.general, "ask-union", question="May we?")
    await lodge.settled()
    forms = [await lodge.olu.press(lodge.olu.inbox[-1], "Answer") for _ in range(2)]

    await lodge.olu.submit(forms[0], {"Your words": "Yes."})
    second = await lodge.olu.submit(forms[1], {"Your words": "No."})
    await lodge.settled()

    assert second.text == "Olu has answered that already."
    assert [one for one in lodge.mona.inbox if "No." in one.text] == []


async def test_a_member_cannot_answer_for_the_union(lodge: Lodge) -> None:
    await lodge.flagged()
    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    await lodge.settled()
    form = await lodge.olu.press(lodge.olu.inbox[-1], "Ask the committee")
    await lodge.olu.submit(form, {"Your words": "Did this happen before?"})
    await lodge.settled()

    await lodge.chess.give(lodge.alice, lodge.committees_role)
    answer = await lodge.alice.press(lodge.card, "Answer")
    await lodge.settled()

    assert answer.text.startswith("Only somebody with a seat")
    assert "No, never." not in lodge.olu.inbox[-1].text


async def test_everybody_can_see_who_the_committee_is(lodge: Lodge) -> None:
    answer = await lodge.alice.slash(lodge.general, "committee")

    assert "**The committee of Chess Society**" in answer.text
    assert "Mona, moderator" in answer.text
    assert "Lena, committee lead" in answer.text


async def test_about_says_what_is_kept_and_for_how_long(lodge: Lodge) -> None:
    answer = await lodge.alice.slash(lodge.general, "about")

    assert f"sealed for {lodge.house.app.settings.retention.buffer_hours} hours" in answer.text
    assert "This chat belongs to Chess Society." in answer.text


async def test_help_shows_a_member_and_a_moderator_what_each_may_do(lodge: Lodge) -> None:
    for_alice = await lodge.alice.slash(lodge.general, "help")
    for_mona = await lodge.mona.slash(lodge.general, "help")

    assert "`/flag`" in for_alice.text
    assert "`/escalate`" not in for_alice.text
    assert "With your seat:" not in for_alice.text
    assert "`/escalate`" in for_mona.text
    assert "With your seat:" in for_mona.text


async def test_help_shows_each_seat_its_own_commands_and_none_of_another_society(lodge: Lodge) -> None:
    rival = lodge.world.server("Draughts Society", owner=lodge.world.user("Dora"))
    await rival.install(lodge.bot)
    async with lodge.house.app.store.change("test", "add society", lodge.house.app.now()) as change:
        other = await people.add_society(change, "draughts", "Draughts Society")
        await chats.bind(change, other or 0, "discord", str(rival.id), rival.name, ChatPurpose.MEMBERS)
    await powers.refresh_chats(lodge.house.app)
    lena = await rival.join(lodge.lena.user)

    for_moderator = await lodge.mona.slash(lodge.general, "help")
    for_lead = await lodge.lena.slash(lodge.general, "help")
    elsewhere = await lena.slash(rival.channel("lobby"), "help")

    assert "`/setup`" not in for_moderator.text
    assert "`/setup`" in for_lead.text
    assert "With your seat:" not in elsewhere.text


async def test_discord_offers_the_committees_commands_only_to_the_committee(lodge: Lodge) -> None:
    offered = set(lodge.alice.commands(lodge.general))

    assert {"flag", "Flag to committee", "support", "help", "about", "committee", "ask-union"} <= offered
    assert {"remove", "timeout", "setup", "Delete as committee"}.isdisjoint(offered)
    assert {"remove", "timeout", "setup", "Delete as committee"} <= set(lodge.mona.commands(lodge.general))


async def test_every_command_is_registered_with_words_that_say_what_it_does(lodge: Lodge) -> None:
    registered = lodge.bot.commands()

    slashes = [one for one in registered if one["type"] == 1]
    assert {"flag", "escalate", "support", "bind"} <= {one["name"] for one in slashes}
    assert [one["name"] for one in slashes if len(one["description"]) < 10] == []
    assert [one for one in slashes for option in one.get("options") or () if not option["description"]] == []
    assert lodge.bot.commands(lodge.chess) == []
