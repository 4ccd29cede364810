"""What goes wrong on the way, and groups that change under Porter's feet."""

from bot.model import ChatPurpose, ExhibitKind, Role
from bot.store import people
from tests.stories.telegram.club import DELETE, NOTICE, RIGHTS, UNION, UNKIND, Club, account
from tests.wire.telegram import File


async def test_an_update_that_nobody_can_read_does_not_hold_up_the_next(club: Club) -> None:
    club.telegram.push(club.porter, {"message": {"message_id": "not a number", "chat": 7}})

    await club.flagged()

    assert UNKIND in club.card.text


async def test_a_flood_wait_delays_the_card_and_loses_nothing(club: Club) -> None:
    club.telegram.faults.flood("sendMessage", retry_after=1)
    message = await club.mallory.say(club.chess, UNKIND)
    await club.alice.say(club.chess, "/flag", reply_to=message)
    await club.telegram.until(lambda: club.telegram.journal.refused("sendMessage"))

    club.telegram.clock.advance(seconds=5)
    await club.settled()

    assert UNKIND in club.card.text


async def test_a_file_larger_than_telegram_gives_bots_is_noted_with_its_reason(club: Club) -> None:
    message = await club.mallory.say(club.chess, UNKIND, document=File("film.mp4", bytes(20_000_001)))

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    [(exhibit, data)] = await club.sealed(ExhibitKind.ATTACHMENT)
    assert data == b""
    assert exhibit.name == "film.mp4"
    assert exhibit.note.startswith("not captured:")


async def test_a_text_as_long_as_telegram_takes_goes_to_the_officer(club: Club) -> None:
    await club.flagged(UNKIND + " clown" * 650)

    await club.press(club.mona, club.card, UNION)

    assert any(one.picture for one in club.olu.inbox)
    assert UNKIND in (await club.olu.hears("reports")).text


async def test_a_name_and_words_made_of_markup_are_shown_as_they_are(club: Club) -> None:
    mark = club.telegram.user("<b>_*[x](https://example.org)")
    club.chess.add(mark)
    message = await club.mallory.say(club.chess, "</b> **bold** `code` [a](https://example.org) @alice /warn")

    await club.says(mark, club.chess, "/flag", reply_to=message)

    assert "</b> **bold** `code` [a](https://example.org)" in club.card.text.replace("\u2060", "")
    assert "text_link" not in {kind for kind, _ in club.card.styled}
    assert "mention" not in {kind for kind, _ in club.card.styled}


async def test_a_message_in_a_topic_is_answered_in_its_topic(club: Club) -> None:
    forum = club.telegram.supergroup("Chess forum", creator=club.una, forum=True)
    forum.promote(club.porter, *RIGHTS)
    for person in (club.mallory, club.alice, club.mona):
        forum.add(person)
    openings = forum.topic("Openings")
    await club.house.bind("telegram", str(forum.id), forum.title, ChatPurpose.MEMBERS)
    message = await club.mallory.say(forum, UNKIND, topic=openings)
    await club.says(club.alice, forum, "/flag", reply_to=message)

    await club.press(club.mona, club.card, NOTICE)

    notice = await forum.hears("This is a notice from the committee")
    assert notice.topic == openings


async def test_a_group_that_becomes_a_supergroup_stays_bound_and_its_case_goes_on(club: Club) -> None:
    group = club.telegram.group("Chess beginners", creator=club.una)
    group.promote(club.porter, *RIGHTS)
    group.add(club.mallory)
    group.add(club.alice)
    await club.house.bind("telegram", str(group.id), group.title, ChatPurpose.MEMBERS)
    message = await club.mallory.say(group, UNKIND)
    await club.says(club.alice, group, "/flag", reply_to=message)

    bigger = group.upgrade()
    await club.settled()
    await club.press(club.mona, club.card, NOTICE)

    assert "This is a notice from the committee" in (await bigger.hears("This is a notice")).text
    assert ("telegram", str(bigger.id)) in club.house.app.chats
    assert ("telegram", str(group.id)) not in club.house.app.chats


async def test_a_removal_that_telegram_refuses_is_shown_with_its_reason_and_stops_nothing(club: Club) -> None:
    club.chess.promote(club.mallory, "can_pin_messages")
    message = await club.flagged()

    await club.press(club.mona, club.card, "Remove person")
    await club.press(club.mona, club.card, DELETE)

    assert "✗ Removed from the chats · Mona" in club.card.text
    assert "administrator" in club.card.text
    assert club.chess.standing(club.mallory).present
    assert message.deleted


async def test_the_next_officer_is_tried_at_once_when_the_first_cannot_be_reached(club: Club) -> None:
    ada, ben = club.telegram.user("Ada"), club.telegram.user("Ben")
    async with club.house.app.store.change("test", "end seat", club.now()) as change:
        await people.end_seat(change, club.house.seats["Olu"])
    await club.house.seat("Ada", account(ada), Role.OFFICER, contact_order=1)
    await club.house.seat("Ben", account(ben), Role.OFFICER, contact_order=2)
    club.opened(ben)
    await club.flagged()

    await club.press(club.mona, club.card, UNION)

    assert UNKIND in (await ben.hears("reports")).text
    assert "The Union: Ben has it since" in club.card.text
    assert ada.inbox == []


async def test_a_report_about_an_officer_goes_to_the_other_officers_only(club: Club) -> None:
    ada = club.telegram.user("Ada")
    club.opened(ada)
    await club.house.seat("Ada", account(ada), Role.OFFICER, contact_order=2)
    club.chess.add(club.olu)
    message = await club.says(club.olu, club.chess, UNKIND)

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    assert UNKIND in (await ada.hears("it went past the committee")).text
    assert UNKIND not in "".join(one.words for one in club.olu.inbox)
    assert club.mailbox.received(to="olu@union.example.org") == []


async def test_with_no_committee_in_office_a_report_goes_to_the_union(club: Club) -> None:
    async with club.house.app.store.change("test", "end seats", club.now()) as change:
        for name in ("Mona", "Lena"):
            await people.end_seat(change, club.house.seats[name])
    message = await club.mallory.say(club.chess, UNKIND)

    await club.says(club.alice, club.chess, "/flag", reply_to=message)

    assert UNKIND in (await club.olu.hears("no trained committee is in office")).text
    assert "has gone to Example Students' Union" in (await club.alice.hears("Your report")).text


async def test_a_revoked_token_loses_nothing_once_it_is_good_again(club: Club) -> None:
    await club.flagged()
    club.porter.revoke()
    await club.close()
    club.porter.restore()
    await club.mallory.say(club.chess, "I know where you live")

    await club.build()
    await club.work()
    await club.settled()

    assert "I know where you live" in club.card.text
    assert "reports: 2" in club.card.text
