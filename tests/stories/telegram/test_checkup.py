"""“Am I blind?” Once a day Porter looks whether it can still do its work in a group, and says when it cannot."""

from bot.model import Role
from tests.stories.telegram.club import DELETE, RIGHTS, Club, account

DAY = 86_400


async def whole(club: Club) -> None:
    """The group has everything: set up, the statement pinned, and checked once."""
    await club.says(club.lena, club.chess, "/setup")
    await club.press(club.lena, next(one for one in reversed(club.lena.inbox) if one.labels), "Yes, do it")
    await club.says(club.lena, club.chess, "/statement")
    await a_day(club)


async def a_day(club: Club) -> None:
    """A day passes, with its sweeps and its check."""
    club.telegram.clock.advance(seconds=DAY)
    await club.settled()


def told(club: Club, words: str) -> list[str]:
    """What the committee heard of that kind, oldest first."""
    return [one.text for one in club.committee.said if words in one.text]


async def test_a_group_that_has_everything_is_not_spoken_of(club: Club) -> None:
    await whole(club)

    await a_day(club)

    assert told(club, "cannot do all of its work") == told(club, "is missing") == told(club, "All is well") == []


async def test_what_someone_changed_is_told_within_a_day_once_and_when_it_is_well_again(club: Club) -> None:
    await whole(club)
    club.chess.allow("can_send_messages", "can_invite_users")  # members may add people: no update tells that

    await a_day(club)
    await a_day(club)
    began = told(club, "cannot do all of its work")
    club.chess.allow("can_send_messages")
    await a_day(club)

    [once] = began
    assert "Only administrators add people" in once
    assert len(told(club, "cannot do all of its work")) == 1
    assert told(club, "All is well again in “Chess Society”")
    assert club.mailbox.received("keep watch") == []


async def test_a_right_taken_away_is_told_at_once_the_union_hears_of_it_and_of_its_return(club: Club) -> None:
    ada = club.telegram.user("Ada")
    club.opened(ada)
    await club.house.seat("Ada", account(ada), Role.ADMINISTRATOR, email="ada@union.example.org")
    await whole(club)

    club.chess.promote(club.porter, *(right for right in RIGHTS if right != "can_delete_messages"))
    await club.settled()
    began = told(club, "cannot do all of its work")
    blind = await ada.hears("cannot keep watch over “Chess Society”")
    await a_day(club)
    club.chess.promote(club.porter, *RIGHTS)
    await club.settled()

    assert "Porter has the right “Delete messages”" in began[0]
    assert "Porter has the right “Delete messages”" in blind.text
    assert len(began) == 1
    assert told(club, "All is well again")
    assert "keeps watch over “Chess Society” (Telegram) again" in (await ada.hears("keeps watch")).text
    for address in ("ada@union.example.org", "cases@union.example.org"):
        assert len(club.mailbox.received("cannot keep watch", to=address)) == 1
        assert len(club.mailbox.received("keeps watch", to=address)) == 1


async def test_the_committee_is_reminded_after_a_week(club: Club) -> None:
    await whole(club)
    club.chess.allow("can_send_messages", "can_invite_users")

    for _ in range(7):
        await a_day(club)
    before = told(club, "is still missing")
    await a_day(club)
    await a_day(club)

    assert before == []
    assert len(told(club, "This is still missing in “Chess Society”, since")) == 1


async def test_an_unpinned_statement_and_a_delete_that_failed_are_told(club: Club) -> None:
    await whole(club)
    club.chess.pinned.clear()
    club.chess.pins.clear()
    message = await club.flagged()
    club.telegram.faults.refuse("deleteMessages", 400, "Bad Request: message can't be deleted", times=None)
    club.telegram.faults.refuse("deleteMessage", 400, "Bad Request: message can't be deleted", times=None)
    await club.press(club.mona, club.card, DELETE)

    club.telegram.clock.advance(seconds=DAY // 2)
    await club.settled()
    club.telegram.clock.advance(seconds=DAY // 2)
    await club.settled()

    said = "\n".join(told(club, "cannot do all of its work"))
    assert not message.deleted
    assert "The joining statement is pinned" in said
    assert "A message that Porter should have deleted on" in said


async def test_a_porter_that_was_taken_out_for_days_is_told_to_the_union(club: Club) -> None:
    club.chess.kick(club.porter)
    await club.settled()
    at_once = club.mailbox.received("taken out of")

    for _ in range(3):
        await a_day(club)

    assert at_once == []
    [mail] = club.mailbox.received("has not been let back in", to="cases@union.example.org")
    assert "Chess Society" in mail.text


async def test_a_committee_group_that_is_closed_to_porter_is_told_to_each_member(club: Club) -> None:
    await whole(club)
    club.committee.restrict(club.porter)

    await a_day(club)

    assert "Porter may write in the group" in (await club.mona.hears("cannot do all of its work")).text
    assert "Porter may write in the group" in (await club.lena.hears("cannot do all of its work")).text
