"""Chats: bound with a code, made ready, left when they are nobody's."""

import pytest

from bot.desk import seating
from bot.model import ChatPurpose
from tests.stories.telegram.club import RIGHTS, Club
from tests.wire.telegram import Chat


async def code_for(club: Club, purpose: ChatPurpose = ChatPurpose.MEMBERS) -> str:
    """A fresh code, as `porter chat bind` prints it."""
    async with club.house.app.store.read() as read:
        society = await seating.society(read, "chess")
    return (await seating.issue_code(club.house.app, society, purpose, "cli")).code


@pytest.fixture
async def unbound(empty: Club) -> Club:
    """Porter at work, in groups that belong to nobody yet."""
    await empty.work()
    await empty.settled()
    return empty


async def blitz(club: Club) -> Chat:
    """A new group that Lena made, with Porter just added by her."""
    group = club.telegram.supergroup("Blitz", creator=club.lena)
    group.add(club.porter, by=club.lena)
    await club.settled()
    return group


async def test_a_lead_binds_a_group_with_a_code(unbound: Club) -> None:
    code = await code_for(unbound)

    await unbound.says(unbound.lena, unbound.chess, f"/bind {code}")

    assert "belongs to Chess Society now" in unbound.words_of_porter(unbound.chess)[-1].text
    assert ("telegram", str(unbound.chess.id)) in unbound.house.app.chats


async def test_a_code_works_once(unbound: Club) -> None:
    code = await code_for(unbound)
    await unbound.says(unbound.lena, unbound.chess, f"/bind {code}")

    await unbound.says(unbound.lena, unbound.committee, f"/bind {code}")

    assert "That code is not valid here" in unbound.lena.inbox[-1].text
    assert ("telegram", str(unbound.committee.id)) not in unbound.house.app.chats


async def test_a_code_in_a_members_hand_binds_nothing(unbound: Club) -> None:
    code = await code_for(unbound)

    await unbound.says(unbound.alice, unbound.chess, f"/bind {code}")
    await unbound.says(unbound.lena, unbound.chess, f"/bind {code}")

    assert unbound.alice.inbox[-1].text.startswith("Only somebody with a seat for this can do that.")
    assert "belongs to Chess Society now" in unbound.words_of_porter(unbound.chess)[-1].text


async def test_the_committees_group_is_bound_with_a_code_of_its_own(unbound: Club) -> None:
    code = await code_for(unbound, ChatPurpose.COMMITTEE)

    await unbound.says(unbound.lena, unbound.committee, f"/bind {code}")

    assert "This is the committee's chat of Chess Society now." in unbound.words_of_porter(unbound.committee)[-1].text


async def test_nothing_said_in_an_unbound_chat_is_heard(unbound: Club) -> None:
    await unbound.says(unbound.mallory, unbound.chess, "I know where you live")
    await unbound.says(unbound.alice, unbound.chess, "/support")

    assert unbound.words_of_porter(unbound.chess) == []
    assert unbound.olu.inbox == []


async def test_an_unknown_chat_is_left_after_saying_why(club: Club) -> None:
    stranger = club.telegram.user("Stan")
    group = club.telegram.supergroup("Somebody else", creator=stranger)
    group.add(club.porter, by=stranger)
    await club.settled()

    club.telegram.clock.advance(minutes=61)
    await club.settled()

    assert "This chat is not bound to a society, so Porter is leaving it" in club.words_of_porter(group)[-1].text
    assert club.chess.standing(club.porter).present
    assert group.standing(club.porter).status == "left"


async def test_an_unknown_chat_in_which_porter_may_not_write_is_left_all_the_same(club: Club) -> None:
    stranger = club.telegram.user("Stan")
    group = club.telegram.supergroup("Somebody else", creator=stranger)
    group.add(club.porter, by=stranger)
    group.restrict(club.porter, by=stranger)
    await club.settled()

    club.telegram.clock.advance(minutes=61)
    await club.settled()

    assert club.words_of_porter(group) == []
    assert group.standing(club.porter).present is False


async def test_a_seated_person_has_a_day_to_bind(club: Club) -> None:
    group = await blitz(club)

    club.telegram.clock.advance(hours=23)
    await club.settled()
    still_there = group.standing(club.porter).present
    await club.says(club.lena, group, f"/bind {await code_for(club)}")
    club.telegram.clock.advance(hours=2)
    await club.settled()

    assert still_there
    assert group.standing(club.porter).present


async def test_setup_shows_first_what_it_would_do_and_does_it_when_told(club: Club) -> None:
    await club.says(club.lena, club.chess, "/setup")
    plan = await club.lena.hears("what Porter needs here")
    unchanged = list(club.chess.links)

    await club.press(club.lena, plan, "Yes, do it")

    assert "Porter would do:" in plan.text
    assert "✓ The group is a supergroup." in plan.text
    assert unchanged == []
    assert [link.creates_join_request for link in club.chess.links] == [True]
    assert "can_invite_users" not in club.chess.permissions
    assert "is ready as far as Porter can make it" in (await club.committee.hears("is ready")).text


async def test_setup_says_what_only_the_owner_can_do(club: Club) -> None:
    club.chess.promote(club.porter, *[right for right in RIGHTS if right != "can_restrict_members"])
    await club.settled()

    await club.says(club.lena, club.chess, "/setup")

    plan = await club.lena.hears("what Porter needs here")
    assert "Only the owner can do: Porter has the right “Ban users”." in plan.text


async def test_setup_is_for_a_lead(club: Club) -> None:
    await club.says(club.mona, club.chess, "/setup")

    assert club.mona.inbox[-1].text.startswith("Only somebody with a seat for this can do that.")


async def test_a_chat_that_porter_was_taken_out_of_is_told_of_and_no_longer_bound(club: Club) -> None:
    club.chess.kick(club.porter)
    await club.settled()

    assert "Porter has been taken out of “Chess Society”." in club.words_of_porter(club.committee)[-1].text
    assert ("telegram", str(club.chess.id)) not in club.house.app.chats
