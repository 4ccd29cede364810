"""The card's steps: each recorded with what came of it, none of them in the way of the next, each done once."""

import asyncio

from bot.model import Role
from tests.postgres import on_both
from tests.stories.discord.lodge import Lodge, account
from tests.wire.discord import refuse


async def test_a_public_notice_is_posted_where_it_happened_and_names_nobody(lodge: Lodge) -> None:
    await lodge.flagged()

    await lodge.mona.press(lodge.card, "1 · Public notice")
    await lodge.settled()

    notice = lodge.general.messages[-1].text
    assert "not tolerated here" in notice
    assert "Mallory" not in notice
    assert "✓ Public notice · Mona" in lodge.card.text


async def test_a_private_word_reaches_only_the_person_it_is_for(lodge: Lodge) -> None:
    await lodge.flagged()
    said = len(lodge.general.messages)

    await lodge.mona.press(lodge.card, "2 · Private word")
    await lodge.settled()

    assert "are not acceptable" in lodge.mallory.inbox[-1].text
    assert len(lodge.general.messages) == said
    assert "✓ Private word · Mona" in lodge.card.text


async def test_closed_direct_messages_are_shown_on_the_card_and_nothing_is_blocked(lodge: Lodge) -> None:
    message = await lodge.flagged()
    lodge.mallory.user.dms_closed = True

    await lodge.mona.press(lodge.card, "2 · Private word")
    await lodge.settled()
    refused = lodge.card.text
    await lodge.mona.press(lodge.card, "3 · Delete")
    await lodge.settled()

    assert "✗ Private word · Mona" in refused
    assert "not done: " in refused
    assert lodge.mallory.inbox == []
    assert message.deleted
    assert "✓ Messages deleted · Mona" in lodge.card.text


@on_both
async def test_what_is_deleted_was_sealed_before_and_stays_readable_for_the_committee(lodge: Lodge) -> None:
    message = await lodge.flagged()

    await lodge.mona.press(lodge.card, "3 · Delete")
    await lodge.settled()
    shown = await lodge.mona.slash(lodge.committee, "case", case=lodge.reference)

    assert message.deleted
    assert "you play like a clown" in shown.text
    assert "Sealed exhibits: " in shown.text


async def test_a_timeout_keeps_the_person_from_writing(lodge: Lodge) -> None:
    await lodge.flagged()

    await lodge.mona.press(lodge.card, "Timeout")
    await lodge.settled()

    assert lodge.mallory.timed_out_until is not None
    assert "✓ Timeout · Mona" in lodge.card.text


async def test_who_is_removed_is_told_first(lodge: Lodge) -> None:
    await lodge.flagged()

    await lodge.mona.press(lodge.card, "Remove person")
    await lodge.settled()

    assert not lodge.mallory.present
    assert "taking you out of its chats" in lodge.mallory.inbox[-1].text
    assert "✓ Removed from the chats · Mona" in lodge.card.text


async def test_a_removal_does_not_wait_for_somebody_who_cannot_be_told(lodge: Lodge) -> None:
    await lodge.flagged()
    lodge.mallory.user.dms_closed = True

    await lodge.mona.press(lodge.card, "Remove person")
    await lodge.settled()

    assert not lodge.mallory.present
    assert "✓ Removed from the chats · Mona" in lodge.card.text


@on_both
async def test_two_moderators_at_once_do_it_once_and_the_second_is_told_who_did(lodge: Lodge) -> None:
    await lodge.flagged()

    answers = await asyncio.gather(
        lodge.mona.press(lodge.card, "1 · Public notice"), lodge.lena.press(lodge.card, "1 · Public notice")
    )
    await lodge.settled()

    notices = [one for one in lodge.general.messages if "not tolerated here" in one.text]
    assert len(notices) == 1
    first, second = sorted(answers, key=lambda answer: "did this at" in answer.text)
    assert "is being posted" in first.text
    assert second.text.startswith(("Public notice: Mona did this at", "Public notice: Lena did this at"))


