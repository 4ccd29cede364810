"""Forged, foreign and replayed presses, commands in the wrong place, chats nobody knows: a clear sentence, no harm."""

from datetime import timedelta

import pytest

from bot.model import Role
from bot.store import people
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge, account
from tests.wire.discord import NotOffered, refuse


async def test_an_unknown_server_is_told_why_and_nothing_in_it_is_read(lodge: Lodge) -> None:
    rival = lodge.world.server("Draughts Society", owner=lodge.world.user("Dora"))
    lobby = rival.channel("lobby")
    await rival.install(lodge.bot)
    dora = rival.member(rival.owner)

    await dora.say(lobby, "I know where you live")
    flagged = await dora.menu("Flag to committee", lobby.messages[-1])
    listed = await dora.slash(lobby, "committee")
    await lodge.settled()

    assert flagged.text == "Flag a message in the chat where it was said."
    assert listed.text.startswith("This chat is not bound to a society yet.")
    assert lodge.committee.messages == []


async def test_a_message_that_is_gone_by_the_click_is_still_flagged_from_what_was_shown(lodge: Lodge) -> None:
    message = await lodge.mallory.say(lodge.general, "you play like a clown")
    lodge.world.faults.refuse("GET", "/channels/*/messages/*", refuse(10008))

    answer = await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    assert "is with the committee" in answer.text
    assert "you play like a clown" in lodge.card.text


async def test_flagging_does_not_work_in_a_private_chat(lodge: Lodge) -> None:
    told = await lodge.escalated()

    with pytest.raises(NotOffered):
        await lodge.olu.menu("Flag to committee", told)


async def test_a_closed_cases_old_button_says_so(lodge: Lodge) -> None:
    await lodge.flagged()
    reference = lodge.reference
    kept = await lodge.mona.slash(lodge.committee, "case", case=reference)

    await lodge.mona.press(lodge.card, "Dismiss")
    await lodge.settled()
    answer = await lodge.mona.press(kept, "3 · Delete")
    await lodge.settled()

    assert answer.text == f"{reference} is closed. A new report opens a new case."
    assert not any(message.deleted for message in lodge.general.messages)


async def test_a_button_with_a_token_that_nobody_gave_out_does_nothing(lodge: Lodge) -> None:
    await lodge.flagged()
    row = lodge.card.components[0]["components"][0]
    row["custom_id"] = row["custom_id"][:-4] + "AAAA"

    answer = await lodge.mona.press(lodge.card, row["label"])
    await lodge.settled()

    assert answer.text.startswith("This button does not work any more, or is not for you.")
    assert "Public notice · Mona" not in lodge.card.text


async def test_an_officers_button_does_nothing_for_the_committee(lodge: Lodge) -> None:
    told = await lodge.escalated()
    foreign = told.button("Close with outcome").custom_id
    row = lodge.card.components[0]["components"][0]
    row["custom_id"] = foreign

    answer = await lodge.mona.press(lodge.card, row["label"])
    await lodge.settled()

    assert answer.text.startswith("Only somebody with a seat")
    assert "Closed:" not in lodge.card.text


async def test_a_setup_that_was_confirmed_is_not_done_twice(lodge: Lodge) -> None:
    plan = await lodge.lena.slash(lodge.general, "setup")

    await lodge.lena.press(plan, "Yes, do it")
    again = await lodge.lena.press(plan, "Yes, do it")
    await lodge.settled()

    assert again.text.startswith("This button does not work any more")
    assert [channel.name for channel in lodge.chess.channels.values()].count("welcome") == 1


@pytest.mark.parametrize("minutes", ["a week", "²", "0", "9" * 5000])
async def test_minutes_that_are_no_number_are_explained(lodge: Lodge, minutes: str) -> None:
    await lodge.flagged()

    answer = await lodge.mona.slash(lodge.committee, "timeout", case=lodge.reference, minutes=minutes)

    assert answer.text.startswith("Give the minutes as a whole number")
    assert lodge.mallory.timed_out_until is None


async def test_a_seat_that_has_ended_gives_nothing(lodge: Lodge) -> None:
    await lodge.flagged()
    app = lodge.house.app
    async with app.store.change("test", "end seat", app.now()) as change:
        await people.end_seat(change, lodge.house.seats["Mona"])

    answer = await lodge.mona.press(lodge.card, "3 · Delete")
    await lodge.settled()

    assert answer.text.startswith("Only somebody with a seat")


