"""What Porter cannot do for somebody, and the sentence that says so; nobody else hears of it."""

import pytest

from bot.model import Role
from tests.stories.telegram.club import DELETE, RIGHTS, UNKIND, Club, account


async def test_nobody_flags_their_own_message(club: Club) -> None:
    message = await club.says(club.alice, club.chess, "sorry for that")

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    assert club.alice.inbox[-1].text.startswith("That is your own message.")
    assert club.words_of_porter(club.committee) == []


async def test_a_bots_message_cannot_be_flagged(club: Club) -> None:
    await club.flagged()
    await club.says(club.mona, club.chess, f"/notice {club.reference}")
    notice = club.words_of_porter(club.chess)[-1]

    await club.says(club.alice, club.chess, "/flag", reply_to=notice)

    assert club.alice.inbox[-1].text.startswith("That was written by a bot")
    assert "reports: 1" in club.card.text


async def test_an_anonymous_administrators_message_cannot_be_flagged(club: Club) -> None:
    club.chess.promote(club.lena, "can_delete_messages", anonymous=True)
    message = await club.says(club.lena, club.chess, UNKIND)

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    assert club.alice.inbox[-1].text.startswith("That was written by an administrator in the group's name")
    assert club.words_of_porter(club.committee) == []


async def test_a_channels_post_cannot_be_flagged(club: Club) -> None:
    news = club.telegram.channel("Union news", creator=club.una)
    news.discuss_in(club.chess)
    await news.post("A party on Friday")
    post = await club.chess.hears("A party on Friday")

    await club.says(club.alice, club.chess, "/flag", reply_to=post)

    assert "That was posted by a channel" in club.alice.inbox[-1].text
    assert club.words_of_porter(club.committee) == []


async def test_an_anonymous_administrator_is_asked_to_show_who_they_are(club: Club) -> None:
    club.chess.promote(club.mona, "can_delete_messages", anonymous=True)
    message = await club.says(club.mallory, club.chess, UNKIND)

    await club.says(club.mona, club.chess, "/warn", reply_to=message)

    assert "Remain anonymous" in club.words_of_porter(club.chess)[-1].text
    assert club.words_of_porter(club.committee) == []
    assert club.mallory.inbox == []


async def test_a_flag_without_a_message_says_how_to_name_one(club: Club) -> None:
    await club.says(club.alice, club.chess, "/flag")

    assert club.alice.inbox[-1].text.startswith("Say which message you mean")
    assert club.words_of_porter(club.committee) == []


async def test_a_flag_in_the_private_chat_says_where_to_flag(club: Club) -> None:
    answer = await club.writes(club.alice, "/flag he was rude")

    assert answer is not None
    assert answer.text.startswith("Say which message you mean")


async def test_an_officer_cannot_bind_a_private_chat(club: Club) -> None:
    answer = await club.writes(club.olu, "/bind ABCD-EFGH")

    assert answer is not None
    assert answer.text == "Type /bind in the chat that is to be bound."


@pytest.mark.parametrize("command", ["notice", "warn", "delete", "timeout", "remove", "escalate", "dismiss", "case"])
async def test_a_member_without_a_seat_takes_no_step(club: Club, command: str) -> None:
    message = await club.flagged()
    before = club.card.text

    await club.says(club.alice, club.chess, f"/{command}", reply_to=message)

    assert club.alice.inbox[-1].text.startswith("Only somebody with a seat for this can do that.")
    assert club.card.text == before
    assert not message.deleted


async def test_a_moderator_who_was_not_trained_sees_no_case(club: Club) -> None:
    message = await club.flagged()
    nia = club.telegram.user("Nia")
    club.chess.add(nia)
    club.opened(nia)
    await club.settled()
    await club.house.seat("Nia", account(nia), Role.MODERATOR, trained_on=None)

    await club.says(nia, club.chess, "/delete", reply_to=message)

    assert "your seat has no date of GDPR training" in (await nia.hears("Nia, your seat")).text
    assert not message.deleted


async def test_a_message_older_than_telegram_lets_porter_delete_stays_and_the_card_says_why(club: Club) -> None:
    message = await club.flagged()
    club.telegram.clock.advance(hours=49)

    await club.press(club.mona, club.card, DELETE)

    assert not message.deleted
    assert "Messages deleted · Mona" in club.card.text
    assert "not done:" in club.card.text


async def test_a_group_that_took_porters_rights_away_reads_so_on_the_card(club: Club) -> None:
    message = await club.flagged()
    club.chess.demote(club.porter)
    await club.settled()
    card = next(one for one in club.words_of_porter(club.committee) if DELETE in one.labels)

    await club.press(club.mona, card, DELETE)

    assert not message.deleted
    assert "Delete messages" in card.text
    assert "✗ Messages deleted · Mona" in card.text


async def test_a_moderators_own_message_is_no_case(club: Club) -> None:
    message = await club.says(club.mona, club.chess, "sorry, that was rude")

    await club.says(club.mona, club.chess, "/warn", reply_to=message)

    assert club.mona.inbox[-1].text.startswith("That is your own message.")
    assert club.words_of_porter(club.committee) == []


async def test_the_committee_hears_which_right_porter_lost(club: Club) -> None:
    kept = [right for right in RIGHTS if right != "can_restrict_members"]

    club.chess.promote(club.porter, *kept)
    await club.settled()

    told = await club.committee.hears("cannot do all of its work in “Chess Society”")
    assert "Ban users" in told.text
    assert "/setup shows how to mend it" in told.text
