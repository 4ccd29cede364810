"""Flagging: by anyone, by a rule; what is sealed at the click; what cannot be flagged."""

from tests.stories.telegram.club import Club
from tests.wire.telegram import File, picture


async def test_anyone_flags_by_reply_and_nobody_sees_who_it_was(club: Club) -> None:
    message = await club.mallory.say(club.chess, "nobody wants you here")

    command = await club.says(club.alice, club.chess, "/flag", reply_to=message)

    assert command.deleted
    assert "nobody wants you here" in club.card.text
    assert "reports: 1" in club.card.text
    assert "Alice" not in "".join(one.words for one in club.committee.said)
    assert club.words_of_porter(club.chess) == []
    assert (await club.alice.hears("Your report is with the committee")).text.count(club.reference) == 1


async def test_report_is_another_word_for_flag_and_its_reason_stands_on_the_card(club: Club) -> None:
    message = await club.mallory.say(club.chess, "nobody wants you here")

    command = await club.says(club.alice, club.chess, "/report this goes on every week", reply_to=message)

    assert command.deleted
    assert "this goes on every week" in club.card.text


async def test_a_reporter_who_never_opened_a_chat_with_porter_reports_all_the_same(club: Club) -> None:
    bea = club.telegram.user("Bea")
    club.chess.add(bea)
    message = await club.mallory.say(club.chess, "nobody wants you here")

    command = await club.says(bea, club.chess, "/flag", reply_to=message)

    assert command.deleted
    assert "nobody wants you here" in club.card.text
    assert club.words_of_porter(club.chess)[:1] == [] or "Bea" not in club.words_of_porter(club.chess)[-1].text


async def test_a_rule_flags_a_threat_that_nobody_reported(club: Club) -> None:
    await club.says(club.mallory, club.chess, "I know where you live")

    assert "I know where you live" in club.card.text
    assert "Hints at harm" in club.card.text
    assert "reports: 1" in club.card.text