async def test_a_step_that_discord_refused_may_be_asked_for_again(lodge: Lodge) -> None:
    message = await lodge.flagged()
    lodge.world.faults.refuse("DELETE", "/channels/*/messages/*", refuse(50013))

    await lodge.mona.press(lodge.card, "3 · Delete")
    await lodge.settled()
    refused = lodge.card.text
    await lodge.lena.press(lodge.card, "3 · Delete")
    await lodge.settled()

    assert "✗ Messages deleted · Mona" in refused
    assert message.deleted
    assert "✓ Messages deleted · Lena" in lodge.card.text


async def test_a_role_on_discord_is_no_seat(lodge: Lodge) -> None:
    await lodge.flagged()
    await lodge.chess.give(lodge.alice, lodge.committees_role)

    answer = await lodge.alice.press(lodge.card, "3 · Delete")
    await lodge.settled()

    assert answer.text.startswith("Only somebody with a seat")
    assert not any(message.deleted for message in lodge.general.messages)
    assert "Messages deleted · " not in lodge.card.text


async def test_a_seat_without_training_sees_no_case(empty: Lodge) -> None:
    await empty.house.seat("Alice", account(empty.alice), Role.MODERATOR, trained_on=None)
    await empty.chess.give(empty.alice, empty.committees_role)
    await empty.bind()
    await empty.work()
    message = await empty.mallory.say(empty.general, "you play like a clown")
    await empty.lena.menu("Flag to committee", message)
    await empty.settled()

    answer = await empty.alice.slash(empty.committee, "case", case=empty.reference)

    assert "no date of GDPR training" in answer.text
    assert "clown" not in answer.text


async def test_nobody_handles_the_case_about_themselves(lodge: Lodge) -> None:
    await lodge.flagged()
    await lodge.house.seat("Mallory", account(lodge.mallory), Role.MODERATOR)
    await lodge.chess.give(lodge.mallory, lodge.committees_role)

    answer = await lodge.mallory.press(lodge.card, "Dismiss")
    await lodge.settled()

    assert answer.text.startswith("There is no such case")
    assert "Closed:" not in lodge.card.text


async def test_a_dismissed_case_is_closed_for_everybody(lodge: Lodge) -> None:
    await lodge.flagged()

    await lodge.mona.press(lodge.card, "Dismiss")
    await lodge.settled()

    assert "**Closed:** dismissed by the committee" in lodge.card.text
    assert lodge.card.buttons == []


async def test_a_step_on_a_message_that_nobody_reported_seals_it_first(lodge: Lodge) -> None:
    message = await lodge.mallory.say(lodge.general, "you play like a clown")

    answer = await lodge.mona.menu("Delete as committee", message)
    await lodge.settled()

    assert "What they said is sealed first" in answer.text
    assert message.deleted
    assert "you play like a clown" in lodge.card.text
    assert "✓ Messages deleted · Mona" in lodge.card.text


async def test_steps_are_commands_too(lodge: Lodge) -> None:
    await lodge.flagged()
    reference = lodge.reference

    await lodge.mona.slash(lodge.committee, "notice", case=reference)
    await lodge.settled()
    await lodge.mona.slash(lodge.committee, "timeout", case=reference, minutes="15")
    await lodge.settled()
    refused = await lodge.lena.slash(lodge.committee, "warn")

    assert "✓ Public notice · Mona" in lodge.card.text
    assert "✓ Timeout · Mona" in lodge.card.text
    assert refused.text.startswith("Say which case you mean")


async def test_the_history_of_a_person_lists_their_cases(lodge: Lodge) -> None:
    await lodge.flagged()
    reference = lodge.reference
    await lodge.mona.press(lodge.card, "1 · Public notice")
    await lodge.settled()

    answer = await lodge.mona.slash(lodge.committee, "history", case=reference)

    assert "**Mallory** · cases: 1" in answer.text
    assert f"{reference} · " in answer.text
    assert "Public notice" in answer.text