async def test_taken_out_of_the_server_porter_tells_nobody_there_and_forgets_the_chat(lodge: Lodge) -> None:
    await lodge.chess.uninstall(lodge.bot)
    await lodge.world.until(lambda: not lodge.house.app.chats, what="the chat unbound")
    await lodge.settled()

    assert lodge.house.app.chats == {}


async def test_a_moderators_own_message_is_no_case(lodge: Lodge) -> None:
    message = await lodge.mona.say(lodge.general, "sorry, that was rude")

    answer = await lodge.mona.menu("Warn privately", message)
    await lodge.settled()

    assert answer.text.startswith("That is your own message. You can delete it yourself")
    assert lodge.committee.messages == []


async def test_a_webhooks_message_cannot_be_flagged(lodge: Lodge) -> None:
    message = await lodge.general.webhook_says("Results", "you play like a clown")

    answer = await lodge.alice.menu("Flag to committee", message)
    await lodge.settled()

    assert answer.text.startswith("That was written by a bot")
    assert lodge.committee.messages == []


async def test_in_a_private_chat_only_what_makes_sense_there_is_offered(lodge: Lodge) -> None:
    await lodge.escalated()

    offered = set(lodge.olu.commands(lodge.olu.dm(lodge.bot)))

    assert {"case", "help", "support", "ask-union", "about"} <= offered
    assert {"delete", "remove", "bind", "setup", "flag", "Flag to committee"}.isdisjoint(offered)


async def test_a_moderator_of_another_society_has_no_power_here(lodge: Lodge) -> None:
    message = await lodge.flagged()
    goran = await lodge.chess.join(lodge.world.user("Goran"), roles=(lodge.committees_role,))
    async with lodge.house.app.store.change("test", "add society", lodge.house.app.now()) as change:
        other = await people.add_society(change, "go", "Go Society")
        known = await people.know(change, account(goran))
        today = lodge.house.app.now().date()
        term = {"starts": today - timedelta(30), "ends": today + timedelta(30), "trained_on": today - timedelta(1)}
        await people.add_seat(change, known.person_id, other, Role.LEAD, name="Goran", **term)

    pressed = await goran.press(lodge.card, "3 · Delete")
    asked = await goran.slash(lodge.committee, "case", case=lodge.reference)
    await lodge.settled()

    assert pressed.text.startswith("Only somebody with a seat")
    assert asked.text.startswith("There is no such case")
    assert not message.deleted


async def test_words_as_long_as_discord_takes_reach_the_officer_and_break_nothing(lodge: Lodge) -> None:
    await lodge.flagged()
    reference = lodge.reference

    lost = await lodge.mona.slash(lodge.committee, "case", case="P-" + "9" * 5_000)
    asked = await lodge.mona.slash(lodge.committee, "escalate", case=reference, reason="why " * 1_500)
    await lodge.settled()

    assert lost.text.startswith("There is no such case")
    assert "an officer is being reached" in asked.text
    assert "you play like a clown" in "".join(one.text for one in lodge.olu.inbox)
    assert "✓ Reported to the Union · Mona" in lodge.card.text
    assert lodge.olu.inbox[-1].attachments[0].data.startswith(b"\x89PNG")
    assert (await lodge.mailbox.receives(reference, to=OLUS_ADDRESS)).text.count("why") >= 1_500


@pytest.mark.parametrize("event", ["MESSAGE_CREATE", "MESSAGE_UPDATE"])
@pytest.mark.parametrize(
    "more", [{}, {"channel_id": "1", "id": "2"}, {"channel_id": "1", "id": "2", "author": {"id": "3"}}]
)
async def test_a_message_that_cannot_be_read_counts_as_unscreened_and_costs_nothing_else(
    lodge: Lodge, event: str, more: dict[str, object]
) -> None:
    sessions = lodge.bot.identifies
    words = {"content": ["?"] * 1_000, "author": {}, "edited_timestamp": "2026-11-23T12:00:00+00:00"}
    unread = {"guild_id": str(lodge.chess.id), **words, **more}
    lodge.world.gateway.sessions[0].push(event, unread)

    await lodge.flagged()

    assert "you play like a clown" in lodge.card.text
    assert lodge.bot.identifies == sessions
    assert lodge.house.app.meters.counts["verdict", "unscreened"] == 1
